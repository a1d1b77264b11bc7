"""Parties rate by themselves: one slip each, where her contact rules allow, and nothing leads from a rating to her."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core import once
from fedhub.core.models import SealedEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.twins import bare
from households.tests.factories import ResidentFactory, SafeContactFactory
from mediation.models import OwnRating, RatingSlip
from mediation.ratings import yearly
from mediation.services import closing, ratings
from mediation.tests.factories import WORDS, a_case, case_at
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate
NEVER = "ABCD-EFGH"


@pytest.fixture
def case(grid, chair):
    return case_at("settled", grid, chair)


@pytest.fixture
def desk(chair, as_user):
    with_authenticator(chair)
    return proved(as_user(chair))


def give(case, by, party=0, **more):
    return ratings.give_slip(case, **{"party": party, "taken": True, "by": by, "key": once.new_key(), **more})


def at(secret):
    return reverse("say:rate", args=[secret])


def said(area, score, day=date(2025, 3, 1), words=""):
    return OwnRating.objects.create(area=area, month=day, score=score, words=words)


# --- giving it -------------------------------------------------------------------------------------------------------------
def test_a_slip_is_printed_once_and_names_nothing(case, desk):
    url = reverse("mediation:case_slip", args=[case.pk])
    sent = filled(desk.get(url), party="0", taken="on")
    page = desk.post(url, sent)
    text = page.content.decode()
    again = desk.post(url, sent)
    secret = re.search(r"/p/say/([A-Z0-9-]+)/", text)[1]

    assert Client().get(at(secret)).status_code == 200
    assert [word in text for word in ("服务评价", "李丽", "张强", "调解", WORDS)] == [True, False, False, False, False]
    assert (again.headers["Location"], RatingSlip.objects.count()) == (case.get_absolute_url(), 1)
    assert [one.content["action"] for one in SealedEvent.objects.all()].count("mediation.case.slip") == 1


def test_neither_the_address_nor_who_it_is_for_lies_in_clear(case, chair):
    secret = give(case, chair)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mediation_ratingslip")
        raw = "|".join(str(value) for value in cursor.fetchone())

    assert [word in raw for word in (secret, secret.replace("-", ""), "李丽")] == [False] * 3


@pytest.mark.parametrize(
    ("facts", "words"), [({"taken": False}, "当面问过本人"), ({"party": 7}, "结束以后"), ({"party": -1}, "结束以后")]
)
def test_what_is_no_slip(case, chair, facts, words):
    with pytest.raises(ValidationError, match=words):
        give(case, chair, **facts)
    assert RatingSlip.objects.count() == 0


@pytest.mark.parametrize("state", ["registered", "accepted", "mediating", "refused", "referred"])
def test_who_was_not_mediated_for_rates_nothing(grid, chair, desk, state):
    case = case_at(state, grid, chair)

    with pytest.raises(ValidationError, match="结束以后"):
        give(case, chair)
    assert desk.get(reverse("mediation:case_slip", args=[case.pk])).status_code in (302, 404)


@pytest.mark.parametrize(
    ("safe", "given"),
    [(None, True), ({"channels": ["letter"]}, True), ({"channels": ["letter"], "neutral": True}, True),
     ({"channels": ["phone"]}, False), ({"channels": []}, False)],
)  # fmt: skip
def test_paper_goes_home_with_her_only_where_her_contact_rules_allow(grid, chair, safe, given):
    her = ResidentFactory(area=grid)
    if safe is not None:
        SafeContactFactory(resident=her, **safe)
    case = a_case(grid, chair, her, "张强", officer=chair)
    type(case).objects.filter(pk=case.pk).update(state="withdrawn", ended_on=today())

    if given:
        assert give(case, chair)
    else:
        with pytest.raises(ValidationError, match="不能给带回去的单子"):
            give(case, chair)
        assert give(case, chair, party=1)
    assert RatingSlip.objects.count() == 1


def test_a_new_slip_makes_the_lost_one_void(case, chair):
    first, second = give(case, chair), give(case, chair)

    assert [Client().get(at(one)).status_code for one in (first, second)] == [404, 200]
    assert RatingSlip.objects.count() == 1


def test_who_has_rated_gets_no_second_slip_in_this_run(case, chair):
    Client().post(at(give(case, chair)), {"score": "5"})
    with pytest.raises(ValidationError, match="已经评过"):
        give(case, chair)
    closing.reopen_case(case, words="又吵", agreed=["0", "1"], by=chair, key=once.new_key())
    type(case).objects.filter(pk=case.pk).update(state="failed")

    assert give(case, chair)


def test_a_stranger_gives_none(case, community, as_user):
    user = user_with(Role.MEDIATOR, community, username="m9")
    with_authenticator(user)

    assert proved(as_user(user)).get(reverse("mediation:case_slip", args=[case.pk])).status_code == 404


# --- saying it ---------------------------------------------------------------------------------------------------------------
def test_she_rates_once_and_nothing_of_the_matter_is_there(case, chair, community):
    secret = give(case, chair)
    asked = Client().get(at(secret))
    thanked = Client().post(at(secret), {"score": "4", "words": "说得公道"})
    text = asked.content.decode() + thanked.content.decode()

    assert (asked.status_code, thanked.status_code, "谢谢您" in text) == (200, 200, True)
    assert [word in text for word in ("李丽", "张强", "调解", WORDS, chair.name)] == [False] * 5
    assert (asked.headers["Cache-Control"], asked.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert set(asked.cookies) <= {"fedhub_csrf"}
    row = OwnRating.objects.get()
    assert (row.area, row.month, row.score, row.words) == (community, today().replace(day=1), 4, "说得公道")
    gone, none = Client().post(at(secret), {"score": "1"}), Client().post(at(NEVER), {"score": "1"})
    assert (gone.status_code, bare(gone)) == (404, bare(none))
    assert OwnRating.objects.count() == 1


def test_opening_it_uses_nothing_up(case, chair):
    secret = give(case, chair)
    for _ in range(3):
        Client().get(at(secret))
        Client().head(at(secret))

    assert RatingSlip.objects.get().used is False


@pytest.mark.parametrize("typed", [str.lower, lambda secret: secret.replace("-", ""), lambda secret: secret])
def test_an_address_is_read_however_it_was_typed(case, chair, typed):
    assert Client().get(at(typed(give(case, chair)))).status_code == 200


def test_after_its_days_it_answers_as_one_that_never_was(case, chair):
    secret = give(case, chair)
    RatingSlip.objects.update(until=today())
    last = Client().get(at(secret)).status_code
    RatingSlip.objects.update(until=today() - timedelta(days=1))

    assert (last, bare(Client().get(at(secret)))) == (200, bare(Client().get(at(NEVER))))


@pytest.mark.parametrize(("sent", "words"), [({"words": "写了半天"}, "请选一项"),
                                             ({"score": "9", "words": "写了半天"}, "请选一项"),
                                             ({"score": "5", "words": "长" * 301}, "不超过 300 个字")])  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_lost(case, chair, sent, words):
    page = Client().post(at(give(case, chair)), sent)

    assert (page.status_code, words in page.content.decode(), sent["words"] in page.content.decode()) == (
        422,
        True,
        True,
    )
    assert (OwnRating.objects.count(), RatingSlip.objects.get().used) == (0, False)


def test_nothing_leads_from_a_rating_to_who_gave_it(case, chair, desk):
    Client().post(at(give(case, chair)), {"score": "1", "words": "偏心"})
    trail = [one.content for one in SealedEvent.objects.all()]

    assert {field.name for field in OwnRating._meta.fields} == {"id", "area", "month", "score", "words"}
    assert {field.name for field in RatingSlip._meta.fields if "at" in field.name.split("_")} == set()
    assert [row for row in trail if row["actor_id"] is None] == []
    assert "偏心" not in desk.get(case.get_absolute_url()).content.decode()


# --- what all of them say ------------------------------------------------------------------------------------------------
def test_few_are_hidden_and_this_month_waits(community, chair, desk):
    for score in (5, 5, 4, 2):
        said(community, score, words=f"话{score}")
    said(community, 1, day=today().replace(day=1), words="本月的话")
    url = reverse("mediation:ratings")
    few = desk.get(url).content.decode()
    said(community, 3, words="第五个")
    many = desk.get(url).content.decode()

    assert [word in few for word in ("不到 5 份", "话5", "第五个")] == [True, False, False]
    assert [word in many for word in ("3.8", "60%", "第五个", "本月的话")] == [True, True, True, False]


def test_who_compares_months_sees_a_difference_of_five_at_least(community):
    for month, number in ((1, 3), (2, 3), (3, 1), (4, 3), (5, 1), (6, 7), (7, 4)):
        for _ in range(number):
            said(community, 5 if month < 7 else 1, day=date(2025, month, 1))
    seen = [yearly([community.pk], 5, date(2025, month, 20)) for month in range(2, 13)]
    numbers = [rows[0].number for rows in seen]

    assert numbers == [0, 6, 6, 6, 11, 18, 18, 18, 18, 18, 18]
    assert [rows[0].shown for rows in seen] == [False, *[True] * 10]
    # The four of July stay out, whatever they said.
    assert [(one.mean, one.satisfied) for one in yearly([community.pk], 5, today())] == [("5.0", "100%")]


def test_the_order_of_the_words_does_not_tell_the_months(community):
    for month in (3, 1, 2):
        for n in range(5):
            said(community, 4, day=date(2025, month, 1), words=f"{month}月{n}")
    rows = yearly([community.pk], 5, today())

    assert [one.words for one in OwnRating.objects.order_by("pk")] == rows[0].words


def test_each_sees_her_own_community(community, chair):
    elsewhere = type(community).objects.exclude(pk=community.pk).filter(kind="community").first()
    said(community, 5)
    rows = yearly(chair.scope("mediation.assign_case"), 1, today())

    assert [(one.area, one.number) for one in rows] == [(community.name, 1)]
    if elsewhere:
        assert yearly([elsewhere.pk], 1, today()) == []


def test_a_mediator_reads_no_ratings(community, as_user):
    user = user_with(Role.MEDIATOR, community, username="m9")
    with_authenticator(user)

    assert proved(as_user(user)).get(reverse("mediation:ratings")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_ratings_asks_the_same_whatever_their_number(community, desk, django_assert_num_queries, number):
    url = reverse("mediation:ratings")
    for _ in range(number):
        said(community, 5)
    desk.get(url)

    with django_assert_num_queries(33):
        desk.get(url)


@pytest.mark.parametrize("change", ["score = 9", "score = 0"])
def test_the_database_takes_no_other_score(community, change):
    said(community, 5)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE mediation_ownrating SET {change}")
