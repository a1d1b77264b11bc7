from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from fedhub.core import audit
from fedhub.core.acting import acting_as
from fedhub.core.models import AuditEvent, AuditLink

pytestmark = pytest.mark.django_db


def write_rows(user, count=5):
    """`count` linked audit rows by `user`."""
    rows = [audit.record("households.resident.change", user, by=user, number=n) for n in range(count)]
    audit.link_events()
    return rows


def tamper(sql, *parameters):
    """Change the audit tables as somebody with the database file could."""
    with connection.cursor() as cursor:
        for table in ("core_auditevent", "core_auditlink"):
            if connection.vendor == "sqlite":
                for verb in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
        cursor.execute(sql, parameters)


def test_a_whole_chain_has_no_findings(chair):
    write_rows(chair)

    assert audit.verify_chain() == []
    assert audit.chain_head()[0] == 5


def test_linking_twice_joins_only_new_rows(chair):
    write_rows(chair, 3)
    audit.record("households.resident.change", chair, by=chair)

    assert (audit.link_events(), audit.link_events()) == (1, 0)
    assert audit.verify_chain() == []


@pytest.mark.parametrize(
    ("sql", "finding"),
    [
        ("UPDATE core_auditevent SET actor_name = 'x' WHERE id = %s", "第 3 条内容被改过"),
        ("UPDATE core_auditevent SET reason = 'x' WHERE id = %s", "第 3 条内容被改过"),
        ("UPDATE core_auditevent SET mac = 'x' WHERE id = %s", "第 3 条内容被改过"),
        ("UPDATE core_auditlink SET mac = 'x' WHERE event_id = %s", "第 3 条与前一条接不上"),
        ("UPDATE core_auditlink SET seq = 99 WHERE event_id = %s", "链上缺第 3 到 3 条"),
        ("DELETE FROM core_auditlink WHERE event_id = %s", "链上缺第 3 到 3 条"),
    ],
)
def test_tampering_with_the_third_row_is_found(chair, sql, finding):
    rows = write_rows(chair)

    tamper(sql, rows[2].pk)

    assert finding in [sentence for _, sentence in audit.verify_chain()]


def test_two_rows_changing_places_is_found(chair):
    rows = write_rows(chair)

    tamper("UPDATE core_auditlink SET seq = seq + 10 WHERE event_id IN (%s, %s)", rows[1].pk, rows[2].pk)
    tamper("UPDATE core_auditlink SET seq = 2 WHERE event_id = %s", rows[2].pk)
    tamper("UPDATE core_auditlink SET seq = 3 WHERE event_id = %s", rows[1].pk)

    assert audit.verify_chain() != []


def test_a_cut_tail_is_found_with_the_head_that_was_kept(chair):
    rows = write_rows(chair)
    head = audit.chain_head()

    tamper("DELETE FROM core_auditlink WHERE event_id = %s", rows[4].pk)

    assert audit.verify_chain() == []
    assert [place for place, _ in audit.verify_chain(head)] == [5]


def test_a_row_that_is_not_linked_yet_is_sealed_too(chair):
    row = audit.record("households.resident.change", chair, by=chair)

    tamper("UPDATE core_auditevent SET action = 'x' WHERE id = %s", row.pk)

    assert [place for place, _ in audit.verify_chain()] == [row.pk]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_auditevent SET reason = 'x'",
        "DELETE FROM core_auditevent",
        "UPDATE core_auditlink SET mac = 'x'",
        "DELETE FROM core_auditlink",
    ],
)
def test_the_database_refuses_changes_of_audit_rows(chair, sql):
    write_rows(chair, 1)
    migration = MigrationLoader(connection).get_migration("core", "0002_append_only")
    run = migration.operations[0]
    with_connection = SimpleNamespace(connection=connection)
    run.reverse_code(None, with_connection)
    run.code(None, with_connection)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_reading_a_page_is_logged_once_an_hour(chair, worker):
    first = audit.record_read(worker, by=chair)
    second = audit.record_read(worker, by=chair)

    assert (first, second) == (True, False)
    assert AuditEvent.objects.filter(action="accounts.user.read").count() == 1


def test_the_acting_user_stands_in_rows_without_a_named_one(chair):
    with acting_as(chair, "10.0.0.0/24"):
        row = audit.record("core.backup.make")

    assert (row.actor_id, row.actor_name, row.address) == (chair.pk, "周敏", "10.0.0.0/24")
    assert AuditLink.objects.count() == 0
