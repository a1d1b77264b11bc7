"""What the lists of start-ups and loans print, from rows read as values."""

from collections import namedtuple
from functools import cache

from django.utils.html import escape
from django.utils.safestring import SafeString

from employment.business import BusinessKind, Guarantee, StartupState
from employment.states import STARTUP_TONES
from employment.views.lines import DASH, small, text_or_dash
from fedhub.core.addresses import url_for
from fedhub.core.templatetags.ui import chip, link
from fedhub.reference.calendar import add_months

STARTUP_VALUES = (
    "id", "updated_at", "started_on", "state", "kind", "trade", "name", "employs", "seeker__resident__name",
    "seeker__resident__area__name", "seeker__lead__name",
)  # fmt: skip
StartupLine = namedtuple("StartupLine", "title state what since employs place lead")
LOAN_VALUES = (
    "id", "startup_id", "lent_on", "amount", "bank", "guarantee", "months", "void_on", "startup__trade", "startup__name",
    "startup__seeker__resident__name", "startup__seeker__resident__area__name",
)  # fmt: skip
LoanLine = namedtuple("LoanLine", "title business amount bank guarantee since until place")


def startup_lines(items):
    """StartupLine of each of `items` (STARTUP_VALUES)."""
    url, kinds = url_for("employment:startup_detail"), dict(BusinessKind.choices)
    state = cache(lambda code: chip(STARTUP_TONES[code], StartupState(code).label))
    return [
        StartupLine(
            link(url(item["id"]), item["seeker__resident__name"]), state(item["state"]),
            text_or_dash(item["name"] or item["trade"]) + small(f"{kinds[item['kind']]}，{item['trade']}"),
            SafeString(f"{item['started_on']:%Y-%m-%d}"), SafeString(f"{item['employs']} 人"),
            text_or_dash(item["seeker__resident__area__name"]), text_or_dash(item["seeker__lead__name"]),
        )
        for item in items
    ]  # fmt: skip


def loan_lines(items):
    """LoanLine of each of `items` (LOAN_VALUES); one that was struck out says so."""
    url, ways, void = (
        url_for("employment:startup_detail"),
        dict(Guarantee.choices),
        SafeString(f" {chip('bad', '作废')}"),
    )
    return [
        LoanLine(
            link(url(item["startup_id"]), item["startup__seeker__resident__name"]) + (void if item["void_on"] else SafeString("")),
            text_or_dash(item["startup__name"] or item["startup__trade"]), SafeString(f"{item['amount']:,}"),
            SafeString(escape(item["bank"])) if item["bank"] else DASH, SafeString(ways[item["guarantee"]]),
            SafeString(f"{item['lent_on']:%Y-%m-%d}"),
            SafeString(f"{add_months(item['lent_on'], item['months']):%Y-%m-%d}") + small(f"{item['months']} 个月"),
            text_or_dash(item["startup__seeker__resident__area__name"]),
        )
        for item in items
    ]  # fmt: skip
