"""Putting in and closing: nothing about the rows of either database leads from who answered to what she said."""

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fedhub.core import backup
from fedhub.core.management.commands.tick import run_once
from surveys import hooks
from surveys.enums import Mode, Status
from surveys.models import Contact, Draft, Incoming, Marker, Pass, Response, Survey, Tally
from surveys.services import flushing
from surveys.services.closing import archive_survey, close_ended, close_survey, forget_answers, keep_until, mix
from surveys.services.flushing import BEHIND, LEAST, flush, flush_waiting
from surveys.services.folding import recount, tallied
from surveys.services.incoming import Filled, marked, take_in
from surveys.services.letters import write_hers
from surveys.services.passes import print_codes
from surveys.tests.factories import SurveyFactory, published

pytestmark = pytest.mark.django_db
COUNT = 300


def fill(survey, number, **more):
    """Somebody answers; her number stands in her words, so that the test can tell who it was."""
    filled = Filled(
        1,
        {"q1": "ab"[number % 2]},
        {"q3": f"我是{number}"},
        survey.area_id,
        mark=marked(survey, f"device:{number}"),
        **more,
    )
    take_in(survey, filled)


def who(response):
    return int(json.loads(response.texts)["q3"].removeprefix("我是"))


# --- putting in -------------------------------------------------------------------------------------------------------
def test_fewer_than_ten_wait_and_five_always_do(chair):
    survey = published(by=chair)
    for number in range(LEAST + BEHIND - 1):
        fill(survey, number)

    assert flush_waiting() == 0
    assert (Incoming.objects.count(), Response.objects.count()) == (LEAST + BEHIND - 1, 0)
    fill(survey, 99)
    assert flush_waiting() == LEAST
    assert (Incoming.objects.count(), Response.objects.count()) == (BEHIND, LEAST)


def test_what_the_close_puts_in_is_never_one_answer_alone(chair):
    survey = published(by=chair)
    added, before = [], 0
    for number in range(LEAST + BEHIND + 1):
        fill(survey, number)
        flush_waiting()
        added.append(Response.objects.count() - before)
        before += added[-1]
    close_survey(Survey.objects.get(pk=survey.pk))

    assert [n for n in added if n] == [LEAST]
    assert Response.objects.count() - before == BEHIND + 1


def test_counts_are_what_was_put_in(chair):
    survey = published(by=chair)
    for number in range(25):
        fill(survey, number)
    flush(survey, least=1)

    questionnaires = flushing.editions_of(survey)
    assert tallied(survey) == recount(survey, questionnaires)
    assert Tally.objects.get(question="q1", option="a").n == 13


def test_each_batch_is_mixed(chair):
    survey = published(by=chair)
    for number in range(40):
        fill(survey, number)
    written = []
    original = Response.objects.bulk_create
    flush(survey, least=1)
    assert original is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM surveys_response ORDER BY " + ("ctid" if connection.vendor == "postgresql" else "rowid")
        )
        written = [who(Response.objects.get(pk=pk)) for (pk,) in cursor.fetchall()]

    assert sorted(written) == list(range(40))
    assert written != sorted(written)


def test_an_answer_that_cannot_be_opened_stays_where_it_is_and_stops_no_other(chair):
    survey = published(by=chair)
    for number in range(LEAST + BEHIND):
        fill(survey, number)
    Incoming.objects.create(survey=survey, sealed="not json")

    assert flush_waiting() == LEAST
    assert Incoming.objects.count() == BEHIND + 1


def test_where_people_give_their_names_nothing_waits_for_more(chair):
    survey = published(SurveyFactory(mode=Mode.NAMED), by=chair)
    fill(survey, 1, contact={"name": "王女士", "phone": "13800138000"}, edits="m")

    assert flush_waiting() == 1
    assert who(Contact.objects.get().response) == 1


def test_two_named_answers_of_one_browser_hold_nothing_up(chair):
    survey = published(SurveyFactory(mode=Mode.NAMED, once_each=False), by=chair)
    for number in range(4):
        fill(survey, number, contact={"name": f"名{number}", "phone": "13800138000"}, edits="same")
        if number == 1:
            flush_waiting()
    flush_waiting()

    assert sorted(who(row.response) for row in Contact.objects.all()) == [0, 1, 2, 3]
    assert Contact.objects.filter(mark="same").count() == 1


