"""Pages of backbone women: the list, one file, level, ending, handing over, the sheet."""

from django.http import Http404
from django.urls import reverse

from accounts.models import User
from fedhub.core.text import row_key
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StaffView,
)
from groups.backbone_queries import (
    TASKS,
    TRAININGS,
    evaluations_of,
    given_by,
    kept_by,
    only_ticked,
    other_files,
    places_held,
)
from groups.backbone_states import GRADE_TONES, LEVEL_TONES, SUCCESSOR_TONES, TASK_TONES
from groups.forms.backbone import BackboneEndForm, BackboneFilterForm, BackboneForm, HandOverForm, LevelForm
from groups.models import Backbone
from groups.queries import places_of
from groups.services import backbone as services
from groups.states import MEMBER_TONES
from groups.views.lines import BACKBONE_VALUES, backbone_lines, ticked_links
from households.models import Resident

VIEW, ADD, CHANGE = "groups.view_backbone", "groups.add_backbone", "groups.change_backbone"
GIVE, EVALUATE = "groups.add_backbonetask", "groups.add_evaluation"
SHOWN = 50


def crumb():
    return ("妇女骨干", reverse("groups:backbone_list"))


class BackboneList(ScopedListView):
    permission = VIEW
    model = Backbone
    title = "妇女骨干"
    unit = "人"
    filter_class = BackboneFilterForm
    sorts = {
        "updated": ("-updated_at", "最近更新"),
        "name": ("resident__name_sort", "按姓名"),
        "oldest": ("valid_from", "登记最久的在前"),
    }
    template_name = "groups/backbone_list.html"
    results_template = "groups/backbone_list/_results.html"

    reads_alike = True

    def get_list(self):
        return self.get_rows().once_each()

    def read(self, rows):
        return rows.annotate(training_number=TRAININGS, task_number=TASKS).values(*BACKBONE_VALUES)

    def page_rows(self, items):
        return backbone_lines(items)

    def get_create_url(self):
        return reverse("groups:backbone_create") if self.request.user.has_perm(ADD) else ""

    def get_export_url(self):
        may = self.request.user.has_perm("groups.export_backbone")
        return reverse("ledgers:ledger_export", args=["backbone"]) if may else ""

    def get_context_data(self, **kwargs):
        user = self.request.user
        # Whoever narrows the list or pages through it has read the hint before.
        first = not any(self.request.GET.values())
        ticked, number = only_ticked(user) if first and user.has_perm(ADD) else ([], 0)
        return super().get_context_data(
            create_label="登记骨干", ticked=ticked, ticked_links=ticked_links(ticked), ticked_number=number,
            succession_url=reverse("groups:succession") if user.has_perm("groups.view_successor") else "", **kwargs,
        )  # fmt: skip


class BackboneCreate(ScopedCreateView):
    """`?resident=` comes from her page."""

    permission = ADD
    model = Backbone
    title = "登记妇女骨干"
    form_class = BackboneForm

    def get_resident(self):
        return self.named_row("resident", Resident.objects.visible_to(self.request.user, ADD).select_related("area"))

    def get_form_kwargs(self):
        return {"resident": self.get_resident()}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("groups:backbone_list")

    def save(self, form):
        row = form.save(commit=False)
        row.level = form.cleaned_data["level"]
        if row.keeper_id is None:
            row.keeper = self.request.user
        return services.register_backbone(row, ground=form.cleaned_data["ground"], by=self.request.user)


