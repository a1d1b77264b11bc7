"""What concerns themselves tell of the way of a concern (concerns.chain): register, handling, merging, work apps."""

from datetime import date
from functools import cached_property

from accounts.models import User
from concerns.chain import Event, Source, happened_at, on_the_lead, sources
from concerns.enums import ApprovalKind, ApprovalStatus, Outcome, ReferralStatus, ReferralWay, ReplyKind, Told
from concerns.models import Concern, Reception
from concerns.services.handling import doors
from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.core.text import chinese_date

# Acts that only the audit trail and the history tell; all others have rows of their own.
ACTS = {
    "concerns.concern.accept": "受理",
    "concerns.concern.assign": "交办",
    "concerns.concern.finish": "办理",
    "concerns.concern.close": "办结",
    "concerns.concern.withdraw": "本人撤回",
    "concerns.concern.reopen": "重新办理",
}
ENDS = {
    ReferralStatus.REFUSED: ("退回", "concerns.concern.offer_refused"),
    ReferralStatus.ANSWERED: ("回复", "concerns.concern.offer_answered"),
    ReferralStatus.TAKEN_BACK: ("收回", "concerns.concern.offer_taken_back"),
}
NAMED = 10


@sources.register
class Register(Source):
    """The entry of the front desk or the 12338 line that the concern came from."""

    key, order, permission = "receptions", 10, "concerns.view_reception"

    def events(self, concern, user):
        rows = Reception.objects.visible_to(user).filter(concern=concern).select_related("handler").order_by("pk")
        return [
            happened_at(
                row.received_at, title=row.get_channel_display(), who=row.handler.name, url=row.get_absolute_url(),
                facts=(("登记编号", row.number), ("来访（来电）人", row.visitor_name)),
            )
            for row in rows
        ]  # fmt: skip


class Trail:
    """The audit rows and the history of one concern, each read once."""

    def __init__(self, concern):
        self.concern = concern

    @cached_property
    def acts(self):
        """Audit rows of what was done to the concern, oldest first."""
        actions = {*ACTS, "concerns.concern.resume", "concerns.concern.route", "concerns.concern.offer_accepted"}
        actions |= {action for _, action in ENDS.values()}
        return list(audit.acts_on(self.concern, actions).order_by("id"))

    @cached_property
    def states(self):
        """History rows, oldest first."""
        return list(self.concern.history.order_by("history_id"))

    @cached_property
    def names(self):
        """{id: name} of the officers of all times and of those who wrote the history."""
        ids = {row.assigned_to_id for row in self.states} | {row.history_user_id for row in self.states}
        return dict(User.objects.filter(pk__in=ids - {None}).values_list("pk", "name"))

    def state_at(self, moment):
        """The newest history row not later than `moment`, or None."""
        return next((row for row in reversed(self.states) if row.history_date <= moment), None)

    def act_on(self, referral, action):
        """The audit row of `action` on `referral`, or None."""
        return next(
            (row for row in self.acts
             if row.action == action and row.detail.get("agency") == referral.agency_id
             and row.at >= referral.created_at),
            None,
        )  # fmt: skip


@sources.register
class Handling(Source):
    """From the first word to the rating."""

    key, order, permission = "concerns", 20, "concerns.view_concern"

    def events(self, concern, user):
        trail = Trail(concern)
        return [
            _raised(concern, trail), *_acts(trail), *_moves(trail), *matters_of(concern, trail), *_pauses(concern, trail),
            *_replies(concern), *_ratings(concern),
        ]  # fmt: skip


def _raised(concern, trail):
    asker = concern.resident.name if concern.resident else "不留姓名" if concern.anonymous else ""
    first = trail.states[0] if trail.states else concern
    return Event(
        title="提出诉求", day=concern.raised_on, at=concern.created_at,
        who=concern.created_by.name if concern.created_by else "", text=concern.detail, key="raised",
        facts=(
            ("来源", concern.get_origin_display()), ("提出人", asker), ("代为提出的人", concern.on_behalf),
            ("地点", concern.place), ("希望怎样答复", concern.get_channel_display()),
            ("首次答复期限", chinese_date(first.first_due_on)), ("办结期限", chinese_date(first.due_on)),
        ),
    )  # fmt: skip


