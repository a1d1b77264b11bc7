"""Forms of concerns and of the register of the front desk and the 12338 line."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from concerns.enums import Origin, Outcome, ReceptionChannel, Status, Told
from concerns.models import Concern, Reception
from concerns.queries import handlers
from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, MaskedField, StaffForm, StaffModelForm
from fedhub.core.validators import parse_phone
from fedhub.reference.calendar import due_date
from fedhub.reference.lookup import choices, rule
from fedhub.reference.models import Agency
from households.forms.fields import ResidentPick
from households.models import Resident

RAISED_BY_STAFF = [Origin.FRONT_DESK, Origin.HOTLINE, Origin.UPPER, Origin.SURVEY, Origin.COUNCIL]
LONG = {"rows": 3}


def topics(first):
    return [("", first), *choices("survey_topic")]


class ResidentField(ResidentPick):
    """One person of the user's scope, chosen by searching; may stay empty. Words that fit nobody are never dropped."""

    def __init__(self, label="居民", help_text="按姓名、拼音首字母、电话尾号找。没有登记过的人空着。"):
        super().__init__(
            label=label, required=False, help_text=help_text,
            error_messages={"invalid_choice": "没有找到这个人，请从列表里选一个，或者空着。"},
        )  # fmt: skip

    def limit_to(self, user, permission):
        """Only people where `user` holds `permission`."""
        self.open_to(user, Resident.objects.visible_to(user, permission))


