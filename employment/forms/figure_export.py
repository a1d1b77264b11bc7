"""What of the figures leaves the house."""

from fedhub.ledgers.forms import ExportForm, export_form_of
from fedhub.reference.periods import MonthField


@export_form_of("job_figures")
class JobFigureExportForm(ExportForm):
    scope_rows = ["area", "since until"]

    # Figures are those of months, not of a day.
    as_of = known_on = None
    since = MonthField(label="从（月）", required=False, help_text="不填就是今年。")
    until = MonthField(label="到（月）", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].label = "社区"
        self.fields["area"].queryset = self.fields["area"].queryset.filter(kind="community")
        self.fields["mode"].choices = self.fields["mode"].choices[:1]
        self.fields["purpose"].help_text = "会登记在导出登记里。"
