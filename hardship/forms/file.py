"""Forms of the life of a hardship file."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.queries import holders_at
from fedhub.core.forms import FilterChoice, StaffForm, StaffModelForm
from fedhub.core.paging import COUNT_CAP
from fedhub.core.text import normalise
from fedhub.reference.lookup import choices
from hardship.enums import AT_ONCE, FileExit, FileState, Level
from hardship.models import HardshipFile
from hardship.score import ITEMS
from households.forms.fields import FoldedFilterForm, day_field
from households.models import Household
from households.queries import matching_households, members_of

LEVELS = [("", "请选"), *Level.choices]
IN_WORK = "care"


def reason_field(label, *, required=True, help_text="", most=300):
    """A few words that are kept with the step."""
    return forms.CharField(
        label=label, max_length=most, required=required, widget=forms.Textarea({"rows": 3}), help_text=help_text
    )


def officers(area, keep=None):
    """Active accounts that may work on files in `area`."""
    return holders_at("hardship.change_hardshipfile", area, [keep])


class FileFacts(StaffModelForm):
    """What is common to opening and changing a file."""

    class Meta:
        model = HardshipFile
        fields = ["subject", "category", "found_how", "found_on", "situation", "officer"]
        widgets = {"found_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "situation": "写看到、听到的困难。家庭暴力、孩子受伤害不写在这里，请用“报告风险”。",
            "officer": "负责联系、复核的执委或者网格员。",
        }

    sections = [("困难情况", ["subject category", "found_how found_on", "situation", "officer"])]

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.household = household
        people = {m.resident_id: m.resident.name for m in members_of(household)}
        self.fields["subject"] = forms.TypedChoiceField(
            label="主要帮扶对象", choices=[("", "全家"), *people.items()], required=False, coerce=int, empty_value=None
        )
        code = self.instance.category
        self.fields["category"] = forms.ChoiceField(
            label="主要困难类别", choices=[("", "请选"), *choices("hardship_category", keep=code)], initial=code
        )
        self.fields["officer"].queryset = officers(household.area, keep=self.instance.officer_id)
        self.fields["officer"].empty_label = "我自己"
        self.fields["officer"].required = False
        self.fields["situation"].required = True

    def clean_subject(self):
        chosen = self.cleaned_data["subject"]
        return next((m.resident for m in members_of(self.household) if m.resident_id == chosen), None)

    def clean_found_on(self):
        day = self.cleaned_data["found_on"]
        if day > timezone.localdate():
            raise ValidationError("发现日期不能晚于今天。")
        return day


class StepForm(StaffForm):
    """A step with a few words."""

    reason = reason_field("说明")


class CheckForm(StaffForm):
    reason = reason_field("上门核实的情况", help_text="哪天去的、见到谁、看到什么；收入和开支对不对得上。")


class LevelForm(StaffForm):
    """A level beside what the score sheet suggests."""

    level = forms.TypedChoiceField(label="评定等级", choices=LEVELS, coerce=int)
    reason = reason_field("理由", required=False, most=500, help_text="和建议的等级不一样、等级有变化的要写。")

    def __init__(self, *args, sheet, **kwargs):
        kwargs["initial"] = {"level": sheet.level} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class ExitForm(StaffForm):
    """Why the family may leave; `at_once` offers only what needs no watching."""

    exit_reason = forms.ChoiceField(label="退出原因", choices=[("", "请选"), *FileExit.choices])
    reason = reason_field("说明", required=False)

    def __init__(self, *args, at_once=False, needs_words=True, **kwargs):
        super().__init__(*args, **kwargs)
        if at_once:
            offered = [(one.value, one.label) for one in AT_ONCE]
            self.fields["exit_reason"].choices = [("", "请选"), *offered]
        self.fields["reason"].required = needs_words


class RelapseForm(LevelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = "出现了什么情况"


class GuardForm(StaffModelForm):
    class Meta:
        model = HardshipFile
        fields = ["guarded"]
        labels = {"guarded": "只有限定的人看得到"}
        help_texts = {
            "guarded": "勾上以后，除责任人、建档人、审核的负责人和下面点名的人，别人搜不到、看不到，也不计数。"
        }


class ReaderForm(StaffForm):
    """Somebody named to read a guarded file until a day."""

    user = forms.ModelChoiceField(label="谁", queryset=User.objects.none(), empty_label="请选")
    until = day_field("看到哪天为止")
    why = forms.CharField(label="事由", max_length=60)

    sections = [("点名可看", ["user until", "why"])]

    def __init__(self, *args, file, **kwargs):
        super().__init__(*args, **kwargs)
        rows = holders_at("hardship.view_hardshipfile", file.area)
        self.fields["user"].queryset = rows.exclude(pk=self.user.pk)


class WeightsForm(StaffForm):
    """Points of the score sheet, one number an item."""

    def __init__(self, *args, points, **kwargs):
        super().__init__(*args, **kwargs)
        for key, label, _ in ITEMS:
            self.fields[key] = forms.IntegerField(label=label, min_value=0, max_value=100, initial=points[key])
        self.sections = [("每项几分", [" ".join(k for k, _, _ in ITEMS[n : n + 2]) for n in range(0, len(ITEMS), 2)])]


class FileFilterForm(FoldedFilterForm):
    first = ("q", "state", "level", "area")

    q = forms.CharField(
        label="搜索", required=False, max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、地址或档案编号"}),
    )  # fmt: skip
    state = FilterChoice(
        label="状态", required=False,
        choices=[("", "没有退出的"), (IN_WORK, "在帮和观察"), *FileState.choices, ("all", "全部")],
    )  # fmt: skip
    level = FilterChoice(
        label="等级", required=False, choices=[("", "全部"), *((str(v), n) for v, n in Level.choices)]
    )
    area = FilterChoice(label="网格", required=False)
    category = FilterChoice(label="主要类别", required=False)
    officer = FilterChoice(
        label="责任人", required=False, choices=[("", "全部"), ("mine", "我负责的"), ("none", "没有责任人")]
    )
    review = FilterChoice(
        label="复核", required=False, choices=[("", "全部"), ("late", "已到期"), ("month", "30 天内到期")]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        grids = self.user.grids_with("hardship.view_hardshipfile", self.data.get("area"))
        self.fields["area"].offer([("", "全部网格"), *grids])
        self.fields["category"].offer([("", "全部"), *choices("hardship_category", form=False)])

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.open())

    def filter_q(self, rows, value):
        text = normalise(value)
        if "号" in text or text.startswith(("〔", "(", "（", "[")):
            number = text.strip("〔〕()（）[]")
            # Read once from the index of numbers: a list asks for its rows and for how many there are.
            found = HardshipFile.objects.visible_to(self.user, "hardship.view_hardshipfile").filter(
                number__contains=number
            )
            few = list(found.order_by().values_list("pk", flat=True)[: COUNT_CAP + 1])
            return rows.filter(pk__in=few) if len(few) <= COUNT_CAP else rows.filter(number__contains=number)
        homes = Household.objects.visible_to(self.user, "hardship.view_hardshipfile")
        return rows.filter(household__in=matching_households(homes, value).values("pk"))

    def filter_state(self, rows, value):
        if value == "all":
            return rows
        return rows.in_care() if value == IN_WORK else rows.filter(state=value)

    def filter_level(self, rows, value):
        return rows.filter(level=int(value))

    def filter_area(self, rows, value):
        return rows.filter(area_id__in=self.user.places_within(value))

    def filter_category(self, rows, value):
        return rows.filter(category=value)

    def filter_officer(self, rows, value):
        return rows.filter(officer=self.user) if value == "mine" else rows.filter(officer=None)

    def filter_review(self, rows, value):
        day = timezone.localdate() + timedelta(days=30 if value == "month" else 0)
        return rows.in_care().filter(review_due_on__lte=day)
