"""The register of the front desk and the 12338 line."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from concerns.enums import ReceptionChannel
from concerns.forms.fields import ResidentField, check_past, topics
from concerns.models import Reception
from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, MaskedField, StaffForm, StaffModelForm
from fedhub.core.validators import parse_phone
from fedhub.reference.periods import MonthField


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
        check_past(timezone.localdate(moment), "时间")
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
