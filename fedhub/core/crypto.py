"""Encryption of single values and keyed look-ups.

Stored form of an encrypted value (security design 4.2): version(1) | algorithm(1) | key id(2) | nonce(12) |
ciphertext | tag(16). AES-256-GCM with one key per column, derived by HKDF from the master key; the column name is the
authenticated data, so a value copied into another column cannot be opened.
"""

import base64
import hmac
import os
import struct
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = 1
AES_256_GCM = 1
_HEAD = struct.Struct(">BBH")
HEAD_SIZE = _HEAD.size + 12


class Undecryptable(ValueError):
    """A stored value cannot be opened: wrong column, damaged bytes or a missing key."""


@lru_cache(maxsize=512)
def _cipher(keyring, ring, key_id, column):
    _, master = keyring.master(ring, key_id)
    key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=column.encode()).derive(master)
    return AESGCM(key)


@lru_cache(maxsize=64)
def _current(keyring, ring):
    return keyring.master(ring)[0]


def encrypt(data, *, column, ring="main"):
    """Encrypt `data` (bytes) for `column` (such as "households.Phone.number"); return bytes."""
    key_id = _current(settings.KEYRING, ring)
    nonce = os.urandom(12)
    body = _cipher(settings.KEYRING, ring, key_id, column).encrypt(nonce, data, column.encode())
    return _HEAD.pack(VERSION, AES_256_GCM, key_id) + nonce + body


def encrypt_all(data, *, column, ring="main"):
    """`encrypt` for a list of `data`, in which None stays None: what is the same for all is looked up once."""
    key_id = _current(settings.KEYRING, ring)
    seal, name = _cipher(settings.KEYRING, ring, key_id, column).encrypt, column.encode()
    head, random = _HEAD.pack(VERSION, AES_256_GCM, key_id), os.urandom(12 * len(data))
    sealed = []
    for place, one in enumerate(data):
        if one is not None:
            nonce = random[12 * place : 12 * place + 12]
            one = b"".join((head, nonce, seal(nonce, one, name)))
        sealed.append(one)
    return sealed


def decrypt(stored, *, column, ring="main"):
    """Open `stored` (bytes of `encrypt`); return bytes. Raises Undecryptable."""
    stored = bytes(stored)
    if len(stored) < HEAD_SIZE + 16:
        raise Undecryptable("too short")
    version, algorithm, key_id = _HEAD.unpack_from(stored)
    if (version, algorithm) != (VERSION, AES_256_GCM):
        raise Undecryptable("unknown format")
    try:
        cipher = _cipher(settings.KEYRING, ring, key_id, column)
        return cipher.decrypt(stored[_HEAD.size : HEAD_SIZE], stored[HEAD_SIZE:], column.encode())
    except (InvalidTag, KeyError) as error:
        raise Undecryptable(column) from error


def file_cipher(*, column, salt, key_id=None, ring="main"):
    """`(key id, AESGCM)` of one file: a key of its own, made from `salt` (random bytes kept with the file) and `column`.

    Raises Undecryptable when the master key `key_id` (default: the current one) is not there.
    """
    try:
        key_id, master = settings.KEYRING.master(ring, key_id)
    except KeyError as error:
        raise Undecryptable(column) from error
    return key_id, AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=column.encode()).derive(master))


def key_id_of(stored):
    """Id of the master key that `stored` was encrypted with."""
    return _HEAD.unpack_from(bytes(stored))[2]


def forget_keys():
    """Drop cached keys after a rotation in this process."""
    _cipher.cache_clear()
    _current.cache_clear()
    _index_mac.cache_clear()


@lru_cache(maxsize=64)
def _index_mac(keyring, column):
    """The HMAC of `column` before its text: to copy it takes half as long as to make it."""
    return hmac.new(keyring.index_key(), f"{column}\0".encode(), "sha256")


def blind(text, *, column):
    """Keyed fingerprint of `text` for exact look-up in `column`: 43 characters, or None for empty text.

    HMAC-SHA256 in full; equality of two rows shows, nothing else (security design 4.3).
    """
    if not text:
        return None
    mac = _index_mac(settings.KEYRING, column).copy()
    mac.update(text.encode())
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()