def _acts(trail):
    for act in trail.acts:
        if act.action not in ACTS:
            continue
        state, text, facts = trail.state_at(act.at), act.reason, ()
        if act.action == "concerns.concern.assign" and state is not None:
            facts = (
                ("承办人", trail.names.get(state.assigned_to_id, "")),
                ("承办期限", chinese_date(state.handle_by)),
            )
        elif act.action == "concerns.concern.finish" and state is not None:
            text = state.result
        elif act.action == "concerns.concern.close" and state is not None:
            facts = (("结果", Outcome(state.outcome).label if state.outcome else ""),)
        elif act.action == "concerns.concern.reopen" and state is not None:
            facts = (("新的办结期限", chinese_date(state.due_on)),)
        yield happened_at(act.at, title=ACTS[act.action], who=act.actor_name, text=text, facts=facts)


def _moves(trail):
    """What only the history tells: another grid, and steps taken back."""
    pairs = list(zip(trail.states, trail.states[1:], strict=False))
    moved = {new.area_id for old, new in pairs if old.area_id != new.area_id}
    places = dict(Area.objects.filter(pk__in=moved).values_list("pk", "name")) if moved else {}
    for old, new in pairs:
        who = trail.names.get(new.history_user_id, "")
        if old.area_id != new.area_id:
            yield happened_at(new.history_date, title="换网格", who=who, text=f"转到{places.get(new.area_id, '')}")
        if new.history_change_reason == "退回原状" and old.status != new.status:
            yield happened_at(new.history_date, title="退回原状", who=who, text=f"回到“{new.get_status_display()}”")


def matters_of(concern, trail):
    """Handing over, longer days, what the chair was asked: done on a lead for all that follow it."""
    return [*_referrals(concern, trail), *_extensions(concern), *_approvals(concern)]


def _referrals(concern, trail):
    for row in concern.referrals.select_related("agency", "offered_by").order_by("pk"):
        yield Event(
            title=f"{row.get_way_display()}：{row.agency}", day=row.offered_on, at=row.created_at,
            who=row.offered_by.name, text=row.matter, facts=(("请对方答复的期限", chinese_date(row.due_on)),),
        )  # fmt: skip
        if row.accepted_on:
            act = trail.act_on(row, "concerns.concern.offer_accepted")
            yield Event(
                title=f"对方接收：{row.agency}", day=row.accepted_on, at=act and act.at, who=act.actor_name if act else "",
                facts=(("对方经办人", row.contact),),
            )  # fmt: skip
        if row.ended_on:
            word, action = ENDS[row.status]
            act, ours = trail.act_on(row, action), row.status == ReferralStatus.TAKEN_BACK
            up = "上级" if row.way == ReferralWay.UP else "对方"
            yield Event(
                title=f"{'' if ours else up}{word}：{row.agency}", day=row.ended_on, at=act and act.at,
                who=act.actor_name if act else "", text=row.reply,
            )  # fmt: skip


def _pauses(concern, trail):
    resumed = [row for row in trail.acts if row.action == "concerns.concern.resume"]
    for row in concern.pauses.select_related("made_by", "ended_by"):
        yield Event(
            title="停表", day=row.from_day, at=row.made_at, who=row.made_by.name, text=row.note,
            facts=(("原因", row.get_reason_display()),),
        )  # fmt: skip
        if row.to_day:
            act = next((act for act in resumed if act.at >= row.made_at), None)
            yield Event(
                title="恢复计时", day=row.to_day, at=act and act.at, who=row.ended_by.name if row.ended_by else "",
                facts=(("新的办结期限", chinese_date(_day(act.detail.get("due_on"))) if act else ""),),
            )  # fmt: skip


def _day(text):
    return date.fromisoformat(text) if text else None


def _extensions(concern):
    for row in concern.extension_rows.select_related("made_by"):
        yield happened_at(
            row.made_at, title="延期", who=row.made_by.name, text=row.reason,
            facts=(("原期限", chinese_date(row.before)), ("新期限", chinese_date(row.after))),
        )  # fmt: skip


def _approvals(concern):
    for row in concern.approvals.select_related("asked_by", "decided_by").order_by("pk"):
        kind = ApprovalKind(row.kind).label
        yield happened_at(row.created_at, title=f"申请：{kind}", who=row.asked_by.name, text=row.reason)
        if row.decided_at:
            done = "取消申请" if row.status == ApprovalStatus.DROPPED else f"审批{row.get_status_display()}"
            yield happened_at(row.decided_at, title=f"{done}：{kind}", who=row.decided_by.name, text=row.note)


