"""议事统计, and the balance that only the chair sees."""

from django.utils.dateparse import parse_date

from council.figures import balance, by_category, figures_of, half_year, periods, sentence
from fedhub.core.views import StaffPage


class OfPeriod(StaffPage):
    """A page of the days from `since` to `until` of the address; the half-year of today when they are missing or odd."""

    def get_days(self):
        since, until = half_year()
        try:
            since = parse_date(self.request.GET.get("since", "")) or since
            until = parse_date(self.request.GET.get("until", "")) or until
        except ValueError:
            return half_year()
        return (since, until) if since <= until else half_year()


class Figures(OfPeriod):
    permission = "council.view_meeting"
    title = "议事统计"
    template_name = "council/figures.html"

    def get_context_data(self, **kwargs):
        user, (since, until) = self.request.user, self.get_days()
        meetings, topics = sentence(user, since, until)
        return super().get_context_data(
            since=since, until=until, figures=figures_of(user, since, until), rows=by_category(user, since, until),
            segments=[
                {"label": label, "url": f"?since={one}&until={last}", "current": (one, last) == (since, until)}
                for label, one, last in periods()
            ],
            meetings=meetings, topics=topics, may_balance=user.has_perm("council.balance_council"), **kwargs,
        )  # fmt: skip


class Balance(OfPeriod):
    """Who came, spoke, proposed and has things to do; shown to the chair alone."""

    permission = "council.balance_council"
    title = "出席、发言、提议"
    template_name = "council/balance.html"

    def get_context_data(self, **kwargs):
        since, until = self.get_days()
        return super().get_context_data(
            since=since, until=until, rows=balance(self.request.user, since, until), **kwargs
        )
