"""Logging, correcting, amending and withdrawing visits (handbook 2.4, 2.5, 13.2 rules 1 and 2)."""

import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image

from concerns.enums import Outcome, Status
from fedhub.areas.tests.factories import grid as grid_number
from fedhub.core.files import attachments_of, read
from fedhub.core.images import clean_image
from fedhub.core.models import AuditEvent
from fedhub.core.versions import StaleVersion
from grids.enums import ChangeKind, ChangeState, Met, VisitMode
from grids.models import Visit, VisitChange
from grids.services.change import confirm_change, refuse_change
from grids.services.visit import (
    Request,
    amend_visit,
    correct_visit,
    keep_photos,
    log_visit,
    may_correct,
    withdraw_visit,
)
from grids.tests.factories import VisitChangeFactory, VisitFactory
from households.enums import HousingKind
from households.services.households import move_household
from households.tests.factories import HouseholdFactory, MembershipFactory, PhoneFactory, StatusFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


def phone_photo():
    """A picture as a phone makes it, with a place in its metadata."""
    image, out = Image.new("RGB", (640, 480), "white"), io.BytesIO()
    exif = image.getexif()
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 0.0), 3: "E", 4: (120.0, 9.0, 0.0)})
    image.save(out, "JPEG", exif=exif, comment=b"made by a phone")
    out.seek(0)
    return out


def test_a_corrected_date_takes_the_grid_of_that_day(worker, grid):
    other = grid_number(2)
    household = HouseholdFactory(area=other)
    move_household(household, grid, on=today() - 3 * DAY, by=worker)
    visit = log_visit(Visit(household=household, others="本人"), by=worker)
    before = visit.grid

    visit.visited_on = today() - 4 * DAY
    correct_visit(visit, ["visited_on"], base_version=visit.version, by=worker)
    earlier = Visit.objects.get(pk=visit.pk).grid
    visit.visited_on = today() - 3 * DAY
    amend_visit(visit, ["visited_on"], reason="日期写错", base_version=visit.version, by=worker)

    assert (before, earlier, Visit.objects.get(pk=visit.pk).grid) == (grid, other, grid)


# --- logging ------------------------------------------------------------------------------------------------------
def test_a_visit_at_which_somebody_was_met_moves_the_due_date_by_the_shortest_interval(worker, grid):
    member = MembershipFactory(household__area=grid)
    StatusFactory(resident=member.resident, category="TK")

    log_visit(Visit(household=member.household), people=[member.resident], by=worker)

    member.household.refresh_from_db()
    assert member.household.last_visit_on == today()
    assert member.household.next_due_on == today() + 30 * DAY


@pytest.mark.parametrize("met", [Met.NOBODY, Met.REFUSED, Met.MOVED, Met.EMPTY])
def test_a_visit_at_which_nobody_was_met_leaves_the_due_date(worker, grid, met):
    household = HouseholdFactory(area=grid)
    before = household.next_due_on

    visit = log_visit(Visit(household=household, met=met), by=worker)

    household.refresh_from_db()
    assert (household.last_visit_on, household.next_due_on) == (None, before)
    assert not visit.counts


@pytest.mark.parametrize(("mode", "counts"), [(VisitMode.HOME, True), (VisitMode.OFFICE, True),
                                              (VisitMode.PUBLIC, True), (VisitMode.PHONE, False),
                                              (VisitMode.WECHAT, False)])  # fmt: skip
def test_only_meeting_face_to_face_counts(worker, grid, mode, counts):
    household = HouseholdFactory(area=grid)

    log_visit(Visit(household=household, mode=mode, others="邻居"), by=worker)

    household.refresh_from_db()
    assert (household.last_visit_on is not None) is counts
    assert Visit.objects.counting().count() == counts


def test_an_older_visit_noted_later_does_not_move_the_due_date_back(worker, grid):
    household = HouseholdFactory(area=grid)
    log_visit(Visit(household=household, others="本人"), by=worker)

    log_visit(Visit(household=household, others="本人", visited_on=today() - 5 * DAY), by=worker)

    household.refresh_from_db()
    assert household.last_visit_on == today()


def test_not_meeting_anybody_forgets_what_only_a_meeting_can_tell(worker, grid):
    household = HouseholdFactory(area=grid)
    member = MembershipFactory(household=household)
    visit = Visit(
        household=household, met=Met.REFUSED, changed=True, problems="缺钱", satisfaction=1, summary="没开门"
    )

    log_visit(visit, people=[member.resident], changes=[VisitChange(kind=ChangeKind.JOB, text="下岗")], by=worker)

    visit.refresh_from_db()
    assert (visit.changed, visit.problems, visit.satisfaction) == (False, "", None)
    assert (visit.summary, visit.people.count(), visit.changes.count()) == ("没开门", 0, 0)


