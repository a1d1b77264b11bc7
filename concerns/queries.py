"""What concerns ask of the data: who can handle one, what happened to one, how many are open."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.queries import holders_in_all
from accounts.roles import roles_with
from concerns.enums import ApprovalKind, ApprovalStatus, Outcome, ReplyKind, Status, Told
from concerns.flow import OPEN, concern_flow
from concerns.listing import JOINED, concern_values, marks_of
from concerns.models import Approval, Concern, Referral
from concerns.similar import LIKELY, Said, likeness
from fedhub.areas.enums import CODE_LENGTH, AreaKind, AreaStatus
from fedhub.core import audit
from fedhub.core.templatetags.fmt import short_day
from fedhub.reference.models import Agency

LABELS = {
    "concerns.concern.raise": "登记",
    "concerns.concern.accept": "受理",
    "concerns.concern.assign": "交办",
    "concerns.concern.finish": "办理",
    "concerns.concern.answer": "答复",
    "concerns.concern.close": "办结",
    "concerns.concern.settle": "当场办结",
    "concerns.concern.withdraw": "撤回",
    "concerns.concern.pause": "停表",
    "concerns.concern.resume": "恢复计时",
    "concerns.concern.extend": "延期",
    "concerns.concern.tell": "告知过程",
    "concerns.concern.rate": "评价",
    "concerns.concern.reopen": "重新办理",
    "concerns.concern.join": "并入主件",
    "concerns.concern.lead": "并案",
    "concerns.concern.part": "拆出",
    "concerns.concern.route": "转入专项",
    "concerns.concern.ask": "申请审批",
    "concerns.concern.grant": "同意申请",
    "concerns.concern.return": "退回申请",
    "concerns.concern.drop": "取消申请",
    "concerns.concern.offer": "转办",
    "concerns.concern.offer_accepted": "对方接收",
    "concerns.concern.offer_refused": "对方退回",
    "concerns.concern.offer_answered": "对方回复",
    "concerns.concern.offer_taken_back": "收回转办",
    "concerns.concern.move": "随家庭换网格",
    "concerns.reception.register": "登记",
    "concerns.reception.change": "修改",
    "concerns.reception.to_concern": "转为诉求",
}
CHIPS = {
    Status.NEW: "info",
    Status.ACCEPTED: "info",
    Status.ASSIGNED: "warn",
    Status.DONE: "info",
    Status.ANSWERED: "ok",
    Status.CLOSED: "quiet",
}


JOINABLE = (Status.NEW, Status.ACCEPTED, Status.ASSIGNED, Status.DONE)
# How far back, and among how many, the same matter is looked for.
SIMILAR_DAYS, SIMILAR_READ = 60, 300


def handlers(concern):
    """Active accounts that may answer `concern`: a role with that right covers its area today."""
    codes = [concern.area.code[:length] for length in CODE_LENGTH.values() if len(concern.area.code) >= length]
    rows = RoleGrant.objects.in_force().filter(area__code__in=codes, role__in=roles_with("concerns.answer_concern"))
    return User.objects.filter(is_active=True, pk__in=rows.values("user_id")).order_by("name", "pk")


def without_officer(concern):
    """True when whoever has the open `concern` in hand has left or no longer works where it lies now."""
    held = concern.is_open and concern.assigned_to_id is not None
    return held and not handlers(concern).filter(pk=concern.assigned_to_id).exists()


def handlers_of_all(area_ids, user):
    """Active accounts that may answer concerns in every one of the areas `area_ids`, known to `user.places`."""
    return holders_in_all("concerns.answer_concern", [user.places[pk].code for pk in area_ids])


def places_of(user, permission, keep=None):
    """`[(id, Place)]` of the communities and grids in use where `user` holds `permission`, by code; no query.

    The place `keep` (id) is in it though it is closed: figures of its time lead to its list.
    """
    ids = user.scope(permission)
    return [
        (pk, place)
        for pk, place in user.places.items()
        if place.kind in (AreaKind.COMMUNITY, AreaKind.GRID)
        and (place.status == AreaStatus.ACTIVE or pk == keep)
        and (ids is None or pk in ids)
    ]


def joinable(concerns):
    """Those of `concerns` that others can be merged into: not answered yet, and not merged into another one."""
    return concerns.leading().filter(status__in=JOINABLE)


@dataclass
class Similar:
    """A concern that is perhaps about the same matter, as pages show it; `lead` is the key of what others merge into."""

    pk: int
    lead: int
    number: str
    title: str
    place: str
    grid: str
    chip: tuple
    note: str
    raised_on: date
    may_join: bool
    score: float


def similar_concerns(said, *, area, user, exclude=None, most=5):
    """The `most` concerns of the community of `area` that say nearly what `said` (similar.Said) says, best first.

    `area` None: wherever the user works. Only what `user` may see: open ones, and those raised in the last SIMILAR_DAYS
    days. One query, at most SIMILAR_READ rows.
    """
    since = timezone.localdate() - timedelta(days=SIMILAR_DAYS)
    rows = Concern.objects.visible_to(user, "concerns.view_concern").exclude(pk=exclude)
    rows = rows.filter(Q(raised_on__gte=since) | Q(closed_at=None))
    if area is not None:
        rows = rows.filter(area_id__in=user.places_within(area.community_code or area.code))
    names = ("pk", "number", "title", "place", "topic", "area_id", "status", "outcome", "raised_on", "lead_id")
    of_lead = {"lead_number": F("lead__number"), "lead_area": F("lead__area_id")}
    join_ids, found = user.scope("concerns.add_concern"), []
    for item in rows.order_by("-raised_on", "-pk").values(*names, **of_lead)[:SIMILAR_READ]:
        score = likeness(said, Said(item["title"], item["place"], item["topic"]))
        if score >= LIKELY:
            found.append((score, item))
    found.sort(key=lambda pair: -pair[0])
    # One line for each matter: the lead, or the one of its followers that says it best.
    own, kept = {item["pk"]: item for _, item in found}, {}
    for score, item in found:
        lead = item["lead_id"] or item["pk"]
        kept.setdefault(lead, (score, own.get(lead, item)))
    return [
        Similar(
            item["pk"],
            lead,
            item["number"],
            item["title"],
            item["place"],
            user.places[item["area_id"]].name,
            chip_of(item["status"], item["outcome"]),
            f"已并入 {item['lead_number']}" if item["lead_id"] else "",
            item["raised_on"],
            item["status"] in JOINABLE and (join_ids is None or (item["lead_area"] or item["area_id"]) in join_ids),
            score,
        )
        for lead, (score, item) in list(kept.items())[:most]
    ]


def similar_to(concern, user, most=5):
    """Concerns that are perhaps the same matter as `concern` (list of Similar); those merged with it are left out."""
    said = Said(concern.title, concern.place, concern.topic)
    lead = concern.lead_id or concern.pk
    found = similar_concerns(said, area=concern.area, user=user, exclude=concern.pk, most=most * 2)
    return [one for one in found if one.lead != lead][:most]


# Steps that stand on the page of a concern; the others are walked by services of their own pages.
_ON_PAGE = {"accept", "assign", "finish", "answer", "close", "settle", "withdraw"}
_OWN = {"answer", "close", "withdraw"}


def steps_for(concern, user):
    """Names of the steps that `user` may take from the page of `concern`; one that follows a lead has few of its own."""
    names = [step.name for step in concern_flow.open_steps(concern, user) if step.name in _ON_PAGE]
    return [name for name in names if name in _OWN] if concern.lead_id else names


def status_chip(concern):
    """(kind, text) of a concern's state: the outcome once it is closed."""
    return chip_of(concern.status, concern.outcome)


