"""A volunteer is not in two places at once: an exclusion on PostgreSQL, triggers on SQLite, which has one writer at a time."""

from django.db import migrations

CLASH = (
    "SELECT 1 FROM groups_service s WHERE s.volunteer_id = NEW.volunteer_id AND s.id <> COALESCE(NEW.id, -1) "
    "AND s.state <> 'void' AND s.started_at < COALESCE(NEW.ended_at, '9999') "
    "AND COALESCE(s.ended_at, '9999') > NEW.started_at"
)


def forbid_overlap(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        if vendor == "postgresql":
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            cursor.execute(
                "ALTER TABLE groups_service ADD CONSTRAINT groups_service_no_overlap EXCLUDE USING gist "
                "(volunteer_id WITH =, tstzrange(started_at, ended_at) WITH &&) WHERE (state <> 'void')"
            )
        elif vendor == "sqlite":
            for verb in ("INSERT", "UPDATE"):
                cursor.execute(
                    f"CREATE TRIGGER groups_service_no_overlap_{verb.lower()} BEFORE {verb} ON groups_service "
                    f"WHEN NEW.state <> 'void' AND EXISTS ({CLASH}) "
                    "BEGIN SELECT RAISE(ABORT, 'groups_service_no_overlap'); END"
                )


def allow_overlap(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        if vendor == "postgresql":
            cursor.execute("ALTER TABLE groups_service DROP CONSTRAINT groups_service_no_overlap")
        elif vendor == "sqlite":
            for verb in ("insert", "update"):
                cursor.execute(f"DROP TRIGGER groups_service_no_overlap_{verb}")


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial")]
    operations = [migrations.RunPython(forbid_overlap, allow_overlap)]
