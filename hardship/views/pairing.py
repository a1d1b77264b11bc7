"""结对帮扶: helpers, pairings with their hours, and what a helper sees of her own families."""

from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from fedhub.core.text import row_key
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StaffPage,
    StepView,
)
from fedhub.ledgers.services.export import office_of
from hardship.enums import HelpKind, PairingState
from hardship.forms.pairing import (
    EndForm,
    HelperFilterForm,
    HelperForm,
    HelpForm,
    PairForm,
    PairingFilterForm,
    ReasonForm,
    RenewForm,
)
from hardship.models import HardshipFile, Helper, HelpRecord, Pairing
from hardship.panels import helper_sources
from hardship.queries import own_pairings, suggested_helpers
from hardship.services.pairing import (
    change_helper,
    create_helper,
    end_pairing,
    log_help,
    needs_consent,
    pair,
    refuse_pairing,
    renew_pairing,
    sign_pairing,
    void_help,
)
from hardship.states import PAIR_TONES
from hardship.views.lines import HELPER_VALUES, PAIRING_VALUES, helper_lines, pairing_lines
from hardship.wants import wanted_of

SHOWN = 50


def crumb():
    return ("结对帮扶", reverse("hardship:pairing_list"))


# --- helpers ----------------------------------------------------------------------------------------------------------
class HelperList(ScopedListView):
    permission = "hardship.view_helper"
    model = Helper
    title = "帮扶人（单位）"
    filter_class = HelperFilterForm
    unit = "个"
    results_template = "hardship/helper_list/_results.html"

    def get_list(self):
        return self.get_rows().with_load()

    def read(self, rows):
        return rows.values(*HELPER_VALUES)

    def page_rows(self, items):
        return helper_lines(items)

    def get_create_url(self):
        return reverse("hardship:helper_create") if self.request.user.has_perm("hardship.add_helper") else ""


class HelperCreate(ScopedCreateView):
    permission = "hardship.add_helper"
    model = Helper
    title = "登记帮扶人（单位）"
    form_class = HelperForm

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [("帮扶人（单位）", reverse("hardship:helper_list"))]

    def get_back_url(self):
        return reverse("hardship:helper_list")

    def save(self, form):
        return create_helper(form.save(commit=False), by=self.request.user)


