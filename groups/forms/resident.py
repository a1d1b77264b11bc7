"""Residents' forms of groups and volunteering: plain, nothing that needs a script."""

from django import forms

from fedhub.core.validators import validate_phone
from groups.enums import FreeTime, GroupKind, ServiceKind


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


class RegisterForm(forms.Form):
    """What the regulation asks of a volunteer's registration, besides what is on the books (志愿服务条例 art. 7, 12)."""

    kinds = ticks("能做什么", ServiceKind.choices, "请至少选一样能做的。")
    times = ticks("什么时候有空", FreeTime.choices, "请至少选一个有空的时间。")
    skills = forms.CharField(label="特长（可以不写）", max_length=100, required=False)
    phone = forms.CharField(label="电话（可以不写）", max_length=30, required=False, validators=[validate_phone])
    told_risks = forms.BooleanField(
        label="我知道服务是自愿、没有报酬的，知道可能有什么风险；不合适的服务可以不去",
        error_messages={"required": "请先看上面的说明，打个勾。"},
    )
