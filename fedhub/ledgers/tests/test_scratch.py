"""Kept workbooks: sealed while they are written, whole or refused, gone when nobody names them."""

import os
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from fedhub.core import crypto
from fedhub.core.chunks import CHUNK
from fedhub.ledgers import scratch


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


def kept(name):
    with closing(scratch.Kept(name)) as file:
        return file.size, b"".join(file)


@pytest.mark.parametrize("data", [b"", b"workbook", b"x" * (2 * CHUNK)])
def test_a_file_comes_back_whole_at_once_and_piece_by_piece(data):
    name = scratch.put(data)

    assert scratch.get(name) == data
    assert kept(name) == (len(data), data)
    assert scratch.names() == {name}


def test_a_file_written_in_pieces_has_no_name_before_it_is_whole():
    with scratch.writing() as file:
        file.write(b"one ")
        with pytest.raises(FileNotFoundError):
            scratch.get(file.name)
        file.write(b"two")

    assert scratch.get(file.name) == b"one two"


def test_a_write_that_fails_leaves_nothing():
    def interrupted():
        with scratch.writing() as file:
            file.write(b"x" * (2 * CHUNK))
            raise ValueError("disk")

    with pytest.raises(ValueError, match="disk"):
        interrupted()

    assert scratch.names() == set()


def test_a_write_whose_process_died_leaves_no_readable_file_and_is_swept_after_its_time():
    with scratch.writing() as file:
        file.write(b"x" * (2 * CHUNK))
        [part] = scratch.names()
        torn = scratch._path(part).read_bytes()
    scratch.drop(file.name)
    scratch._path(part).write_bytes(torn)
    scratch._path(file.name).write_bytes(torn)

    for name in (part, file.name):
        with pytest.raises(crypto.Undecryptable):
            scratch.get(name)
    now = timezone.now()
    scratch.sweep({file.name}, before=now - timedelta(days=1))
    assert scratch.names() == {part, file.name}
    long_ago = (now - timedelta(days=2)).timestamp()
    os.utime(scratch._path(part), (long_ago, long_ago))
    scratch.sweep({file.name}, before=now - timedelta(days=1))
    assert scratch.names() == {file.name}


def test_of_a_damaged_file_not_even_the_beginning_is_handed_out():
    name = scratch.put(b"x" * (3 * CHUNK))
    path = scratch._path(name)
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(crypto.Undecryptable):
        scratch.Kept(name)


def test_a_file_put_in_the_place_of_another_is_refused():
    ours, theirs = scratch.put(b"ours"), scratch.put(b"theirs")
    scratch._path(theirs).replace(scratch._path(ours))

    with pytest.raises(crypto.Undecryptable):
        scratch.get(ours)


def test_a_file_that_is_dropped_while_it_goes_out_goes_out_whole():
    name = scratch.put(b"x" * (2 * CHUNK))

    with closing(scratch.Kept(name)) as file:
        scratch.drop(name)
        assert b"".join(file) == b"x" * (2 * CHUNK)
