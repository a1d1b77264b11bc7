"""The list of successors: who fits and why (pure), how somebody gets on it and off it, and the page within the app.

Posts of other apps are looked at in tests/test_succession_posts.py."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.posts import Post, PostKind, posts
from fedhub.areas.moving import place_followers
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from groups.backbone_enums import Grade, SuccessorState
from groups.models import Successor
from groups.services.succession import drop_successor, nominate, refuse_successor
from groups.succession import Facts, candidates, facts_of, fits, positions
from groups.tests.factories import GroupFactory, MemberFactory
from groups.tests.factories_backbone import (
    BackboneFactory,
    EvaluationFactory,
    HonourFactory,
    SuccessorFactory,
    TrainingFactory,
    ended,
    task_at,
)

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
TODAY = timezone.localdate
LEADER = posts["group_leader"]
MEDIATOR = PostKind("m", 1, "调解员", "x", None, ("mediation", "law"), must=True)


def read(row):
    return type(row).objects.get(pk=row.pk)


def post_of(group, **facts):
    return Post(
        **{"ref": group.pk, "name": f"{group.name}队长", "area_id": group.area_id, "code": group.area.code,
           "hint": group.kind} | facts
    )  # fmt: skip


def url(name, *args):
    return reverse(f"groups:{name}", args=args)


# --- who fits -----------------------------------------------------------------------------------------------------------
def test_what_speaks_for_her_is_said(community):
    team = GroupFactory(kind="arts")
    one = BackboneFactory(skills=["arts", "law"], level="district")
    facts = Facts(one, grade=(2025, Grade.EXCELLENT), done=2, trainings=3, honours=1, roles={team.pk: "deputy"})

    score, reasons = fits(LEADER, post_of(team), facts)

    assert reasons == [
        "擅长文艺", "在队里是副队长", "区级骨干", "2025 年评价优秀", "办好任务 2 件", "参加培训 3 次", "获荣誉 1 项",
    ]  # fmt: skip
    assert score == 4 + 5 + 2 + 4 + 2 + 3 + 1


def test_who_holds_the_post_or_lives_elsewhere_is_not_thought_of(community):
    team, one = GroupFactory(), BackboneFactory()

    assert fits(LEADER, post_of(team, people=frozenset({one.resident_id})), Facts(one)) is None
    assert fits(LEADER, post_of(team, code="330106003013"), Facts(one)) is None


def test_a_post_that_asks_for_a_skill_gets_nobody_without_it(community):
    team = GroupFactory()
    post = post_of(team, hint="")

    assert fits(MEDIATOR, post, Facts(BackboneFactory(skills=["arts"]))) is None
    assert fits(MEDIATOR, post, Facts(BackboneFactory(skills=["law"]))) == (4, ["擅长法律"])


def test_a_grid_is_first_of_all_for_those_who_live_in_it(grid, other_grid):
    here, there = BackboneFactory(skills=["arts"]), BackboneFactory(skills=["arts"], resident__area=other_grid)
    post = Post(ref=grid.pk, name="第一网格网格长", area_id=grid.pk, code=grid.code)

    found = candidates(posts["grid_head"], post, [Facts(there), Facts(here)])

    assert found == [(here, ["住在本网格"]), (there, [])]


def test_whoever_was_found_wanting_comes_last_and_a_namesake_is_marked(community):
    team = GroupFactory()
    good, poor = BackboneFactory(skills=["arts"]), BackboneFactory(skills=["arts"])
    namesake = BackboneFactory(skills=["arts"], resident__name="李红梅")
    women = [Facts(namesake), Facts(poor, grade=(2025, Grade.POOR)), Facts(good)]

    found = candidates(LEADER, post_of(team, holders=("李红梅",)), women)

    assert [backbone for backbone, _ in found] == [good, poor, namesake]
    assert found[2][1][-1] == "和现任同名，请核对"


@pytest.mark.parametrize("rows", [1, 3])
def test_all_that_speaks_for_all_is_read_at_once(chair, rows, django_assert_num_queries):
    for _ in range(rows):
        one = BackboneFactory()
        TrainingFactory(backbone=one)
        HonourFactory(backbone=one)
        EvaluationFactory(backbone=one)
        task_at("done", backbone=one)
        MemberFactory(resident=one.resident)
    ended(resident__name="孙玉梅")
    chair.scope("groups.view_backbone"), chair.scope("groups.view_evaluation")

    with django_assert_num_queries(6):
        found = facts_of(chair)

    assert [(one.done, one.trainings, one.honours, one.grade[1], len(one.roles)) for one in found] == [
        (1, 1, 1, "excellent", 1)
    ] * rows


# --- naming -------------------------------------------------------------------------------------------------------------
def test_somebody_is_proposed_once_with_a_reason(chair):
    team, one = GroupFactory(), BackboneFactory()

    row = nominate(LEADER, post_of(team), one, why="会带队", by=chair)

    assert (row.kind, row.ref, row.post, row.area, row.proposed_by) == (
        "group_leader", team.pk, "巾帼文艺宣传队队长", team.area, chair,
    )  # fmt: skip
    for woman, facts, why, said in (
        (one, {}, "再提", "已经在这个岗位的后备名单上"),
        (one, {}, " ", "请写推荐理由"),
        (BackboneFactory(), {"people": None}, "会带队", "她就是现任"),
        (ended(resident__name="孙玉梅"), {}, "会带队", "已经不是骨干"),
    ):
        holders = {"people": frozenset({woman.resident_id})} if facts else {}
        with pytest.raises(ValidationError, match=said):
            nominate(LEADER, post_of(team, **holders), woman, why=why, by=chair)
    assert Successor.objects.count() == 1


def test_reasons_are_asked_for(chair):
    row = SuccessorFactory()
    for act in (refuse_successor, drop_successor):
        with pytest.raises(ValidationError, match="请写为什么"):
            act(row, why=" ", by=chair)

    assert read(row).state == SuccessorState.PROPOSED


@pytest.mark.parametrize(
    "change",
    ["state = 'x'", "state = 'agreed'", "decided_on = '2026-01-01'", "state = 'refused', decided_on = proposed_on"],
)
def test_the_database_refuses_what_cannot_be(change):
    SuccessorFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE groups_successor SET {change}")


def test_who_stands_for_a_post_follows_when_its_place_is_closed(grid, other_grid):
    row = SuccessorFactory()

    for follow in place_followers:
        follow([grid.pk], other_grid)

    assert read(row).area == other_grid


# --- the page -----------------------------------------------------------------------------------------------------------
def test_posts_without_a_successor_come_first_vacant_ones_before_those_held(chair):
    held, covered, vacant = (GroupFactory(name=name) for name in ("合唱队", "舞蹈队", "读书会"))
    for team in (held, covered):
        MemberFactory(group=team, role="leader", resident__name="孙玉梅")
    named = SuccessorFactory(area=covered.area, kind="group_leader", ref=covered.pk)

    lines, gone = positions(chair)

    leaders = [line for line in lines if line.kind.key == "group_leader"]
    assert [(line.post.ref, line.post.holders) for line in leaders] == [
        (vacant.pk, ()), (held.pk, ("孙玉梅",)), (covered.pk, ("孙玉梅",)),
    ]  # fmt: skip
    assert ([row for row, _ in leaders[2].standing], gone) == ([named], [])
    assert lines[-1].post.ref == covered.pk


def test_the_list_is_narrowed_to_one_place(client, chair, grid, other_grid):
    page = client.get(url("succession"), {"area": grid.pk})

    assert {(line.kind.key, line.post.ref) for line in page.context["lines"]} == {("grid_head", grid.pk)}
    assert page.context["print_url"].endswith(f"?area={grid.pk}")


def test_who_stands_for_a_group_that_is_no_more_is_shown_apart(client, chair):
    row = SuccessorFactory(kind="group_leader", ref=999)

    page = client.get(url("succession"))

    assert [one for one, _ in page.context["gone"]] == [row]
    assert "岗位已经没有了" in page.content.decode()


def test_somebody_is_proposed_put_on_the_list_and_taken_off(client, chair):
    team, one = GroupFactory(), BackboneFactory(skills=["arts"])
    page = client.get(url("nominate", "group_leader", team.pk))
    assert "王桂兰（擅长文艺）" in page.content.decode()
    refused = client.post(page.request["PATH_INFO"], filled(page, why="会带队"))
    assert (refused.status_code, "会带队" in refused.content.decode()) == (200, True)

    answer = client.post(page.request["PATH_INFO"], filled(page, backbone=one.pk, why="会带队"))
    row = Successor.objects.get()
    assert answer.headers["Location"] == f"{url('succession')}#post-group_leader-{team.pk}"
    client.post(url("successor_step", row.pk, "agree"))
    assert read(row).state == SuccessorState.AGREED
    assert "会带队" in client.get(url("succession_print")).content.decode()
    page = client.get(url("successor_reason", row.pk, "drop"))
    client.post(page.request["PATH_INFO"], filled(page, why="太忙"))
    assert (read(row).state, read(row).ended_why) == (SuccessorState.DROPPED, "太忙")


def test_a_post_that_is_none_and_a_step_that_is_none_are_not_found(client, chair):
    row = SuccessorFactory()

    for address in (
        url("nominate", "group_leader", 999),
        url("nominate", "nothing", 1),
        url("successor_reason", row.pk, "x"),
    ):
        assert client.get(address).status_code == 404
    assert client.post(url("successor_step", row.pk, "x")).status_code == 404
    assert client.get(url("succession"), {"area": "x"}).status_code == 404


def test_a_worker_and_a_stranger_get_nothing(as_user, worker, stranger):
    row = SuccessorFactory(kind="group_leader", ref=GroupFactory(name="清和合唱队").pk)
    addresses = (url("succession"), url("succession_print"), url("successor_reason", row.pk, "drop"))

    assert [as_user(worker).get(address).status_code for address in addresses] == [404, 404, 404]
    client = as_user(stranger)
    shown = [client.get(address).content.decode() for address in addresses[:2]]
    assert [words in page for page in shown for words in ("清和合唱队", "王桂兰", "第一网格")] == [False] * 6
    assert client.get(addresses[2]).status_code == 404
    assert client.get(url("nominate", "group_leader", row.ref)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_posts(client, chair, rows):
    for _ in range(rows):
        team = GroupFactory()
        MemberFactory(group=team, role="leader")
        SuccessorFactory(area=team.area, kind="group_leader", ref=team.pk)

    page, number = queries_beyond(client, url("succession"), SHELL)

    assert sum(bool(line.standing) for line in page.context["lines"]) == rows
    assert number == 17
