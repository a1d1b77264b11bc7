"""Hours: how long counts, never twice at once, counted after the notice, certified as counted."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups import hours as pure
from groups.enums import ServiceKind, ServiceState, VolunteerState
from groups.models import Certificate, Service, Volunteer
from groups.services import hours
from groups.tasks import count_what_was_before_the_members
from groups.tests.factories import TODAY, ServiceFactory, VolunteerFactory, at, days_ago, service_at

NINE = datetime(2026, 11, 2, 9)


# --- pure -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("minutes", "halves"), [(0, 0), (29, 0), (30, 1), (59, 1), (60, 2), (100, 3), (-30, 0), (24 * 60, 48)]
)
def test_full_half_hours_count(minutes, halves):
    assert pure.half_hours(NINE, NINE + timedelta(minutes=minutes)) == halves


@pytest.mark.parametrize(("halves", "words"), [(0, "0 小时"), (1, "0.5 小时"), (7, "3.5 小时"), (200, "100 小时")])
def test_hours_in_words(halves, words):
    assert pure.words(halves) == words


@pytest.mark.parametrize(("hours_", "stars", "left"), [(0, 0, 200), (99, 0, 2), (100, 1, 400), (1500, 5, None)])
def test_stars_by_hours(hours_, stars, left):
    steps = [100, 300, 600, 1000, 1500]
    assert (pure.stars(2 * hours_, steps), pure.to_next_star(2 * hours_, steps)) == (stars, left)


@pytest.mark.parametrize(
    ("start", "minutes", "night"),
    [((9, 0), 120, False), ((21, 0), 60, False), ((21, 0), 61, True), ((5, 0), 30, True), ((6, 0), 30, False)],
)
def test_night_is_from_ten_to_six(start, minutes, night):
    begin = datetime(2026, 11, 2, *start)
    assert pure.at_night(begin, begin + timedelta(minutes=minutes)) is night


spans = st.tuples(st.integers(0, 40), st.integers(1, 8)).map(lambda p: (p[0], p[0] + p[1]))


@given(st.lists(spans, max_size=6))
def test_overlap_of_many_is_overlap_of_some_two(found):
    pairs = [(a, b) for i, a in enumerate(found) for b in found[i + 1 :]]
    assert pure.any_overlap(found) == any(pure.overlap(a, b) for a, b in pairs)


@given(spans, spans)
def test_overlap_goes_both_ways(first, second):
    assert pure.overlap(first, second) == pure.overlap(second, first)


# --- writing down -----------------------------------------------------------------------------------------------------
pytestmark = pytest.mark.django_db


def a_service(volunteer, start, minutes=60, **facts):
    facts = {"kind": ServiceKind.TUTORING, "what": "辅导"} | facts
    return Service(volunteer=volunteer, started_at=start, ended_at=start + timedelta(minutes=minutes), **facts)


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


def test_what_was_done_is_kept_in_half_hours(chair):
    service = hours.record_service(a_service(VolunteerFactory(), at(), 100), by=chair)

    assert (service.half_hours, service.hours, service.state) == (3, "1.5 小时", ServiceState.RECORDED)


@pytest.mark.parametrize(
    ("facts", "start", "minutes", "words"),
    [
        ({"state": VolunteerState.PAUSED}, at(), 60, "不是正常状态"),
        ({}, at(-1), 60, "不能晚于现在"),
        ({}, at(400), 60, "不再补登"),
        ({}, at(), 29, "不到半小时"),
        ({}, at(), 0, "晚于开始"),
        ({"birth": f"{timezone.localdate().year - 15}"}, at(hour=22), 60, "不安排夜里"),
    ],
)
def test_what_cannot_be_is_refused(chair, facts, start, minutes, words):
    with pytest.raises(ValidationError, match=words):
        hours.record_service(a_service(VolunteerFactory(**facts), start, minutes), by=chair)
    assert not Service.objects.exists()


@pytest.mark.parametrize(
    ("insured", "birth", "refused"),
    [
        (None, "1960", "买意外保险"),
        (2, "1960", "买意外保险"),
        (1, "1960", None),
        (1, f"{timezone.localdate().year - 15}", "未成年人不安排有风险"),
    ],
)
def test_risky_work_needs_insurance_and_a_grown_person(chair, insured, birth, refused):
    until = None if insured is None else days_ago(insured)
    service = a_service(VolunteerFactory(insured_until=until, birth=birth), at(), kind=ServiceKind.SAFETY)

    if refused:
        with pytest.raises(ValidationError, match=refused):
            hours.record_service(service, by=chair)
    else:
        assert hours.record_service(service, by=chair).half_hours == 2


@pytest.mark.parametrize(
    ("hour", "minutes", "clashes"),
    [(8, 60, False), (8, 61, True), (9, 120, True), (10, 30, True), (11, 60, False), (7, 400, True)],
)
def test_nobody_is_in_two_places_at_once(chair, hour, minutes, clashes):
    kept = ServiceFactory()  # nine to eleven
    new = a_service(kept.volunteer, at(hour=hour), minutes)

    if clashes:
        with pytest.raises(ValidationError, match="不能重叠"):
            hours.record_service(new, by=chair)
    else:
        hours.record_service(new, by=chair)
    assert Service.objects.count() == (1 if clashes else 2)


@pytest.mark.parametrize(("hour", "clashes"), [(8, False), (10, True), (11, False)])
def test_the_database_itself_refuses_an_overlap(hour, clashes):
    kept = ServiceFactory()
    new = ServiceFactory.build(volunteer=kept.volunteer, recorded_by=kept.recorded_by, started_at=at(hour=hour))
    new.ended_at = new.started_at + timedelta(hours=1)

    if clashes:
        with pytest.raises(IntegrityError), transaction.atomic():
            new.save()
    else:
        new.save()


def test_moving_a_service_onto_another_is_refused_by_sql():
    first = ServiceFactory()
    second = ServiceFactory(volunteer=first.volunteer, started_at=at(hour=14))
    moved = (
        "UPDATE groups_service SET started_at = (SELECT started_at FROM groups_service WHERE id = %s) WHERE id = %s"
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(moved, [first.pk, second.pk])


def test_a_void_one_is_in_nobodys_way(chair):
    kept = service_at(ServiceState.VOID)
    assert hours.record_service(a_service(kept.volunteer, at()), by=chair).pk


def test_signing_in_and_out(chair):
    volunteer = VolunteerFactory()
    service = hours.sign_in(volunteer, kind=ServiceKind.EVENT, what="健康讲座", at=at(hour=9), by=chair)
    with pytest.raises(ValidationError, match="没有签退"):
        hours.sign_in(volunteer, kind=ServiceKind.EVENT, what="健康讲座", at=at(hour=10), by=chair)

    hours.sign_out(service, at=at(hour=11, minute=40), by=chair)

    assert (read(service).half_hours, read(service).state) == (5, ServiceState.RECORDED)


def test_signing_out_at_once_counts_nothing(chair):
    service = hours.sign_in(VolunteerFactory(), kind=ServiceKind.EVENT, what="讲座", at=at(hour=9), by=chair)

    hours.sign_out(service, at=at(hour=9, minute=20), by=chair)

    assert (read(service).state, read(service).void_why) == (ServiceState.VOID, "不到半小时的不计。")


# --- counting ---------------------------------------------------------------------------------------------------------
def test_an_hour_counts_when_the_notice_is_over(chair):
    over = service_at(ServiceState.CONFIRMED, counts_on=days_ago(1))
    runs = service_at(ServiceState.CONFIRMED, counts_on=TODAY())

    count_what_was_before_the_members()
    count_what_was_before_the_members()

    assert (read(over).state, read(runs).state) == (ServiceState.COUNTED, ServiceState.CONFIRMED)
    assert (read(over.volunteer).half_hours, read(runs.volunteer).half_hours) == (4, 0)


def test_the_notice_takes_three_working_days(chair):
    service = hours.confirm_service(ServiceFactory(), by=chair)
    assert service.counts_on >= service.noticed_on + timedelta(days=3)


def test_a_correction_takes_the_hours_off_and_is_confirmed_anew(chair):
    old = service_at(ServiceState.COUNTED, volunteer__half_hours=4)

    fresh = hours.correct_service(old, fields={"ended_at": at(hour=10)}, why="十点就走了", by=chair)

    assert (read(old).state, read(old).void_why) == (ServiceState.VOID, "更正：十点就走了")
    assert (fresh.half_hours, fresh.state, fresh.corrects) == (2, ServiceState.RECORDED, read(old))
    assert read(old.volunteer).half_hours == 0


@pytest.mark.parametrize("why", ["", "  "])
def test_neither_voiding_nor_correcting_goes_without_a_reason(chair, why):
    service = ServiceFactory()
    with pytest.raises(ValidationError, match="为什么作废"):
        hours.void_service(service, why=why, by=chair)
    with pytest.raises(ValidationError, match="为什么作废"):
        hours.correct_service(service, fields={}, why=why, by=chair)
    assert read(service).state == ServiceState.RECORDED


# --- certificates -----------------------------------------------------------------------------------------------------
PAPER = {"issuer": "幸福社区妇联", "head": "周敏", "contact": "0571-88880000"}


def test_a_certificate_says_what_was_counted(chair):
    volunteer = VolunteerFactory()
    service_at(ServiceState.COUNTED, volunteer=volunteer)
    service_at(ServiceState.COUNTED, volunteer=volunteer, started_at=at(2), kind=ServiceKind.EVENT, half_hours=3)
    service_at(ServiceState.CONFIRMED, volunteer=volunteer, started_at=at(3))
    service_at(ServiceState.COUNTED, volunteer=volunteer, started_at=at(40))

    first = hours.certify(volunteer, since=days_ago(30), until=TODAY(), by=chair, **PAPER)
    second = hours.certify(volunteer, since=days_ago(30), until=TODAY(), by=chair, **PAPER)

    assert (first.half_hours, first.content) == (7, [["活动服务", 3], ["辅导功课", 4]])
    year = TODAY().year
    assert [first.number, second.number] == [f"ZM{year}-0001", f"ZM{year}-0002"]


def test_nothing_counted_nothing_certified(chair):
    with pytest.raises(ValidationError, match="没有已计入的服务"):
        hours.certify(VolunteerFactory(), since=days_ago(30), until=TODAY(), by=chair, **PAPER)
    assert not Certificate.objects.exists()


acts = st.lists(
    st.tuples(
        st.integers(1, 20), st.integers(0, 47), st.integers(1, 10), st.sampled_from(["keep", "void", "correct"])
    ),
    max_size=12,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_the_sum_the_recount_and_the_certificate_are_the_same(chair, plan):
    with transaction.atomic():
        volunteer = VolunteerFactory()
        for days, half, length, fate in plan:
            start = at(days, 0) + timedelta(minutes=30 * half)
            try:
                service = hours.record_service(a_service(volunteer, start, 30 * length), by=chair)
            except ValidationError:
                continue
            hours.count_service(hours.confirm_service(service, by=chair))
            if fate == "void":
                hours.void_service(service, why="记错了", by=chair)
            if fate == "correct":
                service = hours.correct_service(
                    service, fields={"ended_at": start + timedelta(minutes=30)}, why="早走", by=chair
                )
                hours.count_service(hours.confirm_service(service, by=chair))
        kept = Volunteer.objects.get(pk=volunteer.pk).half_hours
        standing = list(volunteer.services.counted())
        assert not pure.any_overlap([(s.started_at, s.ended_at) for s in standing])
        assert kept == sum(pure.half_hours(s.started_at, s.ended_at) for s in standing)
        assert kept == (volunteer.services.counted().aggregate(n=Sum("half_hours"))["n"] or 0)
        if kept:
            paper = hours.certify(volunteer, since=days_ago(21), until=TODAY(), by=chair, **PAPER)
            assert (paper.half_hours, sum(n for _, n in paper.content)) == (kept, kept)
        transaction.set_rollback(True)


served = st.lists(
    st.tuples(
        st.integers(1, 6), st.integers(0, 23 * 60), st.integers(30, 300), st.sampled_from(["tutoring", "event", "clean"]),
        st.sampled_from(["stands", "void", "open", "noticed"]),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


def recount(services):
    """`{label: half hours}` from the moments of the rows alone, as a certificate lists them."""
    sums = {}
    for service in sorted(services, key=lambda s: s.kind):
        label = ServiceKind(service.kind).label
        sums[label] = sums.get(label, 0) + pure.half_hours(service.started_at, service.ended_at)
    return sums


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(served, st.integers(1, 6), st.integers(0, 6))
def test_a_certificate_says_what_its_rows_say_whatever_becomes_of_them(chair, plan, first, length):
    since, until = days_ago(first), days_ago(max(0, first - length))
    with transaction.atomic():
        volunteer, counted = VolunteerFactory(), {}
        for days, minute, minutes, kind, fate in plan:
            start = at(days, 0) + timedelta(minutes=minute)
            try:
                service = hours.sign_in(volunteer, kind=kind, what="服务", at=start, by=chair)
                if fate != "open":
                    service = hours.sign_out(service, at=start + timedelta(minutes=minutes), by=chair)
            except ValidationError:
                continue
            if fate in ("stands", "void") and service.state == ServiceState.RECORDED:
                counted[hours.count_service(hours.confirm_service(service, by=chair))] = fate
        inside = [s for s in counted if since <= timezone.localdate(s.started_at) <= until]
        if inside:
            paper = hours.certify(volunteer, since=since, until=until, by=chair, **PAPER)
            assert [[label, halves] for label, halves in recount(inside).items()] == paper.content
            assert sum(recount(inside).values()) == paper.half_hours
        for service in [s for s, fate in counted.items() if fate == "void"]:
            hours.void_service(service, why="记错了", by=chair)
        standing = [s for s, fate in counted.items() if fate == "stands"]
        assert Volunteer.objects.get(pk=volunteer.pk).half_hours == sum(recount(standing).values())
        if inside:
            lost = Certificate.objects.with_lost().get().lost
            assert paper.half_hours - lost == sum(recount(set(standing) & set(inside)).values())
        transaction.set_rollback(True)
