"""A save while another write holds the database: a sentence, nothing half-saved, and the same form saves later."""

import contextlib
import sqlite3

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.urls import reverse

from fedhub.core import once
from fedhub.core.errors import cannot_write
from grids.models import Visit
from households.tests.factories import HouseholdFactory


@pytest.fixture
def somebody_writes():
    """Another process holds SQLite's write lock; our own connection gives up soon."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one writer at a time")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=20")

    @contextlib.contextmanager
    def hold():
        with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield

    yield hold
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_visit_saved_during_a_long_write_is_asked_for_again_and_then_saved_once(
    worker, grid, client, somebody_writes
):
    home = HouseholdFactory(area=grid)
    address = reverse("grids:visit_create", args=[home.pk])
    form = {
        "met": "nobody", "visited_on": "2026-06-30", "mode": "home", "kind": "routine", "risk": "no",
        "once_key": once.new_key(),
    }  # fmt: skip
    client.get(address)

    with somebody_writes():
        refused = client.post(address, form)
    saved = [client.post(address, form), client.post(address, form)]

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert "刚才填的内容没有保存" in refused.content.decode()
    assert [(answer.status_code, answer.url) for answer in saved] == [
        (302, Visit.objects.get().get_absolute_url())
    ] * 2


def test_a_full_disk_is_named():
    request = RequestFactory().get("/")

    answer = cannot_write(request, OperationalError("database or disk is full"))

    assert (answer.status_code, "硬盘满了" in answer.content.decode()) == (503, True)


def test_another_fault_of_the_database_stays_a_fault():
    assert cannot_write(RequestFactory().get("/"), OperationalError("no such table: x")) is None
