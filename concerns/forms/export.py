"""What of the concerns, and of the register of the front desk, leaves the house."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from concerns.enums import Origin, Outcome, ReceptionChannel, Status
from concerns.forms.fields import DAY, topics
from fedhub.ledgers.forms import ExportForm, export_form_of
from fedhub.reference.periods import month_of


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
    def initial_of(cls, query, user):
        """The list says 网格 as `grid` and has a month where the export has two days."""
        found = super().initial_of(query, user)
        found["area"] = found["area"] or query.get("grid")
        first = month_of(query.get("month"))
        if first:
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            found |= {"from_day": first, "to_day": last}
        return found

    def left_out(self, query):
        """What a list finds by words is left out on purpose: it may be a name, and the register keeps its conditions."""
        known = {"grid", "month", "sort", "after", "before", *self.base_fields}
        strange = [name for name in query if name not in known and query[name]]
        unfit = [name for name in self.base_fields if self.initial.get(name) and not self._fits(name)]
        return ["列表里有的条件这里没有，没有带过来；导出只按下面的条件。"] if strange or unfit else []

    def _fits(self, name):
        try:
            self.fields[name].clean(self.initial[name])
        except ValidationError:
            return False
        return True


@export_form_of("concerns")
class ConcernExportForm(WorkExportForm):
    scope_rows = ["area topic", "from_day to_day", "status outcome", "origin person", "overdue", "as_of known_on"]
    as_of_help = "按这一天出台账：到这一天提出的诉求，状态、承办人、答复和评价都照当时的。不填就是今天。"

    status = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("open", "没办结的"), *Status.choices]
    )
    outcome = forms.ChoiceField(label="结果", required=False, choices=[("", "全部"), *Outcome.choices])
    origin = forms.ChoiceField(label="来源", required=False, choices=[("", "全部"), *Origin.choices])
    person = forms.ModelChoiceField(label="承办人", queryset=User.objects.none(), required=False, empty_label="全部")
    overdue = forms.BooleanField(label="只要逾期的", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_day"].label, self.fields["to_day"].label = "提出日期从", "提出日期到"
        self.fields["person"].queryset = User.objects.visible_to(self.user, self.resource.export_permission)

    @classmethod
    def initial_of(cls, query, user):
        """The list says 逾期 as a state, and "me" for its reader."""
        found = super().initial_of(query, user)
        if found["status"] == "overdue":
            found |= {"status": "", "overdue": True}
        if found["person"] == "me":
            found["person"] = user.pk
        return found


@export_form_of("receptions")
class ReceptionExportForm(WorkExportForm):
    scope_rows = ["area topic", "from_day to_day", "channel", "as_of known_on"]
    as_of_help = "按这一天出登记：到这一天来的，内容照当时写的。不填就是今天。"

    channel = forms.ChoiceField(label="方式", required=False, choices=[("", "全部"), *ReceptionChannel.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_day"].label, self.fields["to_day"].label = "时间从", "时间到"
