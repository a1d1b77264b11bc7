"""Sealed drafts: what a phone keeps until it has a network, readable by the server alone (security design 4.14).

A phone holds no secret: it seals each draft to the server's public key. Ephemeral P-256 agreement, HKDF-SHA256 (salt: the
ephemeral public point, info: "fedhub-draft"), AES-256-GCM with the text "user|id|schema" as authenticated data, so that
an envelope given another owner, draft or schema cannot be opened. The server's pair is derived from a master key of the
keyring and has its number; pairs of earlier keys open what was sealed before a rotation.

On the wire: 4 bytes with the length of the head (big endian), the head (JSON), the ciphertext.
"""

import base64
import json
import struct
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from fedhub.core.once import parse_key

WIRE = 1
PAIR = b"fedhub.draft.pair"
DRAFT = b"fedhub-draft"
# Order of the group P-256 (FIPS 186-5, SP 800-186).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HEAD_MOST = 4096
# What an integer column of PostgreSQL holds.
SCHEMA_MOST = 2**31 - 1
_LENGTH = struct.Struct(">I")


class Damaged(ValueError):
    """Not an envelope, torn, or sealed for something else; the text says for the log what was wrong, never contents."""


@dataclass(frozen=True)
class Head:
    """What an envelope says of itself. Only `user`, `id` and `schema` are proved, by opening it."""

    id: str
    user: int
    schema: int
    key_id: int
    point: bytes
    iv: bytes
    kind: str
    saved_at: str
    now: str


@lru_cache(maxsize=16)
def _private(keyring, key_id):
    number, master = keyring.master("main", key_id)
    drawn = HKDF(algorithm=hashes.SHA256(), length=48, salt=None, info=PAIR).derive(master)
    return ec.derive_private_key(int.from_bytes(drawn, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def public_key():
    """`(key id, base64url of the uncompressed point)` that phones seal to now."""
    key_id, _ = settings.KEYRING.master("main")
    point = _private(settings.KEYRING, key_id).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return key_id, to_text(point)


def to_text(data):
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text, length):
    """`length` bytes of base64url text. Raises ValueError."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(data) != length:
        raise ValueError("length")
    return data


def split(data):
    """`(Head, ciphertext)` of an envelope as it came. Raises Damaged."""
    if len(data) < _LENGTH.size:
        raise Damaged("too short")
    (length,) = _LENGTH.unpack_from(data)
    if length > HEAD_MOST or len(data) < _LENGTH.size + length + 16:
        raise Damaged("length of head")
    try:
        head = json.loads(data[_LENGTH.size : _LENGTH.size + length])
        if not isinstance(head, dict) or head["v"] != WIRE:
            raise Damaged("version")
        found = Head(
            id=str(parse_key(head["id"])),
            user=_number(head["user"]),
            schema=_number(head["schema"], SCHEMA_MOST),
            key_id=_number(head["kid"]),
            point=_bytes(head["epk"], 65),
            iv=_bytes(head["iv"], 12),
            kind=_text(head["type"], 200),
            saved_at=_text(head.get("saved_at", ""), 40),
            now=_text(head.get("now", ""), 40),
        )
    except Damaged:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged("head") from error
    if found.id == "None" or found.id != head["id"]:
        raise Damaged("id")
    return found, data[_LENGTH.size + length :]


def _number(value, most=2**53 - 1):
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("number")
    return value


def _text(value, most):
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise ValueError("text")
    return value


def open_envelope(head, body):
    """What was sealed, as bytes. Raises Damaged when it was torn, changed, or sealed to a key that is not there."""
    try:
        private = _private(settings.KEYRING, head.key_id)
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), head.point)
        return _cipher(private.exchange(ec.ECDH(), theirs), head.point).decrypt(head.iv, body, bound_to(head))
    except (InvalidTag, KeyError, ValueError) as error:
        raise Damaged("sealed") from error


def bound_to(head):
    """The authenticated data of an envelope."""
    return f"{head.user}|{head.id}|{head.schema}".encode()


def _cipher(shared, point):
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=point, info=DRAFT).derive(shared))
