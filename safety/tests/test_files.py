"""Safety files: a chain that only grows, a circle named one by one, nothing that tells an outsider there is one."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core import audit
from fedhub.core.models import AuditEvent, OnceKey, SealedEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from households.tests.factories import HouseholdFactory
from safety.chain import fault_of, faults, records
from safety.enums import Kind, Part, Sign
from safety.forms.entries import FORMS, shown
from safety.models import CaseGrant, Entry, RiskReport, SafetyFile, UrgentOpening
from safety.queries import late_count, looks_at
from safety.services import circle
from safety.services.files import add_entry, name_informant, open_file
from safety.services.reports import follow_area, report_risk
from safety.standing import standing_of
from safety.tests.factories_file import INTAKE, WORDS, a_file, proved, write

pytestmark = pytest.mark.django_db
SHELL, DAY = "/safety/help/", timedelta(days=1)
FILES = "/safety/files/"
today = timezone.localdate


@pytest.fixture
def file(safety_officer, grid):
    return a_file(grid, safety_officer)


def fresh(user):
    return User.objects.get(pk=user.pk)


def page_of(file):
    return reverse("safety:file_detail", args=[file.pk])


def entry_url(file, kind):
    return reverse("safety:entry_create", args=[file.pk, kind])


# --- the chain ----------------------------------------------------------------------------------------------------------
def test_nothing_of_a_file_lies_in_clear(file, safety_officer):
    write(file, "note", safety_officer, words="她在王姐家")
    tables = ("safety_safetyfile", "safety_entry", "safety_informant", "safety_casegrant", "core_sealedevent")
    raw = b""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            raw += b"|".join(
                bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for row in cursor for v in row
            )

    for words in (WORDS, "王桂兰", "王姐", "邻居甲", "13900001111", file.code, file.key, "受理"):
        assert words.encode() not in raw
    assert [(r.number, r.kind, r.by) for r in records(file)] == [(1, "intake", "吴静"), (2, "note", "吴静")]


def test_acts_stand_in_the_sealed_trail_alone(file, safety_officer):
    write(file, "note", safety_officer, words="x")

    assert AuditEvent.objects.filter(action__startswith="safety.").count() == 0
    assert OnceKey.objects.count() == 0
    assert SealedEvent.objects.count() == 2


@pytest.mark.parametrize("sql", ["UPDATE safety_entry SET mac = 'x'", "DELETE FROM safety_entry"])
def test_the_database_lets_no_entry_be_changed(file, sql):
    if sql.startswith("DELETE") and connection.vendor == "sqlite":
        sql = "UPDATE safety_entry SET number = 7"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def _tamper(sql):
    """Change rows behind the program's back: the triggers are away for a moment."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER safety_entry_no_update")
        else:
            # A table with checks still to come is not altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE safety_entry DISABLE TRIGGER USER")
        cursor.execute(sql)
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER safety_entry_no_update BEFORE UPDATE ON safety_entry "
                "BEGIN SELECT RAISE(ABORT, 'entries of a sealed file are append-only'); END"
            )
        else:
            cursor.execute("ALTER TABLE safety_entry ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        (
            "UPDATE safety_entry SET body = (SELECT body FROM safety_entry WHERE number = 1) WHERE number = 2",
            "第 2 条被改过",
        ),
        ("UPDATE safety_entry SET mac = 'ff' WHERE number = 3", "第 3 条被改过"),
        ("UPDATE safety_entry SET number = 9 WHERE number = 2", "第 2 条不见了"),
        ("DELETE FROM safety_entry WHERE number = 3", "末尾的记录不见了或者被换过"),
        ("DELETE FROM safety_entry WHERE number = 2", "第 2 条不见了"),
        ("UPDATE safety_safetyfile SET entries = 2", "末尾的记录不见了或者被换过"),
        ("UPDATE safety_safetyfile SET seal = 'ff'", "末尾的记录不见了或者被换过"),
    ],
)
def test_a_tampered_file_is_found(client, file, safety_officer, capsys, sql, fault):
    write(file, "note", safety_officer, words="一")
    write(file, "note", safety_officer, words="二")
    file.refresh_from_db()
    assert fault_of(file) == ""
    _tamper(sql)
    file.refresh_from_db()

    assert (fault_of(file), faults()) == (fault, [f"受限档案 {file.pk}：{fault}。"])
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert fault in capsys.readouterr().err
    page = proved(client).get(page_of(file))
    assert (page.status_code, "这份档案的记录不完整。" in page.content.decode()) == (200, True)