# --- the end ----------------------------------------------------------------------------------------------------------
def test_closing_forgets_who_answered_and_keeps_every_answer(chair):
    survey = published(by=chair)
    for number in range(15):
        fill(survey, number)
    flush_waiting()
    for number in range(15, 18):
        fill(survey, number)
    print_codes(survey, 3, by=chair)
    Draft.objects.create(survey=survey, blind="x", sealed="{}", expires_on=timezone.localdate())

    close_survey(survey, by=chair)

    survey.refresh_from_db()
    assert (survey.status, survey.secret) == (Status.CLOSED, "")
    assert sorted(who(one) for one in Response.objects.all()) == list(range(18))
    assert [model.objects.count() for model in (Incoming, Marker, Draft, Pass)] == [0, 0, 0, 0]
    assert tallied(survey) == recount(survey, flushing.editions_of(survey))


def test_no_history_row_keeps_the_secret(chair):
    survey = published(by=chair)
    close_survey(survey, by=chair)

    assert not hasattr(survey.history.first(), "secret")


def test_a_survey_by_name_stays_tied_to_its_names(chair):
    survey = published(SurveyFactory(mode=Mode.NAMED), by=chair)
    for number in range(5):
        fill(survey, number, contact={"name": f"名{number}", "phone": "13800138000"}, edits=f"m{number}")
    close_survey(survey, by=chair)

    assert {(row.sealed["name"], who(row.response), row.mark) for row in Contact.objects.all()} == {
        (f"名{number}", number, None) for number in range(5)
    }


def test_the_day_after_the_last_it_ends_by_itself(chair):
    today = timezone.localdate()
    survey = published(SurveyFactory(ends_on=today), by=chair)
    later = published(SurveyFactory(), by=chair)

    assert close_ended(today) == 0
    assert close_ended(today + timezone.timedelta(days=1)) == 1
    assert list(Survey.objects.order_by("pk").values_list("pk", "status")) == [
        (survey.pk, "closed"),
        (later.pk, "open"),
    ]


def test_raw_answers_go_after_their_months_and_counts_stay(chair):
    survey = published(SurveyFactory(keep_months=6), by=chair)
    for number in range(12):
        fill(survey, number)
    close_survey(survey, by=chair)
    write_hers(survey, "C" * 16, "你好")
    survey = archive_survey(Survey.objects.get(), by=chair)
    counts, last = tallied(survey), keep_until(survey)

    assert forget_answers(last) == 0
    assert forget_answers(last + timezone.timedelta(days=1)) == 12
    assert Response.objects.count() == survey.threads.count() == 0
    assert tallied(survey) == counts


@pytest.mark.parametrize(
    ("closed", "months", "until"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 5, 15), 12, date(2027, 5, 15)), (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)  # fmt: skip
def test_the_last_day_of_keeping(closed, months, until):
    noon = timezone.make_aware(timezone.datetime(closed.year, closed.month, closed.day, 12))

    assert keep_until(Survey(closed_at=noon, keep_months=months)) == until


def test_the_tick_does_it_all(chair):
    survey = published(SurveyFactory(ends_on=timezone.localdate()), by=chair)
    for number in range(LEAST + BEHIND):
        fill(survey, number)
    assert [name for name in run_once() if name in ("put_in_what_came", "end_and_forget")] == []
    assert Response.objects.count() == LEAST
    Survey.objects.update(
        starts_on=timezone.localdate() - timezone.timedelta(days=2),
        ends_on=timezone.localdate() - timezone.timedelta(days=1),
    )
    # Its daily part ran today already.
    run_once()
    assert Survey.objects.get().status == Status.OPEN
    hooks.Setting.objects.filter(key=hooks.DAILY).update(value={"on": "2026-01-01"})
    run_once()
    assert Survey.objects.get().status == Status.CLOSED


# --- nothing leads back -----------------------------------------------------------------------------------------------
def order_of(table, by):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} ORDER BY {by}")
        return [pk for (pk,) in cursor.fetchall()]


def guessed(markers, responses):
    """How many pairs are right when the n-th of both orders are taken for the same person."""
    return sum(one == other for one, other in zip(markers, responses, strict=False))


