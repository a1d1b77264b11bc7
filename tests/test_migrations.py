"""Migrations: the first one of each app makes its tables in as few steps as Django can take at once."""

import copy
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tools.fold_migrations import fold

OWN = [
    config.label
    for config in apps.get_app_configs()
    if config.path.startswith(str(settings.BASE_DIR)) and ".venv" not in config.path
    if (Path(config.path) / "migrations" / "0001_initial.py").exists()
]


@pytest.mark.parametrize("label", OWN)
def test_a_first_migration_makes_each_table_in_one_step(label):
    name = apps.get_app_config(label).name
    operations = import_module(f"{name}.migrations.0001_initial").Migration.operations

    # Each step more builds all models anew: a minute of every first start.
    assert len(fold(copy.deepcopy(operations), label)) == len(operations), f"python -m tools.fold_migrations {label}"
