"""Residents' forms: plain, nothing that needs a script."""

from django import forms

from council.enums import Category


class ProposeForm(forms.Form):
    title = forms.CharField(label="想议什么事", max_length=60)
    category = forms.ChoiceField(label="哪方面", choices=Category.choices, initial=Category.OTHER)
    place = forms.CharField(label="在什么地方（可以不写）", max_length=60, required=False)
    sure = forms.BooleanField(label="不是这些，我还是要提", required=False)
    detail = forms.CharField(
        label="说一说（可以不写）", max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )


class CommentForm(forms.Form):
    text = forms.CharField(label="您的想法", max_length=500, widget=forms.Textarea({"rows": 3}))


class RateForm(forms.Form):
    score = forms.TypedChoiceField(
        label="您满意吗", coerce=int, widget=forms.RadioSelect,
        choices=[(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
    )  # fmt: skip
    words = forms.CharField(
        label="想说的话（不满意的请写下原因）", max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )
