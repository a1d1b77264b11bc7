"""The sealed compartment: who reads, what is written down, what is refused (security design 4.7)."""

import uuid
from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from accounts.tests.factories import user_with
from fedhub.areas.tests.factories import grid as grid_number
from fedhub.core import audit
from fedhub.core.fields import EncryptedField
from fedhub.core.menu import menu_for
from fedhub.core.models import AuditEvent, OnceKey, SealedEvent, Setting
from fedhub.core.privacy import privacy_of
from fedhub.core.reveal import reveal_value
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.versions import StaleVersion
from households.panels import household_panels, resident_panels
from households.tests.factories import HouseholdFactory
from safety.enums import ReportSource, ReportState, Sign
from safety.models import RiskReport
from safety.queries import open_count
from safety.services.reports import handle_report, report_risk
from safety.tests.factories import RiskReportFactory

pytestmark = pytest.mark.django_db
# A page without rows, for the queries that every page makes.
SHELL = "/safety/help/"
WORD = "听到打骂声手臂有伤"


# --- writing ------------------------------------------------------------------------------------------------------
def test_a_report_is_written_for_the_area_and_gives_nothing_back(worker, grid):
    household = HouseholdFactory(area=grid)

    answer = report_risk(
        area=grid, source=ReportSource.VISIT, by=worker, signs=[Sign.FIGHT], text=WORD, household=household
    )

    report = RiskReport.objects.get()
    assert answer is None
    assert (report.area, report.signs, report.text, report.state) == (grid, ["fight"], WORD, ReportState.OPEN)
    assert report.subject == {"household": household.pk, "resident": None, "name": "王桂兰户"}
    assert (report.reporter["id"], report.reporter["name"]) == (worker.pk, "刘建芳")


def test_nothing_of_a_report_lies_in_clear_in_the_database(worker, grid):
    report_risk(area=grid, source=ReportSource.VISIT, by=worker, signs=[Sign.FIGHT], text=WORD, subject_name="王桂兰")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM safety_riskreport")
        row = cursor.fetchone()
        cursor.execute("SELECT * FROM core_sealedevent")
        (event,) = cursor.fetchall()

    stored = b"".join(bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in (*row, *event))
    told = (WORD, "王桂兰", "刘建芳", "fight", "riskreport", "visit")
    assert [word for word in told if word.encode() in stored] == []


def test_no_column_of_a_report_or_its_audit_row_tells_who_or_when(worker, grid):
    """Day and area are all that lies in clear; a moment or a running number would point at one visit."""
    audit.record("grids.visit.log", by=worker)
    report_risk(area=grid, source=ReportSource.VISIT, by=worker, signs=[Sign.FIGHT])

    report, event = RiskReport.objects.get(), SealedEvent.objects.get()
    clear = {
        f.attname: getattr(row, f.attname)
        for row in (report, event)
        for f in row._meta.concrete_fields
        if not isinstance(f, EncryptedField)
    }
    assert set(clear) == {
        "id", "area_id", "reported_on", "state", "version", "once", "day", "about", "hour", "mac",
    }  # fmt: skip
    assert (clear["reported_on"], clear["day"]) == (timezone.localdate(), timezone.localdate())
    assert (clear["once"], clear["hour"], clear["area_id"]) == (None, None, grid.pk)
    assert min(report.pk, event.pk) > 1_000_000
    assert datetime.fromisoformat(report.reporter["at"]).date() is not None
    assert [row.action for row in AuditEvent.objects.exclude(action__startswith="accounts.")] == ["grids.visit.log"]


def test_the_table_of_sums_does_not_tell_when_the_last_report_came(worker, grid):
    before = set(Setting.objects.values_list("key", flat=True))
    report_risk(area=grid, source=ReportSource.VISIT, by=worker, signs=[Sign.FIGHT])

    (new,) = Setting.objects.exclude(key__in=before)
    assert (new.key, new.updated_at) == (audit.SEALED_SUM, audit.NO_MOMENT)
    assert sorted(new.value) == ["seal", "sum"]


