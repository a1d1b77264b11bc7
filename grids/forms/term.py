"""Forms of terms and their members."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, StaffForm, StaffModelForm
from grids.enums import TermRole
from grids.models import Term, TermMember
from grids.services.term import renewal_of

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class TermForm(StaffModelForm):
    class Meta:
        model = Term
        fields = ["area", "name", "starts_on", "ends_on", "note"]
        labels = {"area": "社区"}
        widgets = {"starts_on": DAY, "ends_on": DAY}
        help_texts = {"name": "例如“第二届”。"}

    sections = [("届", ["area name", "starts_on ends_on", "note"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(self.user, "grids.add_term").communities().active()
        self.fields["area"].empty_label = "请选"
        if self.instance.pk:
            del self.fields["area"]

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", "届满日期要在起始日期之后。")
        return cleaned


class TermMemberForm(StaffModelForm):
    class Meta:
        model = TermMember
        fields = ["name", "role", "duty", "workplace", "user", "starts_on", "ends_on", "end_why"]
        widgets = {"starts_on": DAY, "ends_on": DAY}
        help_texts = {"user": "有工作账号的请选上，没有就空着。"}

    sections = [
        ("成员", ["name role", "duty workplace", "user"]),
        ("任期", ["starts_on ends_on", "end_why"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.visible_to(self.user, "grids.change_term")
        self.fields["user"].empty_label = "没有账号"
        self.fields["role"].choices = [("", "请选"), *self.fields["role"].choices[1:]]

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", "离任日期不能早于起始日期。")
        if end and not cleaned.get("end_why"):
            self.add_error("end_why", "填了离任日期，请写离任原因。")
        return cleaned


NUMERALS = "一二三四五六七八九十"
LEAVES = "leave"


def next_name(name):
    """第三届 after 第二届; "" when it is not called so, or after 第十届."""
    for number, after in zip(NUMERALS, NUMERALS[1:], strict=False):
        if name == f"第{number}届":
            return f"第{after}届"
    return ""


class RenewForm(StaffForm):
    """The next term, and for each member whether she goes on. `told` says what would happen, "" when the form came back
    with the very numbers that were shown."""

    told = ""
    counted = forms.CharField(widget=forms.HiddenInput, label="", required=False)
    name = forms.CharField(label="新的一届", max_length=30)
    starts_on = forms.DateField(label="从哪天起", widget=DAY, help_text="上一届到前一天为止。")
    ends_on = forms.DateField(label="届满", widget=DAY, required=False)
    workers = forms.BooleanField(
        label="离任的人当网格长、网格员的包保也一起结束", required=False, initial=True,
        help_text="她只是不当执委、还做网格员的，去掉这个勾。",
    )  # fmt: skip

    def __init__(self, *args, term, members, **kwargs):
        first = term.ends_on + timedelta(days=1) if term.ends_on else timezone.localdate()
        super().__init__(*args, initial={"name": next_name(term.name), "starts_on": first}, **kwargs)
        self.term, self.members = term, members
        pairs = [*((role.value, f"连任：{role.label}") for role in TermRole), (LEAVES, "不再担任")]
        for member in members:
            field = FilterChoice(label=f"{member.name}（{member.get_role_display()}）", initial=member.role)
            field.offer(pairs)
            self.fields[self.name_of(member)] = field
        names = [self.name_of(member) for member in members]
        self.sections = [
            ("新的一届", ["name starts_on ends_on", "workers"]),
            ("每个人", [" ".join(names[n : n + 2]) for n in range(0, len(names), 2)]),
        ]

    @staticmethod
    def name_of(member):
        return f"seat_{member.pk}"

    def seats(self):
        """[(member, role in the next term, or "")]."""
        chosen = [(member, self.cleaned_data[self.name_of(member)]) for member in self.members]
        return [(member, "" if role == LEAVES else role) for member, role in chosen]

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", "届满日期要在起始日期之后。")
        if self.errors:
            return cleaned
        self.renewal = renewal_of(self.term, self.seats(), workers=cleaned["workers"])
        if cleaned["counted"] != self.renewal.mark:
            self.data = self.data.copy()
            self.data["counted"] = self.renewal.mark
            self.told = self._told(start)
        return cleaned

    def _told(self, start):
        renewal = self.renewal
        text = f"连任 {renewal.stay} 人，离任 {renewal.leave} 人。"
        if renewal.duties:
            text += f"离任的 {renewal.people} 人负责的 {len(renewal.duties)} 项包保从 {start:%Y-%m-%d} 起结束，权限同时收回。"
        if renewal.bare:
            text += f"这些地方以后没有人负责：{'、'.join(renewal.bare)}。"
        return f"{text}没有问题就再点一次“换届”。"
