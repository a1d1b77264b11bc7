"""Changing master keys: every stored value under an old key is written again under the current one.

Resumable: each batch is a transaction of its own and picks the rows that still carry an old key, so a killed run goes
on where it stopped. A key may be dropped only when nothing carries its id any more.
"""

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from fedhub.core import crypto
from fedhub.core.fields import EncryptedField
from fedhub.core.files import COLUMN as FILE_COLUMN


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
                if crypto.key_id_of(stored) != current:
                    plain = crypto.decrypt(stored, column=field.aad, ring=ring)
                    new = crypto.encrypt(plain, column=field.aad, ring=ring)
                    fresh.append((connection.Database.Binary(new), pk, stored))
            if fresh:
                # The old bytes in the condition keep a value that somebody saved meanwhile.
                cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s", fresh)  # noqa: S608
                done += len(fresh)


def rotate_files():
    """Rewrite attachment files that carry an old key; return how many."""
    current = settings.KEYRING.master("main")[0]
    done = 0
    for path in settings.MEDIA_ROOT.glob("??/*"):
        stored = path.read_bytes()
        if crypto.key_id_of(stored) == current:
            continue
        new = path.with_suffix(".new")
        new.write_bytes(crypto.encrypt(crypto.decrypt(stored, column=FILE_COLUMN), column=FILE_COLUMN))
        new.replace(path)
        done += 1
    return done


def count_by_key(ring):
    """`{key id: number of values}` over every column of `ring`, and the attachment files for the main ring."""
    found = {}
    for model, field in encrypted_columns(ring):
        table = connection.ops.quote_name(model._meta.db_table)
        column = connection.ops.quote_name(field.column)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
            while rows := cursor.fetchmany(2000):
                for (stored,) in rows:
                    key_id = crypto.key_id_of(stored)
                    found[key_id] = found.get(key_id, 0) + 1
    if ring == "main":
        for path in settings.MEDIA_ROOT.glob("??/*"):
            key_id = crypto.key_id_of(path.read_bytes()[: crypto.HEAD_SIZE])
            found[key_id] = found.get(key_id, 0) + 1
    return found
