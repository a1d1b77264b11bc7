import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedhub.core import crypto
from fedhub.core.keyring import Keyring


@given(st.binary(max_size=300))
def test_what_is_encrypted_can_be_read_again(data):
    stored = crypto.encrypt(data, column="households.Phone.number")

    assert crypto.decrypt(stored, column="households.Phone.number") == data


def test_many_values_are_encrypted_as_each_would_be():
    stored = crypto.encrypt_all([b"a", None, b"", b"a"], column="x.Y.z")

    opened = [one and crypto.decrypt(one, column="x.Y.z") for one in stored]
    assert opened == [b"a", None, b"", b"a"]
    assert len({one[4:16] for one in stored if one}) == 3


def test_a_value_moved_to_another_column_is_refused():
    stored = crypto.encrypt(b"13800138000", column="households.Phone.number")

    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(stored, column="accounts.User.phone")


@pytest.mark.parametrize("place", [0, 1, 3, 8, 20, -1])
def test_a_changed_byte_is_refused(place):
    stored = bytearray(crypto.encrypt(b"11010519491231002X", column="x"))
    stored[place] ^= 1

    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(bytes(stored), column="x")


def test_an_identity_number_takes_fifty_bytes():
    stored = crypto.encrypt(b"11010519491231002X", column="households.Resident.id_number")

    assert len(stored) == 50


def test_the_sealed_ring_has_keys_of_its_own():
    stored = crypto.encrypt(b"x", column="safety.RiskReport.text", ring="sealed")

    with pytest.raises(crypto.Undecryptable):
        crypto.decrypt(stored, column="safety.RiskReport.text", ring="main")


def test_old_values_open_after_a_new_key_is_added(settings, tmp_path):
    settings.KEYRING = Keyring.create(tmp_path / "keys" / "keyring.json")
    crypto.forget_keys()
    old = crypto.encrypt(b"before", column="x")
    settings.KEYRING.add_master("main")
    crypto.forget_keys()
    new = crypto.encrypt(b"after", column="x")

    assert crypto.decrypt(old, column="x") == b"before"
    assert (crypto.key_id_of(old), crypto.key_id_of(new)) == (1, 2)
    crypto.forget_keys()


def test_a_keyring_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "keys" / "keyring.json"
    Keyring.create(path)
    path.chmod(0o444)

    with pytest.raises(Exception, match="别人也能读"):
        Keyring(path).django_secret()


def test_blind_index_is_the_same_for_the_same_text_and_column_only():
    first = crypto.blind("11010519491231002X", column="households.Resident.id_number")

    assert first == crypto.blind("11010519491231002X", column="households.Resident.id_number")
    assert first != crypto.blind("11010519491231002X", column="households.Phone.number")
    assert len(first) == 43
    assert crypto.blind("", column="x") is None