@pytest.mark.parametrize("met", [Met.MOVED, Met.EMPTY])
def test_an_empty_or_left_home_is_itself_a_change_to_confirm(worker, grid, met):
    visit = log_visit(Visit(household=HouseholdFactory(area=grid), met=met), by=worker)

    change = visit.changes.get()
    assert (change.kind, change.field, change.state) == (ChangeKind.MEMBERS, "", ChangeState.PROPOSED)
    assert "核实" in change.text


def test_the_second_visitor_is_never_the_first_again(worker, committee, grid):
    household = HouseholdFactory(area=grid)

    alone = log_visit(Visit(household=household, partner=worker, others="本人"), by=worker)
    together = log_visit(Visit(household=household, visitor=committee, partner=worker, others="本人"), by=worker)

    assert (alone.visitor, alone.partner) == (worker, None)
    assert (together.visitor, together.partner, together.recorded_by) == (committee, worker, worker)


def test_what_she_asks_for_becomes_concerns_of_the_visit(worker, grid):
    member = MembershipFactory(household__area=grid)
    requests = [
        Request("想找能接送孩子的工作", topic="1", resident=member.resident),
        Request("楼道灯不亮", answer="当场打了物业电话，今天来修"),
    ]

    visit = log_visit(Visit(household=member.household), people=[member.resident], requests=requests, by=worker)

    first, second = visit.concerns.order_by("pk")
    assert (first.title, first.topic, first.status) == ("想找能接送孩子的工作", "1", Status.NEW)
    assert (first.household, first.resident, first.area) == (member.household, member.resident, grid)
    assert (second.status, second.outcome) == (Status.CLOSED, Outcome.ON_SPOT)


def test_the_grid_of_the_day_stays_when_the_family_moves_and_the_visit_follows_her(worker, grid, other_grid, chair):
    household = HouseholdFactory(area=grid)
    visit = log_visit(Visit(household=household, others="本人"), by=worker)

    move_household(household, other_grid, by=chair)

    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.grid, visit.household.area) == (grid, other_grid)
    assert not Visit.objects.visible_to(worker).filter(pk=visit.pk).exists()
    assert Visit.objects.visible_to(chair).filter(pk=visit.pk).exists()


def test_a_visit_noted_after_a_move_keeps_the_grid_of_its_day(chair, grid, other_grid):
    household = HouseholdFactory(area=grid)
    move_household(household, other_grid, by=chair)

    visit = log_visit(Visit(household=household, others="本人", visited_on=today() - 3 * DAY), by=chair)

    assert visit.grid == grid


def test_the_audit_says_that_a_visit_was_logged_and_nothing_of_what_was_said(worker, grid):
    visit = log_visit(Visit(household=HouseholdFactory(area=grid), others="本人", summary="她说缺钱"), by=worker)

    event = AuditEvent.objects.get(action="grids.visit.log", target_id=visit.pk)
    assert (event.actor_id, event.area_id) == (worker.pk, grid.pk)
    assert event.detail == {"kind": "routine", "met": "met"}


# --- photos -------------------------------------------------------------------------------------------------------
def test_a_photo_with_a_place_in_it_is_stored_without(worker, grid):
    visit = VisitFactory(household__area=grid)

    keep_photos(visit, [clean_image(phone_photo())], by=worker)

    stored = read(attachments_of(visit).get())
    assert not Image.open(io.BytesIO(stored)).getexif()
    assert b"made by a phone" not in stored


def test_a_tenth_photo_is_refused_and_the_nine_are_kept(worker, grid):
    visit, picture = VisitFactory(household__area=grid), clean_image(phone_photo())
    keep_photos(visit, [picture] * 9, by=worker)

    with pytest.raises(ValidationError, match="最多 9 张"):
        keep_photos(visit, [picture], by=worker)

    assert attachments_of(visit).count() == 9


# --- correcting ---------------------------------------------------------------------------------------------------
def test_the_visitor_corrects_her_own_record_and_the_due_date_follows(worker, grid):
    household = HouseholdFactory(area=grid)
    visit = log_visit(Visit(household=household, others="本人"), by=worker)

    visit.met = Met.NOBODY
    correct_visit(visit, ["met"], base_version=visit.version, by=worker)

    household.refresh_from_db()
    assert household.last_visit_on is None
    assert [row.met for row in visit.history.order_by("history_id")] == [Met.MET, Met.NOBODY]


def test_after_seven_days_or_by_another_the_record_cannot_be_corrected(worker, committee, grid):
    visit = VisitFactory(household__area=grid, visitor=worker)
    written = timezone.localtime(visit.created_at).date()

    assert may_correct(visit, worker, day=written + 7 * DAY)
    assert not may_correct(visit, worker, day=written + 8 * DAY)
    assert not may_correct(visit, committee)
    with pytest.raises(ValidationError, match="更正"):
        correct_visit(visit, ["summary"], base_version=visit.version, by=committee)


def test_a_correction_from_an_old_page_overwrites_nothing(worker, grid):
    visit = VisitFactory(household__area=grid, visitor=worker)
    first, second = Visit.objects.get(pk=visit.pk), Visit.objects.get(pk=visit.pk)
    first.summary = "第一次改"
    correct_visit(first, ["summary"], base_version=first.version, by=worker)

    second.summary = "第二次改"
    with pytest.raises(StaleVersion):
        correct_visit(second, ["summary"], base_version=second.version, by=worker)

    assert Visit.objects.get(pk=visit.pk).summary == "第一次改"


def test_an_amendment_keeps_reason_before_and_after(committee, grid):
    visit = VisitFactory(household__area=grid, summary="写错了")
    member = MembershipFactory(household=visit.household)

    visit.summary = "改对了"
    amendment = amend_visit(
        visit, ["summary"], people=[member.resident], reason="记错人", base_version=visit.version, by=committee
    )

    amendment.refresh_from_db()
    assert amendment.before == {"summary": "写错了", "people": ""}
    assert amendment.after == {"summary": "改对了", "people": "赵小莉"}
    assert (amendment.reason, amendment.made_by) == ("记错人", committee)


def test_an_amendment_tells_coded_lists_in_words(committee, grid):
    visit = VisitFactory(household__area=grid, topics=["fraud"], hazards=[])

    visit.topics, visit.hazards = ["fraud", "job"], ["debt:3"]
    amendment = amend_visit(
        visit, ["topics", "hazards"], reason="漏记", base_version=visit.version, by=committee
    )  # fmt: skip

    assert amendment.before == {"topics": "防诈骗", "hazards": ""}
    assert amendment.after == {"topics": "防诈骗、就业政策", "hazards": "欠债、被催债（严重）"}


def test_an_amendment_needs_a_reason_and_a_difference(committee, grid):
    visit = VisitFactory(household__area=grid)

    with pytest.raises(ValidationError, match="原因"):
        amend_visit(visit, ["summary"], reason="", base_version=visit.version, by=committee)
    with pytest.raises(ValidationError, match="没有变化"):
        amend_visit(visit, ["summary"], reason="核对", base_version=visit.version, by=committee)

    visit.refresh_from_db()
    assert (visit.amendments.count(), visit.version) == (0, 1)


# --- withdrawing --------------------------------------------------------------------------------------------------
def test_a_withdrawn_visit_no_longer_counts_and_its_open_changes_fall(worker, grid):
    household = HouseholdFactory(area=grid)
    visit = log_visit(
        Visit(household=household, others="本人", changed=True),
        changes=[VisitChange(kind=ChangeKind.HOUSING, field="housing", value="rented")],
        by=worker,
    )

    withdraw_visit(visit, reason="走错了门", by=worker)

    household.refresh_from_db()
    assert household.last_visit_on is None
    assert visit.changes.get().state == ChangeState.REFUSED
    assert Visit.objects.kept().count() == 0
    with pytest.raises(ValidationError, match="已经作废"):
        withdraw_visit(visit, reason="再来一次", by=worker)


def test_another_worker_cannot_withdraw_but_the_chair_can(worker, committee, chair, grid):
    visit = VisitFactory(household__area=grid, visitor=worker)

    with pytest.raises(ValidationError, match="干事或主席"):
        withdraw_visit(visit, reason="不对", by=committee)
    withdraw_visit(visit, reason="重复登记", by=chair)

    assert visit.withdrawn_why == "重复登记"


