"""Where money and goods come from: donors, purses, batches and their book."""

from django.urls import reverse

from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StepView,
)
from fedhub.reference.lookup import labels
from hardship.forms.aid import (
    BatchForm,
    DonorForm,
    FundForm,
    MoveForm,
    NameFilterForm,
    ReasonForm,
    StockFilterForm,
    offices,
)
from hardship.models import Batch, Delivery, Donor, Fund, Movement
from hardship.services.books import (
    change_source,
    close_source,
    limits_of,
    move,
    open_batch,
    open_fund,
    reverse_movement,
    unit_of,
)
from hardship.services.donors import change_donor, create_donor
from hardship.views.lines import entry_lines

SHOWN = 50


# --- donors, money, goods ---------------------------------------------------------------------------------------------
class DonorList(ScopedListView):
    permission = "hardship.view_donor"
    model = Donor
    title = "捐赠方"
    filter_class = NameFilterForm
    unit = "个"
    results_template = "hardship/donor_list/_results.html"

    def get_create_url(self):
        return reverse("hardship:donor_create") if self.request.user.has_perm("hardship.add_donor") else ""


class DonorCreate(ScopedCreateView):
    permission = "hardship.add_donor"
    model = Donor
    title = "登记捐赠方"
    form_class = DonorForm

    def get_form_kwargs(self):
        return {"initial": {"area": offices(self.request.user, self.permission).first()}}

    def get_crumbs(self):
        return [("捐赠方", reverse("hardship:donor_list"))]

    def get_back_url(self):
        return reverse("hardship:donor_list")

    def save(self, form):
        return create_donor(form.save(commit=False), by=self.request.user)


class DonorDetail(ScopedDetailView):
    """What they gave: money and goods; to whom is not told here."""

    permission = "hardship.view_donor"
    model = Donor
    title = "捐赠方"
    template_name = "hardship/donor_detail.html"

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [("捐赠方", reverse("hardship:donor_list"))]

    def get_context_data(self, **kwargs):
        donor, user = self.get_row(), self.request.user
        funds, batches = (m.objects.visible_to(user, self.permission).filter(donor=donor) for m in (Fund, Batch))
        return super().get_context_data(
            funds=funds.order_by("-received_on", "-pk"), batches=batches.order_by("-received_on", "-pk"),
            meta=[donor.get_kind_display()], **kwargs,
        )  # fmt: skip


