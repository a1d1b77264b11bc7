"""Privacy classes of fields, and what follows from them: level, mask, reveal, history.

Levels (decisions on data and privacy): L1 public, L2 internal, L3 personal (with `sensitive` for health, disability,
poverty, under-14 data, ID-card images, bank accounts: PIPL art. 28), L4 sealed (violence, child harm, mediation texts,
reporters). Every model carries an inner `class Privacy` with the sets `public`, `internal`, `personal`, `sensitive`,
`sealed` and a dict `masks` {field: mask function}; a masked field is shown masked and opened only by a reveal.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache


class Level(IntEnum):
    """How closely a value is kept."""

    PUBLIC = 1
    INTERNAL = 2
    PERSONAL = 3
    SEALED = 4


@dataclass
class FieldClass:
    """Class of one field."""

    level: Level
    sensitive: bool = False


@dataclass
class ModelPrivacy:
    """Classes of all fields of a model, by field name; `masks` by field name."""

    fields: dict = field(default_factory=dict)
    masks: dict = field(default_factory=dict)
    doubles: list = field(default_factory=list)

    @property
    def level(self):
        """Highest level of the model."""
        return max((c.level for c in self.fields.values()), default=Level.INTERNAL)


SETS = {
    "public": (Level.PUBLIC, False),
    "internal": (Level.INTERNAL, False),
    "personal": (Level.PERSONAL, False),
    "sensitive": (Level.PERSONAL, True),
    "sealed": (Level.SEALED, False),
}

# Tables of libraries: one class for all their columns.
LIBRARY_TABLES = {
    "auth": Level.INTERNAL,
    "contenttypes": Level.INTERNAL,
    "sessions": Level.PERSONAL,
    "account": Level.PERSONAL,
    "mfa": Level.PERSONAL,
    "usersessions": Level.PERSONAL,
    "django_tasks_database": Level.INTERNAL,
}


@cache
def privacy_of(model):
    """ModelPrivacy of `model`, from the `Privacy` classes along its bases; a history copy follows its master."""
    master = getattr(model, "instance_type", None)
    if master is not None and model.__name__.startswith("Historical"):
        found = ModelPrivacy(dict(privacy_of(master).fields), dict(privacy_of(master).masks))
        for name in (f.name for f in model._meta.get_fields() if f.name not in found.fields):
            found.fields[name] = FieldClass(Level.INTERNAL)
        return found
    found = ModelPrivacy()
    for base in reversed(model.__mro__):
        declared = base.__dict__.get("Privacy")
        if declared is None:
            continue
        for set_name, (level, sensitive) in SETS.items():
            for name in getattr(declared, set_name, ()):
                if name in found.fields and base.__dict__.get("Privacy") is declared and name not in _own(base):
                    found.doubles.append(name)
                found.fields[name] = FieldClass(level, sensitive)
        found.masks.update(getattr(declared, "masks", {}))
    return found


def _own(base):
    return {
        name for earlier in base.__mro__[1:] if "Privacy" in earlier.__dict__ for s in SETS
        for name in getattr(earlier.__dict__["Privacy"], s, ())
    }  # fmt: skip


def unclassed_fields(model):
    """Names of concrete fields of `model` without a class (empty when complete)."""
    if model._meta.app_label in LIBRARY_TABLES:
        return []
    classed = privacy_of(model).fields
    concrete = {f.name for f in model._meta.concrete_fields} | {f.name for f in model._meta.local_many_to_many}
    return sorted(concrete - set(classed))


def masked(instance, name):
    """The masked text of field `name` of `instance` ('' when empty). Raises KeyError when the field has no mask."""
    value = getattr(instance, name)
    return privacy_of(instance.__class__).masks[name](value) if value else ""
