from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.acting import acting_as
from fedhub.core.models import AuditEvent, AuditLink, SealedEvent, Setting

pytestmark = pytest.mark.django_db


def write_rows(user, count=5):
    """`count` linked audit rows by `user`."""
    rows = [audit.record("households.resident.change", user, by=user, number=n) for n in range(count)]
    audit.link_events()
    return rows


def tamper(sql, *parameters):
    """Change the audit tables as somebody with the database file could."""
    with connection.cursor() as cursor:
        for table in ("core_auditevent", "core_auditlink", "core_sealedevent"):
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
    head = audit.Head(*audit.chain_head())

    tamper("DELETE FROM core_auditlink WHERE event_id = %s", rows[4].pk)

    assert audit.verify_chain() == []
    assert [place for place, _ in audit.verify_chain([head])] == [5]


def test_a_row_that_is_not_linked_yet_is_sealed_too(chair):
    row = audit.record("households.resident.change", chair, by=chair)

    tamper("UPDATE core_auditevent SET action = 'x' WHERE id = %s", row.pk)

    assert [place for place, _ in audit.verify_chain()] == [row.pk]


def findings():
    return [sentence for _, sentence in audit.verify_chain()]


def test_a_deleted_row_is_found_by_the_link_it_left(chair):
    rows = write_rows(chair)

    tamper("DELETE FROM core_auditevent WHERE id = %s", rows[4].pk)

    assert findings()[0] == "第 5 条的记录被删掉了"
    # The link alone would break the foreign key when the test ends.
    tamper("DELETE FROM core_auditlink WHERE event_id = %s", rows[4].pk)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL leaves gaps of its own")
