"""Her consents: taken back, sharing stops with that request; asked again when the purpose changed; the copy of her file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.areas.tests import factories as places
from fedhub.core.models import AuditEvent
from fedhub.notices.enums import State
from fedhub.notices.models import Message
from fedhub.notices.tests.factories import message_at
from fedhub.notices.words import label_of
from hardship.models import Notice, Pairing
from hardship.services.pairing import pair
from hardship.tests.factories import file_at
from hardship.tests.factories_aid import delivery_at
from hardship.tests.factories_pairing import HelperFactory
from hardship.tests.test_notices import file, on, public, published  # noqa: F401
from hardship.tests.test_pairing import consent, family  # noqa: F401
from households.consenttexts import current
from households.models import Consent
from households.tests.factories import ConsentFactory, HouseholdFactory, MembershipFactory
from households.tests.test_consent_texts import changed  # noqa: F401
from portal.copy import copy_of
from portal.tests.test_portal import CENTRE, her, him, signed_in  # noqa: F401

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def volunteer(grid):
    return user_with(Role.VOLUNTEER, grid, username="volunteer", name="志愿者")


def test_a_changed_purpose_is_asked_again_on_her_page(her, him, worker, changed):  # noqa: F811
    agreed = ConsentFactory(resident=her, purpose="share", recipient="街道", taken_by=worker)
    client = signed_in(her, worker)
    assert "同意新的说明" not in client.get(CENTRE).content.decode()
    changed()

    page = client.get(CENTRE).content.decode()

    assert [word for word in ("多了合作的医院", "原来的同意不再算数", "同意新的说明") if word not in page] == []
    assert signed_in(him, worker).post(f"{CENTRE}{agreed.pk}/again/").status_code == 404
    assert client.post(f"{CENTRE}{agreed.pk}/again/").url == CENTRE
    fresh = Consent.objects.get(text_version="2")
    assert (fresh.resident, fresh.in_force()) == (her, True)
    assert "同意新的说明" not in client.get(CENTRE).content.decode()


def test_taking_it_back_stops_what_is_public_with_that_very_request(file, on, worker, chair):  # noqa: F811
    notice = published(file, worker, chair)
    client = signed_in(file.subject, worker)
    assert (public(notice)[0], file.subject.name[0] in public(notice)[1]) == (200, True)

    # No worker, no minute's job: the same request that takes it back is the last in which it was shown.
    assert client.post(f"{CENTRE}{file.consent.pk}/withdraw/").url == CENTRE

    assert (public(notice)[0], Notice.objects.in_force().count()) == (404, 0)
    assert "撤回" in client.get(CENTRE).content.decode()


def test_taking_it_back_shuts_the_helper_out_with_that_very_request(worker, family, consent, volunteer):  # noqa: F811
    helper = HelperFactory(user=volunteer)
    pair(
        Pairing(file=family, helper=helper, kinds=["goods"], every_days=30, consent=consent, until=consent.expires_on),
        by=worker,
    )
    assert Pairing.objects.own(volunteer).count() == 1

    signed_in(family.woman, worker).post(f"{CENTRE}{consent.pk}/withdraw/")

    assert Pairing.objects.own(volunteer).count() == 0


def test_one_that_runs_out_is_over_the_next_day(her, worker):  # noqa: F811
    agreed = ConsentFactory(resident=her, expires_on=timezone.localdate(), taken_by=worker)

    assert [agreed.in_force(timezone.localdate() + n * DAY) for n in (0, 1)] == [True, False]


def test_a_copy_holds_her_file_and_gifts_and_nobody_else_s(her, him, chair, grid):  # noqa: F811
    home = her.memberships.get().household
    hers = file_at("active", household=home, subject=her)
    delivery_at("receipted", household=home, resident=her, what="大米")
    delivery_at("receipted", household=home, resident=him, what="助听器")
    elsewhere = HouseholdFactory(area=places.community(13, "翠苑社区"), address="外地一号")
    MembershipFactory(resident=her, household=elsewhere, kind="registered")

    tables = {title: rows for title, _, rows in copy_of(her, chair).tables}

    assert [row[0] for row in tables["困难帮扶档案"]] == [hers.number]
    assert [row[1] for row in tables["领到的款物"]] == ["大米"]
    # A home outside what the maker of the copy may see is not in it.
    assert [row[0] for row in tables["家庭"]] == [home.address]
    other = {title: rows for title, _, rows in copy_of(him, chair).tables}
    assert (other["困难帮扶档案"], [row[1] for row in other["领到的款物"]]) == ([], ["助听器"])


def test_a_guarded_file_is_in_no_copy_of_whoever_may_not_read_it(her, worker, data_officer):  # noqa: F811
    file_at("active", household=her.memberships.get().household, subject=her, guarded=True, officer=worker)

    assert {t: rows for t, _, rows in copy_of(her, data_officer).tables}["困难帮扶档案"] == []


# --- agreeing by herself ------------------------------------------------------------------------------------------------
AGREE = f"{CENTRE}agree/"


def test_she_agrees_by_herself_one_purpose_at_a_time(her, worker):  # noqa: F811
    client = signed_in(her, worker)
    ConsentFactory(resident=her, purpose="record", taken_by=worker)
    assert "还可以同意什么" in client.get(CENTRE).content.decode()
    page = client.get(AGREE)
    assert [purpose for purpose, _ in page.context["purposes"]] == ["sensitive", "contact", "photo", "notice"]
    assert current("photo").words in page.content.decode()

    assert client.post(AGREE, {"purpose": "photo", "version": current("photo").version}).url == AGREE

    given = Consent.objects.get(resident=her, purpose="photo")
    assert (given.how, given.taken_by, given.text_version, given.given_on, given.in_force()) == (
        "online", None, current("photo").version, timezone.localdate(), True,
    )  # fmt: skip
    event = AuditEvent.objects.filter(action="households.consent.give").latest("pk")
    assert (event.target_id, event.actor_id) == (her.pk, None)
    assert [purpose for purpose, _ in client.get(AGREE).context["purposes"]] == ["sensitive", "contact", "notice"]


@pytest.mark.parametrize(
    ("purpose", "version", "words"),
    [
        ("photo", "1", "这一项您已经同意过了"),
        ("share", "1", "没有这一项"),
        ("child", "1", "没有这一项"),
        ("", "1", "没有这一项"),
        ("record", "0", "说明刚刚更新了"),
    ],
)
def test_what_she_cannot_agree_to_is_said_and_changes_nothing(her, worker, purpose, version, words):  # noqa: F811
    client = signed_in(her, worker)
    ConsentFactory(resident=her, purpose="photo", taken_by=worker)

    page = client.post(AGREE, {"purpose": purpose, "version": version}, follow=True)

    assert words in page.content.decode()
    assert list(Consent.objects.values_list("purpose", flat=True)) == ["photo"]


def test_one_taken_back_can_be_given_anew(her, worker):  # noqa: F811
    client = signed_in(her, worker)
    old = ConsentFactory(resident=her, purpose="contact", taken_by=worker)
    client.post(f"{CENTRE}{old.pk}/withdraw/")

    client.post(AGREE, {"purpose": "contact", "version": "1"})

    assert [one.in_force() for one in Consent.objects.order_by("pk")] == [False, True]


def test_when_all_is_agreed_nothing_is_offered(her, worker):  # noqa: F811
    for purpose in ("record", "sensitive", "contact", "photo", "notice"):
        ConsentFactory(resident=her, purpose=purpose, taken_by=worker)
    client = signed_in(her, worker)

    assert "还可以同意什么" not in client.get(CENTRE).content.decode()
    assert "能同意的都同意过了" in client.get(AGREE).content.decode()


def test_a_copy_names_the_messages_of_her_inbox_by_kind_alone(her, him, chair):  # noqa: F811
    now = timezone.now()
    message_at(State.SENT, her, posted_at=now, read_at=now)
    message_at(State.SENT, him, posted_at=now)
    today = timezone.localdate(now)

    rows = {title: rows for title, _, rows in copy_of(her, chair).tables}["发给您的消息"]

    assert rows == [[today, label_of(Message.objects.get(person=her).template), today]]