class DonorUpdate(ScopedUpdateView):
    permission = "hardship.change_donor"
    model = Donor
    title = "改捐赠方"
    form_class = DonorForm

    def save(self, form):
        version = form.cleaned_data["version"]
        return change_donor(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


# What a line of the book says; a family and a gift are many columns.
ENTRY = (
    "kind", "amount", "on", "note", "fund", "batch", "delivery__household__head_name", "delivery__household__first_name",
    "delivery__household__number", "recorded_by__name", "reversed_by__reverses",
)  # fmt: skip


class SourceDetail(ScopedDetailView):
    """A purse or a batch with its book, the newest entry first."""

    template_name = "hardship/source_detail.html"
    log_reading = False

    def get_title(self):
        return str(self.get_row())

    def get_rows(self):
        return super().get_rows().select_related("donor", "area__parent")

    def get_context_data(self, **kwargs):
        source, user = self.get_row(), self.request.user
        entries = source.movements.select_related("delivery__household", "recorded_by", "reversed_by").only(*ENTRY)
        entries = list(entries.order_by("-on", "-pk")[:SHOWN])
        seen = set(
            Delivery.objects.visible_to(user).filter(pk__in=[e.delivery_id for e in entries if e.delivery_id])
            .values_list("pk", flat=True)
        )  # fmt: skip
        may = user.has_perm("hardship.book_fund", source)
        name = source._meta.model_name
        return super().get_context_data(
            source=source, unit=unit_of(source), left=source.balance if name == "fund" else source.left, name=name,
            entries=entry_lines(entries, seen, lambda entry: may and undoable(entry)),
            category=labels("hardship_category").get(source.category, source.category),
            may_book=may and not source.closed_on, may_change=user.has_perm(f"hardship.change_{name}", source),
            move_url=reverse(f"hardship:{name}_move", args=[source.pk]),
            edit_url=reverse(f"hardship:{name}_update", args=[source.pk]),
            close_url=reverse(f"hardship:{name}_close", args=[source.pk]),
            meta=[source.area.name], **kwargs,
        )  # fmt: skip


def undoable(entry):
    """True for an entry booked by hand that was not reversed."""
    return entry.kind != "reversal" and entry.delivery_id is None and not hasattr(entry, "reversed_by")


class FundList(ScopedListView):
    permission = "hardship.view_fund"
    model = Fund
    title = "款项"
    filter_class = NameFilterForm
    unit = "笔"
    results_template = "hardship/fund_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("donor", "area")

    def row(self, item):
        return item, limits_of(item)

    def get_create_url(self):
        return reverse("hardship:fund_create") if self.request.user.has_perm("hardship.add_fund") else ""


class BatchList(ScopedListView):
    permission = "hardship.view_batch"
    model = Batch
    title = "物资"
    filter_class = StockFilterForm
    unit = "批"
    results_template = "hardship/batch_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("donor", "area")

    def row(self, item):
        return item, limits_of(item)

    def get_create_url(self):
        return reverse("hardship:batch_create") if self.request.user.has_perm("hardship.add_batch") else ""


class SourceCreate(ScopedCreateView):
    def get_form_kwargs(self):
        return {"initial": {"area": offices(self.request.user, self.permission).first()}}

    def get_back_url(self):
        return self.get_crumbs()[0][1]


class FundCreate(SourceCreate):
    permission = "hardship.add_fund"
    model = Fund
    title = "新建款项"
    form_class = FundForm
    success_message = "款项已建好，请登记收到的钱。"

    def get_crumbs(self):
        return [("款项", reverse("hardship:fund_list"))]

    def save(self, form):
        return open_fund(form.save(commit=False), by=self.request.user)


class BatchCreate(SourceCreate):
    permission = "hardship.add_batch"
    model = Batch
    title = "物资入库"
    form_class = BatchForm

    def get_crumbs(self):
        return [("物资", reverse("hardship:batch_list"))]

    def save(self, form):
        return open_batch(form.save(commit=False), quantity=form.cleaned_data["quantity"], by=self.request.user)


class FundPages:
    model = Fund

    def get_crumbs(self):
        return [("款项", reverse("hardship:fund_list"))]


class BatchPages:
    model = Batch

    def get_crumbs(self):
        return [("物资", reverse("hardship:batch_list"))]


class FundDetail(FundPages, SourceDetail):
    permission = "hardship.view_fund"
    title = "款项"


class BatchDetail(BatchPages, SourceDetail):
    permission = "hardship.view_batch"
    title = "物资"


class SourceUpdate(ScopedUpdateView):
    def save(self, form):
        version = form.cleaned_data["version"]
        return change_source(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class FundUpdate(FundPages, SourceUpdate):
    permission = "hardship.change_fund"
    title = "改款项"
    form_class = FundForm


class BatchUpdate(BatchPages, SourceUpdate):
    permission = "hardship.change_batch"
    title = "改物资"
    form_class = BatchForm


class SourceMove(FormView):
    permission = "hardship.book_fund"
    form_class = MoveForm
    title = "登记收支"

    def get_form_kwargs(self):
        return {"unit": unit_of(self.get_row())}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        data, source = form.cleaned_data, self.get_row()
        move(source, data["kind"], data["amount"], on=data["on"], note=data["note"], by=self.request.user)
        return source


class FundMove(FundPages, SourceMove):
    pass


class BatchMove(BatchPages, SourceMove):
    title = "登记出入库"


class SourceClose(StepView):
    service = close_source
    success_message = "已停用。"


class FundClose(FundPages, SourceClose):
    permission = "hardship.change_fund"


class BatchClose(BatchPages, SourceClose):
    permission = "hardship.change_batch"


class MovementReverse(FormView):
    permission = "hardship.book_fund"
    model = Movement
    title = "冲正"
    form_class = ReasonForm
    submit_label = "冲正"
    success_message = "已冲正，原来那一笔留着。"

    def get_rows(self):
        return super().get_rows().select_related("fund", "batch")

    def get_source(self):
        return self.get_row().fund or self.get_row().batch

    def get_crumbs(self):
        source = self.get_source()
        return [(str(source), source.get_absolute_url())]

    def get_back_url(self):
        return self.get_source().get_absolute_url()

    def save(self, form):
        reverse_movement(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)
        return self.get_back_url()
