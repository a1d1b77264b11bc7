"""How a case stands: what must be done now, by when, and why it cannot be closed yet. From the entries and the rules alone.

Each rule names the article or the section of the handbook it comes from (safety.law, handbook 7.6).
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from fedhub.reference.lookup import rule
from safety import law
from safety.enums import Capacity, Danger, Kind, OrderStep, Told, Visited

PEOPLE = {Visited.VICTIM: "受害人", Visited.OFFENDER: "加害人"}


class Due(NamedTuple):
    """Something that waits: the entry that answers it, in words, until when (a moment), and the rule."""

    kind: str
    words: str
    at: datetime
    source: str = ""


class Order(NamedTuple):
    """A protection order as it stands: its number, from and until when (None until it is granted), whether it is in force."""

    number: str
    step: str
    since: date | None
    until: date | None


@dataclass
class Standing:
    """Result of `standing_of`. `live`: the entries that count (a corrected one as it was corrected)."""

    live: list = field(default_factory=list)
    intake: object = None
    capacity: str = ""
    danger: str = ""
    contact: object = None
    plan: object = None
    must_report: object = None
    reported: bool = False
    excused: bool = False
    orders: list = field(default_factory=list)
    tonight: list = field(default_factory=list)
    dues: list = field(default_factory=list)
    blocks: list = field(default_factory=list)
    is_open: bool = True
    keep_until: date | None = None
    wish: object = None
    wish_allowed: bool = False

    @property
    def report_open(self):
        """True while the law wants a report that nobody filed or decided against."""
        return self.must_report is not None and not (self.reported or self.excused)

    def is_late(self, now=None):
        """True when something should have been done by now."""
        now = now or timezone.now()
        return any(due.at <= now for due in self.dues)


def months_after(day, months):
    """The same day so many months later, the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of(day):
    """The last minute of a day."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def day_in(data, name):
    """The day `data[name]` (ISO), None when there is none."""
    return date.fromisoformat(data[name]) if data.get(name) else None


def corrected(records):
    """The entries that count, oldest first: each with what a later correction says of its fields; corrections themselves go."""
    found = {record.number: record for record in records if record.kind != Kind.AMEND}
    for record in records:
        if record.kind == Kind.AMEND and (old := found.get(record.data["about"])):
            found[old.number] = old._replace(data={**old.data, **record.data["fields"]})
    return list(found.values())


def standing_of(records, now=None):
    """The Standing of a case from its Records at `now` (default the present)."""
    now = now or timezone.now()
    live = corrected(records)
    state = Standing(live=live)
    by_kind = {}
    for record in live:
        by_kind.setdefault(record.kind, []).append(record)

    def last(kind):
        return by_kind[kind][-1] if kind in by_kind else None

    state.intake = by_kind.get(Kind.INTAKE, [None])[0]
    if state.intake is None:
        return state
    # Whoever turned out to be a minor, or unable to report, stays so: the gravest that was ever written counts.
    said = [record.data.get("capacity") for record in records if record.kind == Kind.INTAKE]
    said += [record.data["fields"].get("capacity") for record in records if record.kind == Kind.AMEND]
    state.capacity = next((c for c in (Capacity.MINOR, Capacity.LIMITED, Capacity.CANNOT) if c in said), Capacity.FULL)
    state.must_report = law.duty_to_report(state.capacity)
    state.contact, state.plan = last(Kind.CONTACT), last(Kind.PLAN)
    state.danger = last(Kind.DANGER).data["level"] if Kind.DANGER in by_kind else ""
    state.reported = any(_discharges(record, state.capacity) for record in by_kind.get(Kind.REPORT, []))
    state.excused = Kind.NO_REPORT in by_kind
    ends = [record for record in live if record.kind in (Kind.CLOSE, Kind.REOPEN)]
    state.is_open = not ends or ends[-1].kind == Kind.REOPEN
    _civil(state, by_kind)
    _orders(state, by_kind)
    if not state.is_open:
        state.keep_until = _kept_until(state, ends[-1], by_kind)
    if state.is_open:
        _tonight(state)
        _follow(state, by_kind)
        _letters(state, by_kind)
        _order_dues(state, by_kind, now)
        _review(state, by_kind)
        state.dues.sort(key=lambda due: due.at)
        _blocks(state)
    return state


def _kept_until(state, end, by_kind):
    """The day until which a closed file is kept: so many years from its end, longer where somebody wrote why."""
    minor = state.capacity == Capacity.MINOR
    years = rule("sealed_keep_years_minor" if minor else "sealed_keep_years")
    days = [day_in(record.data, "until") for record in by_kind.get(Kind.KEEP, []) if record.number > end.number]
    return max([months_after(timezone.localdate(end.at), 12 * years), *days])


def _discharges(record, capacity):
    """True for a report that the law asked for: of a minor to any of the three, of others to the police."""
    told = record.data.get("told", [])
    return bool(told) if capacity == Capacity.MINOR else Told.POLICE in told


def _tonight(state):
    """The three questions of the first night (issue: is she safe, may we call, must we report)."""
    at = state.intake.at
    if state.report_open:
        state.tonight.append(Due(Kind.REPORT, "必须报案", at, str(state.must_report)))
    if not state.danger:
        state.tonight.append(Due(Kind.DANGER, "今晚安全吗", at, "手册 7.6"))
    if state.contact is None:
        state.tonight.append(Due(Kind.CONTACT, "能不能打电话给她", at, "手册 7.6 第六条"))
    if state.plan is None and state.danger in (Danger.RED, Danger.YELLOW):
        state.tonight.append(Due(Kind.PLAN, "和她一起定安全计划", at, str(law.HELP)))
    state.dues.extend(state.tonight)


def _follow(state, by_kind):
    """She is asked again after 24 and 72 hours, a week, then each month; the first not answered is due."""
    begins = state.intake.at
    asked = sorted(record.at for record in by_kind.get(Kind.FOLLOW, []))
    hours, days = rule("sealed_followup_hours"), rule("sealed_followup_days")
    step, points = 0, [timedelta(hours=h) for h in hours]

    def point(n):
        if n < len(points):
            return begins + points[n]
        return begins + timedelta(days=days) * (n - len(points) + 1)

    for moment in asked:
        step += 1
        while point(step) <= moment:
            step += 1
    words = f"第 {days} 天一次的回访" if step >= len(hours) else f"满 {hours[step]} 小时回访"
    state.dues.append(Due(Kind.FOLLOW, words, point(step), "手册 7.6 第七条"))


def _letters(state, by_kind):
    """Each warning letter: she and he are visited apart, within three days, then monthly for six months (art. 17)."""
    visits = by_kind.get(Kind.LETTER_VISIT, [])
    for letter in by_kind.get(Kind.LETTER, []):
        received = day_in(letter.data, "received_on") or letter.at.date()
        until = months_after(received, rule("warning_visit_months"))
        for who, words in PEOPLE.items():
            done = sorted(
                day_in(v.data, "on") for v in visits if v.data["letter"] == letter.number and v.data["who"] == who
            )
            due = received + timedelta(days=rule("warning_first_visit")) if not done else months_after(done[-1], 1)
            if due <= until:
                text = f"查访{words}（告诫书 {letter.data['number']}）"
                state.dues.append(Due(Kind.LETTER_VISIT, text, end_of(due), str(law.LETTER_VISITS)))


def _orders(state, by_kind):
    """Orders by their number as the court gave it; an application has none yet."""
    found = {}
    for record in by_kind.get(Kind.ORDER, []):
        data = record.data
        key = data.get("number") or data.get("court", "")
        found.pop(data.get("court", ""), None)
        found[key] = Order(key, data["step"], day_in(data, "since"), day_in(data, "until"))
    state.orders = list(found.values())


def in_force(order, day):
    """True when the order holds on `day`."""
    return (
        order.step in (OrderStep.GRANTED, OrderStep.EXTENDED) and order.since is not None
        and order.since <= day <= order.until
    )  # fmt: skip


def _order_dues(state, by_kind, now):
    today = timezone.localdate(now)
    for record in by_kind.get(Kind.ORDER, []):
        if record.data["step"] == OrderStep.ASKED and any(o.step == OrderStep.ASKED for o in state.orders):
            hours = rule("protection_order_urgent" if record.data.get("urgent") else "protection_order_decide")
            at = record.at + timedelta(hours=hours)
            state.dues.append(Due(Kind.ORDER, "问法院保护令作出没有", at, str(law.ORDER_DECIDED)))
    for order in state.orders:
        if not in_force(order, today):
            continue
        at = _next_warning(order, by_kind.get(Kind.ORDER_TALK, []))
        if at is None:
            continue
        text = f"保护令 {order.number} 到 {order.until.isoformat()} 期满，和她商量要不要申请延长"
        state.dues.append(Due(Kind.ORDER_TALK, text, at, str(law.ORDER_TERM)))


def _next_warning(order, talks):
    """When an extension is to be talked about next: each warning day before the end until a talk on or after it."""
    talked = [day_in(talk.data, "on") for talk in talks if talk.data["number"] == order.number]
    for days in rule("protection_order_warn_days"):
        day = order.until - timedelta(days=days)
        if not any(one >= day for one in talked):
            return end_of(day)
    return None


def _review(state, by_kind):
    reviews = by_kind.get(Kind.REVIEW, [])
    urgent = [one for one in by_kind.get(Kind.URGENT, []) if not reviews or one.number > reviews[-1].number]
    if urgent:
        state.dues.append(Due(Kind.REVIEW, "有人紧急打开过，核对谁看得到", urgent[0].at, "手册 7.6 第六条"))
        return
    begins = reviews[-1].at if reviews else state.intake.at
    at = begins + timedelta(days=rule("sealed_review_days"))
    state.dues.append(Due(Kind.REVIEW, "核对谁看得到", at, "手册 7.6 第六条"))


def _civil(state, by_kind):
    """Civil matters: her written wish first, the head's decision on that wish after it."""
    wishes = by_kind.get(Kind.WISH, [])
    state.wish = wishes[-1] if wishes else None
    decided = [d for d in by_kind.get(Kind.WISH_DECIDED, []) if state.wish and d.number > state.wish.number]
    state.wish_allowed = bool(decided) and decided[-1].data["allowed"]


def _blocks(state):
    """Why the file cannot be closed now, in sentences."""
    if state.report_open:
        state.blocks.append(f"还没有报案：{state.must_report}先报案，或者由妇联负责人写明为什么不报。")
    if not state.danger:
        state.blocks.append("还没有评估危险。")
    elif state.danger == Danger.RED:
        state.blocks.append("最近一次危险评估是“高”，先重新评估。")
    if any(in_force(order, timezone.localdate()) for order in state.orders):
        state.blocks.append("保护令还在有效期内。")
    if any(due.kind == Kind.LETTER_VISIT for due in state.dues):
        state.blocks.append("告诫书的查访还没有到期满。")
