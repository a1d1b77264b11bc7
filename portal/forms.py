"""Forms of a resident's pages: plain HTML, large targets, nothing that needs a script."""

import uuid

from django import forms

from fedhub.reference.lookup import choices


class CodeForm(forms.Form):
    code = forms.CharField(
        label="登录码", max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autocapitalize": "characters", "placeholder": "XXXX-XXXX"}),
    )  # fmt: skip


class AskForm(forms.Form):
    code = forms.CharField(
        label="查询码", max_length=20, widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"})
    )


class SayForm(forms.Form):
    """A concern. `places` None: she is in, and it is her own."""

    title = forms.CharField(label="什么事", max_length=80)
    detail = forms.CharField(
        label="说一说（可以不写）", max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    place = forms.CharField(label="在什么地方（可以不写）", max_length=60, required=False)
    topic = forms.ChoiceField(label="哪方面", required=False)
    area = forms.TypedChoiceField(label="哪个社区、网格", coerce=int)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, places=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", "不知道"), *choices("survey_topic")]
        if places is None:
            del self.fields["area"]
        else:
            self.fields["area"].choices = [("", "请选"), *places]


class RateForm(forms.Form):
    score = forms.TypedChoiceField(
        label="满意吗", coerce=int, widget=forms.RadioSelect,
        choices=[(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
    )  # fmt: skip
    words = forms.CharField(
        label="想说的话（不满意的请写）", max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )
