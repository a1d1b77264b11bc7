"""Which volunteers fit, why, and who must not be asked; twins that differ in their family alone are equal."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.enums import FreeTime, ServiceKind, VolunteerState
from groups.matching import Ready, Wanted, fit, ranked, stops_asking
from groups.need_enums import Near, Strain, Tongue
from groups.need_queries import ready_of, wanted_of
from groups.tests.factories import ServiceFactory, VolunteerFactory, at, service_at
from groups.tests.factories_need import ServiceNeedFactory, home, need_of, offer_at
from households.tests.factories import MembershipFactory, ResidentFactory

UNTIL = date(2026, 12, 31)
NEED = Wanted(
    kind="tutoring", until=UNTIL, skill="数学、英语", times=frozenset({"weekend_am"}), place="330106003012001", home=7
)
TEACHER = Ready(
    key=1, kinds=frozenset({"tutoring"}), skills="数学、语文", times=frozenset({"weekend_am", "weekday_pm"}),
    place="330106003012001", sex="2", done=12, load=1,
)  # fmt: skip


def test_who_fits_is_told_in_words():
    found = fit(TEACHER, NEED)

    assert found.reasons == [
        "愿意做辅导功课", "会数学", "周末上午有空", "同一个网格", "现在接了 1 件", "做过辅导功课 12 次",
    ]  # fmt: skip
    assert (found.doubts, found.stops) == ([], "")


def test_what_speaks_against_is_told_too():
    other = Ready(key=2, kinds=frozenset({"arts"}), times=frozenset({"weekday_am"}), place="330106003013001",
                  load=3, refused=2)  # fmt: skip

    assert fit(other, replace(NEED, tongues=frozenset({"yue"}))).doubts == [
        "没有说过愿意做辅导功课", "没有登记会数学、英语", "要周末上午，她这些时候没空", "不在同一个社区", "没有登记会说粤语",
        "已经接了 3 件，她说最多 3 件", "这样的事婉拒过 2 次",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("her", "need", "why"),
    [
        ({"state": VolunteerState.PAUSED}, {}, "现在暂停服务"),
        ({"state": VolunteerState.PENDING}, {}, "还没有审核通过"),
        ({"state": VolunteerState.LEFT}, {}, "已经退出"),
        ({"state": VolunteerState.REFUSED}, {}, "没有通过审核"),
        ({"homes": frozenset({7})}, {}, "就是这户的人"),
        ({"grown": False, "guardian": True}, {"risky": True}, "未满十八周岁，不安排有风险的服务"),
        ({"grown": False, "guardian": True}, {"at_night": True}, "未满十八周岁，不安排夜里的服务"),
        ({"grown": False}, {}, "未满十八周岁，还没有监护人的同意书"),
        ({}, {"risky": True}, "有风险的服务要先买意外保险（志愿服务条例第十七条）"),
        ({"covered_until": UNTIL - timedelta(days=1)}, {"risky": True}, "意外保险只到 2026-12-30，不到服务结束"),
        ({"limits": frozenset({Strain.LIFTING})}, {"strains": frozenset({Strain.LIFTING, Strain.WALKING})},
         "她说过身体不适合做这样的事（志愿服务条例第十五条）"),
        ({"limits": frozenset({Strain.LATE})}, {"times": frozenset({FreeTime.WEEKDAY_EVE})},
         "她说过身体不适合做这样的事（志愿服务条例第十五条）"),
        ({"limits": frozenset({Strain.LATE})}, {"at_night": True}, "她说过身体不适合做这样的事（志愿服务条例第十五条）"),
        ({"aged": False}, {"risky": True}, "出生日期没有登记，不安排有风险、夜里的服务"),
        ({"aged": False}, {"at_night": True}, "出生日期没有登记，不安排有风险、夜里的服务"),
        ({"sex": "1"}, {"only_women": True}, "只要女志愿者"),
        ({"sex": ""}, {"only_women": True}, "只要女志愿者，她的性别没有登记"),
        ({"asked_before": "这件事问过她，她这次不去"}, {}, "这件事问过她，她这次不去"),
    ],
)  # fmt: skip
def test_who_must_not_be_asked(her, need, why):
    found = fit(replace(TEACHER, **her), replace(NEED, **need))

    assert (found.stops, found.score, found.reasons) == (why, 0, [])


@pytest.mark.parametrize(
    ("her", "need"),
    [
        ({"grown": False, "guardian": True}, {}),
        ({"covered_until": UNTIL}, {"risky": True}),
        ({"limits": frozenset({Strain.ANIMALS})}, {"strains": frozenset({Strain.LIFTING})}),
        ({"limits": frozenset({Strain.LATE})}, {"times": frozenset({"weekday_eve", "weekend_am"})}),
        ({"homes": frozenset({8})}, {}),
        ({"homes": frozenset({0})}, {"home": 0}),
    ],
)
def test_who_may_be_asked(her, need):
    assert stops_asking(replace(TEACHER, **her), replace(NEED, **need)) == ""


def test_the_best_come_first_and_the_stopped_apart():
    far = replace(TEACHER, key=2, place="330106003012009")
    busy = replace(TEACHER, key=3, load=3)
    paused = replace(TEACHER, key=4, state=VolunteerState.PAUSED)

    may, stopped = ranked([paused, busy, far, replace(TEACHER, key=5), TEACHER], NEED)

    assert ([one.key for one in may], [one.key for one in stopped]) == ([1, 5, 2, 3], [4])


READY = st.builds(
    Ready, key=st.integers(1, 9), state=st.sampled_from(VolunteerState.values), grown=st.booleans(),
    guardian=st.booleans(), sex=st.sampled_from(["", "1", "2"]), kinds=st.frozensets(st.sampled_from(ServiceKind.values)),
    skills=st.sampled_from(["", "数学", "量血压"]), times=st.frozensets(st.sampled_from(FreeTime.values)),
    tongues=st.frozensets(st.sampled_from(Tongue.values)), limits=st.frozensets(st.sampled_from(Strain.values)),
    near=st.sampled_from(Near.values), place=st.sampled_from(["", "330106003012", "330106003012001", "330106003012002"]),
    homes=st.frozensets(st.integers(1, 3)), covered_until=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    load=st.integers(0, 5), cap=st.integers(1, 5), done=st.integers(0, 30), refused=st.integers(0, 3),
    asked_before=st.sampled_from(["", "问过"]),
)  # fmt: skip
WANTED = st.builds(
    Wanted, kind=st.sampled_from(ServiceKind.values), until=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    skill=st.sampled_from(["", "数学"]), times=st.frozensets(st.sampled_from(FreeTime.values)),
    tongues=st.frozensets(st.sampled_from(Tongue.values)), strains=st.frozensets(st.sampled_from(Strain.values)),
    near=st.sampled_from(Near.values), place=st.sampled_from(["", "330106003012", "330106003012001"]),
    home=st.integers(0, 3), risky=st.booleans(), at_night=st.booleans(), only_women=st.booleans(),
)  # fmt: skip


@given(READY, WANTED)
def test_a_stop_has_no_score_and_a_fit_no_stop(her, need):
    found = fit(her, need)

    assert bool(found.stops) == bool(stops_asking(her, need))
    assert found.score == 0 if found.stops else found.score >= 0


@given(READY, WANTED)
def test_no_minor_goes_at_night_to_risks_or_without_her_guardian(her, need):
    if not her.grown and (need.risky or need.at_night or not her.guardian):
        assert fit(her, need).stops != ""


@given(READY, WANTED)
def test_nobody_goes_to_risks_without_an_insurance_to_the_end(her, need):
    if need.risky and (her.covered_until is None or her.covered_until < need.until):
        assert fit(her, need).stops != ""


@given(READY, WANTED, st.frozensets(st.integers(4, 9)))
def test_twins_that_live_in_other_families_are_equal(her, need, homes):
    """Of a family it counts alone whether it is this one: how many live there and who they are is not known."""
    own = her.homes & {need.home}
    assert fit(replace(her, homes=own | homes), need) == fit(replace(her, homes=own), need)


@given(READY, WANTED)
def test_more_experience_and_less_load_never_count_against_her(her, need):
    base = fit(her, need)
    assert fit(replace(her, done=her.done + 1), need).score >= base.score
    assert fit(replace(her, load=max(0, her.load - 1)), need).score >= base.score


def test_nothing_of_her_family_status_is_known_here():
    names = {field.name for kind in (Ready, Wanted) for field in fields(kind)}

    assert not names & {"marital", "married", "children", "household", "family", "relation", "category"}


# --- out of the books ---------------------------------------------------------------------------------------------------
def ready(volunteer, need):
    return ready_of(type(volunteer).objects.filter(pk=volunteer.pk), need)[0]


@pytest.mark.django_db
def test_twins_of_whom_one_is_married_with_children_are_equal(grid):
    need = need_of(home(grid))
    first = VolunteerFactory(resident=ResidentFactory(area=grid, marital="10", children=0, sex="2"))
    second = VolunteerFactory(resident=ResidentFactory(area=grid, marital="20", children=3, sex="2"))
    MembershipFactory(household__area=grid, resident=second.resident)
    one, two = ready(first, need), ready(second, need)

    assert fit(replace(one, key=0), wanted_of(need)) == fit(replace(two, key=0), wanted_of(need))


@pytest.mark.django_db
def test_what_counts_is_read_from_the_books(grid):
    need = need_of(home(grid))
    row = VolunteerFactory(
        resident=need.resident, insured_from=at(days=1).date(), insured_until=UNTIL + timedelta(9999)
    )
    offer_at("asked", ServiceNeedFactory(), volunteer=row)
    offer_at("declined", ServiceNeedFactory(), volunteer=row)
    service_at("counted", volunteer=row)
    ServiceFactory(volunteer=row, started_at=at(days=3))

    found = ready(row, need)

    assert (found.load, found.refused, found.done, found.place) == (1, 1, 1, grid.code)
    assert (found.homes, found.covered_until) == (frozenset({need.household_id}), row.insured_until)
    assert stops_asking(found, wanted_of(need)) == "就是这户的人"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "side", "why"),
    [
        ("declined", "volunteer", "这件事问过她，她这次不去"),
        ("refused", "served", "这一家没有同意她来"),
        ("taken_back", "served", "这一家没有同意她来"),
        ("taken_back", "volunteer", "她收回过这件事"),
        ("lapsed", "office", ""),
    ],
)
def test_whoever_was_asked_before_is_not_pressed(grid, state, side, why):
    need, row = need_of(home(grid)), VolunteerFactory()
    offer_at(state, need, volunteer=row, ended_side=side)

    assert ready(row, need).asked_before == why
