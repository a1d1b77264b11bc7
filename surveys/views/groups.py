"""Results looked at in groups: all questions of a survey by grid, age or another one; all surveys by the seven fields of work."""

from urllib.parse import urlencode

from fedhub.core.views import ScopedDetailView, StaffView
from fedhub.reference.lookup import rule
from surveys.crossing import choices, crossed, groupings, pages_of
from surveys.models import Survey
from surveys.results import Results
from surveys.states import OUT
from surveys.topics import by_topic
from surveys.views.results import VIEW, OfSurvey, list_crumb


class SurveyGroups(OfSurvey, ScopedDetailView):
    """Every question by one of them: `?by=` (a question, or the grids), `?page=`."""

    title = "分组看"
    template_name = "surveys/groups.html"
    log_reading = False

    def get_context_data(self, **kwargs):
        results, query = Results(self.get_row()), self.request.GET
        tops, labels = groupings(results), choices(results)
        by = query.get("by") if query.get("by") in tops else next(iter(tops))
        pages = pages_of(results, by) if results.enough else []
        number = query.get("page", "")
        page = int(number[:4]) if number.isdecimal() and number.isascii() else 1
        page = min(max(page, 1), max(len(pages), 1))
        keys = pages[page - 1] if pages else []
        return super().get_context_data(
            survey=self.get_row(), results=results, tops=tops, by=by, by_label=tops[by],
            tables=[(key, labels[key], crossed(results, key, by)) for key in keys],
            before=self._page(by, page - 1) if page > 1 else "", after=self._page(by, page + 1) if page < len(pages) else "",
            page=page, pages=len(pages), **kwargs,
        )  # fmt: skip

    @staticmethod
    def _page(by, page):
        return f"?{urlencode({'by': by, 'page': page})}"


class ResultTopics(StaffView):
    """The seven fields of work: what was asked, what came, what was made of it."""

    permission = VIEW
    model = Survey
    title = "按方面看"
    template_name = "surveys/topics.html"

    def get_crumbs(self):
        return [list_crumb()]

    def get(self, request):
        surveys = Survey.objects.visible_to(request.user, self.permission).filter(status__in=OUT)
        least = rule("small_number")
        return self.render(rows=by_topic(surveys, least), least=least)
