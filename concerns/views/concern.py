"""诉求: list, page, raising."""

from django.http import Http404
from django.urls import reverse

from concerns.enums import Status
from concerns.forms.concern import ConcernFilterForm, ConcernForm
from concerns.models import Concern
from concerns.queries import like, status_chip, steps_for, timeline_of
from concerns.services.intake import raise_concern
from concerns.views.actions import actions_for, may_join
from concerns.views.parts import approvals_of, cases_of, clocks_of, referrals_of, together_of
from fedhub.core.views import ScopedCreateView, ScopedDetailView, ScopedListView
from fedhub.reference.lookup import label
from households.models import Household

MOST_ALIKE = 5
# The life of a concern on its page.
LIFE = [Status.NEW, Status.ACCEPTED, Status.ASSIGNED, Status.DONE, Status.ANSWERED, Status.CLOSED]


def crumb():
    return ("诉求", reverse("concerns:concern_list"))


class ConcernList(ScopedListView):
    permission = "concerns.view_concern"
    model = Concern
    title = "诉求"
    filter_class = ConcernFilterForm
    sorts = {
        "updated": ("-updated_at", "最近更新"),
        "due": ("due_on", "期限"),
        "raised": ("-raised_on", "提出日期"),
    }
    results_template = "concerns/concern_list/_results.html"
    unit = "件"

    def row(self, concern):
        kind, text = status_chip(concern)
        return {
            "id": concern.pk,
            "concern": concern,
            "topic": label("survey_topic", concern.topic),
            "chip": kind,
            "state": text,
        }

    def get_create_url(self):
        return reverse("concerns:concern_create") if self.request.user.has_perm("concerns.add_concern") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="登记诉求", **kwargs)


class ConcernDetail(ScopedDetailView):
    permission = "concerns.view_concern"
    model = Concern
    template_name = "concerns/concern_detail.html"

    def get_rows(self):
        return super().get_rows().select_related("area", "household", "resident", "assigned_to", "lead")

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        concern, user = self.get_row(), self.request.user
        referrals = referrals_of(concern, user)
        main, rest = actions_for(concern, user, referrals)
        return super().get_context_data(
            chip=status_chip(concern),
            topic=label("survey_topic", concern.topic),
            steps=steps_for(concern, user),
            main=main,
            rest=rest,
            life=life_of(concern),
            clocks=clocks_of(concern),
            replies=concern.replies.select_related("made_by", "rating").order_by("-pk"),
            referrals=referrals,
            approvals=approvals_of(concern, user),
            together=together_of(concern, user),
            answerable=LIFE[3:],
            sheet_open=user.has_perm("concerns.answer_concern", concern),
            alike=like(concern, user)[:MOST_ALIKE] if may_join(concern, user) else [],
            entries=timeline_of(concern),
            receptions=concern.receptions.order_by("pk") if user.has_perm("concerns.view_reception", concern) else [],
            cases=cases_of(concern, user),
            **kwargs,
        )


def life_of(concern):
    """Items for the steps bar; a closed concern shows how it ended."""
    here = LIFE.index(concern.status)
    items = []
    for number, status in enumerate(LIFE):
        state = "done" if number < here or concern.status == Status.CLOSED else "now" if number == here else ""
        items.append({"label": status.label, "state": state})
    return items


class ConcernCreate(ScopedCreateView):
    """Raised by staff; `?household=` comes from a household's page and sets family and place."""

    permission = "concerns.add_concern"
    model = Concern
    title = "登记诉求"
    form_class = ConcernForm
    success_message = "诉求已登记。"

    def get_household(self):
        if not hasattr(self, "_household"):
            pk = self.request.GET.get("household", "")
            rows = Household.objects.visible_to(self.request.user, self.permission).select_related("area")
            self._household = rows.filter(pk=pk).first() if pk.isdigit() else None
            if pk and self._household is None:
                raise Http404
        return self._household

    def get_title(self):
        household = self.get_household()
        return f"登记诉求：{household}" if household else self.title

    def get_form_kwargs(self):
        return {"household": self.get_household(), "initial": {"resident": self.request.GET.get("resident")}}

    def get_back_url(self):
        household = self.get_household()
        return household.get_absolute_url() if household else reverse("concerns:concern_list")

    def get_crumbs(self):
        return [crumb()]

    def save(self, form):
        data, household = form.cleaned_data, self.get_household()
        resident = data.get("resident")
        if household is None and resident is not None and resident.home is not None:
            household = resident.home.household
        return raise_concern(
            origin=data["origin"],
            title=data["title"],
            area=household.area if household else data["area"],
            household=household,
            resident=resident,
            detail=data["detail"],
            topic=data["topic"],
            raised_on=data["raised_on"],
            by=self.request.user,
        )
