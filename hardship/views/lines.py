"""The lines of the lists of files, pairings, helpers, gifts and entries: the markup of each cell, made here so that the
template (`{% lines %}`) only places it (see households.views.lines)."""

from functools import cache
from html import escape
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString

from fedhub.core.addresses import url_for
from fedhub.core.templatetags.ui import chip, chips, due, link, mute
from fedhub.reference.lookup import labels
from hardship.enums import DeliveryState, FileState, HelperKind, HelpKind, Level, MoveKind, Occasion, PairingState
from hardship.queries import LEVEL_TONES, TONES
from hardship.states import GIFT_TONES, PAIR_TONES
from households.models.household import household_title

HOME = ("household__head_name", "household__first_name", "household__number")
DASH = SafeString("—")


class FileLine(NamedTuple):
    """A hardship file; all cells markup."""

    title: str
    level: str
    state: str
    category: str
    place: str
    officer: str
    review: str
    number: str


class PairingLine(NamedTuple):
    """A pairing; `mark` is the class of one that was silent for too long."""

    title: str
    helper: str
    kinds: str
    state: str
    last: str
    due: str
    mark: str


class HelperLine(NamedTuple):
    title: str
    kind: str
    skills: str
    place: str
    load: str


class GiftLine(NamedTuple):
    """What was given, or is to be."""

    title: str
    what: str
    occasion: str
    state: str
    day: str
    by: str
    voucher: str


class EntryLine(NamedTuple):
    """An entry of the book of a purse or a batch."""

    day: str
    kind: str
    amount: str
    note: str
    by: str
    undo: str


class WaitLine(NamedTuple):
    """Something that waits for a decision; all cells markup or addresses."""

    url: str
    title: str
    state: str
    words: str


FILE_VALUES = (
    "id", "number", "level", "state", "category", "review_due_on", "updated_at", "guarded", *HOME, "household__address",
    "area__name", "subject__name", "officer__name",
)  # fmt: skip
PAIRING_VALUES = (
    "id", "updated_at", "state", "kinds", "speaks_by", "last_contact_on", "helper__name", "area__name", *HOME,
)  # fmt: skip
HELPER_VALUES = ("id", "updated_at", "name", "kind", "skills", "compound", "cap", "load", "is_active", "area__name")
GIFT_VALUES = (
    "id", "updated_at", "state", "what", "quantity", "occasion", "handed_on", "asked_on", "voucher", "batch__unit",
    "handed_by__name", "area__name", *HOME,
)  # fmt: skip


def _cells(tones, enum):
    """A function from a state to its chip, made once for all lines that need it."""
    return cache(lambda value: chip(tones[value], enum(value).label))


def _home(item):
    return household_title(*(item[name] for name in HOME))


def _small(text):
    return SafeString(f'<small class="wf-block">{escape(text)}</small>')


def _text(text):
    return SafeString(escape(text)) if text else DASH


def _kinds(codes):
    return chips(tuple(HelpKind(code).label for code in codes if code in HelpKind.values))


def file_lines(items):
    """FileLine of each of `items` (FILE_VALUES)."""
    url, state = url_for("hardship:file_detail"), _cells(TONES, FileState)
    level = cache(lambda value: chip(LEVEL_TONES[value], Level(value).label[:2]) if value else mute("还没有定"))
    names, secret = labels("hardship_category"), SafeString(f" {chip('secret', '限定人员')}")
    lines = []
    for item in items:
        title = link(url(item["id"]), _home(item))
        if item["subject__name"]:
            title += _small(item["subject__name"])
        lines.append(FileLine(
            title + secret if item["guarded"] else title, level(item["level"]), state(item["state"]),
            _text(names.get(item["category"], item["category"])),
            SafeString(escape(item["household__address"])) + _small(item["area__name"]), _text(item["officer__name"]),
            due(item["review_due_on"]) if item["review_due_on"] else DASH, SafeString(escape(item["number"])),
        ))  # fmt: skip
    return lines


