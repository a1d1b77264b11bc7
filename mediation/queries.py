"""What the pages of the micro-home read: who may be given a lead, the four numbers, what waits."""

from datetime import timedelta

from django.db.models import Count as CountRows
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.queries import holders_at
from accounts.roles import roles_with
from fedhub.reference.lookup import rule
from households.staff import known_accounts
from mediation.enums import (
    COUNT_WORDS,
    LOOKED_AFTER,
    OPEN,
    RUNNING,
    AgreementState,
    CaseEntryKind,
    CaseState,
    Count,
    EntryKind,
    Kept,
    Outcome,
    PromiseState,
    Score,
    Side,
)
from mediation.models import Agreement, Case, CaseBar, FollowUp, GridReport, Lead, LeadBar, Mediator, Promise

VIEW, VIEW_CASE = "mediation.view_lead", "mediation.view_case"
ALL, ALL_CASES = "mediation.assign_lead", "mediation.assign_case"


def people_to_give(lead):
    """Accounts that a lead may be given to: they may see leads where it lies and are not barred from it."""
    barred = LeadBar.objects.filter(lead=lead).values("user_id")
    return holders_at(VIEW, lead.area).exclude(pk__in=barred)


def people_to_mediate(case):
    """Accounts that a case may be given to: they may see cases where it lies and are not barred from it."""
    barred = CaseBar.objects.filter(case=case).values("user_id")
    return holders_at(VIEW_CASE, case.area).exclude(pk__in=barred)


def staff_of(community):
    """Accounts that may hear of matters of a community: for all of it or for a part."""
    role = roles_with("mediation.add_lead")
    inside = RoleGrant.objects.in_force().filter(role__in=role, area__code__startswith=community.code)
    above = holders_at("mediation.add_lead", community).values("pk")
    rows = User.objects.filter(Q(pk__in=inside.values("user_id")) | Q(pk__in=above), is_active=True)
    return rows.order_by("name", "pk")


def accounts_with_conflicts():
    """Ids of the accounts that could have a conflict of interest, in order: whose own record is known, or that step back."""
    rows = Mediator.objects.filter(Q(resident__isnull=False) | Q(steps_back__isnull=False), user__isnull=False)
    return sorted({*rows.values_list("user_id", flat=True), *known_accounts()})


def team_of(case):
    """`[CaseMember]` of all who mediate or mediated `case`: now first, who leads first."""
    return list(
        case.team.select_related("user").order_by(F("to_on").desc(nulls_first=True), "-leads", "from_on", "pk")
    )


def people_to_join(case):
    """Accounts that could mediate `case` along."""
    return people_to_mediate(case).exclude(pk__in=case.team.filter(to_on=None).values("user"))


def people_to_leave(case, user):
    """Accounts that `user` may take out of the open `case`: all for whoever gives cases out, else herself."""
    now = case.team.filter(to_on=None)
    if not user.has_perm(ALL_CASES, case):
        now = now.filter(user=user)
    return User.objects.filter(pk__in=now.values("user") if case.is_open() else []).order_by("name", "pk")


def shares_of(case):
    """`[(CaseShare, its sealed part, True while it opens)]` of `case`, the newest first."""
    live = set(case.shares.open().values_list("pk", flat=True))
    return [(one, one.facts, one.pk in live) for one in case.shares.order_by("-given_at", "pk")]


def left_words(matters, user):
    """What `user` is told when nobody has `matters` in hand any more. Those that she must not see are not told apart."""
    rights = {Lead: ALL, Case: ALL_CASES}
    own = [one for one in matters if type(one).objects.visible_to(user, rights[type(one)]).filter(pk=one.pk).exists()]
    rest = "" if len(own) == len(matters) else "其中您不能看的，请上一级妇联指定。"
    return f"有线索或者案件因为回避现在没有人办，请马上另行指定。{rest}"


def waiting_count(user):
    """Cases that wait for her: hers whose month is over, and for whoever gives cases out those that nobody mediates."""
    if not user.has_perm(VIEW_CASE):
        return 0
    rows = Case.objects.visible_to(user, VIEW_CASE)
    late = Q(state__in=RUNNING, waiting_since=None, due_on__lt=timezone.localdate(), officer=user)
    unheld = Q(pk__in=Case.objects.in_areas(user.scope(ALL_CASES)).unheld().values("pk"))
    return rows.filter(late | unheld).count()


def count_words(count):
    """The definition of a Count, in the words of the page."""
    return COUNT_WORDS[count].format(days=rule("mediation_observed_days"))


def observable_on(lead):
    """The first day on which `lead`, which is calm, may be looked at again to see that it stayed so; None while it is not."""
    return lead.calm_on and lead.calm_on + timedelta(days=rule("mediation_observed_days"))


def numbers(user, *, since, until):
    """`[(Count, words, number)]` of the leads that `user` sees, found from a day to a day."""
    rows = Lead.objects.visible_to(user, VIEW).filter(found_on__gte=since, found_on__lte=until)
    return [(count, count_words(count), rows.counted(count).count()) for count in Count]


def loads(users, user):
    """`{user id: number}`: open leads given to each of the accounts `users` (ids), of those that `user` gives out; one that she is
    barred from shows in no number either."""
    users = [pk for pk in users if pk]
    rows = Lead.objects.visible_to(user, ALL).filter(officer__in=users, state__in=OPEN).order_by()
    return dict(rows.values_list("officer").annotate(n=CountRows("pk")))


