"""/readyz says no before work is lost: read-only database, full disk, clock set back, broken audit chain."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from fedhub.core import audit, health
from fedhub.core.models import AuditEvent, AuditLink, Setting

pytestmark = pytest.mark.django_db


def ask(client):
    response = client.get("/readyz")
    return response.status_code, response.json()


@pytest.fixture
def chain(chair):
    audit.record("core.setting.try", None, by=chair)
    audit.record("core.setting.try", None, by=chair)
    audit.link_events()
    return chair


def test_all_is_well_and_the_probe_leaves_nothing(client, chain):
    assert ask(client) == (200, {"database": "ok", "disk": "ok", "clock": "ok", "audit": "ok"})
    assert not Setting.objects.exists()


def test_a_full_disk_is_told(client, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**62)

    assert ask(client) == (503, {"database": "ok", "disk": "failed", "clock": "ok", "audit": "ok"})


def test_a_clock_set_back_is_told(client, chain):
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        assert ask(client) == (503, {"database": "ok", "disk": "ok", "clock": "failed", "audit": "ok"})


def test_a_head_that_does_not_fit_the_chain_is_told(client, chain):
    audit.record("core.setting.try", None, by=chain)
    AuditLink.objects.create(event=AuditEvent.objects.latest("id"), seq=3, mac="0" * 64)

    assert ask(client) == (503, {"database": "ok", "disk": "ok", "clock": "ok", "audit": "failed"})


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the read-only switch is SQLite's")
def test_a_database_that_takes_no_write_is_told(client):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    try:
        assert ask(client) == (503, {"database": "failed"})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = OFF")
