"""Many concerns given to one person: ticked ones, all that the filters leave, all of a leaver; and who has how much."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from concerns.flow import OPEN
from concerns.forms.batch import AssignManyForm, HandOverForm
from concerns.forms.concern import ConcernFilterForm
from concerns.loads import FIGURES, left_by, left_by_status, loads
from concerns.models import AssignmentBatch, Concern
from concerns.queries import chip_of
from concerns.services.batches import assign_many, hand_over, undo_batch
from concerns.views.concern import crumb
from fedhub.core.paging import COUNT_CAP, capped_count
from fedhub.core.text import row_key
from fedhub.core.views import FormView, ScopedListView, StaffPage, StepView, chosen_rows

MOST, SHOWN = 2000, 20


class ManyForm(FormView):
    """Base: the chosen concerns are counted and shown before anything is done."""

    permission = "concerns.assign_concern"
    model = Concern

    def get_chosen(self):
        """The queryset of what was chosen."""
        raise NotImplementedError

    def get_back_url(self):
        return reverse("concerns:concern_list")

    def get_crumbs(self):
        return [crumb()]

    def get_area_ids(self):
        return set(self.get_chosen().order_by().values_list("area_id", flat=True).distinct())

    def get_total(self):
        """How many were chosen."""
        raise NotImplementedError

    def get_form_kwargs(self):
        return {"area_ids": self.get_area_ids(), "total": self.get_total()}


def shown(rows):
    """The first of `rows` as the page lists them."""
    return [(row, chip_of(row.status, row.outcome)) for row in rows.for_list()[:SHOWN]]


class AssignMany(ManyForm):
    """The concerns ticked on the list (`ids`), or all that its filters leave (`all`), up to MOST; those that can be
    assigned are counted apart from those that cannot any more."""

    title = "批量交办"
    form_class = AssignManyForm
    template_name = "concerns/assign_many.html"
    submit_label = "交办"

    def get_asked(self):
        """The rows ticked or filtered; 404 when nothing of it is in scope."""
        return chosen_rows(self.request, self.get_rows(), ConcernFilterForm)

    def get_keys(self):
        """Keys of those that can be assigned, the most urgent first, MOST + 1 at most."""
        if not hasattr(self, "keys"):
            rows = self.get_asked()
            can = rows.filter(status__in=OPEN, lead=None).order_by("due_on", "pk")
            self.keys = list(can.values_list("pk", flat=True)[: MOST + 1])
            self.left_out = capped_count(rows.filter(~Q(status__in=OPEN) | Q(lead__isnull=False)))
            if not self.keys and not self.left_out:
                raise Http404
        return self.keys

    def get_chosen(self):
        rows = self.get_rows().filter(pk__in=self.get_keys()[:MOST])
        return rows.filter(status__in=OPEN, lead=None).order_by("due_on", "pk")

    def get_total(self):
        return len(self.get_keys()[:MOST])

    def get_context_data(self, **kwargs):
        rows, total = self.get_chosen(), self.get_total()
        return super().get_context_data(
            chosen=shown(rows), total=total, more=max(total - SHOWN, 0), left_out=min(self.left_out, COUNT_CAP),
            many_left_out=self.left_out > COUNT_CAP, too_many=len(self.get_keys()) > MOST, most=MOST, **kwargs,
        )  # fmt: skip

    def save(self, form):
        data = form.cleaned_data
        batch = assign_many(
            self.get_chosen(), person=data["person"], handle_by=data["handle_by"], reason=data["reason"],
            by=self.request.user,
        )  # fmt: skip
        self.success_message = f"已把 {batch.total} 件交给{batch.person}（并入的一起），可以撤销。"
        return reverse("concerns:batch_list")


class HandOver(ManyForm):
    """All open concerns of one officer (`from`), whatever their state, to another one."""

    title = "移交诉求"
    form_class = HandOverForm
    template_name = "concerns/hand_over.html"
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
        return f"移交{self.get_person().name}手里的诉求"

    def get_chosen(self):
        return left_by(self.get_person(), self.request.user).order_by("due_on", "pk")

    def get_counts(self):
        """`[(state, number)]` of what she has in hand, read once."""
        if not hasattr(self, "counts"):
            self.counts = left_by_status(self.get_person(), self.request.user)
        return self.counts

    def get_total(self):
        return sum(number for _, number in self.get_counts())

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"leaver": self.get_person()}

    def get_context_data(self, **kwargs):
        rows, counts, total = self.get_chosen(), self.get_counts(), self.get_total()
        return super().get_context_data(
            person=self.get_person(), chosen=shown(rows), counts=counts, total=total, more=max(total - SHOWN, 0),
            **kwargs,
        )  # fmt: skip

    def save(self, form):
        data = form.cleaned_data
        batch = hand_over(
            self.get_chosen(), person=data["person"], from_person=self.get_person(), reason=data["reason"],
            by=self.request.user,
        )  # fmt: skip
        self.success_message = f"已把{self.get_person()}手里的 {batch.total} 件移交给{batch.person}，可以撤销。"
        return reverse("concerns:batch_list")


class BatchList(ScopedListView):
    permission = "concerns.assign_concern"
    model = AssignmentBatch
    title = "批量交办记录"
    sorts = {"new": ("-created_at", "最近的在前")}
    unit = "次"
    results_template = "concerns/batch_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("person", "from_person", "created_by").defer("undo")

    def get_crumbs(self):
        return [crumb()]


class BatchUndo(StepView):
    permission = "concerns.assign_concern"
    model = AssignmentBatch
    success_message = "已撤销这次交办。"

    def act(self, row):
        result = undo_batch(row, by=self.request.user)
        if result.refused:
            names = "、".join(concern.number for concern in result.refused[:10])
            more = f"等 {len(result.refused)} 件" if len(result.refused) > 10 else ""
            messages.warning(self.request, f"这些诉求之后又有人办过，没有动，请逐件看：{names}{more}。")
        if result.away:
            messages.warning(self.request, f"有 {result.away} 件诉求已经不归您管，没有动。")

    def get_success_url(self):
        return reverse("concerns:batch_list")


class Load(StaffPage):
    """各人手里的诉求: whom to give the next one to."""

    permission = "concerns.assign_concern"
    title = "各人手里的诉求"
    template_name = "concerns/load.html"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        rows = loads(self.request.user)
        people = [load for load in rows if load.pk]
        return super().get_context_data(
            rows=rows, labels=[text for text, _ in FIGURES.values()],
            average=round(sum(load.open for load in people) / len(people), 1) if people else 0, **kwargs,
        )  # fmt: skip