@pytest.mark.parametrize(("gone", "place"), [(1, 1), (2, 2)])
def test_a_row_deleted_before_it_was_linked_is_found_by_its_number(chair, gone, place):
    rows = [audit.record("households.resident.change", chair, by=chair, number=n) for n in range(3)]

    tamper("DELETE FROM core_auditevent WHERE id = %s", rows[gone].pk)

    assert findings() == [f"编号 {rows[place].pk} 的记录被删掉了"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL leaves gaps of its own")
def test_a_rolled_back_act_leaves_no_gap(chair):
    audit.record("households.resident.change", chair, by=chair)
    with transaction.atomic():
        audit.record("households.resident.change", chair, by=chair)
        transaction.set_rollback(True)
    audit.record("households.resident.change", chair, by=chair)

    assert findings() == []


def test_rows_that_no_worker_links_are_a_finding_after_five_minutes(chair, capsys):
    with time_machine.travel(timezone.now() - timedelta(minutes=6)):
        audit.record("households.resident.change", chair, by=chair)
    audit.record("households.resident.change", chair, by=chair)

    with pytest.raises(SystemExit):
        call_command("verify_audit")

    assert capsys.readouterr().err.startswith("有 1 条记录超过 5 分钟还没有入链")


def test_one_run_links_all_rows_however_many_there_are(chair):
    write_rows(chair, 5)
    for number in range(5):
        audit.record("households.resident.change", chair, by=chair, number=number)

    assert audit.link_events(batch=2) == 5
    assert audit.verify_chain() == []


# --- the heads kept outside ---------------------------------------------------------------------------------------
@pytest.fixture
def _own_backups(settings, tmp_path):
    settings.BACKUP_ROOT = tmp_path / "backups"


@pytest.mark.usefixtures("_own_backups")
def test_a_shortened_chain_is_found_by_the_head_kept_beside_the_backups(chair, capsys):
    rows = write_rows(chair)
    audit.keep_head()
    call_command("verify_audit")
    assert capsys.readouterr().out.startswith("审计链完整，共 5 条。与 1 个留存的链头相符。")

    tamper("DELETE FROM core_auditlink WHERE event_id = %s", rows[4].pk)
    tamper("DELETE FROM core_auditevent WHERE id = %s", rows[4].pk)
    if connection.vendor == "sqlite":
        tamper("UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = 'core_auditevent'")

    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert capsys.readouterr().err.startswith("与留存的链头（第 5 条）不符")


@pytest.mark.usefixtures("_own_backups")
def test_a_chain_written_anew_is_found_by_the_kept_head(chair):
    rows = write_rows(chair)
    audit.keep_head()

    tamper("UPDATE core_auditlink SET mac = 'x' WHERE event_id = %s", rows[4].pk)

    assert 5 in [place for place, sentence in audit.verify_chain(audit.kept_heads()) if "链头" in sentence]


@pytest.mark.usefixtures("_own_backups")
def test_a_damaged_line_of_the_file_of_heads_is_a_finding(chair, capsys):
    write_rows(chair)
    audit.keep_head()
    with audit.heads_path().open("a") as file:
        file.write("x\n")

    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert capsys.readouterr().err.startswith("留存的链头读不懂")


@pytest.mark.usefixtures("_own_backups")
def test_an_empty_chain_has_no_head_to_keep():
    assert audit.keep_head() is None
    assert audit.heads_path().exists() is False


# --- the sealed compartment ---------------------------------------------------------------------------------------
def write_sealed(user, count=3):
    """Sealed rows by `user`, beside one row of the open trail."""
    audit.record("households.resident.change", user, by=user)
    for number in range(count):
        audit.record_sealed("safety.riskreport.write", user, by=user, number=number)
    return list(SealedEvent.objects.order_by("id"))


def test_the_open_trail_refuses_what_belongs_to_the_sealed_one(chair):
    with pytest.raises(TypeError, match="record_sealed"):
        audit.record("safety.riskreport.write", chair, by=chair, sealed=True)


def test_the_key_of_a_reading_has_room_for_the_longest_name_and_number(worker):
    """Random keys have nineteen digits; SQLite does not mind how long a text is, PostgreSQL refuses it."""
    names = [m._meta.label_lower for m in apps.get_models()]
    longest = f"{2**31}:{max(names, key=len)}.read:{2**63 - 1}:2026112707"

    assert len(longest) <= AuditEvent._meta.get_field("hour").max_length


@pytest.mark.django_db(transaction=True)
def test_a_sealed_row_written_outside_any_transaction_is_counted_or_not_there_at_all(chair):
    """A page that is only read has no transaction of its own; PostgreSQL lets nobody lock the sum without one."""
    write_sealed(chair, 1)
    assert audit.verify_chain() == []
    Setting.objects.filter(key=audit.SEALED_SUM).update(value={})

    with pytest.raises(KeyError):
        audit.record_sealed("safety.safetyfile.print", chair, by=chair)

    assert SealedEvent.objects.count() == 1


def test_sealed_rows_are_in_no_chain_and_whole(chair):
    write_sealed(chair)

    assert AuditEvent.objects.filter(action__startswith="safety").count() == 0
    assert audit.verify_chain() == []


@pytest.mark.parametrize(
    ("sql", "finding"),
    [
        ("DELETE FROM core_sealedevent WHERE id = %s", "受限记录少了或多了，与合计不符"),
        ("UPDATE core_sealedevent SET day = '2020-01-01' WHERE id = %s", "有 1 条受限记录内容被改过或打不开"),
        ("UPDATE core_sealedevent SET about = 'x' WHERE id = %s", "有 1 条受限记录内容被改过或打不开"),
        ("UPDATE core_sealedevent SET content = NULL WHERE id = %s", "有 1 条受限记录内容被改过或打不开"),
        ("UPDATE core_sealedevent SET mac = '00' WHERE id = %s", "有 1 条受限记录内容被改过或打不开"),
    ],
)
def test_tampering_with_a_sealed_row_is_found(chair, sql, finding):
    rows = write_sealed(chair)

    tamper(sql, rows[1].pk)

    assert finding in findings()


def test_two_sealed_rows_that_change_their_content_are_found(chair):
    one, two, _ = write_sealed(chair)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM core_sealedevent WHERE id = %s", [one.pk])
        content = cursor.fetchone()[0]

    tamper("UPDATE core_sealedevent SET content = %s WHERE id = %s", content, two.pk)

    assert findings() == ["有 1 条受限记录内容被改过或打不开"]


def test_whoever_deletes_a_sealed_row_cannot_write_the_smaller_sum(chair):
    rows = write_sealed(chair)
    row = Setting.objects.get(key=audit.SEALED_SUM)
    smaller = (int(row.value["sum"], 16) - int(rows[0].mac, 16)) % (1 << 256)

    tamper("DELETE FROM core_sealedevent WHERE id = %s", rows[0].pk)
    Setting.objects.filter(pk=row.pk).update(value={**row.value, "sum": f"{smaller:064x}"})

    assert findings() == ["受限记录少了或多了，与合计不符"]


@pytest.mark.usefixtures("_own_backups")
def test_a_sealed_table_emptied_with_its_sum_is_found_by_the_kept_head(chair):
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        write_sealed(chair)
    write_rows(chair)
    head = audit.keep_head()
    assert audit.verify_chain([head]) == []

    tamper("DELETE FROM core_sealedevent")
    Setting.objects.filter(key=audit.SEALED_SUM).delete()

    assert audit.verify_chain([head]) == [(6, f"{head.day:%Y-%m-%d} 以前的受限记录与留存的链头不符")]


@pytest.mark.usefixtures("_own_backups")
def test_sealed_rows_of_later_days_leave_an_older_head_true(chair):
    write_rows(chair)
    head = audit.keep_head()

    write_sealed(chair)

    assert audit.verify_chain([head]) == []


def test_a_sealed_reading_is_noted_once_an_hour(chair, worker):
    audit.record_sealed_read(worker, by=chair)
    audit.record_sealed_read(worker, by=chair)

    (content,) = audit.sealed_trail("accounts.user.read", [worker])[worker.pk]
    assert (SealedEvent.objects.count(), content["actor_name"]) == (1, "周敏")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_auditevent SET reason = 'x'",
        "DELETE FROM core_auditevent",
        "UPDATE core_auditlink SET mac = 'x'",
        "DELETE FROM core_auditlink",
        "UPDATE core_sealedevent SET mac = 'x'",
        "UPDATE core_sealedevent SET about = 'x'",
        "DELETE FROM core_sealedevent",
    ],
)
def test_the_database_refuses_changes_of_audit_rows(chair, sql):
    write_rows(chair, 1)
    write_sealed(chair, 1)
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
