"""Signatures and the sealed form of WeChat's messages (documentation of WeChat: 接入指南, 消息加解密, JS-SDK 签名)."""

import base64
import hashlib
import hmac
import os
import struct
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# A message older or newer than this is a replay or comes from a clock that is wrong.
WINDOW_SECONDS = 300
BLOCK = 32


class Forged(ValueError):
    """A message that is not what WeChat would send."""


def signature(*parts):
    """SHA-1 in hex over the texts in the order of their characters, joined."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check(given, *parts):
    """Raise Forged unless `given` is the signature of `parts`; compared in constant time."""
    if not hmac.compare_digest(signature(*parts).encode(), str(given).encode()):
        raise Forged("signature")


def check_time(timestamp, now=None):
    """Raise Forged for a `timestamp` (seconds, as text) outside the window."""
    now = time.time() if now is None else now
    text = str(timestamp)
    if not text.isascii() or not text.isdigit() or len(text) > 12 or abs(now - int(text)) > WINDOW_SECONDS:
        raise Forged("timestamp")


def jsapi_signature(ticket, nonce, timestamp, url):
    """Signature of a page for the JS-SDK: SHA-1 over the four in WeChat's own order; `url` without its fragment."""
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class Sealer:
    """Safe mode: AES-256-CBC under EncodingAESKey, padded to 32 bytes, bound to the account's appid."""

    def __init__(self, encoding_key, appid):
        self.key, self.appid = base64.b64decode(f"{encoding_key}="), appid
        if len(self.key) != 32:
            raise ValueError("EncodingAESKey has 43 signs.")

    def _cipher(self):
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16]))

    def seal(self, text):
        """`text` as WeChat seals it, base64."""
        plain = text.encode()
        data = os.urandom(16) + struct.pack(">I", len(plain)) + plain + self.appid.encode()
        fill = BLOCK - len(data) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(data + bytes([fill]) * fill) + encryptor.finalize()).decode()

    def open(self, sealed):
        """The text of `sealed`. Raises Forged: not base64, not whole, for another account."""
        try:
            data = base64.b64decode(sealed, validate=True)
            decryptor = self._cipher().decryptor()
            data = decryptor.update(data) + decryptor.finalize()
            fill = data[-1]
            (size,) = struct.unpack(">I", data[16:20])
        except (ValueError, IndexError, struct.error) as error:
            raise Forged("sealed") from error
        body, account = data[20 : 20 + size], data[20 + size : len(data) - fill]
        if not 1 <= fill <= BLOCK or len(body) != size or not hmac.compare_digest(account, self.appid.encode()):
            raise Forged("sealed")
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            raise Forged("sealed") from error
