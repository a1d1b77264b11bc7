"""我要帮助: the form at the end of a questionnaire. Plain HTML; nothing it holds comes from her answers."""

import uuid

from django import forms
from django.core.exceptions import ValidationError

from fedhub.reference.lookup import choices
from surveys.services.action import CONSENT


class HelpForm(forms.Form):
    topic = forms.ChoiceField(label="哪方面的事", required=False)
    words = forms.CharField(label="想要什么帮助", max_length=1000, widget=forms.Textarea({"rows": 4}))
    area = forms.TypedChoiceField(label="您住在哪个网格", coerce=int)
    name = forms.CharField(label="怎么称呼您（可以不写）", max_length=20, required=False)
    phone = forms.CharField(
        label="电话（可以不写，凭码也能查）", max_length=20, required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    reach = forms.CharField(
        label="怎么找您才方便、安全（可以不写）", max_length=200, required=False,
        widget=forms.TextInput({"placeholder": "例如：只在上午打电话，不要发短信"}),
    )  # fmt: skip
    only = forms.BooleanField(label="这件事只给专门的人看（家里动手、威胁、孩子受伤，怕别人知道的）", required=False)
    consent = forms.BooleanField(label=CONSENT, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, places, topic="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", "不知道"), *choices("survey_topic")]
        self.fields["topic"].initial = topic
        self.fields["area"].choices = [("", "请选"), *places]

    def clean(self):
        data = super().clean()
        if not data.get("consent"):
            self.add_error("consent", ValidationError("要请您同意，我们才能收下。不想留的，直接关掉这一页就好。"))
        return data
