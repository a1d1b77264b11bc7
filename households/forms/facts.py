"""Forms of dated facts: categories, consents, safe contact, children's files."""

from django import forms

from accounts.models import User
from fedhub.core.forms import FilterForm, StaffForm, StaffModelForm
from households.enums import ChildKind, ContactChannel, ExitReason, Source
from households.forms.fields import ResidentPick, coded, day_field, no_later_than_today, use_codes, yuan_field
from households.models import ChildFile, Consent, Resident, SafeContact
from households.services.status import FACTS

SOURCES = [s for s in Source.choices if s[0] not in (Source.VISIT, Source.IMPORT)]


class StatusForm(StaffForm):
    """A category from a day on."""

    category = coded("hardship_category", "类别", required=True, blank="请选")
    valid_from = day_field("从哪天起")
    source = forms.ChoiceField(label="来源", choices=SOURCES, initial=Source.DESK)
    authority = forms.CharField(label="认定单位", max_length=60, required=False, help_text="例如区民政局。")
    proof = forms.CharField(label="证明（证号）", max_length=100, required=False)
    expires_on = day_field("证件有效期到", required=False, initial=None)
    amount = yuan_field("每月金额（元）", help_text="例如低保金，没有就空着。")
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea({"rows": 2}))

    sections = [("类别", ["category valid_from", "source authority", "proof expires_on", "amount", "note"])]

    def clean_valid_from(self):
        return no_later_than_today(self.cleaned_data["valid_from"])


class StatusEndForm(StaffForm):
    """The last day of a category, and why it ended."""

    on = day_field("最后一天")
    reason = forms.ChoiceField(label="原因", choices=[("", "请选"), *ExitReason.choices])

    sections = [("结束", ["on reason"])]

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])


class StatusCorrectForm(StatusForm):
    """A category that was written down wrongly; the old row is kept."""

    valid_to = day_field("到哪天止", required=False, initial=None)
    exit_reason = forms.ChoiceField(label="结束原因", choices=[("", "没有结束"), *ExitReason.choices], required=False)
    source = forms.ChoiceField(label="来源", choices=Source.choices)

    sections = [
        ("更正为", ["category", "valid_from valid_to", "exit_reason source", "authority proof", "expires_on amount", "note"]),
    ]  # fmt: skip

    def __init__(self, *args, status, **kwargs):
        initial = {name: getattr(status, name) for name in FACTS} | {"valid_to": status.valid_to}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("valid_to")) != bool(cleaned.get("exit_reason")):
            self.add_error("exit_reason", "结束日期和结束原因要么都填，要么都不填。")
        return cleaned

    def facts(self):
        """Changes as the service takes them."""
        return {name: self.cleaned_data[name] for name in FACTS}


class ConsentForm(StaffModelForm):
    """What she agreed to."""

    class Meta:
        model = Consent
        fields = ["purpose", "recipient", "given_on", "how", "witness", "expires_on"]
        widgets = {name: forms.DateInput({"type": "date"}, format="%Y-%m-%d") for name in ("given_on", "expires_on")}
        help_texts = {"recipient": "只有“提供给其他单位”要填。", "witness": "口头同意要有见证人。",
                      "expires_on": "不填表示到撤回为止。"}  # fmt: skip

    sections = [("同意", ["purpose recipient", "given_on expires_on", "how witness"])]


class SafeContactForm(StaffModelForm):
    """How she may be contacted without harm."""

    channels = forms.MultipleChoiceField(
        label="可以用的方式", choices=ContactChannel.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = SafeContact
        fields = ["channels", "hour_from", "hour_to", "neutral", "spouse_may_answer", "note"]
        widgets = {name: forms.TimeInput({"type": "time"}, format="%H:%M") for name in ("hour_from", "hour_to")}
        labels = {"hour_from": "几点以后", "hour_to": "几点以前", "spouse_may_answer": "丈夫可能接听、看到"}
        help_texts = {"neutral": "勾上以后，打电话、发信息都不提具体事情。"}

    sections = [("安全联系", ["channels", "hour_from hour_to", "neutral", "spouse_may_answer", "note"])]

    def __init__(self, *args, **kwargs):
        # Version 0: nothing was agreed yet when the form opened. Two people may be the first.
        super().__init__(*args, version=0, **kwargs)


class ChildFilterForm(FilterForm):
    q = forms.CharField(label="姓名", required=False, max_length=50)
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *ChildKind.choices])
    officer = forms.ChoiceField(label="专人", required=False, choices=[("", "全部"), ("mine", "我负责的")])
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "在管"), ("closed", "已退出"), ("all", "全部")]
    )

    def apply(self, rows):
        rows = super().apply(rows)
        return rows if self.cleaned_data.get("state") else rows.open()

    def filter_q(self, rows, value):
        return rows.filter(resident__name__contains=value.strip())

    def filter_kind(self, rows, value):
        return rows.of_kind(value)

    def filter_officer(self, rows, value):
        return rows.filter(officer=self.user)

    def filter_state(self, rows, value):
        return rows.filter(closed_on__isnull=False) if value == "closed" else rows


class ChildFileForm(StaffModelForm):
    """A child, who looks after it, and the officer who keeps contact."""

    kinds = forms.MultipleChoiceField(
        label="类型", choices=ChildKind.choices, widget=forms.CheckboxSelectMultiple,
        help_text="怀疑受到伤害的不在这里勾，请立即用“报告风险”。",
    )  # fmt: skip

    class Meta:
        model = ChildFile
        fields = [
            "kinds", "guardian", "guardian_relation", "carer", "school", "parents", "situation", "contact_days",
            "officer", "opened_on",
        ]  # fmt: skip
        widgets = {
            "opened_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "situation": forms.Textarea({"rows": 3}),
        }
        labels = {"officer": "专人（负责联系）", "contact_days": "多少天联系一次"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        use_codes(self, "guardian_relation")
        staff = User.objects.visible_to(self.user, "households.view_childfile").filter(is_active=True)
        self.fields["officer"].queryset = staff
        self.fields["officer"].empty_label = "请选"
        if self.instance.pk:
            del self.fields["opened_on"]
            return
        self.fields["resident"] = ResidentPick(label="儿童", help_text="先登记为居民，再从这里选。")
        rows = Resident.objects.visible_to(self.user, "households.add_childfile").active()
        self.fields["resident"].open_to(self.user, rows)

    @property
    def sections(self):
        return [
            ("儿童", ["resident", "kinds", "opened_on"]),
            ("谁在照料", ["guardian guardian_relation", "carer school", "parents"]),
            ("情况与专人", ["situation", "officer contact_days"]),
        ]


class ChildCloseForm(StaffForm):
    """Leaving the ledger."""

    on = day_field("退出日期")
    why = forms.CharField(label="退出原因", max_length=60, help_text="例如：父母回家、年满 18 周岁、迁出。")

    sections = [("退出", ["on why"])]

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])
