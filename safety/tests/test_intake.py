"""Where a safety file comes from, whom it is about, and what a second report becomes."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from households.services.merge import merge_residents
from households.tests.factories import MembershipFactory
from safety.chain import records
from safety.enums import KNOWN_FROM, TOLD_AT_DESK, Known, Part, ReportSource
from safety.forms.entries import shown
from safety.forms.report import ReportForm
from safety.models import Destruction, Entry, RiskReport, SafetyFile
from safety.services import circle
from safety.services.files import join_report, open_file
from safety.services.reports import report_risk
from safety.tests.factories_file import INTAKE, a_file, proved, write
from tests.test_house_rules import patterns

pytestmark = pytest.mark.django_db
FILES, today = "/safety/files/", timezone.localdate


@pytest.fixture
def file(safety_officer, grid):
    return a_file(grid, safety_officer)


@pytest.fixture
def child_file(safety_officer, grid):
    return a_file(grid, safety_officer, capacity="minor")


@pytest.fixture
def report(worker, grid):
    report_risk(
        area=grid, source=ReportSource.SCHOOL, by=worker, signs=["child_hurt"], text="孩子说爸爸又打人",
        subject_name="王小雨", informant={"name": "李老师", "phone": "13900002222"},
    )  # fmt: skip
    return RiskReport.objects.get()


def join_url(report):
    return reverse("safety:report_join", args=[report.pk])


# --- where it came from -----------------------------------------------------------------------------------------------
def test_the_desk_says_how_it_came_to_know_and_the_file_says_it_in_its_words(worker):
    assert [value for value, _ in ReportForm(user=worker).fields["source"].choices] == [
        "front_desk", "phone", "others", "police", "school",
    ]  # fmt: skip
    assert [KNOWN_FROM.get(source, Known.OTHER) for source in TOLD_AT_DESK] == [
        Known.DESK, Known.PHONE, Known.OTHER, Known.POLICE, Known.SCHOOL,
    ]  # fmt: skip


def test_a_file_from_a_report_keeps_who_told_it_apart(as_user, safety_officer, report):
    form = proved(as_user(safety_officer)).get(f"{FILES}new/?report={report.pk}").context["form"]

    assert [form[name].value() for name in ("how", "informant", "informant_phone", "capacity")] == [
        "school", "李老师", "13900002222", "minor",
    ]  # fmt: skip


# --- a second report of the same person -------------------------------------------------------------------------------
def test_a_second_report_goes_into_the_file_that_there_is(as_user, safety_officer, child_file, report):
    file = child_file
    client = proved(as_user(safety_officer))
    page = client.get(reverse("safety:report_detail", args=[report.pk]))
    form = client.get(join_url(report))

    done = client.post(join_url(report), filled(form, file=str(file.pk)))

    report.refresh_from_db()
    record = records(SafetyFile.objects.get())[-1]
    assert page.context["may_join"] is True
    assert list(form.context["form"].fields["file"].choices) == [(str(file.pk), f"{file.code}　王桂兰")]
    assert done.url == reverse("safety:file_detail", args=[file.pk])
    assert (record.kind, record.data["how"], record.data["happened"], record.data["told_at"]) == (
        "more", "school", "看到、听到：孩子受伤或可能受侵害。孩子说爸爸又打人", report.reporter["at"],
    )  # fmt: skip
    assert (report.state, report.handled_note) == ("handled", "已并入受限档案。")
    # Who told it stays in the report, under its own key.
    assert "李老师" not in client.get(done.url).content.decode()
    assert AuditEvent.objects.filter(action__startswith="safety.").count() == 0


def test_the_same_form_sent_twice_joins_once(as_user, safety_officer, child_file, report):
    file = child_file
    client = proved(as_user(safety_officer))
    data = filled(client.get(join_url(report)), file=str(file.pk))

    answers = [client.post(join_url(report), data).url for _ in range(2)]

    assert (answers, Entry.objects.count()) == ([reverse("safety:file_detail", args=[file.pk])] * 2, 2)
    assert client.get(join_url(report)).url == reverse("safety:report_detail", args=[report.pk])


def test_two_who_join_at_once_write_one_entry(safety_officer, child_file, report):
    file = child_file
    stale = RiskReport.objects.get()
    join_report(report, file, by=safety_officer)

    with pytest.raises(ValidationError, match="刚刚有别人处理过"):
        join_report(stale, file, by=safety_officer)

    assert Entry.objects.count() == 2


def test_a_child_s_report_is_not_lost_in_a_grown_person_s_file(as_user, safety_officer, file, report, grid):
    """There the duty to report would be gone (未成年人保护法 art. 11)."""
    client = proved(as_user(safety_officer))
    answer = client.post(join_url(report), filled(client.get(join_url(report)), file=str(file.pk)))
    url = f"{FILES}new/?report={report.pk}"
    opened = client.post(url, filled(client.get(url), harms=["beating"], capacity="full"))

    assert "给孩子另建一份" in answer.content.decode()
    assert "capacity" in opened.context["form"].errors
    assert (RiskReport.objects.get().state, SafetyFile.objects.count(), Entry.objects.count()) == ("open", 1, 1)


def test_a_report_opens_one_file(as_user, safety_officer, report):
    client, url = proved(as_user(safety_officer)), f"{FILES}new/?report={report.pk}"
    forms = [filled(client.get(url), harms=["beating"]) for _ in range(2)]

    first, second = (client.post(url, form) for form in forms)

    assert (first.status_code, SafetyFile.objects.count()) == (302, 1)
    assert "刚刚有别人处理过" in second.content.decode()


def test_of_two_taps_at_once_no_empty_file_stays(safety_officer, grid, monkeypatch):
    """PostgreSQL lets both look before either writes."""
    key = uuid.uuid4()
    intake = {**INTAKE, "name": "王桂兰"}
    open_file(area=grid, intake=intake, informant={}, by=safety_officer, key=key)
    monkeypatch.setattr("safety.services.files.was_written", lambda key: False)

    assert open_file(area=grid, intake=intake, informant={}, by=safety_officer, key=key) is None
    assert (SafetyFile.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_broken_file_and_a_lapsed_proof_are_a_sentence(as_user, safety_officer, file):
    SafetyFile.objects.update(key="")
    with_authenticator(safety_officer)
    client = proved(as_user(safety_officer), minutes=90)

    answer = client.post(reverse("safety:entry_create", args=[file.pk, "note"]), {"words": "x"})

    assert (answer.status_code, answer.url) == (302, FILES)


def test_a_report_joins_her_own_open_files_alone(as_user, safety_officer, file, report, grid):
    other = user_with(Role.SAFETY_OFFICER, grid.parent, username="other")
    closed = a_file(grid, other)
    write(closed, "danger", other, level="green")
    write(closed, "close", other, outcome="safe", why="好了")
    client = proved(as_user(other))

    assert client.get(reverse("safety:report_detail", args=[report.pk])).context["may_join"] is False
    assert list(client.get(join_url(report)).context["form"].fields["file"].choices) == []
    for foreign in (file, closed):
        answer = client.post(join_url(report), filled(client.get(join_url(report)), file=str(foreign.pk)))
        assert "file" in answer.context["form"].errors
    assert RiskReport.objects.get().state == "open"


@pytest.mark.parametrize("role", [Role.CHAIR, Role.GRID_WORKER, Role.MEDIATOR, Role.AUDITOR])
def test_joining_is_there_for_nobody_else(as_user, report, grid, role):
    client = proved(as_user(user_with(role, grid.parent)))

    assert (client.get(join_url(report)).status_code, client.post(join_url(report)).status_code) == (404, 404)


# --- whom it is about --------------------------------------------------------------------------------------------------
@pytest.fixture
def person(grid):
    return MembershipFactory(household__area=grid, resident__area=grid, resident__name="王桂兰").resident


def test_the_file_leads_to_her_record_and_her_record_to_nothing(client, safety_officer, grid, person):
    form = proved(client).get(f"{FILES}new/")
    told = {"told_at": "2026-11-20T09:30", "how": "desk", "name": "王桂兰", "capacity": "full", "harms": ["beating"]}
    client.post(f"{FILES}new/", filled(form, area=grid.pk, resident=person.pk, happened="昨晚打她", **told))
    file = SafetyFile.objects.get()

    page = client.get(reverse("safety:file_detail", args=[file.pk]))

    (record,) = records(file)
    assert (record.data["resident"], page.context["person"]) == (person.pk, person)
    assert person.get_absolute_url() in page.content.decode()
    assert [label for label, _ in shown(record) if "册" in label] == []
    assert [
        f for f in Entry._meta.get_fields() + SafetyFile._meta.get_fields() if f.related_model is type(person)
    ] == []


def test_the_link_follows_her_when_two_records_become_one(as_user, safety_officer, chair, grid, person):
    file = a_file(grid, safety_officer, resident=person.pk)
    other = MembershipFactory(household__area=grid, resident__area=grid, resident__name="王桂兰").resident
    merge_residents(other, person, reason="同一个人", by=chair)

    page = proved(as_user(safety_officer)).get(reverse("safety:file_detail", args=[file.pk]))

    assert page.context["person"] == other
    assert records(file)[0].data["resident"] == person.pk


def test_who_may_not_see_people_sees_no_link_and_cannot_lose_it(as_user, safety_officer, grid, person):
    file = a_file(grid, safety_officer, resident=person.pk)
    head = user_with(Role.COUNSEL, grid.parent)
    circle.let_in(file, user=head, part=Part.LAWYER, why="法律意见", until=today(), by=safety_officer)

    assert proved(as_user(head)).get(reverse("safety:file_detail", args=[file.pk])).context["person"] is None


def test_a_correction_says_that_the_link_changed_and_not_to_whom(client, safety_officer, file, person):
    url = reverse("safety:entry_amend", args=[file.pk, 1])
    client.post(url, filled(proved(client).get(url), resident=person.pk, amend_why="找到她的户"))

    record = records(SafetyFile.objects.get())[-1]
    assert record.data["fields"] == {"resident": person.pk}
    assert shown(record) == [("更正", "第 1 条"), ("为什么", "找到她的户"), ("册上的这个人", "已对上")]
    assert client.get(reverse("safety:file_detail", args=[file.pk])).context["person"] == person


# --- leaving at once ---------------------------------------------------------------------------------------------------
def test_every_page_of_the_compartment_can_be_left_at_once(as_user, safety_officer, chair, file, report):
    client = as_user(safety_officer)
    copy = write(file, "copy", safety_officer, to="区法院", why="申请保护令")
    grant = circle.let_in(file, user=chair, part=Part.CHAIR, why="决定", until=today(), by=safety_officer)
    opening = circle.ask_to_open(area=file.area.parent, who="李四", why="联系不上主办的人", by=chair)
    asked = Destruction.objects.create(
        area=file.area.parent, asked_by=chair, facts={"files": [file.pk], "reports": [report.pk], "why": "保管期满"}
    )
    numbers = {"number": 1, "kind": "note", "grant": grant.pk}
    left = []
    for route, _entry, _name in patterns():
        if not route.startswith("safety/") or "decide" in route or "picture" in route:
            continue
        if route.startswith(("safety/urgent/all/", "safety/urgent/<int:pk>/watch/")):
            continue  # the watcher's
        pk = report.pk if route.startswith("safety/<int:pk>") else opening.pk if "urgent" in route else file.pk
        pk = asked.pk if "keeping" in route else pk
        address = "/" + route
        for name, value in {**numbers, "pk": pk, "number": copy.number if "copy" in route else 1}.items():
            address = address.replace(f"<int:{name}>", str(value)).replace(f"<slug:{name}>", str(value))
        page = proved(client).get(address)
        assert page.status_code == 200, (address, page.status_code)
        if "data-quit" not in page.content.decode():
            left.append(route)

    assert left == []