def due_count(user):
    """Leads of hers whose next contact, or look after the end, is due."""
    if not user.has_perm(VIEW):
        return 0
    rows = Lead.objects.visible_to(user, VIEW).to_do().filter(officer=user)
    return rows.filter(next_on__lte=timezone.localdate()).count()


def unanswered_count(user):
    """Grids of hers that have not answered in a round."""
    if not user.has_perm("mediation.change_gridreport"):
        return 0
    return GridReport.objects.visible_to(user, "mediation.change_gridreport").filter(answer="").count()


def answers_of(rounds):
    """`{round id: (grids that answered, grids)}` of the rounds with these ids."""
    rows = GridReport.objects.filter(screening__in=rounds).order_by().values_list("screening")
    counts = rows.annotate(answered=CountRows("pk", filter=~Q(answer="")), grids=CountRows("pk"))
    return {pk: (answered, grids) for pk, answered, grids in counts}


def entries_of(matter):
    """`[LeadEntry]` or `[CaseEntry]`, the newest first."""
    return list(matter.entries.order_by("-number"))


def ledger_rows(leads):
    """`[(Lead, causes, measures, last entry)]` for the ledger of handbook 7.5; two queries."""
    leads = list(leads.select_related("area", "officer", "recorded_by").prefetch_related("entries"))
    found = []
    for lead in leads:
        entries = sorted(lead.entries.all(), key=lambda entry: entry.number)
        chats = [e for e in entries if e.kind == EntryKind.CHAT and isinstance(e.body, dict)]
        causes = list(dict.fromkeys(code for e in chats for code in e.body.get("causes", ())))
        measures = [e.body["advice"] for e in chats if e.body.get("advice")]
        found.append((lead, causes, measures, entries[-1] if entries else None))
    return found


# --- agreements ------------------------------------------------------------------------------------------------------------
def standing_of(case):
    """The Agreement of `case` in force, None where there is none."""
    return case.agreements.standing().first()


def shown_agreement(case):
    """The Agreement that the page of `case` shows: its draft while one is being written, else the one in force, else None."""
    rows = case.agreements.exclude(state=AgreementState.REPLACED).select_related("confirmation", "case")
    return rows.order_by("state").first()


def outcome_of(case):
    """The Outcome that the records of `case` show: of its promises where an agreement is looked after, else of its state."""
    agreement = standing_of(case)
    if agreement is None or case.state not in LOOKED_AFTER:
        return Outcome(case.state)
    states = set(agreement.promises.values_list("state", flat=True))
    if states <= {PromiseState.KEPT}:
        return Outcome.KEPT
    return Outcome.BROKEN if states <= {PromiseState.BROKEN} else Outcome.PARTLY


def open_ends(case):
    """`[words]`: what is to be done before `case` may be closed (人民调解法 art. 31, 32); [] when nothing is."""
    agreement = standing_of(case)
    if agreement is None or case.state not in LOOKED_AFTER:
        return []
    found = []
    if open_ones := agreement.promises.filter(done_on=None).count():
        found.append(f"还有{open_ones}条协议没有记履行情况。")
    if visits := agreement.followups.filter(done_on=None).count():
        found.append(f"还有{visits}次回访没有做。")
    broken = agreement.promises.filter(state__in=[PromiseState.PARTLY, PromiseState.BROKEN]).exists()
    if broken and not agreement.followups.exclude(result__in=["", Kept.KEPT]).exists():
        found.append("有没履行的，先在回访里告知当事人下一步（司法确认、公证、起诉）。")
    return found


def may_avert(case):
    """True when `case` came to an agreement that is in force: then it may be said what that kept the dispute from becoming."""
    return case.state in (CaseState.SETTLED, CaseState.CLOSED) and standing_of(case) is not None


def run_of(case):
    """How often `case` has been taken up: 1 the first time."""
    return 1 + case.entries.filter(kind=CaseEntryKind.REOPEN).count()


def opinions_of(case):
    """`[(side, name, Score, Opinion)]` of what the parties said, the newest first."""
    rows = case.opinions.order_by("-run", "place")
    named = [(case.parties[row.place], row) for row in rows if row.place < len(case.parties)]
    return [(Side(one["side"]).label, one["name"], Score(row.score), row) for one, row in named]


def to_ask(case):
    """Places of the parties of `case` that nobody has asked in this run how satisfied they are."""
    asked = set(case.opinions.filter(run=run_of(case)).values_list("place", flat=True))
    return [place for place in range(len(case.parties)) if place not in asked]


def duties(user):
    """`(promises, follow-ups, agreements that may still be confirmed)` to look after, of the cases that `user` sees."""
    promises = Promise.objects.visible_to(user, VIEW_CASE).waiting()
    followups = FollowUp.objects.visible_to(user, VIEW_CASE).waiting()
    to_confirm = (
        Agreement.objects.visible_to(user, VIEW_CASE).to_confirm().filter(confirm_by__gte=timezone.localdate())
    )
    return promises, followups, to_confirm


def mediated_by(user):
    """Cases that `user` mediates now, alone or with others; for filters, the row rule is asked beside it."""
    rows = Case.objects.all()
    return rows.filter(rows.in_hands_of(user)).order_by()


def duty_count(user):
    """Promises and follow-ups of the cases that she mediates whose day has come."""
    if not user.has_perm(VIEW_CASE):
        return 0
    due = {"agreement__case__in": mediated_by(user), "due_on__lte": timezone.localdate()}
    return sum(rows.filter(**due).count() for rows in duties(user)[:2])