def test_a_file_that_cannot_be_read_takes_no_entry_and_breaks_no_page(as_user, file, safety_officer, chair, grid):
    write(file, "note", safety_officer, words="一")
    _tamper("UPDATE safety_entry SET body = (SELECT body FROM safety_entry WHERE number = 1) WHERE number = 2")
    client = proved(as_user(safety_officer))

    answers = [
        client.get(entry_url(file, "note")),
        client.get(FILES),
        client.get(reverse("safety:entry_amend", args=[file.pk, 1])),
    ]
    assert [answer.status_code for answer in answers] == [302, 200, 302]
    assert circle.answer_opening(ask(chair, grid), agrees=True, by=safety_officer) == 0


def test_an_entry_opens_only_in_its_own_place(file, safety_officer, grid):
    other = a_file(grid, safety_officer)
    mine, hers = Entry.objects.of(file).get(), Entry.objects.of(other).get()

    for cipher, entry in ((other.cipher(), mine), (file.cipher(), hers)):
        with pytest.raises(ValueError, match="cannot be opened"):
            entry.open(cipher)
    SafetyFile.objects.filter(pk=file.pk).update(key="")
    with pytest.raises(ValueError, match="key"):
        records(SafetyFile.objects.get(pk=file.pk))


def test_the_same_form_twice_is_one_entry(file, safety_officer):
    key = uuid.uuid4()

    assert add_entry(file, Kind.NOTE, {"words": "x"}, by=safety_officer, key=key).number == 2
    assert add_entry(file, Kind.NOTE, {"words": "x"}, by=safety_officer, key=key) is None
    first = open_file(area=file.area, intake=INTAKE, informant={}, by=safety_officer, key=(k := uuid.uuid4()))
    assert open_file(area=file.area, intake=INTAKE, informant={}, by=safety_officer, key=k) is None
    assert SafetyFile.objects.count() == 2 and first.entries == 1  # noqa: PT018


# --- what the case allows -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("intake", "before", "kind", "facts", "words"),
    [
        ({}, [], "no_report", {"why": "不用"}, "由她自己决定"),
        ({"capacity": "minor"}, ["report"], "no_report", {"why": "不用"}, "已经报过案"),
        ({}, [], "plan", {"text": "写保证书，她放弃报警"}, "不能有“放弃报警”"),
        ({}, [], "order", {"until": "2027-06-20"}, "最长 6 个月"),
        ({}, [], "order", {"number": ""}, "写文号"),
        ({}, [], "letter_visit", {"letter": 9, "who": "victim", "on": "2026-03-04"}, "请选告诫书"),
        ({}, ["danger"], "wish", {"text": "他签字我就不再起诉"}, "不能有“不再起诉”"),
        ({"capacity": "limited"}, ["danger"], "wish", {"text": "要孩子"}, "法定代理人"),
        ({}, [], "wish", {"text": "要孩子"}, "先评估危险"),
        ({}, [], "wish_decided", {"allowed": True, "why": "x"}, "还没有她的书面意愿"),
        ({}, [], "close", {"outcome": "safe", "why": "x"}, "还没有评估危险"),
        ({"capacity": "minor"}, ["danger"], "close", {"outcome": "safe", "why": "x"}, "还没有报案"),
        ({}, [], "reopen", {"why": "x"}, "没有结案"),
    ],
)
def test_what_the_law_forbids_is_refused(grid, safety_officer, intake, before, kind, facts, words):
    file = a_file(grid, safety_officer, **intake)
    for one in before:
        write(file, one, safety_officer)

    with pytest.raises(ValidationError, match=words):
        write(file, kind, safety_officer, **facts)
    file.refresh_from_db()
    assert file.entries == 1 + len(before)


