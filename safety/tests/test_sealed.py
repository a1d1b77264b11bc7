"""The sealed compartment: who reads, what is written down, what is refused (security design 4.7)."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from accounts.tests.factories import user_with
from fedhub.areas.tests.factories import grid as grid_number
from fedhub.core.menu import menu_for
from fedhub.core.models import AuditEvent
from fedhub.core.privacy import privacy_of
from fedhub.core.reveal import reveal_value
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.versions import StaleVersion
from households.panels import household_panels, resident_panels
from households.tests.factories import HouseholdFactory
from safety.enums import ReportSource, ReportState, Sign
from safety.models import RiskReport
from safety.queries import open_count
from safety.services import handle_report, report_risk
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
    assert report.reporter == {"id": worker.pk, "name": "刘建芳"}


def test_nothing_of_a_report_lies_in_clear_in_the_database(worker, grid):
    report_risk(area=grid, source=ReportSource.VISIT, by=worker, signs=[Sign.FIGHT], text=WORD, subject_name="王桂兰")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM safety_riskreport")
        row = cursor.fetchone()
        cursor.execute("SELECT detail, reason, actor_name FROM core_auditevent WHERE target_label LIKE 'safety%%'")
        (event,) = cursor.fetchall()

    stored = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert not any(word.encode() in stored for word in (WORD, "王桂兰", "刘建芳", "fight"))
    assert event == ("{}", "", "刘建芳")


def test_every_audit_row_of_a_report_is_sealed(worker, safety_officer, grid, as_user):
    report_risk(area=grid, source=ReportSource.VISIT, by=worker, signs=[Sign.FIGHT])
    report = RiskReport.objects.get()

    as_user(safety_officer).get(reverse("safety:report_detail", args=[report.pk]))
    handle_report(report, note="已报派出所", base_version=1, by=safety_officer)

    events = AuditEvent.objects.filter(target_label="safety.RiskReport")
    assert list(events.order_by("id").values_list("action", "sealed", "level")) == [
        ("safety.riskreport.write", True, 4),
        ("safety.riskreport.read", True, 4),
        ("safety.riskreport.handle", True, 4),
    ]


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
    assert queries == 2


def test_opening_marks_as_seen_and_handling_closes(client, safety_officer, grid):
    report = RiskReportFactory(area=grid, signs=["child_hurt"])
    page = client.get(reverse("safety:report_detail", args=[report.pk]))
    report.refresh_from_db()
    assert (report.state, page.context["is_child"]) == (ReportState.SEEN, True)

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
    data = {"area": grid.pk, "subject_name": "王桂兰", "signs": ["fight"], "text": WORD, "once_key": str(uuid.uuid4())}

    response = as_user(chair).post(reverse("safety:report"), data)

    report = RiskReport.objects.get()
    assert response.url == reverse("safety:help")
    assert (report.source, report.subject["name"]) == (ReportSource.FRONT_DESK, "王桂兰")
    assert as_user(chair).get(reverse("safety:report_detail", args=[report.pk])).status_code == 404


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
