"""The council's papers, printed and for Word; the minutes, from the draft to the signed additions."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from council.forms.meeting import AdditionForm, ConfirmForm, MinutesForm
from council.layout import LAYOUTS
from council.models import Meeting, Minutes, Topic
from council.papers import PAPERS, VALUES, parts_of, title_of
from council.queries import member_of
from council.services.minutes import (
    add_to_minutes,
    change_minutes,
    confirm_minutes,
    draft_minutes,
    finalise_minutes,
    is_whole,
    rewrite_minutes,
)
from council.views.meeting import OfMeeting
from council.views.parts import RowForm, RowStep, meeting_crumb
from fedhub.core import audit, crypto
from fedhub.core.papercheck import PaperError
from fedhub.core.papers import TYPE, fill
from fedhub.core.views import ScopedDetailView, StaffView
from fedhub.ledgers.services.export import office_of

VIEW, CHANGE, APPROVE = "council.view_meeting", "council.change_meeting", "council.approve_minutes"


class Sheet(ScopedDetailView):
    """A paper as a page to print. `key` of council.layout; `record(row)` is what it is about."""

    permission = VIEW
    key = ""
    log_reading = False
    template_name = "council/paper.html"

    def get_title(self):
        return title_of(self.key, self.values) if hasattr(self, "values") else self.title

    def get_page_title(self):
        return PAPERS[self.key].label

    def record(self, row):
        return row

    def get_context_data(self, **kwargs):
        row = self.record(self.get_row())
        self.values = VALUES[self.key](row, office_of(row.area))
        return super().get_context_data(
            parts=parts_of(self.key, self.values), official=LAYOUTS[self.key].official,
            back_url=row.get_absolute_url(), **kwargs,
        )  # fmt: skip


class PaperFile(StaffView):
    """The same for Word, from the office's own template."""

    permission = VIEW
    key = ""

    def record(self, row):
        return row

    def post(self, request, *args, **kwargs):
        row = self.record(self.get_row())
        try:
            made = fill(PAPERS[self.key], VALUES[self.key](row, office_of(row.area)))
        except (OSError, crypto.Undecryptable):
            messages.error(request, "本单位的模板读不出来，没有生成。请在“文书模板”里恢复自带的模板。")
            return redirect(row)
        except PaperError as error:
            messages.error(request, error.message)
            return redirect(row)
        audit.record("council.paper.download", row, by=request.user, paper=self.key)
        return HttpResponse(
            made, content_type=TYPE,
            headers={"Content-Disposition": f'attachment; filename="{self.key}.docx"', "Cache-Control": "no-store"},
        )  # fmt: skip


class OfTopicPaper:
    permission, model = "council.screen_topic", Topic

    def get_rows(self):
        return super().get_rows().select_related("area", "proposer", "screened_by")


class OfResult(OfTopicPaper):
    """Of a topic whose result was posted; before that there is no such paper. It names nobody."""

    permission = "council.view_topic"

    def get_rows(self):
        return super().get_rows().exclude(notice_number="")


class OfMinutes(OfMeeting):
    """The minutes of a meeting; the address names the meeting."""

    permission, model = VIEW, Meeting

    def record(self, meeting):
        found = Minutes.objects.visible_to(self.request.user).filter(meeting=meeting)
        minutes = found.select_related("meeting__council", "approved_by", "area").first()
        if minutes is None:
            raise Http404
        return minutes


# --- minutes ------------------------------------------------------------------------------------------------------
class MinutesDetail(OfMinutes, ScopedDetailView):
    template_name = "council/minutes_detail.html"
    log_reading = False

    def get_title(self):
        return f"{self.get_row().title}纪要"

    def get_context_data(self, **kwargs):
        meeting, user = self.get_row(), self.request.user
        minutes = (
            Minutes.objects.visible_to(user).filter(meeting=meeting).select_related("approved_by", "meeting").first()
        )
        member = member_of(user, meeting.council)
        confirmations = list(minutes.confirmations.select_related("member")) if minutes else []
        came = meeting.attendances.exclude(came_at=None).select_related("member")
        answered = {one.member_id for one in confirmations}
        return super().get_context_data(
            minutes=minutes, keeps=user.has_perm(CHANGE, meeting), approves=user.has_perm(APPROVE, meeting),
            whole=is_whole(minutes) if minutes and minutes.is_final else None, confirmations=confirmations,
            silent=[row.member.name for row in came if row.member_id not in answered] if minutes else [],
            may_confirm=bool(minutes and minutes.is_final and member and member.pk not in answered
                             and any(row.member_id == member.pk for row in came)),
            additions=minutes.additions.all() if minutes else [], **kwargs,
        )  # fmt: skip


