"""What the list of follow-ups prints, from rows read as values."""

from collections import namedtuple
from functools import cache

from django.utils.safestring import SafeString

from employment.after import FollowUpState, Problem, StillWorks
from employment.states import FOLLOW_UP_TONES
from employment.views.lines import DASH, small, text_or_dash
from fedhub.core.addresses import url_for
from fedhub.core.templatetags.ui import chip, chips, link

FOLLOW_UP_VALUES = (
    "id", "due_on", "month", "state", "works", "problems", "application__post__title", "application__post__employer__name",
    "application__seeker__resident__name", "application__seeker__resident__area__name", "application__seeker__lead__name",
)  # fmt: skip
FollowUpLine = namedtuple("FollowUpLine", "title due state post works place lead")


def follow_up_lines(items):
    """FollowUpLine of each of `items` (FOLLOW_UP_VALUES)."""
    url, works = url_for("employment:followup_detail"), dict(StillWorks.choices)
    state = cache(lambda code: chip(FOLLOW_UP_TONES[code], FollowUpState(code).label))
    lines = []
    for item in items:
        problems = chips(tuple(Problem(code).label for code in item["problems"] if code in Problem.values))
        lines.append(FollowUpLine(
            link(url(item["id"]), item["application__seeker__resident__name"]) + small(f"满 {item['month']} 个月"),
            SafeString(f"{item['due_on']:%Y-%m-%d}"), state(item["state"]),
            text_or_dash(item["application__post__title"]) + small(item["application__post__employer__name"]),
            SafeString(works[item["works"]]) + SafeString(problems) if item["works"] else DASH,
            text_or_dash(item["application__seeker__resident__area__name"]),
            text_or_dash(item["application__seeker__lead__name"]),
        ))  # fmt: skip
    return lines