class OfBackbone:
    """A page about one file."""

    permission = CHANGE
    model = Backbone

    def get_rows(self):
        return super().get_rows().select_related("resident__area__parent", "keeper")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb(), (self.get_row().resident.name, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


def facts_of_file(backbone, user):
    """What the page and the sheet of a file have in common; nothing of how she was evaluated."""
    tasks = sorted(
        backbone.tasks.select_related("given_by").order_by("-given_on", "-pk")[:SHOWN], key=lambda t: t.state == "done"
    )
    return {
        "levels": list(backbone.levels.select_related("recorded_by").order_by("-since")),
        "trainings": list(backbone.trainings.order_by("-on", "-pk")[:SHOWN]),
        "honours": list(backbone.honours.order_by("-year", "-pk")),
        "tasks": [(task, TASK_TONES[task.state]) for task in tasks],
        "places": [(place, MEMBER_TONES[place.state]) for place in places_of(backbone.resident, user)],
    }


class BackboneDetail(OfBackbone, ScopedDetailView):
    permission = VIEW
    title = "妇女骨干"
    template_name = "groups/backbone_detail.html"

    def get_title(self):
        return self.get_row().resident.name

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        row, user = self.get_row(), self.request.user
        may = {
            name: row.is_current and user.has_perm(permission, row.resident)
            for name, permission in (("change", CHANGE), ("give", GIVE), ("evaluate", EVALUATE))
        }
        sees = user.has_perm("groups.view_evaluation", row.resident)
        names = user.has_perm("groups.view_successor", row.resident)
        nominations = row.nominations.visible_to(user).order_by("-pk") if names else ()
        chips = [(LEVEL_TONES[row.level], row.get_level_display())]
        if not row.is_current:
            chips.append(("quiet", "已结束"))
        return super().get_context_data(
            chips=chips, meta=[row.number, row.resident.area.name, f"{row.keeper.name}联系"],
            may_change=may["change"], may_give=may["give"], may_evaluate=may["evaluate"] and sees, sees_evaluations=sees,
            evaluations=[(one, GRADE_TONES[one.grade]) for one in evaluations_of(row, user)] if sees else [],
            nominations=[(one, SUCCESSOR_TONES[one.state]) for one in nominations],
            others=other_files(row, user), **facts_of_file(row, user), **kwargs,
        )  # fmt: skip


class BackboneUpdate(OfBackbone, ScopedUpdateView):
    title = "改骨干登记"
    form_class = BackboneForm

    def get_form_kwargs(self):
        return {"instance": self.get_row()}

    def save(self, form):
        version = form.cleaned_data["version"]
        return services.change_backbone(
            form.instance, list(form.proposed()), base_version=version, by=self.request.user
        )


class BackboneLevelChange(OfBackbone, FormView):
    title = "改级别"
    form_class = LevelForm

    def save(self, form):
        data = form.cleaned_data
        return services.set_level(
            self.get_row(), data["level"], since=data["since"], ground=data["ground"], by=self.request.user
        )


class BackboneFinish(OfBackbone, FormView):
    title = "结束骨干登记"
    form_class = BackboneEndForm
    submit_label = "结束"
    success_message = "已结束，没办完的任务都取消了。"

    def save(self, form):
        data = form.cleaned_data
        return services.end_backbone(
            self.get_row(), on=data["on"], why=data["end_why"], note=data["note"], by=self.request.user
        )


class BackbonePrint(OfBackbone, StaffView):
    """The sheet of one file: it may be given to her, so nothing stands on it of how she was evaluated."""

    permission = VIEW
    title = "妇女骨干登记表"
    template_name = "groups/backbone_print.html"

    def get(self, request, *args, **kwargs):
        row = self.get_row()
        return self.render(object=row, back_url=row.get_absolute_url(), **facts_of_file(row, request.user))


class HandOver(FormView):
    """All women whom one of the staff (`?from=`) keeps contact with, and what she gave them to do, to another one."""

    permission = CHANGE
    title = "移交骨干和任务"
    form_class = HandOverForm
    template_name = "groups/backbone_hand_over.html"
    submit_label = "移交"

    def get_person(self):
        """Who leaves; 404 when she is not of the user's places."""
        if not hasattr(self, "person"):
            pk = row_key(self.request.GET.get("from"))
            people = User.objects.visible_to(self.request.user, self.permission)
            self.person = people.filter(pk=pk).first() if pk else None
            if self.person is None:
                raise Http404
        return self.person

    def get_title(self):
        return f"移交{self.get_person().name}联系的骨干"

    def get_held(self):
        """(women, tasks) of hers that `user` hands over, querysets."""
        person, user = self.get_person(), self.request.user
        return kept_by(person, user), given_by(person, user)

    def get_form_kwargs(self):
        women, tasks = self.get_held()
        return {"areas": places_held(women, tasks), "leaver": self.get_person()}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("groups:backbone_list")

    def get_context_data(self, **kwargs):
        women, tasks = self.get_held()
        rows = women.select_related("resident__area").order_by("resident__name_sort", "pk")
        return super().get_context_data(
            person=self.get_person(), total=women.count(), tasks=tasks.count(), women=list(rows[:SHOWN]), **kwargs
        )

    def save(self, form):
        women, tasks = self.get_held()
        data = form.cleaned_data
        held, given = services.hand_over_backbone(
            women, tasks, person=data["person"],
            from_person=self.get_person(), reason=data["reason"], by=self.request.user,
        )  # fmt: skip
        self.success_message = f"已移交 {held} 名骨干、{given} 项任务。"
        return reverse("groups:backbone_list")
