"""Audit rows cannot be changed or deleted: triggers on both engines (the chain, not the trigger, is the proof).

The encrypted content of a sealed row may be written again, because a new key must reach it (core.rotation); its mac
covers the plain content.
"""

from django.db import migrations

# Table and what of it no UPDATE may touch.
TABLES = {
    "core_auditevent": "",
    "core_auditlink": "",
    "core_sealedevent": " OF id, day, about, hour, mac",
}


def add_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        if vendor == "sqlite":
            for table, columns in TABLES.items():
                for verb, of in (("UPDATE", columns), ("DELETE", "")):
                    cursor.execute(
                        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb}{of} ON {table} "
                        "BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END"
                    )
        elif vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION fedhub_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'audit rows are append-only'; END $$"
            )
            for table, columns in TABLES.items():
                cursor.execute(
                    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE{columns} OR DELETE ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION fedhub_append_only()"
                )


def drop_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            if vendor == "sqlite":
                for verb in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
            elif vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
        if vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS fedhub_append_only()")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
