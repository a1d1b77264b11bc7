"""What of the visit tasks leaves the house."""

from django import forms

from fedhub.areas.models import Area
from fedhub.ledgers.forms import ExportForm, export_form_of
from households.enums import TaskKind, TaskState
from households.models import Campaign
from households.taskledger import LATE

# Words of the list that an export has not: who looks at it, what was searched for, the order.
ONLY_OF_LIST = ("q", "person")


@export_form_of("visittasks")
class TaskExportForm(ExportForm):
    scope_rows = ["area campaign", "kind state"]

    as_of = known_on = None
    campaign = forms.ModelChoiceField(
        label="专项活动", queryset=Campaign.objects.none(), required=False, empty_label="全部"
    )
    kind = forms.ChoiceField(label="种类", required=False, choices=[("", "全部"), *TaskKind.choices])
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), (LATE, "超期的"), *TaskState.choices]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = Campaign.objects.visible_to(self.user).order_by("-starts_on", "-pk")

    @classmethod
    def initial_of(cls, query, user):
        """The list says a grid by its code, shows the open ones when no state is chosen and "all" for every state."""
        found = super().initial_of(query, user)
        code = query.get("area")
        if code:
            area = Area.objects.visible_to(user, "households.export_resident").filter(code=code).first()
            found["area"] = area and area.pk
        found["state"] = "" if query.get("state") == "all" else query.get("state") or TaskState.OPEN.value
        return found

    def left_out(self, query):
        return (
            ["列表里搜的词和“谁去”没有带过来；导出只按下面的条件。"]
            if any(query.get(name) for name in ONLY_OF_LIST)
            else []
        )
