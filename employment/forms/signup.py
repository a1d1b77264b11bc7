"""Forms of sign-ups, the door and certificates."""

from django import forms

from employment.event_enums import SignupSource, SignupState
from employment.forms.filters import FigureFilters, PersonFilter
from employment.models import Signup
from employment.services.certificates import graduates
from fedhub.core.forms import FilterChoice, StaffForm
from households.forms.fields import ResidentPick
from households.models import Resident


class SignUpForm(StaffForm):
    resident = ResidentPick(label="居民", help_text="按姓名、电话、住址找。培训、招聘会要满 16 周岁。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Resident.objects.visible_to(self.user, "employment.change_signup").active()
        self.fields["resident"].open_to(self.user, rows)


class MergeForm(SignUpForm):
    """Who somebody from the street is."""


class WhyForm(StaffForm):
    why = forms.CharField(label="为什么", max_length=60)


class WalkInForm(StaffForm):
    name = forms.CharField(label="姓名", max_length=50)
    phone = forms.CharField(label="电话（可以不写）", max_length=30, required=False)


class SignupFilterForm(PersonFilter):
    person_permission = "employment.view_signup"
    state = FilterChoice(
        label="状态", required=False,
        choices=[("", "有名额的、候补的"), ("came", "来过的"), ("absent", "没有来的"), ("walk", "现场来的、没有对上居民的"),
                 *[pair for pair in SignupState.choices if pair[0] != SignupState.MERGED], ("all", "全部")],
    )  # fmt: skip

    def apply(self, rows):
        self.is_valid()
        rows = rows.exclude(state=SignupState.MERGED)
        return super().apply(rows if self.cleaned_data.get("state") else rows.live())

    def filter_state(self, rows, value):
        if value == "came":
            return rows.came()
        if value == "absent":
            came = Signup.objects.visible_to(self.user, "employment.view_signup").came()
            return rows.filter(state=SignupState.IN).exclude(pk__in=came.values("pk"))
        if value == "walk":
            return rows.filter(resident=None, source=SignupSource.DOOR)
        return rows if value == "all" else rows.filter(state=value)


class GraduateForm(StaffForm):
    """Whom to give a certificate: those who were there long enough and passed."""

    chosen = forms.TypedMultipleChoiceField(
        label="考核合格、要发证的", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    issuer = forms.CharField(label="发证单位", max_length=80)

    sections = [("发证", ["chosen", "issuer"])]

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        found = graduates(event, Signup.objects.visible_to(self.user, "employment.view_signup"))
        able = [(one, percent) for one, percent, why in found if not why]
        self.refused = [(one, why) for one, percent, why in found if why]
        self.fields["chosen"].choices = [(one.pk, f"{one.name}（出勤 {percent}%）") for one, percent in able]
        self.fields["chosen"].initial = [one.pk for one, _ in able]


class CertificateFilterForm(FigureFilters):
    opens = "certificate_list"
    q = forms.CharField(
        label="姓名、编号", required=False, max_length=40,
        widget=forms.TextInput({"type": "search", "placeholder": "证书编号、姓名"}),
    )  # fmt: skip
    state = FilterChoice(label="状态", required=False, choices=[("", "有效的"), ("void", "作废的"), ("all", "全部")])

    def usual(self, rows):
        return rows.valid()

    def filter_q(self, rows, value):
        text = value.strip()
        if text.upper().startswith("PX"):
            return rows.filter(number__startswith=text.upper())
        return rows.filter(holder__contains=text)

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.exclude(void_on=None)
