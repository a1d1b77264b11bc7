"""Several mediators of one case: who leads, who helps, from when to when, and stepping back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core.models import SealedEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.twins import bare
from households.tests.factories import ResidentFactory
from mediation.models import Case, CaseBar, CaseMember, Mediator
from mediation.queries import people_to_join, waiting_count
from mediation.services import cases as acts
from mediation.services.mediators import end_mediator, step_back
from mediation.services.team import NOBODY
from mediation.tests.factories import a_case, a_lead, a_mediator, case_at
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate


@pytest.fixture
def pair(community):
    """Two accounts of mediators."""
    users = [user_with(Role.MEDIATOR, community, username=f"m{n}", name=f"调解员{n}") for n in (1, 2)]
    for user in users:
        a_mediator(community, user=user, name=user.name)
    return users


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def sees(user):
    return Case.objects.visible_to(fresh(user)).count()


def posts(case):
    return [
        (one.user.name, one.leads, one.to_on) for one in case.team.select_related("user").order_by("from_on", "user")
    ]


def test_a_helper_sees_the_case_from_joining_to_leaving(grid, chair, pair):
    first, second = pair
    case = a_case(grid, chair, officer=first)
    before = sees(second)
    acts.join_case(case, second, by=chair)
    during = sees(second)
    acts.leave_case(case, second, words="调走了", by=chair)

    assert (before, during, sees(second), sees(first)) == (0, 1, 0, 1)
    assert posts(case) == [("调解员1", True, None), ("调解员2", False, today())]
    assert case.entries.get().body["words"] == "调解员2退出，不再调解这个案件。调走了"


def test_a_helper_writes_in_the_case_too(grid, chair, pair, as_user):
    case = case_at("mediating", grid, chair, officer=pair[0])
    acts.join_case(case, pair[1], by=chair)
    with_authenticator(pair[1])
    client = proved(as_user(fresh(pair[1])))
    url = reverse("mediation:case_act", args=[case.pk, "session"])
    client.post(url, filled(client.get(url), on=today().isoformat(), words="又谈了一次"))

    said = case.entries.order_by("-number").first().body
    assert (said["by"], said["words"]) == ("调解员2", "又谈了一次")


def test_whoever_is_barred_never_joins(grid, chair, pair):
    own = ResidentFactory(area=grid)
    a_mediator(grid.parent, user=fresh(chair), resident=own, name="本人")
    case = a_case(grid, chair, own, "张强", officer=pair[0])

    with pytest.raises(ValidationError, match="要回避"):
        acts.join_case(case, chair, by=chair)
    assert list(people_to_join(case)) == [pair[1]]


@pytest.mark.parametrize(("who", "words"), [(0, "已经在调解"), (1, "已经在调解")])
def test_nobody_joins_twice(grid, chair, pair, who, words):
    case = a_case(grid, chair, officer=pair[0])
    acts.join_case(case, pair[1], by=chair)

    with pytest.raises(ValidationError, match=words):
        acts.join_case(case, pair[who], by=chair)


def test_nobody_helps_where_nobody_leads_or_the_case_is_over(grid, chair, pair):
    with pytest.raises(ValidationError, match="先指定主持"):
        acts.join_case(a_case(grid, chair), pair[1], by=chair)
    with pytest.raises(ValidationError, match="不在办理中"):
        acts.join_case(case_at("refused", grid, chair), pair[1], by=chair)


def test_another_one_leads_and_the_rows_say_from_when(grid, chair, pair):
    case = a_case(grid, chair, officer=pair[0])
    acts.join_case(case, pair[1], by=chair)
    acts.assign_case(case, pair[1], was=pair[0].pk, by=chair)

    assert fresh(case).officer == pair[1]
    assert sorted(posts(case), key=str) == [
        ("调解员1", True, today()), ("调解员2", False, today()), ("调解员2", True, None)
    ]  # fmt: skip
    assert [sees(one) for one in pair] == [0, 1]


def test_of_two_who_name_somebody_at_once_one_wins(grid, chair, pair, as_user):
    case = a_case(grid, chair)
    with_authenticator(chair)
    client, url = proved(as_user(chair)), reverse("mediation:case_assign", args=[case.pk])
    pages = [client.get(url) for _ in range(2)]
    first = client.post(url, filled(pages[0], person=pair[0].pk))
    second = client.post(url, filled(pages[1], person=pair[1].pk))

    assert (first.status_code, "刚才有人改过调解员" in second.content.decode()) == (302, True)
    assert (fresh(case).officer, [sees(one) for one in pair]) == (pair[0], [1, 0])
    again = client.post(url, filled(client.get(url), person=pair[1].pk))
    assert (again.status_code, fresh(case).officer) == (302, pair[1])


def test_the_only_one_goes_after_another_is_named(grid, chair, pair):
    case = a_case(grid, chair, officer=pair[0])

    with pytest.raises(ValidationError, match="先指定别人"):
        acts.leave_case(case, pair[0], words="", by=pair[0])
    assert sees(pair[0]) == 1


def test_stepping_back_is_at_once_and_who_helped_leads(grid, chair, pair, as_user):
    case = a_case(grid, chair, officer=pair[0])
    acts.join_case(case, pair[1], by=chair)
    with_authenticator(pair[0])
    client = proved(as_user(fresh(pair[0])))
    url = reverse("mediation:case_leave", args=[case.pk])
    answer = client.post(url, filled(client.get(url), person=pair[0].pk, recuse="on", words="是表姐"))

    assert answer.headers["Location"] == reverse("mediation:case_list")
    assert (fresh(case).officer, sees(pair[0]), CaseBar.objects.get().user) == (pair[1], 0, pair[0])
    client.get(reverse("mediation:case_list"))
    gone = client.get(reverse("mediation:case_detail", args=[5]))
    assert bare(client.get(case.get_absolute_url())) == bare(gone)


def test_a_helper_takes_out_nobody_but_herself(grid, chair, pair, as_user):
    case = a_case(grid, chair, officer=pair[0])
    acts.join_case(case, pair[1], by=chair)
    with_authenticator(pair[1])
    client = proved(as_user(fresh(pair[1])))
    url = reverse("mediation:case_leave", args=[case.pk])
    client.post(url, filled(client.get(url), person=pair[0].pk))

    assert [one.to_on for one in CaseMember.objects.all()] == [None, None]
    assert client.get(reverse("mediation:case_join", args=[case.pk])).status_code == 404


def test_no_case_is_left_without_anybody_in_silence(grid, chair, community, pair, as_user):
    party = ResidentFactory(area=grid)
    case, lead = a_case(grid, chair, party, "张强", officer=pair[0]), a_lead(grid, chair, party, officer=pair[0])
    row = CaseMember.objects.get()
    url = reverse("mediation:step_back", args=[_named(pair[0]).pk])
    desk = as_user(fresh(chair))
    page = desk.post(url, filled(desk.get(url), resident=party.pk), follow=True).content.decode()

    assert "现在没有人办，请马上另行指定" in page
    assert (fresh(case).officer, fresh(lead).officer, fresh(row).to_on) == (None, None, today())
    assert case.entries.get().body == {"by": "", "words": NOBODY}
    assert (waiting_count(fresh(chair)), waiting_count(fresh(pair[1]))) == (1, 0)


def test_stepping_back_from_people_without_a_case_says_nothing_more(grid, chair, pair):
    assert step_back(_named(pair[0]), ResidentFactory(area=grid), kin=False, why="", by=chair) == []


def test_a_helper_with_an_open_case_is_not_let_go(grid, chair, pair):
    case = a_case(grid, chair, officer=pair[0])
    acts.join_case(case, pair[1], by=chair)

    with pytest.raises(ValidationError, match="没办结的案件"):
        end_mediator(_named(pair[1]), by=chair)
    acts.leave_case(case, pair[1], words="", by=chair)
    assert end_mediator(_named(pair[1]), by=chair).ended_on == today()


def test_a_term_ended_twice_ends_once(chair, pair):
    stale = _named(pair[0])
    end_mediator(_named(pair[0]), by=chair)

    with pytest.raises(ValidationError, match="不再担任"):
        end_mediator(stale, by=chair)


def test_the_rows_hold_themselves(grid, chair, pair):
    case = a_case(grid, chair, officer=pair[0])
    sql = "INSERT INTO mediation_casemember (id, case_id, user_id, leads, from_on, to_on) VALUES (%s, %s, %s, %s, %s, %s)"
    wrong = [
        (1, case.pk, pair[1].pk, True, today(), None),
        (2, case.pk, pair[0].pk, False, today(), None),
        (3, case.pk, pair[1].pk, False, today(), today() - timedelta(days=1)),
    ]
    for row in wrong:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, row)


def test_the_ledger_is_one_row_of_the_trail(grid, chair, as_user):
    leads = {a_lead(grid, chair).pk for _ in range(3)}
    with_authenticator(chair)
    client, before = proved(as_user(chair)), set(SealedEvent.objects.values_list("pk", flat=True))
    client.get("/mediation/leads/ledger/")
    row = SealedEvent.objects.exclude(pk__in=before).get()

    assert set(row.content["detail"]["leads"]) == leads


def test_the_page_before_the_second_factor_names_no_compartment(chair, as_user):
    page = as_user(chair).get("/mediation/leads/").content.decode()

    assert ("受限档案" in page, "先设登录保护" in page) == (False, True)


def _named(user):
    return Mediator.objects.get(user=User.objects.get(pk=user.pk))
