"""What the lists of groups, volunteers, activities and needs print, from rows read as values."""

from collections import namedtuple
from functools import cache

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from fedhub.core.addresses import page_url, url_for
from fedhub.core.once import new_key
from fedhub.core.templatetags.fmt import moment
from fedhub.core.templatetags.ui import chip, chips, link
from groups.activity_enums import ActivityKind, ActivityState
from groups.activity_states import ACTIVITY_TONES
from groups.backbone_enums import BackboneEnd, BackboneLevel, BackboneSource
from groups.backbone_states import LEVEL_TONES
from groups.enums import FreeTime, GroupKind, GroupState, ServiceKind, ServiceState, VolunteerState
from groups.hours import stars, words
from groups.models.backbone import skill_words
from groups.need_enums import NeedState, Rhythm
from groups.need_states import NEED_TONES
from groups.public import labels
from groups.states import GROUP_TONES, SERVICE_TONES, VOLUNTEER_TONES

DASH = SafeString("—")
SERVICE_KINDS = dict(ServiceKind.choices)
GROUP_KINDS, ACTIVITY_KINDS, RHYTHMS = dict(GroupKind.choices), dict(ActivityKind.choices), dict(Rhythm.choices)
SOURCES, ENDS = dict(BackboneSource.choices), dict(BackboneEnd.choices)


def text_or_dash(text):
    return SafeString(escape(text)) if text else DASH


def soft(text):
    return SafeString(f' <span class="wf-soft">{escape(text)}</span>')


def state_chips(tones, states):
    """A function from a state to its chip, each made once a process."""
    return cache(lambda code: chip(tones[code], states(code).label))


volunteer_chip, service_chip = state_chips(VOLUNTEER_TONES, VolunteerState), state_chips(SERVICE_TONES, ServiceState)
group_chip, activity_chip = state_chips(GROUP_TONES, GroupState), state_chips(ACTIVITY_TONES, ActivityState)
need_chip, level_chip = state_chips(NEED_TONES, NeedState), state_chips(LEVEL_TONES, BackboneLevel)
soft_kind = cache(lambda code: soft(SERVICE_KINDS[code]))
soft_rhythm = cache(lambda code: soft(RHYTHMS[code]))
times_words = cache(lambda codes: labels(FreeTime.choices, codes) or "—")


# --- volunteers -------------------------------------------------------------------------------------------------------
VOLUNTEER_VALUES = ("id", "updated_at", "half_hours", "name", "state", "kinds", "area__name")
VolunteerLine = namedtuple("VolunteerLine", "title state kinds place hours stars")


def volunteer_lines(items, steps):
    """VolunteerLine of each of `items` (VOLUNTEER_VALUES); `steps`: hours of each star."""
    url, lines = url_for("groups:volunteer_detail"), []
    for item in items:
        kinds = tuple([SERVICE_KINDS[code] for code in item["kinds"] if code in SERVICE_KINDS])
        reached = stars(item["half_hours"], steps)
        lines.append(VolunteerLine(
            link(url(item["id"]), item["name"]), volunteer_chip(item["state"]), chips(kinds) if kinds else DASH,
            text_or_dash(item["area__name"]), SafeString(words(item["half_hours"])),
            SafeString(f"{reached} 星") if reached else DASH,
        ))  # fmt: skip
    return lines


SERVICE_VALUES = (
    "id", "started_at", "ended_at", "half_hours", "state", "kind", "what", "shift_id", "volunteer_id", "volunteer__name",
)  # fmt: skip
ServiceLine = namedtuple("ServiceLine", "when who what hours state act")


def service_lines(items, token):
    """ServiceLine of each of `items` (SERVICE_VALUES); `token` guards the forms that confirm one, '' where nobody may."""
    person, shift, confirm = (
        url_for(f"groups:{name}") for name in ("volunteer_detail", "shift_detail", "service_confirm")
    )
    lines, today = [], timezone.localdate()
    for item in items:
        what = link(shift(item["shift_id"]), item["what"]) if item["shift_id"] else SafeString(escape(item["what"]))
        act = DASH
        if token and item["state"] == ServiceState.RECORDED:
            act = SafeString(
                f'<form method="post" action="{confirm(item["id"])}" data-once>'
                f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
                f'<input type="hidden" name="once_key" value="{new_key()}">'
                '<button class="btn btn-quiet" type="submit">确认</button></form>'
            )
        lines.append(ServiceLine(
            SafeString(moment(item["started_at"], today)), link(person(item["volunteer_id"]), item["volunteer__name"]),
            what + soft_kind(item["kind"]),
            SafeString(words(item["half_hours"])) if item["ended_at"] else DASH, service_chip(item["state"]), act,
        ))  # fmt: skip
    return lines


SHIFT_VALUES = ("id", "on", "what", "kind", "place", "off_on", "area__name")
ShiftLine = namedtuple("ShiftLine", "title day place area")


def shift_lines(items):
    """ShiftLine of each of `items` (SHIFT_VALUES)."""
    url, today, off, now = (
        url_for("groups:shift_detail"),
        timezone.localdate(),
        chip("quiet", "已取消"),
        chip("ok", "今天"),
    )
    lines = []
    for item in items:
        mark = f" {off}" if item["off_on"] else f" {now}" if item["on"] == today else ""
        lines.append(ShiftLine(
            link(url(item["id"]), item["what"]) + soft_kind(item["kind"]),
            SafeString(f"{item['on'].isoformat()}{mark}"), text_or_dash(item["place"]), text_or_dash(item["area__name"]),
        ))  # fmt: skip
    return lines


