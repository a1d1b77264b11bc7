"""Forms of the reference tables."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, StaffForm, StaffModelForm
from fedhub.core.text import normalise
from fedhub.reference.enums import AgencyKind, DayKind, RuleTarget, RuleUnit
from fedhub.reference.models import Agency, CodeEntry, Rule, Venue, VisitRule
from fedhub.reference.queries import rule_part, without_rule
from fedhub.reference.services import split_aliases

STATES = [("", "在用的"), ("off", "停用的"), ("all", "全部")]


class CodeEntryForm(StaffModelForm):
    """A code: of a standard table only its spellings and its place on forms; of the office's own lists all words."""

    aliases = forms.CharField(
        label="导入时的其他写法",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="台账里可能出现的说法，用顿号隔开。导入时会认成这一项。",
    )

    class Meta:
        model = CodeEntry
        fields = ["code", "label", "aliases", "order", "on_form", "active"]
        help_texts = {"active": "停用后不再出现在表单里，老记录照样显示。"}

    sections = [("代码", ["code label", "aliases", "order", "on_form", "active"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["aliases"] = "、".join(self.instance.aliases)
        if self.instance.pk:
            del self.fields["code"]
        else:
            del self.fields["order"], self.fields["active"]
        if not self.instance.table.editable:
            for name in ("label", "order", "active"):
                self.fields.pop(name, None)

    def clean_code(self):
        code = normalise(self.cleaned_data["code"]).upper()
        if not (code.isascii() and code.isalnum()):
            raise ValidationError("代码只能用数字和英文字母，最多 8 位。")
        return code

    def clean_label(self):
        return self.cleaned_data["label"].strip()

    def clean_aliases(self):
        return split_aliases(self.cleaned_data["aliases"])


class RuleForm(StaffModelForm):
    """The numbers of a rule: one, several in one box, or one for each category."""

    class Meta:
        model = Rule
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        unit = RuleUnit(self.instance.unit).label
        value = self.instance.value
        if isinstance(value, dict):
            parts = {f"part_{key}": (rule_part(key), number) for key, number in value.items()}
        elif isinstance(value, list):
            parts = {}
            self.fields["several"] = forms.CharField(
                label=f"{self.instance.label}（{unit}）",
                initial="、".join(map(str, value)),
                help_text="几个数从小到大，用顿号隔开。",
            )
        else:
            parts = {"number": (self.instance.label, value)}
        for name, (label, number) in parts.items():
            if self.instance.unit == RuleUnit.SWITCH:
                self.fields[name] = forms.TypedChoiceField(
                    label=label, choices=[(1, "要"), (0, "不要")], coerce=int, initial=number
                )
            else:
                self.fields[name] = forms.IntegerField(label=f"{label}（{unit}）", initial=number, min_value=1)
        names = [*parts, *(["several"] if "several" in self.fields else [])]
        self.sections = [("", [" ".join(names[start : start + 2]) for start in range(0, len(names), 2)])]

    def clean_several(self):
        parts = split_aliases(self.cleaned_data["several"])
        if not parts or not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
            raise ValidationError("请填整数，用顿号隔开，例如 7、30、90。")
        return [int(part) for part in parts]

    def new_value(self):
        """The value typed, in the shape of the old one."""
        if isinstance(self.instance.value, dict):
            return {key: self.cleaned_data[f"part_{key}"] for key in self.instance.value}
        return self.cleaned_data["several" if isinstance(self.instance.value, list) else "number"]


class VisitRuleForm(StaffModelForm):
    """A visit rule. What it changes is shown first: `seen` carries what the page showed the effect of."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, label="")

    class Meta:
        model = VisitRule
        fields = ["name", "every_days", "within_days", "early_days", "grace_days", "weight", "who", "source", "active"]
        help_texts = {
            "early_days": "早于这些天去的，不算做完这一次。",
            "grace_days": "过了应访日期，再过这些天才算超期。",
            "weight": "0 到 100。一户符合几条规则的，加起来，最多 100；清单里分高的排在前面。",
            "active": "停用以后，这一条不再算，老记录不变。",
        }

    sections = [("规则", ["about", "name", "every_days within_days", "early_days grace_days", "weight who", "source",
                        "active"])]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("every_days", "within_days"):
            self.fields[name].min_value = 1
            self.fields[name].widget.attrs["min"] = 1
        self.fields["weight"].widget.attrs["max"] = 100
        if self.instance.pk:
            self._fit(self.instance.target)

    def _fit(self, target):
        """Leave the days that a rule about `target` has."""
        event = target == RuleTarget.EVENT
        self.fields["every_days"].required = not event
        self.fields["within_days"].required = event
        self.fields["within_days"].label = "几天内必访" if event else "新列入后几天内首次走访"
        if event:
            del self.fields["every_days"], self.fields["early_days"]
        elif target != RuleTarget.CATEGORY:
            del self.fields["within_days"]
        if target == RuleTarget.ALL:
            del self.fields["active"]

    def clean_weight(self):
        weight = self.cleaned_data["weight"]
        if weight > 100:
            raise ValidationError("轻重分最多 100。")
        return weight

    def clean(self):
        cleaned = super().clean()
        for name in ("every_days", "within_days"):
            if cleaned.get(name) is not None and cleaned[name] < 1:
                self.add_error(name, "请填大于 0 的天数。")
        return cleaned

    def shown(self):
        """What the days and the order depend on, as one text."""
        names = ("about", "every_days", "within_days", "early_days", "grace_days", "weight", "active")
        return "/".join(str(self.cleaned_data.get(name, "")) for name in names)


class NewVisitRuleForm(VisitRuleForm):
    about = forms.ChoiceField(label="针对")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [
            ("", "请选"),
            *without_rule(VisitRule.objects.visible_to(self.user, "reference.change_visitrule")),
        ]
        del self.fields["active"]
        self.fields["within_days"].help_text = "遇事必访的必填；按类别的可以填，新列入后几天内要去第一次。其他的不填。"
        self.fields["every_days"].help_text = "遇事必访的不填。"

    def clean(self):
        cleaned = super().clean()
        if "about" not in cleaned:
            return cleaned
        target, _, code = cleaned["about"].partition(":")
        self.instance.target, self.instance.code = target, code
        needed, other = ("within_days", "every_days") if target == RuleTarget.EVENT else ("every_days", "within_days")
        if not cleaned.get(needed) and needed not in self.errors:
            self.add_error(needed, "请填天数。")
        if target != RuleTarget.CATEGORY:
            cleaned[other] = None
        if target == RuleTarget.EVENT:
            cleaned["early_days"] = 0
        return cleaned


def _offered_areas(user, permission):
    above_grids = [AreaKind.DISTRICT, AreaKind.STREET, AreaKind.COMMUNITY]
    return Area.objects.visible_to(user, permission).active().filter(kind__in=above_grids)


class PlaceForm(StaffModelForm):
    """Base of agencies and venues: the area is one of the user's own, above the grid."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        verb = "change" if self.instance.pk else "add"
        permission = f"reference.{verb}_{self.instance._meta.model_name}"
        self.fields["area"].queryset = _offered_areas(self.user, permission)
        self.fields["area"].empty_label = "不限区域"
        if self.instance.area_id:
            self.fields["area"].queryset |= Area.objects.filter(pk=self.instance.area_id)
        if not self.instance.pk:
            del self.fields["active"]


class AgencyForm(PlaceForm):
    class Meta:
        model = Agency
        fields = ["kind", "name", "phone", "contact", "address", "area", "note", "active"]
        help_texts = {"phone": "座机带区号；12338、95 开头和 400 电话也可以填。"}

    sections = [("单位", ["kind name", "phone contact", "address", "area", "note", "active"])]


class VenueForm(PlaceForm):
    class Meta:
        model = Venue
        fields = ["name", "seats", "address", "area", "note", "active"]

    sections = [("场地", ["name seats", "address", "area", "note", "active"])]


class CodeTableFilterForm(FilterForm):
    q = forms.CharField(label="名称、依据或其中一项", required=False)

    def filter_q(self, rows, value):
        holding = rows.filter(entries__label__contains=value).values("pk")
        return rows.filter(Q(name__contains=value) | Q(standard__contains=value) | Q(pk__in=holding))


class RuleFilterForm(FilterForm):
    q = forms.CharField(label="事项、依据", required=False)

    def filter_q(self, rows, value):
        return rows.filter(label__contains=value) | rows.filter(source__contains=value)


class VenueFilterForm(FilterForm):
    """Without a state only what is in use is listed (see the views)."""

    q = forms.CharField(label="名称、地址", required=False)
    state = forms.ChoiceField(label="状态", choices=STATES, required=False)

    def filter_q(self, rows, value):
        return rows.filter(name__contains=value) | rows.filter(address__contains=value)

    def filter_state(self, rows, value):
        return rows.filter(active=False) if value == "off" else rows


class AgencyFilterForm(VenueFilterForm):
    q = forms.CharField(label="名称、电话、地址", required=False)
    kind = forms.ChoiceField(label="类别", choices=[("", "全部类别"), *AgencyKind.choices], required=False)

    field_order = ["q", "kind", "state"]

    def filter_q(self, rows, value):
        return super().filter_q(rows, value) | rows.filter(phone__contains=value)

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)


class HolidayForm(StaffForm):
    date = forms.DateField(label="日期", widget=forms.DateInput({"type": "date"}))
    kind = forms.ChoiceField(label="安排", choices=DayKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=20, required=False, help_text="例如：国庆节。")

    sections = [("节假日", ["date name", "kind"])]

    def clean(self):
        cleaned = super().clean()
        day = cleaned.get("date")
        if day and cleaned.get("kind") == DayKind.WORKDAY and day.weekday() < 5:
            self.add_error("kind", "这一天本来就是工作日，不用登记。")
        return cleaned


class HolidayImportForm(StaffForm):
    file = forms.FileField(
        label="节假日文件（CSV）",
        help_text="三列：日期、安排（放假或上班）、名称。文件里出现的年份会整年替换。",
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )


class PaperForm(StaffForm):
    """The office's own Word template."""

    file = forms.FileField(
        label="模板文件（.docx）",
        help_text="先下载现在用的模板，在 WPS 或 Word 里改好版式、字体、单位名称，再上传。花括号里的名称只能用下面列出的。",
        widget=forms.FileInput({"accept": ".docx"}),
    )
