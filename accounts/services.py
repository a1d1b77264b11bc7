"""Accounts, grants and one-time codes."""

import hashlib
import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.calendars import shut_calendar_of
from accounts.models import OneTimeCode, RoleGrant, User
from accounts.roles import GRANTABLE, Role
from fedhub.areas.enums import AreaKind
from fedhub.core import audit
from fedhub.core.dated import take_away
from fedhub.core.versions import save_version

CODE_LIFE = timedelta(hours=24)
_CODE_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"


def grantable_roles(user):
    """Roles `user` may hand out."""
    found = []
    for role, _, _ in user.open_grants:
        found += [r for r in GRANTABLE.get(Role(role), []) if r not in found]
    return found


@transaction.atomic
def create_staff(user, *, by):
    """Open an account without password; it is entered first with a one-time code. Returns the User."""
    user.set_unusable_password()
    user.must_change_password = True
    user.save()
    audit.record("accounts.user.create", user, by=by)
    return user


@transaction.atomic
def change_staff(user, fields, *, base_version, by):
    """Save changed `fields` of an account. Raises StaleVersion."""
    save_version(user, fields, base_version=base_version)
    audit.record("accounts.user.change", user, by=by, fields=sorted(fields))
    return user


@transaction.atomic
def disable_staff(user, *, by):
    """Close an account: open grants end today, the next request of every session is refused."""
    if user == by:
        raise ValidationError("不能停用自己的账号，请让另一位有权限的人操作。")
    _keep_last_admin(user)
    today = timezone.localdate()
    user.is_active, user.disabled_on = False, today
    save_version(user, ["is_active", "disabled_on"], base_version=user.version)
    for grant in RoleGrant.objects.running().filter(user=user):
        _end(grant, today)
    shut_calendar_of(user, by=by)
    audit.record("accounts.user.disable", user, by=by)
    return user


@transaction.atomic
def enable_staff(user, *, by):
    """Open a closed account again; roles must be granted anew."""
    user.is_active, user.disabled_on = True, None
    save_version(user, ["is_active", "disabled_on"], base_version=user.version)
    audit.record("accounts.user.enable", user, by=by)
    return user


def _keep_last_admin(user):
    admins = RoleGrant.objects.in_force().filter(role__in=[Role.SYSTEM_ADMIN, Role.CHAIR], user__is_active=True)
    if admins.filter(user=user).exists() and not admins.exclude(user=user).exists():
        raise ValidationError("这是最后一个能管理账号的人，不能停用。请先授权给另一个人。")


@transaction.atomic
def grant_role(user, *, role, area, valid_from=None, valid_to=None, source="", by):
    """Give `user` a role in an area. Raises ValidationError when `by` may not hand out this role there."""
    if by is not None and (role not in grantable_roles(by) or not by.has_perm("accounts.grant_role", area)):
        raise ValidationError("您不能在这个范围授予这个角色。")
    return give_grant(user, role=role, area=area, valid_from=valid_from, valid_to=valid_to, source=source, by=by)


@transaction.atomic
def give_grant(user, *, role, area, valid_from=None, valid_to=None, source="", by):
    """Write a grant without asking who may hand it out (duties, first run); the caller has checked."""
    if role in (Role.GRID_WORKER, Role.COMMITTEE) and area.kind not in (
        AreaKind.GRID, AreaKind.UNIT, AreaKind.COMMUNITY,
    ):  # fmt: skip
        raise ValidationError("网格员、执委的范围要选到社区或网格。")
    grant = RoleGrant(
        user=user,
        role=role,
        area=area,
        valid_from=valid_from or timezone.localdate(),
        valid_to=valid_to,
        source=source,
        granted_by=by,
    )
    grant.full_clean()
    grant.save()
    audit.record("accounts.rolegrant.give", grant, by=by, area=area, role=role, user=user.pk)
    return grant


@transaction.atomic
def end_grant(grant, *, on=None, by):
    """End a grant: from the day `on` (default today: at once) it gives no access. Returns the grant."""
    if by is not None and by.pk == grant.user_id and grant.role in (Role.SYSTEM_ADMIN, Role.CHAIR):
        _keep_last_admin(grant.user)
    _end(grant, on or timezone.localdate())
    audit.record("accounts.rolegrant.end", grant, by=by, area=grant.area, role=grant.role, user=grant.user_id)
    return grant


@transaction.atomic
def restore_grant(grant, *, valid_to, by):
    """Take the end of `grant` back: it gives access again, up to `valid_to` (None: without end). Returns the grant.

    Only for undoing on the same day what ended it; the caller has checked who may.
    """
    grant.valid_to, grant.ended_at = valid_to, None
    save_version(grant, ["valid_to", "ended_at"], base_version=grant.version, reason="撤销终止")
    audit.record("accounts.rolegrant.restore", grant, by=by, area=grant.area, role=grant.role, user=grant.user_id)
    return grant


def _end(grant, day):
    save_version(grant, take_away(grant, day), base_version=grant.version)


def new_code_text():
    """Twelve letters in groups of four, none that look alike: about 56 bits."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    return "-".join(letters[i : i + 4] for i in range(0, 12, 4))


def _digest(text):
    return hashlib.sha256("".join(c for c in text.upper() if c.isalnum()).encode()).hexdigest()


@transaction.atomic
def issue_code(user, *, by):
    """Make a one-time sign-in code for `user`, valid 24 hours; earlier ones end. Returns the code (shown once)."""
    OneTimeCode.objects.filter(user=user, used_at=None).update(expires_at=timezone.now())
    text = new_code_text()
    OneTimeCode.objects.create(user=user, digest=_digest(text), made_by=by, expires_at=timezone.now() + CODE_LIFE)
    audit.record("accounts.user.issue_code", user, by=by)
    return text


@transaction.atomic
def redeem_code(username, text):
    """The User of a valid code, which is used up; None otherwise. The password must then be set anew."""
    now = timezone.now()
    row = (
        OneTimeCode.objects.select_related("user")
        .filter(digest=_digest(text), used_at=None, expires_at__gt=now, user__username=username, user__is_active=True)
        .first()
    )
    if row is None or not OneTimeCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now):
        return None
    User.objects.filter(pk=row.user_id).update(must_change_password=True, version=F("version") + 1)
    row.user.refresh_from_db()
    audit.record("accounts.user.redeem_code", row.user, by=row.user)
    return row.user


def has_factor(user):
    """True when `user` set up an authenticator or a passkey; recovery codes alone are none."""
    return is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


@transaction.atomic
def reset_factors(user, *, by):
    """Take away every second factor of somebody who lost them, and end her sessions (the phone may be in other hands).

    Raises ValidationError for the own account and for one without protection.
    """
    if user == by:
        raise ValidationError("自己的登录保护请到“我的”里改。")
    if not user.authenticator_set.exists():
        raise ValidationError("这个账号没有开登录保护。")
    user.authenticator_set.all().delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    audit.record("accounts.user.reset_factors", user, by=by)
    return user


@transaction.atomic
def set_password(user, password, *, by):
    """Store a new password chosen by the person herself."""
    user.set_password(password)
    user.must_change_password = False
    User.objects.filter(pk=user.pk).update(
        password=user.password, must_change_password=False, version=F("version") + 1, updated_at=timezone.now()
    )
    audit.record("accounts.user.set_password", user, by=by)
    return user


def leavers(days=90):
    """Active accounts nobody signed in with for `days` days (dormant; security design 4.8)."""
    edge = timezone.now() - timedelta(days=days)
    return User.objects.filter(Q(last_login__lt=edge) | Q(last_login=None, created_at__lt=edge), is_active=True)