class MinutesStep(OfMeeting, RowStep):
    permission = CHANGE

    def get_success_url(self):
        return reverse("council:minutes_detail", args=[self.get_row().pk])


class MinutesDraft(MinutesStep):
    service, success_message = draft_minutes, "纪要草稿已按记录写好，请核对、修改。"


class MinutesRewrite(OfMinutes, MinutesStep):
    permission, success_message = CHANGE, "已按现在的记录重写。"

    def act(self, meeting):
        rewrite_minutes(self.record(meeting), by=self.request.user)


class MinutesFinalise(OfMinutes, MinutesStep):
    permission, success_message = APPROVE, "已签发定稿，编了号，不能再改；到会成员可以核对。"

    def act(self, meeting):
        finalise_minutes(self.record(meeting), by=self.request.user)


class OfMinutesForm(OfMinutes, RowForm):
    permission = CHANGE

    def get_crumbs(self):
        return [meeting_crumb(), (self.get_row().title, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return reverse("council:minutes_detail", args=[self.get_row().pk])


class MinutesUpdate(OfMinutesForm):
    title, form_class, success_message = "修改纪要", MinutesForm, "草稿已保存。"

    def opens(self, meeting):
        return not self.record(meeting).is_final

    def get_form_kwargs(self):
        return {"instance": self.record(self.get_row())}

    def act(self, form, meeting, user):
        change_minutes(form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=user)


class MinutesAdd(OfMinutesForm):
    title, form_class, submit_label, success_message = "补充说明", AdditionForm, "签名补充", "补充说明已签名。"

    def opens(self, meeting):
        return self.record(meeting).is_final

    def act(self, form, meeting, user):
        add_to_minutes(self.record(meeting), text=form.cleaned_data["text"], by=user)


class MinutesConfirm(OfMinutesForm):
    permission = "council.join_meeting"
    title, form_class, submit_label, success_message = "核对纪要", ConfirmForm, "核对", "您的核对已收到。"

    def get_rows(self):
        return Meeting.objects.visible_to(self.request.user).select_related("council", "area")

    def get(self, request, *args, **kwargs):
        self.get_member()
        self.record(self.get_row())
        return super().get(request, *args, **kwargs)

    def get_member(self):
        member = member_of(self.request.user, self.get_row().council)
        if member is None:
            raise Http404
        return member

    def act(self, form, meeting, user):
        data = form.cleaned_data
        confirm_minutes(self.record(meeting), self.get_member(), agrees=data["agrees"], words=data["words"], by=user)


# --- one sheet and one file a paper -------------------------------------------------------------------------------
class TopicSheet(OfTopicPaper, Sheet):
    key = "topic"


class TopicPaper(OfTopicPaper, PaperFile):
    key = "topic"


class ResultSheet(OfResult, Sheet):
    key = "result"


class ResultPaper(OfResult, PaperFile):
    key = "result"


class NoticeSheet(OfMeeting, Sheet):
    key = "notice"


class NoticePaper(OfMeeting, PaperFile):
    key = "notice"


class AgendaSheet(OfMeeting, Sheet):
    key = "agenda"


class AgendaPaper(OfMeeting, PaperFile):
    key = "agenda"


class SigninSheet(OfMeeting, Sheet):
    key = "signin"


class SigninPaper(OfMeeting, PaperFile):
    key = "signin"


class BallotSheet(OfMeeting, Sheet):
    key = "ballot"


class BallotPaper(OfMeeting, PaperFile):
    key = "ballot"


class RecordSheet(OfMeeting, Sheet):
    key = "record"


class RecordPaper(OfMeeting, PaperFile):
    key = "record"


class MinutesSheet(OfMinutes, Sheet):
    key = "minutes"


class MinutesPaper(OfMinutes, PaperFile):
    key = "minutes"
