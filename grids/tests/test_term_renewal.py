"""换届: the next term with those who go on, the duties of the others end with their access; counted first."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.tests.factories import UserFactory
from fedhub.areas.tests import factories as places
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from grids.enums import DutyRole
from grids.models import Duty, HandOver, Term, TermMember
from grids.services.duty import assign_duty
from grids.services.handover import undo_hand_over
from grids.services.term import renew_term, renewal_of
from grids.tests.factories import TermFactory, TermMemberFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def term(community, chair):
    return TermFactory(area=community, name="第二届", starts_on=datetime.date(2021, 5, 1))


def seat(term, name, *duties, by, role="committee"):
    """A member with an account and duties: (place, role)."""
    person = UserFactory(name=name)
    for area, duty_role in duties:
        assign_duty(Duty(area=area, person=person, role=duty_role, valid_from=datetime.date(2025, 3, 1)), by=by)
    return TermMemberFactory(term=term, name=name, user=person, role=role, duty="包保网格", workplace="小学")


@pytest.fixture
def members(term, chair, grid, other_grid):
    """One who goes on, one who leaves with two duties, one who leaves and has no account."""
    return [
        seat(term, "何晓燕", (grid, DutyRole.COMMITTEE), by=chair),
        seat(term, "吴静", (grid, DutyRole.COMMITTEE), (other_grid, DutyRole.WORKER), by=chair),
        TermMemberFactory(term=term, name="郑丽", role="delegate"),
    ]


def new_term(**fields):
    return Term(**{"name": "第三届", "starts_on": today(), **fields})


def test_who_goes_on_sits_in_the_new_term_and_the_others_duties_end(chair, term, members, grid, other_grid):
    stays, leaves, delegate = members

    new, given = renew_term(term, new_term(), [(stays, "vice_chair"), (leaves, ""), (delegate, "")], by=chair)

    term.refresh_from_db()
    assert (term.ends_on, new.area, new.starts_on) == (today() - DAY, term.area, today())
    assert list(new.members.values_list("name", "role", "duty", "workplace", "user", "starts_on")) == [
        ("何晓燕", "vice_chair", "包保网格", "小学", stays.user_id, today())
    ]
    assert term.members.count() == 3
    assert list(Duty.objects.in_force().values_list("person", "area")) == [(stays.user_id, grid.pk)]
    ended = Duty.objects.filter(person=leaves.user).order_by("area__code")
    assert list(ended.values_list("area", "valid_to", "end_why")) == [
        (grid.pk, today() - DAY, "换届"), (other_grid.pk, today() - DAY, "换届"),
    ]  # fmt: skip
    assert set(RoleGrant.objects.in_force().exclude(user=chair).values_list("user", flat=True)) == {stays.user_id}
    assert [(row.from_person, row.duties, row.reason) for row in given] == [(leaves.user, 2, "换届")]
    assert AuditEvent.objects.filter(action="grids.term.renew").count() == 1


def test_the_ended_duties_can_be_taken_back_on_the_same_day(chair, term, members):
    seats = [(member, "" if member.name == "吴静" else member.role) for member in members]
    _, (row,) = renew_term(term, new_term(), seats, by=chair)

    undo_hand_over(row, by=chair)

    assert Duty.objects.in_force().count() == 3


def test_who_only_leaves_the_committee_may_stay_a_grid_worker(chair, term, members, other_grid):
    stays, leaves, delegate = members
    seats = [(stays, "committee"), (leaves, ""), (delegate, "delegate")]

    renewal = renewal_of(term, seats, workers=False)
    renew_term(term, new_term(), seats, workers=False, by=chair)

    assert (renewal.stay, renewal.leave, renewal.people, len(renewal.duties), renewal.bare) == (2, 1, 1, 1, [])
    assert list(Duty.objects.in_force().filter(person=leaves.user).values_list("area", "role")) == [
        (other_grid.pk, "worker")
    ]


def test_duties_in_another_community_stay(chair, stranger, term, members):
    stays, leaves, delegate = members
    elsewhere = places.grid(1, places.community(13, "翠苑社区"))
    duty = assign_duty(Duty(area=elsewhere, person=leaves.user, role=DutyRole.WORKER), by=stranger)

    renew_term(term, new_term(), [(stays, "committee"), (leaves, ""), (delegate, "")], by=chair)

    assert list(Duty.objects.in_force().filter(person=leaves.user)) == [duty]


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"starts_on": datetime.date(2021, 5, 1)}, "要在这一届开始（2021-05-01）之后"),
    ({"name": "第二届"}, "已经有“第二届”了"),
    ({"nobody": True}, "没有一个人进入新的一届"),
])  # fmt: skip
def test_what_cannot_be_changes_nothing(chair, term, members, fields, sentence):
    stay = "" if fields.pop("nobody", False) else "committee"

    with pytest.raises(ValidationError, match=sentence):
        renew_term(term, new_term(**fields), [(member, stay) for member in members], by=chair)

    assert Term.objects.count() == 1
    assert Duty.objects.in_force().count() == 3


def test_the_page_counts_first_and_acts_on_the_second_click(as_user, chair, term, members):
    boss, url = as_user(chair), reverse("grids:term_renew", args=[term.pk])
    page = boss.get(url)
    assert page.context["form"].initial["name"] == "第三届"
    leaves = {f"seat_{member.pk}": "leave" for member in members[1:]}

    seen = boss.post(url, filled(page, starts_on=today().isoformat(), **leaves))

    assert Term.objects.count() == 1
    assert seen.context["form"].told == (
        f"连任 1 人，离任 2 人。离任的 1 人负责的 2 项包保从 {today():%Y-%m-%d} 起结束，权限同时收回。"
        "这些地方以后没有人负责：第二网格。没有问题就再点一次“换届”。"
    )
    assert "还没有换届，先看清楚" in seen.content.decode()
    changed = boss.post(url, filled(seen, **{f"seat_{members[2].pk}": "delegate"}))
    assert "连任 2 人，离任 1 人" in changed.context["form"].told
    assert Term.objects.count() == 1

    answer, twice = (boss.post(url, filled(changed)) for _ in range(2))

    new = Term.objects.get(name="第三届")
    assert answer.url == twice.url == new.get_absolute_url()
    assert set(new.members.values_list("name", flat=True)) == {"何晓燕", "郑丽"}
    assert HandOver.objects.get().from_person == members[1].user
    assert boss.get(url).status_code == 404


def test_a_term_with_a_later_one_does_not_change_again(as_user, chair, term, members):
    TermFactory(area=term.area, name="第三届", starts_on=today())

    assert as_user(chair).get(reverse("grids:term_renew", args=[term.pk])).status_code == 404
    assert "换届" not in as_user(chair).get(term.get_absolute_url()).content.decode()
    with pytest.raises(ValidationError, match="后面已经有新的一届"):
        renew_term(term, new_term(name="第四届"), [(members[0], "chair")], by=chair)


def test_only_who_keeps_the_roster_changes_terms(as_user, worker, stranger, term, members):
    for who in (worker, stranger):
        assert as_user(who).get(reverse("grids:term_renew", args=[term.pk])).status_code == 404
        assert as_user(who).post(reverse("grids:term_renew", args=[term.pk])).status_code == 404
    assert TermMember.objects.count() == 3


def test_the_roster_leads_to_hand_over_and_renewal(as_user, chair, term, members):
    page = as_user(chair).get(term.get_absolute_url()).content.decode()

    assert reverse("grids:term_renew", args=[term.pk]) in page
    assert reverse("grids:handover_create", args=[members[1].user_id]) in page