class ConcernForm(StaffModelForm):
    """A concern written down by staff."""

    resident = ResidentField("提出人")

    class Meta:
        model = Concern
        fields = ["title", "topic", "origin", "resident", "area", "detail", "raised_on"]
        widgets = {"raised_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}
        labels = {"area": "网格（社区）"}
        help_texts = {
            "title": "一句话写清要办什么，不写伤害、隐私的细节。",
            "area": "选了提出人就不用选，按她所在的网格。",
        }

    sections = [("诉求", ["title", "topic origin", "detail"]), ("谁提的", ["resident area", "raised_on"])]

    def __init__(self, *args, household=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.household = household
        self.fields["topic"] = forms.ChoiceField(label="方面", choices=topics("不确定"), required=False)
        self.fields["origin"].choices = [(o.value, o.label) for o in RAISED_BY_STAFF]
        places = Area.objects.visible_to(self.user, "concerns.add_concern").active()
        self.fields["area"].queryset = places.filter(kind__in=["community", "grid", "unit"])
        self.fields["area"].required = False
        self.fields["area"].empty_label = "请选"
        self.fields["resident"].limit_to(self.user, "concerns.add_concern")
        if household is not None:
            del self.fields["area"]

    def clean_raised_on(self):
        day = self.cleaned_data["raised_on"]
        if day > timezone.localdate():
            raise ValidationError("提出日期不能晚于今天。")
        return day

    def clean(self):
        cleaned = super().clean()
        if self.household is None and not cleaned.get("area"):
            if cleaned.get("resident"):
                cleaned["area"] = cleaned["resident"].area
            elif "area" not in self.errors:
                self.add_error("area", "请选提出人，或者选网格（社区）。")
        return cleaned


class AssignForm(StaffForm):
    """Who does it by when."""

    person = forms.ModelChoiceField(label="承办人", queryset=User.objects.none(), empty_label="请选")
    due_on = forms.DateField(label="期限", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    agency = forms.ModelChoiceField(
        label="转交单位", queryset=Agency.objects.none(), required=False, empty_label="不转交",
        help_text="转给其他单位办时选；承办人负责催办和回话。",
    )  # fmt: skip

    sections = [("", ["person due_on", "agency"])]

    def __init__(self, *args, concern, **kwargs):
        super().__init__(*args, **kwargs)
        self.concern = concern
        self.fields["person"].queryset = handlers(concern)
        self.fields["person"].initial = concern.assigned_to_id
        today = timezone.localdate()
        self.fields["due_on"].initial = max(concern.due_on or today, due_date(today, rule("concern_first_answer")))
        self.fields["agency"].queryset = Agency.objects.visible_to(self.user).active()
        self.fields["agency"].initial = concern.agency_id

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError("期限不能早于今天。")
        return day


class FinishForm(StaffForm):
    result = forms.CharField(label="办理结果", max_length=2000, widget=forms.Textarea(LONG))


class AnswerForm(StaffForm):
    """The answer, how it ended, how she was told."""

    outcome = forms.ChoiceField(
        label="结果",
        choices=[(o.value, o.label) for o in (Outcome.SOLVED, Outcome.HANDED_OVER, Outcome.NOT_POSSIBLE)],
    )
    answer = forms.CharField(
        label="答复内容", max_length=2000, widget=forms.Textarea(LONG),
        help_text="写给她看的话。无法办理的要写清为什么、还可以找谁。",
    )  # fmt: skip
    told = forms.ChoiceField(label="怎么告诉她的", choices=Told.choices, help_text="还没告诉的不能办结。")

    sections = [("", ["outcome told", "answer"])]


class SettleForm(StaffForm):
    answer = forms.CharField(label="当场怎么办好的", max_length=2000, widget=forms.Textarea(LONG))


class WithdrawForm(StaffForm):
    reason = forms.CharField(label="撤回原因", max_length=100)


def month_of(text):
    """First day of "2024-06", or None."""
    try:
        return date.fromisoformat(f"{text}-01")
    except (TypeError, ValueError):
        return None


class MonthField(forms.CharField):
    """A month in the address, such as 2024-06; anything else filters nothing."""

    widget = forms.DateInput({"type": "month"}, format="%Y-%m")

    def clean(self, value):
        return month_of(super().clean(value))


class ConcernFilterForm(FilterForm):
    q = forms.CharField(label="编号或内容", required=False)
    status = forms.ChoiceField(
        label="状态", choices=[("", "全部"), ("open", "没办结的"), *Status.choices], required=False
    )
    topic = forms.ChoiceField(label="方面", required=False)
    grid = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")
    person = forms.ModelChoiceField(label="承办人", queryset=User.objects.none(), required=False, empty_label="全部")
    month = MonthField(label="提出月份", required=False)
    overdue = forms.BooleanField(label="只看逾期", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = topics("全部")
        places = Area.objects.visible_to(self.user, "concerns.view_concern")
        self.fields["grid"].queryset = places.filter(kind__in=["community", "grid"])
        self.fields["person"].queryset = User.objects.visible_to(self.user, "concerns.view_concern")

    def filter_q(self, concerns, value):
        return concerns.filter(title__contains=value) | concerns.filter(number__contains=value.upper())

    def filter_status(self, concerns, value):
        return concerns.open() if value == "open" else concerns.filter(status=value)

    def filter_topic(self, concerns, value):
        return concerns.filter(topic=value)

    def filter_grid(self, concerns, value):
        return concerns.filter(area__code__startswith=value.code)

    def filter_person(self, concerns, value):
        return concerns.filter(assigned_to=value)

    def filter_month(self, concerns, value):
        return concerns.filter(raised_on__year=value.year, raised_on__month=value.month)

    def filter_overdue(self, concerns, value):
        return concerns.overdue()


class ReceptionForm(StaffModelForm):
    """One visit to the desk or call."""

    resident = ResidentField()
    phone = MaskedField(label="联系电话", max_length=30, required=False)
    concern_title = forms.CharField(
        label="转为诉求",
        max_length=80,
        required=False,
        help_text="要继续办的，写一句话，就会登记成诉求；当场办好的空着。",
    )

    class Meta:
        model = Reception
        fields = [
            "channel", "received_at", "place", "visitor_name", "phone", "resident", "area", "topic", "matter",
            "handler", "opinion", "result", "note",
        ]  # fmt: skip
        widgets = {"received_at": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")}
        labels = {"area": "网格（社区）"}
        help_texts = {"matter": "照她说的记，不评判。涉及伤害、孩子受侵害的，请用“有要马上报告的”。"}

    sections = [
        ("来访来电", ["channel received_at", "place handler"]),
        ("谁", ["visitor_name phone", "resident area"]),
        ("事由", ["topic", "matter"]),
        ("处理", ["opinion", "result", "concern_title", "note"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"] = forms.ChoiceField(label="方面", choices=topics("不确定"), required=False)
        permission = "concerns.change_reception" if self.instance.pk else "concerns.add_reception"
        places = Area.objects.visible_to(self.user, permission).active()
        self.fields["area"].queryset = places.filter(kind__in=["community", "grid", "unit"])
        self.fields["area"].required = bool(self.instance.pk)
        self.fields["area"].empty_label = "请选"
        self.fields["channel"].choices = [("", "请选"), *self.fields["channel"].choices[1:]]
        self.fields["resident"].limit_to(self.user, permission)
        self.fields["handler"].queryset = User.objects.visible_to(self.user, permission)
        self.fields["handler"].required = False
        self.fields["handler"].empty_label = "我自己"
        self.fields["matter"].required = True
        if self.instance.pk:
            del self.fields["concern_title"]

    def clean_received_at(self):
        moment = self.cleaned_data["received_at"]
        if moment > timezone.now():
            raise ValidationError("时间不能晚于现在。")
        return moment

    def clean_handler(self):
        return self.cleaned_data["handler"] or self.user

    def clean_phone(self):
        text = self.cleaned_data["phone"]
        if not isinstance(text, str) or not text:
            return text
        try:
            return parse_phone(text)
        except ValueError as error:
            raise ValidationError(f"{error}记不清就空着，写在备注里。") from error

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("area") and "area" not in self.errors:
            if cleaned.get("resident"):
                cleaned["area"] = cleaned["resident"].area
            else:
                self.add_error("area", "请选居民，或者选网格（社区）。")
        return cleaned


class ToConcernForm(StaffForm):
    title = forms.CharField(label="诉求", max_length=80, help_text="一句话写清要办什么。")


class ReceptionFilterForm(FilterForm):
    q = forms.CharField(label="姓名或编号", required=False)
    channel = forms.ChoiceField(label="方式", choices=[("", "全部"), *ReceptionChannel.choices], required=False)
    topic = forms.ChoiceField(label="方面", required=False)
    month = MonthField(label="月份", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = topics("全部")

    def filter_q(self, rows, value):
        return rows.filter(visitor_name__contains=value) | rows.filter(number__contains=value.upper())

    def filter_channel(self, rows, value):
        return rows.filter(channel=value)

    def filter_topic(self, rows, value):
        return rows.filter(topic=value)

    def filter_month(self, rows, value):
        return rows.filter(received_at__year=value.year, received_at__month=value.month)
