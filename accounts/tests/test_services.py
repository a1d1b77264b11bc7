from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import OneTimeCode, RoleGrant, User
from accounts.roles import Role
from accounts.services import (
    create_staff,
    disable_staff,
    end_grant,
    grant_role,
    issue_code,
    redeem_code,
    set_password,
)
from accounts.tests.factories import user_with
from fedhub.areas.tests.factories import community
from fedhub.core.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_a_new_account_opens_with_a_one_time_code_and_then_asks_for_a_password(chair):
    user = create_staff(User(username="new", name="新人"), by=chair)
    code = issue_code(user, by=chair)

    found = redeem_code("new", code.lower().replace("-", " "))

    assert found == user
    assert found.must_change_password is True
    assert redeem_code("new", code) is None


def test_a_code_is_stored_as_a_digest_and_ends_after_a_day(chair, worker):
    code = issue_code(worker, by=chair)

    assert code not in OneTimeCode.objects.get().digest
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert redeem_code("worker", code) is None


def test_a_second_code_ends_the_first(chair, worker):
    first, second = issue_code(worker, by=chair), issue_code(worker, by=chair)

    assert redeem_code("worker", first) is None
    assert redeem_code("worker", second) == worker


def test_a_code_of_another_account_opens_nothing(chair, worker, committee):
    code = issue_code(worker, by=chair)

    assert redeem_code("committee", code) is None


def test_the_chair_may_not_make_an_administrator(chair, worker, community):
    with pytest.raises(ValidationError, match="不能在这个范围授予"):
        grant_role(worker, role=Role.SYSTEM_ADMIN, area=community, by=chair)


def test_the_chair_may_not_grant_in_another_community(chair, worker):
    elsewhere = community(13, "翠苑社区")
    chair.forget_grants()

    with pytest.raises(ValidationError, match="不能在这个范围授予"):
        grant_role(worker, role=Role.COMMITTEE, area=elsewhere, by=chair)


def test_granting_and_ending_take_effect_at_once_and_leave_audit_rows(chair, worker, community):
    grant = grant_role(worker, role=Role.DATA_OFFICER, area=community, by=chair)
    worker.forget_grants()
    held = worker.has_perm("ledgers.add_importbatch")
    end_grant(grant, by=chair)
    worker.forget_grants()

    assert (held, worker.has_perm("ledgers.add_importbatch")) == (True, False)
    assert list(AuditEvent.objects.order_by("id").values_list("action", "actor_id")) == [
        ("accounts.rolegrant.give", chair.pk),
        ("accounts.rolegrant.end", chair.pk),
    ]


def test_a_grant_of_today_ends_at_once_and_claims_no_day_before(chair, worker, community):
    today = timezone.localdate()
    grant = grant_role(worker, role=Role.DATA_OFFICER, area=community, valid_to=today + timedelta(days=9), by=chair)

    end_grant(grant, by=chair)

    stored = RoleGrant.objects.get(pk=grant.pk)
    assert (stored.valid_from, stored.valid_to, stored.is_in_force) == (today, today, False)
    assert not RoleGrant.objects.in_force().filter(pk=grant.pk).exists()
    assert not RoleGrant.objects.in_force(today - timedelta(days=1)).filter(pk=grant.pk).exists()


def test_the_database_refuses_a_grant_taken_away_without_a_last_day(worker):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_rolegrant SET ended_at = '2026-01-01 00:00:00+00:00'")


def test_disabling_ends_also_what_was_granted_for_a_day_to_come(chair, worker, community):
    start = timezone.localdate() + timedelta(days=3)
    grant = grant_role(worker, role=Role.DATA_OFFICER, area=community, valid_from=start, by=chair)

    disable_staff(worker, by=chair)

    assert not RoleGrant.objects.in_force(start).filter(user=worker).exists()
    assert RoleGrant.objects.get(pk=grant.pk).valid_from == start


def test_disabling_ends_all_grants_and_refuses_oneself_and_the_last_administrator(chair, worker):
    disable_staff(worker, by=chair)

    assert RoleGrant.objects.in_force().filter(user=worker).count() == 0
    assert User.objects.get(pk=worker.pk).is_active is False
    with pytest.raises(ValidationError, match="不能停用自己"):
        disable_staff(chair, by=chair)


def test_the_last_person_who_manages_accounts_cannot_be_disabled(chair, community):
    other = user_with(Role.DATA_OFFICER, community)

    with pytest.raises(ValidationError, match="最后一个"):
        disable_staff(chair, by=other)


def test_a_new_password_is_stored_hashed_and_opens_the_account(worker):
    set_password(worker, "correct horse battery", by=worker)

    stored = User.objects.get(pk=worker.pk)
    assert "horse" not in stored.password
    assert stored.check_password("correct horse battery") is True