def test_a_closed_file_takes_nothing_but_its_reopening(file, safety_officer):
    write(file, "danger", safety_officer)
    write(file, "close", safety_officer, outcome="safe", why="好了")

    assert SafetyFile.objects.get().is_open is False
    with pytest.raises(ValidationError, match="已经结案"):
        write(file, "note", safety_officer, words="x")
    write(file, "reopen", safety_officer, why="又打了")
    assert SafetyFile.objects.get().is_open is True


def test_a_correction_cannot_talk_the_duty_to_report_away(grid, safety_officer):
    file = a_file(grid, safety_officer, capacity="minor")

    with pytest.raises(ValidationError, match="改不掉"):
        add_entry(
            file,
            Kind.AMEND,
            {"about": 1, "kind": "intake", "fields": {"capacity": "full"}, "why": "写错"},
            by=safety_officer,
        )
    add_entry(
        file,
        Kind.AMEND,
        {"about": 1, "kind": "intake", "fields": {"name": "王桂花"}, "why": "写错"},
        by=safety_officer,
    )
    file.refresh_from_db()
    chain = records(file)
    assert (chain[0].data["name"], standing_of(chain).intake.data["name"]) == ("王桂兰", "王桂花")
    assert shown(chain[1])[:2] == [("更正", "第 1 条"), ("为什么", "写错")]


# --- the circle -----------------------------------------------------------------------------------------------------------
def seen_by(user):
    return list(SafetyFile.objects.visible_to(fresh(user)))


def test_whoever_opens_it_is_alone_with_it(file, safety_officer, chair, grid):
    other = user_with(Role.SAFETY_OFFICER, grid.parent, username="second")
    admin = user_with(Role.SYSTEM_ADMIN, grid.parent, username="admin2")

    assert [seen_by(u) for u in (safety_officer, chair, other, admin)] == [[file], [], [], []]


def test_somebody_named_sees_it_until_her_day(file, safety_officer, chair):
    grant = circle.let_in(file, user=chair, part=Part.CHAIR, why="要她决定", until=today() + DAY, by=safety_officer)

    assert seen_by(chair) == [file]
    CaseGrant.objects.filter(pk=grant.pk).update(valid_from=today() - 9 * DAY, valid_to=today() - DAY)
    assert seen_by(chair) == []


@pytest.mark.parametrize(
    ("who", "days", "words"),
    [
        ("worker", 5, "角色不能看"),
        ("chair", 91, "最长 90 天"),
        ("chair", -1, "最长 90 天"),
        ("safety_officer", 5, "现在就看得到"),
    ],
)
def test_who_cannot_be_named(request, file, safety_officer, worker, chair, who, days, words):
    user = request.getfixturevalue(who)

    with pytest.raises(ValidationError, match=words):
        circle.let_in(file, user=user, part=Part.NAMED, why="帮忙", until=today() + days * DAY, by=safety_officer)


def test_being_excused_overrides_every_grant_for_good(file, safety_officer, chair):
    circle.let_in(file, user=chair, part=Part.CHAIR, why="决定", until=today() + DAY, by=safety_officer)
    circle.excuse(file, user=chair, why="她是他的姑姑", by=safety_officer)

    assert seen_by(chair) == []
    with pytest.raises(ValidationError, match="登记了回避"):
        circle.let_in(file, user=chair, part=Part.CHAIR, why="决定", until=today() + DAY, by=safety_officer)
    with pytest.raises(ValidationError, match="先移交主办"):
        circle.excuse(file, user=safety_officer, why="x", by=safety_officer)
    CaseGrant.objects.create(file=file, user=chair, valid_to=today() + DAY, facts={})
    assert seen_by(chair) == []