# --- changes ------------------------------------------------------------------------------------------------------
def test_an_accepted_change_of_a_household_is_written_to_the_ledger(chair, grid):
    change = VisitChangeFactory(visit__household__area=grid)

    confirm_change(change, by=chair)

    change.visit.household.refresh_from_db()
    assert change.visit.household.income_note == "月收入 3200 元"
    assert (change.state, change.decided_by) == (ChangeState.ACCEPTED, chair)
    event = AuditEvent.objects.get(action="grids.visitchange.confirm")
    assert event.detail == {"visit": change.visit_id, "kind": "income", "field": "income_note"}


def test_an_accepted_change_of_a_person_is_written_to_the_ledger(chair, grid):
    member = MembershipFactory(household__area=grid)
    change = VisitChangeFactory(
        visit__household=member.household, kind=ChangeKind.JOB, field="employment", value="70",
        resident=member.resident,
    )  # fmt: skip

    confirm_change(change, by=chair)

    member.resident.refresh_from_db()
    assert member.resident.employment == "70"


def test_an_accepted_phone_is_added_to_those_there_are(chair, grid):
    member = MembershipFactory(household__area=grid)
    PhoneFactory(resident=member.resident, number="13800000417")
    change = VisitChangeFactory(
        visit__household=member.household, kind=ChangeKind.PHONE, field="phone", value="13911112222",
        resident=member.resident,
    )  # fmt: skip

    confirm_change(change, by=chair)

    assert [phone.number for phone in member.resident.phones.all()] == ["13800000417", "13911112222"]


def test_a_change_is_decided_once(chair, grid):
    change = VisitChangeFactory(visit__household__area=grid)
    again = VisitChange.objects.get(pk=change.pk)
    confirm_change(change, by=chair)

    with pytest.raises(ValidationError, match="已经有人处理过"):
        refuse_change(again, reason="没有变化", by=chair)

    change.refresh_from_db()
    assert change.state == ChangeState.ACCEPTED


def test_a_change_seen_against_an_older_ledger_writes_nothing(chair, grid):
    change = VisitChangeFactory(visit__household__area=grid, kind=ChangeKind.HOUSING, field="housing", value="rented")
    household = change.visit.household
    seen = household.version
    type(household).objects.filter(pk=household.pk).update(housing=HousingKind.OWN, version=seen + 1)

    with pytest.raises(StaleVersion), transaction.atomic():
        confirm_change(change, base_version=seen, by=chair)

    household.refresh_from_db()
    assert household.housing == HousingKind.OWN
    assert VisitChange.objects.waiting().count() == 1


def test_a_refused_change_needs_a_reason_and_leaves_the_ledger(chair, grid):
    change = VisitChangeFactory(visit__household__area=grid)

    with pytest.raises(ValidationError, match="理由"):
        refuse_change(change, reason="", by=chair)
    refuse_change(change, reason="核实过没有变化", by=chair)

    change.visit.household.refresh_from_db()
    assert change.visit.household.income_note == ""
    assert (change.state, change.decided_why) == (ChangeState.REFUSED, "核实过没有变化")


# --- constraints, with SQL past every service ---------------------------------------------------------------------
@pytest.mark.parametrize(("column", "value"), [
    ("met", "maybe"), ("kind", "picnic"), ("withdrawn_why", "没有日期"), ("withdrawn_at", "2026-01-01 00:00:00"),
])  # fmt: skip
def test_the_database_refuses_a_visit_that_cannot_be(grid, column, value):
    visit = VisitFactory(household__area=grid)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE grids_visit SET {column} = %s WHERE id = %s", [value, visit.pk])


def test_the_database_refuses_times_that_run_backwards(grid):
    visit = VisitFactory(household__area=grid)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE grids_visit SET started_at = '10:00:00', ended_at = '09:00:00' WHERE id = %s", [visit.pk]
        )


@pytest.mark.parametrize(("state", "when", "why"), [
    ("later", None, ""), ("accepted", None, ""), ("proposed", "2026-01-01 00:00:00", ""),
    ("refused", "2026-01-01 00:00:00", ""),
])  # fmt: skip
def test_the_database_refuses_a_decision_that_cannot_be(grid, state, when, why):
    change = VisitChangeFactory(visit__household__area=grid)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE grids_visitchange SET state = %s, decided_at = %s, decided_why = %s WHERE id = %s",
            [state, when, why, change.pk],
        )


def test_a_household_lies_in_one_grid_at_a_time(grid, chair):
    household = HouseholdFactory(area=grid)
    move_household(household, grid_number(2), by=chair)
    move_household(household, grid_number(3), by=chair)

    assert [place.area.name for place in household.places.filter(valid_to=None)] == ["第三网格"]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE households_householdplace SET valid_to = NULL WHERE household_id = %s", [household.pk])
