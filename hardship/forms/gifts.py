"""Forms of gifts to many families: what and for whom, single families, agreeing, handing over, closing."""

from django import forms
from django.utils import timezone

from accounts.models import User
from accounts.queries import holders_at
from fedhub.areas.enums import AreaKind
from fedhub.areas.models import Area
from fedhub.core.forms import CountedForm, FilterChoice, FilterForm, StaffForm, StaffModelForm
from fedhub.core.widgets import SignWidget
from fedhub.reference.enums import FamilyKind, RiskLevel
from fedhub.reference.lookup import choices
from hardship.enums import CashHow, MissWhy, Occasion, ReceiptKind, RoundState, Standing
from hardship.forms.aid import PictureField, in_brackets, purse_words
from hardship.models import Batch, Fund, GiftRound, RoundItem
from hardship.rounds import HANDING
from hardship.services.books import limits_of
from households.enums import Living
from households.forms.campaign import CRITERIA, ticks
from households.forms.fields import HouseholdPick, day_field, no_later_than_today
from households.models import Household
from households.queries import matching_households

ADD, CHANGE = "hardship.add_giftround", "hardship.change_giftround"
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
# Kinds of goods that one family gets at most in one round.
GOODS = (1, 2, 3)


def quantity_field(label, **more):
    return forms.DecimalField(label=label, max_digits=8, decimal_places=2, required=False, **more)


class GoodsPick(forms.ModelChoiceField):
    def label_from_instance(self, batch):
        return f"{batch.item} 能发 {batch.free.normalize():f} {batch.unit}{in_brackets(limits_of(batch))}"


class PursePick(forms.ModelChoiceField):
    def label_from_instance(self, fund):
        return purse_words(fund)


