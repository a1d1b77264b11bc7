"""Forms of places."""

from django import forms

from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area, Building
from fedhub.core.forms import FilterForm, StaffForm, StaffModelForm


class AreaForm(StaffModelForm):
    """A place above the grid; grids have their own pages (grids)."""

    class Meta:
        model = Area
        fields = ["kind", "code", "name", "parent", "office_name", "opened_on", "note"]
        widgets = {"opened_on": forms.DateInput({"type": "date"})}
        help_texts = {
            "code": "省 2 位、市 4 位、区县 6 位、街道 9 位、社区 12 位，下级以上级的代码开头。",
            "office_name": "社区填妇联全称，会写在页面左上角和台账抬头。",
        }

    sections = [("区域", ["kind code", "name parent", "office_name opened_on", "note"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k.value, k.label) for k in AreaKind if k not in (AreaKind.GRID, AreaKind.UNIT)]
        above = Area.objects.visible_to(self.user, "areas.add_area").active()
        self.fields["parent"].queryset = above.exclude(kind__in=[AreaKind.GRID, AreaKind.UNIT])
        if self.instance.pk:
            for name in ("kind", "code", "parent"):
                del self.fields[name]


class AreaImportForm(StaffForm):
    file = forms.FileField(
        label="区划文件（CSV）", help_text="三列：代码、名称、妇联名称（可空）。可以用记事本或 WPS 另存为 CSV。"
    )


class BuildingForm(StaffModelForm):
    class Meta:
        model = Building
        fields = ["area", "compound", "name", "stairs", "floors", "note"]

    sections = [("楼栋", ["area", "compound name", "stairs floors", "note"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(self.user, "areas.change_building").homes()


class AreaFilterForm(FilterForm):
    q = forms.CharField(label="名称、代码", required=False)

    def filter_q(self, rows, value):
        return rows.filter(name__contains=value) | rows.filter(code__startswith=value)


class BuildingFilterForm(FilterForm):
    q = forms.CharField(label="小区或楼栋", required=False)
    area = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(self.user, "areas.view_building").grids().active()

    def filter_q(self, rows, value):
        return rows.filter(compound__contains=value) | rows.filter(name__contains=value)

    def filter_area(self, rows, value):
        return rows.filter(area__code__startswith=value.code)
