"""What a resident fills in about an activity: plain, nothing that needs a script."""

from django import forms

from groups.activity_enums import Found
from groups.portrait import WORDS


class SignUpForm(forms.Form):
    """Never ticked beforehand: who says nothing has not agreed (妇女权益保障法 art. 28)."""

    portrait = forms.BooleanField(label="同意公开有我的照片", required=False, help_text=WORDS)


class FoundForm(forms.Form):
    found = forms.ChoiceField(
        label="您觉得这场活动", choices=Found.choices, widget=forms.RadioSelect,
        error_messages={"required": "请选一个。", "invalid_choice": "请选一个。"},
    )  # fmt: skip
