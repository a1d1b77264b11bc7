"""Files encrypted in chunks: whatever is done to one that lies on the disk, it opens whole or not at all."""

import io
import tracemalloc

import pytest

from fedhub.core import crypto
from fedhub.core.chunks import CHUNK, HEAD_SIZE, TAG, ChunkWriter, opened_chunks
from fedhub.core.keyring import Keyring

SEALED = CHUNK + TAG


def sealed(data, *, column="a.file", name="one", step=None):
    file = io.BytesIO()
    writer = ChunkWriter(file, column=column, name=name)
    for start in range(0, len(data), step or max(1, len(data))):
        writer.write(data[start : start + (step or len(data))])
    writer.finish()
    return file.getvalue()


def opened(stored, *, column="a.file", name="one"):
    return b"".join(opened_chunks(io.BytesIO(stored), column=column, name=name))


def long(chunks, more=100):
    return b"".join(bytes([65 + number]) * CHUNK for number in range(chunks)) + b"z" * more


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
@pytest.mark.parametrize("step", [None, 70_001])
def test_what_is_written_can_be_read_again(size, step):
    data = bytes(range(251)) * (size // 251 + 1)

    assert opened(sealed(data[:size], step=step)) == data[:size]


def test_nothing_of_the_content_shows_and_alike_files_differ():
    first, second = sealed(long(1)), sealed(long(1))

    assert b"AAAA" not in first
    assert first[HEAD_SIZE:] != second[HEAD_SIZE:]


def body(stored):
    """Head and sealed chunks of a file."""
    rest = stored[HEAD_SIZE:]
    return [stored[:HEAD_SIZE], *[rest[start : start + SEALED] for start in range(0, len(rest), SEALED)]]


CHANGES = {
    "chunks swapped": lambda h, a, b, c, last: [h, b, a, c, last],
    "a chunk left out": lambda h, a, b, c, last: [h, a, c, last],
    "the first chunk left out": lambda h, a, b, c, last: [h, b, c, last],
    "a chunk twice": lambda h, a, b, c, last: [h, a, a, b, c, last],
    "the last one twice": lambda h, a, b, c, last: [h, a, b, c, last, last],
    "cut between chunks": lambda h, a, b, c, last: [h, a, b, c],
    "cut after the first chunk": lambda h, a, b, c, last: [h, a],
    "cut within a chunk": lambda h, a, b, c, last: [h, a, b[:1000]],
    "cut within the last one": lambda h, a, b, c, last: [h, a, b, c, last[:-1]],
    "cut within a tag": lambda h, a, b, c, last: [h, a, b, c, last[:7]],
    "only the head": lambda h, a, b, c, last: [h],
    "half a head": lambda h, a, b, c, last: [h[:7]],
    "nothing": lambda h, a, b, c, last: [],
    "a byte added": lambda h, a, b, c, last: [h, a, b, c, last, b"x"],
    "a chunk added": lambda h, a, b, c, last: [h, a, b, c, last, bytes(SEALED)],
    "the last one in front": lambda h, a, b, c, last: [h, last, a, b, c],
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_whose_chunks_were_touched_is_refused(change):
    stored = b"".join(change(*body(sealed(long(3)))))

    with pytest.raises(crypto.Undecryptable):
        opened(stored)


def test_a_full_last_chunk_cannot_be_cut_off_either():
    head, first, second = body(sealed(long(2, more=0)))

    assert len(second) == SEALED
    with pytest.raises(crypto.Undecryptable):
        opened(head + first)


@pytest.mark.parametrize("place", [0, 1, 3, 4, HEAD_SIZE - 1, HEAD_SIZE, SEALED, HEAD_SIZE + SEALED, -1])
def test_a_changed_byte_is_refused(place):
    stored = bytearray(sealed(long(1)))
    stored[place] ^= 1

    with pytest.raises(crypto.Undecryptable):
        opened(bytes(stored))


def test_a_chunk_of_another_file_is_refused():
    ours, theirs = body(sealed(long(2))), body(sealed(long(2)))

    with pytest.raises(crypto.Undecryptable):
        opened(b"".join([*ours[:2], theirs[2], *ours[3:]]))


@pytest.mark.parametrize("other", [{"name": "two"}, {"column": "b.file"}])
def test_a_file_under_another_name_or_of_another_place_is_refused(other):
    with pytest.raises(crypto.Undecryptable):
        opened(sealed(b"x"), **other)


def test_a_value_encrypted_as_one_piece_is_no_file():
    with pytest.raises(crypto.Undecryptable):
        opened(crypto.encrypt(bytes(100), column="a.file"))


@pytest.mark.parametrize("size", [10, CHUNK, 2 * CHUNK + 5])
def test_a_file_that_was_not_finished_does_not_open(size):
    file = io.BytesIO()
    ChunkWriter(file, column="a.file", name="one").write(bytes(size))

    with pytest.raises(crypto.Undecryptable):
        opened(file.getvalue())


def test_chunks_with_the_same_content_do_not_look_alike():
    _, *sealed_chunks = body(sealed(bytes(4 * CHUNK)))

    assert len(set(sealed_chunks)) == 4


def test_the_key_shows_in_the_head_and_old_files_open_after_a_new_key(settings, tmp_path):
    settings.KEYRING = Keyring.create(tmp_path / "keys" / "keyring.json")
    crypto.forget_keys()
    old = sealed(b"before")
    settings.KEYRING.add_master("main")
    crypto.forget_keys()

    assert (crypto.key_id_of(old), crypto.key_id_of(sealed(b"after"))) == (1, 2)
    assert opened(old) == b"before"
    settings.KEYRING.drop_master("main", 1)
    with pytest.raises(crypto.Undecryptable):
        opened(old)
    crypto.forget_keys()


def test_memory_stays_flat_both_ways(tmp_path):
    path, piece = tmp_path / "long", bytes(50_000)
    tracemalloc.start()
    with path.open("wb") as file:
        writer = ChunkWriter(file, column="a.file", name="one")
        for _ in range(600):
            writer.write(piece)
        writer.finish()
    with path.open("rb") as file:
        size = sum(map(len, opened_chunks(file, column="a.file", name="one")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    # Some chunks of a quarter of a MiB; the file has 29 MiB.
    assert (size, peak < 2 * 1024 * 1024) == (30_000_000, True)
