"""Pages of public notices: for the staff, and what anybody may read without an account.

The base of the pages for anybody belongs to the portal, which lies above: settings name it.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.module_loading import import_string

from fedhub.core.access import PUBLIC
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, StepView, put_errors
from fedhub.reference.lookup import rule
from hardship.enums import NoticeState, ObjectionState
from hardship.forms.notice import AnswerForm, NoticeForm, ObjectionForm, WhyForm
from hardship.models import Notice, Objection
from hardship.queries import public_notices
from hardship.services.notices import (
    answer_objection,
    draft_notice,
    is_on,
    object_to,
    publish_notice,
    withdraw_notice,
)
from hardship.states import notice_state
from hardship.views.contents import OfOpenFile

Page = import_string(settings.RESIDENT_PAGE)
VIEW, CHANGE, APPROVE = "hardship.view_hardshipfile", "hardship.change_hardshipfile", "hardship.approve_hardshipfile"


class OnlyWhenOn:
    """Not there while the office publishes nothing."""

    def dispatch(self, request, *args, **kwargs):
        if not is_on():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


def crumb():
    return "公示", reverse("hardship:notice_list")


class NoticeList(OnlyWhenOn, ScopedListView):
    permission = VIEW
    model = Notice
    title = "公示"
    unit = "份"
    keeps_filters = False
    sorts = {"newest": ("-created_at", "最近拟稿")}
    template_name = "hardship/notice_list.html"
    results_template = "hardship/notice_list/_results.html"

    def get_list(self):
        return self.get_rows().select_related("file", "consent")

    def row(self, item):
        return item, notice_state(item)


class NoticeCreate(OnlyWhenOn, OfOpenFile):
    """A draft for this family; what the public will read is shown before anybody publishes it."""

    title = "拟公示"
    form_class = NoticeForm
    tab = "notices"
    success_message = "已拟稿，等另一位负责人发布。"

    def get_form_kwargs(self):
        return {"initial": {"days": rule("public_notice_days")}}

    def act(self, form, user):
        notice = form.save(commit=False)
        notice.file = self.get_row()
        draft_notice(notice, by=user)


class OfNotice(OnlyWhenOn):
    model = Notice

    def get_rows(self):
        return super().get_rows().select_related("file__household", "file__area", "consent", "made_by", "published_by")

    def get_crumbs(self):
        file = self.get_row().file
        return [crumb(), (file.number, f"{file.get_absolute_url()}?tab=notices")]


class NoticeDetail(OfNotice, ScopedDetailView):
    permission = VIEW
    title = "公示"
    template_name = "hardship/notice_detail.html"

    def get_context_data(self, **kwargs):
        notice, user = self.get_row(), self.request.user
        decides = user.has_perm(APPROVE, notice.file)
        draft = notice.state == NoticeState.DRAFT
        return super().get_context_data(
            chips=[notice_state(notice)],
            public_url=self.request.build_absolute_uri(reverse("notices:notice", args=[notice.pk])),
            may_publish=draft and decides and notice.made_by_id != user.pk,
            waits=draft and notice.made_by_id == user.pk,
            may_withdraw=(draft or notice_state(notice)[1] == "公示中") and user.has_perm(CHANGE, notice.file),
            objections=notice.objections.select_related("answered_by") if decides else None,
            **kwargs,
        )


class NoticePublish(OfNotice, StepView):
    permission = APPROVE
    service = publish_notice
    success_message = "已发布，期满自动撤下。"


class NoticeWithdraw(OfNotice, FormView):
    permission = CHANGE
    title = "撤下公示"
    form_class = WhyForm
    submit_label = "撤下"
    success_message = "已撤下，公开的网页上已经没有了。"

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        withdraw_notice(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        return self.get_back_url()


class NoticeSheet(OfNotice, ScopedDetailView):
    """For the notice board: what the public page says, and no more."""

    permission = VIEW
    title = "公示"
    template_name = "hardship/notice_sheet.html"
    log_reading = False

    def get_context_data(self, **kwargs):
        return super().get_context_data(back_url=self.get_row().get_absolute_url(), **kwargs)


class ObjectionAnswer(OnlyWhenOn, FormView):
    """What was found of an objection; upheld, the notice comes down."""

    permission = APPROVE
    model = Objection
    title = "核实异议"
    form_class = AnswerForm
    template_name = "hardship/objection_form.html"
    success_message = "已登记核实情况。"

    def get_rows(self):
        return super().get_rows().filter(state=ObjectionState.OPEN).select_related("notice__file")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return self.get_row().notice.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(objection=self.get_row(), **kwargs)

    def save(self, form):
        data, url = form.cleaned_data, self.get_back_url()
        answer_objection(self.get_row(), upheld=data["upheld"], answer=data["answer"], by=self.request.user)
        return url


# --- for everybody ------------------------------------------------------------------------------------------------------
class NoticePage(OnlyWhenOn, Page):
    """A page of what is published. What is not in force any more and what never was are the same answer."""

    permission = PUBLIC

    def get_notice(self):
        notice = public_notices().filter(pk=self.kwargs["number"]).first()
        if notice is None:
            raise Http404
        return notice


class PublicList(NoticePage):
    """All notices in force, by community."""

    def get(self, request):
        return self.show("notices/list.html", notices=public_notices()[:200])


class PublicNotice(NoticePage):
    def get(self, request, number):
        return self.show("notices/notice.html", notice=self.get_notice())


class PublicObjection(NoticePage):
    """The way to say something against it, without an account."""

    def get(self, request, number):
        return self.page(ObjectionForm())

    def page(self, form):
        return self.show("notices/objection.html", notice=self.get_notice(), form=form)

    def post(self, request, number):
        notice, form = self.get_notice(), ObjectionForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            object_to(notice, **form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
            return self.page(form)
        return redirect("notices:thanks", number=notice.pk)


class PublicThanks(NoticePage):
    def get(self, request, number):
        return self.show("notices/thanks.html", notice=self.get_notice())
