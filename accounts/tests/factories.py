"""Accounts and grants for tests."""

import factory

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
