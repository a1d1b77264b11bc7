"""Forms of the ledgers: the file to import, the answer to a suspect row, what to export."""

from datetime import date

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


def ledger_choices(*, importable=False):
    """`[(key, label)]` of all ledgers, or of those that take files."""
    return [(ledger.key, ledger.label) for ledger in ledgers if ledger.importable or not importable]


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
    """What leaves the house: place, day, and whether all is whole, with the purpose. A ledger with conditions of its own
    has a subclass, see `export_form_of`."""

    scope_rows = ["area", "as_of known_on"]
    as_of_help = "按这一天出台账。不填就是今天。"
    # What is no condition but says how the file is made.
    MANNER = frozenset(["mode", "purpose"])

    area = forms.ModelChoiceField(
        label="网格（社区）", queryset=Area.objects.none(), required=False, empty_label="全部"
    )
    as_of = forms.DateField(
        label="截至日期", required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    known_on = forms.DateField(
        label="截止登记日", required=False,
        help_text="这一天以后补录、更正的不算。不填就是截至日期当天，和当时出的一样；填晚一些，后来补录、更正的在备注里注明。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    mode = forms.ChoiceField(
        choices=[(ExportMode.MASKED, "遮住"), (ExportMode.FULL, "完整")],
        initial=ExportMode.MASKED,
        widget=forms.RadioSelect,
    )
    purpose = forms.CharField(
        label="用途", max_length=100, required=False, help_text="完整导出必须写明用途，会登记并印在文件里。"
    )

    def __init__(self, *args, resource, **kwargs):
        self.resource = resource
        self.sections = [("范围", self.scope_rows), ("遮挡和用途", ["mode", "purpose"])]
        super().__init__(*args, **kwargs)
        inside = Area.objects.visible_to(self.user, resource.export_permission).active()
        self.fields["area"].queryset = inside.filter(kind__in=["community", "grid", "unit"])
        # A list of what is to be done is of today alone: its form has neither day.
        if "as_of" in self.fields:
            self.fields["as_of"].help_text = self.as_of_help
        self.fields["mode"].label = resource.masked_words
        self.fields["mode"].choices = [(ExportMode.MASKED, resource.mask_how), (ExportMode.FULL, "完整")]
        if not self.user.has_perm(resource.full_permission):
            self.fields["mode"].choices = self.fields["mode"].choices[:1]
            self.fields["purpose"].help_text = "会登记在导出登记里。"

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day and day > timezone.localdate():
            raise ValidationError("日期不能晚于今天。")
        return day

    def clean_known_on(self):
        known, today = self.cleaned_data["known_on"], timezone.localdate()
        if known and known > today:
            raise ValidationError("日期不能晚于今天。")
        if known and known < (self.cleaned_data.get("as_of") or today):
            raise ValidationError("不能早于截至日期。")
        return known

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("mode") == ExportMode.FULL and not cleaned.get("purpose", "").strip():
            self.add_error("purpose", "完整导出，请写明用途，例如“上报街道妇联”。")
        return cleaned

    def filters(self):
        """The chosen narrowing as plain values for the register and the task."""
        chosen = {name: self.cleaned_data[name] for name in self.base_fields if name not in self.MANNER}
        return {name: _plain(value) for name, value in chosen.items() if value}

    @classmethod
    def initial_of(cls, query, user):
        """The conditions that an address (QueryDict `query`) of `user` brings along, as the form opens with them."""
        return {name: query.get(name) for name in cls.base_fields if name not in cls.MANNER}

    def left_out(self, query):
        """Sentences about conditions of the address (QueryDict `query`) that the export does not know."""
        return []


def _plain(value):
    """A chosen value as JSON keeps it: the key of a record, a day as text."""
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "pk", value)


class PeopleExportForm(ExportForm):
    """The ledgers of people: narrowed by a category too."""

    scope_rows = ["area category", "as_of known_on"]
    as_of_help = "按这一天出台账：在册的人、所在网格、类别、本人和家庭的登记都照当时的。不填就是今天。"

    category = forms.ChoiceField(label="类别", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "全部"), *lookup.choices("hardship_category", form=False)]


_export_forms = {}


def export_form_of(key):
    """Class decorator: the export page of the ledger `key` shows this ExportForm."""

    def remember(form_class):
        _export_forms[key] = form_class
        return form_class

    return remember


def export_form(key):
    """The form class of the export page of the ledger `key`."""
    return _export_forms.get(key, PeopleExportForm)


class BatchFilterForm(FilterForm):
    ledger = forms.ChoiceField(label="台账", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *BatchState.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ledger"].choices = [("", "全部"), *ledger_choices(importable=True)]

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
