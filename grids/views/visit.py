"""Visits: logging on the phone, list, page, correcting, amending, withdrawing, photos."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.queries import is_held
from fedhub.core import audit
from fedhub.core.files import attachments_of
from fedhub.core.views import FormView, ScopedCreateView, ScopedDetailView, ScopedListView, ScopedUpdateView
from fedhub.reference.lookup import rule
from grids.enums import HAZARD_CODES, PolicyTopic, Review
from grids.flow import review_flow
from grids.forms.photos import PhotosForm
from grids.forms.visit import VisitForm
from grids.forms.visit_edit import ReasonForm, VisitAmendForm, VisitCorrectForm, VisitFilterForm
from grids.models import Visit
from grids.queries import people_at_home, visiting_agreements
from grids.services.review import is_others, two_texts
from grids.services.signature import KIND as SIGNATURE
from grids.services.visit import (
    amend_visit,
    correct_visit,
    keep_photos,
    log_visit,
    may_correct,
    withdraw_visit,
)
from households.models import Household

LABELS = {
    "grids.visit.log": "登记走访",
    "grids.visit.correct": "走访人修改",
    "grids.visit.amend": "更正",
    "grids.visit.withdraw": "作废",
    "grids.visit.upload": "加照片",
    "grids.visit.sign": "对方签名",
    "grids.visit.approve": "审核通过",
    "grids.visit.return": "退回修改",
}


def crumb():
    return ("走访记录", reverse("grids:visit_list"))


class VisitList(ScopedListView):
    permission = "grids.view_visit"
    model = Visit
    title = "走访记录"
    filter_class = VisitFilterForm
    sorts = {"visited": ("-visited_on", "走访日期")}
    results_template = "grids/visit_list/_results.html"
    unit = "次"

    def get_create_url(self):
        return reverse("grids:visit_pick") if self.request.user.has_perm("grids.add_visit") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="记走访", **kwargs)


class VisitDetail(ScopedDetailView):
    permission = "grids.view_visit"
    model = Visit
    template_name = "grids/visit_detail.html"

    def get_rows(self):
        rows = super().get_rows().select_related("household__area", "grid", "visitor", "partner", "recorded_by")
        return rows.prefetch_related("people", "concerns", "changes__resident", "amendments__made_by")

    def get_title(self):
        visit = self.get_row()
        return f"走访 {visit.household}"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        visit, user = self.get_row(), self.request.user
        pictures = [
            (a.kind, {"url": reverse("core:file", args=[a.uuid]), "caption": a.name}) for a in attachments_of(visit)
        ]
        photos = [picture for kind, picture in pictures if kind == "photo"]
        may_change = user.has_perm("grids.change_visit", visit) and visit.withdrawn_at is None
        may_review = user.has_perm("grids.review_visit", visit) and is_others(visit, user)
        returned = visit.reviews.filter(verdict=Review.RETURNED).select_related("made_by").first()
        fresh = may_correct(visit, user)
        return super().get_context_data(
            photos=photos,
            signature=next((picture for kind, picture in pictures if kind == SIGNATURE), None),
            hazards=[HAZARD_CODES[code] for code in visit.hazards if code in HAZARD_CODES],
            topics=[PolicyTopic(code).label for code in visit.topics if code in PolicyTopic.values],
            may_correct=may_change and fresh,
            may_amend=may_change and not fresh,
            may_withdraw=may_change and (fresh or user.has_perm("grids.confirm_visitchange", visit)),
            may_add_photos=may_change and len(photos) < rule("visit_photos_max"),
            may_visit=user.has_perm("grids.add_visit"),
            may_approve=may_review and visit.review in review_flow.steps["approve"].sources,
            may_return=may_review and visit.review in review_flow.steps["return"].sources,
            returned=returned,
            differences=named_rows(*two_texts(returned, visit))
            if returned and visit.review != Review.RETURNED
            else [],
            chips=[] if visit.counts else [("warn", "不计数" if visit.withdrawn_at else "没有完成走访")],
            meta=[str(visit.household.address), visit.household.area.name],
            entries=visit_timeline(visit),
            amendments=[(one, amended_rows(one)) for one in visit.amendments.all()],
            **kwargs,
        )


def visit_timeline(visit):
    """What happened to the record, from the audit trail; what speaks of the sealed compartment never comes here."""
    rows = audit.acts_on(visit, LABELS)
    return [
        {"when": [timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M"), row.actor_name], "title": LABELS[row.action],
         "text": row.reason}
        for row in rows.order_by("-id")
    ]  # fmt: skip


def amended_rows(amendment):
    """[(label, before, after)] of the fields an amendment changed."""
    before, after = amendment.before or {}, amendment.after or {}
    if isinstance(before, str) or isinstance(after, str):
        return [("内容", str(before), str(after))]
    return named_rows(before, after)


def named_rows(before, after):
    """[(label, before, after)] of the fields that differ in two dicts of texts."""
    names = {"people": "见到了谁"}
    return [
        (
            names.get(name) or str(Visit._meta.get_field(name).verbose_name), text or "（空）",
            after.get(name) or "（空）",
        )
        for name, text in before.items() if text != after.get(name)
    ]  # fmt: skip


class VisitCreate(ScopedCreateView):
    """记走访: in the order of a conversation; the answer is the same page for everybody."""

    permission = "grids.add_visit"
    model = Household
    form_class = VisitForm
    template_name = "grids/visit_form.html"
    success_message = "走访已保存。"

    def get_rows(self):
        return Household.objects.visible_to(self.request.user, self.permission).active().for_list()

    def get_title(self):
        return f"走访 {self.get_row()}"

    def get_form_kwargs(self):
        return {"household": self.get_row()}

    def get_back_url(self):
        return reverse("grids:today")

    def get_context_data(self, **kwargs):
        household = self.get_row()
        return super().get_context_data(
            household=household,
            notes=visiting_agreements(people_at_home(household)),
            is_read=is_held("safety.view_riskreport", household.area),
            **kwargs,
        )

    def save(self, form):
        visit = form.instance
        visit.household = self.get_row()
        visit.changed = form.cleaned_data["changed"]
        visit.hazards, visit.topics = form.cleaned_data["hazards"], form.cleaned_data["topics"]
        log_visit(
            visit,
            people=form.cleaned_data["people"],
            changes=form.found_changes(),
            requests=form.requests(),
            risk=form.told_risk(),
            photos=form.cleaned_data["photos"],
            signature=form.cleaned_data["signature"],
            by=self.request.user,
        )
        warn_about(self.request, form.refused_photos)
        if form.refused_signature:
            messages.warning(self.request, form.refused_signature)
        return visit


def warn_about(request, refused):
    """One sentence about pictures that were not taken; everything else is kept."""
    if refused:
        messages.warning(request, " ".join(refused) + " 其他内容都已保存，可以在这一页补照片。")


class VisitChangeBase(ScopedUpdateView):
    """Base of the forms that change a visit."""

    permission = "grids.change_visit"
    model = Visit

    def get_rows(self):
        return super().get_rows().select_related("household__area", "visitor").kept()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"household": self.get_row().household}

    def get_crumbs(self):
        return [crumb(), (str(self.get_row()), self.get_row().get_absolute_url())]

    def changed_people(self, form):
        return form.cleaned_data["people"] if "people" in form.changed_data else None


class VisitCorrect(VisitChangeBase):
    form_class = VisitCorrectForm
    title = "修改走访"

    def get_row(self):
        visit = super().get_row()
        if not may_correct(visit, self.request.user):
            raise Http404
        return visit

    def save(self, form):
        correct_visit(
            form.instance, list(form.proposed()), people=self.changed_people(form),
            base_version=form.cleaned_data["version"], by=self.request.user,
        )  # fmt: skip
        return form.instance


class VisitAmend(VisitChangeBase):
    form_class = VisitAmendForm
    title = "更正走访"
    submit_label = "更正"
    success_message = "已更正，更正前后的内容都已留存。"

    def save(self, form):
        amend_visit(
            form.instance, list(form.proposed()), people=self.changed_people(form),
            reason=form.cleaned_data["amend_reason"], base_version=form.cleaned_data["version"], by=self.request.user,
        )  # fmt: skip
        return form.instance


class VisitWithdraw(FormView):
    """作废: asks for the reason; the record stays readable."""

    permission = "grids.change_visit"
    model = Visit
    form_class = ReasonForm
    title = "作废走访"
    submit_label = "作废"
    success_message = "已作废，不再计数；记录和原因都还在。"

    def get_rows(self):
        return super().get_rows().select_related("household__area").kept()

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [crumb(), (str(self.get_row()), self.get_row().get_absolute_url())]

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)

    def save(self, form):
        return withdraw_visit(self.get_row(), reason=form.cleaned_data["reason"], by=self.request.user)


class VisitPhotos(FormView):
    """补照片."""

    permission = "grids.change_visit"
    model = Visit
    form_class = PhotosForm
    title = "补照片"
    success_message = "照片已保存。"

    def get_rows(self):
        return super().get_rows().select_related("household__area").kept()

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def get_crumbs(self):
        return [crumb(), (str(self.get_row()), self.get_row().get_absolute_url())]

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)

    def save(self, form):
        visit = self.get_row()
        keep_photos(visit, form.cleaned_data["photos"], by=self.request.user)
        warn_about(self.request, form.fields["photos"].refused)
        return visit
