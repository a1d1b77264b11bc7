"""Settings of the benchmarks: the project's own, on a place of their own, with the stock admin as a peer."""

import os
from pathlib import Path

from fedhub.settings.base import *  # noqa: F403
from fedhub.settings.base import INSTALLED_APPS, TEMPLATES, home_settings, site_settings

HOME_PATH = Path(os.environ["FEDHUB_HOME"])
globals().update(home_settings(HOME_PATH))
globals().update(site_settings("http://testserver"))
DEMO = True
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.admin", *INSTALLED_APPS, "bench"]
ROOT_URLCONF = "bench.urls"
# The peer asks for these three; the project itself uses none of them.
TEMPLATES = [dict(TEMPLATES[0])]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default", "slow"]}}
LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS = ["admin.E408", "admin.E409", "admin.E410", "admin.E403"]
