"""Forms of the staff at the side of who answers."""

from django import forms

from surveys.services.passes import MOST_AT_ONCE


class CodesForm(forms.Form):
    count = forms.IntegerField(label="印几个", min_value=1, max_value=MOST_AT_ONCE, initial=30)


class PaperForm(forms.Form):
    code = forms.CharField(
        label="纸上的一次性码",
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="答复", max_length=1000, widget=forms.Textarea({"rows": 4}),
        help_text="写中性的话：她可能和别人共用手机。不写姓名、住址，不猜她是谁。",
    )  # fmt: skip
