"""A woman fills a survey in: page after page, back, away and on, sent once; and nothing leads from the answer to her."""

import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from concerns.models import Concern
from fedhub.core.models import AuditEvent
from safety.models import RiskReport
from surveys.definition.questionnaire import Option, Question, Questionnaire, Section, to_data
from surveys.enums import MODE_WORDS, Kind, Mode, Status
from surveys.models import Contact, Draft, Edition, Incoming, Marker, Picture, Response, Seat, Survey, Tally
from surveys.services import pictures
from surveys.services.closing import forget_begun
from surveys.services.flushing import flush
from surveys.services.pictures import picture_bytes
from surveys.tests.factories import WORK, SurveyFactory, published
from surveys.tests.papers import EVERY, JUMPS, LONG

pytestmark = pytest.mark.django_db


def a_survey(by, content=None, **facts):
    facts = {"age_from": 0, **facts}
    return published(SurveyFactory(**facts), by=by, **({"content": content} if content else {}))


def path(survey, end=""):
    return f"/s/{survey.token}/{end}"


def kept(survey):
    return [json.loads(row.sealed) for row in Incoming.objects.filter(survey=survey)]


def text(answer):
    return answer.content.decode()


# --- the first screen -------------------------------------------------------------------------------------------------
def test_the_first_screen_says_who_asks_why_how_long_and_what_is_known(client, chair):
    survey = a_survey(chair, phone="88886666", keep_months=6)
    page = text(Client().get(path(survey)))

    said = (
        "幸福社区妇联",
        "想知道上班的妈妈需要什么",
        "大约 3 分钟，3 题",
        "原始答案保留 6 个月",
        "88886666",
        "这份问卷不记名",
    )
    for words in said:
        assert words in page
    assert "<title>社区问卷</title>" in page
    assert '<meta property="og:title" content="社区问卷">' in page


def test_a_link_that_never_was_leads_to_a_resident_s_page(client):
    answer = Client().get("/s/none/")

    assert answer.status_code == 404
    assert "没有这一页" in text(answer)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"starts_on": timezone.localdate() + timezone.timedelta(days=3)}, "还没开始"),
        (
            {
                "starts_on": timezone.localdate() - timezone.timedelta(days=3),
                "ends_on": timezone.localdate() - timezone.timedelta(days=1),
            },
            "已经结束",
        ),
        ({"status": Status.PAUSED}, "暂停了"),
        ({"status": Status.CLOSED, "closed_at": timezone.now()}, "已经结束"),
        ({"limit": 0}, None),
    ],
)
def test_a_survey_that_takes_nothing_says_why(chair, facts, words):
    survey = a_survey(chair)
    Survey.objects.filter(pk=survey.pk).update(**facts)
    client = Client()

    for end in ("", "1/", "all/", "end/", "on/", "code/"):
        page = text(client.get(path(survey, end), follow=True))
        assert words is None or words in page
    answer = client.post(path(survey, "1/"), {"q1": "a", "edition": "1"})
    assert words is None or words in text(answer)
    assert Incoming.objects.count() == (1 if words is None else 0)


def test_a_draft_never_opens(chair):
    survey = SurveyFactory()

    assert Client().get(path(survey)).status_code == 404


# --- a short survey ---------------------------------------------------------------------------------------------------
def test_one_page_is_sent_with_two_statements_and_nothing_else(chair, settings):
    settings.SURVEY_RECHECK_SECONDS = 60
    survey, client = a_survey(chair), Client()
    client.get(path(survey, "1/"))
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(
            path(survey, "1/"), {"q1": "a", "q2": ["a", "c"], "q2:c": "夜班", "q3": "谢谢", "edition": "1"}
        )

    statements = [
        one["sql"] for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
    ]
    assert [sql.split('"')[0].split("(")[0].strip() for sql in statements] == [
        "INSERT INTO surveys_marker",
        "INSERT INTO surveys_incoming",
    ]
    assert answer.url == path(survey, "thanks/")
    assert kept(survey) == [
        {
            "e": 1, "a": {"q1": "a", "q2": ["a", "c"]}, "t": {"q2.c": "夜班", "q3": "谢谢"}, "g": survey.area_id,
            "on": timezone.localdate().isoformat(), "w": "self",
        }
    ]  # fmt: skip


