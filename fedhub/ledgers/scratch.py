"""Uploaded and exported workbooks while they are needed: sealed files under SCRATCH_ROOT with names that tell nothing."""

import secrets

from django.conf import settings

from fedhub.core import crypto
from fedhub.core.rotation import OtherPlace, file_key_ids, other_places, rotate_files

COLUMN = "ledgers.scratch.file"


def _path(name):
    return settings.SCRATCH_ROOT / "ledgers" / name


def put(data):
    """Seal `data` (bytes) into a new file; return its name."""
    name = secrets.token_hex(16)
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(crypto.encrypt(data, column=COLUMN))
    return name


def get(name):
    """Plain bytes of the file `name`. Raises OSError when it is gone, crypto.Undecryptable when it is damaged."""
    return crypto.decrypt(_path(name).read_bytes(), column=COLUMN)


def drop(name):
    """Remove the file `name`; a missing one is no error."""
    if name:
        _path(name).unlink(missing_ok=True)


def names():
    """Names of all files there are."""
    folder = _path("")
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _files():
    return [_path(name) for name in sorted(names())]


other_places.register(
    OtherPlace(
        "ledgers.scratch",
        "main",
        rotate=lambda: rotate_files(_files(), COLUMN),
        key_ids=lambda: file_key_ids(_files()),
    )
)
