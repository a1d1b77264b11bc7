"""Forms of helpers, pairings and hours."""

from django import forms

from accounts.queries import holders_at
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, MaskedField, StaffForm, StaffModelForm
from hardship.enums import HelperKind, HelpKind, PairingEnd, PairingState
from hardship.models import Helper, HelpRecord, Pairing
from hardship.services.pairing import sharing_consents
from households.forms.fields import ResidentPick, day_field, no_later_than_today
from households.models import Household, Resident
from households.queries import matching_households

DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
HALF_HOURS = [(n, f"{n / 2:g} 小时") for n in range(1, 17)]


def kinds_field(label):
    return forms.MultipleChoiceField(label=label, choices=HelpKind.choices, widget=forms.CheckboxSelectMultiple)


class HelperForm(StaffModelForm):
    skills = kinds_field("能帮什么")
    resident = ResidentPick(label="就是这里的居民", required=False)
    phone = MaskedField(label="电话", max_length=30, required=False)

    class Meta:
        model = Helper
        fields = [
            "area", "kind", "name", "contact", "phone", "unit", "unit_level", "user", "resident", "skills", "compound",
            "building", "cap", "note", "is_active",
        ]  # fmt: skip
        help_texts = {
            "cap": "再多的要第二人签字。",
            "user": "有工作账号的，登录以后看得到自己帮扶的家庭。",
            "compound": "用来找离得近的家庭。",
        }

    sections = [
        ("帮扶人（单位）", ["area kind", "name contact", "phone", "unit unit_level", "user resident"]),
        ("能帮什么", ["skills", "compound building", "cap is_active", "note"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = Area.objects.visible_to(self.user, "hardship.add_helper").active()
        self.fields["area"].queryset = places.filter(kind__in=["community", "grid"]).order_by("code")
        self.fields["area"].label, self.fields["area"].empty_label = "在哪里", None
        area = self.instance.area if self.instance.pk else self.fields["area"].queryset.first()
        rows = holders_at("hardship.view_ownpairing", area, [self.instance.user_id]) if area else Helper.objects.none()
        self.fields["user"].queryset, self.fields["user"].empty_label = rows, "没有账号"
        self.fields["resident"].open_to(self.user, Resident.objects.visible_to(self.user, "hardship.add_helper"))
        if self.instance.pk is None:
            del self.fields["is_active"]


class PairForm(StaffModelForm):
    """Who helps, with what, how often, until when, resting on which consent."""

    kinds = kinds_field("答应帮什么")

    class Meta:
        model = Pairing
        fields = ["helper", "kinds", "every_days", "starts_on", "until", "promise", "consent"]
        widgets = {"starts_on": DAY, "until": DAY, "promise": forms.Textarea({"rows": 3})}
        help_texts = {
            "every_days": "过了这么多天没有记录，帮扶人和责任人都会收到提醒。",
            "consent": "外面的帮扶人要有家庭的单独同意；执委、社区工作者不用。",
        }

    sections = [("结对", ["helper", "kinds", "every_days starts_on until", "promise", "consent"])]

    def __init__(self, *args, file, helper=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.file = file
        rows = Helper.objects.visible_to(self.user, "hardship.view_helper").active().order_by("name", "pk")
        self.fields["helper"].queryset = rows
        self.fields["helper"].empty_label = "请选"
        if helper is not None:
            self.fields["helper"].initial = helper.pk
            self.fields["kinds"].initial = helper.skills
        found = {c.pk: c for c in sharing_consents(file.household)}
        self.fields["consent"] = forms.TypedChoiceField(
            label="家庭同意", required=False, coerce=lambda pk: found[int(pk)], empty_value=None,
            choices=[("", "没有")] + [(pk, consent_words(one)) for pk, one in found.items()],
            help_text=self.fields["consent"].help_text,
            initial=self.instance.consent_id if self.instance.consent_id in found else next(iter(found), ""),
        )  # fmt: skip

    def clean_starts_on(self):
        return no_later_than_today(self.cleaned_data["starts_on"])


class RenewForm(PairForm):
    """Another promise of the same helper."""

    sections = [("改约定", ["kinds", "every_days until", "promise", "consent"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["helper"]
        del self.fields["starts_on"]


def consent_words(consent):
    until = f"，到 {consent.expires_on:%Y-%m-%d}" if consent.expires_on else ""
    return f"{consent.resident.name} {consent.given_on:%Y-%m-%d} 同意提供给{consent.recipient}{until}"


class EndForm(StaffForm):
    on = day_field("结束日期")
    end_reason = forms.ChoiceField(
        label="结束原因",
        choices=[("", "请选"), *(pair for pair in PairingEnd.choices if pair[0] != PairingEnd.CHANGED)],
    )
    note = forms.CharField(label="说明", max_length=100, required=False)

    sections = [("结束结对", ["on end_reason", "note"])]


class ReasonForm(StaffForm):
    reason = forms.CharField(label="原因", max_length=100, widget=forms.Textarea({"rows": 2}))


class HelpForm(StaffModelForm):
    """What was done on a day."""

    half_hours = forms.TypedChoiceField(label="用了多久", choices=HALF_HOURS, coerce=int, initial=2)

    class Meta:
        model = HelpRecord
        fields = ["on", "half_hours", "people", "done", "feedback", "next_on"]
        widgets = {
            "on": DAY, "next_on": DAY, "done": forms.Textarea({"rows": 3}), "feedback": forms.Textarea({"rows": 2}),
        }  # fmt: skip

    sections = [("帮扶记录", ["on half_hours", "done", "feedback", "people next_on"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["done"].required = True

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])


class HelperFilterForm(FilterForm):
    q = forms.CharField(label="名称", required=False, max_length=40)
    kind = FilterChoice(label="类别", required=False, choices=[("", "全部"), *HelperKind.choices])
    skill = FilterChoice(label="能帮什么", required=False, choices=[("", "全部"), *HelpKind.choices])

    def filter_q(self, rows, value):
        return rows.filter(name__contains=value.strip())

    def filter_kind(self, rows, value):
        return rows.filter(kind=value)

    def filter_skill(self, rows, value):
        return rows.with_skill(value)


class PairingFilterForm(FilterForm):
    q = forms.CharField(
        label="搜索", required=False, max_length=60, widget=forms.TextInput({"placeholder": "家庭姓名、地址"})
    )
    state = FilterChoice(
        label="状态", required=False,
        choices=[("", "没有结束的"), ("silent", "很久没联系"), *PairingState.choices, ("all", "全部")],
    )  # fmt: skip
    helper = FilterChoice(label="帮扶人", required=False, choices=[("", "全部"), ("mine", "我帮扶的")])

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.alive())

    def filter_q(self, rows, value):
        homes = Household.objects.visible_to(self.user, "hardship.view_pairing")
        return rows.filter(household__in=matching_households(homes, value).values("pk"))

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.silent() if value == "silent" else rows.filter(state=value)

    def filter_helper(self, rows, value):
        return rows.filter(helper__user=self.user)
