"""Every resident page, found from the addresses: at most 14 KB compressed with all it loads, neutral, kept nowhere."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from concerns.tests.factories import ConcernFactory
from fedhub.core.testing.weight import MOST, loads, weight
from fedhub.notices.wechat.sharing import keep_ticket
from households.tests.factories import ConsentFactory
from portal import public_urls
from portal.tests.factories import GuardianFactory
from portal.tests.test_guardians import signed_in as guardian_in
from portal.tests.test_portal import answered, her, said, signed_in  # noqa: F401
from portal.tests.test_share import INSIDE
from portal.tests.test_wechat import wechat  # noqa: F401

pytestmark = pytest.mark.django_db
LANDING = 8 * 1024
TOKEN = re.compile(r"(--wf-[a-z0-9-]+): ([^;]+);")
# Answers that are no page: led elsewhere, or a picture.
LEADS_ON = {
    "leave", "phone_code", "wechat_go", "wechat_back", "wechat_bind", "wechat_unbind", "withdraw", "again", "take_back", "hear",
    "picture", "ward_take_back", "ward_end",
}  # fmt: skip
MINE_TOO = {"mine", "centre", "agree", "right", "concern", "inbox", "choose", "message"}


def test_each_page_of_the_portal_is_light_neutral_and_kept_nowhere(her, worker, grid, wechat, settings):  # noqa: F811
    settings.DEMO = True
    keep_ticket()
    concern = answered(said(her, title="楼道灯不亮", detail="晚上看不见路，老人摔过。" * 30), worker)
    for purpose in ("record", "sensitive", "contact", "photo", "notice"):
        ConsentFactory(resident=her, purpose=purpose, taken_by=worker)
    guardian = GuardianFactory(child__area=grid, taken_by=worker)
    clients = {"mine": signed_in(her, worker), "ward": guardian_in(guardian, worker), "": Client()}
    seen = {}
    for entry in public_urls.urlpatterns:
        if entry.name in LEADS_ON or entry.name in ("message", "ward_concern"):
            continue
        path = f"/r/{entry.pattern}".replace("<slug:code>", concern.code)
        kind = "ward" if entry.name.startswith("ward") else "mine" if entry.name in MINE_TOO else ""
        page = clients[kind].get(path, **INSIDE)
        text = page.content.decode()
        seen[entry.name] = (
            page.status_code, page.headers["Cache-Control"], page.headers["X-Robots-Tag"],
            re.search("<title>(.*)</title>", text)[1], 'name="robots" content="noindex, nofollow"' in text, "快速离开" in text,
            weight(page) <= MOST,
        )  # fmt: skip

    expected = (200, "no-store", "noindex, nofollow", "社区服务", True, True, True)
    assert {name: facts for name, facts in seen.items() if facts != expected} == {}
    assert len(seen) >= 14
    landing = Client().get("/r/")
    assert weight(landing) <= LANDING
    # Two requests: the page and its sheet.
    assert loads(landing) == ["css/portal.css"]


def test_the_sheet_has_the_values_of_the_tokens():
    def values(text):
        light, dark = text.split("@media screen and (prefers-color-scheme: dark)", 1)
        return [dict(TOKEN.findall(part)) for part in (light, dark.split("@media", 1)[0])]

    sheet, tokens = (Path(finders.find(f"css/{name}.css")).read_text() for name in ("portal", "tokens"))
    own, theirs = values(sheet), values(tokens)

    assert [{name: part.get(name) for name in mine} for mine, part in zip(own, theirs, strict=True)] == own
    assert set(re.findall(r"var\((--wf-[a-z0-9-]+)\)", sheet)) == set(own[0])
    assert set(own[0]) - set(own[1]) == {"--wf-font"}


def test_the_answer_by_a_code_is_light_too(worker, grid):
    concern = answered(ConcernFactory(area=grid, anonymous=True, household=None, resident=None), worker)

    page = Client().post("/r/ask/", {"code": concern.code})

    assert (page.status_code, weight(page) <= MOST) == (200, True)