def test_the_lead_hands_it_over_and_sees_it_no_more(file, safety_officer, grid):
    other = user_with(Role.SAFETY_OFFICER, grid.parent, username="second")
    lead = CaseGrant.objects.get()
    with pytest.raises(ValidationError, match="请先移交主办"):
        circle.let_out(lead, by=safety_officer, why="x")

    circle.hand_lead(file, user=other, why="休假", by=safety_officer)

    assert (seen_by(safety_officer), seen_by(other)) == ([], [file])
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseGrant.objects.create(file=file, user=safety_officer, is_lead=True, valid_to=today(), facts={})


def test_a_role_that_ends_takes_the_file_with_it(file, safety_officer):
    safety_officer.grants.update(valid_from=today() - 9 * DAY, valid_to=today() - DAY)

    assert seen_by(safety_officer) == []


# --- in an emergency ------------------------------------------------------------------------------------------------------
def ask(chair, grid, who="王桂兰"):
    return circle.ask_to_open(area=grid.parent, who=who, why="她来电求救，主办联系不上", by=chair)


def test_two_open_it_for_a_day_and_it_stands_on_the_file(file, safety_officer, chair, grid):
    second = user_with(Role.SECRETARY, grid.parent, username="secretary2")
    opening = ask(chair, grid)
    before = seen_by(chair)
    with pytest.raises(ValidationError, match="另一个人"):
        circle.answer_opening(opening, agrees=True, by=chair)

    assert (before, circle.answer_opening(opening, agrees=True, by=second), seen_by(chair)) == ([], 1, [file])
    grant = CaseGrant.objects.get(user=chair)
    assert (grant.facts["part"], grant.valid_to) == ("urgent", today() + DAY)
    with pytest.raises(ValidationError, match="已经有人答复"):
        circle.answer_opening(opening, agrees=True, by=second)


def test_its_lead_is_told_and_looks_at_the_circle(as_user, file, safety_officer, chair, grid):
    circle.answer_opening(ask(chair, grid), agrees=True, by=safety_officer)
    client = proved(as_user(safety_officer))

    page = client.get(page_of(file))
    assert [due.words for due, _, late in page.context["dues"] if late] == ["有人紧急打开过，核对谁看得到"]
    file.refresh_from_db()
    assert shown(records(file)[-1]) == [
        ("谁要打开", "周敏"),
        ("谁同意", "吴静"),
        ("为什么", "她来电求救，主办联系不上"),
    ]
    write(file, "review", safety_officer, words="看过了")
    file.refresh_from_db()
    assert [due.words for due in standing_of(records(file)).dues if due.kind == "review"] == ["核对谁看得到"]


def test_a_file_whose_lead_has_left_is_taken_over_by_two(file, safety_officer, chair, grid):
    other = user_with(Role.SAFETY_OFFICER, grid.parent, username="second")
    User.objects.filter(pk=safety_officer.pk).update(is_active=False)

    circle.answer_opening(ask(other, grid), agrees=True, by=chair)

    lead = CaseGrant.objects.get(file=file, is_lead=True, ended_on=None)
    assert (lead.user, lead.valid_to, seen_by(other)) == (other, today() + 365 * DAY, [file])


def test_a_file_moves_with_its_grid(file, grid, other_grid):
    follow_area([grid], other_grid)

    file.refresh_from_db()
    assert file.area == other_grid


@pytest.mark.parametrize(("who", "found"), [("王 桂兰", 1), ("code", 1), ("李四", 0), ("王桂", 0)])
def test_it_is_found_by_the_whole_name_or_the_code(file, chair, safety_officer, grid, who, found):
    opening = ask(chair, grid, file.code if who == "code" else who)

    assert circle.answer_opening(opening, agrees=True, by=safety_officer) == found


