"""Visit tasks: planning one by hand, filters of the list, cancelling, and what is done to many at once."""

from django import forms
from django.utils import timezone

from accounts.models import User
from accounts.queries import holders_in_all
from fedhub.core.forms import CountedForm, FilterChoice, StaffForm
from fedhub.core.text import row_key
from fedhub.reference.enums import RuleTarget, VisitEvent
from fedhub.reference.lookup import visit_rules
from households.enums import TaskKind, TaskState
from households.forms.fields import FoldedFilterForm, day_field, no_later_than_today
from households.models import Campaign, Household, VisitTask
from households.queries import matching_households

VISIT = "grids.add_visit"
OTHER, ALL, LATE = "other", "all", "late"
STATES = [("", "待走访"), (LATE, "超期的"), *TaskState.choices[1:], (ALL, "全部")]


def named_person(user, key):
    """(key, name) of somebody of whom `user` sees tasks, as the page of a leaver's account names her; None otherwise."""
    if (pk := row_key(key)) is None:
        return None
    tasks = VisitTask.objects.visible_to(user, "households.view_visittask").filter(assigned_to=pk)
    return User.objects.filter(pk__in=tasks.values("assigned_to")).values_list("pk", "name").first()


def events_offered():
    """`[(code, "离婚（3 天内）")]` of the events that a rule in use asks a visit for, and 其他."""
    names = dict(VisitEvent.choices)
    events = [
        (rule.code, f"{names.get(rule.code, rule.code)}（{rule.within_days} 天内）")
        for rule in visit_rules()
        if rule.target == RuleTarget.EVENT
    ]
    return [*events, (OTHER, "其他（自己写事由）")]


class PlanTaskForm(StaffForm):
    """安排走访: what happened, when, who goes, and what to know."""

    event = forms.ChoiceField(label="为什么去")
    why = forms.CharField(
        label="事由", max_length=80, required=False, help_text="选“其他”时写；清单上看得到，不写病名、家暴这样的事。"
    )
    on = day_field("发生日期")
    due_on = day_field("应在哪天以前走访", required=False, initial=None, help_text="空着的，按必访规则算。")
    assigned_to = forms.ModelChoiceField(
        label="谁去", queryset=User.objects.none(), required=False, empty_label="谁去都行"
    )
    note = forms.CharField(
        label="说明", max_length=300, required=False, widget=forms.Textarea({"rows": 2}),
        help_text="加密存放，只有看得到这户任务的人看得到。",
    )  # fmt: skip

    sections = [("", ["event", "why", "on due_on", "assigned_to", "note"])]

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [("", "请选"), *events_offered()]
        self.fields["assigned_to"].queryset = holders_in_all(VISIT, [household.area.code])

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("event") == OTHER:
            cleaned["event"] = ""
            if not cleaned.get("due_on") and "due_on" not in self.errors:
                self.add_error("due_on", "请写应在哪天以前走访。")
        elif cleaned.get("why"):
            self.add_error("why", "选了发生的事，就不用写事由；要补充的写在说明里。")
        return cleaned


class TaskFilterForm(FoldedFilterForm):
    first = ("q", "state", "kind", "person")

    q = forms.CharField(
        label="搜索", required=False, max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、地址、电话尾号或户号"}),
    )  # fmt: skip
    state = FilterChoice(label="状态", required=False, choices=STATES)
    kind = FilterChoice(label="种类", required=False, choices=[("", "全部"), *TaskKind.choices])
    person = FilterChoice(label="谁去", required=False, choices=[("", "全部"), ("me", "我的"), ("none", "没有分的")])
    area = FilterChoice(label="网格", required=False)
    campaign = FilterChoice(label="专项活动", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].offer([("", "全部网格"), *self.user.grids("households.view_visittask")])
        if found := named_person(self.user, self.data.get("person")):
            self.fields["person"].offer([*self.fields["person"].choices, found])
        known = Campaign.objects.visible_to(self.user).order_by("-starts_on", "-pk").values_list("pk", "name")[:20]
        self.fields["campaign"].offer([("", "全部"), *((str(pk), name) for pk, name in known)])
        if not known:
            del self.fields["campaign"]

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.open())

    def filter_q(self, rows, value):
        homes = matching_households(Household.objects.visible_to(self.user, "households.view_visittask"), value)
        return rows.filter(household__in=homes.values("pk"))

    def filter_state(self, rows, value):
        if value == LATE:
            return rows.open().filter(latest_on__lt=timezone.localdate())
        return rows if value == ALL else rows.filter(state=value)

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_person(self, rows, value):
        return rows.filter(assigned_to={"me": self.user.pk, "none": None}.get(value, row_key(value)))

    def filter_area(self, rows, value):
        return rows.filter(household__area_id__in=self.user.places_within(value))

    def filter_campaign(self, rows, value):
        return rows.filter(campaign_id=row_key(value))


class CancelTaskForm(StaffForm):
    on = day_field("取消日期")
    why = forms.CharField(label="原因", max_length=60, help_text="例如：已经搬走，由新地方走访。")

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])


class AssignTaskForm(StaffForm):
    person = forms.ModelChoiceField(label="谁去", queryset=User.objects.none(), required=False, empty_label="谁去都行")

    def __init__(self, *args, task, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = holders_in_all(VISIT, [task.household.area.code])


class AssignTasksForm(CountedForm):
    """Whoever may visit in every place that the tasks lie in."""

    unit = "项"
    person = forms.ModelChoiceField(
        label="分给", queryset=User.objects.none(), empty_label="请选",
        error_messages={"invalid_choice": "选的人管不到这些家庭所在的地方，请另选一位。"},
    )  # fmt: skip
    reason = forms.CharField(label="原因", max_length=60, required=False, help_text="例如：按分工。")

    sections = [("分派", ["person", "reason"])]

    def __init__(self, *args, codes, **kwargs):
        super().__init__(*args, **kwargs)
        people = holders_in_all(VISIT, codes)
        self.fields["person"].queryset = people
        if not people.exists():
            self.fields["person"].help_text = "没有一位能管到这些家庭所在的全部地方，请按网格筛选，分几次分派。"


class CancelTasksForm(CountedForm):
    unit = "项"
    why = forms.CharField(label="原因", max_length=60, help_text="每一项都记上这个原因。")

    sections = [("取消", ["why"])]

    def __init__(self, *args, codes, **kwargs):
        super().__init__(*args, **kwargs)
