"""Residents' forms of groups and volunteering: plain, nothing that needs a script."""

from django import forms

from groups.enums import GroupKind


class KindForm(forms.Form):
    """Which groups to show; what is not known is left out."""

    kind = forms.ChoiceField(label="哪种队伍", choices=[("", "全部"), *GroupKind.choices], required=False)


class WishForm(forms.Form):
    wish = forms.CharField(label="想说的话（可以不写）", max_length=100, required=False)


def ticks(label, choices, missing):
    """Several of a list, one at least."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, error_messages={"required": missing}
    )
