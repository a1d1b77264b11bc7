"""Uploaded and exported workbooks while they are needed: sealed files under SCRATCH_ROOT with names that tell nothing."""

import os
import secrets
from contextlib import closing, contextmanager

from django.conf import settings

from fedhub.core.chunks import ChunkWriter, opened_chunks
from fedhub.core.rotation import OtherPlace, file_key_ids, other_places, rotate_files

COLUMN = "ledgers.scratch.file"


def _path(name):
    return settings.SCRATCH_ROOT / "ledgers" / name


@contextmanager
def writing():
    """A new sealed file to write plain bytes to; its `name` opens once the block has ended well, else nothing is left.

    A process that dies in the middle leaves a file without its last chunk under another name, which `sweep` removes.
    """
    name = secrets.token_hex(16)
    part = _path(name).with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with part.open("xb") as file:
            writer = ChunkWriter(file, column=COLUMN, name=name)
            yield writer
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        part.replace(_path(name))
    finally:
        part.unlink(missing_ok=True)


def put(data):
    """Seal `data` (bytes) into a new file; return its name."""
    with writing() as file:
        file.write(data)
    return file.name


class Kept:
    """The stored file `name` on its way out: an iterable of plain chunks, `size` bytes in all. To be closed.

    Every chunk is proved before the first is handed out. Raises OSError when the file is gone, crypto.Undecryptable
    when it is damaged.
    """

    def __init__(self, name):
        self._name, self._file = name, _path(name).open("rb")
        try:
            self.size = sum(map(len, self))
        except BaseException:
            self._file.close()
            raise

    def __iter__(self):
        self._file.seek(0)
        return opened_chunks(self._file, column=COLUMN, name=self._name)

    def close(self):
        """Close the file."""
        self._file.close()


def get(name):
    """Plain bytes of the file `name`. Raises OSError when it is gone, crypto.Undecryptable when it is damaged."""
    with _path(name).open("rb") as file:
        return b"".join(opened_chunks(file, column=COLUMN, name=name))


def drop(name):
    """Remove the file `name`; a missing one is no error."""
    if name:
        _path(name).unlink(missing_ok=True)


def names():
    """Names of all files there are."""
    folder = _path("")
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def sweep(known, before):
    """Remove files not among the names `known` that nobody has written to since `before` (datetime)."""
    for name in names() - known:
        try:
            if _path(name).stat().st_mtime < before.timestamp():
                drop(name)
        except FileNotFoundError:
            continue  # renamed when it was finished, or dropped, since it was listed


def _files():
    return [_path(name) for name in sorted(names())]


def _rewrite(path, new):
    with closing(Kept(path.name)) as kept, new.open("wb") as file:
        writer = ChunkWriter(file, column=COLUMN, name=path.name)
        for chunk in kept:
            writer.write(chunk)
        writer.finish()


other_places.register(
    OtherPlace(
        "ledgers.scratch",
        "main",
        rotate=lambda: rotate_files(_files(), _rewrite),
        key_ids=lambda: file_key_ids(_files()),
    )
)
