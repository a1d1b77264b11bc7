"""结果: counts with charts, by grid, two questions together, who answered, on paper and for Word."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from fedhub.core import audit, crypto
from fedhub.core.papercheck import PaperError
from fedhub.core.papers import TYPE, fill
from fedhub.core.views import ScopedDetailView, ScopedListView, StaffView
from fedhub.reference.lookup import labels, rule
from surveys.crossing import BY_GRID, choices, crossed
from surveys.enums import Kind
from surveys.flow import survey_flow
from surveys.forms.results import ResultFilterForm
from surveys.models import Finding, Survey
from surveys.report import report_paper, report_values
from surveys.results import Results, reach, received
from surveys.states import OUT, TONES

VIEW, CHANGE, PUBLISH = "surveys.view_survey", "surveys.change_survey", "surveys.publish_survey"


def list_crumb():
    return ("问卷结果", reverse("surveys:result_list"))


def crumbs_of(survey):
    """Pages above a page about the results of `survey`."""
    return [(survey.number, survey.get_absolute_url()), ("结果", reverse("surveys:results", args=[survey.pk]))]


class OfSurvey:
    """A page about the results of one survey that is or was out."""

    permission = VIEW
    model = Survey

    def get_rows(self):
        return super().get_rows().filter(status__in=OUT).select_related("area")

    def get_crumbs(self):
        return crumbs_of(self.get_row())

    def may(self, permission):
        return self.request.user.has_perm(permission, self.get_row())


class ResultList(ScopedListView):
    """问卷结果: every survey that is or was out."""

    permission = VIEW
    model = Survey
    title = "问卷结果"
    filter_class = ResultFilterForm
    unit = "份问卷"
    sorts = {"updated": ("-updated_at", "最近的在前"), "number": ("-number", "编号")}
    template_name = "surveys/result_list.html"
    results_template = "surveys/result_list/_results.html"

    def get_list(self):
        return self.get_rows().filter(status__in=OUT).select_related("area")

    def page_rows(self, items):
        found, names, least = received(items), labels("survey_topic"), rule("small_number")
        for item in items:
            item.tone, item.topic_label = TONES[item.status], names.get(item.topic, "")
            n = found.get(item.pk, 0)
            item.received = n if n == 0 or n >= least else None
        return items


class SurveyResults(OfSurvey, ScopedDetailView):
    """Counts of every question; `?grid=` looks at one grid, `?by=count` puts the most frequent first."""

    title = "问卷结果"
    template_name = "surveys/results.html"
    log_reading = False

    def get_title(self):
        return self.get_row().title

    def get_crumbs(self):
        return [list_crumb(), (self.get_row().number, self.get_row().get_absolute_url())]

    def address(self, **changes):
        asked = {"grid": self.results.grid, "by": self.by} | changes
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"

    def get_context_data(self, **kwargs):
        survey, query = self.get_row(), self.request.GET
        self.results = Results(survey, query.get("grid", ""))
        self.by = "count" if query.get("by") == "count" else ""
        findings = Finding.objects.visible_to(self.request.user, VIEW).filter(survey=survey).for_list().order_by("-pk")
        return super().get_context_data(
            survey=survey, results=self.results, figures=shown_figures(self.results, self.by), findings=list(findings),
            grids=self._segments([("", "全部", self.results.total), *self.results.places()], "grid", self.results.grid),
            orders=self._segments([("", "按选项"), ("count", "按多少")], "by", self.by), query=self.address(),
            tone=TONES[survey.status], may_change=self.may(CHANGE), may_publish=self.may(PUBLISH),
            may_export=self.may("surveys.export_survey"), steps={s.name for s in survey_flow.open_steps(survey)}, **kwargs,
        )  # fmt: skip

    def _segments(self, rows, name, chosen):
        return [
            {"label": label, "url": self.address(**{name: code}), "current": code == chosen, "count": n}
            for code, label, n in ((*row, None)[:3] for row in rows)
        ]


def shown_figures(results, by=""):
    """Figures for a page: [(Figure, lines in the wished order, [(edition, what changed)])]."""
    changed, found = results.changes(), []
    for figure in results.figures:
        lines = figure.lines
        if by == "count" and figure.question.kind != Kind.NUMBER:
            lines = sorted(lines, key=lambda line: -(line.n or 0))
        found.append((figure, lines, changed.get(figure.question.code, [])))
    return found


class ResultSheet(OfSurvey, ScopedDetailView):
    """The results on paper."""

    title = "问卷结果"
    template_name = "surveys/result_sheet.html"
    log_reading = False

    def get_context_data(self, **kwargs):
        survey = self.get_row()
        results = Results(survey, self.request.GET.get("grid", ""))
        return super().get_context_data(
            survey=survey, results=results, figures=shown_figures(results), topic=labels("survey_topic").get(survey.topic),
            back_url=reverse("surveys:results", args=[survey.pk]), **kwargs,
        )  # fmt: skip


class ResultPaper(OfSurvey, StaffView):
    """问卷结果报告 for Word; every download is logged."""

    def post(self, request, *args, **kwargs):
        survey = self.get_row()
        results = Results(survey)
        back = redirect("surveys:results", survey.pk)
        if not results.enough:
            messages.error(request, f"收到不足 {results.least} 份，还不能出报告。")
            return back
        try:
            made = fill(report_paper, report_values(results, request.user))
        except (OSError, crypto.Undecryptable):
            messages.error(request, "本单位的模板读不出来，没有生成。请在“文书模板”里恢复自带的模板。")
            return back
        except PaperError as error:
            messages.error(request, error.message)
            return back
        audit.record("surveys.survey.report", survey, by=request.user)
        name = f'attachment; filename="{survey.number}.docx"'
        return HttpResponse(
            made, content_type=TYPE, headers={"Content-Disposition": name, "Cache-Control": "no-store"}
        )


class SurveyReach(OfSurvey, ScopedDetailView):
    """Who answered: the rate where it is known, and the grids that are silent."""

    title = "答卷情况"
    template_name = "surveys/reach.html"
    log_reading = False

    def get_context_data(self, **kwargs):
        results = Results(self.get_row())
        rows = reach(results)
        silent = [row for row in rows if row.is_silent]
        return super().get_context_data(survey=self.get_row(), results=results, rows=rows, silent=silent, **kwargs)


class SurveyCross(OfSurvey, ScopedDetailView):
    """Two questions together; `?down=&across=` (a question, or the grids)."""

    title = "交叉表"
    template_name = "surveys/cross.html"
    log_reading = False

    def get_context_data(self, **kwargs):
        results, query = Results(self.get_row()), self.request.GET
        found = choices(results)
        down = query.get("down") if query.get("down") in found else next(iter(found), "")
        tops = {BY_GRID: "网格", **found}
        across = query.get("across") if query.get("across") in tops else BY_GRID
        return super().get_context_data(
            survey=self.get_row(), results=results, choices=found, tops=tops, down=down, across=across,
            table=crossed(results, down, across), same=down == across, down_label=found.get(down, ""),
            across_label=tops[across], **kwargs,
        )  # fmt: skip
