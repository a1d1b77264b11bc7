"""Money, goods and what is given to families: lists, pages, the steps of a delivery, locked months."""

from django.urls import reverse

from fedhub.core import files
from fedhub.core.text import row_key
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    StepView,
)
from fedhub.ledgers.services.export import office_of
from hardship.flow import delivery_flow
from hardship.forms.aid import (
    DeliverForm,
    DeliveryFilterForm,
    DeliveryForm,
    PurseForm,
    ReasonForm,
    ReceiptForm,
)
from hardship.models import Delivery, SignedSheet
from hardship.panels import delivery_links
from hardship.services.deliveries import (
    approve_delivery,
    cancel_delivery,
    deliver,
    earlier_gifts,
    is_thanked_for,
    pledge,
    receipt,
    reverse_delivery,
    thank,
    thanks_text,
    warning_of,
)
from hardship.states import GIFT_TONES
from hardship.views.lines import GIFT_VALUES, gift_lines
from households.models import Household

SHOWN = 3


def crumb():
    return ("救助发放", reverse("hardship:delivery_list"))


# --- what is given ----------------------------------------------------------------------------------------------------
class DeliveryList(ScopedListView):
    permission = "hardship.view_delivery"
    model = Delivery
    title = "救助发放"
    filter_class = DeliveryFilterForm
    unit = "次"
    results_template = "hardship/delivery_list/_results.html"

    def get_order(self):
        """A span of days holds what was handed over in it, and stands by that day."""
        asked = self.filter_form.cleaned_data
        return "-handed_on" if asked.get("since") or asked.get("until") else super().get_order()

    def read(self, rows):
        return rows.values(*GIFT_VALUES)

    def page_rows(self, items):
        return gift_lines(items)

    def get_create_url(self):
        may = self.request.user.has_perm("hardship.add_delivery")
        return reverse("hardship:delivery_create") if may else ""

    def get_export_url(self):
        may = self.request.user.has_perm("hardship.export_delivery")
        return reverse("ledgers:ledger_export", args=["aid"]) if may else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="提出救助", **kwargs)


class DeliveryCreate(ScopedCreateView):
    permission = "hardship.add_delivery"
    model = Delivery
    title = "提出救助"
    form_class = DeliveryForm
    submit_label = "提交审批"
    success_message = "已提交，等审批。"

    def get_household(self):
        chosen = row_key(self.request.GET.get("household"))
        rows = Household.objects.visible_to(self.request.user, self.permission).active()
        return rows.filter(pk=chosen).first() if chosen else None

    def get_form_kwargs(self):
        return {"household": self.get_household()}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        home = self.get_household()
        return home.get_absolute_url() if home else reverse("hardship:delivery_list")

    def save(self, form):
        gift = form.save(commit=False)
        gift.household = form.cleaned_data["household"]
        for name, value in form.chosen().items():
            setattr(gift, name, value)
        return pledge(gift, by=self.request.user)


