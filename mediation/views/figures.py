"""The official form of the cases: on the page every number opens its list; what is taken away hides small numbers."""

from io import BytesIO
from urllib.parse import quote, urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.core.text import chinese_date
from fedhub.ledgers.services.export import note_export, office_of
from fedhub.ledgers.stream import Col, Sheet, ledger_filename, write_xlsx
from fedhub.reference.lookup import rule
from mediation.enums import CASE_COUNT_WORDS
from mediation.figures import lines_of, sealed_lines, shown_outside
from mediation.forms.leads import PeriodForm
from mediation.models import Case
from mediation.views.cases import ALL
from mediation.views.leads import period_of
from safety.views.parts import SealedPage

TITLE = "调解统计表"
COUNT_SEALED = "safety.count_safetyfile"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CaseFigures(SealedPage):
    permission = ALL
    model = Case
    title = TITLE
    template_name = "mediation/case_figures.html"

    def read(self, data):
        """`(form, since, until, lines)`."""
        form = PeriodForm(data, user=self.request.user)
        form.fields["since"].label = "日期从"
        form.is_valid()
        since, until = period_of(form)
        return form, since, until, lines_of(self.request.user, since=since, until=until)

    def get(self, request, *args, **kwargs):
        form, since, until, lines = self.read(request.GET)
        period, shown = {"state": "all", "since": since.isoformat(), "until": until.isoformat()}, []
        for line in lines:
            url = f"{reverse('mediation:case_list')}?{urlencode(period | line.filters)}" if line.filters else ""
            if not shown or shown[-1][0] != line.part:
                shown.append((line.part, []))
            # A way to part the cases needs no words of its own.
            words = CASE_COUNT_WORDS[line.filters["count"]] if line.unit == "件" and len(line.filters) == 1 else ""
            shown[-1][1].append((line, words, url))
        return self.render(
            form=form, parts=shown, since=since, until=until, least=rule("small_number"), sealed=self.sealed(),
        )  # fmt: skip

    def sealed(self):
        """`{"year", "lines", "url"}`: what the sealed compartment tells of the community, for whoever may read its yearly numbers;
        one community alone, since sums over several would tell more than each."""
        places = Area.objects.visible_to(self.request.user, COUNT_SEALED).filter(kind="community").active()[:2]
        if len(places) != 1:
            return {}
        year, lines = sealed_lines(places[0])
        query = urlencode({"community": places[0].code, "year": year})
        return {"year": year, "lines": lines, "url": f"{reverse('safety:figures')}?{query}"}


class CaseFiguresFile(CaseFigures):
    """The form as a workbook, with small numbers hidden. Taking it stands in the register of exports and in the sealed trail."""

    def proof_gone(self):
        return redirect("mediation:case_figures")

    def get(self, request, *args, **kwargs):
        return redirect("mediation:case_figures")

    def post(self, request, *args, **kwargs):
        _, since, until, lines = self.read(request.POST)
        place = Area.objects.visible_to(request.user, ALL).order_by("code").first()
        rows = [(one.part, one.label, one.unit, _shown(one)) for one in shown_outside(lines)]
        if sealed := self.sealed():
            part = f"维权（{sealed['year']}年全年）"
            rows += [(part, one.label, one.unit, _shown(one)) for one in sealed["lines"]]
        made, now, period = BytesIO(), timezone.localtime(), {"since": since.isoformat(), "until": until.isoformat()}
        columns = [Col("part", "项目", width=26), Col("label", "内容", width=30), Col("unit", "单位", width=6),
                   Col("number", "数量", "auto")]  # fmt: skip
        sheet = Sheet(
            f"{TITLE}（{chinese_date(since)}至{chinese_date(until)}）", columns, rows,
            office=office_of(place) if place else "", reporter=request.user.name, made_at=now, name=TITLE,
            stamp=f"{request.user.name} {now:%Y-%m-%d %H:%M} 少于 {rule('small_number')} 的数和能推出它的数用 * 代替",
        )  # fmt: skip
        write_xlsx(sheet, made)
        name = ledger_filename(TITLE, place.name if place else "", now.date())
        note_export(
            name=TITLE, area=place, filters=period, columns=[one.label for one in columns], rows=len(rows),
            data=made.getvalue(), file_name=name, by=request.user,
        )  # fmt: skip
        audit.record_sealed("mediation.case.figures", None, by=request.user, **period)
        answer = HttpResponse(made.getvalue(), content_type=XLSX, headers={"Cache-Control": "no-store"})
        answer.headers["Content-Disposition"] = "attachment; filename=\"tongji.xlsx\"; filename*=UTF-8''" + quote(name)
        return answer


def _shown(line):
    return "*" if line.number is None else line.number
