"""Migrations: the first one of each app makes all its tables in one step."""

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
def test_a_first_migration_makes_all_tables_in_one_step(label):
    name = apps.get_app_config(label).name
    operations = import_module(f"{name}.migrations.0001_initial").Migration.operations
    made = {table.name for operation in operations for table in getattr(operation, "tables", [])}

    # Each step more builds all models anew: minutes of every first start.
    assert [type(one).__name__ for one in fold(copy.deepcopy(operations))] == [
        type(one).__name__ for one in operations
    ], f"python -m tools.fold_migrations {label}"
    assert {model.__name__ for model in apps.get_app_config(label).get_models() if model._meta.managed} <= made