def test_the_pages_before_it_ask_the_database_nothing(chair, settings, django_assert_num_queries):
    settings.SURVEY_RECHECK_SECONDS = 60
    survey = a_survey(chair)
    Client().get(path(survey))
    Client().get(path(survey, "1/"))

    with django_assert_num_queries(0):
        Client().get(path(survey))
        Client().get(path(survey, "1/"))


def test_a_second_tap_is_the_same_answer(chair):
    survey, client = a_survey(chair), Client()
    client.get(path(survey, "1/"))
    for _ in range(2):
        assert client.post(path(survey, "1/"), {"q1": "a", "edition": "1"}).url == path(survey, "thanks/")

    assert (Incoming.objects.count(), Marker.objects.count()) == (1, 1)
    assert client.get(path(survey)).url == path(survey, "thanks/")


def test_where_many_answers_each_are_welcome_a_second_tap_is_still_the_same(chair):
    survey, client = a_survey(chair, once_each=False), Client()
    nonce = re.search(r'name="nonce" value="(\w{32})"', text(client.get(path(survey, "1/"))))[1]
    for _ in range(2):
        client.post(path(survey, "1/"), {"q1": "a", "edition": "1", "nonce": nonce})
    assert Incoming.objects.count() == 1

    client.post(path(survey, "1/"), {"q1": "a", "edition": "1", "nonce": "0" * 32})
    assert Incoming.objects.count() == 2


def test_what_is_wrong_is_said_and_nothing_is_lost(chair):
    survey, client = a_survey(chair), Client()
    page = text(client.post(path(survey, "1/"), {"q2": ["c"], "q2:c": "夜班", "q3": "<b>话</b>", "edition": "1"}))

    assert "这一题要选一个。" in page
    assert 'value="夜班"' in page
    assert "&lt;b&gt;话&lt;/b&gt;" in page
    assert Incoming.objects.count() == 0


def test_a_post_from_another_site_is_refused(chair):
    survey = a_survey(chair)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = Client().post(path(survey, "1/"), {"q1": "a", "edition": "1"}, headers=headers)
        assert answer.status_code == 403
    assert Incoming.objects.count() == 0


def test_no_token_of_the_office_s_forms_is_needed(chair):
    survey, client = a_survey(chair), Client(enforce_csrf_checks=True)

    assert client.post(path(survey, "1/"), {"q1": "a", "edition": "1"}).status_code == 302
    assert {*client.cookies} == {"fedhub_s"}


# --- page after page --------------------------------------------------------------------------------------------------
def test_pages_follow_each_other_by_what_was_answered(chair):
    survey, client = a_survey(chair, LONG), Client()

    assert client.post(path(survey, "1/"), {"q1": "b", "edition": "1"}).url == path(survey, "3/")
    page = text(client.get(path(survey, "3/")))
    assert "为什么说“否”？" in page
    assert client.get(path(survey, "2/")).url == path(survey, "3/")
    assert client.post(path(survey, "3/"), {"q3": "在家", "edition": "1"}).url == path(survey, "4/")
    assert client.post(path(survey, "4/"), {"q4": "a", "edition": "1"}).url == path(survey, "thanks/")
    (found,) = kept(survey)
    assert (found["a"], found["t"]) == ({"q1": "b", "q4": ["a"]}, {"q3": "在家"})
    assert Draft.objects.count() == 0


def test_the_way_back_loses_nothing(chair):
    survey, client = a_survey(chair, LONG), Client()
    client.post(path(survey, "1/"), {"q1": "a", "edition": "1"})
    client.post(path(survey, "2/"), {"q2": "b", "edition": "1"})
    answer = client.post(path(survey, "3/"), {"q3": "还没写完", "edition": "1", "back": "1"})

    assert answer.url == path(survey, "2/")
    assert re.search(r'name="q2" value="b" checked', text(client.get(path(survey, "2/"))))
    assert 'value="还没写完"' in text(client.get(path(survey, "3/")))


def test_an_answer_changed_later_takes_with_it_what_followed_from_it(chair):
    survey, client = a_survey(chair, LONG), Client()
    client.post(path(survey, "1/"), {"q1": "a", "edition": "1"})
    client.post(path(survey, "2/"), {"q2": "b", "edition": "1"})
    client.post(path(survey, "1/"), {"q1": "b", "edition": "1"})
    client.post(path(survey, "3/"), {"edition": "1"})
    client.post(path(survey, "4/"), {"edition": "1"})

    assert kept(survey)[0]["a"] == {"q1": "b"}


