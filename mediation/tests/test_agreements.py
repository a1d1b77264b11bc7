"""Agreements: drafted, signed, numbered without gaps, looked after; and who sees them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent, OnceKey, Sequence
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.testing.twins import bare
from mediation.models import Agreement, Case, CaseBar, FollowUp, Promise
from mediation.queries import duties, duty_count, outcome_of
from mediation.services import agreements as acts
from mediation.services.cases import join_case
from mediation.services.followups import answer_followup
from mediation.tests.factories import a_draft, case_at, finish, settle
from safety.models import RiskReport
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate
SHELL = "/safety/help/"


@pytest.fixture
def at_desk(chair, as_user):
    """The chair after her second factor."""
    with_authenticator(chair)
    return proved(as_user(chair))


@pytest.fixture
def case(grid, chair):
    return case_at("mediating", grid, chair)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def act_url(case, kind):
    return reverse("mediation:agreement_act", args=[case.pk, kind])


def page_of(case):
    return reverse("mediation:agreement", args=[case.pk])


def sign(draft, by, **facts):
    day = today()
    facts = {"signed": [day, day], "mediator_on": day, "stamped_on": day, "base_version": draft.version, **facts}
    acts.sign_agreement(draft, **facts, by=by)


# --- the way in the browser ------------------------------------------------------------------------------------------------
def test_an_agreement_goes_its_way_in_the_browser(case, chair, at_desk):
    day = today().isoformat()
    for kind, facts in (
        ("draft", {"form": "written", "facts": "为接送孩子争吵", "dispute": "谁接送"}),
        ("term", {"who": "李丽", "whom": "双方", "what": "单周接孩子", "due_on": day}),
        ("term", {"who": "张强", "whom": "李丽", "what": "每月付餐费", "amount": "1200.50", "due_on": day}),
        ("sign", {"signed_0": day, "signed_1": day, "mediator_on": day, "stamped_on": day}),
    ):
        sent = filled(at_desk.get(act_url(case, kind)), **facts)
        assert at_desk.post(act_url(case, kind), sent).headers["Location"] == page_of(case), kind
        # Sent twice it is written once.
        at_desk.post(act_url(case, kind), sent)

    agreement, shown = Agreement.objects.get(), at_desk.get(page_of(case)).content.decode()
    assert (fresh(case).state, agreement.state, agreement.effective_on) == ("settled", "signed", today())
    assert agreement.code == f"（{today().year}）{case.area.parent.name}人调字第001号"
    assert [(p.number, p.amount) for p in agreement.promises.order_by("number")] == [(1, None), (2, 120050)]
    assert [w in shown for w in ("人民币壹仟贰佰元伍角整", "1,200.50", "单周接孩子", agreement.code)] == [True] * 4
    assert OnceKey.objects.count() == 0
    assert AuditEvent.objects.filter(action__startswith="mediation.").count() == 0


def test_an_oral_agreement_is_registered_when_all_say_so(case, chair, at_desk):
    a_draft(case, chair, form="oral")
    url = act_url(case, "sign")
    missing = at_desk.post(url, filled(at_desk.get(url), agreed=["0"]))
    at_desk.post(url, filled(at_desk.get(url), agreed=["0", "1"]))

    assert "每一位当事人都确认" in missing.content.decode()
    assert (Agreement.objects.get().state, fresh(case).state) == ("signed", "settled")


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"signed": []}, "每一位当事人都要签名"),
        ({"signed": [date(2020, 1, 1)]}, "每一位当事人都要签名"),
        ({"stamped_on": None}, "盖章"),
        ({"mediator_on": None}, "盖章"),
        ({"signed": [date(2020, 1, 1), date(2020, 1, 1)]}, "不早于受理"),
        ({"base_version": 99}, "别人刚才改过"),
    ],
)
def test_an_agreement_without_a_signature_or_the_seal_does_not_take_effect(case, chair, facts, word):
    draft = a_draft(case, chair)

    with pytest.raises(ValidationError, match=word):
        sign(draft, chair, **facts)

    assert (fresh(draft).state, fresh(draft).code, fresh(case).state) == ("draft", "", "mediating")
    assert Sequence.objects.filter(series__startswith="mediation:").count() == 0


def test_an_agreement_without_terms_is_not_signed(case, chair):
    with pytest.raises(ValidationError, match="先加条款"):
        sign(a_draft(case, chair, terms=0), chair)


@pytest.mark.parametrize("field", ["facts", "dispute", "ways"])
def test_no_text_gives_up_the_police_or_the_court(case, chair, field):
    texts = {"facts": "x", "dispute": "x", "ways": "x", field: "双方承诺不再报警"}

    with pytest.raises(ValidationError, match="报警、起诉是当事人的权利"):
        acts.draft_agreement(case, form="oral", **texts, by=chair)
    with pytest.raises(ValidationError, match="报警、起诉是当事人的权利"):
        acts.add_term(a_draft(case, chair), who="", whom="", what="放弃起诉", due_on=today(), by=chair)


def test_a_hint_of_family_law_is_said_once_and_stops_nobody(case, chair, at_desk):
    a_draft(case, chair, terms=0)
    url = act_url(case, "term")
    facts = {"who": "李丽", "whom": "张强", "what": "张强以后不用付抚养费", "due_on": today().isoformat()}
    first = at_desk.post(url, filled(at_desk.get(url), **facts))
    told = first.content.decode()
    second = at_desk.post(url, filled(first, seen="on"))

    assert [w in told for w in ("第一千零八十五条", "不是法律意见", "张强以后不用付抚养费")] == [True] * 3
    assert (second.status_code, Promise.objects.get().said["what"]) == (302, "张强以后不用付抚养费")
    assert "第一千零八十五条" in at_desk.get(page_of(case)).content.decode()


def test_a_draft_is_changed_by_one_of_two(case, chair):
    draft = a_draft(case, chair)
    words = {"form": "written", "facts": "甲", "dispute": "乙"}
    acts.change_draft(draft, **words, base_version=draft.version, by=chair)

    with pytest.raises(ValidationError, match="别人刚才改过"):
        acts.change_draft(draft, **words, base_version=draft.version, by=chair)
    with pytest.raises(ValidationError, match="一份在起草"):
        acts.draft_agreement(case, **words, by=chair)


def test_a_dropped_term_closes_its_gap_and_a_dropped_draft_goes_whole(case, chair, at_desk):
    draft = a_draft(case, chair, terms=3)
    url = reverse("mediation:term_drop", args=[draft.promises.get(number=2).pk])
    at_desk.post(url, filled(at_desk.get(url)))
    left = [(p.number, p.said["what"]) for p in draft.promises.order_by("number")]
    at_desk.post(act_url(case, "drop"), filled(at_desk.get(act_url(case, "drop"))))

    assert left == [(1, "第0周接孩子"), (2, "第2周接孩子")]
    assert (Agreement.objects.count(), Promise.objects.count()) == (0, 0)


def test_two_who_sign_at_once_make_one_agreement(case, chair):
    draft = a_draft(case, chair)
    sign(draft, chair)

    with pytest.raises((FlowError, ValidationError)):
        sign(draft, chair)

    assert Sequence.objects.get(series__startswith="mediation:").last == 1


def test_numbers_have_no_gap_also_when_one_comes_to_nothing(grid, chair):
    numbers = [settle(case_at("mediating", grid, chair), chair).code for _ in range(4)]
    broken = a_draft(case_at("mediating", grid, chair), chair)
    with transaction.atomic():
        sign(broken, chair)
        transaction.set_rollback(True)
    sign(broken, chair)

    year, name = today().year, grid.parent.name
    assert [*numbers, fresh(broken).code] == [f"（{year}）{name}人调字第{n:03d}号" for n in range(1, 6)]


# --- promises and follow-ups -------------------------------------------------------------------------------------------------
def test_signing_makes_the_follow_ups_and_the_clock_of_the_court(case, chair):
    agreement = settle(case, chair)

    assert [(f.days, f.due_on - today()) for f in agreement.followups.order_by("days")] == [
        (7, timedelta(7)), (30, timedelta(30)), (90, timedelta(90)),
    ]  # fmt: skip
    assert timedelta(30) <= agreement.confirm_by - today() <= timedelta(41)


def test_a_promise_is_answered_and_put_right_later(case, chair, at_desk):
    agreement = settle(case, chair)
    promise = agreement.promises.get()
    url = reverse("mediation:promise", args=[promise.pk])
    for state in ("broken", "kept"):
        sent = filled(at_desk.get(url), state=state, words="收条")
        at_desk.post(url, sent)
        at_desk.post(url, sent)

    promise = fresh(promise)
    assert (promise.state, promise.done_on, promise.said["note"]) == ("kept", today(), "收条")
    assert [e.body["words"] for e in case.entries.filter(kind="follow").order_by("number")] == [
        "第1条没有履行。收条", "第1条已履行。收条",
    ]  # fmt: skip
    with pytest.raises(FlowError):
        acts.answer_promise(promise, state="broken", on=today(), words="x", by=chair)


def test_what_is_not_kept_needs_a_next_step_and_one_more_look(case, chair, at_desk):
    agreement = settle(case, chair)
    url = reverse("mediation:followup", args=[agreement.followups.get(days=7).pk])
    missing = at_desk.post(url, filled(at_desk.get(url), result="partly", words="拖着"))
    again = (today() + timedelta(days=14)).isoformat()
    sent = filled(at_desk.get(url), result="partly", words="拖着", next_step="again", again_on=again)
    at_desk.post(url, sent)
    at_desk.post(url, sent)

    shown = at_desk.get(page_of(case)).content.decode()
    assert "下一步能怎么办" in missing.content.decode()
    assert list(agreement.followups.order_by("days").values_list("days", "result")) == [
        (7, "partly"), (14, ""), (30, ""), (90, ""),
    ]  # fmt: skip
    assert [w in shown for w in ("告知下一步：双方同意，再调解一次", "去重新办理")] == [True, True]
    with pytest.raises(ValidationError, match="别人刚才记了"):
        answer_followup(agreement.followups.get(days=7), on=today(), result="kept", words="x", by=chair)


def test_violence_at_a_follow_up_looks_like_any_case_passed_on(grid, chair):
    from mediation.services.cases import refer_case  # noqa: PLC0415

    plain, stopped = case_at("settled", grid, chair), case_at("settled", grid, chair)
    refer_case(plain, words="街道", by=chair)
    first = stopped.agreements.get().followups.get(days=7)
    answer_followup(first, on=today(), result="kept", words="他动手了", violence=True, by=chair)

    def seen(case):
        case = fresh(case)
        rows = FollowUp.objects.filter(agreement__case=case).order_by("days")
        said = [(e.number, e.kind, e.body["words"]) for e in case.entries.order_by("-number")[:1]]
        return case.state, case.ended_on, case.version, said, [(f.days, f.result, f.done_on) for f in rows]

    assert seen(plain) == seen(stopped)
    assert RiskReport.objects.get().text.startswith("他动手了\n")


@pytest.mark.parametrize(("state", "outcome"), [("kept", "kept"), ("partly", "partly"), ("broken", "broken")])
def test_the_outcome_follows_the_promises(case, chair, state, outcome):
    finish(settle(case, chair), chair, state=state)

    assert outcome_of(fresh(case)) == outcome


def test_one_kept_of_two_is_partly(case, chair):
    agreement = settle(case, chair, terms=2)
    acts.answer_promise(agreement.promises.get(number=1), state="kept", on=today(), words="x", by=chair)
    acts.answer_promise(agreement.promises.get(number=2), state="broken", on=today(), words="x", by=chair)

    assert outcome_of(fresh(case)) == "partly"


# --- judicial confirmation ---------------------------------------------------------------------------------------------------
def test_both_ask_a_court_and_it_answers(case, chair, at_desk):
    agreement = settle(case, chair)
    for kind, facts in (
        ("confirmation", {"court": "西湖区人民法院", "agreed": ["0", "1"]}),
        ("court-accept", {"words": "受理"}),
        ("court-confirm", {"words": "裁定有效"}),
    ):
        sent = filled(at_desk.get(act_url(case, kind)), **facts)
        assert at_desk.post(act_url(case, kind), sent).status_code == 302, kind
        at_desk.post(act_url(case, kind), sent)

    row = agreement.confirmation
    row.refresh_from_db()
    assert (row.state, row.applied_on, row.decided_on, row.due_on) == ("confirmed", today(), today(), None)
    assert case.entries.filter(kind="follow").count() == 3


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"agreed": ["0"]}, "双方一起"),
        ({"identity": True}, "婚姻关系的，法院不受理"),
        ({"on": date(2020, 1, 1)}, "三十日内"),
        ({"on": date(2090, 1, 1)}, "三十日内"),
    ],
)
def test_a_court_is_asked_by_both_in_time_and_not_for_a_marriage(case, chair, facts, word):
    agreement = settle(case, chair)

    with pytest.raises(ValidationError, match=word):
        acts.ask_confirmation(agreement, **{"on": today(), "court": "x", "agreed": ["0", "1"], **facts}, by=chair)


def test_after_thirty_days_no_court_is_offered(case, chair, at_desk):
    agreement = settle(case, chair)
    before = act_url(case, "confirmation") in at_desk.get(page_of(case)).content.decode()
    Agreement.objects.filter(pk=agreement.pk).update(confirm_by=today() - timedelta(days=1))

    assert (before, act_url(case, "confirmation") in at_desk.get(page_of(case)).content.decode()) == (True, False)
    assert duties(fresh(chair))[2].count() == 0


# --- what is due, and who sees it --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_duties_cost_the_same_for_one_and_three(grid, chair, at_desk, rows):
    for _ in range(rows):
        settle(case_at("mediating", grid, chair), chair)

    page, queries = queries_beyond(at_desk, reverse("mediation:duties"), SHELL)

    # A promise in 20 days, the looks at 7 and 30 days, the court in 30 days or a little more.
    assert len([row for row in page.context["rows"] if row.what != "可申请司法确认"]) == rows * 3
    assert queries == 4


@pytest.mark.parametrize(
    ("query", "found"), [("when=due", 0), ("when=all", 5), ("when=all&mine=all", 5), ("when=x", 5)]
)
def test_the_duties_filter(case, chair, at_desk, query, found):
    settle(case, chair)

    shown = at_desk.get(f"{reverse('mediation:duties')}?{query}").content.decode()

    assert shown.count('scope="row"') == found


def test_a_day_that_has_come_counts_for_whoever_holds_the_case(grid, community, chair):
    one = user_with(Role.MEDIATOR, community, username="m2")
    agreement = settle(case_at("mediating", grid, chair, officer=one), one)
    FollowUp.objects.filter(agreement=agreement, days=7).update(due_on=today())
    before = (duty_count(fresh(one)), duty_count(fresh(chair)))
    CaseBar.objects.create(case=agreement.case, user=one)

    assert before == (1, 0)
    assert (duty_count(fresh(one)), [rows.count() for rows in duties(fresh(one))]) == (0, [0, 0, 0])


def test_whoever_helps_has_the_duties_of_the_case_too(grid, community, chair):
    helper = user_with(Role.MEDIATOR, community, username="m3")
    agreement = settle(case_at("mediating", grid, chair), chair)
    join_case(agreement.case, helper, by=chair)
    FollowUp.objects.filter(agreement=agreement, days=7).update(due_on=today())

    assert (duty_count(fresh(helper)), duty_count(fresh(chair))) == (1, 1)


def addresses(agreement):
    case = agreement.case
    return [
        page_of(case), act_url(case, "confirmation"), reverse("mediation:notes", args=[case.pk]),
        reverse("mediation:promise", args=[agreement.promises.get().pk]),
        reverse("mediation:term_drop", args=[agreement.promises.get().pk]),
        reverse("mediation:followup", args=[agreement.followups.get(days=7).pk]),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["worker", "committee", "stranger", "safety_officer", "excused"])
def test_nobody_outside_the_circle_gets_anything(request, grid, community, chair, as_user, who):
    agreement = settle(case_at("mediating", grid, chair), chair)
    if who == "excused":
        user = user_with(Role.MEDIATOR, community, username="m2")
        Case.objects.update(officer=user)
        CaseBar.objects.create(case=agreement.case, user=user)
    else:
        user = request.getfixturevalue(who)
    with_authenticator(user)
    client = proved(as_user(user))

    answers = {bare(getattr(client, method)(url)) for url in addresses(agreement) for method in ("get", "post")}
    missing = reverse("mediation:agreement", args=[5])

    assert {status for status, *_ in answers} <= {403, 404}
    assert bare(client.get(page_of(agreement.case))) == bare(client.get(missing))


@pytest.mark.parametrize(
    "change",
    [
        "mediation_agreement SET state = 'x'",
        "mediation_agreement SET code = ''",
        "mediation_agreement SET confirm_by = NULL",
        "mediation_promise SET state = 'kept'",
        "mediation_promise SET state = 'x'",
        "mediation_followup SET result = 'kept'",
        "mediation_followup SET done_on = due_on",
        "mediation_case SET outcome = 'kept'",
        "mediation_case SET state = 'closed'",
    ],
)
def test_the_database_refuses_what_no_service_writes(case, chair, change):
    settle(case, chair)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {change}")
