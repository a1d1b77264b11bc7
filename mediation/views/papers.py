"""The papers of a case, printed and for Word: each one, and the whole file. Printing is a right and stands in the sealed trail."""

from types import SimpleNamespace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from fedhub.core import audit, crypto
from fedhub.core.papercheck import PaperError
from fedhub.core.papers import TYPE, fill
from fedhub.ledgers.services.export import office_of
from mediation.layout import COVERS, LAYOUTS
from mediation.papers import PAPERS, WHOLE, keys_of, offered_keys, sheets_of
from mediation.papervalues import values_of
from mediation.views.cases import PRINT, OfCase


class OfPaper(OfCase):
    permission = PRINT

    def check_row(self):
        super().check_row()
        case = self.get_row()
        if case.is_broken():
            raise Http404
        self.values = values_of(case, office_of(case.area), self.request.user)
        self.keys = keys_of(self.values)
        if "kind" in self.kwargs and self.kwargs["kind"] not in {*offered_keys(self.values), WHOLE}:
            raise Http404

    def get_page_title(self):
        return "调解文书"


class PaperList(OfPaper):
    """The papers that this case has now."""

    title = "调解文书"
    template_name = "mediation/papers.html"

    def get(self, request, *args, **kwargs):
        return self.render()

    def get_context_data(self, **kwargs):
        case = self.get_row()
        titles = [(key, LAYOUTS[key].title) for key in offered_keys(self.values)]
        found = [
            (title, reverse("mediation:case_paper", args=[case.pk, key]), key)
            for key, title in [(WHOLE, "整本卷宗"), *titles]
        ]
        return super().get_context_data(papers=found, case=case, **kwargs)


class PaperSheet(OfPaper):
    """One paper, or the whole file, as pages to print."""

    template_name = "mediation/paper.html"

    def get(self, request, *args, **kwargs):
        audit.record_sealed("mediation.case.print", self.get_row(), by=request.user, paper=self.kwargs["kind"])
        return self.render()

    def get_context_data(self, **kwargs):
        whole = self.kwargs["kind"] == WHOLE
        keys = self.keys if whole else [self.kwargs["kind"]]
        contents = [(key, LAYOUTS[key].title, copies(key, self.values)) for key in keys if key not in COVERS]
        return super().get_context_data(
            leaves=[leaf for key in keys for leaf in leaves_of(key, self.values)], whole=whole,
            contents=contents if whole else [], case=self.get_row(),
            back_url=reverse("mediation:case_papers", args=[self.get_row().pk]), **kwargs,
        )  # fmt: skip


def copies(key, values):
    """What the contents remark of a paper that is made several times."""
    number = len(values[LAYOUTS[key].each]) if LAYOUTS[key].each else 1
    return f"共 {number} 份" if number > 1 else ""


def leaves_of(key, values):
    """What begins on a page of its own: each sheet of a paper, then each sheet that lies behind it."""
    found, numbered = [], key not in COVERS
    for parts in sheets_of(key, values):
        shown = [part for part in parts if part.kind != "pages"]
        found.append(SimpleNamespace(key=key, title=LAYOUTS[key].title, parts=shown, numbered=numbered, behind=None))
        for part in parts:
            rows = part.rows if part.kind == "pages" else ()
            found += [SimpleNamespace(key=key, title="", parts=(), numbered=numbered, behind=row) for row in rows]
    return found


class PaperFile(OfPaper):
    """The same for Word, from the office's own template."""

    gives_by_post = True

    def proof_gone(self):
        return redirect("mediation:case_papers", pk=self.get_row().pk)

    def get(self, request, *args, **kwargs):
        return redirect("mediation:case_papers", pk=self.get_row().pk)

    def post(self, request, *args, **kwargs):
        key, back = self.kwargs["kind"], redirect("mediation:case_papers", pk=self.get_row().pk)
        try:
            made = fill(PAPERS[key], self.values)
        except (OSError, crypto.Undecryptable):
            messages.error(request, "本单位的模板读不出来，没有生成。请在“文书模板”里恢复自带的模板。")
            return back
        except PaperError as error:
            messages.error(request, error.message)
            return back
        audit.record_sealed("mediation.case.print", self.get_row(), by=request.user, paper=key, word=True)
        return HttpResponse(
            made, content_type=TYPE,
            headers={"Content-Disposition": 'attachment; filename="wenshu.docx"', "Cache-Control": "no-store"},
        )  # fmt: skip
