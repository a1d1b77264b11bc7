"""Forms of donors, money, goods and what is given."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.queries import holders_at
from fedhub.areas.models import Area
from fedhub.core.forms import FilterChoice, FilterForm, MaskedField, StaffForm, StaffModelForm
from fedhub.core.images import ImageRefused, clean_image
from fedhub.core.widgets import SignWidget
from fedhub.reference.lookup import choices, rule
from hardship.enums import CashHow, DeliveryState, MoveKind, Occasion, ReceiptKind
from hardship.models import Batch, Delivery, Donor, Fund
from hardship.services.books import is_bank_tail, limits_of
from households.forms.fields import HouseholdPick, day_field, no_later_than_today
from households.models import Household
from households.queries import matching_households, members_of

HAND = [(k.value, k.label) for k in (MoveKind.RECEIVED, MoveKind.RETURNED, MoveKind.LOST)]
ANY_CATEGORY = "不限"
# Money of which the purse is chosen by whoever approves.
LATER = "m"


def offices(user, permission):
    """Communities where `user` keeps the books."""
    return Area.objects.visible_to(user, permission).filter(kind="community", status="active").order_by("code")


def bank_tail_of(text):
    """The last four digits of an account, or nothing. Raises ValidationError."""
    if text and not is_bank_tail(text):
        raise ValidationError("只填账号的最后四位数字。")
    return text


def in_brackets(words):
    """ "（…）" around words, nothing around none."""
    return f"（{words}）" if words else ""


def purse_words(fund):
    """A purse in a select: what may still be promised, and what for."""
    return f"{fund.name} 还有 {fund.free:.2f} 元{in_brackets(limits_of(fund))}"


class PlacedForm(StaffModelForm):
    """A record of one community; where there is only one, nobody is asked."""

    permission = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        places = offices(self.user, self.permission)
        self.fields["area"].queryset = places
        self.fields["area"].label, self.fields["area"].empty_label = "社区", None
        if self.instance.pk:
            del self.fields["area"]
        if "donor" in self.fields:
            self.fields["donor"].queryset = Donor.objects.visible_to(self.user, "hardship.view_donor").order_by("name")
            self.fields["donor"].empty_label = "没有登记捐赠方"
        if "category" in self.fields:
            self.fields["category"] = forms.ChoiceField(
                label="只给有这个类别的家庭", required=False, initial=self.instance.category,
                choices=[("", ANY_CATEGORY), *choices("hardship_category", keep=self.instance.category)],
            )  # fmt: skip
            self.fields["occasion"] = forms.ChoiceField(
                label="只用于", required=False, choices=[("", ANY_CATEGORY), *Occasion.choices],
                initial=self.instance.occasion,
            )  # fmt: skip


class DonorForm(PlacedForm):
    permission = "hardship.add_donor"
    contact = MaskedField(label="联系人", max_length=50, required=False)
    phone = MaskedField(label="联系电话", max_length=30, required=False)

    class Meta:
        model = Donor
        fields = ["area", "name", "kind", "contact", "phone", "wants_thanks", "note"]
        help_texts = {"wants_thanks": "发到以后写一句话告诉对方，不说是哪一家。"}

    sections = [("捐赠方", ["area", "name kind", "contact phone", "wants_thanks", "note"])]


DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
LIMITS = ("定向要求（没有就不填）", ["occasion category", "restriction document"])


class FundForm(PlacedForm):
    permission = "hardship.add_fund"

    class Meta:
        model = Fund
        fields = [
            "area",
            "name",
            "donor",
            "received_on",
            "bank_tail",
            "occasion",
            "category",
            "restriction",
            "document",
        ]
        widgets = {"received_on": DAY}
        labels = {"received_on": "设立日期"}

    sections = [("款项", ["area", "name donor", "received_on bank_tail"]), LIMITS]

    def clean_bank_tail(self):
        return bank_tail_of(self.cleaned_data["bank_tail"])


class BatchForm(PlacedForm):
    permission = "hardship.add_batch"
    quantity = forms.DecimalField(label="数量", max_digits=10, decimal_places=2, min_value=0)

    class Meta:
        model = Batch
        fields = [
            "area", "item", "kind", "unit", "value", "donor", "received_on", "expires_on", "occasion", "category",
            "restriction", "document",
        ]  # fmt: skip
        widgets = {"received_on": DAY, "expires_on": DAY}
        labels = {"value": "一个单位值多少元"}
        help_texts = {"kind": "同种物资写一样的，例如“米面油”；发重复时提醒。不填就按物资名。"}

    sections = [
        ("物资", ["area", "item kind", "quantity unit value", "donor", "received_on expires_on"]), LIMITS,
    ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # The entry of the book keeps its day, and what was given keeps its name, unit and value.
            gone = ["quantity", "received_on"]
            gone += ["item", "unit", "value"] if self.instance.deliveries.exists() else []
            for name in gone:
                del self.fields[name]

    def clean_quantity(self):
        number = self.cleaned_data["quantity"]
        if not number:
            raise ValidationError("请填大于 0 的数。")
        return number

    def clean_received_on(self):
        return no_later_than_today(self.cleaned_data["received_on"])


class MoveForm(StaffForm):
    """Something came in or went out, other than to a family."""

    kind = forms.ChoiceField(label="种类", choices=HAND)
    amount = forms.DecimalField(label="数量", max_digits=12, decimal_places=2)
    on = day_field("日期")
    note = forms.CharField(label="摘要", max_length=100, required=False, help_text="退回、损耗要写原因。")

    sections = [("登记", ["kind amount", "on note"])]

    def __init__(self, *args, unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = f"多少{unit}"


class ReasonForm(StaffForm):
    reason = forms.CharField(label="理由", max_length=100, widget=forms.Textarea({"rows": 2}))


class DeliveryForm(StaffModelForm):
    """Something for a family, from money or goods."""

    household = HouseholdPick(label="给哪一户")
    resident = forms.TypedChoiceField(
        label="给谁", required=False, coerce=int, empty_value=None, choices=[("", "全家")]
    )
    source = forms.ChoiceField(label="从哪里出")
    quantity = forms.DecimalField(label="多少", max_digits=12, decimal_places=2, help_text="物资按单位，款项按元。")

    class Meta:
        model = Delivery
        fields = ["household", "occasion", "what", "quantity", "repeat_reason"]
        labels = {"what": "内容"}
        help_texts = {
            "what": "不填就写物资（款项）的名称。",
            "repeat_reason": "不久前发过同种的，或者同一个节日发过的，要写。",
        }

    sections = [("救助", ["household", "resident occasion", "source quantity", "what", "repeat_reason"])]

    def __init__(self, *args, household=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].required = False
        homes = Household.objects.visible_to(self.user, "hardship.add_delivery").active().select_related("area")
        self.fields["household"].open_to(self.user, homes)
        if household is not None:
            self.fields["household"].initial = household.pk
            self.fields["resident"].choices = [
                ("", "全家"),
                *{m.resident_id: m.resident.name for m in members_of(household)}.items(),
            ]
        else:
            del self.fields["resident"]
        self.fields["source"].choices = [("", "请选"), *self._sources()]

    def _sources(self):
        goods = Batch.objects.visible_to(self.user, "hardship.view_batch").open().order_by("item", "expires_on", "pk")
        goods = [
            (f"b{b.pk}", f"{b.item} 还有 {b.free.normalize():f} {b.unit}{in_brackets(limits_of(b))}")
            for b in goods
            if b.free > 0
        ]
        money = []
        if self.user.has_perm("hardship.view_fund"):
            funds = Fund.objects.visible_to(self.user, "hardship.view_fund").open().order_by("name", "pk")
            money += [(f"f{fund.pk}", purse_words(fund)) for fund in funds if fund.free > 0]
        money.append((LATER, "款项，由审批的人定从哪笔出"))
        return [group for group in (("物资", goods), ("款项", money)) if group[1]]

    def clean_quantity(self):
        number = self.cleaned_data["quantity"]
        if number <= 0:
            raise ValidationError("请填大于 0 的数。")
        return number

    def chosen(self):
        """{"fund": …}, {"batch": …} or neither (money, the purse is chosen later), and the person."""
        key = self.cleaned_data["source"]
        if key == LATER:
            return {"resident_id": self.cleaned_data.get("resident")}
        model, name = (Batch, "batch") if key[0] == "b" else (Fund, "fund")
        person = self.cleaned_data.get("resident")
        return {name: model.objects.get(pk=int(key[1:])), "resident_id": person}


class PursePick(forms.ModelChoiceField):
    def label_from_instance(self, fund):
        return purse_words(fund)


class PurseForm(StaffForm):
    """From which purse the money comes: those of the family's community that hold enough and are for this occasion."""

    fund = PursePick(label="从哪笔款项出", queryset=Fund.objects.none(), empty_label="请选")

    def __init__(self, *args, delivery, **kwargs):
        super().__init__(*args, **kwargs)
        rows = Fund.objects.visible_to(self.user, "hardship.view_fund").open().order_by("name", "pk")
        rows = rows.filter(area__code__startswith=delivery.area.code[:12], occasion__in=["", delivery.occasion])
        self.fields["fund"].queryset = rows.filter(balance__gte=F("reserved") + delivery.quantity)
        self.fields["fund"].help_text = f"要发 {delivery.amount_words}；余额不够的、不能用于这个事由的不列出来。"


