"""Papers of a case for an expert without an account: a secret address, a code, a day, and nothing before or after."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import with_authenticator
from fedhub.core.models import SealedEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.twins import bare
from households.tests.factories import ResidentFactory
from mediation.models import CaseShare
from mediation.models.share import MOST_TRIES
from mediation.services import cases, closing
from mediation.services.shares import FACTS, lend, papers_in, shut
from mediation.tests.factories import WORDS, a_case, a_draft, a_mediator, case_at, settle
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture
def case(grid, chair):
    made = case_at("mediating", grid, chair)
    cases.mediate(made, on=today(), words="第二次谈，没有谈拢。", by=chair)
    return made


@pytest.fixture
def lent(case, chair):
    """`(address, code)` of the short facts alone."""
    secret, code = lend(
        case, name="郑岚", unit="春风律师事务所", why="房子怎么分", papers=[FACTS], until=today() + 7 * DAY, by=chair
    )
    return reverse("expert:read", args=[secret]), code


def acts():
    return [one.content["action"] for one in SealedEvent.objects.all()]


def never():
    return Client().get(reverse("expert:read", args=["x" * 32]))


def test_she_sees_the_chosen_papers_with_her_name_and_nothing_else(lent):
    address, code = lent
    asked = Client().get(address)
    page = Client().post(address, {"code": code})
    text = page.content.decode()

    assert (asked.status_code, WORDS in asked.content.decode()) == (200, False)
    assert [words in text for words in (WORDS, "商量好谁接送孩子", "郑岚", "查阅，不得复制、转发")] == [True] * 4
    assert [words in text for words in ("没有谈拢", "李丽", "张强", "春风律师")] == [False] * 4
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert page.cookies.output() == ""
    assert (CaseShare.objects.get().opened, acts().count("mediation.case.opened")) == (1, 1)
    row = next(one for one in SealedEvent.objects.all() if one.content["action"] == "mediation.case.opened")
    assert (row.content["actor_id"], row.content["actor_name"]) == (None, "外请专家 郑岚")


def test_a_code_is_read_however_it_was_typed(lent):
    address, code = lent

    assert Client().post(address, {"code": f" {code.lower().replace('-', ' ')} "}).status_code == 200


def test_a_wrong_code_shows_nothing_and_ten_shut_the_address(lent):
    address, code = lent
    answers = {Client().post(address, {"code": wrong}).status_code for wrong in ["", "AAAA-AAAA"] * (MOST_TRIES // 2)}

    assert answers == {422}
    assert bare(Client().post(address, {"code": code})) == bare(Client().post(never().request["PATH_INFO"]))
    assert acts().count("mediation.case.wrong_code") == MOST_TRIES


@pytest.mark.parametrize("how", ["over", "shut", "referred"])
def test_afterwards_the_address_answers_as_one_that_never_was(lent, case, chair, how):
    address, code = lent
    if how == "over":
        CaseShare.objects.update(until=today() - DAY)
    if how == "shut":
        shut(CaseShare.objects.get(), by=chair)
    if how == "referred":
        cases.refer_case(case, words="街道", by=chair)

    gone, none = Client().get(address), never()
    assert (gone.status_code, bare(gone)) == (404, bare(none))
    assert {k: v for k, v in gone.headers.items() if k not in ("X-Request-Number",)} == dict(none.headers.items())
    sent, other = (
        Client().post(address, {"code": code}),
        Client().post(reverse("expert:read", args=["x" * 32]), {"code": code}),
    )
    assert bare(sent) == bare(other)
    assert acts().count("mediation.case.tried") == 1
    assert CaseShare.objects.get().opened == 0


def test_the_last_day_still_opens(lent):
    address, _ = lent
    CaseShare.objects.update(until=today())

    assert Client().get(address).status_code == 200


def test_neither_address_nor_code_nor_name_lies_in_clear(lent):
    from django.db import connection  # noqa: PLC0415

    address, code = lent
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mediation_caseshare")
        raw = "|".join(str(bytes(v) if isinstance(v, memoryview) else v) for v in cursor.fetchone())

    assert [word in raw for word in (address.split("/")[-2], code, code.replace("-", ""), "郑岚", "房子")] == [
        False
    ] * 5


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"until": today() - DAY}, "最多"),
        ({"until": today() + 99 * DAY}, "最多"),
        ({"papers": []}, "请选"),
        ({"papers": ["17"]}, "请选"),
    ],
)
def test_what_cannot_be_lent(case, chair, facts, words):
    given = {"name": "郑岚", "unit": "", "why": "看", "papers": [FACTS], "until": today(), **facts}
    with pytest.raises(ValidationError, match=words):
        lend(case, **given, by=chair)


def test_a_lawyer_with_a_conflict_gets_nothing(grid, community, chair):
    own = ResidentFactory(area=grid)
    lawyer = a_mediator(community, name="郑岚", kind="lawyer", resident=own)
    case = a_case(grid, chair, own, "张强")

    with pytest.raises(ValidationError, match="要回避"):
        lend(case, name="郑岚", unit="", why="看", papers=[FACTS], until=today(), mediator=lawyer, by=chair)


def test_no_paper_to_lend_tells_how_a_party_is_reached(grid, chair):
    case = a_case(grid, chair)
    body = case.body
    body["parties"][0]["contact"] = "13800000000"
    case.body = body
    case.save(update_fields=["body"])

    assert "13800000000" not in str(papers_in(case))


def test_the_chair_lends_and_shuts_on_the_pages(case, chair, as_user):
    with_authenticator(chair)
    desk = proved(as_user(chair))
    url = reverse("mediation:case_lend", args=[case.pk])
    day = (today() + DAY).isoformat()
    sent = filled(desk.get(url), name="郑岚", clear="on", papers=[FACTS], until=day, why="房子怎么分")
    page = desk.post(url, sent).content.decode()
    address, code = re.search(r"(/p/expert/[\w-]+/)", page)[1], re.search(r">([A-Z0-9]{4}-[A-Z0-9]{4})<", page)[1]

    assert Client().post(address, {"code": code}).status_code == 200
    assert desk.post(url, sent).headers["Location"] == case.get_absolute_url()
    assert CaseShare.objects.count() == 1
    assert "打开 1 次" in desk.get(case.get_absolute_url()).content.decode()
    away = reverse("mediation:case_shut", args=[case.pk])
    desk.post(away, filled(desk.get(away), share=CaseShare.objects.get().pk))
    assert Client().get(address).status_code == 404


def test_a_mediator_lends_nothing(case, community, as_user):
    from accounts.roles import Role  # noqa: PLC0415
    from accounts.tests.factories import user_with  # noqa: PLC0415

    user = user_with(Role.MEDIATOR, community, username="m9")
    case.team.create(user=user)
    with_authenticator(user)

    assert proved(as_user(user)).get(reverse("mediation:case_lend", args=[case.pk])).status_code == 404


def test_an_agreement_is_lent_as_it_stands(case, chair):
    settle(case, chair, terms=2)
    key = next(one for one, label, _ in papers_in(case) if label.startswith("协议"))
    secret, code = lend(case, name="郑岚", unit="", why="看", papers=[key], until=today(), by=chair)
    text = Client().post(reverse("expert:read", args=[secret]), {"code": code}).content.decode()

    assert [words in text for words in ("已生效", "主要事实", "1. 李丽为双方：第0周接孩子", "2. 李丽为双方")] == [
        True
    ] * 4
    assert "没有谈拢" not in text


def test_a_new_draft_is_no_part_of_what_was_lent(case, chair):
    settle(case, chair)
    key = next(one for one, label, _ in papers_in(case) if label.startswith("协议"))
    secret, code = lend(case, name="郑岚", unit="", why="看", papers=[key], until=today(), by=chair)
    closing.reopen_case(case, words="又吵", agreed=["0", "1"], by=chair)
    cases.tell_rights(case, on=today(), signed=["0", "1"], by=chair)
    cases.begin_case(case, on=today(), words="再谈", by=chair)
    a_draft(case, chair)
    text = Client().post(reverse("expert:read", args=[secret]), {"code": code}).content.decode()

    assert ("第0周接孩子" in text, "起草中" in text) == (False, False)


def test_her_name_and_the_minute_lie_over_all_of_every_part(lent):
    address, code = lent
    text = Client().post(address, {"code": code}).content.decode()
    marks = re.findall(r'<span data-mark="(.*?)"></span>', text[text.index("wf-watermark") :])

    assert len(marks) >= 3
    assert {re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "*", mark) for mark in marks if "郑岚" in mark} == {
        "郑岚　*　郑岚　*　郑岚"
    }


def test_pages_say_how_a_lawyer_gets_in(case, community, chair, as_user):
    lawyer = a_mediator(community, name="郑岚", kind="lawyer")
    with_authenticator(chair)
    desk = proved(as_user(chair))

    assert "请外面的专家看" in desk.get(reverse("mediation:mediator_detail", args=[lawyer.pk])).content.decode()
    assert "没有工作账号也能看" in desk.get(reverse("mediation:case_lend", args=[case.pk])).content.decode()
