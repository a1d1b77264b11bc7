"""Pages on which she is told: how it stands, the answer, one woman after another, her rating, opening again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns.enums import Heard, Outcome, ReplyKind, Status, Told
from concerns.models import Rating, Reply
from concerns.services.answers import NEUTRAL_WORDS, answer_concern
from concerns.services.together import join_concerns
from concerns.tests.factories import ConcernFactory, concern_at
from concerns.tests.late import came_late
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from households.models import SafeContact
from households.services.consent import set_safe_contact
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"


def url(name, concern):
    return reverse(f"concerns:concern_{name}", args=[concern.pk])


def careful(grid, *channels, **fields):
    """A woman who agreed to these channels only."""
    woman = ResidentFactory(area=grid)
    set_safe_contact(SafeContact(resident=woman, channels=list(channels), **fields), [], by=woman.created_by)
    return woman


def submit(client, name, concern, **typed):
    return client.post(url(name, concern), filled(client.get(url(name, concern)), **typed))


# --- how it stands ------------------------------------------------------------------------------------------------
def test_the_first_word_on_the_way_is_the_first_answer(client, worker, grid):
    concern = concern_at("assigned", area=grid)

    response = submit(client, "tell", concern, text="周五来看。", told="phone", proof="通话 2 分钟")

    concern.refresh_from_db()
    reply = Reply.objects.get()
    assert response.url == concern.get_absolute_url()
    assert (reply.kind, reply.text, reply.told, reply.heard, reply.proof) == (
        ReplyKind.PROGRESS, "周五来看。", Told.PHONE, Heard.SELF, "通话 2 分钟",
    )  # fmt: skip
    assert concern.first_answered_at == reply.told_at


def test_not_told_yet_is_no_way_to_tell_her_how_it_stands(client, worker, grid):
    concern = concern_at("assigned", area=grid)

    response = submit(client, "tell", concern, text="周五来看。", told="not_yet")

    assert "told" in response.context["form"].errors
    assert Reply.objects.count() == 0


def test_after_the_answer_there_is_nothing_to_tell_on_the_way(client, worker, grid):
    concern = concern_at("answered", area=grid)

    assert came_late(client.get(url("tell", concern)), concern) == "现在不能告知过程（已答复），这里是最新的情况。"


# --- the answer ---------------------------------------------------------------------------------------------------
def test_each_channel_says_whether_she_may_be_told_by_it_now(client, worker, grid):
    concern = concern_at("done", area=grid, topic="4", resident=careful(grid, "sms"), channel="sms", result="劝过了。")

    page = client.get(url("answer", concern)).content.decode()

    assert page.count("现在不能用：") == 4
    assert "她没有同意用电话联系。" in page
    assert f"这是她希望的方式。发出的话：{NEUTRAL_WORDS}" in page
    assert "劝过了。</textarea>" in page


def test_a_forbidden_channel_is_refused_with_the_reason_and_nothing_typed_is_lost(client, worker, grid):
    concern = concern_at("done", area=grid, resident=careful(grid, "letter"))

    response = submit(client, "answer", concern, outcome="solved", answer="灯修好了。", told="phone")

    concern.refresh_from_db()
    form = response.context["form"]
    assert form.errors == {"told": ["她没有同意用电话联系。请换一种方式或时间。"]}
    assert form["answer"].value() == "灯修好了。"
    assert (concern.status, Reply.objects.count()) == (Status.DONE, 0)


def test_a_forbidden_wish_is_not_chosen_beforehand(client, worker, grid):
    woman = careful(grid, "letter")
    wishes = {told: concern_at("done", area=grid, resident=woman, channel=told) for told in ("letter", "sms")}

    chosen = {told: client.get(url("answer", c)).context["form"]["told"].value() for told, c in wishes.items()}

    assert chosen == {"letter": "letter", "sms": ""}


def test_written_words_on_a_sensitive_matter_are_neutral_and_kept_as_they_were_sent(client, worker, grid):
    concern = concern_at("done", area=grid, topic="4", resident=ResidentFactory(area=grid))

    submit(client, "answer", concern, outcome="solved", answer="两边都劝过了。", told="sms")

    assert (Reply.objects.get().text, Reply.objects.get().sent) == ("两边都劝过了。", NEUTRAL_WORDS)
    assert NEUTRAL_WORDS in client.get(concern.get_absolute_url()).content.decode()


def test_the_time_of_telling_lies_not_ahead(client, worker, grid):
    concern = concern_at("done", area=grid)
    later = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"

    response = submit(client, "answer", concern, outcome="solved", answer="好了。", told="face", told_at=later)

    assert response.context["form"].errors == {"told_at": ["告知时间不能晚于现在。"]}


def test_not_possible_is_answered_only_when_the_chair_allows_it(as_user, chair, worker, grid):
    concern = concern_at("assigned", area=grid)
    typed = {"outcome": "not_possible", "answer": "没有地方装。", "told": "face"}

    refused = submit(as_user(worker), "answer", concern, **typed)
    submit(as_user(worker), "not_possible", concern, reason="楼道太窄。")
    approval = concern.approvals.get()
    as_user(chair).post(reverse("concerns:approval_grant", args=[approval.pk]))
    submit(as_user(worker), "answer", concern, **typed)

    concern.refresh_from_db()
    assert "要先经主席审批" in refused.context["form"].errors["__all__"][0]
    assert (concern.status, concern.outcome) == (Status.ANSWERED, Outcome.NOT_POSSIBLE)


def test_telling_the_family_is_shown_as_not_telling_her(client, worker, grid):
    concern = concern_at("done", area=grid)

    submit(client, "answer", concern, outcome="solved", answer="好了。", told="phone", heard="family")

    assert "家属听到，不是本人" in client.get(concern.get_absolute_url()).content.decode()


def test_who_speaks_for_her_hears_only_when_there_is_one(client, worker, grid):
    plain, spoken = concern_at("done", area=grid), concern_at("done", area=grid, on_behalf="女儿小陈")

    heard = [
        [code for code, _ in client.get(url("answer", c)).context["form"].fields["heard"].choices]
        for c in (plain, spoken)
    ]

    assert heard == [["self", "family"], ["self", "proxy", "family"]]


def test_two_taps_on_answer_are_one_answer(client, worker, grid):
    concern = concern_at("done", area=grid)
    typed = filled(client.get(url("answer", concern)), outcome="solved", answer="好了。", told="face")

    answers = {client.post(url("answer", concern), typed).url for _ in range(3)}

    assert answers == {concern.get_absolute_url()}
    assert Reply.objects.count() == 1


# --- one woman after another --------------------------------------------------------------------------------------
@pytest.fixture
def merged(chair, grid):
    """A lead that is done, with two who follow it."""
    lead = concern_at("assigned", area=grid, assigned_to=chair)
    others = [ConcernFactory(area=grid, channel="phone", resident=careful(grid, "letter")), ConcernFactory(area=grid)]
    join_concerns(lead, others, by=chair)
    return [lead, *others]


def test_a_follower_is_answered_with_the_words_of_the_lead_and_the_next_one_comes(client, chair, merged):
    lead, first, second = merged
    sheet = url("worksheet", lead)

    to_sheet = submit(client, "answer", lead, outcome="solved", answer="灯修好了。", told="face")
    form = client.get(url("answer", first)).context["form"]
    again = submit(client, "answer", first, told="letter")
    last = submit(client, "answer", second, told="face")

    assert (form["answer"].value(), form["outcome"].value(), form["told"].value()) == ("灯修好了。", "solved", "")
    assert (to_sheet.url, again.url, last.url) == (sheet, sheet, second.get_absolute_url())
    for row in merged:
        row.refresh_from_db()
    assert [row.answer for row in merged] == ["灯修好了。"] * 3


def test_the_worksheet_says_of_each_woman_whether_she_may_be_told_her_way(client, chair, merged):
    lead, first, second = merged

    rows = client.get(url("worksheet", lead)).context["page"].rows

    assert [row["concern"] for row in rows] == [lead, first, second]
    assert [row["verdict"] and row["verdict"].ok for row in rows] == [None, False, None]
    assert rows[1]["verdict"].why == "她没有同意用电话联系。"


def test_the_worksheet_is_narrowed_to_those_not_told(client, chair, merged):
    lead, first, second = merged
    answer_concern(first, answer="好了。", told="letter", outcome="solved", by=chair)

    def found(told):
        return [row["concern"] for row in client.get(url("worksheet", lead), {"told": told}).context["page"].rows]

    assert (found("no"), found("yes")) == ([lead, second], [first])


def test_the_worksheet_holds_nobody_of_another_grid(as_user, chair, worker, grid, other_grid):
    lead, other = concern_at("assigned", area=grid), ConcernFactory(area=other_grid)
    join_concerns(lead, [other], by=chair)

    rows = as_user(worker).get(url("worksheet", lead)).context["page"].rows

    assert [row["concern"] for row in rows] == [lead]


def test_the_words_to_another_woman_are_not_shown_where_she_may_not_be_seen(as_user, chair, worker, grid, other_grid):
    lead, mine = concern_at("assigned", area=other_grid), ConcernFactory(area=grid)
    join_concerns(lead, [mine], by=chair)
    answer_concern(lead, answer="李秀珍家门口的灯修好了。", told="face", outcome="solved", by=chair)

    shown = {
        user: as_user(user).get(url("answer", mine)).context["form"]["answer"].value() for user in (chair, worker)
    }

    assert shown == {chair: "李秀珍家门口的灯修好了。", worker: ""}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_worksheet_costs_the_same_for_any_number_of_women(client, chair, grid, rows):
    lead = concern_at("assigned", area=grid)
    join_concerns(
        lead, [ConcernFactory(area=grid, channel="sms", resident=careful(grid, "sms")) for _ in range(rows)], by=chair
    )

    response, queries = queries_beyond(client, reverse("concerns:concern_worksheet", args=[lead.pk]), SHELL)

    assert len(response.context["page"].rows) == rows + 1
    assert queries == 5


# --- what she thinks of it ----------------------------------------------------------------------------------------
@pytest.fixture
def answered(worker, grid):
    concern = concern_at("done", area=grid)
    return answer_concern(concern, answer="灯修好了。", told="phone", outcome="solved", by=worker)


def test_a_good_rating_is_kept_with_her_words(client, worker, answered):
    form = client.get(url("rate", answered)).context["form"]
    submit(client, "rate", answered, score="5", words="快。")

    answered.refresh_from_db()
    assert form["given_by"].value() == "phone"
    assert (answered.status, answered.score, Rating.objects.get().words) == (Status.ANSWERED, 5, "快。")
    assert "不能评价" in came_late(client.get(url("rate", answered)), answered)


def test_a_low_rating_needs_her_words_and_opens_it_again(client, worker, answered):
    silent = submit(client, "rate", answered, score="2")
    spoken = submit(client, "rate", answered, score="2", words="又灭了。")

    answered.refresh_from_db()
    assert silent.context["form"].errors == {"words": ["不满意的请写下她的话，会照她的话重新办理。"]}
    assert spoken.url == answered.get_absolute_url()
    assert (answered.status, answered.reopened, answered.score) == (Status.ACCEPTED, 1, 2)
    assert "又灭了。" in client.get(answered.get_absolute_url()).content.decode()


@pytest.mark.parametrize("score", ["0", "6", "x", ""])
def test_a_score_lies_between_one_and_five(client, worker, answered, score):
    response = submit(client, "rate", answered, score=score, words="…")

    assert "score" in response.context["form"].errors
    assert Rating.objects.count() == 0


def test_an_answer_is_rated_once_also_from_a_stale_page(client, worker, answered):
    first, second = client.get(url("rate", answered)), client.get(url("rate", answered))

    client.post(url("rate", answered), filled(first, score="4"))
    late = client.post(url("rate", answered), filled(second, score="3"))

    assert late.context["form"].errors == {"__all__": ["这次答复已经评价过了。"]}
    assert [rating.score for rating in Rating.objects.all()] == [4]


def test_an_answer_she_was_not_told_is_not_rated(client, worker, grid):
    concern = answer_concern(
        concern_at("done", area=grid), answer="好了。", told="not_yet", outcome="solved", by=worker
    )

    assert "不能评价" in came_late(client.get(url("rate", concern)), concern)


@pytest.mark.parametrize("status", ["answered", "closed"])
def test_a_concern_is_opened_again_by_hand_with_a_reason(client, worker, grid, status):
    concern = concern_at(status, area=grid)
    page = client.get(url("reopen", concern))

    without = client.post(url("reopen", concern), filled(page))
    client.post(url("reopen", concern), filled(page, reason="灯又坏了"))

    concern.refresh_from_db()
    assert "reason" in without.context["form"].errors
    assert (concern.status, concern.reopened) == (Status.ACCEPTED, 1)
    assert client.get(concern.get_absolute_url()).context["entries"][0]["text"] == "灯又坏了"
