"""Forms of a party's own rating: giving the slip, and what she says."""

from django import forms

from mediation.enums import Score
from mediation.forms.cases import OfCase


class SlipForm(OfCase):
    party = forms.ChoiceField(label="给谁")
    taken = forms.BooleanField(label="当面问过本人：愿意带走，放在家里也没关系", required=False)


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label="您满意吗", choices=Score.choices, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": "请选一项。", "invalid_choice": "请选一项。"},
    )  # fmt: skip
    words = forms.CharField(
        label="想说的话（可以不写）", max_length=300, required=False, widget=forms.Textarea({"rows": 4}),
        error_messages={"max_length": "写得太长了，请不超过 300 个字。"},
    )  # fmt: skip
