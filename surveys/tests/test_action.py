"""我要帮助: a concern in the right grid and field at once, joined to no answer; sealed by her wish, and nobody else learns."""

import pytest
from django.test import Client
from django.urls import reverse

from concerns.models import Concern
from fedhub.core.models import AuditEvent
from fedhub.core.testing.twins import bare
from safety.models import RiskReport
from surveys.enums import Status
from surveys.models import HelpContact, Response, Survey
from surveys.services.action import CONSENT, ask_for_help
from surveys.tests.factories import SurveyFactory, published

pytestmark = pytest.mark.django_db
KEYS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(10)]


@pytest.fixture
def survey(chair, community):
    return published(SurveyFactory(phone="0571-88000000"), by=chair)


def address(survey):
    return reverse("survey:help", args=[survey.token])


def asked(grid, **more):
    return {
        "topic": "5", "words": "想找暑期托管", "area": grid.pk, "name": "王女士", "phone": "13812345678",
        "reach": "只在上午", "consent": "on", "key": KEYS[0],
    } | more  # fmt: skip


def test_help_is_a_concern_in_her_grid_and_field_and_she_gets_its_code(survey, grid):
    page = Client().post(address(survey), asked(grid)).content.decode()
    concern, contact = Concern.objects.get(), HelpContact.objects.get()

    assert (concern.origin, concern.area, concern.topic, concern.detail) == ("survey", grid, "5", "想找暑期托管")
    assert (concern.anonymous, concern.household, concern.resident) == (True, None, None)
    assert (contact.name, contact.phone, contact.reach, contact.consent) == (
        "王女士",
        "13812345678",
        "只在上午",
        CONSENT,
    )
    assert f"{concern.code[:4]}-{concern.code[4:]}" in page
    found = Client().post("/r/ask/", {"code": concern.code.lower()})
    assert found.context["concern"] == concern


def test_the_same_form_sent_twice_is_one_concern(survey, grid):
    first, second = (Client().post(address(survey), asked(grid)) for _ in range(2))

    assert Concern.objects.count() == HelpContact.objects.count() == 1
    assert bare(first) == bare(second)


def test_nothing_joins_the_help_to_the_survey_or_an_answer(survey, grid):
    ask_for_help(key=KEYS[1], area=grid, topic="5", words="想找托管")
    concern = Concern.objects.get()
    moments = {concern.created_at, concern.updated_at, *concern.history.values_list("history_date", flat=True)}

    assert {(m.hour, m.minute, m.second, m.microsecond) for m in moments} == {(16, 0, 0, 0)}
    assert survey.title not in f"{concern.title}{concern.detail}"
    assert not {Survey, Response} & {
        field.related_model for model in (HelpContact, Concern) for field in model._meta.concrete_fields
    }
    assert not AuditEvent.objects.filter(target_label="concerns.Concern").exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"consent": ""}, "要请您同意"),
        ({"words": ""}, "必填"),
        ({"area": "x"}, "有效"),
        ({"area": "999999"}, "有效"),
        ({"topic": "99"}, "有效"),
        ({"key": "x"}, "放得太久"),
        ({"words": "长" * 1001}, "1000"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(survey, grid, changed, sentence):
    page = Client().post(address(survey), asked(grid, **changed))

    assert page.status_code == 200
    assert "只在上午" in page.content.decode()
    assert Concern.objects.count() == 0


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW])
def test_what_is_not_out_has_no_help_page(status):
    assert Client().get(address(SurveyFactory(status=status))).status_code == 404


def test_the_page_tells_nothing_of_a_sensitive_survey(chair, community):
    survey = published(SurveyFactory(sensitive=True, topic="3", title="家里的暴力"), by=chair)
    page = Client().get(address(survey)).content.decode()

    assert "家里的暴力" not in page
    assert "<title>社区服务</title>" in page
    assert "110" in page


# --- only by her wish -----------------------------------------------------------------------------------------------
def test_only_the_trained_person_reads_what_is_told_to_her_alone(survey, grid, safety_officer):
    page = Client().post(address(survey), asked(grid, only="on", words="他打我"))
    report = RiskReport.objects.get()

    assert (report.area, report.source, report.subject["name"]) == (grid, "survey", "王女士")
    assert report.text == "他打我\n电话：13812345678\n怎么找她才安全：只在上午"
    assert (Concern.objects.count(), HelpContact.objects.count()) == (0, 0)
    assert "打我" not in page.content.decode()
    assert "查询码" not in page.content.decode()


def test_told_twice_it_is_one_report(survey, grid, safety_officer):
    for _ in range(2):
        Client().post(address(survey), asked(grid, only="on"))

    assert RiskReport.objects.count() == 1


def test_nobody_else_can_tell_that_something_was_told(survey, grid, chair, worker, data_officer, auditor, as_user):
    pages = [
        reverse("surveys:result_list"), reverse("surveys:results", args=[survey.pk]), reverse("surveys:reach", args=[survey.pk]),
        reverse("concerns:concern_list"), address(survey),
    ]  # fmt: skip

    def seen():
        found = {}
        for user in (chair, worker, data_officer, auditor):
            client = as_user(user)
            found |= {(user.pk, page): bare(client.get(page)) for page in pages}
        return found, AuditEvent.objects.count()

    seen()
    before = seen()
    Client().post(address(survey), asked(grid, only="on", words="他打我"))

    assert seen() == before


# --- the way to her -------------------------------------------------------------------------------------------------
def test_who_answers_opens_her_contact_and_it_is_logged(survey, grid, as_user, worker, stranger):
    ask_for_help(key=KEYS[2], area=grid, topic="5", words="想找托管", phone="13812345678", reach="只在上午")
    contact = HelpContact.objects.get()
    client = as_user(worker)
    way = client.get(reverse("concerns:concern_way", args=[contact.concern_id])).content.decode()
    assert contact.get_absolute_url() in way
    assert "13812345678" not in way

    page = client.get(contact.get_absolute_url()).content.decode()

    assert "13812345678" in page
    assert AuditEvent.objects.filter(action="surveys.helpcontact.read", actor_id=worker.pk).count() == 1
    assert as_user(stranger).get(contact.get_absolute_url()).status_code == 404
