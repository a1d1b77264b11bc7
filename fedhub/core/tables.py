"""The step by which an app's first migration makes all its tables."""

from django.db.migrations.operations.base import Operation, OperationCategory


class CreateTables(Operation):
    """Several CreateModel at once. Django builds the models of the whole project anew after each step of a migration: with
    hundreds of tables that is most of a first start, and of every run of the tests. Here it happens once an app.

    The tables may point to each other in any order: columns are made with their tables, and the database looks at the
    references when all are there. `python -m tools.fold_migrations` writes such steps."""

    category = OperationCategory.ADDITION
    serialization_expand_args = ["tables"]

    def __init__(self, tables):
        self.tables = tables

    def deconstruct(self):
        return self.__class__.__qualname__, [], {"tables": self.tables}

    def state_forwards(self, app_label, state):
        # Models that are built already would each be built anew with every table; whoever asks next builds all once.
        state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {len(self.tables)} tables"

    @property
    def migration_name_fragment(self):
        return "tables"

    def references_model(self, name, app_label):
        return any(table.references_model(name, app_label) for table in self.tables)