def pairing_lines(items):
    """PairingLine of each of `items` (PAIRING_VALUES)."""
    url, state, today = url_for("hardship:pairing_detail"), _cells(PAIR_TONES, PairingState), timezone.localdate()
    silent, late = SafeString(f" {chip('bad', '很久没联系')}"), SafeString(' class="wf-row-bad"')
    lines = []
    for item in items:
        runs, last = item["state"] == PairingState.ACTIVE, item["last_contact_on"]
        mark = runs and item["speaks_by"] < today
        lines.append(PairingLine(
            link(url(item["id"]), _home(item)) + _small(item["area__name"]), _text(item["helper__name"]),
            _kinds(item["kinds"]), state(item["state"]) + silent if mark else state(item["state"]),
            SafeString(last.isoformat() if last else "还没有"), due(item["speaks_by"]) if runs else DASH, late if mark else "",
        ))  # fmt: skip
    return lines


def helper_lines(items):
    """HelperLine of each of `items` (HELPER_VALUES)."""
    url, kinds = url_for("hardship:helper_detail"), dict(HelperKind.choices)
    away, lines = SafeString(f" {chip('quiet', '现在不能帮扶')}"), []
    for item in items:
        title = link(url(item["id"]), item["name"])
        lines.append(HelperLine(
            title if item["is_active"] else title + away, SafeString(kinds[item["kind"]]), _kinds(item["skills"]),
            _text(f"{item['area__name']} {item['compound']}".strip()), SafeString(f"{item['load']} / {item['cap']}"),
        ))  # fmt: skip
    return lines


def gift_words(item):
    """ "大米 2 袋" of a gift read as values."""
    return f"{item['what']} {item['quantity'].normalize():f} {item['batch__unit'] or '元'}"


def gift_lines(items):
    """GiftLine of each of `items` (GIFT_VALUES)."""
    url, state, occasions = (
        url_for("hardship:delivery_detail"),
        _cells(GIFT_TONES, DeliveryState),
        dict(Occasion.choices),
    )
    lines = []
    for item in items:
        handed = item["handed_on"]
        lines.append(GiftLine(
            link(url(item["id"]), _home(item)) + _small(item["area__name"]), _text(gift_words(item)),
            SafeString(occasions[item["occasion"]]), state(item["state"]),
            SafeString(handed.isoformat() if handed else f"{item['asked_on'].isoformat()} 提出"),
            _text(item["handed_by__name"]), _text(item["voucher"]),
        ))  # fmt: skip
    return lines


def entry_lines(entries, seen, undoable):
    """EntryLine of each of `entries` (Movement with its delivery's family and who booked it). `seen`: keys of the deliveries
    that the reader may see; `undoable(entry)`: she may reverse it."""
    gift_url, undo_url = url_for("hardship:delivery_detail"), url_for("hardship:movement_reverse")
    kinds, undone, hidden = dict(MoveKind.choices), SafeString(f" {chip('quiet', '已冲正')}"), mute("不公开的家庭")
    lines = []
    for entry in entries:
        kind, note = SafeString(kinds[entry.kind]), SafeString(escape(entry.note))
        if entry.delivery_id:
            family = hidden
            if entry.delivery_id in seen:
                family = link(gift_url(entry.delivery_id), str(entry.delivery.household))
            note = family + " " + note
        lines.append(EntryLine(
            SafeString(entry.on.isoformat()), kind + undone if hasattr(entry, "reversed_by") else kind,
            SafeString(number_format(entry.amount, decimal_pos=2, use_l10n=True, force_grouping=True)), note,
            _text(entry.recorded_by.name), link(undo_url(entry.pk), "冲正") if undoable(entry) else "",
        ))  # fmt: skip
    return lines


def wait_line(url, item, state, *words, prefix=""):
    """WaitLine of a row with the names of its family (HOME below `prefix`): where it leads, what it waits for, the rest."""
    title = household_title(*(item[f"{prefix}{name}"] for name in HOME))
    rest = SafeString('<span class="wf-sep">·</span>').join(escape(text) for text in words if text)
    return WaitLine(url, SafeString(escape(title)), chip("warn", state), SafeString(rest))
