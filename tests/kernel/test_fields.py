import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.db import connection

from fedhub.core import crypto
from fedhub.core.fields import EncryptedField, Unreadable, random_key
from fedhub.core.rotation import count_by_key, encrypted_columns, rotate_column
from households.models import Phone, Resident

pytestmark = pytest.mark.django_db


def stored_number(phone):
    """The bytes in the database file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM households_phone WHERE id = %s", [phone.pk])
        return bytes(cursor.fetchone()[0])


@pytest.fixture
def resident(grid):
    return Resident.objects.create(area=grid, name="王桂兰", sex="2", birth="1968-03")


@pytest.fixture
def phone(resident):
    return Phone.objects.create(resident=resident, number="13800138000")


def test_every_encrypted_column_is_bound_to_its_own_name():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField)
        and not model.__name__.startswith("Historical")
        and field.aad != f"{model._meta.label}.{field.name}"
    ]

    assert wrong == []


def test_the_database_holds_no_plain_text_and_the_model_reads_it(phone):
    assert b"13800138000" not in stored_number(phone)
    assert Phone.objects.get(pk=phone.pk).number == "13800138000"


def test_an_empty_value_is_null_and_reads_as_empty_text(resident):
    phone = Phone.objects.create(resident=resident)

    assert Phone.objects.get(pk=phone.pk).number == ""
    assert Phone.objects.filter(number__isnull=True).count() == 1


def test_looking_up_an_encrypted_value_is_refused():
    with pytest.raises(FieldError, match="blind index"):
        Phone.objects.filter(number="13800138000").exists()


def test_a_value_that_cannot_be_opened_shows_a_sentence(phone):
    broken = bytearray(stored_number(phone))
    broken[-1] ^= 1
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE households_phone SET number = %s WHERE id = %s",
            [connection.Database.Binary(bytes(broken)), phone.pk],
        )

    shown = Phone.objects.get(pk=phone.pk).number

    assert (shown, type(shown)) == ("无法解密", Unreadable)


def test_history_keeps_encrypted_columns_encrypted(resident):
    resident.health_note = "化疗第三个疗程"
    resident.save()

    with connection.cursor() as cursor:
        cursor.execute("SELECT health_note FROM households_historicalresident ORDER BY history_id DESC LIMIT 1")
        raw = bytes(cursor.fetchone()[0])
    assert "化疗".encode() not in raw
    assert resident.history.latest("history_id").health_note == "化疗第三个疗程"


def test_random_keys_are_positive_and_do_not_repeat():
    keys = {random_key() for _ in range(1000)}

    assert len(keys) == 1000
    assert min(keys) > 0
    assert max(keys) <= 2**62


def test_rotation_moves_every_value_to_the_new_key(phone, settings, tmp_path):
    settings.MEDIA_ROOT, settings.SCRATCH_ROOT = tmp_path / "media", tmp_path / "scratch"
    settings.KEYRING.add_master("main")
    crypto.forget_keys()
    new_id = settings.KEYRING.master("main")[0]
    try:
        moved = sum(rotate_column(model, field, "main") for model, field in encrypted_columns("main"))

        # The number and the copy of it in the history.
        assert moved == 2
        assert count_by_key("main") == {new_id: 2}
        assert crypto.key_id_of(stored_number(phone)) == new_id
        assert Phone.objects.get(pk=phone.pk).number == "13800138000"
    finally:
        crypto.forget_keys()