class OfDelivery:
    permission = "hardship.hand_delivery"
    model = Delivery

    def get_rows(self):
        rows = super().get_rows()
        return rows.select_related(
            "household__area__parent", "area__parent", "fund__donor", "batch__donor", "file", "resident", "created_by",
            "round",
        )  # fmt: skip

    def get_crumbs(self):
        gift = self.get_row()
        return [crumb(), (str(gift), gift.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class DeliveryDetail(OfDelivery, ScopedDetailView):
    permission = "hardship.view_delivery"
    title = "救助发放"
    template_name = "hardship/delivery_detail.html"

    def get_title(self):
        gift = self.get_row()
        return f"{gift.household}：{gift.what} {gift.amount_words}"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        gift, user = self.get_row(), self.request.user
        steps = [s for s in delivery_flow.open_steps(gift, user) if is_open_step(s, gift, user)]
        earlier = earlier_gifts(gift.household, gift.kind, gift.occasion, user=user, but=gift)[:SHOWN]
        return super().get_context_data(
            chips=[(GIFT_TONES[gift.state], gift.get_state_display())],
            meta=[gift.voucher or "", gift.area.name],
            steps=[(s.label, step_url(gift, s.name), posts_at_once(gift, s.name), s.name) for s in steps],
            earlier=[(one, warning_of(one)) for one in earlier] if gift.state == "pledged" else [],
            waits_for_another=gift.state == "pledged" and own_money(gift, user),
            life=life_of(gift),
            source_url=source_url(gift, user),
            pictures=[*files.attachments_of(gift, "receipt"), *sheet_of(gift, user)],
            thanks=thanks_of(gift),
            links=[one for found in delivery_links for one in found(gift, user)],
            **kwargs,
        )


def sheet_of(gift, user):
    """The picture of the sheet that several families signed, for whoever may see all of them."""
    sheets = SignedSheet.objects.visible_to(user, "hardship.view_signedsheet").filter(pk=gift.sheet_id)
    sheet = sheets.first() if gift.sheet_id else None
    return files.attachments_of(sheet, "receipt") if sheet else []


def own_money(gift, user):
    return gift.is_money and gift.created_by_id == user.pk


def source_url(gift, user):
    """The page of the purse or the goods, '' for whoever may not see it and where none is chosen."""
    if gift.source is None or gift.is_money and not user.has_perm("hardship.view_fund"):
        return ""
    return gift.source.get_absolute_url()


def posts_at_once(gift, name):
    """True for steps that ask nothing more."""
    return name == "thank" or name == "approve" and gift.source is not None


def is_open_step(step, gift, user):
    """False where the service would refuse: one's own request for money, nobody to thank."""
    if step.name == "approve":
        return not own_money(gift, user)
    return step.name != "thank" or is_thanked_for(gift)


def thanks_of(gift):
    """The words for the donor once the family has signed, '' where there is nobody to thank."""
    if gift.state not in ("receipted", "thanked") or not is_thanked_for(gift):
        return ""
    return thanks_text(gift, office_of(gift.area))


def step_url(gift, name):
    if name == "approve" and gift.source is None:
        name = "purse"
    return reverse(f"hardship:delivery_{name}", args=[gift.pk])


def life_of(gift):
    """The bar of steps."""
    order = {"pledged": "提出", "approved": "审批", "delivered": "发放", "receipted": "签收", "thanked": "致谢"}
    if gift.state == "cancelled":
        return []
    now, last = list(order).index(gift.state), len(order) - 1
    if not is_thanked_for(gift):
        last -= 1
    return [
        {"label": label, "state": "done" if n < now or n == now == last else "now" if n == now else ""}
        for n, label in enumerate([*order.values()][: max(now, last) + 1])
    ]


class DeliveryApprove(OfDelivery, StepView):
    permission = "hardship.approve_delivery"
    service = approve_delivery
    success_message = "已同意，数量已经留出来。"


class DeliveryPurse(OfDelivery, FormView):
    """Agree to money of which the purse was left open."""

    permission = "hardship.approve_delivery"
    title = "同意发放"
    form_class = PurseForm
    submit_label = "同意发放"
    success_message = "已同意，金额已经留出来。"

    def get_form_kwargs(self):
        return {"delivery": self.get_row()}

    def save(self, form):
        return approve_delivery(self.get_row(), fund=form.cleaned_data["fund"], by=self.request.user)


class DeliveryThank(OfDelivery, StepView):
    permission = "hardship.change_delivery"
    service = thank
    success_message = "已记下致谢。"


class DeliveryDeliver(OfDelivery, FormView):
    title = "登记发放"
    form_class = DeliverForm
    success_message = "已登记发放，请对方签收。"

    def get_form_kwargs(self):
        return {"delivery": self.get_row()}

    def save(self, form):
        return deliver(self.get_row(), by=self.request.user, **form.cleaned_data_for_service())


class DeliveryReceipt(OfDelivery, FormView):
    title = "登记签收"
    form_class = ReceiptForm
    template_name = "hardship/receipt.html"
    success_message = "已签收。"

    def get_form_kwargs(self):
        person = self.get_row().resident
        return {"delivery": self.get_row(), "initial": {"received_by": person.name if person else ""}}

    def save(self, form):
        kind, picture = form.proof()
        return receipt(
            self.get_row(),
            received_by=form.cleaned_data["received_by"],
            kind=kind,
            picture=picture,
            by=self.request.user,
        )


class DeliveryCancel(OfDelivery, FormView):
    title = "取消发放"
    form_class = ReasonForm
    submit_label = "取消这次发放"
    success_message = "已取消。"

    def save(self, form):
        return cancel_delivery(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)


class DeliveryReverse(OfDelivery, FormView):
    permission = "hardship.approve_delivery"
    title = "冲正发放"
    form_class = ReasonForm
    submit_label = "冲正"
    success_message = "已冲正，数量已经退回；原来那一笔留着。"

    def save(self, form):
        return reverse_delivery(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)
