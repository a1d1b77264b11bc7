"""Import batches: the list, and the page of one batch, which is the step of the wizard it stands at."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from fedhub.core.paging import keyset_page
from fedhub.core.views import ScopedDetailView, ScopedListView, StaffView, StepView
from fedhub.ledgers.convert import samples
from fedhub.ledgers.enums import BatchState, SexCodes, Verdict
from fedhub.ledgers.forms import BatchFilterForm
from fedhub.ledgers.grids import counts_of, grid_choices
from fedhub.ledgers.models import ImportBatch
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services.commit import undo_until
from fedhub.ledgers.services.errors import error_book
from fedhub.ledgers.services.intake import (
    cancel_import,
    choose_sheet,
    map_columns,
    request_commit,
    request_undo,
    to_write,
)
from fedhub.ledgers.sheets import chosen_sheet
from fedhub.ledgers.tasks import check_import, commit_import, undo_import
from fedhub.ledgers.views.ledger import as_file, crumb
from fedhub.ledgers.views.steps import band, line, wizard_steps
from fedhub.reference.lookup import rule

PAGE = 50
# Rows looked at for the examples of the mapping page, and how many of them it shows.
LOOKED_AT, SHOWN = 20, 3
OVERVIEW = (Verdict.REFUSED, Verdict.SUSPECT, Verdict.CHANGED, Verdict.NEW)
KINDS = {
    "look": ("要看一眼的", [Verdict.REFUSED, Verdict.SUSPECT]),
    "new": ("新增", [Verdict.NEW]),
    "changed": ("变更", [Verdict.CHANGED]),
    "same": ("相同", [Verdict.SAME]),
}
RUNNING = (BatchState.CHECKING, BatchState.WRITING)


def is_running(batch):
    """True while the background works on `batch`."""
    return batch.state in RUNNING


class OfBatch(StaffView):
    """A page of one batch in scope."""

    permission = "ledgers.add_importbatch"
    model = ImportBatch

    def get_rows(self):
        return super().get_rows().select_related("area", "created_by", "job")

    def get_ledger(self):
        return ledgers[self.get_row().ledger]

    def get_title(self):
        return f"导入：{self.get_ledger().label}"

    def get_crumbs(self):
        return [crumb(), ("导入", reverse("ledgers:batch_list"))]

    def get_meta(self):
        batch = self.get_row()
        sheet = f"工作表“{batch.sheet}”" if batch.sheet else ""
        read = batch.counts.get("read")
        return [batch.file_name, sheet, f"{read:,} 行" if read is not None else "", f"批次 {batch.number}"]


class BatchList(ScopedListView):
    permission = "ledgers.view_importbatch"
    model = ImportBatch
    title = "导入批次"
    filter_class = BatchFilterForm
    sorts = {"new": ("-created_at", "最近的在前")}
    unit = "批"
    template_name = "ledgers/batch_list.html"
    results_template = "ledgers/batch_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("area", "created_by")

    def row(self, item):
        item.ledger_label = ledgers[item.ledger].label if item.ledger in ledgers else item.ledger
        return item

    def get_crumbs(self):
        return [crumb()]


class BatchDetail(OfBatch, ScopedDetailView):
    """The step the batch stands at: mapping, running work, results, or what was written."""

    permission = "ledgers.view_importbatch"

    def get(self, request, *args, **kwargs):
        batch = self.get_row()
        if is_running(batch):
            return self.page("ledgers/running.html")
        show = {BatchState.UPLOADED: self.show_columns, BatchState.CHECKED: self.show_results}
        return show.get(batch.state, self.show_end)(batch)

    def page(self, template, **context):
        batch = self.get_row()
        may = self.request.user.has_perm("ledgers.add_importbatch", batch)
        return self.render(
            template, object=batch, ledger=self.get_ledger(), meta=self.get_meta(), may_import=may,
            **({"steps": wizard_steps(batch)} | context),
        )  # fmt: skip

    def show_columns(self, batch):
        return self.page("ledgers/columns.html", **column_page(batch, batch.mapping))

    def show_results(self, batch):
        request = self.request
        if request.GET.get("step") == "columns":
            return self.page("ledgers/columns.html", **column_page(batch, batch.mapping), steps=wizard_steps(batch, 1))
        kind = request.GET.get("kind")
        kind = kind if kind in KINDS else ""
        grids = grid_choices(batch.counts)
        grid = request.GET.get("grid")
        self.grid = grid if grid in dict(grids) else ""
        new, changed = to_write(batch)
        counts = batch.counts
        left = undecided(batch)
        return self.page(
            "ledgers/results.html", band=band(counts), segments=self.segments(kind), kind=kind, new=new, changed=changed,
            total=new + changed, left=left, rows=self.result_rows(batch, kind), grids=grids, grid=self.grid,
            skipped_rows=counts.get("skipped_rows", [])[:5],
        )  # fmt: skip

    def results_url(self, **query):
        """Address of these results with `query` and the chosen grid."""
        return f"?{urlencode({name: value for name, value in {**query, 'grid': self.grid}.items() if value})}"

    def segments(self, kind):
        counts = counts_of(self.get_row().counts, self.grid)
        items = [{"label": "概览", "url": self.results_url(), "current": not kind, "count": None}]
        for key, (label, verdicts) in KINDS.items():
            number = sum(counts.get(verdict, 0) for verdict in verdicts)
            items.append({"label": label, "url": self.results_url(kind=key), "current": kind == key, "count": number})
        return items

    def result_rows(self, batch, kind):
        """Two of each kind on the overview, else a keyset page of the kind; of one grid when one is chosen."""
        rows = batch.rows.filter(grid_code=self.grid) if self.grid else batch.rows
        if not kind:
            found = [row for verdict in OVERVIEW for row in rows.filter(verdict=verdict).order_by("number")[:2]]
            self.pager = None
        else:
            data, counts = self.request.GET, counts_of(batch.counts, self.grid)
            page = keyset_page(
                rows.filter(verdict__in=KINDS[kind][1]), sort="number", size=PAGE, after=data.get("after"),
                before=data.get("before"), unit="行", total=sum(counts.get(v, 0) for v in KINDS[kind][1]),
            )  # fmt: skip
            page.exact = True
            page.next_url = self.results_url(kind=kind, after=page.next_cursor) if page.next_cursor else ""
            page.previous_url = (
                self.results_url(kind=kind, before=page.previous_cursor) if page.previous_cursor else ""
            )
            self.pager, found = page, page.rows
        return [line(row, batch) for row in found]

    def show_end(self, batch):
        counts = batch.counts
        until = undo_until(batch)
        undoable = batch.state == BatchState.DONE and timezone.now() <= until
        late = (
            batch.rows.filter(verdict=Verdict.REFUSED, choice="").order_by("number")[:20] if counts.get("late") else []
        )
        kept = batch.rows.filter(choice="kept").order_by("number")[:50] if counts.get("kept") else []
        return self.page(
            "ledgers/ended.html", counts=counts, until=until, undoable=undoable, late=[line(r, batch) for r in late],
            kept=[line(r, batch) for r in kept], has_rows=not batch.purged_at and bool(counts.get("read")),
            written_text=f"新增 {counts.get('written_new', 0):,} 行、变更 {counts.get('written_changed', 0):,} 行",
            late_text=f"{counts.get('late', 0):,} 行",
            undone_text=f"恢复 {counts.get('undone', 0):,} 行，{counts.get('kept', 0):,} 行写入后又被改过，没有动",
        )  # fmt: skip

    def get_context_data(self, **kwargs):
        return super().get_context_data(pager=getattr(self, "pager", None), **kwargs)


def undecided(batch):
    """How many suspect rows nobody has answered."""
    return batch.rows.filter(verdict=Verdict.SUSPECT, choice="").count()


def column_page(batch, mapping, error="", sex_codes=None):
    """Context of the mapping page: each column of the file with examples and where it goes.

    `sex_choices` [(code, label, chosen)] are offered when a column 性别 holds numbers.
    """
    resource, sheet = ledgers[batch.ledger], chosen_sheet(batch)
    examples = samples(batch, sheet, LOOKED_AT)
    targets = [(column.key, column.label, column.group) for column in resource.imported_columns()]
    computed = {column.label: column.why for column in resource.columns if column.why}
    columns = [
        {
            "index": index,
            "label": label,
            "examples": "；".join(examples.get(index, [])[:SHOWN]),
            "key": mapping.get(str(index), ""),
            "why": computed.get(label.rpartition("/")[2], ""),
        }
        for index, label in enumerate(sheet["labels"])
        if label
    ]
    sheets = [{"name": facts["name"][:60], "rows": facts["rows"], "hidden": facts["hidden"]} for facts in
              batch.heading["sheets"]]  # fmt: skip
    of_sex = [c["index"] for c in columns if c["key"] == "sex" or "性别" in c["label"]]
    chosen = batch.sex_codes if sex_codes is None else sex_codes
    numbered = chosen or any(text.isdigit() for index in of_sex for text in examples.get(index, ()))
    return {
        "sheet": sheet, "sheets": sheets, "columns": columns, "targets": targets, "error": error,
        "sex_choices": [(code, label, code == chosen) for code, label in SexCodes.choices] if numbered else [],
        "matched": sum(bool(column["key"]) for column in columns),
    }  # fmt: skip


class BatchProgress(OfBatch):
    """Progress of the running work, polled; the page reloads when it is over."""

    permission = "ledgers.view_importbatch"

    def get(self, request, *args, **kwargs):
        batch = self.get_row()
        response = self.render("ledgers/_parts/progress.html", object=batch)
        if not is_running(batch):
            response.headers["HX-Refresh"] = "true"
        return response


class BatchSheet(OfBatch):
    """Choose another sheet of the file."""

    def post(self, request, *args, **kwargs):
        batch = self.get_row()
        try:
            choose_sheet(batch, request.POST.get("sheet", ""), by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(f"{batch.get_absolute_url()}?step=columns")


class BatchColumns(OfBatch):
    """Step 2: fix the mapping and start the dry run."""

    def post(self, request, *args, **kwargs):
        batch = self.get_row()
        posted = {name.removeprefix("col-"): key for name, key in request.POST.items() if name.startswith("col-")}
        try:
            map_columns(batch, posted, sex_codes=request.POST.get("sex_codes"), by=request.user)
        except ValidationError as error:
            return self.render(
                "ledgers/columns.html", object=batch, ledger=self.get_ledger(), meta=self.get_meta(), may_import=True,
                steps=wizard_steps(batch, 1),
                **column_page(batch, posted, " ".join(error.messages), request.POST.get("sex_codes")),
            )  # fmt: skip
        check_import.enqueue(batch.pk)
        return redirect(batch)


class BatchErrors(OfBatch):
    """The workbook of rows that need a look: original columns plus 导入结果."""

    permission = "ledgers.view_importbatch"

    def get(self, request, *args, **kwargs):
        batch = self.get_row()
        if batch.purged_at or not batch.counts:
            raise Http404
        return as_file(error_book(batch, by=request.user), f"导入错误清单_{batch.number}.xlsx")


class BatchStep(OfBatch, StepView):
    """One decision about a batch."""


class BatchConfirm(BatchStep):
    """Step 4: GET asks once more, POST claims the batch and writes it in the background."""

    success_message = "已开始写入，完成后这一页会自己更新。"

    def get(self, request, *args, **kwargs):
        batch = self.get_row()
        if batch.state != BatchState.CHECKED:
            return redirect(batch)
        new, changed = to_write(batch)
        return self.render(
            "ledgers/confirm.html", object=batch, meta=self.get_meta(), steps=wizard_steps(batch, 3), new=new,
            changed=changed, total=new + changed, hours=rule("import_undo_hours"),
            left=undecided(batch),
        )  # fmt: skip

    def act(self, row):
        request_commit(row, by=self.request.user)
        commit_import.enqueue(row.pk, self.request.user.pk)


class BatchCancel(BatchStep):
    success_message = "已放弃这一批，台账没有改动，上传的文件已删除。"

    def act(self, row):
        cancel_import(row, by=self.request.user)


class BatchUndo(BatchStep):
    success_message = "已开始撤销，完成后这一页会自己更新。"

    def act(self, row):
        request_undo(row, by=self.request.user)
        undo_import.enqueue(row.pk, self.request.user.pk)
