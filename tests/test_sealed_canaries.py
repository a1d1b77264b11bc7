"""A hundred words that were written into the sealed compartment lie nowhere in clear: database, backup, logs, caches, folders."""

import itertools

import pytest
from django import forms
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from fedhub.core import backup
from fedhub.core.images import CleanImage
from fedhub.core.testing.client import filled
from safety.enums import Part
from safety.forms.entries import SHOWN, EvidenceForm
from safety.models import RiskReport
from safety.services import circle
from safety.services.files import add_entry, name_informant, write
from safety.services.reports import handle_report, report_risk
from safety.tests.factories_file import ANSWERS, a_file, proved

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 100
# What the entries of each kind need besides words.
FACTS = ANSWERS | {
    "help": {"what": "legal", "step": "offered"}, "follow": {"reached": "yes", "how": "visit", "again": "no"},
    "breach": {"at": "2026-11-20T10:00:00+08:00"}, "wish": {"about": "property", "signed_on": "2026-11-20"},
    "wish_decided": {"allowed": False}, "more": {"told_at": "2026-11-20T10:00:00+08:00", "how": "other"},
    "no_report": {}, "note": {}, "copy": {}, "review": {},
}  # fmt: skip


@pytest.fixture
def place(settings, tmp_path):
    """Folders of this test's own, and a recovery key; gives the key's text."""
    settings.BACKUP_ROOT, settings.MEDIA_ROOT = tmp_path / "backups", tmp_path / "media"
    settings.SCRATCH_ROOT = tmp_path / "tmp"
    backup.public_key_path().unlink(missing_ok=True)
    yield backup.make_recovery_key()
    backup.public_key_path().unlink(missing_ok=True)


class Canaries:
    """Words that nobody else writes."""

    def __init__(self):
        self.sung, self._numbers = [], itertools.count(1)

    def __call__(self):
        word = f"金丝雀{next(self._numbers):04d}号啼"
        self.sung.append(word)
        return word


def every_way(sing, client, worker, officer, chair, grid):
    """Write a word into everything of the compartment that takes words, by services and by pages, also by forms that fail."""
    for source in ("visit", "phone", "school"):
        report_risk(
            area=grid, source=source, by=worker, signs=["fight"], text=sing(), subject_name=sing(),
            informant={"name": sing(), "phone": sing()},
        )  # fmt: skip
    handle_report(RiskReport.objects.first(), note=sing(), base_version=1, by=officer)
    file = a_file(
        grid, officer, name=sing(), happened=sing(), offender=sing(), children=sing(), wants=sing(), birth=sing()
    )
    circle.let_in(file, user=chair, part=Part.CHAIR, why=sing(), until=timezone.localdate(), by=officer)
    circle.excuse(file, user=worker, why=sing(), by=officer)
    name_informant(file, why=sing(), by=officer)
    asked = circle.ask_to_open(area=grid.parent, who=sing(), why=sing(), by=chair)
    circle.answer_opening(asked, agrees=True, by=officer)
    for kind, facts in FACTS.items():
        form = SHOWN[kind]
        words = {name: sing() for name, field in form.base_fields.items() if type(field) is forms.CharField}
        file.refresh_from_db()
        write(file, kind, {**facts, **words}, by=officer)
    facts = {"what": "media", "on": "2026-11-21", "source": sing(), "original": sing(), "words": sing()}
    picture = CleanImage(sing().encode() * 50, "image/jpeg", 1, 1, "")
    add_entry(file, EvidenceForm.kind, facts, by=officer, pictures=[picture])
    # By the pages: kept, and refused.
    url = reverse("safety:entry_create", args=[file.pk, "note"])
    client.post(url, filled(client.get(url), words=sing()))
    url = reverse("safety:entry_create", args=[file.pk, "danger"])
    client.post(url, filled(client.get(url), safe="no", level="green", where=sing(), why=sing()))
    client.post(reverse("safety:report"), {"area": 0, "text": sing(), "subject_name": sing(), "informant": sing()})
    for page in ("file_detail", "informant"):
        client.get(reverse(f"safety:{page}", args=[file.pk]))
    client.get(reverse("safety:file_list"), {"q": sing()})
    return file


def stored_rows():
    """Everything that every table holds, as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                found += [bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in row]
    return b"\n".join(found)


def files_under(*folders):
    return b"\n".join(path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())


def heard(words, text):
    return [word for word in words if word.encode() in text]


def test_no_word_of_the_compartment_lies_in_clear_anywhere(
    as_user, worker, safety_officer, chair, grid, place, settings, tmp_path, caplog
):
    sing = Canaries()
    with caplog.at_level("DEBUG"):
        client = proved(as_user(safety_officer))
        every_way(sing, client, worker, safety_officer, chair, grid)
    while len(sing.sung) < COUNT:
        report_risk(area=grid, source="visit", by=worker, signs=["fight"], text=sing())
    # Somebody's search in the address is hers to see; what the compartment keeps is meant.
    places = {"tables": stored_rows(), "log": caplog.text.encode(), "folders": files_under(tmp_path)}
    places["cache"] = repr(getattr(cache, "_cache", "")).encode("unicode_escape") + b"".join(
        value if isinstance(value, bytes) else repr(value).encode() for value in getattr(cache, "_cache", {}).values()
    )
    made = backup.make_backup()
    backup.unpack_backup(made, backup.read_recovery_key(place), tmp_path / "out")
    places["backup"] = made.read_bytes()
    places["opened backup"] = files_under(tmp_path / "out")
    if connection.vendor == "sqlite":
        path = backup.database_path()
        places["file"] = b"".join(
            one.read_bytes() for one in path.parent.iterdir() if one.name.startswith(path.name) and one.is_file()
        )

    assert len(sing.sung) >= COUNT
    assert {name: heard(sing.sung, text) for name, text in places.items()} == {name: [] for name in places}
    # They would have been heard: her own name, in clear by design, is.
    assert safety_officer.name.encode() in places["tables"]
