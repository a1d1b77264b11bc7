"""One row of an import: what stood in the file, what it would do, and the answer to a suspect."""

from urllib.parse import urlencode

from django.urls import reverse

from fedhub.core.views import ScopedDetailView, StepView
from fedhub.ledgers.enums import BatchState, Verdict
from fedhub.ledgers.models import ImportRow
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.rows import StagedRow
from fedhub.ledgers.services.commit import CHOICES, OTHER, SAME, SKIP
from fedhub.ledgers.services.intake import choose_row
from fedhub.ledgers.sheets import chosen_sheet
from fedhub.ledgers.views.ledger import crumb
from fedhub.ledgers.views.steps import TONES, line


class RowDetail(ScopedDetailView):
    """The row as it stood in the file beside what was made of it; reading it is logged."""

    permission = "ledgers.view_importbatch"
    model = ImportRow
    template_name = "ledgers/row.html"

    def get_rows(self):
        return super().get_rows().select_related("batch", "batch__area")

    def get_title(self):
        return f"第 {StagedRow.from_model(self.get_row()).row} 行"

    def get_crumbs(self):
        batch = self.get_row().batch
        return [crumb(), ("导入", reverse("ledgers:batch_list")), (batch.number, batch.get_absolute_url())]

    def get_context_data(self, **kwargs):
        stored = self.get_row()
        batch, row = stored.batch, StagedRow.from_model(stored)
        resource = ledgers[batch.ledger]
        labels = chosen_sheet(batch)["labels"] if batch.heading else [c.label for c in resource.columns]
        cells = [
            {"label": label or f"第 {index + 1} 列", "text": row.raw[index] if index < len(row.raw) else "",
             "target": resource.by_key[batch.mapping[str(index)]].label if str(index) in batch.mapping else ""}
            for index, label in enumerate(labels)
            if label or (index < len(row.raw) and row.raw[index])
        ]  # fmt: skip
        tone, icon = TONES[Verdict(stored.verdict)]
        target = resource.describe(stored.target_id, self.request.user) if stored.target_id else None
        may_choose = (
            stored.verdict == Verdict.SUSPECT
            and batch.state == BatchState.CHECKED
            and self.request.user.has_perm("ledgers.add_importbatch", batch)
        )
        offered = [SAME, OTHER, SKIP] if "change" in row.plan else [OTHER, SKIP]
        return super().get_context_data(
            batch=batch, cells=cells, line=line(stored, batch), tone=tone, icon=icon, target=target,
            may_choose=may_choose, choices=[(key, CHOICES[key]) for key in offered],
            grid=self.request.GET.get("grid", ""), **kwargs,
        )  # fmt: skip


class RowChoose(StepView):
    """POST: is the suspect the same person, another one, or not to be imported?"""

    permission = "ledgers.add_importbatch"
    model = ImportRow
    success_message = "已记下。"

    def get_rows(self):
        return super().get_rows().select_related("batch")

    def act(self, row):
        choose_row(row, self.request.POST.get("choice", ""), by=self.request.user)

    def get_success_url(self):
        query = {"kind": "look"} | ({"grid": grid} if (grid := self.request.POST.get("grid", "")) else {})
        return f"{self.get_row().batch.get_absolute_url()}?{urlencode(query)}"
