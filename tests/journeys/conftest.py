"""A real browser on a live server: sign-in, screens of desk and phone, and a console that must stay quiet."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
PASSWORD = "correct horse battery"
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 800}


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; without one the tests fail with a sentence instead of passing unseen."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("没有找到 Chromium。Debian、Ubuntu 请运行：sudo apt install chromium fonts-noto-cjk")
    with sync_playwright() as play:
        found = play.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield found
        found.close()


def is_complaint(message):
    """True for a console error that is none of our own answers: locked (401), changed by somebody else (409)."""
    return message.type == "error" and not any(f"status of {code}" in message.text for code in (401, 409))


@pytest.fixture
def open_page(browser, live_server):
    """`open_page(viewport)` gives a page; at the end no page may have had a console error or a foreign request."""
    contexts, complaints = [], []

    def make(viewport=DESK, **options):
        context = browser.new_context(viewport=viewport, locale="zh-CN", base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if is_complaint(m) else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.on(
            "request",
            lambda r: complaints.append(r.url) if not r.url.startswith((live_server.url, "data:", "blob:")) else None,
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sign_in(open_page):
    """`sign_in(user, viewport)` gives a page signed in through the sign-in page."""

    def enter(user, viewport=DESK):
        user.set_password(PASSWORD)
        user.save()
        page = open_page(viewport)
        page.goto("/accounts/auth/login/")
        page.get_by_label("账号").fill(user.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_load_state()
        return page

    return enter


@pytest.fixture
def no_serious_finding():
    """`no_serious_finding(page)` runs axe and allows nothing serious or critical."""
    axe = Axe()

    def check(page):
        found = axe.run(page).response["violations"]
        assert [
            (v["id"], [n["html"][:200] for n in v["nodes"][:3]])
            for v in found
            if v["impact"] in {"serious", "critical"}
        ] == []

    return check


@pytest.fixture
def no_sideways_scroll():
    """`no_sideways_scroll(page)`: the page is not wider than the screen."""

    def check(page):
        wide = page.locator("html").evaluate("e => e.scrollWidth - e.clientWidth")
        assert wide <= 0

    return check
