"""Visits: logging on the phone, list, page, correcting, amending, withdrawing, photos."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse

from accounts.queries import is_held
from concerns.models import Concern
from fedhub.core.files import attachments_of
from fedhub.core.once import earlier_result, parse_key
from fedhub.core.text import row_key
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StepView,
)
from fedhub.reference.lookup import rule
from grids.doubts import doubts_for, same_photos, sentence
from grids.enums import HAZARD_CODES, TRY_AGAIN, DoubtState, PolicyTopic, Review, TimedForm, VisitKind
from grids.flow import doubt_flow, review_flow
from grids.forms.late import tell_again
from grids.forms.photos import PhotosForm
from grids.forms.visit_edit import ReasonForm, VisitAmendForm, VisitCorrectForm, VisitFilterForm
from grids.forms.visit_gifts import VisitGiftsForm
from grids.lasttime import tries_in_vain
from grids.matters import open_matters
from grids.models import Visit
from grids.queries import people_at_home, visiting_agreements
from grids.route import after_visit
from grids.services.burden import count_time
from grids.services.doubts import is_own
from grids.services.offline import finish_draft
from grids.services.review import is_others, two_texts
from grids.services.signature import KIND as SIGNATURE
from grids.services.visit import (
    amend_visit,
    correct_visit,
    keep_photos,
    may_correct,
    remove_photo,
    withdraw_visit,
)
from grids.views.change import told_of
from grids.views.visit_trail import named_rows, visit_timeline
from hardship.models import Delivery
from hardship.states import GIFT_TONES
from households.models import Household


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
        rows = (
            super()
            .get_rows()
            .select_related("household__area", "grid", "visitor", "partner", "recorded_by", "follows")
        )
        return rows.prefetch_related(
            "people", "concerns", "changes__resident", "changes__taken_resident", "changes__decided_by",
            "amendments__made_by",
        )  # fmt: skip

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
            doubts=[doubt_shown(doubt, user) for doubt in doubts_for(visit, user)],
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
            after=after_visit(visit, user) if user.has_perm("grids.add_visit", visit.household) else {},
            chips=[] if visit.counts else [("warn", "不计数" if visit.withdrawn_at else "没有完成走访")],
            meta=[str(visit.household.address), visit.household.area.name],
            late=visit.envelopes.first(),
            entries=visit_timeline(visit),
            done=[] if visit.withdrawn_at else list(visit.tasks.order_by("due_on", "pk")),
            matters=open_matters(visit.household, user, besides=visit.pk) if may_change else [],
            changes=[told_of(change) for change in visit.changes.all()],
            follows=visit.follows if visit.follows_id and concern_seen(visit.follows, user) else None,
            tries=tries_told(visit),
            handed=handed_at(visit, user),
            **kwargs,
        )


def handed_at(visit, user):
    """`[(Delivery, tone)]` of what was handed over at `visit`, as far as `user` may see it."""
    rows = Delivery.objects.visible_to(user).filter(at_visit__visit=visit).select_related("batch")
    return [(gift, GIFT_TONES[gift.state]) for gift in rows.order_by("pk")]


def concern_seen(concern, user):
    """True when `user` may open the page of `concern`."""
    return Concern.objects.visible_to(user).filter(pk=concern.pk).exists()


def doubt_shown(doubt, user):
    """What the page shows of one question: its words, where the other visit is, and what `user` may do."""
    own = is_own(doubt, user)
    other = doubt.other if doubt.other is not None and user.has_perm("grids.view_visit", doubt.other) else None
    return {
        "doubt": doubt, "sentence": sentence(doubt, user), "other": other,
        "waits": doubt.state == DoubtState.OPEN,
        "photos": [
            (mine.uuid, reverse("core:file", args=[mine.uuid]), reverse("core:file", args=[theirs.uuid]) if other else "")
            for mine, theirs in same_photos(doubt)
        ],
        "may_explain": own and doubt.state in doubt_flow.steps["explain"].sources,
        "may_accept": not own and doubt.state in doubt_flow.steps["accept"].sources,
        "may_keep": not own and doubt.state in doubt_flow.steps["keep"].sources,
    }  # fmt: skip


def tries_told(visit):
    """How many visits in a row were in vain, when they are as many as the rule "visit_tries_told" wants told; else 0."""
    if visit.met not in TRY_AGAIN or visit.withdrawn_at is not None:
        return 0
    tries = tries_in_vain(visit.household)
    return tries if tries >= rule("visit_tries_told") else 0


class VisitCreate(ScopedCreateView):
    """记走访: in the order of a conversation; the answer is the same page for everybody."""

    permission = "grids.add_visit"
    model = Household
    form_class = VisitGiftsForm
    template_name = "grids/visit_form.html"
    success_message = "走访已保存。"

    def get_rows(self):
        return Household.objects.visible_to(self.request.user, self.permission).active().for_list()

    def get_title(self):
        return f"走访 {self.get_row()}"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"household": self.get_row()}

    def get_initial(self):
        """From a concern's page it is a visit to see what became of it."""
        pk = row_key(self.request.GET.get("concern", ""))
        return super().get_initial() | ({"follows": pk, "kind": VisitKind.FOLLOW_UP} if pk else {})

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

    def post(self, request, *args, **kwargs):
        key = parse_key(request.POST.get("once_key"))
        if key and earlier_result(request.user, key):
            tell_again(request.POST, key, household=self.get_row(), by=request.user)
        return super().post(request, *args, **kwargs)

    def save(self, form):
        visit = form.log(by=self.request.user)
        finish_draft(self.request.user, form.cleaned_data["once_key"], visit)
        count_time(TimedForm.VISIT, form.seconds_open(), area=visit.grid)
        warn_about(self.request, form.refused_photos)
        if form.refused_signature:
            messages.warning(self.request, form.refused_signature)
        for words in form.refused_gifts:
            messages.warning(self.request, words)
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


class PhotoRemove(StepView):
    """去掉照片: one that was chosen by mistake."""

    permission = "grids.change_visit"
    model = Visit
    success_message = "这张照片已去掉。"

    def get_rows(self):
        return super().get_rows().select_related("household__area").kept()

    def act(self, row):
        remove_photo(row, parse_key(self.request.POST.get("photo")), by=self.request.user)
