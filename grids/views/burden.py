"""表单负担: what the visit form costs those who fill it in, and what of it nobody uses."""

from django.urls import reverse

from fedhub.core.views import StaffPage
from fedhub.reference.lookup import rule
from grids.burden import SELDOM, WEEKS, answers, times, unchanging
from grids.forms.questions import QUESTIONS
from grids.views.visit import crumb


class Burden(StaffPage):
    permission = "grids.review_visit"
    title = "表单负担"
    template_name = "grids/burden.html"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        user, least = self.request.user, rule("small_number")
        rows, total = answers(user, QUESTIONS)
        enough = total >= least
        return super().get_context_data(
            rows=rows, counted=f"近 {WEEKS} 周 {total:,} 次走访", enough=enough, least=least, weeks=WEEKS, times=times(user),
            could_go=[row for row in rows if row.could_go],
            seldom=[row for row in rows if enough and row.could_go and (row.percent or 0) < SELDOM],
            unchanging=[
                (person, f"{reverse('grids:visit_list')}?visitor={person.pk}") for person, _ in unchanging(user)
            ],
            unchanged_times=rule("visit_unchanged_times"), **kwargs,
        )  # fmt: skip
