"""Somebody's part in the concerns of a period, as duty records count it (handbook 2.3): what was raised through her, what
she solved, what of hers went up. The counts and the lists that they open ask the same."""

from collections import Counter

from django.db.models import Count, Exists, F, OuterRef, Q

from concerns.enums import Outcome, ReferralStatus, ReferralWay
from concerns.figures import Figure, closed_in, raised_in
from concerns.models import Referral

RAISED, SOLVED, UP = "raised", "solved", "up"
PARTS = {
    figure.key: figure
    for figure in (
        Figure(RAISED, "收到诉求", "提出日期在这段时间里、由她登记的。"),
        Figure(
            SOLVED,
            "解决诉求",
            "办结日期在这段时间里、由她承办的，结果是“已解决”或“当场办结”；没有承办人的算登记的人。",
        ),
        Figure(UP, "上报诉求", "提出日期在这段时间里、由她承办的，报过上级的；收回的不算。"),
    )
}
_SOLVED = Q(outcome__in=[Outcome.SOLVED, Outcome.ON_SPOT])


def _passed_up():
    rows = Referral.objects.filter(concern=OuterRef("pk"), way=ReferralWay.UP)
    return Exists(rows.exclude(status=ReferralStatus.TAKEN_BACK))


def part_of(key, person):
    """Q of the concerns in which the account `person` (id) has the part `key`, whatever the period."""
    if key == RAISED:
        return Q(created_by=person)
    if key == UP:
        return Q(_passed_up(), assigned_to=person)
    return _SOLVED & (Q(assigned_to=person) | Q(assigned_to=None, created_by=person))


def parts(concerns, people, since, until):
    """`{person: Counter by key}` of the accounts `people` (ids) among `concerns`, from the month of `since` to that of
    `until` (first days). Three queries."""
    found = {pk: Counter() for pk in people}
    raised = raised_in(concerns, since, until).order_by()
    for person, n in _counted(raised.filter(created_by__in=people), "created_by"):
        found[person][RAISED] += n
    for person, n in _counted(raised.filter(_passed_up(), assigned_to__in=people), "assigned_to"):
        found[person][UP] += n
    hers = Q(assigned_to__in=people) | Q(assigned_to=None, created_by__in=people)
    ended = closed_in(concerns, since, until).filter(_SOLVED, hers).order_by()
    for officer, writer, n in ended.values_list("assigned_to", "created_by").annotate(n=Count("pk")):
        found[officer or writer][SOLVED] += n
    return found


def _counted(rows, name):
    return rows.values(person=F(name)).annotate(n=Count("pk")).values_list("person", "n")
