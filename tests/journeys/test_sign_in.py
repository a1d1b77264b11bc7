"""Ways in, in a real browser: passkey, authenticator, recovery code, roles that must have one, idle lock, sessions."""

import re
from urllib.parse import urlparse

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from accounts.services import disable_staff
from accounts.tests.factories import shown_code
from tests.journeys.conftest import DESK, LOGIN, PASSWORD, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOGOUT = "/accounts/auth/logout/"
FACTORS, KEYS, CODES = (f"/accounts/auth/2fa/{part}" for part in ("", "webauthn/", "recovery-codes/"))
NEW_ACCOUNT = "/accounts/staff/new/"
SECRET_TEXT = "(document.getElementById('totp-secret') || {}).innerText || '\\u0000'"


@pytest.fixture(autouse=True)
def _no_code_used():
    cache.clear()


def path_of(page):
    url = urlparse(page.url)
    return f"{url.path}?{url.query}" if url.query else url.path


def arrive(page, path):
    page.wait_for_url(lambda url: url.split("//", 1)[1].partition("/")[2] == path.removeprefix("/"))


def plug_in_key(page):
    """Give the browser of `page` a built-in fingerprint reader. Returns a function that asks it for its keys."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    key = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return lambda: devtools.send("WebAuthn.getCredentials", key)["credentials"]


def give_password(page, user, then=""):
    page.goto(LOGIN + (f"?next={then}" if then else ""))
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def prove(page):
    """Give the password once more, as every change of the protection asks for."""
    page.get_by_label("密码").fill(PASSWORD)
    follow(page.get_by_role("button", name="确认"))


def leave(page):
    page.goto(LOGOUT)
    page.get_by_role("main").get_by_role("button", name="退出", exact=True).click()
    arrive(page, LOGIN)


def add_passkey(page, name="办公室电脑", *, alone=True):
    page.goto(f"{KEYS}add/")
    prove(page)
    page.get_by_label("给它起个名字").fill(name)
    page.get_by_label("可以只用它登录").set_checked(alone)
    page.get_by_role("button", name="添加").click()
    arrive(page, CODES)


def add_authenticator(page):
    """Read the secret from the page, as a phone would. Returns it."""
    page.get_by_role("link", name="开通").click()
    prove(page)
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("6 位数字").fill(shown_code(secret))
    page.get_by_role("button", name="开通").click()
    arrive(page, CODES)
    return secret


def test_a_passkey_is_added_signs_in_alone_is_renamed_and_removed(chair, sign_in):
    page = sign_in(chair)
    keys = plug_in_key(page)

    add_passkey(page)
    assert [(key["rpId"], key["isResidentCredential"], key["userDisplayName"]) for key in keys()] == [
        ("localhost", True, "周敏")
    ]

    leave(page)
    page.get_by_role("button", name="用通行密钥登录").click()
    arrive(page, "/")
    expect(page.get_by_label("周敏，我的账号")).to_be_visible()

    page.goto(KEYS)
    row = page.get_by_role("row", name=re.compile("办公室电脑"))
    expect(row).to_contain_text("不用密码登录")
    expect(row).to_contain_text(re.compile("刚才|分钟前"))
    row.get_by_role("link", name="改名").click()
    prove(page)
    page.get_by_label("名字").fill("窗口电脑")
    page.get_by_role("button", name="保存").click()
    arrive(page, KEYS)
    expect(page.get_by_role("row", name=re.compile("窗口电脑"))).to_be_visible()

    page.get_by_role("link", name="删除").click()
    page.get_by_role("button", name="删除").click()
    arrive(page, KEYS)
    expect(page.get_by_text("还没有通行密钥")).to_be_visible()
    assert Authenticator.objects.count() == 0

    leave(page)
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_text("这把通行密钥没有登记在这里，或者已经删掉了。请改用密码登录。")).to_be_visible()
    assert path_of(page) == LOGIN


def test_a_passkey_sign_in_goes_on_to_the_page_that_was_wanted(chair, sign_in):
    page = sign_in(chair)
    plug_in_key(page)
    add_passkey(page)
    leave(page)

    page.goto("/accounts/staff/")
    page.get_by_role("button", name="用通行密钥登录").click()

    arrive(page, "/accounts/staff/")


def test_a_passkey_confirms_after_the_password(chair, sign_in):
    page = sign_in(chair)
    plug_in_key(page)
    add_passkey(page, "安全钥匙", alone=False)
    page.goto(KEYS)
    expect(page.get_by_role("row", name=re.compile("安全钥匙"))).to_contain_text("密码之后再确认")
    leave(page)

    give_password(page, chair, then="/accounts/me/")
    arrive(page, "/accounts/auth/2fa/authenticate/")
    expect(page.get_by_label("备用码")).to_be_visible()
    page.get_by_role("button", name="用通行密钥").click()

    arrive(page, "/accounts/me/")


def test_the_passkey_of_a_closed_account_opens_nothing_and_says_why(chair, worker, sign_in):
    page = sign_in(worker)
    plug_in_key(page)
    add_passkey(page)
    leave(page)
    disable_staff(User.objects.get(pk=worker.pk), by=chair)

    page.get_by_role("button", name="用通行密钥登录").click()

    expect(page.get_by_text("这个账号已经停用，不能登录。有疑问请找妇联主席。")).to_be_visible()
    assert path_of(page) == LOGIN


def test_an_authenticator_is_set_up_from_the_secret_and_a_recovery_code_stands_in_for_it_once(chair, sign_in):
    page = sign_in(chair)
    page.goto(FACTORS)
    page.get_by_role("link", name="开通").click()
    prove(page)
    secret = page.locator("#totp-secret").inner_text()

    page.get_by_label("6 位数字").fill("000000")
    page.get_by_role("button", name="开通").click()
    expect(page.get_by_text("数字不对，或者已经过期、用过。请填验证器现在显示的 6 位数字。")).to_be_visible()
    assert page.locator("#totp-secret").inner_text() == secret
    page.get_by_label("6 位数字").fill(shown_code(secret))
    page.get_by_role("button", name="开通").click()
    arrive(page, CODES)
    expect(page.locator(".wf-codes li")).to_have_count(10)
    codes = page.locator(".wf-codes li").all_inner_texts()
    page.goto(CODES)
    expect(page.locator(".wf-codes li")).to_have_count(0)

    leave(page)
    give_password(page, chair)
    page.get_by_label("数字或备用码").fill(shown_code(secret))
    page.get_by_role("button", name="登录", exact=True).click()
    arrive(page, "/")

    leave(page)
    give_password(page, chair)
    page.get_by_label("数字或备用码").fill(codes[0])
    page.get_by_role("button", name="登录", exact=True).click()
    arrive(page, "/")

    leave(page)
    give_password(page, chair)
    page.get_by_label("数字或备用码").fill(codes[0])
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("数字不对，或者已经过期、用过。")).to_be_visible()


def test_a_role_that_must_have_a_second_factor_sets_it_up_first_and_then_goes_on(chair, worker, open_page, settings):
    settings.MFA_REQUIRED_ROLES = [Role.CHAIR]
    chair.set_password(PASSWORD)
    chair.save()
    page = open_page()

    give_password(page, chair, then="/accounts/staff/")
    arrive(page, FACTORS)
    expect(page.get_by_text("先开登录保护，才能往下走。")).to_be_visible()
    expect(page.get_by_role("navigation", name="主导航").get_by_role("link")).to_have_count(0)
    expect(page.get_by_role("search")).to_have_count(0)
    page.goto("/households/")
    arrive(page, FACTORS)
    page.goto("/accounts/staff/?q=刘")
    arrive(page, FACTORS)

    add_authenticator(page)
    page.get_by_role("link", name="已经抄好，继续").click()

    expect(page.get_by_role("heading", name="工作账号", level=1)).to_be_visible()
    expect(page.locator("#results")).to_contain_text(worker.name)
    expect(page.locator("#results")).not_to_contain_text(chair.name)


def test_the_idle_lock_hides_the_page_and_keeps_the_half_filled_form(chair, sign_in):
    page = sign_in(chair)
    page.clock.install()
    page.goto(NEW_ACCOUNT)
    page.locator("[name=name]").fill("新人")
    page.clock.fast_forward("12:00")
    expect(page.get_by_role("heading", name="已锁屏")).to_have_count(0)

    page.clock.fast_forward("04:00")
    expect(page.get_by_role("heading", name="已锁屏")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    page.get_by_label("的密码").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    expect(page.locator("[name=name]")).to_have_value("新人")
    page.locator("[name=username]").fill("newone")
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_role("heading", name="新人", level=1)).to_be_visible()
    assert User.objects.get(username="newone").name == "新人"


def test_a_form_that_is_sent_after_the_lock_is_handed_back_with_everything_in_it(chair, sign_in, settings):
    page = sign_in(chair)
    page.goto(NEW_ACCOUNT)
    page.locator("[name=name]").fill("新人")
    page.locator("[name=username]").fill("newone")

    # The computer slept: the page did not count, the server did.
    settings.IDLE_SECONDS_DESK = 0
    follow(page.get_by_role("button", name="保存"))
    expect(page.get_by_text("刚才填的内容还在")).to_be_visible()
    assert User.objects.filter(username="newone").count() == 0
    settings.IDLE_SECONDS_DESK = 900
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="解锁").click()
    page.get_by_role("button", name="接着提交").click()

    expect(page.get_by_role("heading", name="新人", level=1)).to_be_visible()
    assert User.objects.get(username="newone").name == "新人"


def test_another_device_is_signed_out_from_the_own_list(worker, sign_in, open_page):
    phone, desk = sign_in(worker, PHONE), open_page()
    give_password(desk, worker)
    arrive(desk, "/")
    desk.goto("/accounts/auth/sessions/")
    expect(desk.locator("tbody tr")).to_have_count(2)

    desk.get_by_role("button", name="退出其他设备").click()
    expect(desk.locator("tbody tr")).to_have_count(1)
    phone.goto("/accounts/me/")

    arrive(phone, f"{LOGIN}?next=/accounts/me/")
    expect(desk.get_by_text("这一台")).to_be_visible()


def test_a_disabled_account_is_out_at_the_next_click(chair, worker, sign_in):
    office, phone = sign_in(chair), sign_in(worker, PHONE)
    phone.goto("/accounts/me/")
    office.goto(f"/accounts/staff/{worker.pk}/")

    office.get_by_role("button", name="停用账号").click()
    expect(office.get_by_text("已停用").first).to_be_visible()
    phone.get_by_role("main").get_by_role("link", name="登录保护").click()

    expect(phone.get_by_role("heading", name="登录", exact=True)).to_be_visible()
    expect(phone.get_by_text("刘建芳")).to_have_count(0)


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_the_pages_of_the_protection_have_no_serious_finding_and_no_english(
    chair, sign_in, no_serious_finding, no_sideways_scroll, viewport
):
    page = sign_in(chair, viewport)
    plug_in_key(page)

    def look():
        no_serious_finding(page)
        no_sideways_scroll(page)
        text = page.locator("main").inner_text().replace(page.evaluate(SECRET_TEXT), "")
        assert re.findall(r"[A-Za-z]{4,}", text) == []

    page.goto(FACTORS)
    look()
    page.goto(f"{KEYS}add/")
    look()
    prove(page)
    look()
    page.get_by_role("button", name="添加").click()
    arrive(page, CODES)
    look()
    for path in (CODES, f"{CODES}generate/", KEYS, f"{FACTORS}totp/activate/", FACTORS):
        page.goto(path)
        look()
    page.goto(KEYS)
    for name in ("改名", "删除"):
        follow(page.get_by_role("link", name=name))
        look()
        page.goto(KEYS)
    leave(page)
    give_password(page, chair)
    arrive(page, "/accounts/auth/2fa/authenticate/")
    look()
