"""Long files encrypted chunk by chunk, so that no process ever holds one as a whole.

Form: version(1) | algorithm(1) | key id(2) | salt(16), then chunks of CHUNK bytes with a tag(16) each, the last one as
long as it comes. AES-256-GCM under a key of this one file, derived from master key, salt and column; the nonce is the
number of the chunk and whether it is the last; head, column and the file's name are the authenticated data. So no chunk
can be changed, swapped, left out or added, and no file opened under the name of another (the STREAM construction).
"""

import os
import struct

from cryptography.exceptions import InvalidTag

from fedhub.core import crypto

VERSION = 2
CHUNK = 1 << 18
TAG = 16
_SALT = 16
_HEAD = struct.Struct(f">BBH{_SALT}s")
HEAD_SIZE = _HEAD.size
_NONCE = struct.Struct(">IQ")


class ChunkWriter:
    """A binary file to write plain bytes to, which come to lie encrypted in `file` under `name`.

    Without `finish()` what was written never opens. Its head is in `file` at once: a change of keys must see it.
    """

    def __init__(self, file, *, column, name):
        self.name, self._file, self._held, self._number = name, file, bytearray(), 0
        salt = os.urandom(_SALT)
        key_id, self._cipher = crypto.file_cipher(column=column, salt=salt)
        head = _HEAD.pack(VERSION, crypto.AES_256_GCM, key_id, salt)
        self._bound = _bound(head, column, name)
        file.write(head)
        file.flush()

    def write(self, data):
        """Take `data` (bytes); returns its length."""
        self._held += data
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return len(data)

    def flush(self):
        """Nothing: a chunk goes out when it is full."""

    def finish(self):
        """Write the last chunk."""
        self._put(bytes(self._held), last=True)

    def _put(self, data, *, last):
        self._file.write(self._cipher.encrypt(_NONCE.pack(last, self._number), data, self._bound))
        self._number += 1


def opened_chunks(file, *, column, name):
    """Yield the plain chunks of the binary `file`, written as `name`. Raises crypto.Undecryptable, at the latest at the
    end: whoever must not hand out half a file goes through it once before."""
    head = file.read(HEAD_SIZE)
    if len(head) < HEAD_SIZE:
        raise crypto.Undecryptable("too short")
    version, algorithm, key_id, salt = _HEAD.unpack(head)
    if (version, algorithm) != (VERSION, crypto.AES_256_GCM):
        raise crypto.Undecryptable("unknown format")
    _, cipher = crypto.file_cipher(column=column, salt=salt, key_id=key_id)
    bound, number = _bound(head, column, name), 0
    chunk = file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            plain = cipher.decrypt(_NONCE.pack(not following, number), chunk, bound)
        except InvalidTag as error:
            raise crypto.Undecryptable(column) from error
        yield plain
        if not following:
            return
        chunk, number = following, number + 1


def _bound(head, column, name):
    return head + f"{column}\0{name}".encode()
