"""Accounts, grants and authenticators for tests."""

import base64
import hmac
import time

import factory
from allauth.mfa.totp.internal.auth import TOTP

from accounts.models import RoleGrant, User
from accounts.roles import Role
from fedhub.areas.tests.factories import AreaFactory


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"何晓燕{n}")
    password = "md5$x$unusable"


class RoleGrantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.GRID_WORKER
    area = factory.SubFactory(AreaFactory)


def user_with(role, area, **fields):
    """A user who holds one role in one area."""
    user = UserFactory(**fields)
    RoleGrantFactory(user=user, role=role, area=area)
    return user


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_authenticator(user, secret=SECRET):
    """`user` with a phone authenticator that knows `secret`."""
    TOTP.activate(user, secret)
    return user


def shown_code(secret=SECRET, *, steps=0):
    """The six digits a phone shows for `secret` now, or `steps` half minutes later (RFC 6238)."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.digest(base64.b32decode(secret), counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"
