"""What was out is never changed: editions are append-only, and who a survey knows of is fixed from its first edition on."""

from django.db import migrations

EDITION = "an edition of a survey is append-only"
MODE = "the mode of a survey is fixed when it is published"


def add_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        if vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER surveys_edition_no_{verb.lower()} BEFORE {verb} ON surveys_edition "
                    f"BEGIN SELECT RAISE(ABORT, '{EDITION}'); END"
                )
            cursor.execute(
                "CREATE TRIGGER surveys_survey_mode_fixed BEFORE UPDATE OF mode ON surveys_survey "
                "WHEN OLD.edition > 0 AND NEW.mode <> OLD.mode "
                f"BEGIN SELECT RAISE(ABORT, '{MODE}'); END"
            )
        elif vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION surveys_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER surveys_edition_append_only BEFORE UPDATE OR DELETE ON surveys_edition "
                f"FOR EACH ROW EXECUTE FUNCTION surveys_refuse('{EDITION}')"
            )
            cursor.execute(
                "CREATE TRIGGER surveys_survey_mode_fixed BEFORE UPDATE OF mode ON surveys_survey FOR EACH ROW "
                f"WHEN (OLD.edition > 0 AND NEW.mode <> OLD.mode) EXECUTE FUNCTION surveys_refuse('{MODE}')"
            )


def drop_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        if vendor == "sqlite":
            for name in ("surveys_edition_no_update", "surveys_edition_no_delete", "surveys_survey_mode_fixed"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        elif vendor == "postgresql":
            cursor.execute("DROP TRIGGER IF EXISTS surveys_edition_append_only ON surveys_edition")
            cursor.execute("DROP TRIGGER IF EXISTS surveys_survey_mode_fixed ON surveys_survey")
            cursor.execute("DROP FUNCTION IF EXISTS surveys_refuse()")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
