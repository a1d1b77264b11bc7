"""An empty database file with all tables, made by the migrations once and copied by every test run until one changes."""

import contextlib
import fcntl
import hashlib
import shutil
import sqlite3
from importlib import import_module
from pathlib import Path

import django
from django.apps import apps


def fingerprint():
    """Of everything the tables come from: migrations and models' rights of all apps, versions of Django and SQLite."""
    found = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for app in apps.get_app_configs():
        with contextlib.suppress(ModuleNotFoundError):
            folder = Path(import_module(f"{app.name}.migrations").__file__).parent
            for path in sorted(folder.glob("*.py")):
                found.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        found.update(f"{options.label} {options.permissions} {options.default_permissions}".encode())
    return found.hexdigest()[:16]


class Schema:
    """The kept file in `folder`. One of several processes makes it; the others wait, then copy."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"schema-{fingerprint()}.sqlite3"
        self.lock = (folder / "schema.lock").open("w")

    def take(self, target):
        """Copy the kept file to `target`. Where there is none yet, whoever asks first has to `keep` one."""
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        if self.path.exists():
            shutil.copyfile(self.path, target)
            self.lock.close()

    def keep(self, connection):
        """Keep what `connection` has as the file, unless it was copied from there; older ones go."""
        if self.lock.closed:
            return
        connection.ensure_connection()
        fresh = self.path.with_suffix(".new")
        with contextlib.closing(sqlite3.connect(fresh)) as copy:
            connection.connection.backup(copy)
        for old in self.path.parent.glob("schema-*.sqlite3"):
            old.unlink()
        fresh.rename(self.path)
        self.lock.close()
