"""Rules of a vote stand from the first ballot on, open votes and additions to minutes are never changed, final minutes keep
their text: triggers on both engines."""

from django.db import migrations

RULES = (
    "council_id", "topic_id", "item_id", "text", "important", "ballots", "showing", "straw", "quorum", "majority", "expected",
    "deadline",
)  # fmt: skip
COUNTS = ("agree", "against", "abstain", "not_voted", "present", "passed", "quorate", "closed_at", "status")
FINAL = ("meeting_id", "number", "body", "sent_to", "status", "approved_by_id", "final_on", "confirm_until", "sha256")
WHOLE = ("council_vote", "council_addition", "council_resolution")
SAID = {
    "motion": "the rules of a vote stand from its first ballot on",
    "minutes": "final minutes are not changed",
    "row": "this row is append-only",
}


def changed(names, word):
    return " OR ".join(f"NEW.{name} {word} OLD.{name}" for name in names)


def rules_of(word, true):
    """`(table, name, condition, sentence)` of each trigger on UPDATE, in the words of one engine."""
    return [
        ("council_motion", "council_motion_frozen",
         f"OLD.frozen = {true} AND (NEW.frozen <> {true} OR {changed(RULES, word)})", SAID["motion"]),
        ("council_motion", "council_motion_counted",
         f"OLD.status = 'closed' AND ({changed((*COUNTS, *RULES), word)})", SAID["motion"]),
        ("council_minutes", "council_minutes_final",
         f"OLD.status = 'final' AND ({changed(FINAL, word)})", SAID["minutes"]),
        *((table, f"{table}_no_update", "1 = 1", SAID["row"]) for table in WHOLE),
    ]  # fmt: skip


def add_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        if vendor == "sqlite":
            for table, name, condition, said in rules_of("IS NOT", "1"):
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {condition} "
                    f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
                )
        elif vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION council_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$"
            )
            for table, name, condition, said in rules_of("IS DISTINCT FROM", "TRUE"):
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition}) "
                    f"EXECUTE FUNCTION council_refuse('{said}')"
                )


def drop_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        for table, name, _, _ in rules_of("", ""):
            if vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            elif vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        if vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS council_refuse()")


class Migration(migrations.Migration):
    dependencies = [("council", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, drop_triggers)]