CERTIFICATE_VALUES = (
    "id", "number", "since", "until", "half_hours", "purpose", "issued_on", "volunteer__name", "issued_by__name",
)  # fmt: skip
LOST = Coalesce(Sum("services__half_hours", filter=Q(services__state=ServiceState.VOID)), 0)
CertificateLine = namedtuple("CertificateLine", "title who span hours purpose issued")


def certificate_lines(items):
    """CertificateLine of each of `items` (CERTIFICATE_VALUES and `lost`)."""
    url, lines = url_for("groups:certificate"), []
    for item in items:
        hours = words(item["half_hours"])
        if item["lost"]:
            hours += (
                f'<br>{chip("bad", "有更正")} <span class="wf-small wf-mute">其中 {words(item["lost"])}已作废</span>'
            )
        lines.append(CertificateLine(
            link(url(item["id"]), item["number"]), text_or_dash(item["volunteer__name"]),
            SafeString(f"{item['since'].isoformat()} 至 {item['until'].isoformat()}"), SafeString(hours),
            text_or_dash(item["purpose"]), SafeString(f"{item['issued_on'].isoformat()} {escape(item['issued_by__name'])}"),
        ))  # fmt: skip
    return lines


# --- groups and activities --------------------------------------------------------------------------------------------
GROUP_VALUES = ("id", "updated_at", "name", "kind", "state", "rhythm", "venue")
GroupLine = namedtuple("GroupLine", "title kind state rhythm venue size")


def group_lines(items):
    """GroupLine of each of `items` (GROUP_VALUES and `size`)."""
    url = url_for("groups:group_detail")
    return [
        GroupLine(
            link(url(item["id"]), item["name"]), SafeString(GROUP_KINDS[item["kind"]]), group_chip(item["state"]),
            text_or_dash(item["rhythm"]), text_or_dash(item["venue"]), SafeString(item["size"]),
        )
        for item in items
    ]  # fmt: skip


ACTIVITY_VALUES = (
    "id", "starts_at", "title", "kind", "state", "place", "organiser", "taken", "capacity", "group__name",
)  # fmt: skip
ActivityLine = namedtuple("ActivityLine", "title kind state when place host taken")


def activity_lines(items):
    """ActivityLine of each of `items` (ACTIVITY_VALUES)."""
    url = url_for("groups:activity_detail")
    return [
        ActivityLine(
            link(url(item["id"]), item["title"]), SafeString(ACTIVITY_KINDS[item["kind"]]), activity_chip(item["state"]),
            SafeString(f"{timezone.localtime(item['starts_at']):%Y-%m-%d %H:%M}"), text_or_dash(item["place"]),
            text_or_dash(item["group__name"] or item["organiser"]),
            SafeString(f"{item['taken']} / {item['capacity']}" if item["capacity"] else item["taken"]),
        )
        for item in items
    ]  # fmt: skip


# --- needs ------------------------------------------------------------------------------------------------------------
NEED_VALUES = (
    "id", "updated_at", "until", "what", "kind", "state", "place", "times", "rhythm", "wanted", "resident__name", "area__name",
)  # fmt: skip
NeedLine = namedtuple("NeedLine", "title state who times number until")


def need_lines(items):
    """NeedLine of each of `items` (NEED_VALUES and `taken`)."""
    url = url_for("groups:need_detail")
    return [
        NeedLine(
            link(url(item["id"]), item["what"]) + soft_kind(item["kind"]), need_chip(item["state"]),
            SafeString(escape(item["resident__name"] or item["place"])) + soft(item["area__name"]),
            SafeString(times_words(tuple(item["times"]))) + soft_rhythm(item["rhythm"]),
            SafeString(f"{item['taken']}/{item['wanted']}"), SafeString(f"{item['until'].isoformat()}"),
        )
        for item in items
    ]  # fmt: skip


# --- backbone women ---------------------------------------------------------------------------------------------------
BACKBONE_VALUES = (
    "id", "updated_at", "valid_from", "valid_to", "skills", "source", "level", "end_why", "resident__name",
    "resident__name_sort", "resident__area__name", "keeper__name", "training_number", "task_number",
)  # fmt: skip
BackboneLine = namedtuple("BackboneLine", "title skills level source place keeper trainings tasks since")


def backbone_lines(items):
    """BackboneLine of each of `items` (BACKBONE_VALUES)."""
    url, lines = url_for("groups:backbone_detail"), []
    for item in items:
        skills, since = tuple(skill_words(item["skills"])), f"{item['valid_from'].isoformat()}"
        if item["valid_to"]:
            since += f'<small class="wf-block">到 {item["valid_to"].isoformat()}，{ENDS[item["end_why"]]}</small>'
        lines.append(BackboneLine(
            link(url(item["id"]), item["resident__name"]), chips(skills) if skills else DASH, level_chip(item["level"]),
            SafeString(SOURCES[item["source"]]), text_or_dash(item["resident__area__name"]),
            text_or_dash(item["keeper__name"]), SafeString(item["training_number"]), SafeString(item["task_number"]),
            SafeString(since),
        ))  # fmt: skip
    return lines


def ticked_links(people):
    """Links from each of `people` (dicts pk, name) to the form that opens her file."""
    url = page_url("groups:backbone_create")
    return SafeString("、".join([link(f"{url}?resident={one['pk']}", one["name"]) for one in people]))