class HelperUpdate(ScopedUpdateView):
    permission = "hardship.change_helper"
    model = Helper
    title = "改帮扶人（单位）"
    form_class = HelperForm

    def save(self, form):
        version = form.cleaned_data["version"]
        return change_helper(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class HelperDetail(ScopedDetailView):
    permission = "hardship.view_helper"
    model = Helper
    title = "帮扶人（单位）"
    template_name = "hardship/helper_detail.html"

    def get_title(self):
        return self.get_row().name

    def get_rows(self):
        return super().get_rows().select_related("area", "user", "resident")

    def get_crumbs(self):
        return [("帮扶人（单位）", reverse("hardship:helper_list"))]

    def get_context_data(self, **kwargs):
        helper, user = self.get_row(), self.request.user
        rows = Pairing.objects.visible_to(user).filter(helper=helper).select_related("household", "file")
        return super().get_context_data(
            pairings=[(p, PAIR_TONES[p.state]) for p in rows.order_by("ended_on", "-starts_on", "-pk")[:SHOWN]],
            may_change=user.has_perm("hardship.change_helper", helper),
            chips=[] if helper.is_active else [("quiet", "现在不能帮扶")],
            meta=[helper.get_kind_display(), helper.area.name], **kwargs,
        )  # fmt: skip


# --- pairings ---------------------------------------------------------------------------------------------------------
class PairingList(ScopedListView):
    permission = "hardship.view_pairing"
    model = Pairing
    title = "结对帮扶"
    filter_class = PairingFilterForm
    unit = "对"
    results_template = "hardship/pairing_list/_results.html"
    sorts = {"updated": ("-updated_at", "最近更新"), "silent": ("speaks_by", "最久没联系的在前")}

    def read(self, rows):
        return rows.values(*PAIRING_VALUES)

    def page_rows(self, items):
        return pairing_lines(items)


def is_silent(pairing):
    return pairing.state == PairingState.ACTIVE and pairing.speaks_by < timezone.localdate()


class PairCreate(FormView):
    """A helper for a family; the best are suggested with why."""

    permission = "hardship.add_pairing"
    model = HardshipFile
    title = "结对"
    form_class = PairForm
    template_name = "hardship/pair.html"
    success_message = "已结对。"

    def get_rows(self):
        return super().get_rows().in_care().select_related("household__area", "area")

    def get_crumbs(self):
        file = self.get_row()
        return [(file.number, file.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_helper(self):
        chosen = row_key(self.request.GET.get("helper"))
        rows = Helper.objects.visible_to(self.request.user).active()
        return rows.filter(pk=chosen).first() if chosen else None

    def get_form_kwargs(self):
        return {"file": self.get_row(), "helper": self.get_helper()}

    def get_context_data(self, **kwargs):
        file = self.get_row()
        wanted = wanted_of(file)
        return super().get_context_data(
            file=file, wanted=[HelpKind(code).label for code in wanted], suggested=suggested_helpers(
                file, wanted, self.request.user
            ),
            others=[
                (source.label, source.found(file, self.request.user), source.more_url(file, self.request.user))
                for source in helper_sources
            ], **kwargs,
        )  # fmt: skip

    def save(self, form):
        pairing = form.save(commit=False)
        pairing.file, pairing.consent = self.get_row(), form.cleaned_data["consent"]
        pair(pairing, by=self.request.user)
        if pairing.state == PairingState.WAITING:
            self.success_message = "帮扶人已经到户数上限，等另一位负责人签字。"
        return pairing


class OfPairing:
    permission = "hardship.change_pairing"
    model = Pairing

    def get_rows(self):
        return (
            super()
            .get_rows()
            .select_related(
                "household__area__parent",
                "file__area",
                "helper",
                "consent__resident",
                "area__parent",
                "second_by",
                "created_by",
            )
        )

    def get_crumbs(self):
        pairing = self.get_row()
        return [crumb(), (str(pairing), pairing.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class PairingDetail(OfPairing, ScopedDetailView):
    permission = "hardship.view_pairing"
    title = "结对"
    template_name = "hardship/pairing_detail.html"

    def get_title(self):
        pairing = self.get_row()
        return f"{pairing.helper}帮扶{pairing.household}"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        pairing, user = self.get_row(), self.request.user
        alive = pairing.ended_on is None
        may = user.has_perm("hardship.change_pairing", pairing)
        chips = [(PAIR_TONES[pairing.state], pairing.get_state_display())]
        if is_silent(pairing):
            chips.append(("bad", "很久没联系"))
        records = pairing.records.select_related("made_by")
        sums = pairing.records.standing().aggregate(n=Sum("half_hours"))["n"] or 0
        return super().get_context_data(
            chips=chips, meta=[pairing.area.name], records=records[:SHOWN], hours_words=f"一共 {sums / 2:g} 小时",
            may_log=alive and pairing.state == PairingState.ACTIVE and may, may_end=alive and may,
            may_renew=pairing.state == PairingState.ACTIVE and may,
            may_sign=pairing.state == PairingState.WAITING and pairing.created_by_id != user.pk
            and user.has_perm("hardship.sign_pairing", pairing),
            consent_over=pairing.consent is not None and not pairing.consent.in_force() and alive,
            needs_consent=needs_consent(pairing.helper), follows=pairing.follows,
            followed_by=getattr(pairing, "followed_by", None), **kwargs,
        )  # fmt: skip


class PairingSign(OfPairing, StepView):
    permission = "hardship.sign_pairing"
    service = sign_pairing
    success_message = "已签字，结对开始。"


class PairingRefuse(OfPairing, FormView):
    permission = "hardship.sign_pairing"
    title = "不同意结对"
    form_class = ReasonForm
    submit_label = "不同意"
    success_message = "已登记。"

    def save(self, form):
        return refuse_pairing(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)


class PairingEndView(OfPairing, FormView):
    title = "结束结对"
    form_class = EndForm
    submit_label = "结束"
    success_message = "结对已结束。"

    def save(self, form):
        data = form.cleaned_data
        return end_pairing(
            self.get_row(), on=data["on"], end_reason=data["end_reason"], note=data["note"], by=self.request.user
        )


class PairingRenew(OfPairing, FormView):
    """Another promise: the old line ends, a new one begins."""

    title = "改约定"
    form_class = RenewForm
    submit_label = "从今天起按新的"
    success_message = "已改，原来的约定留着。"

    def get_form_kwargs(self):
        old = self.get_row()
        initial = {name: getattr(old, name) for name in ("kinds", "every_days", "until", "promise")}
        return {"file": old.file, "initial": initial}

    def save(self, form):
        fresh = form.save(commit=False)
        fresh.consent = form.cleaned_data["consent"]
        return renew_pairing(self.get_row(), fresh, by=self.request.user)


class HelpCreate(OfPairing, FormView):
    title = "记帮扶"
    form_class = HelpForm
    success_message = "已记下。"

    def save(self, form):
        record = form.save(commit=False)
        record.pairing = self.get_row()
        log_help(record, by=self.request.user)
        return record.pairing


class HelpVoid(FormView):
    permission = "hardship.change_pairing"
    model = HelpRecord
    title = "作废帮扶记录"
    form_class = ReasonForm
    submit_label = "作废"
    success_message = "已作废，记录留着。"

    def get_rows(self):
        return super().get_rows().select_related("pairing__household", "pairing__helper")

    def get_back_url(self):
        return self.get_row().pairing.get_absolute_url()

    def save(self, form):
        return void_help(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)


class Agreement(OfPairing, ScopedDetailView):
    """帮扶协议 on paper; printing is logged with the reading."""

    permission = "hardship.view_pairing"
    title = "帮扶协议"
    template_name = "hardship/agreement.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            office=office_of(self.get_row().area), back_url=self.get_back_url(), landscape=False, **kwargs
        )


# --- what a helper sees -------------------------------------------------------------------------------------------------
class OwnPairings(StaffPage):
    """我帮扶的家庭: what one needs to keep one's promise, and nothing else (acceptance 2, item 8; PIPL art. 6)."""

    permission = "hardship.view_ownpairing"
    title = "我帮扶的家庭"
    template_name = "hardship/own_pairings.html"

    def get_context_data(self, **kwargs):
        rows = own_pairings(self.request.user).order_by("speaks_by", "pk")
        return super().get_context_data(pairings=[(p, is_silent(p)) for p in rows], **kwargs)


class OwnHelp(FormView):
    """A helper notes what she did for her own family."""

    permission = "hardship.view_ownpairing"
    model = Pairing
    title = "记帮扶"
    form_class = HelpForm
    success_message = "已记下。"

    def get_rows(self):
        return own_pairings(self.request.user)

    def get_crumbs(self):
        return [("我帮扶的家庭", reverse("hardship:own_pairings"))]

    def get_back_url(self):
        return reverse("hardship:own_pairings")

    def save(self, form):
        record = form.save(commit=False)
        record.pairing = self.get_row()
        log_help(record, by=self.request.user)
        return self.get_back_url()
