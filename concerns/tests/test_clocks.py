"""Days of a concern: working days with make-up days, standing still, moving the day of closing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from concerns.enums import Origin, PauseReason, Status
from concerns.models import Concern, Extension, Pause
from concerns.services.clocks import (
    after_pause,
    end_pause,
    escalates_on,
    extend_concern,
    pause_concern,
    warns_from,
)
from concerns.services.handling import assign_concern, finish_concern
from concerns.services.intake import raise_concern
from concerns.tests.factories import ConcernFactory, concern_at
from fedhub.core.flow import FlowError
from fedhub.reference.calendar import add_working_days, due_by, working_days_between

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.mark.parametrize(
    ("raised", "first", "closing"),
    [
        # The holiday table knows 2025: 2025-01-26 (Sunday) was worked, 01-28 to 02-04 were days off, 02-08 was worked.
        ("2025-01-24", "2025-02-05", "2025-02-20"),
        ("2025-04-25", "2025-04-29", "2025-05-20"),
    ],
)
def test_deadlines_count_working_days_and_worked_weekends(chair, grid, raised, first, closing):
    concern = raise_concern(
        origin=Origin.VISIT, title="灯不亮", area=grid, by=chair, raised_on=date.fromisoformat(raised)
    )

    assert (concern.first_due_on, concern.due_on) == (date.fromisoformat(first), date.fromisoformat(closing))


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2025-01-24", "2025-02-05", 3),
        ("2025-01-24", "2025-01-24", 0),
        ("2025-01-25", "2025-01-24", 0),
        ("2025-01-25", "2025-01-26", 1),
    ],
)
def test_working_days_between_is_what_adding_them_undoes(start, end, count):
    first, last = date.fromisoformat(start), date.fromisoformat(end)

    assert working_days_between(first, last) == count
    assert working_days_between(first, add_working_days(first, 7)) == 7


def test_a_pause_adds_the_working_days_it_lasted():
    # Friday to the Wednesday after the Spring Festival of 2025: three working days.
    assert after_pause(date(2025, 2, 7), date(2025, 1, 24), date(2025, 2, 5)) == date(2025, 2, 11)


def test_the_clock_stands_still_and_runs_again(chair):
    concern = concern_at("assigned", due_on=today() + 9 * DAY, first_due_on=today() + 2 * DAY)
    pause = pause_concern(concern, reason=PauseReason.HER, note="等她拿证明", by=chair)
    assert (concern.paused_on, Concern.objects.overdue(today() + 30 * DAY).count()) == (today(), 0)

    # As if it had stood still for a week.
    week = today() - 7 * DAY
    Pause.objects.update(from_day=week)
    Concern.objects.update(paused_on=week)
    concern.refresh_from_db()
    end_pause(concern, by=chair)

    lost = working_days_between(week, today())
    assert concern.paused_on is None
    assert concern.due_on == add_working_days(today() + 9 * DAY, lost)
    assert concern.first_due_on == add_working_days(today() + 2 * DAY, lost)
    assert concern.handle_by == add_working_days(today(), lost)
    pause.refresh_from_db()
    assert (pause.from_day, pause.to_day, pause.ended_by, pause.note) == (week, today(), chair, "等她拿证明")


@pytest.mark.parametrize("status", ["new", "done", "answered", "closed"])
def test_only_work_under_way_can_be_paused(chair, status):
    concern = concern_at(status)

    with pytest.raises(FlowError, match="只有已受理"):
        pause_concern(concern, reason=PauseReason.HER, by=chair)

    assert Pause.objects.count() == 0


def test_standing_still_does_not_cure_being_late_and_happens_once(chair):
    late, running = concern_at("assigned", due_on=today() - DAY), concern_at("accepted")

    with pytest.raises(FlowError, match="已经逾期"):
        pause_concern(late, reason=PauseReason.AGENCY, by=chair)
    pause_concern(running, reason=PauseReason.AGENCY, by=chair)
    with pytest.raises(FlowError, match="已经停表"):
        pause_concern(running, reason=PauseReason.AGENCY, by=chair)

    assert Pause.objects.count() == 1


def test_standing_still_moves_no_day_that_was_past_already(chair):
    started = today() - 10 * DAY
    concern = concern_at("assigned", first_due_on=started - DAY, handle_by=started - DAY, due_on=today())
    pause_concern(concern, reason=PauseReason.HER, by=chair)
    Concern.objects.filter(pk=concern.pk).update(paused_on=started)
    Pause.objects.update(from_day=started)
    concern.refresh_from_db()

    end_pause(concern, by=chair)

    assert (concern.first_due_on, concern.handle_by) == (started - DAY, started - DAY)
    assert concern.due_on > today()


def test_finishing_ends_the_pause(chair):
    concern = concern_at("assigned")
    pause_concern(concern, reason=PauseReason.SEASON, by=chair)

    finish_concern(concern, result="换好了。", by=chair)

    assert (concern.status, concern.paused_on, Pause.objects.get().to_day) == (Status.DONE, None, today())


def test_the_officers_day_is_no_later_than_the_day_she_was_promised(chair, worker):
    concern = concern_at("accepted", due_on=today() + 5 * DAY)

    with pytest.raises(ValidationError, match="不能晚于办结期限"):
        assign_concern(concern, person=worker, handle_by=today() + 6 * DAY, by=chair)
    assign_concern(concern, person=worker, handle_by=today() + 5 * DAY, by=chair)
    late = concern_at("accepted", due_on=today() - DAY)
    assign_concern(late, person=worker, handle_by=today() + DAY, by=chair)

    assert (concern.acts_on, late.acts_on) == (today() + 5 * DAY, today() - DAY)


def test_a_day_of_closing_moves_forward_within_the_rule_and_only_so_often(chair):
    concern = concern_at("assigned")
    latest = due_by(today(), "concern_extend")

    with pytest.raises(ValidationError, match="要晚于现在的期限"):
        extend_concern(concern, after=today(), reason="再等等", by=chair)
    with pytest.raises(ValidationError, match=f"一次最多延到 {latest}"):
        extend_concern(concern, after=latest + DAY, reason="再等等", by=chair)
    extend_concern(concern, after=latest, reason="等灯具到货", by=chair)
    extend_concern(concern, after=latest + DAY, reason="还没到货", by=chair)
    with pytest.raises(FlowError, match="已经延期 2 次"):
        extend_concern(concern, after=latest + 2 * DAY, reason="还没到货", by=chair)

    assert (concern.due_on, concern.extensions) == (latest + DAY, 2)
    assert list(Extension.objects.values_list("before", "after")) == [(today(), latest), (latest, latest + DAY)]
    assert [row.due_on for row in concern.history.order_by("history_id")][-2:] == [latest, latest + DAY]


def test_what_will_be_late_is_known_before(chair):
    concern = ConcernFactory(due_on=date(2025, 1, 27))

    assert escalates_on(concern) == date(2025, 2, 5)
    assert warns_from(date(2025, 1, 24)) == date(2025, 2, 5)


def test_first_answers_that_nobody_gave_are_listed(chair):
    waiting = concern_at("accepted", first_due_on=today() - DAY)
    concern_at("accepted", first_due_on=today())
    concern_at("accepted", first_due_on=today() - DAY, first_answered_at=timezone.now())
    concern_at("accepted", first_due_on=today() - DAY, paused_on=today())

    assert list(Concern.objects.unheard()) == [waiting]


@pytest.mark.parametrize("change", [
    "status = 'done', paused_on = '2026-01-01'", "anonymous = true, on_behalf = '王'", "score = 6", "score = 0",
    "lead_id = id",
])  # fmt: skip
def test_the_database_refuses_what_cannot_be(change):
    concern = ConcernFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE concerns_concern SET {change} WHERE id = %s", [concern.pk])


@pytest.mark.parametrize("change", ["to_day = '2000-01-01'", "reason = 'lost'"])
def test_the_database_refuses_a_pause_that_cannot_be(chair, change):
    pause_concern(concern_at("assigned"), reason=PauseReason.HER, by=chair)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE concerns_pause SET {change}")
