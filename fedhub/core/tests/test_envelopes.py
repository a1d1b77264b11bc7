"""Sealed drafts: what a browser sealed opens here, and nothing else does."""

import json
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedhub.core import envelopes
from fedhub.core.keyring import Keyring
from fedhub.core.testing.envelopes import seal
from fedhub.core.uploads import BadParts, parse_multipart

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


class OneKey:
    """A keyring with a known master key."""

    def __init__(self, number, master):
        self.number, self.key = number, master

    def master(self, ring, key_id=None):
        if key_id not in (None, self.number):
            raise KeyError(key_id)
        return self.number, self.key


def opened(data):
    head, body = envelopes.split(data)
    return envelopes.open_envelope(head, body)


def test_what_a_browser_sealed_opens_here(settings):
    """The vector was made by the phone's own script (fedhub/core/tests/envelope.json says how)."""
    vector = json.loads((Path(__file__).parent / "envelope.json").read_text())
    settings.KEYRING = OneKey(vector["kid"], bytes.fromhex(vector["master"]))
    data = envelopes.base64.urlsafe_b64decode(vector["envelope"] + "==")

    head, body = envelopes.split(data)
    plain = envelopes.open_envelope(head, body)

    assert envelopes.public_key() == (vector["kid"], vector["key"])
    assert (head.id, head.user, head.schema) == (vector["id"], vector["user"], 1)
    assert envelopes.to_text(plain) == vector["plain"]
    posted, files = parse_multipart(plain, head.kind)
    assert posted.get("summary") == "家里都好，\r\n孩子上学了。"
    assert (files["photos"].name, files["photos"].read()) == ("照片 1.jpg", b"\xff\xd8\xff\x00\x01")


@pytest.mark.parametrize(
    "head",
    [{"user": 6}, {"id": "1f8fad5b-d9cb-469f-a165-70867728950e"}, {"schema": 2}, {"kid": 99}],
    ids=["another owner", "another draft", "another form", "a key that is not there"],
)
def test_an_envelope_given_to_something_else_stays_shut(head):
    with pytest.raises(envelopes.Damaged, match="sealed"):
        opened(seal({"a": "b"}, user=5, key=KEY, head=head))


@pytest.mark.parametrize("place", [-1, -20, -40])
def test_a_changed_byte_is_noticed(place):
    data = bytearray(seal({"a": "b"}, user=5, key=KEY))
    data[place] ^= 1

    with pytest.raises(envelopes.Damaged):
        opened(bytes(data))


def test_every_torn_envelope_is_noticed():
    data = seal({"a": "b"}, user=5, key=KEY)

    for length in range(len(data)):
        with pytest.raises(envelopes.Damaged):
            opened(data[:length])


@given(st.binary(max_size=400))
def test_garbage_is_no_envelope(data):
    with pytest.raises(envelopes.Damaged):
        opened(data)


@pytest.mark.parametrize(
    "head",
    [{"v": 2}, {"user": "5"}, {"user": True}, {"user": -1}, {"id": "x"}, {"id": KEY.upper()}, {"id": 5}, {"epk": "AA"},
     {"epk": "BA" + "A" * 85}, {"iv": "!"}, {"type": "a\nb"}, {"type": None}, {"saved_at": "x" * 41}],
)  # fmt: skip
def test_a_head_that_says_odd_things_is_refused(head):
    with pytest.raises(envelopes.Damaged):
        opened(seal({"a": "b"}, user=5, key=KEY, head=head))


def test_a_draft_sealed_before_a_rotation_opens_after_it(settings, tmp_path):
    settings.KEYRING = Keyring.create(tmp_path / "keys" / "keyring.json")
    data = seal({"a": "b"}, user=5, key=KEY)
    before = envelopes.public_key()

    settings.KEYRING.add_master("main")

    assert envelopes.public_key() != before
    assert b"b" in opened(data)


def test_two_envelopes_of_one_draft_have_nothing_in_common():
    first, second = (seal({"a": "b"}, user=5, key=uuid.UUID(KEY)) for _ in range(2))

    assert envelopes.split(first)[1] != envelopes.split(second)[1]


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"", "multipart/form-data"), (b"x", "text/plain"), (b"x", "multipart/form-data; boundary=" + "x" * 300),
     (b"--b\r\n", "")],
)  # fmt: skip
def test_what_is_no_form_is_refused(data, kind):
    with pytest.raises(BadParts):
        parse_multipart(data, kind)


def test_too_many_fields_are_refused(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'

    with pytest.raises(BadParts):
        parse_multipart(part * 5 + b"--b--\r\n", "multipart/form-data; boundary=b")