def chip_of(status, outcome):
    """As `status_chip`, from the two values."""
    if status == Status.CLOSED:
        return "ok" if outcome in (Outcome.SOLVED, Outcome.ON_SPOT) else "quiet", Outcome(outcome).label
    return CHIPS[status], Status(status).label


def due_chip(day, soon):
    """(kind, text) of a day to come; `soon` is the last day that counts as due soon (services.clocks.warns_from)."""
    left = (day - timezone.localdate()).days
    if left < 0:
        return "bad", f"逾期 {-left} 天"
    if left == 0:
        return "warn", "今天到期"
    return "warn" if day <= soon else "", f"还有 {left} 天"


def rated_reply(concern):
    """The answer that can be rated now: the newest that she was told, when it is not rated yet; else None."""
    if concern.status not in (Status.ANSWERED, Status.CLOSED) or concern.outcome == Outcome.WITHDRAWN:
        return None
    replies = concern.replies.filter(kind=ReplyKind.FINAL).exclude(told=Told.NOT_YET)
    reply = replies.select_related("rating").order_by("-pk").first()
    return None if reply is None or hasattr(reply, "rating") else reply


def waiting_kinds(concern):
    """What the chair has been asked about `concern` and has not decided: a set of ApprovalKind."""
    return set(concern.approvals.filter(status=ApprovalStatus.ASKED).values_list("kind", flat=True))


