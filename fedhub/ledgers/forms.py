"""Forms of the ledgers: the file to import, the answer to a suspect row, what to export."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, StaffForm
from fedhub.ledgers.enums import BatchState, ExportMode
from fedhub.ledgers.registry import ledgers
from fedhub.reference import lookup


def places_of(user, permission):
    """Places a whole file may be imported into or exported from: communities in scope, else the grids in scope."""
    inside = Area.objects.visible_to(user, permission).active()
    communities = inside.communities()
    return communities if communities.exists() else inside.homes()


def ledger_choices():
    """`[(key, label)]` of all ledgers."""
    return [(ledger.key, ledger.label) for ledger in ledgers]


class UploadForm(StaffForm):
    """Step 1: where the rows belong and the file."""

    sections = [("", ["area", "file"])]

    area = forms.ModelChoiceField(label="导入到", queryset=Area.objects.none(), empty_label=None)
    file = forms.FileField(
        label="表格文件",
        help_text="收 .xlsx 和 .csv，最大 10 MB、10 万行。.xls 和 .et 请先用 WPS 或 Excel 另存为 .xlsx。",
        error_messages={"required": "请选一个表格文件。", "empty": "文件是空的，请确认选对了文件。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = places_of(self.user, "ledgers.add_importbatch")


class ExportForm(StaffForm):
    """What leaves the house: place, category, day, and whether the numbers are whole, with the purpose."""

    once = False  # every file that leaves is one more line of the register, also when it is the same file again

    sections = [("范围", ["area category", "as_of"]), ("号码", ["mode", "purpose"])]

    area = forms.ModelChoiceField(
        label="网格（社区）", queryset=Area.objects.none(), required=False, empty_label="全部"
    )
    category = forms.ChoiceField(label="类别", required=False)
    as_of = forms.DateField(
        label="类别截至", required=False, help_text="类别按这一天，其他栏目是现在的登记。不填就是今天。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    mode = forms.ChoiceField(
        label="证件号和电话",
        choices=[(ExportMode.MASKED, "遮住（只留头尾）"), (ExportMode.FULL, "完整")],
        initial=ExportMode.MASKED,
        widget=forms.RadioSelect,
    )
    purpose = forms.CharField(
        label="用途", max_length=100, required=False, help_text="导出完整号码必须写明用途，会登记并印在文件里。"
    )

    def __init__(self, *args, resource, **kwargs):
        self.resource = resource
        super().__init__(*args, **kwargs)
        inside = Area.objects.visible_to(self.user, resource.export_permission).active()
        self.fields["area"].queryset = inside.filter(kind__in=["community", "grid", "unit"])
        self.fields["category"].choices = [("", "全部"), *lookup.choices("hardship_category", form=False)]
        if not self.user.has_perm(resource.full_permission):
            self.fields["mode"].choices = self.fields["mode"].choices[:1]
            self.fields["purpose"].help_text = "会登记在导出登记里。"

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day and day > timezone.localdate():
            raise ValidationError("日期不能晚于今天。")
        return day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("mode") == ExportMode.FULL and not cleaned.get("purpose", "").strip():
            self.add_error("purpose", "导出完整号码，请写明用途，例如“上报街道妇联”。")
        return cleaned

    def filters(self):
        """The chosen narrowing as plain values for the register and the task."""
        data = self.cleaned_data
        found = {
            "area": data["area"].pk if data["area"] else None,
            "category": data["category"],
            "as_of": data["as_of"].isoformat() if data["as_of"] else "",
        }
        return {name: value for name, value in found.items() if value}


class BatchFilterForm(FilterForm):
    ledger = forms.ChoiceField(label="台账", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *BatchState.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ledger"].choices = [("", "全部"), *ledger_choices()]

    def filter_ledger(self, rows, value):
        return rows.filter(ledger=value)

    def filter_state(self, rows, value):
        return rows.filter(state=value)


class ExportFilterForm(FilterForm):
    ledger = forms.ChoiceField(label="台账", required=False)
    mode = forms.ChoiceField(label="方式", required=False, choices=[("", "全部"), *ExportMode.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ledger"].choices = [("", "全部"), *ledger_choices()]

    def filter_ledger(self, rows, value):
        return rows.filter(ledger=value)

    def filter_mode(self, rows, value):
        return rows.filter(mode=value)
