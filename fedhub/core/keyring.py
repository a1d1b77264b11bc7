"""The keyring file: every secret of one installation, kept outside database, attachments and backups.

JSON with master keys by id (rotation keeps the old ones for reading), the blind-index key, the audit key, Django's
secret key, the separate master keys of the sealed compartment, and the random id of the installation. Mode 0400.
"""

import base64
import json
import os
import secrets
import stat
from functools import cached_property
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def _new_key():
    return base64.b64encode(secrets.token_bytes(32)).decode()


class Keyring:
    """Secrets read from `path` on first use.

    Raises ImproperlyConfigured with one Chinese sentence when the file is missing, damaged or readable by others.
    """

    def __init__(self, path):
        self.path = Path(path)

    @classmethod
    def create(cls, path):
        """Write a new keyring with fresh random keys to `path` (must not exist); return the Keyring."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        data = {
            "format": 1,
            "instance": secrets.token_hex(16),
            "main": {"current": 1, "keys": {"1": _new_key()}},
            "sealed": {"current": 1, "keys": {"1": _new_key()}},
            "index": _new_key(),
            "audit": _new_key(),
            "django": secrets.token_urlsafe(48),
        }
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w") as file:
            json.dump(data, file, indent=1)
        return cls(path)

    @cached_property
    def _data(self):
        if not self.path.exists():
            raise ImproperlyConfigured(f"找不到钥匙文件 {self.path}。请把备份信封里的钥匙放回原处，再启动。")
        if self.path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ImproperlyConfigured(f"钥匙文件 {self.path} 别人也能读。请运行 chmod 400 {self.path} 再启动。")
        try:
            return json.loads(self.path.read_text())
        except ValueError as error:
            raise ImproperlyConfigured(f"钥匙文件 {self.path} 损坏，读不出来。请用备份信封里的钥匙替换。") from error

    @property
    def instance(self):
        """Random id of the installation; a database that carries another one is refused at start."""
        return self._data["instance"]

    def django_secret(self):
        """Django's SECRET_KEY."""
        return self._data["django"]

    def master(self, ring, key_id=None):
        """`(key_id, 32 bytes)` of the master key `key_id` (default: the current one) of `ring` (main | sealed).

        Raises KeyError when the ring has no such key.
        """
        entry = self._data[ring]
        key_id = entry["current"] if key_id is None else key_id
        return int(key_id), base64.b64decode(entry["keys"][str(key_id)])

    def key_ids(self, ring):
        """All key ids of `ring`, the current one last."""
        entry = self._data[ring]
        return sorted((int(k) for k in entry["keys"]), key=lambda k: k == entry["current"])

    def add_master(self, ring):
        """Add a new current master key to `ring` and rewrite the file; return its id."""
        entry = self._data[ring]
        new_id = max(int(k) for k in entry["keys"]) + 1
        entry["keys"][str(new_id)] = _new_key()
        entry["current"] = new_id
        self._rewrite()
        return new_id

    def drop_master(self, ring, key_id):
        """Remove a master key that no stored value uses any more (the caller has counted)."""
        entry = self._data[ring]
        if entry["current"] == key_id:
            raise ValueError("正在使用的钥匙不能删除。")
        del entry["keys"][str(key_id)]
        self._rewrite()

    def index_key(self):
        """32 bytes: key of the blind indexes."""
        return base64.b64decode(self._data["index"])

    def audit_key(self):
        """32 bytes: key of the audit chain."""
        return base64.b64decode(self._data["audit"])

    def as_text(self):
        """The whole keyring as text, to be printed once and kept in an envelope."""
        return json.dumps(self._data)

    def _rewrite(self):
        temporary = self.path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o400)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self._data, file, indent=1)
        temporary.replace(self.path)