@pytest.mark.django_db(transaction=True)
def test_no_order_of_rows_joins_answers_to_who_gave_them(chair):
    survey = published(by=chair)
    marks = {}
    for number in range(COUNT):
        fill(survey, number)
        marks[marked(survey, f"device:{number}")] = number
        if number % 12 == 11:
            flush_waiting()
    person = {row.pk: marks[row.mark] for row in Marker.objects.all()}
    orders = ["id"] + (["ctid", "xmin::text::bigint, ctid"] if connection.vendor == "postgresql" else ["rowid"])
    for by in orders:
        markers = [person[pk] for pk in order_of("surveys_marker", by)]
        said = {row.pk: who(row) for row in Response.objects.all()}
        responses = [said[pk] for pk in order_of("surveys_response", by)]
        # By chance one in a batch of twelve, or one of all.
        assert guessed(markers, responses) < COUNT * 0.2, by

    close_survey(survey, by=chair)
    said = {row.pk: who(row) for row in Response.objects.all()}
    assert sorted(said.values()) == list(range(COUNT))
    for by in orders:
        responses = [said[pk] for pk in order_of("surveys_response", by)]
        assert guessed(range(COUNT), responses) < COUNT * 0.05, by
        # Nor does a neighbour tell of a neighbour: few that came one after the other stand so.
        near = sum(abs(a - b) == 1 for a, b in zip(responses, responses[1:], strict=False))
        assert near < COUNT * 0.05, by
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM surveys_response")
            assert cursor.fetchone()[0] == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_forgotten_lies_in_no_free_page_and_no_log_of_the_file(chair, tmp_path):
    if connection.vendor != "sqlite":
        # PostgreSQL: dead rows are swept by VACUUM FULL at the close; its write-ahead log is named in docs/privacy.md.
        return
    survey = published(by=chair)
    for number in range(30):
        fill(survey, number)
    marks = [row.mark.encode() for row in Marker.objects.all()]
    path = connection.settings_dict["NAME"]
    flush_waiting()
    close_survey(survey, by=chair)

    held = b"".join(Path(f"{path}{end}").read_bytes() for end in ("", "-wal") if Path(f"{path}{end}").exists())
    assert [mark for mark in marks if mark in held] == []


@pytest.mark.django_db(transaction=True)
def test_inside_the_file_the_place_of_a_row_tells_nothing(chair):
    """A page of SQLite keeps its cells in the order they were written: after the close that order is a random one."""
    if connection.vendor != "sqlite":
        return
    survey = published(by=chair)
    for number in range(60):
        fill(survey, number)
    close_survey(survey, by=chair)
    path = connection.settings_dict["NAME"]
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as raw:
        sealed = dict(raw.execute("SELECT id, texts FROM surveys_response").fetchall())
    held = Path(path).read_bytes()
    said = {row.pk: who(row) for row in Response.objects.all()}
    there = sorted(said, key=lambda pk: held.index(sealed[pk]))
    assert len(there) == 60
    assert guessed(range(60), [said[pk] for pk in there]) < 12
    assert guessed(range(59, -1, -1), [said[pk] for pk in there]) < 12


def test_mixing_keeps_every_row_as_it_was(chair):
    survey = published(by=chair)
    for number in range(30):
        fill(survey, number)
    flush(survey, least=1)
    before = sorted(map(repr, Response.objects.values_list()))
    mix("surveys_response", survey)

    assert sorted(map(repr, Response.objects.values_list())) == before


@pytest.mark.django_db(transaction=True)
def test_the_checksums_of_a_backup_tell_of_no_order(chair):
    survey = published(by=chair)
    for number in range(12 + BEHIND):
        fill(survey, number)
    flush_waiting()

    # Rows are summed in the order of their random keys.
    assert backup.table_checksums()["surveys_response"]["rows"] == 12


def test_a_visitor_who_only_looks_leaves_no_row(chair):
    survey = published(by=chair)
    for end in ("", "1/", "thanks/", "on/", "code/", "letter/"):
        Client().get(f"/s/{survey.token}/{end}")

    assert [m.objects.count() for m in (Draft, Marker, Incoming, Response, Contact)] == [0, 0, 0, 0, 0]
