"""When two concerns are perhaps the same matter: sentences from the desk, and what always holds."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.models import Concern
from concerns.queries import SIMILAR_DAYS, similar_concerns, similar_to
from concerns.services.together import join_concerns
from concerns.similar import LIKELY, Said, likeness
from concerns.tests.factories import ConcernFactory, concern_at
from fedhub.areas.tests.factories import community as place
from households.tests.factories import HouseholdFactory, ResidentFactory

DAY = datetime.timedelta(days=1)
HINT = reverse("concerns:similar")
CREATE = reverse("concerns:concern_create")


# --- words alone --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("楼道灯不亮", "3幢楼道的灯坏了"),
        ("楼道灯不亮", "夏老太太说三号楼二单元楼道里的灯坏了好几天了，晚上不敢下楼"),
        ("3幢楼道灯不亮", "三号楼的楼道灯坏了"),
        ("楼梯间电灯不亮", "楼道灯坏了"),
        ("门口路灯坏了", "小区门口的路灯不亮"),
        ("路灯不亮", "路灯坏了"),
        ("想找工作", "想找个离家近的工作"),
        ("想找份活干", "找工作"),
        ("暑期托管班什么时候报名", "想给孩子报暑期托管"),
        ("电梯坏了", "电梯经常故障"),
        ("楼上漏水", "楼上卫生间漏水到我家"),
        ("低保申请", "怎么申请低保"),
        ("ＷiFi信号差", "wifi 信号很差"),
    ],
)
def test_the_same_matter_in_other_words_is_likely(one, other):
    assert likeness(Said(one), Said(other)) >= LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("楼道灯不亮", "想找工作"),
        ("楼道堆放杂物", "楼道灯不亮"),
        ("电梯坏了", "楼道灯坏了"),
        ("楼上漏水", "楼上夫妻吵架"),
        ("孩子上学", "孩子看病"),
        ("想找工作", "孩子想找对象"),
        ("楼道灯坏了", "楼道窗户坏了"),
        ("", "楼道灯坏了"),
        ("，。！", "，。！"),
    ],
)
def test_another_matter_is_not(one, other):
    assert likeness(Said(one), Said(other)) < LIKELY


def test_the_place_counts_like_the_words():
    lamp = Said("楼道灯不亮", "3幢")

    assert likeness(lamp, Said("3幢楼道灯坏了")) == 1
    assert likeness(lamp, Said("楼道灯坏了", "5幢")) < likeness(lamp, Said("楼道灯坏了"))


def test_another_topic_makes_it_less_likely_but_not_impossible():
    one = Said("楼道灯不亮", topic="1")

    assert LIKELY < likeness(one, Said("楼道灯坏了", topic="2")) < likeness(one, Said("楼道灯坏了", topic="1")) == 1
    assert likeness(one, Said("楼道灯坏了")) == 1


WORDS = st.text(alphabet="楼道灯不亮坏了路三号3幢想找工作孩子的 a，", max_size=20)
SAID = st.builds(Said, WORDS, WORDS, st.sampled_from(["", "1", "2"]))


@given(SAID, SAID)
def test_likeness_is_the_same_both_ways_and_lies_between_nothing_and_one(one, other):
    value = likeness(one, other)

    assert value == likeness(other, one)
    assert 0 <= value <= 1


@given(SAID)
def test_nothing_is_more_like_it_than_itself(one):
    assert likeness(one, one) in (0, 1)


# --- asked of the data --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_only_open_and_recent_ones_in_sight_are_suggested(worker, grid, other_grid):
    today = timezone.localdate()
    old = {"raised_on": today - (SIMILAR_DAYS + 1) * DAY}
    fresh = ConcernFactory(area=grid, title="3幢楼道灯坏了")
    waiting = ConcernFactory(area=grid, title="楼道灯坏了好久", **old)
    ConcernFactory(area=other_grid, title="楼道灯不亮")
    concern_at("closed", area=grid, title="楼道灯不亮", **old)

    found = similar_concerns(Said("楼道灯不亮"), area=grid, user=worker)

    assert {one.pk for one in found} == {fresh.pk, waiting.pk}


@pytest.mark.django_db
def test_another_community_is_not_asked(grid, district):
    officer, there = user_with(Role.CHAIR, district), place(13, "翠苑社区")
    near = ConcernFactory(area=grid)
    far = ConcernFactory(area=there)

    assert [one.pk for one in similar_concerns(Said("楼道灯不亮"), area=grid, user=officer)] == [near.pk]
    assert [one.pk for one in similar_concerns(Said("楼道灯不亮"), area=there, user=officer)] == [far.pk]
    assert len(similar_concerns(Said("楼道灯不亮"), area=None, user=officer)) == 2


@pytest.mark.django_db
def test_a_follower_leads_to_its_lead_and_ones_own_group_is_left_out(chair, grid):
    lead, follower = ConcernFactory(area=grid, title="三楼太暗"), ConcernFactory(area=grid, title="楼道灯不亮")
    join_concerns(lead, [follower], by=chair)
    new = ConcernFactory(area=grid, title="楼道灯坏了")

    found = similar_to(new, chair)

    assert [(one.pk, one.lead, one.note) for one in found] == [(follower.pk, lead.pk, f"已并入 {lead.number}")]
    assert similar_to(lead, chair) == [] == [one for one in similar_to(follower, chair) if one.pk == lead.pk]


@pytest.mark.django_db
def test_a_lead_out_of_ones_grid_is_seen_but_not_joined(chair, worker, grid, other_grid):
    lead, follower = ConcernFactory(area=other_grid), ConcernFactory(area=grid)
    join_concerns(lead, [follower], by=chair)

    found = similar_concerns(Said("楼道灯不亮"), area=grid, user=worker)

    assert [(one.pk, one.may_join) for one in found] == [(follower.pk, False)]


@pytest.mark.django_db
def test_a_merged_matter_is_one_line_and_that_of_its_lead(chair, grid):
    lead, *followers = (
        ConcernFactory(area=grid, title=title) for title in ("楼道灯坏了", "楼道灯不亮", "楼道的灯坏了")
    )
    join_concerns(lead, followers, by=chair)

    found = similar_concerns(Said("楼道灯不亮"), area=grid, user=chair)

    assert [(one.pk, one.lead, one.score) for one in found] == [(lead.pk, lead.pk, 1)]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_looking_costs_the_same_for_any_number(chair, grid, rows, django_assert_num_queries):
    for _ in range(rows):
        ConcernFactory(area=grid)
    chair.scope("concerns.view_concern")

    with django_assert_num_queries(1):
        found = similar_concerns(Said("楼道灯不亮"), area=grid, user=chair)

    assert len(found) == rows


@pytest.mark.django_db
def test_the_hint_shows_what_is_alike_and_offers_to_merge(client, worker, grid):
    known = ConcernFactory(area=grid, title="3幢楼道灯坏了")
    done = concern_at("closed", area=grid, title="楼道灯不亮")

    html = client.post(HINT, {"title": "楼道灯不亮", "join": known.pk}).content.decode()

    assert f'value="{known.pk}" checked' in html
    assert done.number in html
    assert f'value="{done.pk}"' not in html
    assert client.post(HINT, {"title": "灯"}).content.decode().strip() == ""


@pytest.mark.django_db
def test_the_hint_tells_a_stranger_nothing(as_user, stranger, grid):
    ConcernFactory(area=grid)

    answer = as_user(stranger).post(HINT, {"title": "楼道灯不亮", "area": grid.pk})

    assert answer.content.decode().strip() == ""
    assert as_user(stranger).post(f"{HINT}?household={HouseholdFactory(area=grid).pk}").status_code == 404


# --- the form -----------------------------------------------------------------------------------------------------
@pytest.fixture
def typed(grid):
    """What the form posts."""
    return {"title": "楼道灯不亮", "place": "3幢", "origin": "front_desk", "area": grid.pk,
            "raised_on": timezone.localdate().isoformat()}  # fmt: skip


@pytest.mark.django_db
def test_a_concern_is_raised_and_merged_in_one_go(client, worker, chair, grid, typed):
    lead = concern_at("assigned", area=grid, assigned_to=worker)

    client.post(CREATE, typed | {"join": lead.pk})

    new = Concern.objects.exclude(pk=lead.pk).get()
    assert (new.lead, new.status, new.assigned_to, new.place) == (lead, "assigned", worker, "3幢")


@pytest.mark.django_db
def test_a_lead_that_was_answered_meanwhile_is_refused_and_nothing_is_raised(client, worker, grid, typed):
    lead = concern_at("answered", area=grid)

    page = client.post(CREATE, typed | {"join": lead.pk})

    assert page.context["form"].errors["join"] == ["选的那件已经答复或者并走了，请重新看看有没有同一件事。"]
    assert "选的那件已经答复" in page.content.decode()
    assert Concern.objects.count() == 1


@pytest.mark.django_db
def test_another_grids_concern_is_no_lead(client, worker, grid, other_grid, typed):
    page = client.post(CREATE, typed | {"join": ConcernFactory(area=other_grid).pk})

    assert "join" in page.context["form"].errors


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("origin", "on_behalf", "told", "heard"),
    [("front_desk", "", "face", "self"), ("hotline", "", "phone", "self"), ("front_desk", "女儿", "face", "proxy")],
)
def test_a_concern_is_settled_on_the_spot_in_the_same_form(client, worker, typed, origin, on_behalf, told, heard):
    client.post(CREATE, typed | {"answer": "已告诉她报名时间。", "origin": origin, "on_behalf": on_behalf})

    concern = Concern.objects.get()
    reply = concern.replies.get()
    assert (concern.status, concern.outcome, concern.told, reply.heard) == ("closed", "on_spot", told, heard)


@pytest.mark.django_db
def test_merged_and_settled_at_once_is_asked_again(client, worker, grid, typed):
    lead = ConcernFactory(area=grid)

    page = client.post(CREATE, typed | {"answer": "好了", "join": lead.pk})

    assert page.context["form"].errors["answer"] == ["并入别的诉求就随那件一起办，不能又当场办结。请只选一样。"]
    assert [one.pk for one in page.context["similar"]] == [lead.pk]


@pytest.mark.django_db
def test_who_leaves_no_name_is_named_nowhere(client, worker, grid, typed):
    person = ResidentFactory(area=grid)

    client.post(CREATE, typed | {"anonymous": "on", "resident": person.pk, "on_behalf": "女儿", "channel": "face"})

    concern = Concern.objects.get()
    assert (concern.anonymous, concern.resident, concern.on_behalf, concern.channel) == (True, None, "", "face")


@pytest.mark.django_db
def test_without_a_name_the_place_has_to_be_chosen(client, worker, grid, typed):
    person = ResidentFactory(area=grid)

    page = client.post(CREATE, typed | {"anonymous": "on", "resident": person.pk, "area": ""})

    assert page.context["form"].errors["area"] == ["请选提出人，或者选网格（社区）。"]


@pytest.mark.django_db
def test_sent_twice_it_is_raised_and_merged_once(client, worker, grid, typed):
    lead = ConcernFactory(area=grid)
    data = typed | {"join": lead.pk, "once_key": "6f1b1c1e-0000-4000-8000-000000000002"}

    answers = {client.post(CREATE, data).url for _ in range(2)}

    assert (len(answers), lead.followers.count()) == (1, 1)
