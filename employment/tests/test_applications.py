"""Applications: consent first, two texts apart, the last place, silence, and that no link changes anything."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from concerns.tests.factories import ConcernFactory
from employment.enums import REFUSED_WORDS, RefusedWhy
from employment.models import Application
from employment.queries import sheet_of
from employment.services.applications import hire, hired_elsewhere, invite, recommend, refuse
from employment.services.seekers import into_employment
from employment.services.watching import tell_silent
from employment.tests.factories import (
    ApplicationFactory,
    PostFactory,
    SeekerFactory,
    SkillFactory,
    application_at,
    seeker_at,
)
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.notices.models import Message
from households.models import Consent, Resident
from households.services.consent import withdraw_consent
from households.tests.factories import PhoneFactory, ResidentFactory, SafeContactFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


# --- recommending -------------------------------------------------------------------------------------------------------
def test_she_is_recommended_from_the_suggestions_with_her_consent_for_this_post(client, worker, grid):
    seeker, post = SeekerFactory(resident__area=grid), PostFactory(place_area=grid)
    page = client.get(seeker.get_absolute_url())
    ((found, fit),) = page.context["suggested"]
    assert (found, fit.reasons) == (
        post, ["想做收银零售", "上班 09:00—13:00，在能上班的时间里", "步行约 8 分钟"],
    )  # fmt: skip
    url = f"{reverse('employment:recommend', args=[seeker.pk])}?post={post.pk}"
    client.post(url, filled(client.get(url), shares=["skills"], how="oral", witness="刘建芳", note="能马上上班"))

    one, consent = Application.objects.get(), Consent.objects.get()
    seeker.refresh_from_db()
    assert (one.post, one.state, one.shares, one.recommended_by, one.consent) == (
        post, "recommended", ["skills"], worker, consent,
    )  # fmt: skip
    assert (consent.purpose, consent.recipient, consent.expires_on) == (
        "share", "春风超市（岗位：收银员（上午班））", today() + 180 * DAY,
    )  # fmt: skip
    assert seeker.state == "active"


@pytest.mark.parametrize(
    ("seeker", "post", "words"),
    [
        ({"resident__birth": "2020-01-01"}, {}, "童工"),
        ({"resident__birth": ""}, {}, "16 周岁"),
        ({"state": "paused"}, {}, "暂停"),
        ({}, {"state": "hidden"}, "到期"),
        ({}, {"valid_until": "2020-01-01", "published_on": "2019-12-01"}, "到期"),
        ({}, {"left": 0}, "招满"),
        ({}, {"needs_certificate": True}, "证书"),
    ],
)
def test_who_cannot_be_recommended_and_to_what(worker, seeker, post, words):
    application = Application(seeker=SeekerFactory(**seeker), post=PostFactory(**post))

    with pytest.raises(ValidationError, match=words):
        recommend(application, how="paper", by=worker)
    assert (Application.objects.count(), Consent.objects.count()) == (0, 0)


def test_nobody_of_sixteen_is_recommended_for_heavy_work(worker):
    girl = SeekerFactory(resident__birth=f"{today().year - 17}-01-01")

    with pytest.raises(ValidationError, match="第六十一条"):
        recommend(Application(seeker=girl, post=PostFactory(adults_only=True)), how="paper", by=worker)


def test_she_is_recommended_for_one_post_once_until_it_is_decided(worker):
    first = ApplicationFactory()

    with pytest.raises(ValidationError, match="已经推荐过"):
        recommend(Application(seeker=first.seeker, post=first.post), how="paper", by=worker)
    refuse(first, why="filled", by=worker)
    assert recommend(Application(seeker=first.seeker, post=first.post), how="paper", by=worker).pk != first.pk


# --- what the employer is told ------------------------------------------------------------------------------------------
def test_the_employer_is_told_what_she_agreed_to_and_nothing_once_she_takes_it_back(client, worker, grid):
    seeker = SeekerFactory(resident__area=grid, limits="不能久站")
    SkillFactory(seeker=seeker)
    one = ApplicationFactory(seeker=seeker, shares=["skills", "age"])
    url = reverse("employment:application_sheet", args=[one.pk])
    page = client.get(url)
    assert [name for name, _ in page.context["facts_shared"]] == ["姓名", "年龄", "技能和证书"]
    assert "不能久站" not in page.content.decode()

    withdraw_consent(one.consent, by=worker)

    page = client.get(url)
    assert (page.context["facts_shared"], seeker.resident.name in page.content.decode()) == ([], False)
    with pytest.raises(ValidationError, match="撤回"):
        invite(Application.objects.get(), on=today(), by=worker)


@pytest.mark.parametrize(
    ("phone", "safe", "told"),
    [
        ({}, None, "13800000417"),
        ({"shared": True}, None, "请通过社区妇联转告本人"),
        ({"owner_kind": "spouse"}, None, "请通过社区妇联转告本人"),
        ({"usable": False}, None, "请通过社区妇联转告本人"),
        ({}, {"spouse_may_answer": True}, "请通过社区妇联转告本人"),
        ({}, {"channels": ["home"]}, "请通过社区妇联转告本人"),
    ],
)
def test_a_number_that_others_answer_is_not_given_to_an_employer(phone, safe, told):
    one = ApplicationFactory(shares=["phone"])
    PhoneFactory(resident=one.seeker.resident, **phone)
    if safe is not None:
        SafeContactFactory(resident=one.seeker.resident, **safe)

    assert sheet_of(Application.objects.get()) == [("姓名", one.seeker.resident.name), ("联系电话", told)]


def test_who_printed_the_sheet_with_her_number_is_written_down(client, worker, grid):
    one = ApplicationFactory(seeker__resident__area=grid, shares=["phone"])

    client.get(reverse("employment:application_sheet", args=[one.pk]))

    [event] = AuditEvent.objects.filter(action="employment.application.print")
    assert (event.actor_id, event.target_id, event.level) == (worker.pk, one.pk, 3)


# --- what becomes of it -------------------------------------------------------------------------------------------------
def test_what_she_reads_is_never_what_the_staff_noted(client, worker, grid):
    one = ApplicationFactory(seeker__resident__area=grid)
    url = reverse("employment:application_step", args=[one.pk, "refuse"])
    client.post(url, filled(client.get(url), why="bias", note="老板说怕她生孩子，要反映给劳动监察。"))

    one.refresh_from_db()
    assert (one.state, one.refused_why, one.note) == ("refused", "bias", "老板说怕她生孩子，要反映给劳动监察。")
    assert one.words_for_her(60) == "这次没有录用。理由我们正在和单位核实，不是您的问题。"
    assert set(REFUSED_WORDS) == set(RefusedWhy)


def test_every_result_has_words_for_her():
    words = {state: application_at(state, seeker=SeekerFactory()).words_for_her(60) for state in (
        "recommended", "interviewing", "pool", "hired", "refused", "elsewhere", "withdrawn",
    )}  # fmt: skip

    assert len(set(words.values())) == 7
    assert words["pool"] == "单位把您留作备选，有空缺会联系。"


@pytest.mark.parametrize(("days", "told"), [(59, False), (60, True)])
def test_after_sixty_days_without_a_word_she_gets_an_honest_note(client, worker, grid, days, told):
    day = today() - days * DAY
    one = ApplicationFactory(seeker__resident__area=grid, recommended_on=day, moved_on=day)

    rows = client.get(f"{reverse('employment:application_list')}?state=silent").context["page"].rows

    assert ("很可能没有希望" in one.words_for_her(60)) is told
    assert len(rows) == told


def test_she_is_told_of_the_silence_once_and_reads_what_it_is_on_her_own_page(worker, grid):
    day = today() - 60 * DAY
    silent = ApplicationFactory(seeker__resident__area=grid, recommended_on=day, moved_on=day)
    ApplicationFactory(seeker__resident__area=grid, recommended_on=day, moved_on=day + DAY)
    application_at("withdrawn", seeker__resident__area=grid, recommended_on=day, moved_on=day)
    before = Application.objects.values("state", "moved_on", "version").get(pk=silent.pk)

    assert [tell_silent() for _ in range(2)] == [1, 0]
    message = Message.objects.get()
    silent.refresh_from_db()
    assert (message.person, message.template, silent.told_on) == (silent.seeker.resident, "sent", today())
    assert not [word for word in ("春风超市", "收银", "没有希望") if word in message.text]
    assert Application.objects.values("state", "moved_on", "version").get(pk=silent.pk) == before


def test_who_is_not_written_to_is_told_by_nobody_and_by_no_machine(grid):
    day = today() - 60 * DAY
    one = ApplicationFactory(seeker__resident__area=grid, recommended_on=day, moved_on=day)
    Resident.objects.filter(pk=one.seeker.resident_id).update(state="deceased", left_on=today())
    tell_silent()

    assert list(Message.objects.values_list("state", flat=True)) == ["stopped"]


def test_with_an_interview_ahead_nobody_tells_her_to_hope_no_more():
    day = today() - 70 * DAY
    ahead = application_at(
        "interviewing", seeker=SeekerFactory(), recommended_on=day, moved_on=day, interview_on=today()
    )

    assert ahead.words_for_her(60) == f"{today().month}月{today().day}日面试。"
    assert "已经 60 天" in ahead.words_for_her(60, today() + 60 * DAY)


@pytest.mark.parametrize(("ahead", "after"), [(0, 59), (0, 60), (5, 60), (5, 64), (5, 65), (None, 60)])
def test_the_silent_list_says_the_same_as_her_own_note_with_an_interview_ahead_too(client, worker, grid, ahead, after):
    """The interview lay `ahead` days after the last word; today is `after` days after it."""
    day = today() - after * DAY
    one = application_at(
        "interviewing", seeker__resident__area=grid, recommended_on=day, moved_on=day,
        interview_on=None if ahead is None else day + ahead * DAY,
    )  # fmt: skip
    rows = client.get(f"{reverse('employment:application_list')}?state=silent").context["page"].rows

    assert bool(rows) is ("很可能没有希望" in one.words_for_her(60)) is (after - (ahead or 0) >= 60)


def test_hired_takes_a_place_and_answers_the_concern_that_brought_her(chair, grid):
    concern = ConcernFactory(area=grid, resident=ResidentFactory(area=grid))
    seeker = into_employment(concern, by=chair)
    post = PostFactory(total=1)
    one = ApplicationFactory(seeker=seeker, post=post)

    hire(one, on=today(), by=chair)

    for row in (seeker, post, concern):
        row.refresh_from_db()
    assert (one.state, one.hired_on, seeker.state, post.left, post.state) == (
        "hired",
        today(),
        "employed",
        0,
        "filled",
    )
    assert seeker.occupation == "working"
    assert (concern.status, concern.answer) == ("answered", "已介绍到春风超市，做收银员（上午班）。")
    with pytest.raises(FlowError):
        hire(one, on=today(), by=chair)


def test_of_two_for_the_last_place_one_is_hired(chair):
    post = PostFactory(total=1)
    first, second = ApplicationFactory(post=post), ApplicationFactory(post=post)
    hire(first, on=today(), by=chair)

    with pytest.raises(ValidationError, match="没有名额"):
        hire(second, on=today(), by=chair)
    second.refresh_from_db()
    second.seeker.refresh_from_db()
    assert (second.state, second.seeker.state) == ("recommended", "registered")


def test_work_found_elsewhere_ends_the_search(chair):
    one = ApplicationFactory(seeker=seeker_at("active"))

    hired_elsewhere(one, by=chair)

    one.seeker.refresh_from_db()
    assert (one.state, one.seeker.state, one.hired_on) == ("elsewhere", "employed", None)


def test_opening_a_link_changes_nothing(client, worker, grid):
    one = ApplicationFactory(seeker__resident__area=grid)
    for step in ("interview", "hire", "refuse", "pool", "elsewhere"):
        assert client.get(reverse("employment:application_step", args=[one.pk, step])).status_code == 200
    assert client.get(reverse("employment:application_withdraw", args=[one.pk])).status_code == 405
    assert client.get(reverse("employment:application_step", args=[one.pk, "x"])).status_code == 404
    client.get(one.get_absolute_url())

    one.refresh_from_db()
    assert (one.state, one.version) == ("recommended", 1)


def test_the_steps_of_the_page(client, worker, grid):
    one = ApplicationFactory(seeker__resident__area=grid)
    url = reverse("employment:application_step", args=[one.pk, "interview"])
    page = client.post(url, filled(client.get(url), on=f"{today() - DAY}"))
    assert set(page.context["form"].errors) == {"on"}
    client.post(url, filled(client.get(url), on=f"{today() + DAY}"))
    one.refresh_from_db()
    assert (one.state, one.interview_on) == ("interviewing", today() + DAY)
    client.post(reverse("employment:application_withdraw", args=[one.pk]))
    one.refresh_from_db()
    assert one.state == "withdrawn"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_applications_costs_the_same_for_any_number_of_rows(client, worker, grid, rows):
    for _ in range(rows):
        ApplicationFactory(seeker__resident__area=grid)

    page, queries = queries_beyond(client, reverse("employment:application_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 4


def test_another_community_sees_neither_her_nor_where_she_was_sent(as_user, stranger, grid):
    one = ApplicationFactory(seeker__resident__area=grid)
    client = as_user(stranger)

    assert client.get(one.get_absolute_url()).status_code == 404
    assert client.get(reverse("employment:application_sheet", args=[one.pk])).status_code == 404
    assert client.get(reverse("employment:application_list")).context["page"].rows == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE employment_application SET state = 'hired'",
        "UPDATE employment_application SET state = 'refused'",
        "UPDATE employment_application SET state = 'x'",
        "UPDATE employment_application SET moved_on = '1999-01-01'",
    ],
)
def test_the_database_refuses(statement):
    ApplicationFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_for_two_places_two_are_hired(chair):
    post = PostFactory(total=2)
    sent = [ApplicationFactory(post=post).pk for _ in range(8)]

    def take(pk):
        try:
            return hire(Application.objects.get(pk=pk), on=today(), by=chair).state
        except ValidationError as refused:
            return refused.messages[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        results = sorted(pool.map(take, sent))

    post.refresh_from_db()
    assert results == ["hired"] * 2 + ["这个岗位已经招满了，没有名额。"] * 6
    assert (post.left, post.state, Application.objects.filter(state="hired").count()) == (0, "filled", 2)
