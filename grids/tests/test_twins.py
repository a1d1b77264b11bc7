"""Twins: two families and two visits that differ by a ticked risk alone look the same to everybody outside the circle.

Row, history, once-key, audit, page, answer, lists and counts (decisions on data and privacy 2; security design 4.7).
"""

import io
import re
import uuid
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from concerns.tests.factories import ConcernFactory, ReceptionFactory
from fedhub.core.models import AuditEvent, OnceKey
from fedhub.ledgers.registry import ledgers
from grids.models import Visit
from grids.services.offline import register_device
from grids.services.places import Part, close_grid, merge_grids, split_grid
from grids.services.visit import Risk, log_visit
from grids.tests.factories import DutyFactory
from households.models import Household
from households.tests.factories import HouseholdFactory, MembershipFactory, VisitTaskFactory, campaign_at
from safety.enums import ReportSource, Sign
from safety.models import RiskReport
from safety.services.reports import report_risk
from safety.tests.factories import RiskReportFactory

pytestmark = pytest.mark.django_db
WORD = "听到打骂声手臂有伤"


def bare(text, *names):
    """A page without what differs between any two pages: tokens, keys, ids, times, and the twins' own names."""
    text = re.sub(r'(csrfmiddlewaretoken" value=|once_key" value=|X-CSRFToken": )"[^"]*"', r"\1", text)
    text = re.sub(r'name="once_key" value="[^"]*"', "", text)
    text = re.sub(r"/\d+/|household=\d+|(SQ|JD)\d+-\d+", "/N/", text)
    text = re.sub(r'(value|id|for|data-pk|aria-controls)="[^"]*\d[^"]*"', r"\1", text)
    text = re.sub(r"\d{1,2}:\d{2}", "T", text)
    for name in names:
        text = text.replace(name, "NAME")
    return text


def row_of(instance, *leave_out):
    """Column values of a row without ids and times."""
    skip = {"id", "created_at", "updated_at", "history_id", "history_date", *leave_out}
    fields = [field for field in instance._meta.concrete_fields if field.name not in skip]
    return {field.attname: getattr(instance, field.attname) for field in fields}


@pytest.fixture
def twins(as_user, worker, grid):
    """Two families alike but for their names; the second visit carries a ticked risk. Gives visits and answers."""
    found = []
    ticked = {"risk": "yes", "signs": ["fight", "child_hurt"], "risk_text": WORD}
    for name, risk in (("甲桂兰", {}), ("乙桂兰", ticked)):
        member = MembershipFactory(household__area=grid, household__room="101", resident__name=name)
        data = {"once_key": str(uuid.uuid4()), "met": "met", "people": [member.resident.pk], "change": "no",
                "summary": "家里都好", "visited_on": timezone.localdate().isoformat(), "mode": "home",
                "kind": "routine", "risk": "no", "request_1_title": "楼道灯不亮"} | risk  # fmt: skip
        url = reverse("grids:visit_create", args=[member.household.pk])
        client = as_user(worker)
        answer = client.post(url, data)
        visit = member.household.visits.get()
        again = client.post(url, data)
        found.append((member, visit, answer, again, client))
    assert RiskReport.objects.count() == 1
    return found


def test_the_answer_to_saving_is_the_same(twins):
    (_, _, plain, plain_again, _), (_, _, risky, risky_again, _) = twins

    for one, two in ((plain, risky), (plain_again, risky_again)):
        assert one.status_code == two.status_code == 302
        assert bare(one.url) == bare(two.url)
        assert one.content == two.content
        assert {k: v for k, v in one.headers.items() if k != "Location"} == {
            k: v for k, v in two.headers.items() if k != "Location"
        }


def test_the_page_after_saving_is_the_same_and_carries_the_way_to_the_instructions(twins):
    pages = [
        bare(client.get(visit.get_absolute_url()).content.decode(), member.resident.name)
        for member, visit, _, _, client in twins
    ]

    assert pages[0] == pages[1]
    assert reverse("safety:help") in pages[0]


def test_the_rows_their_history_and_the_once_keys_are_the_same(twins):
    (one, first, *_), (two, second, *_) = twins

    assert row_of(first, "household") == row_of(second, "household")
    assert [row_of(h, "household") for h in first.history.all()] == [
        row_of(h, "household") for h in second.history.all()
    ]
    assert row_of(first.concerns.get(), "household", "number", "code") == row_of(
        second.concerns.get(), "household", "number", "code"
    )
    for table in (one.household, two.household):
        table.refresh_from_db()
    left_out = ("number", "head_name", "first_name", "head_sort", "version")
    assert row_of(one.household, *left_out) == row_of(two.household, *left_out)
    keys = [
        row_of(key, "key", "made_at") | {"result_url": bare(key.result_url)} for key in OnceKey.objects.order_by("id")
    ]
    assert keys[0] == keys[1]


