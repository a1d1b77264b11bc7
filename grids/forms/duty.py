"""Forms of duties."""

from django import forms
from django.utils import timezone

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, StaffForm, StaffModelForm
from grids.enums import DutyRole
from grids.models import Duty


class DutyForm(StaffModelForm):
    class Meta:
        model = Duty
        fields = ["area", "person", "role", "pattern", "valid_from"]
        widgets = {"valid_from": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "role": "网格长、网格员、包保执委从起始日期起就能看和记这个网格的家庭；“协助”只登记，不给权限。",
        }

    sections = [("包保", ["area person", "role pattern", "valid_from"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(self.user, "grids.add_duty").homes()
        self.fields["person"].queryset = User.objects.visible_to(self.user, "grids.add_duty").filter(is_active=True)
        for name in ("area", "person"):
            self.fields[name].empty_label = "请选"
        self.fields["role"].choices = [("", "请选"), *self.fields["role"].choices[1:]]
        self.fields["pattern"].choices = [("", "不分"), *self.fields["pattern"].choices[1:]]


class DutyEndForm(StaffForm):
    on = forms.DateField(
        label="从哪天起不再负责",
        initial=timezone.localdate,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="从这一天起，她也看不到这个网格的家庭了（另有授权的除外）。",
    )
    why = forms.CharField(label="原因", max_length=60, help_text="例如换届、调动、离职。")


class DutyFilterForm(FilterForm):
    area = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")
    role = forms.ChoiceField(label="责任", choices=[("", "全部"), *DutyRole.choices], required=False)
    q = forms.CharField(label="姓名", required=False)
    ended = forms.BooleanField(label="含已结束的", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(self.user, "grids.view_duty").grids()

    def apply(self, duties):
        rows = super().apply(duties)
        return rows if self.cleaned_data.get("ended") else rows.in_force()

    def filter_area(self, duties, value):
        return duties.filter(area__code__startswith=value.code)

    def filter_role(self, duties, value):
        return duties.filter(role=value)

    def filter_q(self, duties, value):
        return duties.filter(person__name__contains=value)

    def filter_ended(self, duties, value):
        return duties
