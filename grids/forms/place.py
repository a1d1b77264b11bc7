"""Forms of grids: opening, changing, splitting, merging, closing."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.areas.enums import GridKind
from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, StaffForm, StaffModelForm, TicksField
from grids.queries import homes_by_building

EDGES = ["east", "south", "west", "north"]
PARTS = 4


class GridForm(StaffModelForm):
    """A grid; the code follows from the community."""

    class Meta:
        model = Area
        fields = ["parent", "name", "code", "grid_kind", "opened_on", *EDGES, "note"]
        labels = {"parent": "社区", "name": "网格名称", "code": "网格代码"}
        widgets = {"opened_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "code": "不填就按社区代码加顺序号编（从西到东、从北到南），15 位。",
            "name": "例如“第三网格”或路名。",
        }

    sections = [
        ("网格", ["parent name", "code grid_kind", "opened_on"]),
        ("四至", ["east south", "west north"]),
        ("备注", ["note"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Area.objects.visible_to(self.user, "areas.add_area").communities().active()
        self.fields["parent"].required = True
        self.fields["parent"].empty_label = "请选"
        self.fields["code"].required = False
        self.fields["grid_kind"].choices = GridKind.choices
        self.fields["grid_kind"].initial = GridKind.BASIC
        if self.instance.pk:
            for name in ("parent", "code", "opened_on"):
                del self.fields[name]


class RetireForm(StaffForm):
    """Day and reason of a change of places."""

    on = forms.DateField(
        label="日期", initial=timezone.localdate, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label="原因（文件）", max_length=200)

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("日期不能晚于今天：到了那天再来办。")
        return day


class SplitForm(RetireForm):
    """Names of the new grids, for every building (as written in the families' addresses) the one it goes to, and where
    what hangs on no family goes."""

    def __init__(self, *args, grid, **kwargs):
        super().__init__(*args, **kwargs)
        self.grid = grid
        for number in range(1, PARTS + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=f"新网格 {number}", max_length=50, required=number <= 2
            )
        numbers = [("", "请选"), *((str(n), f"新网格 {n}") for n in range(1, PARTS + 1))]
        self.groups = homes_by_building(grid)
        for index, (label, homes, _) in enumerate(self.groups):
            self.fields[f"to_{index}"] = forms.ChoiceField(
                label=label, choices=numbers, help_text=f"{len(homes)} 户" if homes else "没有住户"
            )

        self.fields["rest"] = forms.ChoiceField(
            label="没有家庭的居民、没有写家庭的诉求和来访登记",
            choices=[("", "归社区"), *numbers[1:]],
            required=False,
            help_text="已迁出、已注销的家庭也跟着走。归社区的，网格员就看不到了。",
        )

    @property
    def sections(self):
        names = [f"name_{number}" for number in range(1, PARTS + 1)]
        return [
            ("分成哪几个网格", [" ".join(names[:2]), " ".join(names[2:])]),
            ("每个楼栋归哪个新网格", [f"to_{index}" for index in range(len(self.groups))]),
            ("其余的", ["rest"]),
            ("依据", ["on reason"]),
        ]

    def clean(self):
        cleaned = super().clean()
        named = {str(n) for n in range(1, PARTS + 1) if cleaned.get(f"name_{n}")}
        for name in [*(f"to_{index}" for index in range(len(self.groups))), "rest"]:
            choice = cleaned.get(name)
            if choice and choice not in named:
                self.add_error(name, f"新网格 {choice} 还没有起名字。")
        names = [cleaned.get(f"name_{n}") for n in sorted(named)]
        if len(names) != len(set(names)):
            self.add_error("name_2", "新网格的名字不能一样。")
        return cleaned

    def parts(self):
        """[(name, household ids, building ids, takes the rest)] of the named parts."""
        data = self.cleaned_data
        found = []
        for number in range(1, PARTS + 1):
            if not data.get(f"name_{number}"):
                continue
            mine = [group for i, group in enumerate(self.groups) if data[f"to_{i}"] == str(number)]
            homes = [pk for _, ids, _ in mine for pk in ids]
            buildings = [pk for _, _, ids in mine for pk in ids]
            found.append((data[f"name_{number}"], homes, buildings, data["rest"] == str(number)))
        return found


class MergeForm(RetireForm):
    """Which grids go into this one."""

    grids = TicksField(label="并入的网格", queryset=Area.objects.none(), widget=forms.CheckboxSelectMultiple)

    sections = [("合并", ["grids"]), ("依据", ["on reason"])]

    def __init__(self, *args, grid, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Area.objects.visible_to(self.user, "areas.change_area").grids().active()
        self.fields["grids"].queryset = rows.filter(parent=grid.parent).exclude(pk=grid.pk)


class GridFilterForm(FilterForm):
    q = forms.CharField(label="名称或代码", required=False)
    closed = forms.BooleanField(label="含已停用的", required=False)

    def apply(self, grids):
        rows = super().apply(grids)
        return rows if self.cleaned_data.get("closed") else rows.active()

    def filter_q(self, grids, value):
        return grids.filter(name__contains=value) | grids.filter(code__startswith=value)

    def filter_closed(self, grids, value):
        return grids
