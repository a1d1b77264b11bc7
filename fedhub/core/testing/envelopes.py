"""Sealing as a phone does it, for tests."""

import json
import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from fedhub.core import envelopes


def seal(fields, *, user, key, schema=1, plain=None, head=None):
    """The bytes of an envelope: `fields` ({name: value, list or file}) as the body of a form (or `plain` as it is), sealed
    for `user` (an id) and the draft `key`. `head` adds to, or changes, what the envelope says of itself, so that it lies.
    """
    plain = encode_multipart(BOUNDARY, fields) if plain is None else plain
    key_id, point = envelopes.public_key()
    mine = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), envelopes._bytes(point, 65))
    own = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    iv = os.urandom(12)
    bound = f"{user}|{key}|{schema}".encode()
    box = envelopes._cipher(mine.exchange(ec.ECDH(), theirs), own).encrypt(iv, plain, bound)
    said = {"v": 1, "schema": schema, "id": str(key), "user": user, "kid": key_id, "epk": envelopes.to_text(own),
            "iv": envelopes.to_text(iv), "type": MULTIPART_CONTENT} | (head or {})  # fmt: skip
    text = json.dumps(said).encode()
    return struct.pack(">I", len(text)) + text + box