def test_refused_or_excused_nothing_opens(file, chair, safety_officer, grid):
    assert circle.answer_opening(ask(chair, grid), agrees=False, by=safety_officer) == 0
    circle.excuse(file, user=chair, why="亲戚", by=safety_officer)
    assert circle.answer_opening(ask(chair, grid), agrees=True, by=safety_officer) == 0
    assert seen_by(chair) == []


def test_the_database_wants_two(chair, grid):
    ask(chair, grid)

    with pytest.raises(IntegrityError), transaction.atomic():
        UrgentOpening.objects.update(answered_by=chair)


def test_the_answer_to_asking_is_the_same_with_and_without_a_file(as_user, chair, safety_officer, grid):
    client, answers = proved(as_user(chair)), []
    for _ in range(2):
        url = reverse("safety:urgent_ask")
        sent = client.post(url, filled(client.get(url), who="王桂兰", why="联系不上主办的人"))
        page = client.get(sent.url).content.decode()
        answers.append((sent.status_code, sent.url, len(page)))
        a_file(grid, safety_officer)

    assert answers[0] == answers[1]


# --- the second factor ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (9, 200), (11, 302), (None, 302)])
def test_it_opens_after_a_fresh_second_factor_alone(client, file, safety_officer, minutes, status):
    with_authenticator(safety_officer)
    if minutes is not None:
        proved(client, minutes)

    answer = client.get(page_of(file))

    assert answer.status_code == status
    if status == 302:
        assert answer.url == f"{reverse('mfa_reauthenticate')}?next=%2Fsafety%2Ffiles%2F{file.pk}%2F"


def test_without_a_second_factor_of_her_own_she_is_asked_to_set_one(client, file, safety_officer):
    answer = client.get(page_of(file))

    assert answer.status_code == 403
    assert "先设登录保护。" in answer.content.decode()
    assert file.code not in answer.content.decode()


def test_what_was_typed_stays_when_the_proof_is_too_old(client, file, safety_officer):
    with_authenticator(safety_officer)
    form = proved(client).get(entry_url(file, "note"))
    proved(client, 61)

    answer = client.post(entry_url(file, "note"), filled(form, words="她说害怕"))

    assert answer.context["form"]["words"].value() == "她说害怕"
    assert "这次没有保存" in answer.context["form"].non_field_errors()[0]
    proved(client, 40)
    client.post(entry_url(file, "note"), filled(answer, words="她说害怕"))
    file.refresh_from_db()
    assert records(file)[-1].data == {"words": "她说害怕"}


# --- pages ------------------------------------------------------------------------------------------------------------------
def test_a_report_becomes_a_file_and_is_handled(as_user, safety_officer, worker, grid):
    household = HouseholdFactory(area=grid, head_name="王桂兰")
    report_risk(
        area=grid, source="visit", by=worker, signs=[Sign.CHILD_HURT], text="孩子手臂有伤", household=household
    )
    report, client = RiskReport.objects.get(), proved(as_user(safety_officer))
    url = f"{reverse('safety:file_create')}?report={report.pk}"
    form = client.get(url)

    assert form.context["form"]["capacity"].value() == "minor"
    # The moment was kept in universal time; what the court reads is the hour of the place.
    told = timezone.localtime(datetime.fromisoformat(report.reporter["at"]))
    assert f'value="{told:%Y-%m-%dT%H:%M}"' in str(form.context["form"]["told_at"])
    assert form.context["form"]["happened"].value() == "看到、听到：孩子受伤或可能受侵害。孩子手臂有伤"
    assert "area" not in form.context["form"].fields
    done = client.post(url, filled(form, how="visit", harms=["injured"], told_at="2026-11-20T09:30"))
    file = SafetyFile.objects.get()
    report.refresh_from_db()
    assert (done.url, report.state, report.handled_note) == (page_of(file), "handled", "已建受限档案。")
    page = client.get(page_of(file))
    assert [due.words for due, _ in page.context["tonight"]] == ["必须报案", "今晚安全吗", "能不能打电话给她"]
    assert "应当立即报案。" in page.content.decode()
    assert (worker.name in page.content.decode(), name_informant(file, why="要补充情况", by=safety_officer)["name"]) == (
        False, worker.name,
    )  # fmt: skip


