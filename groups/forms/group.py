"""Forms of groups, their members and their meetings."""

from django import forms
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm, StaffModelForm
from groups.enums import GroupKind, GroupState, MemberRole, Present
from groups.models import Group, Meeting
from households.forms.fields import ResidentPick, day_field, no_later_than_today
from households.models import Resident

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
LONG = forms.Textarea({"rows": 2})
SEE_PEOPLE = "households.view_resident"


class PlacedForm(StaffModelForm):
    """A record of one community; where there is only one, nobody is asked twice."""

    permission = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["area"]
            return
        places = Area.objects.visible_to(self.user, self.permission).active().filter(kind="community")
        self.fields["area"].queryset = places.order_by("code")
        self.fields["area"].label, self.fields["area"].empty_label = "社区", None


class GroupForm(PlacedForm):
    permission = "groups.add_group"

    class Meta:
        model = Group
        fields = [
            "area", "name", "kind", "founded_on", "venue", "rhythm", "about", "works", "equipment", "honours", "open_to_all",
            "shows_leader",
        ]  # fmt: skip
        widgets = {"founded_on": DAY, "about": LONG, "works": LONG, "equipment": LONG, "honours": LONG}
        help_texts = {
            "rhythm": "例如：每周四 19:00",
            "about": "居民在自己的页面上看得到",
            "shows_leader": "本人同意才勾；队员的姓名居民都看不到。",
            "open_to_all": "勾上以后，居民可以在自己的页面上申请，由妇联同意。",
        }

    sections = [
        ("队伍", ["area", "name kind", "founded_on rhythm", "venue", "about", "open_to_all", "shows_leader"]),
        ("家底", ["works", "equipment", "honours"]),
    ]

    def clean_founded_on(self):
        return no_later_than_today(self.cleaned_data["founded_on"])


class GroupFilterForm(FilterForm):
    q = forms.CharField(label="名称", required=False, max_length=40)
    kind = FilterChoice(label="种类", required=False, choices=[("", "全部"), *GroupKind.choices])
    state = FilterChoice(
        label="状态", required=False, choices=[("", "没有解散的"), *GroupState.choices, ("all", "全部")]
    )

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.running())

    def filter_q(self, rows, value):
        return rows.filter(name__contains=value.strip())

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.filter(state=value)


class TakeInForm(StaffForm):
    """A woman who joins."""

    resident = ResidentPick(label="谁")
    role = forms.ChoiceField(label="角色", choices=MemberRole.choices, initial=MemberRole.MEMBER)
    valid_from = day_field("加入日期")

    sections = [("", ["resident", "role valid_from"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resident"].open_to(self.user, Resident.objects.visible_to(self.user, SEE_PEOPLE))


class LeaveForm(StaffForm):
    on = day_field("退出日期")
    why = forms.CharField(label="为什么", max_length=100, required=False)


class RoleForm(StaffForm):
    role = forms.ChoiceField(label="角色", choices=MemberRole.choices, widget=forms.RadioSelect)


class WhyForm(StaffForm):
    why = forms.CharField(label="为什么", max_length=100, widget=LONG)


class ToldWhyForm(WhyForm):
    """A reason that she reads on her own page."""

    why = forms.CharField(label="为什么（她在自己的页面上看得到）", max_length=100, widget=LONG)


class MeetingForm(StaffModelForm):
    """A meeting, with a line for each member of that day."""

    class Meta:
        model = Meeting
        fields = ["on", "topic", "venue", "note"]
        widgets = {"on": DAY, "note": LONG}

    def __init__(self, *args, group=None, members=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["venue"].initial = group.venue
        self.fields["on"].initial = timezone.localdate
        self.members = list(members)
        for member in self.members:
            self.fields[f"m{member.pk}"] = forms.ChoiceField(
                label=member.resident.name, choices=Present.choices, initial=Present.CAME, widget=forms.RadioSelect
            )

    @property
    def inline(self):
        """Who came: a line for each."""
        return {f"m{member.pk}" for member in self.members}

    @property
    def sections(self):
        """The meeting, then who came."""
        return [
            ("活动", ["on topic", "venue", "note"]),
            ("谁来了", [f"m{member.pk}" for member in self.members]),
        ]

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])

    def presents(self):
        """`{member id: Present}` as ticked."""
        return {member.pk: self.cleaned_data[f"m{member.pk}"] for member in self.members}