class GiftRoundForm(StaffModelForm):
    batch_1 = GoodsPick(label="物资", queryset=Batch.objects.none(), required=False, empty_label="没有")
    batch_2 = GoodsPick(label="第二样", queryset=Batch.objects.none(), required=False, empty_label="没有")
    batch_3 = GoodsPick(label="第三样", queryset=Batch.objects.none(), required=False, empty_label="没有")
    quantity_1 = quantity_field("每户多少")
    quantity_2 = quantity_field("每户多少")
    quantity_3 = quantity_field("每户多少")
    fund = PursePick(label="款项", queryset=Fund.objects.none(), required=False, empty_label="不发钱")
    amount = quantity_field("每户多少元", help_text="发钱要另一个人审批；物资和钱分开办。")
    categories = ticks(
        "有下面类别的家庭", lambda: choices("hardship_category", form=False), help_text="一样也不勾：不看类别。"
    )
    levels = ticks("风险等级", lambda: RiskLevel.choices)
    kinds = ticks("家庭类型", lambda: FamilyKind.choices)
    living = forms.ChoiceField(label="家里有", choices=Living.choices, required=False)
    age_from = forms.IntegerField(label="满几周岁", min_value=0, max_value=130, required=False)
    age_to = forms.IntegerField(label="到几周岁", min_value=0, max_value=130, required=False)
    areas = ticks("只在这些网格", list, help_text="一个也不勾：全部网格。")

    class Meta:
        model = GiftRound
        fields = ["title", "occasion", "area", "starts_on", "ends_on", "note"]
        widgets = {"starts_on": DAY, "ends_on": DAY}
        labels = {"area": "在哪里发", "starts_on": "哪天开始发", "ends_on": "哪天发完"}

    sections = [
        ("慰问", ["title occasion", "area", "starts_on ends_on", "note"]),
        ("每户发什么", [*(f"batch_{n} quantity_{n}" for n in GOODS), "fund amount"]),
        ("慰问哪些家庭", ["categories", "living age_from age_to", "kinds", "levels", "areas"]),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        permission = CHANGE if self.instance.pk else ADD
        offered = Area.objects.visible_to(self.user, permission).active().order_by("code")
        self.fields["area"].queryset = offered.filter(kind__in=[AreaKind.COMMUNITY, AreaKind.GRID])
        self.fields["area"].empty_label = None
        grids = list(offered.filter(kind=AreaKind.GRID).values_list("code", "name"))
        self.fields["areas"].choices = grids
        if len(grids) < 2:
            del self.fields["areas"]
        for name in CRITERIA:
            if name in self.fields:
                self.fields[name].initial = self.instance.criteria.get(name)
        goods = Batch.objects.visible_to(self.user, "hardship.view_batch").open().order_by("item", "expires_on", "pk")
        for n in GOODS:
            self.fields[f"batch_{n}"].queryset = goods
        if self.user.has_perm("hardship.view_fund"):
            funds = Fund.objects.visible_to(self.user, "hardship.view_fund").open().order_by("name", "pk")
            self.fields["fund"].queryset = funds
        else:
            del self.fields["fund"], self.fields["amount"]
        if self.instance.pk:
            self._show_items()

    def _show_items(self):
        places = iter(GOODS)
        for item in self.instance.items.all():
            if item.fund_id and "fund" in self.fields:
                self.fields["fund"].initial, self.fields["amount"].initial = item.fund_id, item.quantity.normalize()
            elif item.batch_id and (n := next(places, None)):
                self.fields[f"batch_{n}"].initial = item.batch_id
                self.fields[f"quantity_{n}"].initial = item.quantity.normalize()

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        if cleaned.get("age_from") and cleaned.get("age_to") and cleaned["age_to"] < cleaned["age_from"]:
            self.add_error("age_to", "不能小于前面的岁数。")
        pairs = [*((f"batch_{n}", f"quantity_{n}") for n in GOODS), ("fund", "amount")]
        chosen = [cleaned.get(source) for source, _ in pairs if cleaned.get(source)]
        if len(set(chosen)) < len(chosen):
            self.add_error("batch_1", "同一批物资只选一次。")
        for source, quantity in pairs:
            if cleaned.get(source) and not (cleaned.get(quantity) or 0) > 0:
                self.add_error(quantity, "请填大于 0 的数。")
            if cleaned.get(quantity) and not cleaned.get(source):
                self.add_error(source, "请选从哪里出。")
        return cleaned

    def criteria(self):
        """What was chosen, as households.criteria reads it."""
        return {name: self.cleaned_data[name] for name in CRITERIA if self.cleaned_data.get(name)}

    def items(self):
        """RoundItems of what was chosen, not saved."""
        data = self.cleaned_data
        found = [
            RoundItem(batch=data[f"batch_{n}"], quantity=data[f"quantity_{n}"]) for n in GOODS if data[f"batch_{n}"]
        ]
        if data.get("fund"):
            found.append(RoundItem(fund=data["fund"], quantity=data["amount"]))
        return found


class HomeAddForm(StaffForm):
    """One more family."""

    household = HouseholdPick(label="哪一户")
    why = forms.CharField(label="理由", max_length=100, required=False, help_text="不久前发过同种的，要写。")

    def __init__(self, *args, gift_round, **kwargs):
        super().__init__(*args, **kwargs)
        homes = Household.objects.visible_to(self.user, CHANGE).active().select_related("area")
        self.fields["household"].open_to(self.user, homes.filter(area__code__startswith=gift_round.area.code))


class WhyForm(StaffForm):
    why = forms.CharField(label="理由", max_length=100, widget=forms.Textarea({"rows": 2}))


class ApproveRoundForm(CountedForm):
    unit = "户"


class MissForm(StaffForm):
    """Not handed over, and why."""

    why = forms.ChoiceField(label="没发到的原因", choices=MissWhy.choices, widget=forms.RadioSelect)
    words = forms.CharField(label="具体情况", max_length=60, required=False, help_text="选“其他”时要写。")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("why") == MissWhy.OTHER and not cleaned.get("words", "").strip():
            self.add_error("words", "请写一句具体情况。")
        return cleaned

    def reason(self):
        """ "家里没人", "其他：…"; '' where nothing was asked."""
        data = self.cleaned_data
        if not data.get("why"):
            return ""
        words = data["words"].strip()
        label = MissWhy(data["why"]).label
        return f"{label}：{words}" if words else label


class FinishForm(MissForm):
    """Close a round; `left`: families that got nothing yet."""

    note = forms.CharField(label="办结说明", max_length=100, required=False)

    def __init__(self, *args, left, **kwargs):
        super().__init__(*args, **kwargs)
        if not left:
            del self.fields["why"], self.fields["words"]


class HandForm(StaffForm):
    """Handed over: when, and how money was paid. `area`: where the (first) family lies, whose staff may be the second one."""

    on = day_field("发放日期")
    cash_how = forms.ChoiceField(label="怎么给的", choices=CashHow.choices, widget=forms.RadioSelect)
    second_by = forms.ModelChoiceField(
        label="同办人", queryset=User.objects.none(), required=False, empty_label="现金要选",
        help_text="现金两个人一起办。",
    )  # fmt: skip

    def __init__(self, *args, gift_round, area, **kwargs):
        super().__init__(*args, **kwargs)
        if gift_round.is_money:
            rows = holders_at("hardship.hand_delivery", area)
            self.fields["second_by"].queryset = rows.exclude(pk=self.user.pk)
        else:
            del self.fields["cash_how"], self.fields["second_by"]

    def clean_on(self):
        return no_later_than_today(self.cleaned_data["on"])

    def handed(self):
        """What `hand_over` takes about the handing over."""
        data = self.cleaned_data
        return {name: data[name] for name in ("on", "cash_how", "second_by") if name in data}


class HandOneForm(HandForm):
    """One family at the door: signed on the phone, or the slip photographed, or to be signed for later."""

    received_by = forms.CharField(label="签收人", max_length=50, required=False)
    signature = PictureField(label="在手机上签名", required=False, widget=SignWidget(done="已签，点“保存”留下"))
    slip = PictureField(label="签收单照片", required=False, widget=forms.FileInput({"accept": "image/*"}))

    def clean(self):
        cleaned = super().clean()
        if (cleaned.get("signature") or cleaned.get("slip")) and not cleaned.get("received_by", "").strip():
            self.add_error("received_by", "请写签收人。")
        return cleaned

    def proof(self):
        """What `hand_over` takes about the receipt; nothing where nobody signed yet."""
        data = self.cleaned_data
        picture = data.get("signature") or data.get("slip")
        if not picture:
            return {}
        kind = ReceiptKind.SIGNATURE if data.get("signature") else ReceiptKind.SLIP
        return {"picture": picture, "kind": kind, "received_by": data["received_by"]}


class HandManyForm(HandForm):
    """Several families at once, with the sheet that they signed."""

    sheet = PictureField(
        label="签收单照片", required=False, widget=forms.FileInput({"accept": "image/*"}),
        help_text="一张照片，上面有这些家庭的签名；没有照片的先登记发放，签收以后再逐户登记。",
    )  # fmt: skip


class RoundFilterForm(FilterForm):
    q = forms.CharField(label="名称", required=False, max_length=40)
    state = FilterChoice(label="状态", required=False, choices=[("", "全部"), *RoundState.choices])
    occasion = FilterChoice(label="事由", required=False, choices=[("", "全部"), *Occasion.choices])
    year = FilterChoice(label="年份", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.fields["year"].offer([("", "全部"), *((str(y), f"{y} 年") for y in range(this + 1, this - 5, -1))])

    def filter_q(self, rows, value):
        return rows.filter(title__contains=value.strip())

    def filter_state(self, rows, value):
        return rows.filter(state=value)

    def filter_occasion(self, rows, value):
        return rows.filter(occasion=value)

    def filter_year(self, rows, value):
        return rows.filter(starts_on__year=int(value))


# On the list alone, or what became of it: the first words of the filter follow where the round stands.
HANDING_WORDS = [("waiting", "还没发"), ("given", "已发"), ("missed", "没发到")]


class RoundHomeFilterForm(FilterForm):
    """The families of one round; without a state those on the list."""

    q = forms.CharField(
        label="搜索", required=False, max_length=60,
        widget=forms.TextInput({"type": "search", "placeholder": "姓名、地址"}),
    )  # fmt: skip
    state = FilterChoice(
        label="名单", required=False,
        choices=[("", "在名单里的"), *HANDING_WORDS, *(pair for pair in Standing.choices if pair[0] != "in"), ("all", "全部")],
    )  # fmt: skip
    area = FilterChoice(label="网格", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        grids = self.user.grids_with("hardship.view_giftround", self.data.get("area"))
        self.fields["area"].offer([("", "全部网格"), *grids])

    def apply(self, rows):
        self.is_valid()
        rows = super().apply(rows)
        return rows if self.cleaned_data.get("state") else rows.listed()

    def filter_q(self, rows, value):
        homes = Household.objects.visible_to(self.user, "hardship.view_giftround")
        return rows.filter(household__in=matching_households(homes, value).values("pk"))

    def filter_state(self, rows, value):
        if value in HANDING:
            return rows.listed().filter(HANDING[value])
        return rows if value == "all" else rows.filter(standing=value)

    def filter_area(self, rows, value):
        return rows.filter(household__area_id__in=self.user.places_within(value))