def what_is_asked(approvals):
    """`{id: words}`: what each of `approvals` (a list) would do when granted."""
    wanted = {a.details["agency"] for a in approvals if a.kind == ApprovalKind.PASS_UP}
    names = dict(Agency.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    found = {}
    for approval in approvals:
        details = approval.details or {}
        if approval.kind == ApprovalKind.EXTEND:
            found[approval.pk] = f"办结期限延到{short_day(date.fromisoformat(details['after']))}"
        elif approval.kind == ApprovalKind.PASS_UP:
            day = short_day(date.fromisoformat(details["due_on"]))
            found[approval.pk] = f"报{names.get(details['agency'], '')}，请{day}前答复"
        else:
            found[approval.pk] = "告诉本人这件事办不了，以及为什么"
    return found


def to_join_with(user, concern):
    """Concerns that may be handled together with `concern`: unanswered, standing for themselves, where `user` assigns."""
    rows = Concern.objects.visible_to(user, "concerns.assign_concern").open()
    return rows.filter(status__in=(*OPEN, Status.DONE), lead=None).exclude(pk=concern.pk)


MOST_LIKE = 30


def like(concern, user):
    """Those that are most likely the same matter, by place, topic and words."""
    return to_join_with(user, concern).filter(pk__in=[one.pk for one in similar_to(concern, user, most=MOST_LIKE)])


def late_referrals(user):
    """How many matters in other offices' hands are past their day, among those `user` works on (menu)."""
    rows = Referral.objects.visible_to(user, "concerns.answer_concern").waiting()
    return rows.filter(due_on__lt=timezone.localdate()).count()


def approvals_waiting(user):
    """How many requests wait for `user` to decide, her own left out (menu)."""
    rows = Approval.objects.visible_to(user, "concerns.approve_concern").filter(status=ApprovalStatus.ASKED)
    return rows.exclude(asked_by=user).count()


def timeline_of(record):
    """Entries of what happened to a concern or register entry, newest first, from the audit trail."""
    rows = audit.acts_on(record, LABELS)
    return [
        {
            "when": [timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M"), row.actor_name],
            "title": LABELS[row.action],
            "text": row.reason,
        }
        for row in rows.order_by("-id")
    ]


def open_count(user):
    """How many concerns of one's own are open (menu): as many as the page 我的诉求 lists."""
    return Concern.objects.visible_to(user).open().leading().filter(assigned_to=user).count()


MINE_READ = 300
MINE_GROUPS = {
    "late": "已逾期", "today": "今天到期", "week": "7 天内", "later": "以后", "paused": "停表", "told": "已答复，等办结",
}  # fmt: skip


def my_concerns(user, day=None):
    """What is in the hands of `user` by the day that comes first, in the order of MINE_GROUPS: dicts key, label,
    entries, total; those merged into another one stand behind it. Two queries."""
    day = day or timezone.localdate()
    rows = Concern.objects.visible_to(user).open().leading().filter(assigned_to=user).order_by("due_on", "pk")
    items = list(concern_values(rows)[:MINE_READ])
    marks = marks_of([item["id"] for item in items])
    groups = {key: {"key": key, "label": text, "entries": [], "total": 0} for key, text in MINE_GROUPS.items()}
    for item in items:
        item["day"] = min(item["handle_by"] or item["due_on"], item["due_on"])
        item["joined"] = marks.get(item["id"], {}).get(JOINED, 0)
        item["chip"] = chip_of(item["status"], item["outcome"])
        group = groups[_group_of(item, day)]
        group["entries"].append(item)
        group["total"] += 1
    for group in groups.values():
        group["entries"].sort(key=lambda item: item["day"])
    return [group for group in groups.values() if group["total"]]


def _group_of(item, day):
    if item["status"] == Status.ANSWERED:
        return "told"
    if item["paused_on"]:
        return "paused"
    left = (item["day"] - day).days
    return "late" if left < 0 else "today" if left == 0 else "week" if left <= 7 else "later"


def officers(ids):
    """`[(id, name)]` of the accounts `ids` by name."""
    return list(User.objects.filter(pk__in=ids).order_by("name", "pk").values_list("pk", "name"))