def test_the_audit_rows_outside_the_circle_are_the_same(twins):
    def open_events(visit):
        rows = AuditEvent.objects.filter(
            target_label__in=["grids.Visit", "concerns.Concern"]
        ) | AuditEvent.objects.filter(target_label="households.Household")
        ids = {("grids.Visit", visit.pk), ("concerns.Concern", visit.concerns.get().pk),
               ("households.Household", visit.household_id)}  # fmt: skip
        return [
            row_of(event, "at", "mac", "target_id", "hour")
            for event in rows.order_by("id")
            if (event.target_label, event.target_id) in ids
        ]

    (_, first, *_), (_, second, *_) = twins

    assert open_events(first) == open_events(second)
    assert not AuditEvent.objects.filter(target_label__startswith="safety").exists()
    assert WORD not in str(list(AuditEvent.objects.values()))


LISTS = [
    "grids:visit_list", "grids:today", "grids:visit_pick", "grids:change_list", "grids:grid_list",
    "concerns:concern_list", "concerns:reception_list", "households:household_list", "desk:home",
    "grids:visit_figures", "grids:my_record", "grids:outbox", "grids:device_list", "grids:duty_list",
    "households:task_list", "households:link_coverage", "households:link_list",
]  # fmt: skip
# For who leads the work.
LED = [
    "grids:doubt_list", "grids:burden", "grids:target_list", "grids:record_list", "grids:unreached_list",
    "grids:review_list", "grids:tray_list", "grids:handover_list", "households:campaign_list",
    "households:taskbatch_list", "households:link_batches", "reference:visitrule_list",
]  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "where"),
    [(reader, where) for reader in ("worker", "chair", "data_officer") for where in LISTS
     if (reader, where) != ("worker", "grids:change_list")] + [("chair", where) for where in LED],
)  # fmt: skip
def test_no_list_count_or_notice_changes_by_a_report(request, as_user, grid, reader, where):
    user = request.getfixturevalue(reader)
    household = MembershipFactory(household__area=grid).household
    log_visit(Visit(household=household, others="本人"), by=user)
    first = as_user(user).get(reverse(where))

    report_risk(area=grid, source=ReportSource.VISIT, by=user, signs=[Sign.FIGHT], text=WORD, household=household)

    second = as_user(user).get(reverse(where))
    assert (first.status_code, second.status_code) == (200, 200)
    assert bare(first.content.decode()) == bare(second.content.decode())


PAGES_OF_ONE = ["pack", "record_detail", "handover_create", "task_create", "campaign_detail", "campaign_route", "plan"]


@pytest.mark.parametrize("page", PAGES_OF_ONE)
def test_no_page_of_somebody_s_work_changes_by_a_report(as_user, worker, chair, grid, page):
    home = MembershipFactory(household__area=grid).household
    Household.objects.filter(pk=home.pk).update(next_due_on=timezone.localdate())
    VisitTaskFactory(household=home)
    log_visit(Visit(household=home, others="本人"), by=worker)
    DutyFactory(area=grid, person=worker)
    campaign = campaign_at("draft", area=grid)
    urls = {
        "pack": ("grids:pack", worker), "record_detail": ("grids:record_detail", worker),
        "handover_create": ("grids:handover_create", worker), "task_create": ("households:task_create", home),
        "campaign_detail": ("households:campaign_detail", campaign),
        "campaign_route": ("households:campaign_route", campaign),
    }  # fmt: skip
    client, more = as_user(chair), {}
    if page == "plan":
        client, (_, token, _) = as_user(worker), register_device(worker, name="安卓手机")
        url, more = reverse("grids:offline_plan"), {"headers": {"X-Device": token}}
    else:
        name, row = urls[page]
        url = reverse(name, args=[row.pk])

    def shown():
        text = client.get(url, **more).content.decode().replace('\\"', '"')
        return re.sub(r'"until": "[^"]*"', "", bare(text))

    before = shown()
    for sign in Sign:
        report_risk(area=grid, source=ReportSource.VISIT, by=worker, signs=[sign], text=WORD, household=home)

    assert RiskReport.objects.count() == len(Sign)
    assert shown() == before


TABS = {"household": ["tasks", "visits", "concerns", "changes"], "resident": ["links", "visits", "changes"]}


