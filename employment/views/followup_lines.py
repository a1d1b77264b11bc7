"""What the list of follow-ups prints, from rows read as values."""

from collections import namedtuple
from functools import cache

from django.utils.safestring import SafeString

from employment.after import FollowUpState, Problem, StillWorks
from employment.business import STILL_RUNS, BusinessKind
from employment.models.followup import work_words
from employment.states import FOLLOW_UP_TONES
from employment.views.lines import DASH, small, text_or_dash
from fedhub.core.addresses import url_for
from fedhub.core.templatetags.ui import chip, chips, link

FOLLOW_UP_VALUES = (
    "id", "due_on", "month", "state", "works", "problems", "application__post__title", "application__post__employer__name",
    "application__state", "startup__trade", "startup__kind", "seeker__resident__name", "seeker__resident__area__name",
    "seeker__lead__name",
)  # fmt: skip
FollowUpLine = namedtuple("FollowUpLine", "title due state post works place lead")


def follow_up_lines(items):
    """FollowUpLine of each of `items` (FOLLOW_UP_VALUES)."""
    url, works, kinds = url_for("employment:followup_detail"), dict(StillWorks.choices), dict(BusinessKind.choices)
    state = cache(lambda code: chip(FOLLOW_UP_TONES[code], FollowUpState(code).label))
    lines = []
    for item in items:
        trade = item["startup__trade"] or ""
        what, where = work_words(
            post=item["application__post__title"], employer=item["application__post__employer__name"],
            state=item["application__state"], trade=trade, kind=kinds.get(item["startup__kind"], ""),
        )  # fmt: skip
        said = STILL_RUNS if trade else works
        problems = chips(tuple(Problem(code).label for code in item["problems"] if code in Problem.values))
        lines.append(FollowUpLine(
            link(url(item["id"]), item["seeker__resident__name"]) + small(f"满 {item['month']} 个月"),
            SafeString(f"{item['due_on']:%Y-%m-%d}"), state(item["state"]),
            text_or_dash(what) + small(where),
            SafeString(said[item["works"]]) + SafeString(problems) if item["works"] else DASH,
            text_or_dash(item["seeker__resident__area__name"]),
            text_or_dash(item["seeker__lead__name"]),
        ))  # fmt: skip
    return lines
