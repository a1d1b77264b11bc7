"""What an outsider can reach is the same, to the byte and to the question put to the database, with and without a sealed file."""

import io
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.images import clean_image
from fedhub.core.testing.twins import bare
from fedhub.core.tests.pictures import jpeg
from fedhub.ledgers.models import ImportBatch
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.commit import commit_batch, undo_batch
from fedhub.ledgers.services.export import export_ledger
from fedhub.ledgers.tests.books import book
from households.models import Household, Resident
from households.services.households import create_household
from households.services.merge import merge_residents, preview_merge
from households.tests.factories import MembershipFactory
from safety.services.files import add_entry
from safety.services.reports import report_risk
from safety.tests.factories_file import a_file, proved, write
from tests.test_house_rules import patterns
from tests.test_matrix import addresses, records  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
# The audit pages list what was just read, by whom: they grow by the reading itself.
ITSELF = {"/desk/audit/"}
LISTS = sorted({f"/{route}" for route, _, _ in patterns() if "<" not in route and "(" not in route} - ITSELF)
# Kept for the hour or the process: who reads a page twice is answered from what the first time left.
OUTSIDERS = [Role.CHAIR, Role.SAFETY_OFFICER, Role.GRID_WORKER, Role.DATA_OFFICER, Role.AUDITOR, Role.MEDIATOR]

SAVEPOINT = re.compile(r'"s\d+_x\d+"')


def answers(client, found):
    """`{address: (answer, statements without their values)}`."""
    got, statements = {}, []

    def note(execute, sql, params, many, context):
        statements.append(SAVEPOINT.sub("", sql))
        return execute(sql, params, many, context)

    for address in found:
        statements.clear()
        with connection.execute_wrapper(note):
            answer = client.get(address)
        got[address] = bare(answer), list(statements)
    return got


def sealed_about(records, lead):  # noqa: F811
    """A report and a file with everything in it about the family of the records."""
    home, person, grid = records[Household], records[Resident], records[Household].area
    report_risk(area=grid, source="visit", by=lead, signs=["injury"], text="手臂有伤", household=home, resident=person)
    file = a_file(grid, lead, name=person.name, resident=person.pk)
    for kind in ("danger", "contact", "plan", "report", "letter", "order"):
        write(file, kind, lead)
    facts = {"what": "medical", "on": "2026-11-21", "source": "她本人", "original": "她保管"}
    add_entry(file, "evidence", facts, by=lead, pictures=[clean_image(jpeg())])
    return file


@pytest.fixture
def _clock_stands_still():
    """What is made of the moment (stamps of files, tokens of forms) is the same before and after."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.usefixtures("_clock_stands_still")
@pytest.mark.parametrize("role", OUTSIDERS)
def test_no_page_and_no_question_tells_an_outsider_of_a_file(records, as_user, grid, role):  # noqa: F811
    lead = user_with(Role.SAFETY_OFFICER, grid, username="lead2")
    reader = proved(as_user(user_with(role, grid.parent, username="reader")))
    # A trained person of the place sees its reports: what she may not know is the file.
    if role == Role.SAFETY_OFFICER:
        sealed_about(records, lead)
    found = [*LISTS, *(address for address, _ in addresses(records) if not address.startswith("/safety/"))]
    found = [address for address in found if address not in ITSELF]
    answers(reader, found)
    before = answers(reader, found)

    if role == Role.SAFETY_OFFICER:
        a_file(grid, lead, name=records[Resident].name, resident=records[Resident].pk)
    else:
        sealed_about(records, lead)
    after = answers(reader, found)

    assert len(found) > 200
    assert [a for a in found if before[a][0] != after[a][0]] == []
    assert [a for a in found if before[a][1] != after[a][1]] == []


# --- what is done, not only read --------------------------------------------------------------------------------------
HEAD = ["序号", "网格", "姓名", "出生年月", "家庭住址", "备注"]


def sheet(*rows):
    return SimpleUploadedFile("台账.xlsx", book([HEAD, *rows]).getvalue())


def imported(by, area, *rows):
    """A batch of the women's ledger, checked."""
    batch = intake.start_import(sheet(*rows), ledger="women", area=area, by=by)
    intake.map_columns(batch, batch.mapping, by=by)
    return check_batch(batch)


def world(deeds, before):
    """What `deeds()` gives after `before()`, with the statements it took; nothing of either stays."""
    statements = []

    def note(execute, sql, params, many, context):
        statements.append(SAVEPOINT.sub("", sql))
        return execute(sql, params, many, context)

    with transaction.atomic():
        before()
        with connection.execute_wrapper(note):
            got = deeds()
        transaction.set_rollback(True)
    return got, statements


@pytest.mark.usefixtures("_clock_stands_still")
def test_no_act_tells_an_outsider_of_a_file(data_officer, chair, community, grid, settings, tmp_path):
    """Merging, warnings of doubles, undoing an import that brought her, exports and numbers: the same outcomes and questions."""
    settings.SCRATCH_ROOT = tmp_path
    lead = user_with(Role.SAFETY_OFFICER, grid, username="lead2")
    brought = imported(data_officer, community, [1, "第一网格", "王桂兰", "1985-03-01", "加工厂小区4栋602", ""])
    intake.request_commit(brought, by=data_officer)
    brought = commit_batch(brought, by=data_officer)
    person = Resident.objects.get(name="王桂兰")
    home = Household.objects.get()
    double = MembershipFactory(
        household=home, resident__name="王桂兰", resident__birth="1985-03", resident__area=grid
    ).resident

    def deeds():
        # Rights are kept with the person who was read.
        officer, head = (User.objects.get(pk=one.pk) for one in (data_officer, chair))
        kept, gone = (Resident.objects.get(pk=one.pk) for one in (double, person))
        again = imported(officer, community, [1, "第一网格", "王桂兰", "1985-03", "加工厂小区4栋602", "新备注"])
        record, data = export_ledger(ledgers["women"], full=True, purpose="核对", by=officer)
        cells = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).active]
        number = create_household(
            Household(area=grid, head_name="李四", compound="新村", building="1", room="101"), by=head
        ).number
        preview = preview_merge(kept, gone, head)
        with transaction.atomic():
            intake.request_undo(ImportBatch.objects.get(pk=brought.pk), by=officer)
            undone = undo_batch(ImportBatch.objects.get(pk=brought.pk), by=officer)
            counts = undone.state, undone.counts, Resident.objects.count(), Household.objects.count()
            transaction.set_rollback(True)
        merge_residents(kept, gone, reason="同一个人", by=head)
        gone.refresh_from_db()
        return {
            "import": [(row.verdict, row.findings) for row in again.rows.all()],
            "export": (record.number, record.file_name, record.rows, cells),
            "number": number,
            "merge": (repr(preview.facts), preview.moves, preview.problems, preview.warnings, gone.state),
            "undo": counts,
        }

    def sealed():
        sealed_about({Household: home, Resident: person}, lead)

    world(deeds, lambda: None)
    without, plain = world(deeds, lambda: None)
    with_file, asked = world(deeds, sealed)

    assert without["number"].startswith("H")
    assert len(without["export"][3]) > 3
    assert without["undo"][1]["undone"] == 1
    assert without == with_file
    assert plain == asked
