"""A new master key reaches everything that was written under the old one, also what lies in no encrypted column."""

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from fedhub.core import audit, crypto, files
from fedhub.core.chunks import CHUNK
from fedhub.core.keyring import Keyring
from fedhub.core.models import SealedEvent
from fedhub.core.rotation import count_by_key, other_places
from fedhub.ledgers import scratch
from fedhub.ledgers.models import ImportRow
from fedhub.ledgers.tests.factories import ImportBatchFactory
from safety.tests.factories import RiskReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    """A keyring and folders of this test, so that no other test meets the new keys."""
    settings.KEYRING = Keyring.create(tmp_path / "keys" / "keyring.json")
    settings.MEDIA_ROOT, settings.SCRATCH_ROOT = tmp_path / "media", tmp_path / "tmp"
    crypto.forget_keys()
    yield
    crypto.forget_keys()


def code_now(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_the_second_factor_still_opens_after_two_rotations(worker, settings):
    secret = generate_totp_secret()
    TOTP.activate(worker, secret)
    codes = RecoveryCodes.activate(worker).generate_codes()

    call_command("rotate_keys")
    call_command("rotate_keys")

    assert settings.KEYRING.key_ids("main") == [2, 3]
    assert TOTP(Authenticator.objects.get(type="totp")).validate_code(code_now(secret)) is True
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes() == codes


def test_recovery_codes_that_were_taken_over_are_rotated_too(worker):
    adapter_text = TOTP.activate(worker, "A").instance.data["secret"]
    Authenticator.objects.create(
        user=worker, type="recovery_codes", data={"migrated_codes": [adapter_text], "used_mask": 0}
    )

    call_command("rotate_keys")
    call_command("rotate_keys")

    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes() == ["A"]


def test_uploaded_files_and_rows_of_an_import_live_through_two_rotations(grid):
    batch = ImportBatchFactory(area=grid)
    name = scratch.put(b"workbook")
    row = ImportRow.objects.create(
        batch=batch, number=1, raw={"c": ["x"]}, parsed={"v": {}}, verdict="new", findings=[], sealed=["被丈夫殴打"]
    )

    call_command("rotate_keys")
    call_command("rotate_keys")

    row.refresh_from_db()
    assert (scratch.get(name), row.raw, row.sealed) == (b"workbook", {"c": ["x"]}, ["被丈夫殴打"])


def test_a_long_file_lives_through_two_rotations_and_one_that_is_being_written_keeps_its_key(settings, capsys):
    name = scratch.put(b"x" * (2 * CHUNK))
    with scratch.writing() as file:
        call_command("rotate_keys")
        call_command("rotate_keys")
        file.write(b"written under the first key")

    assert settings.KEYRING.key_ids("main") == [1, 2, 3]
    assert "普通钥匙第 1 把还有 1 处打不开" in capsys.readouterr().out
    assert scratch.get(file.name) == b"written under the first key"
    assert scratch.get(name) == b"x" * (2 * CHUNK)
    call_command("rotate_keys", "--resume")
    assert settings.KEYRING.key_ids("main") == [2, 3]
    assert scratch.get(file.name) == b"written under the first key"


def test_files_that_broke_off_before_their_head_stop_no_rotation(settings):
    whole = scratch.put(b"workbook")
    (settings.SCRATCH_ROOT / "ledgers" / "torn").write_bytes(b"\x02\x01")
    (settings.SCRATCH_ROOT / "ledgers" / "empty").touch()

    call_command("rotate_keys")
    call_command("rotate_keys")

    assert settings.KEYRING.key_ids("main") == [2, 3]
    assert scratch.get(whole) == b"workbook"


def test_a_photo_lives_through_two_rotations(grid, worker):
    stored = files.store(b"picture", owner=grid, kind="photo", name="a.jpg", content_type="image/jpeg", by=worker)

    call_command("rotate_keys")
    call_command("rotate_keys")

    assert files.read(stored) == b"picture"


def test_the_sealed_trail_is_whole_after_a_rotation_with_its_triggers_in_place(grid, safety_officer):
    run = MigrationLoader(connection).get_migration("core", "0002_append_only").operations[0]
    run.reverse_code(None, SimpleNamespace(connection=connection))
    run.code(None, SimpleNamespace(connection=connection))
    report = RiskReportFactory(area=grid)
    audit.record("safety.help", by=safety_officer)
    audit.record_sealed_read(report, by=safety_officer)

    call_command("rotate_keys")
    call_command("rotate_keys")

    assert SealedEvent.objects.get().content["actor_name"] == "吴静"
    assert audit.verify_chain() == []
    assert count_by_key("sealed").keys() == {3}


def test_a_key_that_a_value_still_needs_is_kept_and_the_command_says_so(worker, settings, capsys):
    TOTP.activate(worker, "A")
    row = Authenticator.objects.get()
    broken = row.data["secret"][:-8] + "AAAAAAA="
    Authenticator.objects.update(data={"secret": broken})

    call_command("rotate_keys")
    call_command("rotate_keys")

    assert settings.KEYRING.key_ids("main") == [1, 2, 3]
    assert "普通钥匙第 1 把还有 1 处打不开、没有换成，先不删。" in capsys.readouterr().out


def test_every_module_that_encrypts_is_a_column_or_a_registered_place():
    known = ["accounts.second_factor", "core.attachments", "grids.phones", "ledgers.scratch"]
    assert [place.key for place in other_places] == known
