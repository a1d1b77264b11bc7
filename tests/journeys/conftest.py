"""A real browser on a live server: sign-in, screens of desk and phone, and a console that must stay quiet."""

import os
import shutil
import threading
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.signals import request_finished, request_started
from playwright.sync_api import expect, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Milliseconds. A loaded machine is many times slower, and a long wait costs nothing where nothing is wrong.
PATIENCE = 60_000
# Seconds.
QUIET = 0.25
expect.set_options(timeout=PATIENCE)
LOGIN = "/accounts/auth/login/"
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
    """True for a console error that is none of our own answers (locked: 401, changed by somebody else: 409, a sealed visit
    that is broken: 422) and no cut of the network that a test made itself."""
    meant = ("status of 401", "status of 409", "status of 422", "net::ERR_INTERNET_DISCONNECTED")
    return message.type == "error" and not any(text in message.text for text in meant)


def follow(what):
    """Click the locator `what`, which leads to another page, and wait until that one is there with its scripts."""
    with what.page.expect_navigation():
        what.click()


def until(holds):
    """Wait until `holds()` is true. For what a page sends by itself: its last line can be shown as kept and as arrived."""
    end = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < end, "did not come to hold"
        time.sleep(QUIET)


class InWork:
    """Counts the requests that the server has begun and not ended."""

    def __init__(self):
        self.count, self.changed = 0, threading.Condition()

    def begin(self, **kwargs):
        self._add(1)

    def end(self, **kwargs):
        self._add(-1)

    def _add(self, number):
        with self.changed:
            self.count += number
            self.changed.notify_all()

    def is_over(self):
        """True once nothing is in work and nothing more begins for a moment; False when that takes too long."""
        with self.changed:
            while self.changed.wait_for(lambda: self.count <= 0, PATIENCE / 1000):
                # What a browser sent as it was closed may still be on its way.
                if not self.changed.wait_for(lambda: self.count > 0, QUIET):
                    return True
            return False


@pytest.fixture
def ended_requests(live_server):
    """At the end the server must have ended every request: the tables are emptied next, also under a late answer."""
    work = InWork()
    request_started.connect(work.begin)
    request_finished.connect(work.end)
    yield
    over = work.is_over()
    request_started.disconnect(work.begin)
    request_finished.disconnect(work.end)
    assert over


@pytest.fixture
def open_page(browser, live_server, ended_requests):
    """`open_page(viewport)` gives a page; at the end no page may have had a console error or a foreign request."""
    contexts, complaints = [], []

    def make(viewport=DESK, **options):
        context = browser.new_context(viewport=viewport, locale="zh-CN", base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
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
        page.goto(LOGIN)
        page.get_by_label("账号").fill(user.username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda url: LOGIN not in url)
        return page

    return enter


@pytest.fixture
def no_serious_finding():
    """`no_serious_finding(page)` runs axe and allows nothing serious or critical."""
    axe = Axe()

    def check(page):
        page.wait_for_load_state()
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
        page.wait_for_function("width => innerWidth === width", arg=page.viewport_size["width"])
        wide = page.locator("html").evaluate("e => e.scrollWidth - e.clientWidth")
        assert wide <= 0

    return check
