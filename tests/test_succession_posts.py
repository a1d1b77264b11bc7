"""Posts of grid work, the committee and the micro-home on the list of successors."""

import datetime

import pytest
from django.utils import timezone

from accounts.posts import posts, posts_for
from accounts.roles import Role
from accounts.tests.factories import user_with
from grids.enums import TermRole
from grids.tests.factories import DutyFactory, TermFactory, TermMemberFactory
from groups.succession import positions
from groups.tests.factories import GroupFactory
from groups.tests.factories_backbone import BackboneFactory
from households.tests.factories import ResidentFactory
from mediation.tests.factories import a_mediator

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def found(user, key):
    return [post for kind, post in posts_for(user) if kind.key == key]


def test_each_grid_has_a_head_or_is_vacant(chair, worker, grid, other_grid):
    until = TODAY() + datetime.timedelta(days=30)
    DutyFactory(area=grid, person=worker, role="head", valid_to=until, end_why="任期满")
    DutyFactory(area=other_grid, person=worker, role="worker")

    assert [(post.ref, post.name, post.holders, post.until) for post in found(chair, "grid_head")] == [
        (grid.pk, "第一网格网格长", ("刘建芳",), until),
        (other_grid.pk, "第二网格网格长", (), None),
    ]
    assert [post.ref for post in found(worker, "grid_head")] == [grid.pk]


def test_the_seats_of_the_running_term_stand_with_its_end(chair, community):
    today, until = TODAY(), TODAY() + datetime.timedelta(days=200)
    old = TermFactory(starts_on=today.replace(year=today.year - 9), ends_on=today - datetime.timedelta(days=3))
    TermMemberFactory(term=old, role=TermRole.CHAIR, name="老主席")
    term = TermFactory(starts_on=today.replace(year=today.year - 1), ends_on=until)
    TermMemberFactory(term=term, role=TermRole.CHAIR, name="张慧敏")
    TermMemberFactory(term=term, role=TermRole.COMMITTEE, name="走了的", ends_on=today - datetime.timedelta(days=1))

    seats = {key: found(chair, f"seat_{key}") for key in ("chair", "vice_chair", "committee")}

    assert {key: [(p.ref, p.name, p.holders, p.until) for p in rows] for key, rows in seats.items()} == {
        "chair": [(community.pk, "清和社区妇联主席", ("张慧敏",), until)],
        "vice_chair": [(community.pk, "清和社区妇联副主席", (), until)],
        "committee": [(community.pk, "清和社区妇联执委", (), until)],
    }


def test_mediators_of_a_place_are_one_post_until_the_first_term_ends(chair, community, grid):
    assert [(post.holders, post.until) for post in found(chair, "mediator")] == [((), None)]
    woman, until = ResidentFactory(area=grid, name="王桂兰", birth="1962-04-01"), TODAY() + datetime.timedelta(days=9)
    a_mediator(community)
    a_mediator(community, name="王桂兰", resident=woman, term_to=until)
    a_mediator(community, name="卸任的", ended_on=TODAY())

    (post,) = found(chair, "mediator")

    assert (post.ref, post.holders, post.until, post.people) == (
        community.pk, ("王桂兰", "郑和"), until, frozenset({woman.pk}),
    )  # fmt: skip


def test_for_mediators_only_who_knows_the_law_or_mediates_is_suggested(chair, community):
    a_mediator(community)
    BackboneFactory(skills=["arts"])
    fits = BackboneFactory(skills=["law"], resident__name="李红梅")

    line = next(line for line in positions(chair)[0] if line.kind.key == "mediator")

    assert ([one for one, _ in line.suggested], "人民调解法" in line.kind.law) == ([fits], True)


def test_whoever_may_not_see_a_kind_of_post_sees_none_of_it(chair, community, stranger):
    a_mediator(community)
    GroupFactory()

    assert [
        post
        for kind, post in posts_for(user_with(Role.STREET, community, username="street"))
        if kind.key == "mediator"
    ] == []
    assert [post.area_id for _, post in posts_for(stranger) if post.area_id == community.pk] == []
    assert {kind.key for kind in posts} == {
        "group_leader", "grid_head", "seat_chair", "seat_vice_chair", "seat_committee", "mediator",
    }  # fmt: skip