def test_a_jump_to_the_end_asks_before_it_sends(chair):
    survey, client = a_survey(chair, JUMPS), Client()

    assert client.post(path(survey, "1/"), {"q1": "b", "edition": "1"}).url == path(survey, "end/")
    assert "都答完了" in text(client.get(path(survey, "end/")))
    assert client.post(path(survey, "end/"), {"back": "1"}).url == path(survey, "1/")
    assert client.post(path(survey, "end/"), {"edition": "1"}).url == path(survey, "thanks/")
    # The second of two taps finds no draft, and is answered like the first.
    assert client.post(path(survey, "end/"), {"edition": "1"}).url == path(survey, "thanks/")
    assert kept(survey)[0]["a"] == {"q1": "b"}


def test_a_page_that_was_left_out_is_led_to_before_it_is_sent(chair):
    survey, client = a_survey(chair, LONG), Client()
    client.post(path(survey, "1/"), {"q1": "a", "edition": "1"})
    answer = client.post(path(survey, "4/"), {"q4": "a", "edition": "1"})

    assert answer.url == path(survey, "2/")
    assert "这一题还没有填。" in text(client.get(path(survey, "2/")))
    assert Incoming.objects.count() == 0


def test_without_cookies_a_later_page_says_so(chair):
    survey = a_survey(chair, LONG)

    assert "要从头开始" in text(Client().get(path(survey, "2/")))


def test_all_of_it_on_one_page_where_nothing_depends(chair):
    survey, client = a_survey(chair, EVERY), Client()
    assert "一页填完" in text(client.get(path(survey)))
    page = text(client.get(path(survey, "all/")))
    assert page.count('data-q="') == 14

    answer = client.post(path(survey, "all/"), {"s1": "a", "c1": "yes", "edition": "1", "kept": "", "x1.r1": "b"})
    assert answer.url == path(survey, "thanks/")
    assert kept(survey)[0]["a"] == {"s1": "a", "c1": "yes", "x1": {"r1": "b"}}


def test_where_something_depends_there_is_no_one_page(chair):
    survey, client = a_survey(chair, LONG), Client()

    assert "一页填完" not in text(client.get(path(survey)))
    assert client.get(path(survey, "all/")).url == path(survey, "1/")
    assert client.post(path(survey, "all/"), {"q1": "a"}).url == path(survey, "1/")


# --- put aside and carried on -----------------------------------------------------------------------------------------
def test_put_aside_with_a_code_and_carried_on_elsewhere(chair):
    survey, client = a_survey(chair, LONG), Client()
    client.post(path(survey, "1/"), {"q1": "b", "edition": "1"})
    page = text(client.post(path(survey, "3/"), {"q3": "写到一半", "edition": "1", "keep": "1"}))
    code = re.search(r'class="s-code">([\w-]{9})<', page)[1]
    last = timezone.localdate() + timezone.timedelta(days=7)
    assert f"到 {last.month} 月 {last.day} 日" in page

    other = Client()
    assert other.post(path(survey, "on/"), {"code": code.lower()}).url == path(survey, "1/")
    assert 'value="写到一半"' in text(other.get(path(survey, "3/")))
    # The code is good once, and the first browser has nothing any more.
    assert "没有这个码" in text(Client().post(path(survey, "on/"), {"code": code}))
    assert "要从头开始" in text(client.get(path(survey, "3/")))