def test_the_pages_of_the_family_are_the_same(twins, as_user, chair):
    paths = [(f"{kind}_detail", tab) for kind, tabs in TABS.items() for tab in ("", *tabs)]
    for path, tab in paths:
        pages = []
        for member, *_ in twins:
            pk = member.household.pk if path == "household_detail" else member.resident.pk
            page = as_user(chair).get(reverse(f"households:{path}", args=[pk]), {"tab": tab}).content.decode()
            pages.append(bare(page, member.resident.name, member.household.number))
        assert pages[0] == pages[1]


@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize("key", ["concerns", "receptions"])
def test_no_ledger_of_concerns_changes_by_a_report(data_officer, worker, grid, key, earlier):
    """Every cell, the number of rows and what the register keeps: with a report and without one they are the same."""
    yesterday = timezone.now() - timedelta(days=1)
    with time_machine.travel(yesterday):
        member = MembershipFactory(household__area=grid)
        concern = ConcernFactory(area=grid, household=member.household, resident=member.resident)
        ReceptionFactory(area=grid, resident=member.resident, concern=concern)
    filters = {"as_of": timezone.localdate(yesterday).isoformat()} if earlier else {}

    def made():
        ledger = ledgers[key]
        rows = list(ledger.export(user=data_officer, filters=filters, full=True).stream())
        return rows, ledger.get_rows(data_officer, filters).count()

    before = made()
    report_risk(
        area=grid, source=ReportSource.VISIT, by=worker, signs=[Sign.FIGHT], text=WORD, household=member.household
    )

    assert RiskReport.objects.count() == 1
    assert made() == before
    assert before[1] == 1


def parts_of(document):
    """The texts of a .docx, whose zip differs by the minute it was made."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in sorted(archive.namelist()))


@pytest.mark.parametrize("reader", ["worker", "chair", "data_officer"])
def test_the_way_of_what_was_asked_for_its_sheet_and_document_are_the_same(request, twins, as_user, reader):
    client, told = as_user(request.getfixturevalue(reader)), []
    for member, visit, *_ in twins:
        concern = visit.concerns.get()
        names = member.resident.name, concern.code
        pages = [
            client.get(reverse(f"concerns:{name}", args=[concern.pk])).content.decode()
            for name in ("concern_way", "closing_sheet", "code_slip")
        ]
        found = client.post(reverse("concerns:concern_code"), {"code": concern.code}).content.decode()
        paper = client.post(reverse("concerns:closing_paper", args=[concern.pk]))
        pages += [found, parts_of(paper.content)]
        told.append([bare(page, *names) for page in pages])

    assert told[0] == told[1]
    assert "走访" in told[0][0]


@pytest.mark.parametrize("act", ["merge", "split", "close"])
def test_reports_move_with_their_grid_and_nothing_tells_it(grid, other_grid, community, chair, safety_officer, act):
    """Each act twice, once with reports in the grid: rows, history and open audit of both runs are alike."""
    told = []
    for sealed in (False, True):
        try:
            with transaction.atomic():
                household = HouseholdFactory(area=grid, number="H330106003012-77777", room="101")
                if act == "close":
                    Household.objects.filter(pk=household.pk).update(state="moved", closed_on=timezone.localdate())
                if sealed:
                    RiskReportFactory(area=grid, subject={"household": household.pk, "resident": None, "name": "x"})
                    RiskReportFactory(area=grid)  # names no household
                before = AuditEvent.objects.order_by("id").last()
                if act == "merge":
                    merge_grids([grid], other_grid, reason="x", by=chair)
                    goals = [other_grid, other_grid]
                elif act == "split":
                    parts = [Part("东", [household]), Part("西")]
                    goals = [split_grid(grid, parts, reason="x", by=chair)[0], community]
                else:
                    close_grid(grid, reason="x", by=chair)
                    goals = [community, community]
                if sealed:
                    assert [
                        r.area for r in sorted(RiskReport.objects.all(), key=lambda r: r.subject["household"] is None)
                    ] == goals
                    assert RiskReport.objects.visible_to(safety_officer).count() == 2
                rows = AuditEvent.objects.filter(pk__gt=before.pk if before else 0).order_by("id")
                told.append([(row.action, row.target_label, row.reason, sorted(row.detail)) for row in rows])
                raise Rollback
        except Rollback:
            grid.refresh_from_db()

    assert told[0] == told[1]
    assert told[0]


class Rollback(Exception):
    """Ends a try-out."""


def test_a_report_that_cannot_be_written_takes_the_visit_with_it(worker, grid):
    household = HouseholdFactory(area=grid)

    with pytest.raises(TypeError), transaction.atomic():
        log_visit(Visit(household=household, others="本人"), risk=Risk(signs=[object()]), by=worker)

    assert (Visit.objects.count(), RiskReport.objects.count()) == (0, 0)