def test_every_kind_of_entry_has_a_page_that_writes_and_shows_it(client, safety_officer, chair, grid, as_user):
    file = a_file(grid, safety_officer, capacity="limited")
    circle.let_in(file, user=chair, part=Part.CHAIR, why="决定", until=today() + DAY, by=safety_officer)
    client = proved(as_user(safety_officer))
    typed = {
        "danger": {"safe": "yes", "level": "green"},
        "contact": {"ways": ["visit"], "hours": "上午", "words": "送报纸"},
        "report": {
            "at": "2026-11-20T10:00", "told": ["police"], "station": "派出所", "person": "李", "number": "无", "said": "已接",
        },
        "plan": {"exit": "后门"}, "help": {"what": "shelter", "step": "offered"},
        "follow": {"reached": "yes", "how": "visit", "again": "no", "words": "好些"},
        "letter": {"number": "1", "station": "所", "on": "2026-11-20", "received_on": "2026-11-21", "offender": "张"},
        "letter_visit": {"letter": 8, "who": "victim", "on": today().isoformat(), "again": "no", "words": "好"},
        "order": {
            "step": "granted", "court": "区法院", "number": "民保1", "by": "self", "since": "2026-11-20", "until": "2027-05-20",
        },
        "order_talk": {"number": "民保1", "on": today().isoformat(), "words": "要延长"},
        "breach": {"at": "2026-11-21T10:00", "what": "又来敲门", "told": "派出所李警官"},
        "evidence": {"what": "medical", "on": "2026-11-21", "source": "她本人", "original": "她保管"},
        "note": {"words": "记一笔"}, "review": {"words": "都还需要"}, "copy": {"to": "区法院", "why": "申请保护令"},
        "more": {"told_at": "2026-11-21T10:00", "how": "other", "happened": "楼下又听到哭声"},
    }  # fmt: skip
    number = 1
    for kind, facts in typed.items():
        url = entry_url(file, kind)
        answer = client.post(url, filled(client.get(url), **facts))
        assert answer.status_code == 302, (kind, getattr(answer, "context", {}) and answer.context["form"].errors)
        number += 1

    file.refresh_from_db()
    chain = records(file)
    assert [r.kind for r in chain[1:]] == list(typed)
    assert all(shown(record) for record in chain)
    assert set(FORMS) - set(typed) == {"no_report", "wish", "wish_decided", "close", "reopen", "keep"}
    page = client.get(page_of(file)).content.decode()
    assert ("又来敲门" in page, "民保1" in page, "民事" in page) == (True, True, True)


def test_what_nobody_knew_of_the_danger_stands_in_one_line(file, safety_officer):
    write(file, "danger", safety_officer, weapon="yes", kill="unknown", choke="no", drink="unknown")

    assert shown(records(SafetyFile.objects.get())[-1]) == [
        ("今晚她安全吗", "安全"), ("危险等级", "中"), ("用过或者扬言用刀、棍等器械", "有"), ("掐过脖子、捂过口鼻", "没有"),
        ("还不清楚的", "说过要杀她、杀孩子、同归于尽；酗酒、吸毒、赌博"),
    ]  # fmt: skip


def test_decisions_are_the_head_s(as_user, safety_officer, chair, grid):
    file = a_file(grid, safety_officer, capacity="minor")
    circle.let_in(file, user=chair, part=Part.CHAIR, why="决定", until=today() + DAY, by=safety_officer)
    url = reverse("safety:decide", args=[file.pk, "no_report"])

    assert proved(as_user(chair)).get(entry_url(file, "no_report")).status_code == 404
    assert proved(as_user(safety_officer)).get(url).status_code == 404
    client = proved(as_user(chair))
    client.post(url, filled(client.get(url), why="到医院核实是摔伤，没有侵害"))
    file.refresh_from_db()
    assert (records(file)[-1].kind, standing_of(records(file)).report_open) == ("no_report", False)
    assert client.get(entry_url(file, "review")).status_code == 404


