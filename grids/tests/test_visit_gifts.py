"""Goods handed over at a visit: ticked on its form, booked with it, told on both pages."""

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import PERMISSIONS
from fedhub.areas.tests import factories as places
from grids.enums import Met
from grids.models import Visit, VisitDelivery
from grids.services.gifts import hand_over_ticked
from grids.services.visit import withdraw_visit
from grids.tests.factories import VisitFactory
from grids.tests.test_visit_pages import no_change
from hardship.models import Batch
from hardship.services.deliveries import deliver
from hardship.tests.factories import file_at
from hardship.tests.factories_aid import FundFactory, delivery_at
from households.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
DAY = timezone.timedelta(days=1)


def today():
    return timezone.localdate()


def form_url(household):
    return reverse("grids:visit_create", args=[household.pk])


def offered(page):
    form = page.context["form"]
    return [label for _, label in form.fields["handed"].choices] if "handed" in form.fields else []


@pytest.fixture
def member(grid):
    return MembershipFactory(household__area=grid)


def test_what_lies_ready_is_handed_over_with_the_visit(client, worker, member):
    gift = delivery_at("approved", household=member.household, occasion="spring", asked_on=today() - 3 * DAY)
    other = delivery_at("approved", household=member.household, what="食用油", kind="油", batch=gift.batch)
    Batch.objects.filter(pk=gift.batch_id).update(reserved=2)
    page = client.get(form_url(member.household))
    assert offered(page) == ["大米 1 袋（春节慰问）", "食用油 1 袋（日常帮扶）"]

    yesterday = today() - DAY
    client.post(form_url(member.household), no_change(member, handed=[gift.pk], visited_on=yesterday.isoformat()))

    visit, batch = Visit.objects.get(), Batch.objects.get()
    for one in (gift, other):
        one.refresh_from_db()
    assert (gift.state, gift.handed_on, gift.handed_by, gift.at_visit.visit) == ("delivered", yesterday, worker, visit)
    assert (other.state, batch.left, batch.reserved) == ("approved", 9, 1)
    assert [one for one, _ in client.get(visit.get_absolute_url()).context["handed"]] == [gift]
    assert client.get(gift.get_absolute_url()).context["links"] == [
        ("走访时发的", f"{yesterday:%Y-%m-%d} 的走访", visit.get_absolute_url())
    ]
    assert offered(client.get(form_url(member.household))) == ["食用油 1 袋（日常帮扶）"]


def test_a_colleague_who_went_is_the_one_who_handed_over(client, worker, committee, member):
    gift = delivery_at("approved", household=member.household)

    client.post(form_url(member.household), no_change(member, handed=[gift.pk], visitor=committee.pk))

    gift.refresh_from_db()
    assert (gift.handed_by, gift.movements.get().recorded_by) == (committee, worker)


def test_what_somebody_else_handed_over_meanwhile_does_not_lose_the_visit(client, worker, chair, member):
    gift = delivery_at("approved", household=member.household, occasion="spring")
    posted = no_change(member, handed=[gift.pk])
    deliver(gift, on=today(), by=chair)

    answer = client.post(form_url(member.household), posted)

    assert Visit.objects.count() == 1
    assert [str(m) for m in get_messages(answer.wsgi_request)] == [
        f"“大米 1 袋（春节慰问）”周敏已经在 {today():%Y-%m-%d} 发过了，没有再登记。", "走访已保存。",
    ]  # fmt: skip
    assert (VisitDelivery.objects.count(), Batch.objects.get().left) == (0, 9)


def test_what_cannot_be_handed_over_is_said_and_the_visit_stands(client, worker, member):
    gift = delivery_at("approved", household=member.household)
    posted = no_change(member, handed=[gift.pk], visited_on=(today() - DAY).isoformat())

    answer = client.post(form_url(member.household), posted)

    gift.refresh_from_db()
    assert (Visit.objects.count(), gift.state) == (1, "approved")
    assert "发放日期不能早于提出日期" in [str(m) for m in get_messages(answer.wsgi_request)][0]


@pytest.mark.parametrize("answer", [{"met": Met.NOBODY}, {"met": "remote"}])
def test_without_meeting_anybody_nothing_is_handed_over(client, worker, member, answer):
    gift = delivery_at("approved", household=member.household)

    client.post(form_url(member.household), no_change(member, handed=[gift.pk]) | answer)

    gift.refresh_from_db()
    assert (Visit.objects.count(), gift.state) == (1, "approved")


def test_money_others_goods_and_guarded_ones_are_not_offered(client, worker, member, grid):
    fund = FundFactory(reserved=100)
    home = member.household
    delivery_at("approved", household=home, batch=None, fund=fund, quantity=100)
    delivery_at("pledged", household=home)
    delivery_at("approved", household__area=grid)
    guarded = file_at("active", household=home, guarded=True)
    hidden = delivery_at("approved", household=home, file=guarded, what="药品")
    page = client.get(form_url(home))
    assert offered(page) == []
    assert "药品" not in page.content.decode()

    answer = client.post(form_url(home), no_change(member, handed=[hidden.pk]))

    hidden.refresh_from_db()
    assert (hidden.state, answer.status_code, Visit.objects.count()) == ("approved", 200, 0)


def test_whoever_may_not_hand_over_is_offered_nothing(as_user, chair, member, monkeypatch):
    delivery_at("approved", household=member.household)
    rights = {role: names - {"hardship.hand_delivery"} for role, names in PERMISSIONS.items()}
    monkeypatch.setattr("accounts.models.PERMISSIONS", rights)

    assert offered(as_user(chair).get(form_url(member.household))) == []


def test_withdrawing_the_visit_leaves_what_was_handed_over_and_says_so(client, worker, member):
    gift = delivery_at("approved", household=member.household)
    client.post(form_url(member.household), no_change(member, handed=[gift.pk]))
    visit = Visit.objects.get()

    withdraw_visit(visit, reason="记错户了", by=worker)

    gift.refresh_from_db()
    page = client.get(visit.get_absolute_url())
    assert (gift.state, [one for one, _ in page.context["handed"]]) == ("delivered", [gift])
    assert "走访作废了，发放没有跟着改" in page.content.decode()


def test_a_delivery_hangs_on_one_visit_at_most(worker, grid):
    visit = VisitFactory(household__area=places.grid(1), visitor=worker)
    gift = delivery_at("approved", household=visit.household)
    assert hand_over_ticked(visit, [gift], by=worker) == []

    with pytest.raises(IntegrityError), transaction.atomic():
        VisitDelivery.objects.create(visit=VisitFactory(household=visit.household), delivery=gift)
