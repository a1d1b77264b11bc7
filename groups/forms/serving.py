"""Residents' forms of volunteering: registering, changing her own offer, saying no."""

from django import forms

from fedhub.core.validators import validate_phone
from groups.enums import FreeTime, ServiceKind
from groups.forms.resident import ticks
from groups.need_enums import Near, Strain, Tongue
from households.forms.fields import no_later_than_today

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def may_ticks(label, choices):
    """Several of a list, or none."""
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class FoldedForm(forms.Form):
    """Fields of which those in `more` stand folded, until one of them is wrong; those in `last` come after them."""

    more, last, sets = (), (), ()

    def main_fields(self):
        """In sight."""
        return [self[name] for name in self.fields if name not in (*self.more, *self.last)]

    def more_fields(self):
        """Behind a fold."""
        return [self[name] for name in self.fields if name in self.more]

    def last_fields(self):
        """What is asked at the end."""
        return [self[name] for name in self.fields if name in self.last]

    def shows_more(self):
        """True when something behind the fold has to be looked at."""
        return any(field.errors for field in self.more_fields())


class OfferForm(FoldedForm):
    """What she can do, when, how far, and what is not for her (志愿服务条例 art. 7, 15)."""

    kinds = ticks("能做什么", ServiceKind.choices, "请至少选一样能做的。")
    times = ticks("什么时候有空", FreeTime.choices, "请至少选一个有空的时间。")
    skills = forms.CharField(label="特长（可以不写）", max_length=100, required=False)
    tongues = may_ticks("除了普通话还会说（可以不选）", Tongue.choices)
    near = forms.ChoiceField(label="愿意去多远", choices=Near.choices, initial=Near.COMMUNITY)
    limits = may_ticks("不适合我做的（可以不选）", Strain.choices)
    phone = forms.CharField(label="电话（可以不写）", max_length=30, required=False, validators=[validate_phone])
    emergency = forms.CharField(label="紧急联系人、电话（可以不写）", max_length=60, required=False)

    sets = ("kinds", "times", "tongues", "limits")
    more = ("tongues", "near", "limits", "phone", "emergency", "cap", "may_name")
    last = ("guardian", "guardian_on", "paper", "told_risks")


class RegisterForm(OfferForm):
    """What the regulation asks of a volunteer's registration, besides what is on the books (志愿服务条例 art. 7, 12); `young`: her
    guardian is asked for too."""

    guardian = forms.CharField(label="监护人姓名、电话", max_length=60)
    guardian_on = forms.DateField(label="监护人哪天同意的", widget=DAY)
    paper = forms.BooleanField(
        label="监护人签好同意书，交到社区（收到以后才能审核）",
        error_messages={"required": "请先请监护人签同意书，打个勾。"},
    )
    told_risks = forms.BooleanField(
        label="我知道服务是自愿、没有报酬的，知道可能有什么风险；不合适的服务可以不去",
        error_messages={"required": "请先看上面的说明，打个勾。"},
    )

    def __init__(self, *args, young=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not young:
            for name in ("guardian", "guardian_on", "paper"):
                del self.fields[name]

    def clean_guardian_on(self):
        return no_later_than_today(self.cleaned_data["guardian_on"])

    def given(self):
        """What is kept of it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "paper"}


class OwnOfferForm(OfferForm):
    """Her offer as it stands, changed by herself. What is kept hidden is not shown: left empty it stays."""

    phone = forms.CharField(label="新的电话（不改就空着）", max_length=30, required=False, validators=[validate_phone])
    emergency = forms.CharField(label="新的紧急联系人、电话（不改就空着）", max_length=60, required=False)
    cap = forms.IntegerField(label="同时最多接几件", min_value=1, max_value=20)
    may_name = forms.BooleanField(label="同意在表彰、宣传中写我的姓名", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def proposed(self, volunteer):
        """`{field: value}` that differ from what stands."""
        given = {k: v for k, v in self.cleaned_data.items() if k != "version"}
        for name in ("phone", "emergency"):
            if not given[name]:
                del given[name]
        return {name: value for name, value in given.items() if getattr(volunteer, name) != value}


class WhyForm(forms.Form):
    why = forms.CharField(
        label="为什么", max_length=100, error_messages={"required": "请写一句为什么，我们好问别人。"}
    )


class LeaveForm(FoldedForm):
    why = forms.CharField(label="为什么退出（可以不写）", max_length=100, required=False)
    sure = forms.BooleanField(
        label="我想好了，退出志愿者", error_messages={"required": "想好了就打个勾；只是歇一歇的，请用“暂停”。"}
    )