def test_the_circle_is_kept_on_its_pages(as_user, file, safety_officer, chair):
    client = proved(as_user(safety_officer))
    url = reverse("safety:let_in", args=[file.pk])
    client.post(url, filled(client.get(url), person=chair.pk, part="chair", why="要她决定"))
    grant = CaseGrant.objects.get(user=chair)
    assert (seen_by(chair), grant.facts) == ([file], {"part": "chair", "why": "要她决定", "by": "吴静"})
    assert proved(as_user(chair)).get(url).status_code == 404
    client = proved(as_user(safety_officer))
    url = reverse("safety:let_out", args=[file.pk, grant.pk])
    client.post(url, filled(client.get(url), why="决定做完了"))
    assert (seen_by(chair), client.get(url).status_code) == ([], 404)
    url = reverse("safety:excuse", args=[file.pk])
    client.post(url, filled(client.get(url), person=chair.pk, why="亲戚"))
    assert chair not in client.get(reverse("safety:let_in", args=[file.pk])).context["form"].fields["person"].queryset


def test_who_told_it_is_shown_once_against_a_reason(as_user, file, safety_officer, chair):
    circle.let_in(file, user=chair, part=Part.CHAIR, why="决定", until=today() + DAY, by=safety_officer)
    url = reverse("safety:informant", args=[file.pk])
    client = proved(as_user(safety_officer))

    short = client.post(url, {"why": "看"}, keyless=True)
    told = client.post(url, {"why": "补问当时的情况"}, keyless=True)

    assert ("13900001111" in short.content.decode(), "13900001111" in told.content.decode()) == (False, True)
    assert "13900001111" not in client.get(url).content.decode()
    assert len(audit.sealed_trail("safety.informant.read", [file])[file.pk]) == 1
    assert proved(as_user(chair)).get(url).status_code == 404


def test_a_certified_copy_holds_the_entries_as_written_and_not_who_told_it(as_user, file, safety_officer):
    add_entry(
        file,
        Kind.AMEND,
        {"about": 1, "kind": "intake", "fields": {"offender": "张某"}, "why": "补上"},
        by=safety_officer,
    )
    write(file, "review", safety_officer, words="核对过")
    client, url = proved(as_user(safety_officer)), entry_url(file, "copy")
    sent = client.post(url, filled(client.get(url), to="区法院", why="申请保护令"))
    sheet = client.get(sent.url).content.decode()

    assert sent.url == reverse("safety:copy", args=[file.pk, 4])
    seal = Entry.objects.of(file).get(number=3).mac
    assert [words in sheet for words in (WORDS, "张某", "给：区法院", seal, "核对无误", "核对过", "邻居甲")] == [
        True
    ] * 5 + [False] * 2
    assert client.get(reverse("safety:copy", args=[file.pk, 1])).status_code == 404


def test_a_copy_leads_nobody_to_her(as_user, safety_officer, grid):
    """He reads what the court keeps: where she is and how she is reached has no place in it."""
    file = a_file(grid, safety_officer, wants="先住姐姐家")
    write(file, "danger", safety_officer, where="如意宾馆 302")
    write(file, "contact", safety_officer, number="13811112222", words="社区送报纸")
    write(file, "plan", safety_officer, exit="坐 2 路车去姐姐家")
    write(file, "help", safety_officer, what="shelter", step="done", agency="救助站二楼", words="周三入住")
    write(file, "help", safety_officer, what="legal", step="done", agency="法律援助中心", words="指派了律师")
    for number, kind, fields in (
        (2, "danger", {"where": "阳光旅社"}),
        (4, "plan", {"exit": "走后门"}),
        (1, "intake", {"offender": "张某"}),
    ):
        add_entry(file, "amend", {"about": number, "kind": kind, "fields": fields, "why": "改过"}, by=safety_officer)
    copy = write(file, "copy", safety_officer, to="区法院", why="申请保护令")

    sheet = proved(as_user(safety_officer)).get(reverse("safety:copy", args=[file.pk, copy.number])).content.decode()

    hidden = ("姐姐家", "如意宾馆", "13811112222", "送报纸", "2 路车", "救助站二楼", "周三入住", "阳光旅社", "走后门")
    assert [word for word in hidden if word in sheet] == []
    assert [word for word in ("庇护", "法律援助中心", "张某", WORDS) if word not in sheet] == []


