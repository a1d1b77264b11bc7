"""What a resident fills in about an event: plain, nothing that needs a script."""

from django import forms


class RateForm(forms.Form):
    score = forms.TypedChoiceField(
        label="您满意吗", coerce=int, widget=forms.RadioSelect,
        choices=[(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
    )  # fmt: skip
    words = forms.CharField(
        label="想说的话（可以不写）", max_length=300, required=False, widget=forms.Textarea({"rows": 3})
    )
