"""The job officer exports the roster and the figures of her own work, masked unless she says why, and sees of the register what
she exported herself."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import PERMISSIONS, Role
from accounts.tests.factories import RoleGrantFactory, user_with
from employment.tests.event_factories import SignupFactory, event_on
from fedhub.areas.tests import factories as places
from fedhub.core.models import AuditEvent
from fedhub.ledgers.models import ExportRecord
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.tests.factories import ExportRecordFactory
from households.tests.factories import PhoneFactory

pytestmark = pytest.mark.django_db
NUMBER, PHONE = "110101199001010023", "13800138000"
ROSTER = reverse("ledgers:ledger_export", args=["training"])
FIGURES = reverse("ledgers:ledger_export", args=["job_figures"])
REGISTER = reverse("ledgers:export_list")


@pytest.fixture
def officer(community):
    return user_with(Role.JOB_OFFICER, community, username="jobs", name="马青")


@pytest.fixture
def client(as_user, officer):
    return as_user(officer)


@pytest.fixture
def pupil(grid):
    one = SignupFactory(
        event=event_on(-1, 1), resident__area=grid, resident__name="赵小莉", resident__id_number=NUMBER
    )
    PhoneFactory(resident=one.resident, number=PHONE)
    return one


def texts(response):
    file = BytesIO(b"".join(response) if response.streaming else response.content)
    return {str(cell) for row in load_workbook(file).active.iter_rows(values_only=True) for cell in row if cell}


def test_her_pages_lead_to_her_exports(client, pupil):
    event, figures = client.get(pupil.event.get_absolute_url()), client.get(reverse("employment:figures"))

    assert f"{ROSTER}?event={pupil.event_id}" in event.content.decode()
    assert f"{FIGURES}?since=" in figures.content.decode()


def test_the_roster_is_masked_unless_she_writes_why(client, officer, pupil):
    page = client.get(ROSTER, {"event": pupil.event_id})
    masked = texts(client.post(ROSTER, {"mode": "masked", "event": pupil.event_id}))
    unsaid = client.post(ROSTER, {"mode": "full"})
    whole = texts(client.post(ROSTER, {"mode": "full", "purpose": "报人社开班"}))

    assert (page.context["form"]["mode"].value(), page.context["form"]["event"].value()) == (
        "masked",
        f"{pupil.event_id}",
    )
    assert "赵小莉" in masked
    assert not {NUMBER, PHONE} & masked
    assert unsaid.context["form"].errors
    assert {"赵小莉", NUMBER, PHONE} <= whole
    assert list(ExportRecord.objects.order_by("pk").values_list("mode", "purpose", "created_by")) == [
        ("masked", "", officer.pk), ("full", "报人社开班", officer.pk),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="ledgers.exportrecord.make", actor_id=officer.pk).count() == 2


def test_the_figures_go_out_with_the_numbers_of_the_page(client, pupil):
    assert "登记求职（人）" in texts(client.post(FIGURES, {"mode": "masked"}))


def test_of_the_register_she_sees_her_own_part(client, as_user, chair, officer, pupil):
    client.post(ROSTER, {"mode": "masked"})
    mine = ExportRecord.objects.get()
    other = ExportRecordFactory(area=pupil.resident.area, created_by=chair, ledger="women")
    hers, page = [row.pk for row in client.get(REGISTER).context["page"].rows], client.get(f"{REGISTER}{mine.pk}/")

    assert (hers, page.status_code) == ([mine.pk], 200)
    assert client.get(f"{REGISTER}{other.pk}/").status_code == 404
    assert client.post(reverse("ledgers:export_file", args=[other.pk])).status_code == 404
    assert {row.pk for row in as_user(chair).get(REGISTER).context["page"].rows} == {mine.pk, other.pk}


def test_she_exports_no_other_ledger_and_is_shown_none(client):
    shown = [row["ledger"].key for row in client.get(reverse("ledgers:ledger_list")).context["rows"]]
    answers = {one.key: client.get(reverse("ledgers:ledger_export", args=[one.key])).status_code for one in ledgers}

    assert sorted(shown) == ["job_figures", "training"]
    assert {key for key, status in answers.items() if status == 200} == {"training", "job_figures"}
    assert set(answers.values()) == {200, 404}


def test_who_watches_in_one_place_sees_elsewhere_what_she_exported_herself(community, chair):
    elsewhere = places.community(13, "翠苑社区")
    both = user_with(Role.JOB_OFFICER, elsewhere, username="both")
    RoleGrantFactory(user=both, role=Role.CHAIR, area=community)
    inside, outside = (
        ExportRecordFactory(area=community, created_by=chair),
        ExportRecordFactory(area=elsewhere, created_by=both),
    )
    ExportRecordFactory(area=elsewhere, created_by=chair)

    assert set(ExportRecord.objects.visible_to(both)) == {outside, inside}


@pytest.mark.parametrize("role", Role)
def test_whoever_saw_the_whole_register_still_does(role):
    held = {one for one in PERMISSIONS[role] if one.startswith("ledgers.") and one.endswith("_exportrecord")}

    watching = (Role.CHAIR, Role.SECRETARY, Role.DATA_OFFICER, Role.SECURITY_ADMIN, Role.AUDITOR)
    both, own = {"ledgers.view_exportrecord", "ledgers.watch_exportrecord"}, {"ledgers.view_exportrecord"}
    assert held == (both if role in watching else own if role == Role.JOB_OFFICER else set())
