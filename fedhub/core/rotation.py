"""Changing master keys: every stored value under an old key is written again under the current one.

Resumable: each batch is a transaction of its own and picks the rows that still carry an old key, so a killed run goes
on where it stopped. A key may be dropped only when nothing carries its id any more. Columns are found by themselves;
an app that encrypts anywhere else registers the place here, or its values die with the key.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from fedhub.core import crypto
from fedhub.core.fields import EncryptedField
from fedhub.core.files import COLUMN as FILE_COLUMN
from fedhub.core.registry import Registry


@dataclass(frozen=True)
class OtherPlace:
    """Encrypted values of `ring` outside the encrypted columns.

    `rotate()` writes those under an old key again and returns how many; `key_ids()` yields the key id of every value.
    """

    key: str
    ring: str
    rotate: Callable
    key_ids: Callable
    order: int = 50


other_places = Registry()


def encrypted_columns(ring):
    """`(model, field)` of every encrypted column of `ring`, history copies included."""
    return [
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField) and field.ring == ring
    ]


def rotate_column(model, field, ring, *, batch=500):
    """Rewrite the values of one column that carry an old key; return how many."""
    current = settings.KEYRING.master(ring)[0]
    table = connection.ops.quote_name(model._meta.db_table)
    key, column = (connection.ops.quote_name(name) for name in (model._meta.pk.column, field.column))
    done, last = 0, None
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            after = f" AND {key} > %s" if last is not None else ""
            cursor.execute(
                f"SELECT {key}, {column} FROM {table} WHERE {column} IS NOT NULL{after} ORDER BY {key} LIMIT {batch}",  # noqa: S608
                [last] if last is not None else [],
            )
            rows = cursor.fetchall()
            if not rows:
                return done
            last = rows[-1][0]
            fresh = []
            for pk, stored in rows:
                if crypto.key_id_of(stored) != current and (new := renewed(stored, column=field.aad, ring=ring)):
                    fresh.append((connection.Database.Binary(new), pk, stored))
            if fresh:
                # The old bytes in the condition keep a value that somebody saved meanwhile.
                cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s", fresh)  # noqa: S608
                done += len(fresh)


def renewed(stored, *, column, ring="main"):
    """`stored` under the current key, or None when it cannot be opened: a damaged value stays and keeps its key."""
    try:
        return crypto.encrypt(crypto.decrypt(stored, column=column, ring=ring), column=column, ring=ring)
    except crypto.Undecryptable:
        return None


def rotate_files(paths, rewrite):
    """Rewrite the encrypted files `paths` that carry an old key; return how many.

    `rewrite(path, new)` writes what `path` holds to the path `new` under the current key, or raises Undecryptable: a
    damaged file stays and keeps its key. A file that went away is no error.
    """
    current = settings.KEYRING.master("main")[0]
    done = 0
    for path in paths:
        new = path.with_suffix(".new")
        try:
            if _key_id_in(path) in (None, current):
                continue
            rewrite(path, new)
            new.replace(path)
            done += 1
        except (FileNotFoundError, crypto.Undecryptable):
            new.unlink(missing_ok=True)
    return done


def file_key_ids(paths):
    """The key id of each encrypted file, read from its head."""
    for path in paths:
        try:
            key_id = _key_id_in(path)
        except FileNotFoundError:
            continue
        if key_id is not None:
            yield key_id


def _key_id_in(path):
    """The key id in the head of a file, or None where a write broke off before it had one."""
    with path.open("rb") as file:
        head = file.read(crypto.HEAD_SIZE)
    return crypto.key_id_of(head) if len(head) == crypto.HEAD_SIZE else None


def _attachments():
    return settings.MEDIA_ROOT.glob("??/*")


def _rewrite_attachment(path, new):
    data = crypto.decrypt(path.read_bytes(), column=FILE_COLUMN)
    new.write_bytes(crypto.encrypt(data, column=FILE_COLUMN))


other_places.register(
    OtherPlace(
        "core.attachments",
        "main",
        rotate=lambda: rotate_files(list(_attachments()), _rewrite_attachment),
        key_ids=lambda: file_key_ids(_attachments()),
    )
)


def rotate_ring(ring):
    """Write everything of `ring` again under its current key; return how many values."""
    done = sum(rotate_column(model, field, ring) for model, field in encrypted_columns(ring))
    return done + sum(place.rotate() for place in other_places if place.ring == ring)


def count_by_key(ring):
    """`{key id: number of values}` over every column of `ring` and the other places."""
    found = Counter()
    for model, field in encrypted_columns(ring):
        table = connection.ops.quote_name(model._meta.db_table)
        column = connection.ops.quote_name(field.column)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
            while rows := cursor.fetchmany(2000):
                found.update(crypto.key_id_of(stored) for (stored,) in rows)
    for place in other_places:
        if place.ring == ring:
            found.update(place.key_ids())
    return found
