"""What the chair decides, and what lies in the hands of another office."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from concerns.enums import ApprovalStatus, Outcome, ReferralStatus, ReferralWay, Told
from concerns.models import Approval, Extension, Referral
from concerns.queries import approvals_waiting
from concerns.services.answers import answer_concern, reopen_concern, settle_on_spot
from concerns.services.approvals import (
    ask_extension,
    ask_not_possible,
    drop_approval,
    grant_approval,
    pass_up,
    return_approval,
)
from concerns.services.handling import close_concern, withdraw_concern
from concerns.services.referrals import offer_concern, referral_accepted, referral_answered, referral_refused
from concerns.services.together import join_concerns
from concerns.tests.factories import ConcernFactory, ReferralFactory, concern_at
from fedhub.core.flow import FlowError
from fedhub.reference.models import Rule
from fedhub.reference.services import change_rule, load_reference
from fedhub.reference.tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def set_rule(key, value, by):
    load_reference()
    row = Rule.objects.get(key=key)
    change_rule(row, value=value, base_version=row.version, by=by)


def test_an_officer_asks_for_time_and_the_chair_gives_it(chair, worker, grid):
    concern = concern_at("assigned", area=grid, assigned_to=worker)
    before, after = concern.due_on, concern.due_on + 3 * DAY

    approval = ask_extension(concern, after=after, reason="等灯具到货", by=worker)
    concern.refresh_from_db()
    assert (concern.due_on, approval.status) == (before, ApprovalStatus.ASKED)
    with pytest.raises(FlowError, match="正在等审批"):
        ask_extension(concern, after=after, reason="再问一次", by=worker)
    grant_approval(approval, note="同意。", by=chair)

    concern.refresh_from_db()
    row = Extension.objects.get()
    assert (concern.due_on, row.before, row.after, row.reason, row.approval) == (
        after, before, after, "等灯具到货", approval,
    )  # fmt: skip


def test_who_asks_does_not_decide(chair, worker, grid):
    concern = concern_at("assigned", area=grid)
    approval = ask_not_possible(concern, reason="没有场地", by=worker)

    with pytest.raises(FlowError, match="自己申请的不能自己审批"):
        grant_approval(approval, by=worker)
    with pytest.raises(FlowError, match="只有申请人"):
        drop_approval(approval, by=chair)
    return_approval(approval, note="先问街道", by=chair)

    assert (approval.status, approval.note) == (ApprovalStatus.RETURNED, "先问街道")
    again = ask_not_possible(concern, reason="街道也没有", by=worker)
    drop_approval(again, by=worker)
    assert Approval.objects.count() == 2


def test_who_may_approve_is_not_asked(chair, grid):
    concern = concern_at("assigned", area=grid)

    row = ask_extension(concern, after=concern.due_on + DAY, reason="我来定", by=chair)

    assert (type(row), concern.due_on, Approval.objects.count()) == (Extension, row.after, 0)
    with pytest.raises(FlowError, match="不用审批"):
        ask_not_possible(concern, reason="没有场地", by=chair)


def test_a_grant_that_has_become_impossible_changes_nothing(chair, worker, grid):
    concern = concern_at("assigned", area=grid)
    approval = ask_extension(concern, after=concern.due_on + DAY, reason="等", by=worker)
    ask_extension(concern, after=concern.due_on + 2 * DAY, reason="主席先延了", by=chair)

    with pytest.raises(ValidationError, match="要晚于现在的期限"), transaction.atomic():
        grant_approval(Approval.objects.get(pk=approval.pk), by=chair)

    approval.refresh_from_db()
    assert (approval.status, Extension.objects.count()) == (ApprovalStatus.ASKED, 1)


@pytest.mark.parametrize("ends", ["withdrawn", "closed", "settled"])
def test_nothing_about_a_closed_concern_waits_for_the_chair(chair, worker, grid, ends):
    concern = concern_at("new" if ends == "settled" else "assigned", area=grid)
    approval = ask_not_possible(concern, reason="没有场地", by=worker)

    if ends == "withdrawn":
        withdraw_concern(concern, reason="自己修好了", by=chair)
    elif ends == "settled":
        settle_on_spot(concern, answer="换好了。", by=chair)
    else:
        answer_concern(concern, answer="换好了。", told=Told.FACE, outcome=Outcome.SOLVED, by=chair)
        close_concern(concern, by=chair)

    approval = Approval.objects.get(pk=approval.pk)
    assert (approval.status, approval.decided_by, approvals_waiting(chair)) == (ApprovalStatus.DROPPED, chair, 0)
    with pytest.raises(FlowError, match="现在的状态是“已取消”"):
        grant_approval(approval, by=chair)


@pytest.mark.parametrize(("asks", "made"), [(0, Referral), (1, Approval)])
def test_going_up_asks_the_chair_when_the_rule_says_so(chair, worker, grid, asks, made):
    set_rule("concern_approve_pass_up", asks, chair)
    concern, street = concern_at("assigned", area=grid), AgencyFactory(name="街道妇联")

    row = pass_up(concern, agency=street, matter="请协调停车", due_on=today() + 7 * DAY, by=worker)

    assert type(row) is made
    if asks:
        grant_approval(row, by=chair)
    referral = Referral.objects.get()
    assert (referral.way, referral.agency, referral.matter, referral.offered_by, referral.due_on) == (
        ReferralWay.UP, street, "请协调停车", worker, today() + 7 * DAY,
    )  # fmt: skip


@pytest.mark.parametrize("value", [2, -1, True])
def test_a_switch_is_on_or_off(chair, value):
    with pytest.raises(ValidationError, match="请选要或者不要|填的样子"):
        set_rule("concern_approve_pass_up", value, chair)


def test_an_agency_takes_it_and_answers(chair, worker):
    concern, agency = ConcernFactory(), AgencyFactory(name="文新物业")

    referral = offer_concern(concern, agency=agency, matter="请换灯泡", due_on=today() + DAY, by=chair)
    assert (concern.status, list(Referral.objects.waiting())) == ("accepted", [referral])
    with pytest.raises(FlowError, match="还没有回复"):
        offer_concern(concern, agency=agency, matter="再转一次", due_on=today(), by=chair)
    referral_accepted(referral, contact="李工", by=worker)
    referral_answered(referral, reply="换好了", by=worker)

    assert (referral.status, referral.contact, referral.accepted_on, referral.ended_on, referral.reply) == (
        ReferralStatus.ANSWERED, "李工", today(), today(), "换好了",
    )  # fmt: skip
    assert Referral.objects.waiting().count() == 0
    offer_concern(concern, agency=agency, matter="又坏了", due_on=today(), by=chair)


def test_an_agency_sends_it_back_with_its_reason(chair):
    referral = ReferralFactory()

    referral_refused(referral, reply="不归我们管", by=chair)

    assert (referral.status, referral.reply, referral.concern.status) == ("refused", "不归我们管", "assigned")


def test_days_of_a_referral_lie_between_offering_and_today(chair):
    referral = ReferralFactory(offered_on=today() - 2 * DAY)

    for day in (today() - 3 * DAY, today() + DAY):
        with pytest.raises(ValidationError, match="转出那天和今天之间"):
            referral_answered(referral, reply="好了", on=day, by=chair)
    with pytest.raises(ValidationError, match="不能早于今天"):
        offer_concern(concern_at("accepted"), agency=AgencyFactory(), matter="办", due_on=today() - DAY, by=chair)
    referral_answered(referral, reply="好了", on=today() - DAY, by=chair)

    assert referral.ended_on == today() - DAY


def test_when_she_takes_it_back_no_office_is_pressed_any_more(chair):
    referral = ReferralFactory()

    withdraw_concern(referral.concern, reason="自己修好了", by=chair)

    referral.refresh_from_db()
    assert (referral.status, referral.reply, Referral.objects.waiting().count()) == (
        "taken_back",
        "本人撤回了诉求。",
        0,
    )


@pytest.mark.parametrize("status", ["done", "answered", "closed"])
def test_what_is_done_is_not_handed_on(chair, status):
    with pytest.raises(FlowError, match="不能转办"):
        offer_concern(concern_at(status), agency=AgencyFactory(), matter="办", due_on=today(), by=chair)


def test_a_follower_is_handed_on_with_its_lead(chair, grid):
    lead, follower = concern_at("assigned", area=grid), ConcernFactory(area=grid)
    join_concerns(lead, [follower], by=chair)
    follower.refresh_from_db()

    with pytest.raises(FlowError, match="随主件办理"):
        offer_concern(follower, agency=AgencyFactory(), matter="办", due_on=today(), by=chair)


@pytest.mark.parametrize(
    "change", ["ended_on = '2026-01-01'", "status = 'answered'", "status = 'lost'", "way = 'down'"]
)
def test_the_database_refuses_a_referral_that_cannot_be(change):
    ReferralFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE concerns_referral SET {change}")


@pytest.mark.parametrize(
    "change", ["status = 'granted'", "status = 'lost'", "kind = 'lost'", "decided_by_id = asked_by_id"]
)
def test_the_database_refuses_an_approval_that_cannot_be(worker, grid, change):
    ask_not_possible(concern_at("assigned", area=grid), reason="没有场地", by=worker)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE concerns_approval SET {change}")


def test_what_was_opened_again_by_hand_is_asked_anew(chair, worker, grid):
    concern = concern_at("assigned", area=grid, assigned_to=worker)
    grant_approval(ask_not_possible(concern, reason="没有场地", by=worker), by=chair)
    concern = answer_concern(fresh(concern), answer="没有场地。", told="face", outcome="not_possible", by=worker)
    reopen_concern(concern, reason="又来问", by=worker)

    with pytest.raises(FlowError, match="要先经主席审批"):
        answer_concern(fresh(concern), answer="还是没有。", told="face", outcome="not_possible", by=worker)

    grant_approval(ask_not_possible(fresh(concern), reason="真的没有", by=worker), by=chair)
    assert answer_concern(fresh(concern), answer="没有。", told="face", outcome="not_possible", by=worker).is_open


def fresh(concern):
    """The concern as it stands in the database."""
    return type(concern).objects.get(pk=concern.pk)