def test_every_audit_row_of_a_report_is_sealed(worker, safety_officer, grid, as_user):
    audit.record("grids.visit.log", by=worker)
    report_risk(area=grid, source=ReportSource.VISIT, by=worker, signs=[Sign.FIGHT])
    report = RiskReport.objects.get()

    as_user(safety_officer).get(reverse("safety:report_detail", args=[report.pk]))
    handle_report(report, note="已报派出所", base_version=1, by=safety_officer)

    contents = sorted((event.content for event in SealedEvent.objects.all()), key=lambda content: content["at"])
    assert [(c["action"], c["actor_name"], c["target_id"], c["area_id"], c["level"]) for c in contents] == [
        ("safety.riskreport.write", "刘建芳", report.pk, grid.pk, 4),
        ("safety.riskreport.read", "吴静", report.pk, grid.pk, 4),
        ("safety.riskreport.handle", "吴静", report.pk, grid.pk, 4),
    ]
    assert AuditEvent.objects.filter(target_label="safety.RiskReport").count() == 0
    assert audit.verify_chain() == []


# --- reading ------------------------------------------------------------------------------------------------------
def test_only_the_trained_person_of_the_area_opens_the_pages(
    as_user, safety_officer, chair, worker, data_officer, auditor, stranger, grid
):
    report = RiskReportFactory(area=grid)
    urls = [
        reverse("safety:report_list"),
        reverse("safety:report_detail", args=[report.pk]),
        reverse("safety:report_handle", args=[report.pk]),
    ]

    assert [as_user(safety_officer).get(url).status_code for url in urls] == [200] * 3
    for user in (chair, worker, data_officer, auditor, stranger):
        assert [as_user(user).get(url).status_code for url in urls] == [404] * 3


def test_a_trained_person_of_another_grid_sees_an_empty_list(as_user, grid):
    report = RiskReportFactory(area=grid)
    other = user_with(Role.SAFETY_OFFICER, grid_number(2))

    page = as_user(other).get(reverse("safety:report_list"))

    assert page.context["page"].rows == []
    assert as_user(other).get(reverse("safety:report_detail", args=[report.pk])).status_code == 404
    assert open_count(other) == 0


