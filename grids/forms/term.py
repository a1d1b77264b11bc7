"""Forms of terms and their members."""

from django import forms

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import StaffModelForm
from grids.models import Term, TermMember

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
