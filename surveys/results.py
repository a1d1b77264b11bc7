"""Results of one survey, read from its counts alone: three queries for ten responses as for a million."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Sum

from fedhub.areas.enums import CODE_LENGTH, AreaKind
from fedhub.areas.models import Area
from fedhub.reference.lookup import rule
from households.models import Household
from surveys.definition.questionnaire import Questionnaire, from_data
from surveys.hiding import REST
from surveys.models import Tally
from surveys.stats import Counts, changes, dimensions, figures, lined_up, shown_places

GRID = CODE_LENGTH[AreaKind.GRID]
REST_LABEL = "其余网格"


class Results:
    """What a survey found. `grid`: code of a grid to look at alone."""

    def __init__(self, survey, grid=""):
        self.survey, self.least = survey, rule("small_number")
        self.editions = list(survey.editions.select_related("made_by"))
        self.contents = {edition.number: from_data(edition.content) for edition in self.editions}
        self.questionnaire = lined_up(list(self.contents.values())) if self.contents else Questionnaire()
        self.counts = self._counts()
        self.grid = grid if grid in shown_places(self.counts, self.least) else ""

    def _counts(self):
        rows = Tally.objects.filter(survey=self.survey).values_list("question", "row", "option", "area_id", "n")
        rows = list(rows)
        places = Area.objects.filter(pk__in={row[3] for row in rows}).values_list("pk", "code", "name")
        self._code = {pk: code[:GRID] for pk, code, _ in places}
        self.names = {code: name if len(code) == GRID else "没写网格" for _, code, name in places if len(code) <= GRID}
        found = {}
        for question, row, option, area, n in rows:
            key = (question, row, option, self._code[area])
            found[key] = found.get(key, 0) + n
        return Counts(found)

    @property
    def total(self):
        return self.counts.total

    @property
    def enough(self):
        """True when so many have answered that results may be looked at."""
        return self.total >= self.least

    @cached_property
    def figures(self):
        """Figures of every question, of all or of the chosen grid."""
        return figures(self.questionnaire, self.counts, self.least, place=self.grid or None)

    @property
    def rate(self):
        """Responses in percent of those who were asked, None where nobody said how many that are."""
        audience = self.survey.audience
        return round(100 * self.total / audience, 1) if audience else None

    @property
    def received_words(self):
        return f"{self.total:,} 份"

    @property
    def rate_words(self):
        return f"{self.rate}%（问的是 {self.survey.audience:,} 人）"

    @property
    def grid_name(self):
        """Name of the grid that is looked at alone."""
        return self.name(self.grid)

    def places(self):
        """`[(code, name, responses)]` of the grids that may be looked at alone."""
        codes = shown_places(self.counts, self.least)
        return [
            (code, self.name(code), self.counts.places[code])
            for code in sorted(codes, key=lambda c: (len(c) < GRID, c))
        ]

    def name(self, code):
        """Name of a column."""
        return REST_LABEL if code == REST else self.names.get(code, "其他网格")

    def changes(self):
        """{question: [(edition, sentence)]} of all editions after the first."""
        found, pairs = {}, list(self.contents.items())
        for (_, before), (number, now) in zip(pairs, pairs[1:], strict=False):
            for code, said in changes(before, now).items():
                found.setdefault(code, []).extend((number, sentence) for sentence in said)
        return found

    def dimensions(self):
        """{key: label} of what can be crossed."""
        return {key: label for key, (label, *_) in dimensions(self.questionnaire).items()}


def received(surveys):
    """{survey id: responses counted} of some surveys; one query."""
    rows = Tally.objects.filter(survey__in=[survey.pk for survey in surveys], question="", row="", option="")
    return dict(rows.values_list("survey").annotate(sum=Sum("n")).order_by())


# --- who answered ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reach:
    """A grid that was asked: its families, how many responses came (None: too few to be told, or with them those few could be
    told), and of a hundred families."""

    code: str
    name: str
    families: int
    responses: int | None
    per_hundred: float | None = None

    @property
    def is_silent(self):
        return self.responses == 0


def reach(results):
    """Reach of every grid that was asked, the silent ones first."""
    survey = results.survey
    asked = survey.grids.all() if survey.grids.exists() else Area.objects.within(survey.area).active().grids()
    places = list(asked.order_by("code").values_list("code", "name"))
    families = {}
    homes = Household.objects.filter(area__code__startswith=survey.area.code, closed_on=None)
    for code, n in homes.values_list("area__code").annotate(n=Count("pk")).order_by():
        families[code[:GRID]] = families.get(code[:GRID], 0) + n
    found, alone = [], set(shown_places(results.counts, results.least))
    for code, name in places:
        n, homes = results.counts.places.get(code, 0), families.get(code, 0)
        shown = n if n == 0 or code in alone else None
        share = round(100 * n / homes, 1) if shown is not None and homes else None
        found.append(Reach(code, name, homes, shown, share))
    return sorted(
        found, key=lambda one: (one.responses != 0, one.responses is not None, one.per_hundred or 0, one.code)
    )
