"""Telling her, and what she thinks of it: replies by a channel that does her no harm, rating, opening again."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from concerns.enums import ApprovalKind, ApprovalStatus, Heard, Outcome, ReplyKind, Status, Told
from concerns.flow import approval_flow, concern_flow
from concerns.models import Approval, Concern, Rating, Reply
from concerns.queries import handlers
from concerns.services.clocks import change_concern, end_pause
from concerns.services.together import leave, must_lead
from fedhub.core import audit
from fedhub.core.flow import FlowError
from fedhub.notices.services import outbox
from fedhub.reference.calendar import due_by
from fedhub.reference.lookup import rule
from households.contact import Verdict, may_contact

# Written words lie where others read them.
WRITTEN = {Told.SMS, Told.WECHAT, Told.LETTER}
NEUTRAL_WORDS = "您好，您在社区服务登记的事有了回复，方便时请凭查询码到社区服务窗口或来电询问。"


def verdict_for(concern, told, at=None):
    """May she be told by `told` (Told) at the moment `at`, and must the words be neutral? (households.contact.Verdict)

    Whoever comes to us may always be told face to face. Without a name there is nobody to call: an anonymous concern
    is answered to whoever brings the code.
    """
    if told in (Told.FACE, Told.NOT_YET):
        return Verdict(True)
    if concern.resident is None:
        if concern.anonymous:
            return Verdict(False, "没有留姓名，只能等她凭查询码来问时当面答复。")
        verdict = Verdict(True)
    else:
        verdict = may_contact(concern.resident, told, at)
    sensitive = rule("concern_neutral_topics").get(concern.topic, 0)
    if verdict.ok and told in WRITTEN and sensitive and not verdict.neutral:
        return Verdict(True, "这方面的事，短信、微信、信件里只说社区服务。", neutral=True)
    return verdict


def words_sent(verdict, told):
    """What is sent instead of the answer when she is told by `told` under `verdict`: neutral words, or ''."""
    return NEUTRAL_WORDS if verdict.neutral and told in WRITTEN else ""


def _told(concern, told, told_at):
    """`(told_at, verdict)`. Raises ValidationError when she may not be told this way at that time."""
    if told == Told.NOT_YET:
        return None, Verdict(True)
    moment = told_at or timezone.now()
    if moment > timezone.now():
        raise ValidationError({"told_at": "告知时间不能晚于现在。"})
    if timezone.localtime(moment).date() < concern.raised_on:
        raise ValidationError({"told_at": f"告知时间不能早于提出日期（{concern.raised_on:%Y-%m-%d}）。"})
    verdict = verdict_for(concern, told, moment)
    if not verdict.ok:
        raise ValidationError({"told": f"{verdict.why}请换一种方式或时间。"})
    return moment, verdict


def _reply(concern, *, kind, text, told, told_at, heard, proof, outcome, by):
    moment, verdict = _told(concern, told, told_at)
    return Reply.objects.create(
        concern=concern, kind=kind, text=text, sent=words_sent(verdict, told), outcome=outcome, told=told, told_at=moment,
        heard=heard if moment else "", proof=proof, made_by=by,
    )  # fmt: skip


@transaction.atomic
def tell_progress(concern, *, text, told, told_at=None, heard=Heard.SELF, proof="", by):
    """Tell her how it stands; the first time is the first answer. Returns the Reply. Raises ValidationError."""
    if not concern.is_open or concern.status == Status.ANSWERED:
        raise FlowError("已经答复过了，不用再告知过程。")
    if told == Told.NOT_YET:
        raise ValidationError({"told": "请选怎么告诉她的。"})
    reply = _reply(
        concern, kind=ReplyKind.PROGRESS, text=text, told=told, told_at=told_at, heard=heard, proof=proof, outcome="",
        by=by,
    )  # fmt: skip
    if concern.first_answered_at is None:
        change_concern(concern, reason="首次答复", first_answered_at=reply.told_at)
    audit.record("concerns.concern.tell", concern, by=by, told=told)
    return reply


@transaction.atomic
def answer_concern(
    concern, *, answer, told, outcome, told_at=None, heard=Heard.SELF, proof="", base_version=None, by
):  # fmt: skip
    """Record the answer, how it ended and how she was told. Work apps call this when they finish. Returns the Concern.

    Raises StaleVersion when the concern is no longer the `base_version` that the writer read; FlowError when the chair
    has to allow "not possible" first; ValidationError when she may not be told this way (households.contact).
    """
    if outcome == Outcome.NOT_POSSIBLE and needs_approval(concern, ApprovalKind.NOT_POSSIBLE, by):
        where = "到主件" if concern.lead_id else ""
        raise FlowError(f"“无法办理”要先经主席审批。请先{where}点“申请按无法办理答复”。")
    reply = _reply(
        concern, kind=ReplyKind.FINAL, text=answer, told=told, told_at=told_at, heard=heard, proof=proof,
        outcome=outcome, by=by,
    )  # fmt: skip
    if concern.paused_on is not None and base_version in (None, concern.version):
        # The days she was waited for are not days of the officer's.
        end_pause(concern, by=by)
        base_version = base_version and concern.version
    changes = {"first_answered_at": reply.told_at} if concern.first_answered_at is None and reply.told_at else {}
    concern_flow.walk(
        concern, "answer", base_version=base_version,
        answer=answer, told=told, outcome=outcome, answered_at=timezone.now(), **changes,
    )  # fmt: skip
    _announce(concern, reply, by=by)
    audit.record("concerns.concern.answer", concern, by=by, told=told, outcome=outcome)
    return concern


def _announce(concern, reply, *, by):
    """Nobody has told her yet: she gets word that an answer is there, never what it says. Of earlier answers none goes out
    any more. That she was told stays in the Reply; a message is no proof of it."""
    for earlier in concern.replies.filter(told=Told.NOT_YET).exclude(pk=reply.pk):
        outbox.stop_about(earlier, "已经另外答复了。")
    if reply.told == Told.NOT_YET and concern.resident is not None:
        outbox.notify(concern.resident, "answer", about=reply, by=by)


def waits_to_be_heard(concern):
    """The newest answer that nobody has told her, None: on her own page she may open it herself."""
    newest = concern.replies.filter(kind=ReplyKind.FINAL).order_by("-pk").first()
    waits = concern.status == Status.ANSWERED and newest is not None and newest.told == Told.NOT_YET
    return newest if waits else None


@transaction.atomic
def hear_answer(concern):
    """She opened the answer on her own page: she is told, by herself. Returns the new Reply, None when none waits."""
    concern = Concern.objects.select_for_update().get(pk=concern.pk)
    waiting = waits_to_be_heard(concern)
    if waiting is None:
        return None
    now = timezone.now()
    reply = Reply.objects.create(
        concern=concern, kind=ReplyKind.FINAL, text=waiting.text, outcome=waiting.outcome, told=Told.PORTAL, told_at=now,
        heard=Heard.SELF, made_by=waiting.made_by,
    )  # fmt: skip
    changes = {"first_answered_at": now} if concern.first_answered_at is None else {}
    change_concern(concern, reason="本人看了答复", told=Told.PORTAL, **changes)
    outbox.stop_about(waiting, "本人在居民端看过了。")
    audit.record("concerns.concern.hear", concern)
    return reply


@transaction.atomic
def settle_on_spot(concern, *, answer, told=Told.FACE, heard=Heard.SELF, by):
    """Solved on the spot: answered to whoever stands there (or is on the line) and closed in one step."""
    must_lead(concern)
    now = timezone.now()
    reply = Reply.objects.create(
        concern=concern, kind=ReplyKind.FINAL, text=answer, told=told, told_at=now, heard=heard,
        outcome=Outcome.ON_SPOT, made_by=by,
    )  # fmt: skip
    concern_flow.walk(
        concern, "settle", answer=answer, told=told, outcome=Outcome.ON_SPOT, answered_at=now, closed_at=now,
        first_answered_at=reply.told_at,
    )  # fmt: skip
    drop_requests(concern, by=by)
    audit.record("concerns.concern.settle", concern, by=by)
    return concern


def needs_approval(concern, kind, user):
    """True when rule "concern_approve_…" asks for the chair, `user` is not one who may approve, and nobody has granted
    it since the concern was opened last; what was granted for a lead holds for all that follow it."""
    if not rule(f"concern_approve_{kind}") or user.has_perm("concerns.approve_concern", concern):
        return False
    return not any(_is_granted(row, kind) for row in (concern, concern.lead) if row is not None)


def _is_granted(concern, kind):
    granted = Approval.objects.filter(concern=concern, kind=kind, status=ApprovalStatus.GRANTED)
    if concern.reopened:
        opened = concern.history.filter(history_change_reason=concern_flow.steps["reopen"].label)
        granted = granted.filter(decided_at__gt=opened.order_by("-history_id").values("history_date")[:1])
    return granted.exists()


def drop_requests(concern, *, by):
    """Nobody decides any more what was asked about a concern that is closed."""
    for approval in concern.approvals.filter(status=ApprovalStatus.ASKED):
        approval_flow.walk(approval, "drop", decided_by=by, decided_at=timezone.now())
        audit.record("concerns.concern.drop", concern, by=by, kind=approval.kind)


@transaction.atomic
def rate_concern(concern, *, score, words="", given_by=Told.PHONE, by=None):
    """Keep what she thinks of the newest answer: 1 to 5, with her words. Returns the Rating.

    A score no higher than rule "concern_low_score" opens the concern again with her words, which then must be there.
    Raises FlowError when there is no answer that she was told, or it is rated already.
    """
    reply = concern.replies.filter(kind=ReplyKind.FINAL).exclude(told=Told.NOT_YET).order_by("-pk").first()
    if concern.status not in (Status.ANSWERED, Status.CLOSED) or reply is None or concern.outcome == Outcome.WITHDRAWN:
        raise FlowError("还没有告诉她答复，不能评价。")
    low = score <= rule("concern_low_score")
    if low and not words.strip():
        raise ValidationError({"words": "不满意的请写下她的话，会照她的话重新办理。"})
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                concern=concern, reply=reply, score=score, words=words, given_by=given_by, taken_by=by
            )
    except IntegrityError:
        raise FlowError("这次答复已经评价过了。") from None
    if by is not None or not concern.anonymous:
        audit.record("concerns.concern.rate", concern, by=by, score=score)
    if low:
        reopen_concern(concern, score=score, by=by)
    else:
        change_concern(concern, reason="评价", score=score)
    return rating


@transaction.atomic
def reopen_concern(concern, *, score=None, reason="", by):
    """Open an answered or closed concern again, with new days. A follower leaves its lead.

    It stays with whoever handled it, unless that person has left or no longer works here: then it is nobody's yet.
    """
    leave(concern, by=by)
    today = timezone.localdate()
    officer = handlers(concern).filter(pk=concern.assigned_to_id).first()
    concern_flow.walk(
        concern, "reopen", closed_at=None, outcome="", result="", answer="", told="", answered_at=None, score=score,
        reopened=concern.reopened + 1, first_answered_at=None, extensions=0, handle_by=None,
        assigned_to=officer,
        first_due_on=due_by(today, "concern_first_answer"), due_on=due_by(today, "concern_close"),
    )  # fmt: skip
    if by is not None or not concern.anonymous:
        audit.record("concerns.concern.reopen", concern, by=by, reason=reason)
    return concern