def test_a_draft_lies_sealed_and_goes_after_its_days(chair):
    survey, client = a_survey(chair, LONG), Client()
    client.post(path(survey, "1/"), {"q1": "b", "edition": "1"})
    client.post(path(survey, "3/"), {"q3": "秘密的话", "edition": "1"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM surveys_draft")
        row = cursor.fetchone()
    assert "秘密" not in repr([bytes(v).decode("latin1") if isinstance(v, (bytes, memoryview)) else v for v in row])

    forget_begun(timezone.localdate() + timezone.timedelta(days=7))
    assert Draft.objects.count() == 1
    forget_begun(timezone.localdate() + timezone.timedelta(days=8))
    assert Draft.objects.count() == 0


def test_a_draft_of_the_first_edition_is_sent_when_the_second_is_out(chair):
    survey, client = a_survey(chair, LONG), Client()
    client.post(path(survey, "1/"), {"q1": "b", "edition": "1"})
    client.post(path(survey, "3/"), {"q3": "话", "edition": "1"})
    sections = to_data(LONG)
    sections["sections"][0]["questions"][0]["options"][1]["retired"] = True
    sections["sections"][1]["questions"].append({"code": "q5", "kind": "single", "label": "新题", "required": True,
                                                 "options": [{"code": "a", "label": "是"}]})  # fmt: skip
    Edition.objects.create(survey=survey, number=2, content=sections, made_by=chair)
    Survey.objects.filter(pk=survey.pk).update(edition=2)

    # The last page of the first edition knows nothing of the new question.
    assert "这一题要选一个。" in text(client.post(path(survey, "4/"), {"q4": "a", "edition": "1"}))
    assert client.post(path(survey, "4/"), {"q4": "a", "q5": "a", "edition": "2"}).url == path(survey, "thanks/")
    (found,) = kept(survey)
    assert (found["e"], found["a"]) == (2, {"q1": "b", "q4": ["a"], "q5": "a"})


def test_a_page_of_the_first_edition_may_name_what_was_taken_away_meanwhile(chair):
    survey, client = a_survey(chair), Client()
    content = to_data(WORK)
    content["sections"][0]["questions"][0]["options"][0]["retired"] = True
    Edition.objects.create(survey=survey, number=2, content=content, made_by=chair)
    Survey.objects.filter(pk=survey.pk).update(edition=2)

    assert "已经没有了" in text(client.post(path(survey, "1/"), {"q1": "a", "edition": "2"}))
    assert client.post(path(survey, "1/"), {"q1": "a", "edition": "1"}).url == path(survey, "thanks/")


# --- age, limits, pictures --------------------------------------------------------------------------------------------
def test_under_the_age_nobody_fills_in_without_a_guardian(chair):
    survey, client = a_survey(chair, age_from=16), Client()
    assert "年满 16 周岁" in text(client.get(path(survey, "1/")))

    assert "请选一个。" in text(client.post(path(survey, "1/"), {"q1": "a", "edition": "1"}))
    assert "监护人" in text(client.post(path(survey, "1/"), {"q1": "a", "edition": "1", "age": "young"}))
    assert Incoming.objects.count() == 0
    assert client.post(path(survey, "1/"), {"q1": "a", "edition": "1", "age": "with"}).url == path(survey, "thanks/")
    # Nor does somebody who begins behind the first page.
    long, other = a_survey(chair, LONG, age_from=16), Client()
    answer = other.post(path(long, "4/"), {"q4": "a", "edition": "1"})
    assert (answer.url, Incoming.objects.filter(survey=long).count()) == (path(long, "1/"), 0)
    assert "年满 16 周岁" in text(other.get(path(long, "1/")))
    # What she said of her age is not kept.
    assert set(kept(survey)[0]) == {"e", "a", "t", "g", "on", "w"}


def test_the_seats_of_a_survey_and_of_an_option(chair):
    paper = Questionnaire(
        (Section("", questions=(Question("q1", Kind.SINGLE, "哪天来", required=True, options=(
            Option("a", "周六", limit=1), Option("b", "周日"))),)),)
    )  # fmt: skip
    survey = a_survey(chair, paper, limit=2)

    assert Client().post(path(survey, "1/"), {"q1": "a", "edition": "1"}).url == path(survey, "thanks/")
    late = Client()
    assert late.post(path(survey, "1/"), {"q1": "a", "edition": "1"}).url == path(survey, "1/")
    assert "“周六”的名额满了" in text(late.get(path(survey, "1/")))
    assert late.post(path(survey, "1/"), {"q1": "b", "edition": "1"}).url == path(survey, "thanks/")
    assert "已经满了" in text(Client().get(path(survey)))
    assert "满了" in text(Client().post(path(survey, "1/"), {"q1": "b", "edition": "1"}))
    assert list(Seat.objects.order_by("question").values_list("question", "option", "taken")) == [
        ("", "", 2),
        ("q1", "a", 1),
    ]
    assert Incoming.objects.count() == 2


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", comment=b"secret place")
    return SimpleUploadedFile("IMG_20260101_120000.jpg", out.getvalue(), "image/jpeg")


def test_a_picture_is_cleaned_sealed_and_keeps_no_moment(chair):
    survey, client = a_survey(chair, EVERY), Client()
    answer = client.post(path(survey, "all/"), {"s1": "a", "c1": "yes", "edition": "1", "kept": "", "f1": jpeg()})
    assert answer.url == path(survey, "thanks/")
    before = Picture.objects.get()
    assert (before.expires_on, kept(survey)[0]["t"]) == (None, {"f1": str(before.pk)})

    flush(survey, least=1)
    after = Picture.objects.get()
    assert after.pk != before.pk
    assert json.loads(Response.objects.get().texts) == {"f1": str(after.pk)}
    assert after.question == "f1"
    data = picture_bytes(after)
    assert data.startswith(b"\xff\xd8\xff")
    assert b"secret place" not in data


def test_what_is_no_picture_is_refused_and_the_rest_is_kept(chair):
    survey, client = a_survey(chair, EVERY), Client()
    bad = SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", "image/jpeg")
    page = text(
        client.post(
            path(survey, "all/"), {"s1": "c", "s1:c": "写的", "c1": "yes", "edition": "1", "kept": "", "f1": bad}
        )
    )

    assert "is-wrong" in page
    assert 'value="写的"' in page
    assert (Incoming.objects.count(), Picture.objects.count()) == (0, 0)


def test_a_picture_is_not_asked_for_twice_when_something_else_was_wrong(chair):
    survey, client = a_survey(chair, EVERY), Client()
    page = text(client.post(path(survey, "all/"), {"c1": "yes", "edition": "1", "kept": "", "f1": jpeg()}))
    assert "这一题要选一个。" in page
    assert "已经有一张照片" in page
    assert 'name="kept" value="1"' in page

    client.post(path(survey, "all/"), {"s1": "a", "c1": "yes", "edition": "1", "kept": "1"})
    assert kept(survey)[0]["t"] == {"f1": str(Picture.objects.get().pk)}


def test_a_picture_of_a_changed_answer_stays_until_another_takes_its_place(chair):
    survey, client = a_survey(chair, EVERY, mode=Mode.NAMED), Client()
    good = {"s1": "a", "c1": "yes", "edition": "1", "who_name": "王女士", "who_phone": "13800138000"}
    client.post(path(survey, "all/"), {**good, "kept": "", "f1": jpeg()})
    client.post(path(survey, "edit/"))
    first = Picture.objects.get()
    assert "已经有一张照片" in text(client.get(path(survey, "all/")))
    client.post(path(survey, "all/"), {**good, "s1": "b", "kept": "1"})
    assert (Picture.objects.get(), json.loads(Response.objects.get().texts)) == (first, {"f1": str(first.pk)})

    client.post(path(survey, "edit/"))
    client.post(path(survey, "all/"), {**good, "kept": "1", "f1": jpeg()})
    second = Picture.objects.get()
    assert (second.pk == first.pk, second.question, second.expires_on) == (False, "f1", None)
    assert json.loads(Response.objects.get().texts) == {"f1": str(second.pk)}
    forget_begun(timezone.localdate() + timezone.timedelta(days=30))
    assert Picture.objects.get() == second


def test_a_picture_that_another_took_the_place_of_is_not_kept(chair):
    survey, client = a_survey(chair, EVERY), Client()
    for kept_before in ("", "1"):
        client.post(path(survey, "all/"), {"c1": "yes", "edition": "1", "kept": kept_before, "f1": jpeg()})

    assert Picture.objects.count() == 1


def test_nobody_fills_the_disk_with_pictures(chair, monkeypatch):
    monkeypatch.setattr(pictures, "TRIES", 2)
    survey = a_survey(chair, EVERY)
    for _ in range(2):
        Client().post(path(survey, "all/"), {"c1": "yes", "edition": "1", "f1": jpeg()})
    page = text(Client().post(path(survey, "all/"), {"s1": "c", "s1:c": "写的", "edition": "1", "f1": jpeg()}))

    assert "传的照片太多了" in page
    assert 'value="写的"' in page
    assert Picture.objects.count() == 2


def test_the_grid_she_names_is_where_it_counts(chair, grid, other_grid):
    survey, client = a_survey(chair, EVERY, area=grid.parent), Client()
    page = text(client.get(path(survey, "all/")))
    assert f'value="{other_grid.code}"' in page

    client.post(path(survey, "all/"), {"s1": "a", "c1": "yes", "a1": other_grid.code, "edition": "1", "kept": ""})
    flush(survey, least=1)
    assert Response.objects.get().area == other_grid
    assert Tally.objects.get(question="", option="").area == other_grid


# --- help, leaving, letters' size -------------------------------------------------------------------------------------
def test_a_sensitive_survey_shows_where_help_is_on_every_page_and_a_way_out(chair):
    survey, client = a_survey(chair, LONG, sensitive=True, title="问卷"), Client()
    client.post(path(survey, "1/"), {"q1": "b", "edition": "1"})
    for end in ("", "1/", "3/", "end/", "thanks/", "on/", "letter/"):
        page = text(client.get(path(survey, end)))
        for number in ("110", "12338", "12348", "12355", "12356", "120"):
            assert f'href="tel:{number}"' in page
        assert "快速离开" in page

    left = client.post(path(survey, "leave/"))
    assert "<title>天气</title>" in text(left)
    assert client.cookies["fedhub_s"].value == ""
    assert Draft.objects.count() == 0


def test_help_shows_after_an_option_that_asks_for_it(chair):
    options = (Option("a", "打过", help=True), Option("b", "没有"))
    paper = Questionnaire((Section("", questions=(Question("q1", Kind.SINGLE, "有吗", options=options),)),
                           Section("", questions=(Question("q2", Kind.TEXT, "说"),))))  # fmt: skip
    survey = a_survey(chair, paper)
    quiet, other = Client(), Client()
    quiet.post(path(survey, "1/"), {"q1": "b", "edition": "1"})
    other.post(path(survey, "1/"), {"q1": "a", "edition": "1"})

    assert "12338" not in text(quiet.get(path(survey, "2/")))
    assert "12338" in text(other.get(path(survey, "2/")))
    assert "data-help-box" in text(Client().get(path(survey, "1/")))


TELLING = Questionnaire(
    (
        Section(
            "",
            questions=(
                Question(
                    "q1", Kind.SINGLE, "家里怎样？", options=(
                        Option("a", "动过手", help=True, tell=True), Option("b", "吵过", help=True), Option("c", "都好"))
                ),
            ),
        ),
        Section("", questions=(Question("q2", Kind.TEXT, "还想说什么？"),)),
    )
)  # fmt: skip
OFFER = "只告诉受过培训的专人"


def test_she_alone_is_told_of_the_trained_person_and_only_when_she_chose_it(chair):
    survey = a_survey(chair, TELLING, sensitive=True)
    for option, times in (("a", 1), ("b", 0), ("c", 0)):
        client = Client()
        first = text(client.get(path(survey, "1/")))
        # Until she chooses it stands there hidden; a browser without scripts shows it to everybody.
        assert (first.count("data-tell-box"), first.count(OFFER)) == (1, 2)
        client.post(path(survey, "1/"), {"q1": option, "edition": "1"})
        second = text(client.get(path(survey, "2/")))
        assert second.count(OFFER) == times
        assert second.count(f'href="{path(survey, "help/")}#id_only"') == times


def test_what_is_chosen_is_seen_by_nobody_else(chair, as_user, worker):
    """The same pages, the same rows, whichever of the two she chose."""
    seen = []
    for option in ("a", "c"):
        survey, client = a_survey(chair, TELLING, sensitive=True), Client()
        client.post(path(survey, "1/"), {"q1": option, "edition": "1"})
        sent = client.post(path(survey, "2/"), {"q2": "", "edition": "1"}, follow=True)
        pages = [as_user(user).get(reverse("surveys:collecting", args=[survey.pk])) for user in (chair, worker)]
        seen.append([text(page).count("专人") for page in (sent, *pages)])
        assert {row["a"]["q1"] for row in kept(survey)} == {option}

    assert seen == [[0, 0, 0], [0, 0, 0]]
    assert (RiskReport.objects.count(), Concern.objects.count()) == (0, 0)


def test_nobody_is_offered_it_while_somebody_holds_the_phone_with_her(as_user, chair, worker):
    survey, client = a_survey(chair, TELLING, sensitive=True), as_user(worker)
    client.get(client.post(reverse("surveys:assist", args=[survey.pk]), {"way": "handed"}).url)

    assert OFFER not in text(client.get(path(survey, "1/")))
    assert OFFER in text(Client().get(path(survey, "1/")))


def test_large_letters_are_remembered(chair):
    survey, client = a_survey(chair), Client()
    assert client.get(path(survey), {"type": "large"}).url == path(survey)

    assert '<html lang="zh-CN" data-type="large">' in text(client.get(path(survey)))
    assert '<html lang="zh-CN" data-type="large">' in text(client.get(path(survey, "1/")))
    assert 'data-type="large"' not in text(Client().get(path(survey)))


def test_no_page_is_kept_by_browsers_or_found_by_search_engines(chair):
    survey = a_survey(chair)
    for end in ("", "1/", "thanks/", "letter/"):
        answer = Client().get(path(survey, end))
        assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")


# --- the three modes --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("mode", Mode)
def test_one_sentence_says_what_is_known(chair, mode):
    survey = a_survey(chair, mode=mode)

    assert MODE_WORDS[mode] in text(Client().get(path(survey)))


def test_a_contact_of_her_own_will_lies_apart_from_the_answer(chair):
    survey = a_survey(chair, mode=Mode.VOLUNTARY)
    client = Client()
    assert "愿意的话，留个联系方式" in text(client.get(path(survey, "1/")))
    bad = text(client.post(path(survey, "1/"), {"q1": "a", "edition": "1", "who_name": "王女士", "who_phone": "abc"}))
    assert "电话号码认不出来" in bad
    assert 'value="王女士"' in bad
    client.post(path(survey, "1/"), {"q1": "a", "edition": "1", "who_name": "王女士", "who_phone": "138 0013 8000"})
    flush(survey, least=1)

    contact = Contact.objects.get()
    assert (contact.response, contact.mark, contact.sealed) == (None, None, {"name": "王女士", "phone": "13800138000"})
    assert "王女士" not in str(Response.objects.values_list("answers", "texts").get())


def test_by_name_the_name_is_needed_and_the_answer_can_be_changed_until_the_end(chair):
    survey, client = a_survey(chair, mode=Mode.NAMED), Client()
    assert "这份问卷要写姓名和电话。" in text(client.post(path(survey, "1/"), {"q1": "a", "edition": "1"}))
    client.post(
        path(survey, "1/"), {"q1": "a", "q2": "a", "edition": "1", "who_name": "王女士", "who_phone": "13800138000"}
    )
    assert "改我的答案" in text(client.get(path(survey, "thanks/")))

    assert client.post(path(survey, "edit/")).url == path(survey, "1/")
    assert re.search(r'name="q1" value="a" checked', text(client.get(path(survey, "1/"))))
    answer = client.post(path(survey, "1/"), {"q1": "b", "edition": "1", "kept": "1", "who_name": "", "who_phone": ""})
    assert answer.url == path(survey, "thanks/")
    response = Response.objects.get()
    assert response.answers == {"q1": "b"}
    # What is left empty stays as it was.
    assert response.contact.sealed == {"name": "王女士", "phone": "13800138000"}
    assert set(Tally.objects.filter(n__gt=0).values_list("question", "option", "n")) == {
        ("", "", 1), ("q1", "", 1), ("q1", "b", 1),
    }  # fmt: skip


def test_without_a_name_no_answer_is_found_again(chair):
    survey, client = a_survey(chair), Client()
    client.post(path(survey, "1/"), {"q1": "a", "edition": "1"})

    assert "改我的答案" not in text(client.get(path(survey, "thanks/")))
    assert "改不了" in text(client.post(path(survey, "edit/")))


def test_no_session_account_address_or_moment_is_left_anywhere(chair, as_user, caplog):
    survey = a_survey(chair)
    before = AuditEvent.objects.count()
    with caplog.at_level("DEBUG"):
        # Somebody of the staff, signed in on the same device, fills it in herself.
        client = as_user(chair)
        client.get(path(survey, "1/"), REMOTE_ADDR="203.0.113.77", headers={"User-Agent": "SecretPhone/9"})
        client.post(
            path(survey, "1/"), {"q1": "a", "q3": "话", "edition": "1"}, REMOTE_ADDR="203.0.113.77",
            headers={"User-Agent": "SecretPhone/9"},
        )  # fmt: skip
    flush(survey, least=1)

    assert AuditEvent.objects.count() == before
    assert {field.name for field in Response._meta.fields} == {
        "id", "survey", "edition", "answers", "texts", "area", "on", "way",
    }  # fmt: skip
    with connection.cursor() as cursor:
        for table in ("surveys_response", "surveys_marker", "surveys_incoming", "surveys_tally", "surveys_draft"):
            cursor.execute(f"SELECT * FROM {table}")
            rows = repr(cursor.fetchall())
            assert "203.0.113" not in rows
            assert "SecretPhone" not in rows
            assert f"{timezone.localtime():%H:%M}" not in rows
    assert "203.0.113" not in caplog.text
