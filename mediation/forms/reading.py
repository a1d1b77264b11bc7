"""The form that asks why a case that is over is read again."""

from django import forms

from fedhub.core.forms import StaffForm
from mediation.enums import WhyAgain


class WhyForm(StaffForm):
    purpose = forms.ChoiceField(label="为什么再看", choices=[("", "请选"), *WhyAgain.choices])
    words = forms.CharField(
        label="具体理由", max_length=150, min_length=4, help_text="写清楚谁要、做什么用。理由进留痕记录，负责人看得到。",
        error_messages={"min_length": "请写清楚一点，至少四个字。"},
    )  # fmt: skip