class DeliverForm(StaffForm):
    """Handed over: when, and how money was paid."""

    on = day_field("发放日期")
    cash_how = forms.ChoiceField(label="怎么给的", choices=CashHow.choices, widget=forms.RadioSelect)
    second_by = forms.ModelChoiceField(
        label="同办人",
        queryset=User.objects.none(),
        required=False,
        empty_label="现金要选",
        help_text="现金两个人一起办。",
    )
    bank_tail = forms.CharField(label="收款账号尾号", max_length=4, required=False, help_text="只填最后四位。")

    def __init__(self, *args, delivery, **kwargs):
        super().__init__(*args, **kwargs)
        if not delivery.is_money:
            for name in ("cash_how", "second_by", "bank_tail"):
                del self.fields[name]
        else:
            rows = holders_at("hardship.hand_delivery", delivery.area)
            self.fields["second_by"].queryset = rows.exclude(pk=self.user.pk)

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])

    def clean_bank_tail(self):
        return bank_tail_of(self.cleaned_data["bank_tail"])

    def cleaned_data_for_service(self):
        """What `deliver` takes."""
        names = {"on", "cash_how", "second_by", "bank_tail"}
        return {name: value for name, value in self.cleaned_data.items() if name in names}


class PictureField(forms.FileField):
    """One picture, cleaned; a sentence when it cannot be kept."""

    def clean(self, data, initial=None):
        if not data:
            return None
        try:
            return clean_image(data)
        except ImageRefused as refusal:
            raise ValidationError(str(refusal)) from refusal


