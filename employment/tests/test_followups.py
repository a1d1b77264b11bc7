"""Follow-ups: made by themselves, once each, problems to a concern, violence to nobody but the trained person, files untouched."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern
from employment.models import FollowUp
from employment.services.applications import hire, hired_elsewhere
from employment.services.followups import record_follow_up
from employment.tests.factories import (
    ApplicationFactory,
    FollowUpFactory,
    follow_up_at,
    follow_up_in,
)
from fedhub.core.flow import FlowError
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.testing.twins import bare
from hardship.models import HardshipFile
from hardship.tests.factories import file_at
from households.tests.factories import MembershipFactory
from safety.models import RiskReport

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


# --- made by themselves -------------------------------------------------------------------------------------------------
def test_four_follow_ups_exist_from_the_day_of_hiring(worker, grid):
    with time_machine.travel("2026-10-31 02:00:00+00:00", tick=False):
        one = ApplicationFactory(seeker__resident__area=grid)
        hire(one, on=date(2026, 10, 31), by=worker)

    found = list(FollowUp.objects.order_by("month").values_list("application", "month", "due_on", "state"))
    assert found == [
        (one.pk, 1, date(2026, 11, 30), "due"), (one.pk, 3, date(2027, 1, 31), "due"), (one.pk, 6, date(2027, 4, 30), "due"),
        (one.pk, 12, date(2027, 10, 31), "due"),
    ]  # fmt: skip


def test_who_found_work_by_another_way_is_asked_too(worker, grid):
    hired_elsewhere(ApplicationFactory(seeker__resident__area=grid), by=worker)

    assert sorted(FollowUp.objects.values_list("month", flat=True)) == [1, 3, 6, 12]


# --- written down -------------------------------------------------------------------------------------------------------
def test_what_she_says_is_written_down_and_arrears_become_a_concern(client, worker, grid):
    one = follow_up_in(grid)
    url = reverse("employment:followup_record", args=[one.pk])
    said = {"works": "same", "pay": "2400", "has_contract": "yes", "is_insured": "no", "problems": ["arrears", "insurance"],
            "note": "两个月只发了一半"}  # fmt: skip
    answer = client.post(url, filled(client.get(url), **said))

    one.refresh_from_db()
    concern = Concern.objects.get()
    assert answer.headers["Location"] == one.get_absolute_url()
    assert (one.state, one.works, one.pay, one.has_contract, one.is_insured, one.problems, one.note, one.done_by) == (
        "done", "same", 2400, True, False, ["arrears", "insurance"], "两个月只发了一半", worker,
    )  # fmt: skip
    assert (one.concern, concern.title, concern.resident, concern.topic) == (
        concern, "就业回访：拖欠、克扣工资、没有交社保", one.application.seeker.resident, "1",
    )  # fmt: skip
    assert RiskReport.objects.count() == 0


def test_opening_its_page_or_its_form_changes_nothing(client, worker, grid):
    one = follow_up_in(grid)
    client.get(one.get_absolute_url())
    client.get(reverse("employment:followup_record", args=[one.pk]))
    client.get(reverse("employment:followup_drop", args=[one.pk]))

    assert (FollowUp.objects.get().state, FollowUp.objects.get().version) == ("due", one.version)


def test_of_two_who_ask_her_one_writes_it_down(worker, chair, grid):
    one = follow_up_in(grid)
    other = FollowUp.objects.get()
    record_follow_up(one, works="same", on=today(), by=worker)

    with pytest.raises(FlowError, match="现在的状态是“已回访”"):
        record_follow_up(other, works="lost", on=today(), signs=["injury"], by=chair)
    assert (FollowUp.objects.get().works, RiskReport.objects.count()) == ("same", 0)


@pytest.mark.parametrize(("on", "words"), [(1, "日期不能晚于今天。"), (-500, "日期早于推荐的日期，请核对。")])
def test_a_day_that_cannot_be_is_refused(worker, grid, on, words):
    with pytest.raises(ValidationError, match=words):
        record_follow_up(follow_up_in(grid), works="same", on=today() + on * DAY, by=worker)


def test_six_months_make_a_stable_job_and_lost_work_is_looked_for_again(worker, grid):
    kept = follow_up_in(grid, month=6)
    record_follow_up(kept, works="moved", on=today(), by=worker)
    lost = follow_up_in(grid, month=3)
    later = FollowUpFactory(application=lost.application, month=6, due_on=today() + 90 * DAY)
    record_follow_up(lost, works="lost", on=today(), by=worker)

    kept.application.seeker.refresh_from_db()
    lost.application.seeker.refresh_from_db()
    later.refresh_from_db()
    assert (kept.application.seeker.state, lost.application.seeker.state, later.state) == (
        "stable",
        "active",
        "dropped",
    )
    assert lost.application.seeker.occupation == "lost"


# --- violence lies sealed -----------------------------------------------------------------------------------------------
def told(client, one, **more):
    """What the recorder and the tables have after one follow-up, of which nothing stays."""
    url = reverse("employment:followup_record", args=[one.pk])
    with transaction.atomic():
        answer = client.post(
            url, {"works": "same", "on": today(), "problems": [], "note": "", "to_concern": "on", **more}
        )
        page = client.get(answer.headers["Location"])
        rows = list(FollowUp.objects.values()), list(FollowUp.history.values("problems", "note", "version", "state"))
        found = bare(answer), bare(page), rows, Concern.objects.count(), RiskReport.objects.count()
        transaction.set_rollback(True)
    return found


def test_harassment_that_is_violence_leaves_no_trace_with_the_recorder(client, worker, grid):
    """The same with and without: page, row, history, concerns; the words lie with the trained person alone."""
    one = follow_up_in(grid)
    with time_machine.travel(timezone.now(), tick=False):
        *without, none = told(client, one)
        *with_it, reports = told(client, one, problems=["harassed"], signs=["threat"], risk_text="老板锁门动手")

    assert without == with_it
    assert (none, reports) == (0, 1)


def test_the_trained_person_reads_who_and_where(client, worker, grid):
    one = follow_up_in(grid)
    record_follow_up(
        one, works="same", on=today(), problems=["harassed", "arrears"], to_concern=True, signs=["threat"],
        risk_text="老板锁门动手", by=worker,
    )  # fmt: skip

    report = RiskReport.objects.get()
    assert (report.source, report.signs, report.text) == (
        "job", ["threat"], "老板锁门动手\n骚扰\n单位：春风超市，岗位：收银员（上午班）",
    )  # fmt: skip
    assert report.subject["resident"] == one.application.seeker.resident_id
    assert Concern.objects.get().title == "就业回访：拖欠、克扣工资"
    assert FollowUp.objects.get().problems == ["arrears"]


# --- a kept job proposes ------------------------------------------------------------------------------------------------
def test_a_kept_job_is_proposed_to_the_file_and_never_changes_it(as_user, chair, worker, grid):
    one = follow_up_in(grid, month=3)
    resident = one.application.seeker.resident
    home = MembershipFactory(resident=resident, household__area=grid).household
    file = file_at("active", household=home, area=grid)
    before = HardshipFile.objects.values().get()
    record_follow_up(one, works="same", on=today(), by=worker)

    client = as_user(chair)
    page = client.get(one.get_absolute_url())
    panel = client.get(f"{file.get_absolute_url()}?tab=kept")
    assert HardshipFile.objects.values().get() == before
    assert page.context["file"] == file
    assert one.get_absolute_url() in panel.content.decode()


def test_who_may_not_see_the_file_learns_nothing_of_it(as_user, worker, grid):
    one = follow_up_at("done", application=follow_up_in(grid).application, month=3)
    home = MembershipFactory(resident=one.application.seeker.resident, household__area=grid).household
    client = as_user(worker)
    before = bare(client.get(one.get_absolute_url()))
    file = file_at("active", household=home, area=grid)
    HardshipFile.objects.filter(pk=file.pk).update(guarded=True)

    assert bare(client.get(one.get_absolute_url())) == before


# --- list and doors -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_follow_ups_costs_the_same_for_any_number_of_rows(client, worker, grid, rows):
    for _ in range(rows):
        follow_up_in(grid)

    page, queries = queries_beyond(client, reverse("employment:followup_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [("", ["due"]), ("?state=later", ["later"]), ("?state=kept", ["kept"]), ("?state=problem", ["bad"]),
     ("?state=all", ["bad", "due", "kept", "later"])],
)  # fmt: skip
def test_the_filters_of_the_list(client, worker, grid, query, found):
    rows = {
        "due": follow_up_in(grid),
        "later": follow_up_in(grid, due_on=today() + DAY),
        "kept": follow_up_at("done", application=follow_up_in(grid, state="dropped").application, month=3),
        "bad": follow_up_at(
            "done",
            application=follow_up_in(grid, state="dropped").application,
            month=3,
            works="lost",
            problems=["arrears"],
        ),
    }
    urls = {name: row.get_absolute_url() for name, row in rows.items()}
    page = client.get(reverse("employment:followup_list") + query).content.decode()

    assert sorted(name for name, url in urls.items() if f'href="{url}"' in page) == found


def test_a_stranger_gets_nothing(as_user, stranger, grid):
    one = follow_up_in(grid)
    client = as_user(stranger)

    assert client.get(one.get_absolute_url()).status_code == 404
    assert client.get(reverse("employment:followup_list")).context["page"].rows == []


@pytest.mark.parametrize("change", ["state = 'done'", "state = 'odd'", "works = 'same'"])
def test_the_table_refuses_a_follow_up_that_does_not_say_how(change):
    one = FollowUpFactory()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE employment_followup SET {change} WHERE id = %s", [one.pk])


def test_who_found_work_by_another_way_is_not_asked_of_the_employer_she_had_been_sent_to(client, worker, grid):
    hired_elsewhere(ApplicationFactory(seeker__resident__area=grid), by=worker)
    one = FollowUp.objects.get(month=1)
    FollowUp.objects.filter(pk=one.pk).update(due_on=today())
    record_follow_up(one, works="same", on=today(), problems=["arrears"], to_concern=True, by=worker)
    shown = [client.get(one.get_absolute_url()), client.get(reverse("employment:followup_list") + "?state=all")]

    assert [("春风超市" in page.content.decode(), "自己找到的" in page.content.decode()) for page in shown] == [
        (False, True)
    ] * 2
    assert Concern.objects.get().detail == "自己找到的，别处的工作，满 1 个月。"
