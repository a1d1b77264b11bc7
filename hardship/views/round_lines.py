"""The lines of the families of a round: the markup of each cell (see hardship.views.lines)."""

from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString

from fedhub.core.addresses import url_for
from fedhub.core.templatetags.ui import chip, link
from hardship.enums import DeliveryState, RoundState, Standing
from hardship.services.deliveries import warning_of
from hardship.views.lines import HOME, _home, _small, _text

HOME_VALUES = (
    "id", "order", "household_id", "standing", "why", "waits", "got", "household__address", "household__people",
    "household__area__name", *HOME,
)  # fmt: skip
STANDING_TONES = {Standing.IN: "ok", Standing.REPEAT: "warn", Standing.OUT: "quiet", Standing.GONE: "quiet"}
# The furthest that the gifts of a family have come says how the family stands.
WORDS = {
    DeliveryState.DELIVERED: ("warn", "已发，待签收"),
    DeliveryState.RECEIPTED: ("ok", "已发"),
    DeliveryState.THANKED: ("ok", "已发"),
}


class HomeLine(NamedTuple):
    """A family of a round; all cells markup, `tick` is empty where there is nothing to hand over."""

    tick: str
    title: str
    place: str
    people: str
    state: str
    words: str
    act: str


def home_lines(items, gift_round, gifts, *, may_list, may_hand):
    """HomeLine of each of `items` (HOME_VALUES). `gifts`: {household id: [Delivery]}, while the list is made what the reader
    sees of the same kind given lately, then what this round has for the family. `may_list`: she makes the list; `may_hand`:
    she hands over."""
    is_open = gift_round.state in (RoundState.DRAFT, RoundState.ASKED)
    listed_only = is_open or gift_round.state == RoundState.CANCELLED
    home_url = url_for("households:household_detail")
    add_url = reverse("hardship:round_home_add", args=[gift_round.pk])
    out_url = url_for("hardship:round_home_out")
    hand_url, miss_url = url_for("hardship:round_home_hand"), url_for("hardship:round_home_miss")
    gift_url = url_for("hardship:delivery_detail")
    lines = []
    for item in items:
        own, name = gifts.get(item["household_id"], []), _home(item)
        tick, act = "", ""
        if listed_only or item["standing"] != Standing.IN:
            state = chip(STANDING_TONES[item["standing"]], Standing(item["standing"]).label)
            words = [link(gift_url(gift.pk), warning_of(gift)) for gift in own[:2]] if is_open else []
            if item["why"]:
                words.append(SafeString(escape(f"理由：{item['why']}")))
            if may_list and item["standing"] == Standing.IN:
                act = link(out_url(item["id"]), "移出")
            elif may_list:
                act = link(f"{add_url}?household={item['household_id']}", "列入")
        else:
            state, words = handing_of(item, own, gift_url)
            if may_hand and item["waits"]:
                tick = SafeString(
                    '<label class="wf-tickbox"><input class="form-check-input" type="checkbox" name="ids" '
                    f'value="{item["id"]}"><span class="wf-sr">选中{escape(name)}</span></label>'
                )
                act = link(hand_url(item["id"]), "发放") + SafeString("　") + link(miss_url(item["id"]), "没发到")
        lines.append(HomeLine(
            tick, link(home_url(item["household_id"]), name) + _small(item["household__area__name"]),
            _text(item["household__address"]), SafeString(item["household__people"]), state,
            SafeString("".join(f"<div>{part}</div>" for part in words)) if words else SafeString("—"), act,
        ))  # fmt: skip
    return lines


def handing_of(item, own, gift_url):
    """(chip, [words]) of a family on the list once the round was agreed to."""
    if item["waits"]:
        return chip("info", "还没发"), []
    handed = [gift for gift in own if gift.voucher and gift.state != DeliveryState.CANCELLED]
    if handed:
        worst = min(handed, key=lambda gift: gift.state != DeliveryState.DELIVERED)
        words = [
            link(gift_url(gift.pk), gift.voucher) + _small(f"{gift.handed_on:%Y-%m-%d} {gift.handed_by.name}经办")
            for gift in reversed(handed)
        ]
        return chip(*WORDS[worst.state]), words
    if not own:
        return chip("quiet", "正在安排"), []
    whys = dict.fromkeys(gift.cancelled_why for gift in own)
    return chip("bad", "没发到"), [SafeString(escape("；".join(whys)))]
