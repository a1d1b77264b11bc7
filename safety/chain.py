"""The chain of a file's entries: reading it, adding to it, and finding out that somebody changed it by hand."""

import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from safety.enums import Kind
from safety.models import Entry, SafetyFile
from safety.models.file import Unopenable


class Record(NamedTuple):
    """An entry as it is read. `at` is the moment it was written, `data` what the form of its kind asked (safety.forms)."""

    number: int
    kind: str
    at: datetime
    by: str
    by_id: int
    data: dict

    @property
    def label(self):
        """The words of its kind."""
        return Kind(self.kind).label


def _hmac(text):
    return hmac.new(settings.KEYRING.audit_key(), text.encode(), hashlib.sha256).hexdigest()


def entry_mac(entry, previous):
    """Seal of one entry: over its file, its place, its body and the seal of the one before ('' for the first)."""
    digest = hashlib.sha256(bytes(entry.body)).hexdigest()
    return _hmac(f"safety entry|{entry.file_id}|{entry.number}|{digest}|{previous}")


def file_seal(file, count, last):
    """Seal of a chain of `count` entries that ends with the seal `last`."""
    return _hmac(f"safety file|{file.pk}|{count}|{last}")


def records(file):
    """`[Record]` of a file, oldest first. Raises Unopenable when the key is gone or an entry was tampered with."""
    return _read(file, Entry.objects.of(file))


def chains(files):
    """`[(SafetyFile, its [Record], or None where it cannot be read)]` of many files, in one query."""
    files, entries = list(files), {}
    for entry in Entry.objects.filter(file__in=files).order_by("file", "number"):
        entries.setdefault(entry.file_id, []).append(entry)
    return read_all((file, entries.get(file.pk, [])) for file in files)


def read_all(files):
    """As `chains`, of pairs (SafetyFile, its Entries in their order)."""
    found = []
    for file, entries in files:
        try:
            found.append((file, _read(file, entries)))
        except Unopenable:
            found.append((file, None))
    return found


def _read(file, entries):
    cipher, found = file.cipher(), []
    for entry in entries:
        content = entry.open(cipher)
        at = timezone.localtime(datetime.fromisoformat(content["at"]))
        by = content["by"]
        found.append(Record(entry.number, content["kind"], at, by["name"], by["id"], content["data"]))
    return found


def fault_of(file):
    """What is wrong with the chain of a file in a sentence, '' when nothing is."""
    last, count = "", 0
    for entry in Entry.objects.of(file):
        count += 1
        if entry.number != count:
            return f"第 {count} 条不见了"
        if not hmac.compare_digest(entry.mac, entry_mac(entry, last)):
            return f"第 {count} 条被改过"
        last = entry.mac
    if count != file.entries or not hmac.compare_digest(file.seal, file_seal(file, count, last)):
        return "末尾的记录不见了或者被换过"
    return ""


def picture_fault(file):
    """What is wrong with the pictures of a file in a sentence, '' when nothing is; without its key they are gone with it."""
    if not file.key:
        return ""
    kept = {exhibit.pk: exhibit.fingerprint() for exhibit in file.exhibits.iterator()}
    try:
        named = [(r.number, p) for r in records(file) for p in r.data.get("pictures", ())]
    except Unopenable:
        return "有记录打不开"
    for number, picture in named:
        if kept.get(picture["id"]) != picture["sha256"]:
            return f"第 {number} 条的附图不见了或者被换过"
    return ""


def faults():
    """Sentences about the files whose chain is broken. The number of the file stands in them, nothing of its content."""
    return [
        f"受限档案 {file.pk}：{fault}。"
        for file in SafetyFile.objects.order_by("pk")
        if (fault := fault_of(file) or picture_fault(file))
    ]