def test_the_list_says_no_more_than_that_something_waits(client, safety_officer, grid):
    RiskReportFactory(area=grid, text=WORD)

    page = client.get(reverse("safety:report_list")).content.decode()

    assert "有一条待办" in page
    assert not any(word in page for word in (WORD, "王桂兰", "刘建芳", "打架", "家暴"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, safety_officer, grid, rows):
    RiskReportFactory.create_batch(rows, area=grid)

    page, queries = queries_beyond(client, reverse("safety:report_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


def test_a_report_that_was_opened_and_not_handled_is_still_announced(client, safety_officer, grid):
    report = RiskReportFactory(area=grid, signs=["child_hurt"])

    first = client.get(reverse("safety:report_detail", args=[report.pk]))
    again = client.get(reverse("safety:report_detail", args=[report.pk]))

    report.refresh_from_db()
    assert (report.state, report.version, first.context["is_child"]) == (ReportState.OPEN, 1, True)
    assert open_count(User.objects.get(pk=safety_officer.pk)) == 1
    assert [name for name, _ in again.context["readings"]] == ["吴静"]
    row = client.get(reverse("safety:report_list")).context["page"].rows[0]
    assert row.was_read is True


def test_the_list_tells_which_reports_nobody_opened(client, safety_officer, grid):
    opened, fresh = RiskReportFactory.create_batch(2, area=grid)
    client.get(reverse("safety:report_detail", args=[opened.pk]))

    rows = client.get(reverse("safety:report_list")).context["page"].rows

    assert {row.pk: row.was_read for row in rows} == {opened.pk: True, fresh.pk: False}


def test_a_report_of_a_child_is_not_put_away_with_a_note(client, safety_officer, grid):
    """It goes into a file, which no one closes without a report or the head's decision (未成年人保护法 art. 11)."""
    report = RiskReportFactory(area=grid, signs=["child_alone"])
    page = client.get(reverse("safety:report_detail", args=[report.pk]))
    url = reverse("safety:report_handle", args=[report.pk])

    answer = client.post(url, filled(client.get(url), note="已报派出所"))

    report.refresh_from_db()
    assert (page.context["may_handle"], page.context["may_open"]) == (False, True)
    assert "涉及孩子的，要建受限档案或者并入已有的档案" in answer.content.decode()
    assert report.state == ReportState.OPEN


def test_handling_closes(client, safety_officer, grid):
    report = RiskReportFactory(area=grid, signs=["fight"])

    form = client.get(reverse("safety:report_handle", args=[report.pk])).context["form"]
    client.post(
        reverse("safety:report_handle", args=[report.pk]),
        {"note": "已报派出所", "version": form["version"].value(), "once_key": str(uuid.uuid4())},
    )

    report.refresh_from_db()
    assert (report.state, report.handled_note) == (ReportState.HANDLED, "已报派出所")
    assert open_count(User.objects.get(pk=safety_officer.pk)) == 0


def test_two_trained_persons_do_not_overwrite_each_other(safety_officer, grid):
    report = RiskReportFactory(area=grid)
    handle_report(report, note="先写的", base_version=1, by=safety_officer)

    with pytest.raises(StaleVersion):
        handle_report(report, note="后写的", base_version=1, by=safety_officer)

    assert RiskReport.objects.get().handled_note == "先写的"


def test_the_front_desk_reports_and_cannot_read_it_again(as_user, chair, grid):
    data = {
        "area": grid.pk, "subject_name": "王桂兰", "signs": ["fight"], "text": WORD, "source": "school", "informant": "李老师",
        "informant_phone": "13900001111", "once_key": str(uuid.uuid4()),
    }  # fmt: skip

    response = as_user(chair).post(reverse("safety:report"), data)

    report = RiskReport.objects.get()
    assert response.url == reverse("safety:help")
    assert (report.source, report.subject["name"]) == (ReportSource.SCHOOL, "王桂兰")
    assert report.reporter["informant"] == {"name": "李老师", "phone": "13900001111"}
    assert as_user(chair).get(reverse("safety:report_detail", args=[report.pk])).status_code == 404


def test_a_form_sent_twice_is_one_report_and_leaves_no_once_key(as_user, chair, grid):
    """A once-key row would say who wrote a report, and when."""
    data = {
        "area": grid.pk, "signs": ["fight"], "text": WORD, "source": "phone", "once_key": str(uuid.uuid4()),
    }  # fmt: skip

    answers = [as_user(chair).post(reverse("safety:report"), data).url for _ in range(2)]

    assert answers == [reverse("safety:help")] * 2
    assert (RiskReport.objects.count(), OnceKey.objects.count()) == (1, 0)


def test_an_empty_report_is_refused_with_a_sentence(client, worker, grid):
    response = client.post(reverse("safety:report"), {"area": grid.pk})

    assert response.context["form"].errors["signs"] == ["请至少选一项，或者简单写几句。"]


def test_nobody_reports_for_an_area_that_is_not_hers(client, worker, other_grid):
    response = client.post(reverse("safety:report"), {"area": other_grid.pk, "text": WORD})

    assert "area" in response.context["form"].errors
    assert RiskReport.objects.count() == 0


def test_the_instructions_are_open_to_every_member_of_the_staff(as_user, worker, chair, safety_officer, auditor):
    pages = [as_user(u).get(reverse("safety:help")).content.decode() for u in (worker, chair, safety_officer, auditor)]

    for page in pages:
        assert all(word in page for word in ("110", "12338", "反家庭暴力法第十四条", "未成年人保护法第十一条", "主席"))


# --- the compartment is closed ------------------------------------------------------------------------------------
def test_no_other_table_points_at_a_report_and_a_report_at_no_person():
    pointing = [r.related_model._meta.label for r in RiskReport._meta.related_objects]
    pointed = {f.related_model._meta.label for f in RiskReport._meta.get_fields() if f.is_relation and f.concrete}

    assert pointing == []
    assert pointed == {"areas.Area"}


def test_every_field_of_a_report_is_sealed_and_none_can_be_revealed(safety_officer, grid):
    report = RiskReportFactory(area=grid)

    assert {c.level for c in privacy_of(RiskReport).fields.values()} == {4}
    with pytest.raises(LookupError):
        reveal_value(safety_officer, "safety.RiskReport", report.pk, "text", reason="check")


def test_the_right_to_read_is_held_by_one_role_alone():
    assert [role for role, held in PERMISSIONS.items() if "safety.view_riskreport" in held] == [Role.SAFETY_OFFICER]


def test_no_panel_knows_the_compartment():
    shown = [*household_panels, *resident_panels]

    assert [p.key for p in shown if "safety" in p.permission or "safety" in p.template] == []


def test_the_menu_counts_for_the_trained_person_alone(safety_officer, chair, grid):
    RiskReportFactory.create_batch(2, area=grid)

    def counted(user):
        return {c["label"]: c["count"] for g in menu_for(user, "/") for c in [g, *g["children"]]}.get("待办（受限）")

    assert counted(safety_officer) == 2
    assert counted(chair) is None


@pytest.mark.parametrize("state", ["lost", ""])
def test_the_database_refuses_an_unknown_state(grid, state):
    RiskReportFactory(area=grid)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE safety_riskreport SET state = %s", [state])