class ReceiptForm(StaffForm):
    """Signed on the phone, or the slip photographed."""

    received_by = forms.CharField(label="签收人", max_length=50)
    signature = PictureField(label="在手机上签名", required=False, widget=SignWidget(done="已签，点“保存”留下"))
    slip = PictureField(label="签收单照片", required=False, widget=forms.FileInput({"accept": "image/*"}))
    on_paper = forms.BooleanField(label="银行转账，回单另存", required=False)

    def __init__(self, *args, delivery, **kwargs):
        super().__init__(*args, **kwargs)
        if delivery.cash_how != CashHow.BANK:
            del self.fields["on_paper"]

    def proof(self):
        """(kind, picture) of what was given as proof."""
        data = self.cleaned_data
        if data.get("signature"):
            return ReceiptKind.SIGNATURE, data["signature"]
        if data.get("slip"):
            return ReceiptKind.SLIP, data["slip"]
        return ReceiptKind.BANK if data.get("on_paper") else ReceiptKind.SLIP, None


class DeliveryFilterForm(FilterForm):
    q = forms.CharField(
        label="搜索", required=False, max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、地址或凭证号"}),
    )  # fmt: skip
    state = FilterChoice(
        label="状态", required=False, choices=[("", "全部"), *DeliveryState.choices, ("given", "发出去的")]
    )
    occasion = FilterChoice(label="事由", required=False, choices=[("", "全部"), *Occasion.choices])
    area = FilterChoice(label="网格", required=False)
    since = forms.DateField(label="发放从", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput({"type": "date"}))
    # Where figures and rounds lead to; nobody chooses these here.
    household = forms.IntegerField(required=False, max_value=2**53, widget=forms.HiddenInput)
    round = forms.IntegerField(required=False, max_value=2**53, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        grids = self.user.grids_with("hardship.view_delivery", self.data.get("area"))
        self.fields["area"].offer([("", "全部网格"), *grids])

    def filter_q(self, rows, value):
        if value.strip().upper().startswith("FF"):
            return rows.filter(voucher__startswith=value.strip().upper())
        homes = Household.objects.visible_to(self.user, "hardship.view_delivery")
        return rows.filter(household__in=matching_households(homes, value).values("pk"))

    def filter_state(self, rows, value):
        if value == "given":
            return rows.given(self.cleaned_data.get("since"), self.cleaned_data.get("until"))
        return rows.filter(state=value)

    def filter_occasion(self, rows, value):
        return rows.filter(occasion=value)

    def filter_area(self, rows, value):
        return rows.filter(area_id__in=self.user.places_within(value))

    def filter_since(self, rows, value):
        return rows.filter(handed_on__gte=value)

    def filter_until(self, rows, value):
        return rows.filter(handed_on__lte=value)

    def filter_household(self, rows, value):
        return rows.filter(household=value)

    def filter_round(self, rows, value):
        return rows.filter(round=value)


class StockFilterForm(FilterForm):
    q = forms.CharField(label="名称", required=False, max_length=40)
    state = FilterChoice(
        label="状态", required=False, choices=[("", "有剩余的"), ("soon", "快到期的"), ("all", "全部")]
    )

    def apply(self, rows):
        self.is_valid()
        return super().apply(rows if self.cleaned_data.get("state") else rows.open())

    def filter_q(self, rows, value):
        return rows.filter(item__contains=value.strip())

    def filter_state(self, rows, value):
        return rows if value == "all" else rows.open().filter(expires_on__lte=soon())


def soon():
    """The last day of what expires soon."""
    return timezone.localdate() + timedelta(days=rule("aid_expiry_warn_days"))


class NameFilterForm(FilterForm):
    q = forms.CharField(label="名称", required=False, max_length=40)

    def filter_q(self, rows, value):
        return rows.filter(name__contains=value.strip())


class PeriodAskForm(StaffForm):
    why = forms.CharField(label="为什么要重开", max_length=200, widget=forms.Textarea({"rows": 3}))


class PeriodDecideForm(StaffForm):
    note = forms.CharField(label="意见", max_length=200, required=False, widget=forms.Textarea({"rows": 2}))
    agree = forms.TypedChoiceField(
        label="决定", choices=[("1", "同意重开"), ("0", "不同意")], coerce=lambda v: v == "1", widget=forms.RadioSelect
    )
