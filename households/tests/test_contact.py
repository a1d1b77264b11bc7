"""Who may be contacted how and when: nothing forbidden ever passes."""

import random
from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from households.contact import may_contact, number_held, numbers_held, split_for_sending
from households.enums import ContactChannel
from households.models import Consent, Resident, SafeContact
from households.services.consent import give_consent, set_safe_contact, withdraw_consent
from households.tests.factories import ConsentFactory, PhoneFactory, ResidentFactory, SafeContactFactory

pytestmark = pytest.mark.django_db


def at(hour, minute=0):
    return timezone.make_aware(datetime(2026, 7, 3, hour, minute))


def test_without_a_word_about_it_everything_is_allowed():
    woman = ResidentFactory()

    assert {may_contact(woman, c, at(10)).ok for c in ContactChannel} == {True}


@pytest.mark.parametrize(
    ("facts", "channel", "moment", "ok", "neutral"),
    [
        ({}, "phone", at(10), True, False),
        ({}, "sms", at(10), False, False),
        ({"channels": []}, "home", at(10), False, False),
        ({"hour_from": time(9), "hour_to": time(11)}, "phone", at(9), True, False),
        ({"hour_from": time(9), "hour_to": time(11)}, "phone", at(11), False, False),
        ({"hour_from": time(9)}, "phone", at(8, 59), False, False),
        ({"hour_to": time(9)}, "phone", at(8, 59), True, False),
        ({"hour_from": time(22), "hour_to": time(6)}, "phone", at(23), True, False),
        ({"hour_from": time(22), "hour_to": time(6)}, "phone", at(12), False, False),
        ({"hour_from": time(9), "hour_to": time(11), "channels": ["letter"]}, "letter", at(20), True, False),
        ({"spouse_may_answer": True}, "phone", at(10), True, True),
        ({"spouse_may_answer": True}, "home", at(10), True, False),
        ({"neutral": True}, "home", at(10), True, True),
    ],
)
def test_channels_hours_and_words(facts, channel, moment, ok, neutral):
    safe = SafeContactFactory(**facts)

    verdict = may_contact(safe.resident, channel, moment)

    assert (verdict.ok, verdict.neutral) == (ok, neutral)
    assert bool(verdict.why) == (not ok or neutral)


def test_the_dead_and_those_who_moved_are_left_in_peace():
    assert may_contact(ResidentFactory(state="moved", left_on="2024-01-01"), "letter").ok is False


def test_a_withdrawn_consent_binds_at_once(worker):
    consent = ConsentFactory()

    before = may_contact(consent.resident, "phone").ok
    withdraw_consent(consent, by=worker)

    assert (before, may_contact(Resident.objects.get(pk=consent.resident_id), "phone").ok) == (True, False)
    with pytest.raises(ValidationError, match="已经撤回"):
        withdraw_consent(consent, by=worker)


def test_a_new_consent_after_a_withdrawal_counts_again(worker):
    consent = ConsentFactory(withdrawn_on=timezone.localdate() - timedelta(days=2))

    give_consent(Consent(resident=consent.resident, purpose="contact"), by=worker)

    assert may_contact(Resident.objects.get(pk=consent.resident_id), "phone").ok is True


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"purpose": "share"}, "提供给哪个单位"),
        ({"purpose": "photo", "how": "oral"}, "见证人"),
        ({"purpose": "photo", "given_on": timezone.localdate() + timedelta(days=2)}, "不能晚于今天"),
        ({"purpose": "photo", "expires_on": timezone.localdate() - timedelta(days=1)}, "不能早于"),
    ],
)
def test_a_consent_says_to_whom_and_before_whom(facts, message, worker):
    with pytest.raises(ValidationError, match=message):
        give_consent(Consent(resident=ResidentFactory(), **facts), by=worker)


def test_safe_contact_needs_at_least_one_way(worker):
    with pytest.raises(ValidationError, match="至少选一种"):
        set_safe_contact(SafeContact(resident=ResidentFactory(), channels=[]), [], by=worker)


def test_a_batch_drops_flagged_people_and_lists_them():
    plain = ResidentFactory()
    flagged = SafeContactFactory(spouse_may_answer=True).resident
    other = SafeContactFactory(channels=["home"]).resident

    send, held = split_for_sending([plain, flagged, other], ContactChannel.PHONE, at(10))

    assert (send, [person for person, _ in held]) == ([plain], [flagged, other])


def test_a_thousand_women_by_every_half_hour_and_channel_never_get_a_forbidden_word():
    """Security design 4.13: 1,000 persons, 48 half-hours, 5 channels, nothing forbidden."""
    chance = random.Random(7)
    women = []
    for number in range(1, 1001):
        woman = Resident(pk=number, name="赵小莉")
        woman.safe_contact = SafeContact(
            channels=chance.sample(ContactChannel.values, chance.randint(0, 5)),
            hour_from=chance.choice([None, time(chance.randint(0, 23))]),
            hour_to=chance.choice([None, time(chance.randint(0, 23))]),
            neutral=chance.random() < 0.3,
            spouse_may_answer=chance.random() < 0.3,
        )
        woman._prefetched_objects_cache = {"consents": []}
        women.append(woman)
    broken = 0
    for half_hour in range(48):
        moment = at(half_hour // 2, 30 * (half_hour % 2))
        clock = time(half_hour // 2, 30 * (half_hour % 2))
        for channel in ContactChannel.values:
            for woman in split_for_sending(women, channel, moment)[0]:
                safe = woman.safe_contact
                start, end = safe.hour_from or time.min, safe.hour_to or time.max
                inside = start <= clock < end if start <= end else clock >= start or clock < end
                talking = channel in {"phone", "sms", "wechat"}
                broken += (
                    channel not in safe.channels
                    or (channel != "letter" and not inside)
                    or safe.neutral
                    or (safe.spouse_may_answer and talking)
                )

    assert broken == 0


def test_one_by_one_and_all_at_once_hold_the_same_numbers(django_assert_num_queries):
    free, calm = ResidentFactory(), SafeContactFactory().resident
    asked = SafeContactFactory(hour_from=time(9)).resident
    gone = ResidentFactory(state="moved", left_on=timezone.localdate())
    taken_back = ConsentFactory(withdrawn_on=timezone.localdate()).resident
    people = Resident.objects.in_bulk([one.pk for one in (free, calm, asked, gone, taken_back)])

    with django_assert_num_queries(3):
        held = numbers_held(people)

    assert held == {pk for pk, one in people.items() if number_held(one)} == {asked.pk, gone.pk, taken_back.pk}


@pytest.mark.parametrize(("facts", "said"), [({"channels": ["home"]}, "她没有同意用电话联系。"), ({}, "")])
def test_an_opened_number_comes_with_what_stands_against_calling_it(client, chair, facts, said):
    phone = PhoneFactory(resident=SafeContactFactory(**facts).resident)

    page = client.post(
        reverse("core:reveal"), {"label": "households.phone", "pk": phone.pk, "field": "number", "reason": "contact"}
    )

    assert (page.context["value"], page.context["caution"]) == (phone.number, said)
