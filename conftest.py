"""Fixtures for every app: places, people of the staff, a client that is signed in, and no way out to the network."""

import datetime
import socket

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.areas.tests import factories as places
from fedhub.core.testing.client import FormClient
from fedhub.core.testing.schema import Schema

# A busy machine is slow; that is no fault of the tested.
hypothesis.settings.register_profile("fedhub", deadline=None)
hypothesis.settings.load_profile("fedhub")
_connect = socket.socket.connect


def _only_this_machine(self, address):
    host = address[0] if isinstance(address, tuple) else ""
    if isinstance(address, tuple) and host not in {"127.0.0.1", "localhost", "::1"}:
        raise OSError(f"tests do not use the network: {host}")
    return _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def _no_network():
    socket.socket.connect = _only_this_machine
    yield
    socket.socket.connect = _connect


@pytest.fixture
def noon():
    """The clock stands at noon of today, for what depends on the hour. Ask for it before `client`: who signs in at
    another hour may be signed out at noon."""
    today = datetime.datetime.combine(timezone.localdate(), datetime.time(12))
    with time_machine.travel(timezone.make_aware(today), tick=False) as clock:
        yield clock


@pytest.fixture
def district(db):
    return places.district()


@pytest.fixture
def community(db):
    return places.community()


@pytest.fixture
def grid(community):
    """第一网格: the worker's."""
    return places.grid(1)


@pytest.fixture
def other_grid(community):
    """第二网格: nobody's but the chair's."""
    return places.grid(2)


@pytest.fixture
def worker(grid):
    """网格员 of the first grid."""
    return user_with(Role.GRID_WORKER, grid, username="worker", name="刘建芳")


@pytest.fixture
def committee(grid):
    """执委 of the first grid."""
    return user_with(Role.COMMITTEE, grid, username="committee", name="何晓燕")


@pytest.fixture
def chair(community):
    """妇联主席 of the community."""
    return user_with(Role.CHAIR, community, username="chair", name="周敏")


@pytest.fixture
def data_officer(community):
    """数据员 of the community."""
    return user_with(Role.DATA_OFFICER, community, username="data", name="孙丽")


@pytest.fixture
def safety_officer(community):
    """权益专人 of the community."""
    return user_with(Role.SAFETY_OFFICER, community, username="safety", name="吴静")


@pytest.fixture
def auditor(district):
    return user_with(Role.AUDITOR, district, username="auditor", name="钱进")


@pytest.fixture
def stranger(district):
    """A chair of another community: every right, nothing of ours in scope."""
    return user_with(Role.CHAIR, places.community(13, "翠苑社区"), username="stranger", name="陌生人")


@pytest.fixture
def as_user():
    """`as_user(user)` gives a client signed in as that user."""

    def sign_in(user):
        client = FormClient()
        client.force_login(user, backend="accounts.backends.StaffBackend")
        return client

    return sign_in


@pytest.fixture
def client(request):
    """Signed in as the `worker`, `chair` … that the test also asks for first; anonymous otherwise."""
    made = FormClient()
    for name in ("worker", "committee", "chair", "data_officer", "safety_officer", "auditor"):
        if name in request.fixturenames:
            made.force_login(request.getfixturevalue(name), backend="accounts.backends.StaffBackend")
            break
    return made


@pytest.fixture(scope="session")
def _schema(django_db_modify_db_settings_parallel_suffix):
    """On SQLite the tables are copied from an earlier run with the same migrations (fedhub.core.testing.schema)."""
    if connection.vendor != "sqlite":
        return None
    schema = Schema(settings.BASE_DIR / "var" / "test")
    schema.take(connection.settings_dict["TEST"]["NAME"])
    return schema


@pytest.fixture(scope="session")
def django_db_keepdb(request, _schema):
    """The copied file is used as it is; each run has a folder of its own, so it is never an old one."""
    return _schema is not None or request.config.getvalue("reuse_db")


@pytest.fixture(scope="session")
def django_db_createdb(request, _schema):
    return _schema is None and request.config.getvalue("create_db")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, _schema):
    """On SQLite a flush between transactional tests deletes rows, which the audit's delete triggers would refuse.

    The triggers themselves are tried in fedhub/core/tests/test_audit.py, which puts them back for its own test.
    """
    with django_db_blocker.unblock():
        if _schema is not None:
            _schema.keep(connection)
            with connection.cursor() as cursor:
                for table in (
                    "core_auditevent",
                    "core_auditlink",
                    "core_sealedevent",
                    "hardship_movement",
                    "safety_entry",
                    "safety_exhibit",
                    "surveys_edition",
                ):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")
