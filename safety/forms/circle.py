"""Forms about who may see a file, and about opening one in an emergency."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from accounts.models import User
from fedhub.areas.models import Area
from fedhub.core.forms import StaffForm
from fedhub.reference.lookup import rule
from safety.enums import Part
from safety.forms.entries import DayField, text

PARTS = [(part.value, part.label) for part in (Part.WORKER, Part.CHAIR, Part.LAWYER, Part.NAMED)]


class PersonForm(StaffForm):
    """Somebody of `people`, with a reason."""

    person = forms.ModelChoiceField(label="谁", queryset=User.objects.none(), empty_label="请选")
    why = text("为什么", long=False)

    def __init__(self, *args, people=None, **kwargs):
        super().__init__(*args, **kwargs)
        if people is not None:
            self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = lambda user: user.name


class LetInForm(PersonForm):
    part = forms.ChoiceField(label="做什么", choices=PARTS)
    until = DayField(label="看到哪天为止")

    sections = [("", ["person part", "why until"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + timedelta(days=30)
        self.fields["until"].help_text = f"最长 {rule('sealed_grant_days')} 天，到期自动看不到。"


class HandForm(PersonForm):
    """Handing the file over."""


class ExcuseForm(PersonForm):
    """Somebody who must never see it."""


class WhyForm(StaffForm):
    why = text("为什么", long=False)


class DestroyForm(StaffForm):
    area = forms.ModelChoiceField(label="哪个社区", queryset=Area.objects.none(), empty_label=None)
    why = text("为什么可以销毁", long=False)

    def __init__(self, *args, places=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = places


class UrgentForm(StaffForm):
    area = forms.ModelChoiceField(label="哪个社区", queryset=Area.objects.none(), empty_label=None)
    who = text("要找谁（姓名或者档案代号）", long=False)
    why = text("为什么现在必须打开", help_text="例如：她正在被打，主办的人联系不上。另一位负责人同意以后才会去找。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.visible_to(self.user, "safety.break_safetyfile").active()
        self.fields["area"].queryset = places.filter(kind="community")


class DestroyAnswerForm(StaffForm):
    agrees = forms.TypedChoiceField(
        label="同意吗", choices=[("yes", "同意，销毁，不能恢复"), ("no", "不同意，继续保管")],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect,
    )  # fmt: skip


class AnswerForm(StaffForm):
    agrees = forms.TypedChoiceField(
        label="同意吗", choices=[("yes", "同意，打开一天"), ("no", "不同意")], coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )  # fmt: skip