def test_an_entry_is_corrected_on_its_page(as_user, file, safety_officer):
    client, url = proved(as_user(safety_officer)), reverse("safety:entry_amend", args=[file.pk, 1])
    form = client.get(url)

    assert 'value="2026-11-20T09:30"' in str(form.context["form"]["told_at"])
    nothing = client.post(url, filled(form, amend_why="看看"))
    client.post(url, filled(form, name="王桂花", amend_why="听错了"))

    assert nothing.context["form"].non_field_errors() == ["没有改动。"]
    file.refresh_from_db()
    assert records(file)[-1].data == {"about": 1, "kind": "intake", "fields": {"name": "王桂花"}, "why": "听错了"}
    assert client.get(reverse("safety:entry_amend", args=[file.pk, 9])).status_code == 404


def test_opening_it_is_noted_once_an_hour_and_shown(as_user, file, safety_officer):
    client = proved(as_user(safety_officer))
    for _ in range(3):
        client.get(page_of(file))

    assert [name for name, _ in looks_at(file)] == ["吴静"]


def test_the_menu_counts_files_in_which_something_is_due(file, safety_officer, chair):
    assert (late_count(fresh(safety_officer)), late_count(fresh(chair))) == (1, 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_files(as_user, safety_officer, grid, rows):
    for _ in range(rows):
        a_file(grid, safety_officer)
    client = proved(as_user(safety_officer))

    page, queries = queries_beyond(client, reverse("safety:file_list"), SHELL)

    assert len(page.context["lines"]) == rows
    assert queries == 3


def test_no_title_names_anybody(as_user, file, safety_officer):
    client = proved(as_user(safety_officer))
    pages = [client.get(url).content.decode() for url in (page_of(file), FILES, entry_url(file, "danger"))]

    titles = [page.split("<title>")[1].split("</title>")[0] for page in pages]
    assert [("王桂兰" in title, file.code in title, "暴力" in title) for title in titles] == [
        (False, False, False)
    ] * 3


# --- nothing tells ----------------------------------------------------------------------------------------------------------
READERS = ("worker", "committee", "data_officer", "chair", "second_officer")


@pytest.fixture
def second_officer(grid):
    return user_with(Role.SAFETY_OFFICER, grid.parent, username="second")


@pytest.mark.parametrize("reader", READERS)
def test_for_outsiders_no_page_differs_by_a_file(request, as_user, safety_officer, grid, reader):
    user = request.getfixturevalue(reader)
    household = HouseholdFactory(area=grid, head_name="王桂兰")
    client = proved(as_user(user))
    addresses = [
        "/", "/households/", household.get_absolute_url(), "/households/residents/", FILES, "/safety/", "/concerns/", "/grids/",
        "/hardship/files/", "/search/?q=王桂兰", f"{FILES}12345/", f"{FILES}12345/write/note/", "/safety/urgent/",
    ]  # fmt: skip

    def pages():
        return [(client.get(a).status_code, len(client.get(a).content)) for a in addresses]

    pages()
    before = pages()
    file = a_file(grid, safety_officer)

    assert pages() == before
    for url in (page_of(file), entry_url(file, "note"), reverse("safety:let_in", args=[file.pk])):
        missing = url.replace(str(file.pk), "12345")
        assert (client.get(url).status_code, len(client.get(url).content)) == (
            client.get(missing).status_code, len(client.get(missing).content),
        )  # fmt: skip
        assert client.get(url).status_code == 404
