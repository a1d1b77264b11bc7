"""What of the concerns, and of the register of the front desk, leaves the house."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from concerns.enums import ReceptionChannel, Status
from concerns.forms.fields import DAY, month_of, topics
from fedhub.ledgers.forms import ExportForm, export_form_of


class WorkExportForm(ExportForm):
    """Conditions that both ledgers have."""

    topic = forms.ChoiceField(label="方面", required=False)
    from_day = forms.DateField(label="从", required=False, **DAY)
    to_day = forms.DateField(label="到", required=False, **DAY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = topics("全部")

    def clean_to_day(self):
        first, last = self.cleaned_data.get("from_day"), self.cleaned_data["to_day"]
        if first and last and last < first:
            raise ValidationError("不能早于开始的那天。")
        return last

    @classmethod
    def initial_of(cls, query):
        """The list says 网格 as `grid` and has a month where the export has two days."""
        found = super().initial_of(query)
        found["area"] = found["area"] or query.get("grid")
        first = month_of(query.get("month"))
        if first:
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            found |= {"from_day": first, "to_day": last}
        return found

    def left_out(self, query):
        # What is typed into a search may be a name; the register of exports keeps its conditions for good.
        return ["列表里按字找的条件没有带过来，导出只按下面的条件。"] if query.get("q") else []


@export_form_of("concerns")
class ConcernExportForm(WorkExportForm):
    scope_rows = ["area topic", "from_day to_day", "status person", "overdue", "as_of known_on"]
    as_of_help = "按这一天出台账：到这一天提出的诉求，状态、承办人、答复和评价都照当时的。不填就是今天。"

    status = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("open", "没办结的"), *Status.choices]
    )
    person = forms.ModelChoiceField(label="承办人", queryset=User.objects.none(), required=False, empty_label="全部")
    overdue = forms.BooleanField(label="只要逾期的", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_day"].label, self.fields["to_day"].label = "提出日期从", "提出日期到"
        self.fields["person"].queryset = User.objects.visible_to(self.user, self.resource.export_permission)


@export_form_of("receptions")
class ReceptionExportForm(WorkExportForm):
    scope_rows = ["area topic", "from_day to_day", "channel", "as_of known_on"]
    as_of_help = "按这一天出登记：到这一天来的，内容照当时写的。不填就是今天。"

    channel = forms.ChoiceField(label="方式", required=False, choices=[("", "全部"), *ReceptionChannel.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_day"].label, self.fields["to_day"].label = "时间从", "时间到"
