"""Backups that the server itself cannot read, and their return.

A backup is one file: database (VACUUM INTO or pg_dump), attachments (already encrypted) and a manifest with the
SHA-256 of every table, sealed chunk by chunk to the recovery public key (X25519, HKDF, AES-256-GCM). The private key
is printed once at the first start; the keyring is never inside (security design 4.15).
"""

import base64
import hashlib
import io
import json
import os
import sqlite3
import struct
import subprocess  # noqa: S404 - pg_dump and pg_restore
import tarfile
import tempfile
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from fedhub.core import audit
from fedhub.core.models import Setting

MAGIC = b"FEDHUB-BACKUP-1\n"
CHUNK = 1 << 20
# Tables whose content is fleeting: sessions end with a restore, the cache fills itself, tasks are re-made.
FLEETING = ("django_session", "cache_table", "django_tasks_database_dbtaskresult", "usersessions_usersession")


class BackupError(Exception):
    """Something is missing or damaged; the message is a Chinese sentence."""


# --- the recovery key ---------------------------------------------------------------------------------------------
def public_key_path():
    """Where the recovery public key lies (beside the keyring)."""
    return settings.KEYRING.path.with_name("recovery.pub")


def make_recovery_key():
    """Make the key pair, store the public half; return the private half as text in groups of five, to be printed."""
    private = X25519PrivateKey.generate()
    raw = private.private_bytes_raw()
    public_key_path().write_bytes(base64.b64encode(private.public_key().public_bytes_raw()))
    text = base64.b32encode(raw + hashlib.sha256(raw).digest()[:3]).decode().rstrip("=")
    return "-".join(text[i : i + 5] for i in range(0, len(text), 5))


def read_recovery_key(text):
    """X25519PrivateKey of the printed text. Raises BackupError when a letter is wrong."""
    letters = "".join(c for c in text.upper() if c.isalnum())
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        data = b""
    if len(data) != 35 or hashlib.sha256(data[:32]).digest()[:3] != data[32:]:
        raise BackupError("恢复密钥不对，请对照信封里的那张纸再输一遍。")
    return X25519PrivateKey.from_private_bytes(data[:32])


def _file_key(shared, ephemeral):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=ephemeral, info=b"fedhub backup").derive(shared)


class SealedWriter(io.RawIOBase):
    """Writes chunks sealed to a public key; the last chunk is marked, so a torn file is noticed."""

    def __init__(self, target, public):
        ephemeral = X25519PrivateKey.generate()
        head = ephemeral.public_key().public_bytes_raw()
        self._cipher = AESGCM(_file_key(ephemeral.exchange(public), head))
        self._target, self._buffer, self._number = target, bytearray(), 0
        target.write(MAGIC + head)

    def writable(self):
        return True

    def write(self, data):
        self._buffer += data
        while len(self._buffer) > CHUNK:
            self._put(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return len(data)

    def finish(self):
        """Write the last chunk."""
        self._put(bytes(self._buffer), last=True)

    def _put(self, data, *, last):
        nonce = struct.pack(">IQ", int(last), self._number)
        sealed = self._cipher.encrypt(nonce, data, MAGIC)
        self._target.write(struct.pack(">BI", int(last), len(sealed)) + sealed)
        self._number += 1


def opened_chunks(source, private):
    """Yield the plain chunks of a backup file. Raises BackupError when it is damaged, torn or for another key."""
    if source.read(len(MAGIC)) != MAGIC:
        raise BackupError("这不是本系统的备份文件。")
    head = source.read(32)
    cipher = AESGCM(_file_key(private.exchange(X25519PublicKey.from_public_bytes(head)), head))
    number, last = 0, 0
    while not last:
        prefix = source.read(5)
        if len(prefix) < 5:
            raise BackupError("备份文件不完整，后面一截没有了。请换另一份备份。")
        last, size = struct.unpack(">BI", prefix)
        try:
            yield cipher.decrypt(struct.pack(">IQ", last, number), source.read(size), MAGIC)
        except InvalidTag:
            raise BackupError("打不开：恢复密钥不是这份备份的，或者文件损坏。") from None
        number += 1


# --- checksums ----------------------------------------------------------------------------------------------------
def table_checksums():
    """`{table: {"rows": n, "sha256": hex}}` over every lasting table, rows in the order of their key."""
    if connection.vendor == "sqlite":
        return _sqlite_checksums(database_path())
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in FLEETING:
                continue
            key = connection.introspection.get_primary_key_column(cursor, table)
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {quoted} ORDER BY {connection.ops.quote_name(key)}")  # noqa: S608
            digest, rows = hashlib.sha256(), 0
            while batch := cursor.fetchmany(2000):
                for row in batch:
                    digest.update(repr([_plain(value) for value in row]).encode())
                rows += len(batch)
            found[table] = {"rows": rows, "sha256": digest.hexdigest()}
        return found


def database_path():
    """Path of the SQLite file in use."""
    return Path(str(connection.settings_dict["NAME"]).removeprefix("file:").split("?")[0])


def _sqlite_checksums(path):
    """Checksums of a SQLite file, read as stored (no conversion of dates), by a connection of its own."""
    copy = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = copy.execute("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")
        found = {}
        for table in sorted(row[0] for row in names):
            if table in FLEETING:
                continue
            keys = [row[1] for row in copy.execute(f'PRAGMA table_info("{table}")') if row[5]]
            order = f'"{keys[0]}"' if keys else "1"
            digest, rows = hashlib.sha256(), 0
            for row in copy.execute(f'SELECT * FROM "{table}" ORDER BY {order}'):  # noqa: S608 - names of our tables
                digest.update(repr(row).encode())
                rows += 1
            found[table] = {"rows": rows, "sha256": digest.hexdigest()}
        return found
    finally:
        copy.close()


def _plain(value):
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (memoryview, bytearray)):
        return bytes(value)
    if isinstance(value, Decimal):
        return str(value)
    return value


