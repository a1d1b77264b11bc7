"""Residents' forms of job support: plain, nothing that needs a script."""

from django import forms

from employment.enums import JobKind, Share


class ApplyForm(forms.Form):
    """What this employer may be told for this post; her name goes with it."""

    shares = forms.MultipleChoiceField(
        label="除了姓名，还让单位知道",
        choices=Share.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agrees = forms.BooleanField(
        label="我同意只把这些提供给这个单位，只为这个岗位；随时可以撤回",
        error_messages={"required": "不同意就不能推荐。打个勾，或者到社区问。"},
    )


class WatchForm(forms.Form):
    kind = forms.ChoiceField(label="想看哪种岗位", choices=JobKind.choices)


class LookForm(forms.Form):
    """Which posts to show; what is not known is left out."""

    kind = forms.ChoiceField(label="哪种岗位", choices=[("", "全部"), *JobKind.choices], required=False)
    q = forms.CharField(label="找岗位、单位", max_length=40, required=False)
