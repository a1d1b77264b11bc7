"""Forms of change requests: one a kind of change, and the decision."""

from django import forms

from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, StaffForm
from fedhub.reference.lookup import label
from hardship.enums import Deed, RequestState
from hardship.services.requests import ADDRESS, FIXED, as_text, people_of, texts_of
from households.enums import ExitReason
from households.forms.fields import coded, day_field, no_later_than_today, yuan_field
from households.models import ChildFile
from households.queries import statuses_of


class RequestForm(StaffForm):
    """Base: the reason. `proposal()` gives what would change, `person()` whose it is."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args, file, **kwargs):
        super().__init__(*args, **kwargs)
        self.file, self.people = file, people_of(file.household)
        if "resident" in self.fields:
            family = [("", "全家")] if self.whole_family else [("", "请选")]
            self.fields["resident"].choices = family + [(pk, one.name) for pk, one in self.offered().items()]

    whole_family = False

    def offered(self):
        return self.people

    def person(self):
        chosen = self.cleaned_data.get("resident")
        return self.people.get(int(chosen)) if chosen else None


def who(required=True):
    return forms.ChoiceField(label="是谁的", required=required)


class StatusOpenForm(RequestForm):
    whole_family = True
    resident = who(required=False)
    category = coded("hardship_category", "类别", required=True, blank="请选")
    valid_from = day_field("从哪天起")
    authority = forms.CharField(label="认定单位", max_length=60, required=False)
    proof = forms.CharField(label="证明（证号）", max_length=100, required=False)
    expires_on = day_field("证件有效期到", required=False, initial=None)
    amount = yuan_field("每月金额（元）")

    sections = [("加类别", ["resident category", "valid_from authority", "proof expires_on", "amount", "reason"])]

    def clean_valid_from(self):
        return no_later_than_today(self.cleaned_data["valid_from"])

    def proposal(self):
        return {name: as_text(self.cleaned_data[name]) for name in FIXED}

    def clean(self):
        cleaned = super().clean()
        check_expiry(self, cleaned)
        return cleaned


def check_expiry(form, cleaned):
    """A proof does not run out before the category begins."""
    ends, begins = cleaned.get("expires_on"), cleaned.get("valid_from")
    if ends and begins and ends < begins:
        form.add_error("expires_on", "证件有效期不能早于起始日期。")


class OfStatusForm(RequestForm):
    """Base of what is asked about one open category of the family."""

    status = forms.ChoiceField(label="哪个类别")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = [("全家", s) for s in statuses_of(household=self.file.household)]
        for person in self.people.values():
            rows += [(person.name, s) for s in statuses_of(resident=person)]
        self.rows = {str(s.pk): s for _, s in rows if s.valid_to is None}
        self.fields["status"].choices = [("", "请选")] + [
            (s.pk, f"{name}：{label('hardship_category', s.category)}（{s.valid_from:%Y-%m-%d} 起）")
            for name, s in rows
            if s.valid_to is None
        ]

    def person(self):
        return self.rows[self.cleaned_data["status"]].resident


class StatusFixForm(OfStatusForm):
    """A category written down wrongly, a new certificate, another amount; what is left empty stays as it is."""

    valid_from = day_field("从哪天起", required=False, initial=None)
    authority = forms.CharField(label="认定单位", max_length=60, required=False)
    proof = forms.CharField(label="证明（证号）", max_length=100, required=False)
    expires_on = day_field("证件有效期到", required=False, initial=None)
    amount = yuan_field("每月金额（元）")
    category = coded("hardship_category", "改成哪个类别", blank="不变")

    sections = [
        ("哪个类别", ["status"]),
        ("改成（空着的不变）", ["expires_on amount", "proof authority", "category valid_from", "reason"]),
    ]

    def clean_valid_from(self):
        return no_later_than_today(self.cleaned_data["valid_from"])

    def clean(self):
        cleaned = super().clean()
        status = self.rows.get(cleaned.get("status"))
        if status is not None:
            if self.wanted() == texts_of(status):
                self.add_error(None, "没有要改的，请填写要改成什么。")
            check_expiry(self, {n: cleaned.get(n) or getattr(status, n) for n in ("expires_on", "valid_from")})
        return cleaned

    def wanted(self):
        status = self.rows[self.cleaned_data["status"]]
        typed = {name: as_text(self.cleaned_data.get(name)) for name in FIXED}
        return {name: typed[name] or old for name, old in texts_of(status).items()}

    def proposal(self):
        return self.wanted() | {"status": int(self.cleaned_data["status"])}


class StatusEndForm(OfStatusForm):
    on = day_field("最后一天")
    exit_reason = forms.ChoiceField(label="原因", choices=[("", "请选"), *ExitReason.choices])

    sections = [("结束类别", ["status", "on exit_reason", "reason"])]

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])

    def clean(self):
        cleaned = super().clean()
        status = self.rows.get(cleaned.get("status"))
        if status and cleaned.get("on") and cleaned["on"] < status.valid_from:
            self.add_error("on", f"不能早于开始的 {status.valid_from:%Y-%m-%d}。")
        return cleaned

    def proposal(self):
        data, status = self.cleaned_data, self.rows[self.cleaned_data["status"]]
        return {
            "status": status.pk, "category": status.category, "on": data["on"].isoformat(),
            "exit_reason": data["exit_reason"],
        }  # fmt: skip


class GuardianForm(RequestForm):
    resident = who()
    guardian = forms.CharField(label="监护人", max_length=50)
    guardian_relation = coded("relation", "与监护人关系")
    carer = forms.CharField(label="实际照料人", max_length=50, required=False)

    sections = [("改监护人、照料人", ["resident", "guardian guardian_relation", "carer", "reason"])]

    def offered(self):
        mine = ChildFile.objects.visible_to(self.user, "hardship.add_changerequest")
        open_files = mine.filter(resident__in=self.people, closed_on=None)
        kept = set(open_files.values_list("resident_id", flat=True))
        return {pk: one for pk, one in self.people.items() if pk in kept}

    def proposal(self):
        return {name: self.cleaned_data[name] for name in ("guardian", "guardian_relation", "carer")}


class AddressForm(RequestForm):
    area = forms.ModelChoiceField(label="网格", queryset=Area.objects.none(), empty_label=None)
    compound = forms.CharField(label="小区（院落）", max_length=40, required=False)
    building = forms.CharField(label="楼栋（门牌）", max_length=20, required=False)
    stair = forms.CharField(label="单元", max_length=10, required=False)
    floor = forms.CharField(label="楼层", max_length=10, required=False)
    room = forms.CharField(label="房号", max_length=20, required=False)
    address = forms.CharField(label="完整住址", max_length=120, required=False, help_text="空着就按上面写好。")

    sections = [("改住址", ["area", "compound building", "stair floor room", "address", "reason"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        home = self.file.household
        for name in (*ADDRESS, "area"):
            self.fields[name].initial = getattr(home, name)
        places = Area.objects.visible_to(self.user, "hardship.add_changerequest").homes()
        self.fields["area"].queryset = places.filter(code__startswith=home.area.code[:12]).order_by("code")

    def clean(self):
        cleaned = super().clean()
        home = self.file.household
        same = all(cleaned.get(name) == getattr(home, name) for name in ADDRESS)
        if same and cleaned.get("area") == home.area:
            self.add_error(None, "和现在的住址一样，没有要改的。")
        return cleaned

    def proposal(self):
        data = self.cleaned_data
        return {name: data[name] for name in ADDRESS} | {"area": data["area"].pk}


class BankForm(RequestForm):
    resident = who()
    bank = forms.CharField(label="开户银行", max_length=60)
    holder = forms.CharField(label="户名", max_length=50)
    number = forms.CharField(label="账号", max_length=30, widget=forms.TextInput({"inputmode": "numeric"}))

    sections = [("银行账户", ["resident", "bank holder", "number", "reason"])]

    def proposal(self):
        return {name: self.cleaned_data[name] for name in ("bank", "holder", "number")}


FORMS = {
    Deed.STATUS_OPEN: StatusOpenForm,
    Deed.STATUS_FIX: StatusFixForm,
    Deed.STATUS_END: StatusEndForm,
    Deed.GUARDIAN: GuardianForm,
    Deed.ADDRESS: AddressForm,
    Deed.BANK: BankForm,
}


class NoteForm(StaffForm):
    note = forms.CharField(label="意见", max_length=200, required=False, widget=forms.Textarea({"rows": 2}))


class RequestFilterForm(FilterForm):
    state = FilterChoice(label="状态", required=False, choices=[("", "全部"), *RequestState.choices])
    deed = FilterChoice(label="种类", required=False, choices=[("", "全部"), *Deed.choices])

    def filter_state(self, rows, value):
        return rows.filter(state=value)

    def filter_deed(self, rows, value):
        return rows.filter(deed=value)
