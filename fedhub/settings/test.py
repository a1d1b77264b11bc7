"""Tests: a SQLite file (never memory) or DATABASE_URL, a throw-away keyring, fast hasher, no manifest."""

import atexit
import shutil
import tempfile
from pathlib import Path

from fedhub.core.keyring import Keyring

from .base import *  # noqa: F403
from .base import database, env, home_settings, site_settings

_home = Path(tempfile.mkdtemp(prefix="fedhub-test-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
Keyring.create(_home / "keys" / "keyring.json")
globals().update(home_settings(_home))
globals().update(site_settings("http://testserver"))
ALLOWED_HOSTS = ["*"]

DATABASES = {"default": database(_home)}
if not env("DATABASE_URL", default=""):
    # The test runner creates the file itself, so the read-write-only switch is off here alone.
    DATABASES["default"]["NAME"] = str(_home / "fedhub.sqlite3")
    DATABASES["default"]["TEST"] = {"NAME": str(_home / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = DATABASES["default"]["OPTIONS"]["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default", "slow"]}}
WHITENOISE_AUTOREFRESH = True
REFERENCE_RECHECK_SECONDS = 0
SURVEY_RECHECK_SECONDS = 0
MENU_COUNT_SECONDS = 0
