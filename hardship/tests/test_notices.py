"""Public notices: off unless switched on, only with consent, nothing but what may be told, gone by themselves."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.menu import menu_for
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.lookup import forget
from fedhub.reference.models import Rule
from fedhub.reference.services import change_rule, load_reference
from hardship.enums import NoticeState, ObjectionState
from hardship.models import Notice, Objection
from hardship.services.notices import (
    OBJECTIONS_TAKEN,
    answer_objection,
    draft_notice,
    object_to,
    publish_notice,
    withdraw_notice,
)
from hardship.tests.factories import file_at
from households.enums import ConsentPurpose
from households.services.consent import withdraw_consent
from households.tests.factories import ConsentFactory, MembershipFactory

pytestmark = pytest.mark.django_db
SHELL, DAY = "/safety/help/", timedelta(days=1)
today = timezone.localdate


@pytest.fixture
def on(data_officer):
    """The office publishes. Afterwards no process holds that it does."""
    load_reference()
    switch(1, data_officer)
    yield
    forget()


def switch(value, by):
    rule = Rule.objects.get(key="hardship_notice_on")
    change_rule(rule, value=value, base_version=rule.version, by=by)


@pytest.fixture
def file(grid, worker):
    """A family in care whose woman agreed to be published."""
    found = file_at("active", household__area=grid, officer=worker)
    woman = MembershipFactory(
        household=found.household, resident__area=grid, resident__name="王桂兰", resident__birth="1970-01-01"
    ).resident
    found.subject = woman
    found.save(update_fields=["subject"])
    found.consent = ConsentFactory(resident=woman, purpose=ConsentPurpose.NOTICE, taken_by=worker)
    return found


def draft(file, by, **facts):
    facts = {"kind": "money", "amount": Decimal(500), "phone": "0571-88001234"} | facts
    return draft_notice(Notice(file=file, **facts), by=by)


def published(file, worker, chair, **facts):
    return publish_notice(draft(file, worker, **facts), by=chair)


def public(notice=None):
    """What a stranger gets: status and text."""
    url = reverse("notices:notice", args=[notice.pk]) if notice else reverse("notices:list")
    answer = Client().get(url)
    return answer.status_code, answer.content.decode()


# --- off ----------------------------------------------------------------------------------------------------------------
def test_as_shipped_nothing_is_published(client, worker, file):
    page = client.get(file.get_absolute_url())

    assert "公示" not in {tab["label"] for tab in page.context["tabs"]}
    assert "公示" not in {c["label"] for g in menu_for(worker, "/") for c in g["children"]}
    assert client.get(f"{file.get_absolute_url()}?tab=notices").status_code == 404
    assert client.get(reverse("hardship:notice_list")).status_code == 404
    assert client.get(reverse("hardship:notice_create", args=[file.pk])).status_code == 404
    assert Client().get(reverse("notices:list")).status_code == 404
    with pytest.raises(ValidationError, match="公示没有开启"):
        draft(file, worker)


def test_switched_off_again_all_of_it_is_gone(file, worker, chair, on, data_officer):
    notice = published(file, worker, chair)
    before = public(notice)[0]
    switch(0, data_officer)

    assert (before, public(notice)[0], public()[0]) == (200, 404, 404)


# --- what may be published ----------------------------------------------------------------------------------------------
def _guard(file):
    type(file).objects.filter(pk=file.pk).update(guarded=True)


def _no_subject(file):
    type(file).objects.filter(pk=file.pk).update(subject=None)


def _child(file):
    type(file.subject).objects.filter(pk=file.subject_id).update(birth=f"{today().year - 9}-01-01")


def _no_birth(file):
    type(file.subject).objects.filter(pk=file.subject_id).update(birth="")


def _withdrawn(file):
    type(file.consent).objects.filter(pk=file.consent.pk).update(given_on=today() - DAY, withdrawn_on=today())


def _expired(file):
    type(file.consent).objects.filter(pk=file.consent.pk).update(given_on=today() - 9 * DAY, expires_on=today() - DAY)


def _other_purpose(file):
    type(file.consent).objects.filter(pk=file.consent.pk).update(purpose=ConsentPurpose.PHOTO)


STOPS = [
    (_guard, "限定人员可看"), (_no_subject, "还没有写主要帮扶对象"), (_child, "未成年人"), (_no_birth, "未成年人"),
    (_withdrawn, "没有本人的公示同意"), (_expired, "没有本人的公示同意"), (_other_purpose, "没有本人的公示同意"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "words"), STOPS)
def test_what_must_not_be_published_is_neither_drafted_nor_published(file, worker, chair, on, spoil, words):
    ready = draft(file, worker)
    spoil(file)

    with pytest.raises(ValidationError, match=words):
        publish_notice(ready, by=chair)
    Notice.objects.all().delete()
    with pytest.raises(ValidationError, match=words):
        draft(file, worker)


@pytest.mark.parametrize("state", ["found", "proposed", "closed"])
def test_only_families_in_care_are_published(grid, worker, on, state):
    with pytest.raises(ValidationError, match="在帮的家庭才公示"):
        draft(file_at(state, household__area=grid), worker)


@pytest.mark.parametrize("spoil", [_guard, _no_subject, _withdrawn, _expired, _other_purpose])
def test_what_changes_later_takes_it_off_at_once(file, worker, chair, on, spoil):
    notice = published(file, worker, chair)
    before = (public(notice)[0], "王*兰" in public()[1])
    spoil(file)

    assert (before, public(notice)[0], "王*兰" in public()[1]) == ((200, True), 404, False)


def test_another_person_s_consent_publishes_nobody(as_user, file, worker, chair, on):
    ready = draft(file, worker)
    other = MembershipFactory(
        household=file.household, resident__area=file.area, resident__name="李秀英", resident__birth="1965-01-01"
    ).resident
    ConsentFactory(resident=other, purpose=ConsentPurpose.NOTICE, taken_by=worker)
    type(file).objects.filter(pk=file.pk).update(subject=other)

    with pytest.raises(ValidationError, match="帮扶对象变了"):
        publish_notice(ready, by=chair)
    type(file).objects.filter(pk=file.pk).update(subject=file.subject)
    notice = publish_notice(ready, by=chair)
    type(file).objects.filter(pk=file.pk).update(subject=other)
    assert public(notice)[0] == 404
    assert as_user(worker).get(notice.get_absolute_url()).context["chips"] == [("bad", "档案变了，不公开")]


# --- its way --------------------------------------------------------------------------------------------------------------
def test_a_notice_ends_by_itself_after_its_days(file, worker, chair, on):
    notice = published(file, worker, chair, days=5)
    seen = []
    start = timezone.now()
    for n in range(6):
        with time_machine.travel(start + n * DAY, tick=False):
            seen.append(public(notice)[0])

    assert (notice.since, notice.until) == (
        start.astimezone(timezone.get_current_timezone()).date(),
        notice.since + 4 * DAY,
    )
    assert seen == [200] * 5 + [404]


def test_each_state_allows_its_own_steps(file, worker, chair, on):
    notice = draft(file, worker)
    with pytest.raises(ValidationError, match="另一位负责人"):
        publish_notice(notice, by=worker)
    publish_notice(notice, by=chair)
    with pytest.raises(ValidationError, match="不是草稿"):
        publish_notice(notice, by=chair)
    withdraw_notice(notice, why="金额写错了", by=worker)
    with pytest.raises(ValidationError, match="已经撤下"):
        withdraw_notice(notice, why="再来", by=worker)
    with pytest.raises(ValidationError, match="不是草稿"):
        publish_notice(notice, by=chair)
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.PUBLISHED, ended_why="", since=today() - 9 * DAY, until=today() - 3 * DAY
    )
    with pytest.raises(ValidationError, match="已经期满"):
        withdraw_notice(notice, why="晚了", by=worker)
    acts = AuditEvent.objects.filter(action__startswith="hardship.notice").order_by("pk")
    assert [one.action.rpartition(".")[2] for one in acts] == ["draft", "publish", "withdraw"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE hardship_notice SET published_by_id = made_by_id",
        "UPDATE hardship_notice SET days = 8",
        "UPDATE hardship_notice SET days = 4",
        "UPDATE hardship_notice SET state = 'published', since = NULL",
        "UPDATE hardship_notice SET state = 'withdrawn'",
        "UPDATE hardship_notice SET until = '2001-01-01'",
        "UPDATE hardship_notice SET amount = 0",
        "UPDATE hardship_notice SET kind = 'cancer'",
        "UPDATE hardship_objection SET state = 'upheld'",
    ],
)
def test_the_database_refuses(file, worker, chair, on, sql):
    object_to(published(file, worker, chair), text="她家有房子")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# --- what the public reads ------------------------------------------------------------------------------------------------
def test_the_public_reads_what_may_be_told_and_no_more(file, worker, chair, on):
    notice = published(file, worker, chair)
    status, text = public(notice)
    answer = Client().get(reverse("notices:list"))

    assert status == 200
    for told in ("王*兰", "资金救助", "500 元", "0571-88001234", file.area.parent.name):
        assert (told in text, told in answer.content.decode()) == (True, True)
    for kept in (
        file.subject.name, file.household.address, file.number, str(file.household), file.subject.id_number or "没有",
        "重症", worker.name, chair.name,
    ):  # fmt: skip
        assert (kept in text, kept in answer.content.decode()) == (False, False)
    assert (answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"]) == ("noindex, nofollow", "no-store")
    assert "sessionid" not in answer.cookies


def test_what_ended_and_what_never_was_are_the_same_answer(file, worker, chair, on):
    notice = published(file, worker, chair)
    withdraw_notice(notice, why="写错了", by=worker)
    pages = [Client().get(reverse("notices:notice", args=[pk])) for pk in (notice.pk, notice.pk + 1)]
    forms = [Client().post(reverse("notices:object", args=[pk]), {"text": "x"}) for pk in (notice.pk, notice.pk + 1)]

    assert [page.status_code for page in [*pages, *forms]] == [404] * 4
    first, second = (re.sub(r"编号：?\s*\w+|value=\"\w+\"", "", page.content.decode()) for page in pages)
    assert first == second


# --- objections -----------------------------------------------------------------------------------------------------------
def test_an_objection_from_outside_reaches_whoever_decides_alone(as_user, file, worker, chair, on):
    notice, stranger = published(file, worker, chair), Client()
    url = reverse("notices:object", args=[notice.pk])

    empty = stranger.post(url, {"text": " "})
    sent = [stranger.post(url, {"text": "她家有两套房", "name": "邻居甲", "contact": "13800138000"}) for _ in range(2)]

    assert empty.context["form"].errors == {"text": ["请写明您的异议。"]}
    assert {answer.url for answer in sent} == {reverse("notices:thanks", args=[notice.pk])}
    one = Objection.objects.get()
    assert (one.text, one.name, one.contact, one.state) == ("她家有两套房", "邻居甲", "13800138000", "open")
    seen = [as_user(u).get(notice.get_absolute_url()).content.decode() for u in (worker, chair)]
    assert [("她家有两套房" in text, "邻居甲" in text, "13800138000" in text) for text in seen] == [
        (False, False, False), (True, True, False),
    ]  # fmt: skip
    assert as_user(worker).get(reverse("hardship:objection_answer", args=[one.pk])).status_code == 404


@pytest.mark.parametrize(
    ("upheld", "state", "notice_state"), [("yes", "upheld", "withdrawn"), ("no", "dismissed", "published")]
)
def test_what_was_found_is_written_down_and_takes_it_down_where_upheld(
    as_user, file, worker, chair, on, upheld, state, notice_state
):
    notice = published(file, worker, chair)
    one = object_to(notice, text="她家有两套房")
    client, url = as_user(chair), reverse("hardship:objection_answer", args=[one.pk])

    client.post(url, filled(client.get(url), upheld=upheld, answer="到不动产中心查过。"))

    one.refresh_from_db()
    notice.refresh_from_db()
    assert (one.state, one.answer, one.answered_by, one.answered_on) == (state, "到不动产中心查过。", chair, today())
    assert notice.state == notice_state
    assert client.get(url).status_code == 404
    with pytest.raises(ValidationError, match="已经核实过"):
        answer_objection(one, upheld=False, answer="x", by=chair)


def test_too_many_objections_are_asked_to_call(file, worker, chair, on):
    notice = published(file, worker, chair)
    for n in range(OBJECTIONS_TAKEN):
        object_to(notice, text=f"异议 {n}")

    answer = Client().post(reverse("notices:object", args=[notice.pk]), {"text": "再一条"})

    assert answer.context["form"].non_field_errors() == ["收到的异议已经很多，请直接打电话：0571-88001234。"]
    assert notice.objections.filter(state=ObjectionState.OPEN).count() == OBJECTIONS_TAKEN


# --- pages of the staff ---------------------------------------------------------------------------------------------------
def test_the_whole_way_on_its_pages(as_user, file, worker, chair, on):
    client = as_user(worker)
    url = reverse("hardship:notice_create", args=[file.pk])
    wrong = client.post(url, filled(client.get(url), kind="money", days=9, phone="0571"))
    client.post(url, filled(client.get(url), kind="goods", amount="", phone="0571-88001234"))
    notice = Notice.objects.get()

    assert wrong.context["form"].errors == {"__all__": ["公示 5 至 7 天。"]}
    mine = client.get(notice.get_absolute_url()).context
    hers = as_user(chair).get(notice.get_absolute_url()).context
    assert ((mine["waits"], mine["may_publish"]), (hers["waits"], hers["may_publish"])) == (
        (True, False),
        (False, True),
    )
    assert as_user(worker).post(reverse("hardship:notice_publish", args=[notice.pk])).status_code == 404
    client = as_user(chair)
    page = client.get(notice.get_absolute_url())
    client.post(reverse("hardship:notice_publish", args=[notice.pk]), filled(page))
    assert public(notice)[0] == 200
    sheet = client.get(reverse("hardship:notice_sheet", args=[notice.pk])).content.decode()
    assert ("王*兰" in sheet, "王桂兰" in sheet) == (True, False)
    url = reverse("hardship:notice_withdraw", args=[notice.pk])
    client.post(url, filled(client.get(url), why="金额写错"))
    notice.refresh_from_db()
    assert (notice.state, notice.ended_why, public(notice)[0]) == ("withdrawn", "金额写错", 404)


def test_a_consent_taken_back_is_told_on_the_staffs_page(as_user, file, worker, chair, on):
    notice = published(file, worker, chair)
    withdraw_consent(file.consent, by=worker)

    assert as_user(worker).get(notice.get_absolute_url()).context["chips"] == [("bad", "同意已经没有，不公开")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, worker, chair, file, on, rows):
    for _ in range(rows):
        withdraw_notice(draft(file, worker), why="x", by=worker)

    page, queries = queries_beyond(client, reverse("hardship:notice_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


def test_notices_of_a_guarded_family_are_not_there_for_outsiders(as_user, file, worker, chair, grid, on):
    outsider = user_with(Role.GRID_WORKER, grid, username="outsider")
    notice = published(file, worker, chair)
    object_to(notice, text="有异议")
    _guard(file)
    addresses = [notice.get_absolute_url(), reverse("hardship:notice_sheet", args=[notice.pk])]

    assert [[as_user(u).get(a).status_code for a in addresses] for u in (outsider, worker)] == [[404, 404], [200, 200]]
    assert [len(as_user(u).get(reverse("hardship:notice_list")).context["page"].rows) for u in (outsider, worker)] == [
        0,
        1,
    ]