# --- making -------------------------------------------------------------------------------------------------------
@contextmanager
def _scratch(suffix):
    settings.SCRATCH_ROOT.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=suffix, dir=settings.SCRATCH_ROOT)
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _dump_database(path):
    """Write the database to `path`; return the checksums of exactly what was written (writes may go on meanwhile)."""
    if connection.vendor == "sqlite":
        path.unlink()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        return _sqlite_checksums(path)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run_pg(["pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={path}"], "备份")
        return table_checksums()


def _run_pg(command, verb):
    config = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": config["HOST"] or "",
        "PGPORT": str(config["PORT"] or ""),
        "PGUSER": config["USER"] or "",
        "PGPASSWORD": config["PASSWORD"] or "",
        "PGDATABASE": config["NAME"],
    }
    environment = {k: v for k, v in environment.items() if v or not k.startswith("PG")}
    try:
        result = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise BackupError(f"这台机器上没有 {command[0]}，不能{verb}。请安装 PostgreSQL 客户端工具。") from None
    if result.returncode:
        raise BackupError(f"{command[0]} 没有做完，{verb}失败。")


def make_backup(path=None):
    """Write a sealed backup to `path` (default: BACKUP_ROOT, by time); return the path. Raises BackupError."""
    if not public_key_path().exists():
        raise BackupError("还没有恢复密钥，不能备份。请先运行 manage.py recovery_key。")
    public = X25519PublicKey.from_public_bytes(base64.b64decode(public_key_path().read_bytes()))
    path = Path(path) if path else settings.BACKUP_ROOT / f"fedhub-{timezone.localtime():%Y%m%d-%H%M%S}.backup"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise BackupError(f"{path} 已经有了，不覆盖。请换一个文件名。")
    part = path.with_suffix(".part")
    try:
        with _scratch(".db") as dump, part.open("wb") as target:
            part.chmod(0o600)
            checksums = _dump_database(dump)
            sealed = SealedWriter(target, public)
            manifest = {
                "format": 1,
                "instance": settings.KEYRING.instance,
                "engine": connection.vendor,
                "made_at": timezone.now().isoformat(),
                "tables": checksums,
            }
            with tarfile.open(fileobj=sealed, mode="w|") as bundle:
                _add_bytes(bundle, "manifest.json", json.dumps(manifest).encode())
                bundle.add(dump, "database")
                for file in sorted(settings.MEDIA_ROOT.glob("??/*")):
                    bundle.add(file, f"media/{file.parent.name}/{file.name}")
            sealed.finish()
            target.flush()
            os.fsync(target.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    Setting.objects.update_or_create(
        key="backup", defaults={"value": {"file": path.name, "size": path.stat().st_size}}
    )
    audit.record("core.backup.make", size=path.stat().st_size)
    return path


def _add_bytes(bundle, name, data):
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    bundle.addfile(entry, io.BytesIO(data))


# --- coming back --------------------------------------------------------------------------------------------------
class _ChunkReader(io.RawIOBase):
    def __init__(self, chunks):
        self._chunks, self._rest = chunks, b""

    def readable(self):
        return True

    def readinto(self, buffer):
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return 0
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def unpack_backup(path, private, target):
    """Open a backup file into the folder `target` (made here); return its manifest. Raises BackupError."""
    target = Path(target)
    target.mkdir(parents=True, exist_ok=True)
    with Path(path).open("rb") as source:
        reader = io.BufferedReader(_ChunkReader(opened_chunks(source, private)), CHUNK)
        with tarfile.open(fileobj=reader, mode="r|") as bundle:
            bundle.extractall(target, filter="data")
    return json.loads((target / "manifest.json").read_text())


def compare(manifest):
    """Names of tables whose checksum differs from the manifest's (empty when the restored data are equal)."""
    now = table_checksums()
    return sorted(t for t, sums in manifest["tables"].items() if now.get(t) != sums)


# --- keeping ------------------------------------------------------------------------------------------------------
def prune(folder=None, *, daily=7, weekly=5, monthly=12):
    """Delete old backups: the newest of the last 7 days, 5 weeks and 12 months stay. Returns the deleted paths."""
    files = sorted((folder or settings.BACKUP_ROOT).glob("fedhub-*.backup"), reverse=True)
    kept, seen = set(), {"%Y%m%d": daily, "%G%V": weekly, "%Y%m": monthly}
    for pattern, limit in seen.items():
        groups = {}
        for file in files:
            stamp = datetime.strptime(file.stem[7:22], "%Y%m%d-%H%M%S")  # noqa: DTZ007 - only its day matters
            groups.setdefault(stamp.strftime(pattern), file)
        kept |= set(list(groups.values())[:limit])
    gone = [file for file in files if file not in kept]
    for file in gone:
        file.unlink()
    return gone


def days_since_backup():
    """Days since the last backup, or None when none was ever made."""
    row = Setting.objects.filter(key="backup").first()
    return None if row is None else (timezone.now() - row.updated_at).days
