"""What the pages of the micro-home read: who may be given a lead, the four numbers, what waits."""

from django.db.models import Count as CountRows
from django.utils import timezone

from accounts.queries import holders_at
from mediation.enums import COUNT_WORDS, OPEN, Count, EntryKind
from mediation.models import GridReport, Lead, LeadBar
from mediation.models.lead import ALL

VIEW = "mediation.view_lead"


def people_to_give(lead):
    """Accounts that a lead may be given to: they may see leads where it lies and are not barred from it."""
    barred = LeadBar.objects.filter(lead=lead).values("user_id")
    return holders_at(VIEW, lead.area).exclude(pk__in=barred)


def numbers(user, *, since, until):
    """`[(Count, words, number)]` of the leads that `user` sees, found from a day to a day."""
    rows = Lead.objects.visible_to(user, VIEW).filter(found_on__gte=since, found_on__lte=until)
    return [(count, COUNT_WORDS[count], rows.counted(count).count()) for count in Count]


def loads(mediators, user):
    """`{user id: number}`: open leads given to each of `mediators`, of those that `user` gives out; one that she is barred from
    shows in no number either."""
    users = [one.user_id for one in mediators if one.user_id]
    rows = Lead.objects.visible_to(user, ALL).filter(officer__in=users, state__in=OPEN).order_by()
    return dict(rows.values_list("officer").annotate(n=CountRows("pk")))


def due_count(user):
    """Open leads of hers whose next contact is due."""
    if not user.has_perm(VIEW):
        return 0
    rows = Lead.objects.visible_to(user, VIEW).filter(state__in=OPEN, officer=user)
    return rows.filter(next_on__lte=timezone.localdate()).count()


def unanswered_count(user):
    """Grids of hers that have not answered in a round."""
    if not user.has_perm("mediation.change_gridreport"):
        return 0
    return GridReport.objects.visible_to(user, "mediation.change_gridreport").filter(answer="").count()


def entries_of(lead):
    """`[LeadEntry]`, the newest first."""
    return list(lead.entries.order_by("-number"))


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
