"""Somebody at her side, a code on paper, WeChat, letters: who helped is counted, whom nobody knows."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fedhub.core.models import AuditEvent
from fedhub.core.testing.queries import queries_beyond
from fedhub.notices.tests.mock_wechat import APPID, SECRET, MockWechat
from surveys.enums import Status, Way
from surveys.models import Helped, Incoming, Letter, Marker, Pass, Response, Survey, Thread
from surveys.services.closing import close_survey
from surveys.services.flushing import flush
from surveys.services.letters import letter_code, read_code, write_hers
from surveys.services.passes import LETTERS, MOST_AT_ONCE, plain_pass, print_codes
from surveys.tests.factories import SurveyFactory, published
from surveys.tests.test_filling import a_survey, kept, path, text

pytestmark = pytest.mark.django_db
GOOD = {"q1": "a", "edition": "1"}


@pytest.fixture
def survey(chair):
    return a_survey(chair)


# --- at her side ------------------------------------------------------------------------------------------------------
def test_filling_in_for_somebody_counts_who_helped_and_nothing_else(client, worker, survey):
    for _ in range(2):
        opened = client.post(reverse("surveys:assist", args=[survey.pk]), {"way": "assisted"}, follow=True)
        assert opened.redirect_chain[-1][0] == path(survey)
        page = text(client.get(path(survey, "1/")))
        assert worker.name not in page
        thanks = text(client.post(path(survey, "1/"), GOOD))
        assert "答案已经交上去，谁也打不开这一份了" in thanks

    assert [row["w"] for row in kept(survey)] == ["assisted", "assisted"]
    helped = Helped.objects.get()
    assert (helped.user, helped.way, helped.count) == (worker, Way.ASSISTED, 2)
    assert (Marker.objects.count(), Pass.objects.filter(used=True).count()) == (0, 2)
    page = text(client.get(reverse("surveys:collecting", args=[survey.pk])))
    assert "工作人员代填 2 份" in page
    # Nothing of the answers can be opened again by whoever helped.
    assert text(client.get(path(survey, "1/"))).count("checked") == 0
    assert "改不了" in text(client.post(path(survey, "edit/")))


def test_the_staff_s_own_answer_stays_possible_after_helping(client, worker, survey):
    client.post(reverse("surveys:assist", args=[survey.pk]), {"way": "assisted"}, follow=True)
    client.post(path(survey, "1/"), GOOD)

    assert client.post(path(survey, "1/"), GOOD).url == path(survey, "thanks/")
    assert [row["w"] for row in kept(survey)].count("self") == 1


def test_the_phone_handed_over_shows_nothing_of_the_staff_and_is_locked(client, worker, survey):
    worker.set_password("correct horse battery")
    worker.save()
    client.force_login(worker, backend="accounts.backends.StaffBackend")
    opened = client.post(reverse("surveys:assist", args=[survey.pk]), {"way": "handed"}, follow=True)
    assert "陪着填" in text(opened)
    assert client.get(reverse("surveys:collecting", args=[survey.pk])).status_code == 401

    client.post(path(survey, "1/"), GOOD)
    assert kept(survey)[0]["w"] == "handed"
    assert client.get("/", follow=True).status_code == 401
    client.post(reverse("accounts:unlock"), {"password": "correct horse battery", "next": "/"})
    assert client.get(reverse("surveys:collecting", args=[survey.pk])).status_code == 200


def test_the_one_time_address_opens_one_answer_and_no_other(client, worker, survey):
    address = client.post(reverse("surveys:assist", args=[survey.pk]), {"way": "assisted"}).url
    first, second = Client(), Client()
    for one in (first, second):
        # Opening it uses nothing up.
        assert one.get(address).url == path(survey)
    assert "收到了" in text(first.post(path(survey, "1/"), GOOD))
    assert "收到了" in text(second.post(path(survey, "1/"), GOOD))
    assert Incoming.objects.count() == 1
    assert "只能填一份" in text(Client().get(address))
    assert "只能填一份" in text(Client().get(path(survey, "with/forged:ticket/")))


def test_only_who_may_help_finds_the_page(as_user, stranger, worker, auditor, survey):
    for who in (stranger, auditor):
        for name in ("collecting", "assist", "paper", "codes", "letters"):
            assert as_user(who).get(reverse(f"surveys:{name}", args=[survey.pk])).status_code == 404
    assert as_user(worker).get(reverse("surveys:letters", args=[survey.pk])).status_code == 404


def test_a_survey_that_is_not_out_cannot_be_helped_with(client, worker, grid):
    draft = SurveyFactory(area=grid.parent)

    assert client.get(reverse("surveys:assist", args=[draft.pk])).status_code == 404


# --- codes on paper ---------------------------------------------------------------------------------------------------
def test_a_sheet_of_codes_is_shown_once_and_kept_nowhere(client, worker, survey):
    page = text(client.post(reverse("surveys:codes", args=[survey.pk]), {"count": "7"}))
    codes = re.findall(r"<b>([A-Z\d]{4}-[A-Z\d]{4}-[A-Z\d]{5})</b>", page)

    assert len({*codes}) == 7
    assert Pass.objects.count() == 7
    assert [code for code in codes if plain_pass(code) in str(list(Pass.objects.values()))] == []
    assert AuditEvent.objects.get(action="surveys.pass.print").detail == {"count": 7}
    # 26 letters, 13 of them.
    assert 26**LETTERS > 2**60


@pytest.mark.parametrize("count", ["0", "-1", str(MOST_AT_ONCE + 1), "abc", ""])
def test_no_odd_number_of_codes(client, worker, survey, count):
    assert client.post(reverse("surveys:codes", args=[survey.pk]), {"count": count}).status_code == 200
    assert Pass.objects.count() == 0


def test_whoever_has_a_code_answers_once_with_it_also_where_somebody_answered_before(chair, survey):
    (code,) = print_codes(survey, 1, by=chair)
    phone = Client()
    phone.post(path(survey, "1/"), GOOD)

    assert phone.post(path(survey, "code/"), {"code": code.lower().replace("-", " ")}).url == path(survey, "1/")
    assert "收到了" in text(phone.post(path(survey, "1/"), GOOD))
    assert Incoming.objects.count() == 2
    assert "这个码用不了" in text(Client().post(path(survey, "code/"), {"code": code}))


def test_wrong_codes_are_slowed_down(survey, monkeypatch):
    monkeypatch.setattr("surveys.views.ways.TRIES", 3)
    client = Client()
    pages = [text(client.post(path(survey, "code/"), {"code": "AAAA-AAAA-AAAAA"})) for _ in range(4)]

    assert "这个码用不了" in pages[0]
    assert "还要等" in pages[3]


def test_a_paper_is_typed_in_by_its_code_once(client, worker, survey):
    (code,) = print_codes(survey, 1, by=worker)
    url = reverse("surveys:paper", args=[survey.pk])
    assert "这个码用不了" in text(client.post(url, {"code": "nonsense"}))

    client.post(url, {"code": code}, follow=True)
    assert "收到了" in text(client.post(path(survey, "1/"), GOOD))
    assert kept(survey)[0]["w"] == "paper"
    assert Helped.objects.get().way == Way.PAPER
    assert "已经录过了" in text(client.post(url, {"code": code}))


def test_codes_of_another_survey_open_nothing(chair, survey):
    (code,) = print_codes(survey, 1, by=chair)
    other = published(SurveyFactory(age_from=0), by=chair)

    assert "这个码用不了" in text(Client().post(path(other, "code/"), {"code": code}))


# --- WeChat -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def wechat(settings):
    mock = MockWechat()
    settings.WECHAT_API, settings.WECHAT_APPID, settings.WECHAT_SECRET = mock.url, APPID, SECRET
    yield mock
    mock.close()


UA = {"User-Agent": "Mozilla/5.0 (Linux; Android 9) MicroMessenger/8.0.40"}


def by_wechat(survey, wechat, openid):
    client = Client(headers=UA)
    assert f'href="{path(survey, "who/")}"' in text(client.get(path(survey)))
    state = client.get(path(survey, "who/")).url.partition("&state=")[2].partition("#")[0]
    wechat.codes["code"] = openid
    assert client.get(path(survey, "who/back/"), {"code": "code", "state": state}).url == path(survey, "1/")
    return client


def test_one_wechat_answers_once_from_two_phones_and_is_written_nowhere(survey, wechat):
    for _ in range(2):
        client = by_wechat(survey, wechat, "oSECRETOPENID")
        assert client.post(path(survey, "1/"), GOOD).url == path(survey, "thanks/")
        assert [c for c in client.cookies.values() if "oSECRET" in c.value] == []

    assert (Incoming.objects.count(), Marker.objects.count()) == (1, 1)
    assert by_wechat(survey, wechat, "oOTHER").post(path(survey, "1/"), GOOD).url == path(survey, "thanks/")
    assert Incoming.objects.count() == 2


def test_where_wechat_says_nothing_the_browser_answers_once(survey, wechat):
    client = Client(headers=UA)
    client.get(path(survey, "who/"))
    for query in ({}, {"code": "x", "state": "forged"}):
        assert client.get(path(survey, "who/back/"), query).url == path(survey, "1/")
    client.post(path(survey, "1/"), GOOD)
    client.post(path(survey, "1/"), GOOD)
    assert Incoming.objects.count() == 1


def test_without_an_account_at_wechat_nothing_of_it_shows(survey):
    client = Client(headers=UA)

    assert "who/" not in text(client.get(path(survey)))
    assert client.get(path(survey, "who/")).url == path(survey)


# --- letters ----------------------------------------------------------------------------------------------------------
def her_code(survey, client):
    client.post(path(survey, "1/"), GOOD)
    return re.search(r'class="s-code">([\w-]{19})<', text(client.get(path(survey, "thanks/"))))[1]


def test_she_writes_is_answered_and_writes_on_without_being_known(as_user, chair, survey):
    phone = Client()
    code = her_code(survey, phone)
    page = text(phone.post(path(survey, "letter/"), {"code": code, "text": "想学做月嫂，哪里报名？<b>"}))
    assert "想学做月嫂，哪里报名？&lt;b&gt;" in page

    desk = as_user(chair)
    listed = text(desk.get(reverse("surveys:letters", args=[survey.pk])))
    assert "等答复" in listed
    thread = Thread.objects.get()
    url = reverse("surveys:letter", args=[thread.pk])
    assert "想学做月嫂" in text(desk.get(url))
    assert desk.post(url, {"text": "下周一上午，社区二楼。"}).url == url
    assert "答复了" in text(desk.get(reverse("surveys:letters", args=[survey.pk])))

    anywhere = Client()
    assert "下周一上午，社区二楼。" in text(anywhere.post(path(survey, "letter/"), {"code": code.lower()}))
    anywhere.post(path(survey, "letter/"), {"code": code, "text": "谢谢"})
    assert list(Letter.objects.values_list("number", "hers", "on")) == [
        (n, hers, timezone.localdate()) for n, hers in ((1, True), (2, False), (3, True))
    ]
    # No column of a thread or letter names an answer, a mark, an account of hers or a moment.
    assert {field.name for field in Thread._meta.fields} == {"id", "survey", "blind", "waiting"}
    assert {field.name for field in Letter._meta.fields} == {"id", "thread", "number", "hers", "text", "on", "by"}


def test_two_taps_are_one_letter(survey):
    phone = Client()
    code = her_code(survey, phone)
    for _ in range(2):
        phone.post(path(survey, "letter/"), {"code": code, "text": "在吗"})

    assert Letter.objects.count() == 1


def test_a_code_that_was_not_given_opens_nothing(survey, monkeypatch):
    monkeypatch.setattr("surveys.views.letters.TRIES", 3)
    client = Client()
    page = text(client.post(path(survey, "letter/"), {"code": "ACDE-FGHJ-KLMN-PQRT", "text": "x"}))
    assert "没有这个码" in page
    for _ in range(3):
        page = text(client.post(path(survey, "letter/"), {"code": "ACDE-FGHJ-KLMN-PQRT"}))
    assert "还要等" in page
    assert Thread.objects.count() == 0


def test_the_code_is_hers_alone_and_the_same_as_often_as_she_asks(chair, survey):
    other = published(SurveyFactory(), by=chair)
    codes = {letter_code(one, key) for one in (survey, other) for key in ("k" * 22, "l" * 22)}

    assert len(codes) == 4
    assert letter_code(survey, "k" * 22) == letter_code(survey, "k" * 22)
    assert [read_code(survey, code) for code in codes].count("") == 2


def test_letters_go_on_after_the_end_until_it_is_put_away(chair, survey):
    phone = Client()
    code = her_code(survey, phone)
    close_survey(Survey.objects.get(), by=chair)

    assert "在吗" in text(phone.post(path(survey, "letter/"), {"code": code, "text": "在吗"}))
    Survey.objects.update(status=Status.ARCHIVED)
    assert "已经归档" in text(phone.post(path(survey, "letter/"), {"code": code, "text": "还在吗"}))


@pytest.mark.parametrize(("words", "said"), [("", "请写一点内容。"), ("字" * 1001, "最多写 1000 个字")])
def test_what_is_no_letter_is_told_and_kept_on_the_page(survey, words, said):
    phone = Client()
    page = text(phone.post(path(survey, "letter/"), {"code": her_code(survey, phone), "text": words}))

    assert said in page
    assert words in page
    assert Letter.objects.count() == 0


# --- buttons of the end -----------------------------------------------------------------------------------------------
def test_the_chair_ends_it_and_puts_it_away(client, chair, survey):
    Client().post(path(survey, "1/"), GOOD)
    url, detail = reverse("surveys:collecting", args=[survey.pk]), survey.get_absolute_url()
    assert "1 份还在等" in text(client.get(url))
    close, archive = (reverse(f"surveys:survey_{step}", args=[survey.pk]) for step in ("close", "archive"))
    assert "谁填过谁也查不出" in text(client.get(close))
    assert client.get(archive).url == detail

    assert client.post(close).url == detail
    assert Survey.objects.get().status == Status.CLOSED
    assert Response.objects.count() == 1
    assert "原始答案保留到" in text(client.get(url))
    assert client.get(close).url == detail
    assert "到保留期满那天自动删掉" in text(client.get(archive))
    client.post(archive)
    assert Survey.objects.get().status == Status.ARCHIVED
    assert list(AuditEvent.objects.filter(action__startswith="surveys.survey").values_list("action", flat=True)) == [
        "surveys.survey.close", "surveys.survey.archive",
    ]  # fmt: skip


def test_a_grid_worker_ends_nothing(client, worker, survey):
    assert client.post(reverse("surveys:survey_close", args=[survey.pk])).status_code == 404
    assert "结束收集" not in text(client.get(reverse("surveys:collecting", args=[survey.pk])))
    assert flush(survey) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_those_who_wrote_asks_as_often_for_three_as_for_one(client, chair, survey, rows):
    for number in range(rows):
        write_hers(survey, f"{number}" * 16, "你好")
    url = reverse("surveys:letters", args=[survey.pk])

    response, count = queries_beyond(client, url, reverse("surveys:assist", args=[survey.pk]))

    assert (text(response).count("等答复"), count) == (rows, 2)
