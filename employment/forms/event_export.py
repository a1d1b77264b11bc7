"""What of the courses leaves the house."""

from django import forms

from employment.event_enums import EventKind
from employment.models import Event
from fedhub.ledgers.forms import ExportForm, export_form_of


@export_form_of("training")
class TrainingExportForm(ExportForm):
    scope_rows = ["area", "event"]

    as_of = known_on = None
    event = forms.ModelChoiceField(
        label="培训班", queryset=Event.objects.none(), required=False, empty_label="全部培训班"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Event.objects.visible_to(self.user).filter(kind=EventKind.COURSE)
        self.fields["event"].queryset = rows.order_by("-first_on", "-pk")
