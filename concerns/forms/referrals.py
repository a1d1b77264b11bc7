"""A matter in another office's hands."""

from django import forms
from django.utils import timezone

from accounts.models import User
from concerns.enums import ReferralStatus, ReferralWay
from concerns.forms.fields import DAY, LONG, check_deadline
from fedhub.areas.models import Area
from fedhub.core.forms import FilterForm, StaffForm
from fedhub.reference.calendar import due_by
from fedhub.reference.enums import AgencyKind
from fedhub.reference.lookup import rule
from fedhub.reference.models import Agency

# Who stands above a community.
UPPER_KINDS = [AgencyKind.STREET, AgencyKind.FEDERATION]


class OfferForm(StaffForm):
    """To whom, what is asked, by when. Not more than the other office needs."""

    agency = forms.ModelChoiceField(label="转给哪个单位", queryset=Agency.objects.none(), empty_label="请选")
    matter = forms.CharField(
        label="请对方办什么",
        max_length=1000,
        widget=forms.Textarea(LONG),
        help_text="只写对方办事要知道的，不写她家里的私事。",
    )
    due_on = forms.DateField(label="请对方答复的期限", **DAY)

    sections = [("", ["agency due_on", "matter"])]

    def __init__(self, *args, concern, up=False, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.visible_to(self.user, "reference.view_agency").active()
        if up:
            agencies = agencies.filter(kind__in=UPPER_KINDS)
        elif rule("concern_approve_pass_up") and not self.user.has_perm("concerns.approve_concern", concern):
            # What goes up is asked for by its own form; this one would pass the chair by.
            agencies = agencies.exclude(kind__in=UPPER_KINDS)
        self.fields["agency"].queryset = agencies
        if up:
            self.fields["agency"].label = "报给谁"
        self.fields["agency"].help_text = "没有要找的单位，先在“设置”的“单位”里登记。"
        self.fields["due_on"].initial = due_by(timezone.localdate(), "concern_agency_reply")
        self.fields["due_on"].help_text = f"这件的办结期限是 {concern.due_on:%Y-%m-%d}。"
        self.fields["matter"].initial = concern.title

    def clean_due_on(self):
        return check_deadline(self.cleaned_data["due_on"], "请对方答复的期限")


class AcceptedForm(StaffForm):
    on = forms.DateField(label="接收日期", initial=timezone.localdate, **DAY)
    contact = forms.CharField(label="对方经办人", max_length=50, required=False)

    sections = [("", ["on contact"])]


class RefusedForm(StaffForm):
    reply = forms.CharField(label="对方为什么退回", max_length=2000, widget=forms.Textarea(LONG))
    on = forms.DateField(label="退回日期", initial=timezone.localdate, **DAY)


class AgencyAnswerForm(StaffForm):
    reply = forms.CharField(
        label="对方的回复", max_length=2000, widget=forms.Textarea(LONG), help_text="对方说的原话；给她的答复另写。"
    )
    on = forms.DateField(label="回复日期", initial=timezone.localdate, **DAY)


class TakeBackForm(StaffForm):
    reason = forms.CharField(label="为什么收回", max_length=100)


class ReferralFilterForm(FilterForm):
    q = forms.CharField(label="编号或诉求", required=False)
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "没有回复的"), ("late", "过了期限的"), *ReferralStatus.choices, ("all", "全部")], required=False,
    )  # fmt: skip
    way = forms.ChoiceField(label="去向", choices=[("", "全部"), *ReferralWay.choices], required=False)
    agency = forms.ModelChoiceField(label="单位", queryset=Agency.objects.none(), required=False, empty_label="全部")
    grid = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), required=False, empty_label="全部网格")
    person = forms.ModelChoiceField(label="承办人", queryset=User.objects.none(), required=False, empty_label="全部")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        right = "concerns.answer_concern"
        self.fields["agency"].queryset = Agency.objects.visible_to(self.user, "reference.view_agency")
        self.fields["grid"].queryset = Area.objects.visible_to(self.user, right).filter(kind__in=["community", "grid"])
        self.fields["person"].queryset = User.objects.visible_to(self.user, right)

    def apply(self, referrals):
        rows = super().apply(referrals)
        return rows if self.cleaned_data.get("state") else rows.waiting()

    def filter_q(self, referrals, value):
        return referrals.filter(concern__title__contains=value) | referrals.filter(
            concern__number__contains=value.upper()
        )

    def filter_state(self, referrals, value):
        if value == "late":
            return referrals.waiting().filter(due_on__lt=timezone.localdate())
        return referrals if value == "all" else referrals.filter(status=value)

    def filter_way(self, referrals, value):
        return referrals.filter(way=value)

    def filter_agency(self, referrals, value):
        return referrals.filter(agency=value)

    def filter_grid(self, referrals, value):
        return referrals.filter(concern__area__code__startswith=value.code)

    def filter_person(self, referrals, value):
        return referrals.filter(concern__assigned_to=value)
