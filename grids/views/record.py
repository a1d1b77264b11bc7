"""履职记录: everybody's on one list for who leads the work, one's own for everybody, each figure with its list."""

from django.urls import reverse

from accounts.models import User
from fedhub.core.views import ScopedDetailView, ScopedListView
from fedhub.reference.lookup import rule
from fedhub.reference.periods import period_words
from grids.forms.record import RecordFilterForm, is_running, months_of, period_before, period_links
from grids.queries import duties_held
from grids.record import FIGURES, counted, people_of_records, record_of, sums, women_of


class RecordList(ScopedListView):
    """Who had a duty or a seat in the months (`?since=&until=`), with what she did in them."""

    permission = "grids.export_duty"
    model = User
    title = "履职记录"
    filter_class = RecordFilterForm
    sorts = {"name": ("name", "姓名")}
    template_name = "grids/record_list.html"
    results_template = "grids/record_list/_results.html"
    unit = "人"

    def get_rows(self):
        self.months = months_of(self.query)
        return people_of_records(self.request.user, *self.months)

    def page_rows(self, items):
        found = sums([person.pk for person in items], self.request.user, *self.months)
        return [{"id": p.pk, "person": p, "figures": counted(found.get(p.pk), p.pk, *self.months)} for p in items]

    def get_export_url(self):
        return reverse("ledgers:ledger_export", args=["duties"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            segments=period_links(*self.months), period=period_words(*self.months),
            labels=[figure.label for figure in FIGURES.values()],
            asked=f"?since={self.months[0]:%Y-%m}&until={self.months[1]:%Y-%m}", **kwargs,
        )  # fmt: skip


class RecordDetail(ScopedDetailView):
    """One person's record, beside that of the period before. One's own, or of somebody on the list."""

    permission = "grids.view_duty"
    model = User
    title = "履职记录"
    template_name = "grids/record_detail.html"
    log_reading = False

    def get_rows(self):
        user = self.request.user
        self.months = months_of(self.request.GET)
        if user.has_perm("grids.export_duty"):
            return people_of_records(user, *self.months) | User.objects.filter(pk=user.pk)
        return User.objects.filter(pk=user.pk)

    def get_title(self):
        return f"{self.get_row().name}的履职记录"

    def get_crumbs(self):
        may_list = self.request.user.has_perm("grids.export_duty")
        return [("履职记录", reverse("grids:record_list"))] if may_list else []

    def get_context_data(self, **kwargs):
        person, user, (since, until) = self.get_row(), self.request.user, self.months
        before = period_before(since, until)
        return super().get_context_data(
            lines=record_of(person, user, (since, until), before), duties=duties_held(person, user, since, until),
            segments=period_links(since, until), period=period_words(since, until), before=period_words(*before),
            running=is_running(until), own=person.pk == user.pk, women=women_of(person, user),
            women_wanted=rule("contact_women_count"), **kwargs,
        )  # fmt: skip


class MyRecord(RecordDetail):
    """One's own."""

    permission = "grids.add_visit"
    title = "我的履职"

    def get_row(self):
        if not hasattr(self, "object"):
            self.months = months_of(self.request.GET)
            self.object = self.request.user
        return self.object

    def get_title(self):
        return self.title

    def get_crumbs(self):
        return []