def _replies(concern):
    for row in concern.replies.select_related("made_by"):
        title = "告诉本人进展" if row.kind == ReplyKind.PROGRESS else f"答复：{row.get_outcome_display()}"
        yield happened_at(
            row.told_at or row.made_at, title=title, who=row.made_by.name, text=row.text, key=f"reply:{row.pk}",
            facts=(
                ("告知方式", row.get_told_display() if row.told != Told.NOT_YET else "还没有告诉本人"),
                ("谁听到的", row.get_heard_display() if row.heard else ""), ("凭证", row.proof), ("发出的话", row.sent),
            ),
        )  # fmt: skip


def _ratings(concern):
    for row in concern.ratings.select_related("taken_by"):
        yield happened_at(
            row.made_at, title=f"评价：{row.score} 分", who=row.taken_by.name if row.taken_by else "", text=row.words,
            facts=(("评价方式", row.get_given_by_display()),), key=f"rating:{row.pk}",
        )  # fmt: skip


@sources.register
class Together(Source):
    """Merged into a lead: what was done on the lead meanwhile; and for a lead, who joined."""

    key, order, permission = "together", 30, "concerns.view_concern"

    def events(self, concern, user):
        return [*self._followed(concern, user), *self._led(concern, user)]

    def _followed(self, concern, user):
        rows = list(concern.joinings.select_related("joined_by", "parted_by"))
        leads = Concern.objects.visible_to(user).in_bulk([row.lead_id for row in rows]) if rows else {}
        done = {pk: [*matters_of(lead, Trail(lead)), *_cases(lead, user)] for pk, lead in leads.items()}
        for row in rows:
            lead = leads.get(row.lead_id)
            into = {"text": row.reason, "url": lead.get_absolute_url() if lead else ""}
            facts = (("主件", lead.number if lead else "在别的网格"),)
            yield happened_at(row.joined_at, title="并入主件", who=row.joined_by.name, facts=facts, **into)
            if row.parted_at:
                yield happened_at(row.parted_at, title="从主件拆出", who=row.parted_by.name, facts=facts)
            if lead:
                yield from on_the_lead(done[lead.pk], lead, row.joined_at, row.parted_at)

    def _led(self, concern, user):
        rows = list(concern.led.select_related("joined_by", "parted_by"))
        seen = {}
        if rows:
            found = Concern.objects.visible_to(user).filter(pk__in=concern.led.values("concern_id"))
            seen = dict(found.values_list("pk", "number"))
        for title, moment, person in (("并案", "joined_at", "joined_by"), ("拆分", "parted_at", "parted_by")):
            groups = {}
            for row in rows:
                if at := getattr(row, moment):
                    # Rows of one merging are written one after the other.
                    key = getattr(row, person), at.replace(second=0, microsecond=0)
                    groups.setdefault(key, []).append(row)
            for (who, _), members in groups.items():
                yield happened_at(
                    getattr(members[0], moment), title=f"{title}：{len(members)} 件", who=who.name,
                    text=members[0].reason if title == "并案" else "",
                    facts=(("编号", _numbers([seen.get(row.concern_id) for row in members])),),
                )  # fmt: skip


def _numbers(numbers):
    """ "SQ2026-0001、SQ2026-0002 等 12 件"; those out of the reader's scope (None) are counted only."""
    known = sorted(number for number in numbers if number)
    parts = ["、".join(known[:NAMED]) + (f" 等 {len(known)} 件" if len(known) > NAMED else "")] if known else []
    if away := len(numbers) - len(known):
        parts.append(f"在别的网格 {away} 件")
    return "，".join(parts)


@sources.register
class Cases(Source):
    """Where work apps handle it, for those who may use their door."""

    key, order, permission = "cases", 40, "concerns.view_concern"

    def events(self, concern, user):
        return _cases(concern, user)


def _cases(concern, user):
    acts = None
    for route in doors(user, concern):
        cases = list(route.cases(concern, user))
        if cases and acts is None:
            acts = list(audit.acts_on(concern, ["concerns.concern.route"]).order_by("id"))
        for case in cases:
            act = next((row for row in acts if row.detail.get("to") == route.key), None)
            yield happened_at(
                act.at if act else concern.created_at, title=f"转入{route.label}", who=act.actor_name if act else "",
                text=str(case), url=case.get_absolute_url(),
            )  # fmt: skip
