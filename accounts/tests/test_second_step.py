"""The second step of signing in: codes, recovery codes, roles that must have one, losing it."""

from datetime import timedelta

import pytest
import time_machine
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.checks import required_roles_exist
from accounts.forms import SecondStepForm
from accounts.models import User
from accounts.roles import Role
from accounts.services import disable_staff, issue_code, reset_factors
from accounts.tests.factories import SECRET, shown_code, with_authenticator
from fedhub.core.models import AuditEvent

pytestmark = pytest.mark.django_db
LOGIN, STEP, HOME, FACTORS = (
    reverse(name) for name in ("account_login", "mfa_authenticate", "desk:home", "mfa_index")
)
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _no_code_used():
    """Used codes are kept in the cache, which the tests of one process share."""
    cache.clear()


@pytest.fixture
def zhou(chair):
    """The chair with a password and a phone authenticator."""
    chair.set_password(PASSWORD)
    chair.save()
    return with_authenticator(chair)


@pytest.fixture
def liu(worker):
    """The grid worker with a password alone."""
    worker.set_password(PASSWORD)
    worker.save()
    return worker


def after_password(username="chair", agent="Firefox"):
    """A client that gave name and password."""
    client = Client(headers={"user-agent": agent})
    client.post(LOGIN, {"login": username, "password": PASSWORD})
    return client


def give(client, code):
    return client.post(STEP, {"code": code})


def is_in(client):
    return client.get(reverse("accounts:me")).status_code == 200


def prove(client):
    """Give the password again, which every change of the protection asks for."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def test_the_password_alone_does_not_sign_in(zhou):
    client = Client()

    answer = client.post(LOGIN, {"login": "chair", "password": PASSWORD})

    assert answer.url == STEP
    assert is_in(client) is False


def test_a_wrong_code_is_told_in_plain_words_and_the_right_one_signs_in(zhou):
    client = after_password()

    wrong = give(client, "000000")
    right = give(client, shown_code())

    assert wrong.context["form"].errors["code"] == ["数字不对，或者已经过期、用过。请填验证器现在显示的 6 位数字。"]
    assert (right.url, is_in(client)) == (HOME, True)


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_clock_of_the_phone_may_be_half_a_minute_off(zhou, steps, accepted):
    with time_machine.travel(timezone.now(), tick=False):
        client = after_password()
        give(client, shown_code(steps=steps))

        assert is_in(client) is accepted


@pytest.mark.parametrize("seconds", [1, 31, 59])
def test_a_code_works_once_for_as_long_as_it_is_valid(zhou, seconds):
    start = timezone.now().replace(second=0, microsecond=0)
    with time_machine.travel(start, tick=False):
        code = shown_code(steps=1)
        give(after_password(), code)
    with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
        second = after_password()
        give(second, code)

        assert is_in(second) is False


def test_five_wrong_codes_lock_the_account_also_for_the_right_code_and_the_password(zhou):
    client = after_password()
    for _ in range(5):
        give(client, "000000")

    answer = give(client, shown_code())
    password = Client().post(LOGIN, {"login": "chair", "password": PASSWORD})

    assert answer.context["form"].errors["code"] == ["连续输错次数太多，还要等 15 分钟才能再试。"]
    assert "还要等 15 分钟" in str(password.context["form"].non_field_errors())
    assert (
        AuditEvent.objects.filter(action="accounts.user.second_step", actor_id=zhou.pk, result="failed").count() == 5
    )


def test_a_recovery_code_signs_in_once(zhou):
    code, *others = RecoveryCodes.activate(zhou).get_unused_codes()

    first, second = after_password(), after_password()
    give(first, code)
    again = give(second, code)

    assert (is_in(first), is_in(second)) == (True, False)
    assert "code" in again.context["form"].errors
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == others


def test_who_has_a_passkey_alone_is_told_about_recovery_codes(zhou):
    RecoveryCodes.activate(zhou)
    Authenticator.objects.filter(type="totp").update(type="webauthn", data={"credential": {}})
    request = Client().get(LOGIN).wsgi_request

    form = SecondStepForm({"code": "00000000"}, user=zhou)
    with context.request_context(request):
        errors = form.errors["code"]

    assert errors == ["这个备用码不对，或者已经用过了。"]


def test_recovery_codes_are_shown_once(liu, django_capture_on_commit_callbacks):
    client = after_password("worker")
    prove(client)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]

    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(reverse("mfa_activate_totp"), {"code": shown_code(secret)})
    first, second = client.get(done.url).content.decode(), client.get(done.url).content.decode()

    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert (done.url, len(codes)) == (reverse("mfa_view_recovery_codes"), 10)
    assert [code in first for code in codes] == [True] * 10
    assert [code in second for code in codes] == [False] * 10
    assert AuditEvent.objects.filter(action="accounts.user.add_factor", actor_id=liu.pk).count() == 1


def test_secrets_are_not_in_clear_in_the_database(zhou):
    codes = RecoveryCodes.activate(zhou)

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in stored
    assert [code for code in codes.get_unused_codes() if code in stored] == []


def test_the_page_asks_only_for_what_the_account_has(zhou):
    page = after_password().get(STEP)

    assert (page.context["form"].has_authenticator, page.context["form"].has_passkey) == (True, False)
    assert "data-passkey" not in page.content.decode()


def test_an_account_closed_between_password_and_code_is_not_entered(zhou, data_officer):
    client = after_password()
    User.objects.filter(pk=zhou.pk).update(is_active=False)

    answer = give(client, shown_code())

    assert answer.url == LOGIN
    assert "这个账号已经停用" in client.get(LOGIN).content.decode()
    assert AuditEvent.objects.filter(action="accounts.user.login", result="ok").count() == 0


def test_who_waits_at_the_second_step_when_it_is_taken_away_signs_in_anew(zhou, data_officer):
    client = after_password()
    reset_factors(zhou, by=data_officer)

    answer = client.get(STEP)
    page = client.get(answer.url)

    assert (answer.url, page.status_code) == (LOGIN, 200)
    assert "登录保护已经取消，请重新登录。" in page.content.decode()
    assert client.post(LOGIN, {"login": "chair", "password": PASSWORD}).url == HOME


# --- roles that must have one -------------------------------------------------------------------------------------
@pytest.fixture
def gated(liu, settings):
    """A client of the grid worker, whose role must have a second factor and who has none."""
    settings.MFA_REQUIRED_ROLES = [Role.GRID_WORKER]
    return after_password("worker")


@pytest.mark.parametrize(
    "path", ["/", "/households/?q=x", "/accounts/me/", "/search/?q=x", "/accounts/auth/sessions/"]
)
def test_who_must_have_a_second_factor_opens_no_page_before(gated, path):
    page = gated.get(path)
    htmx = gated.get(path, headers={"HX-Request": "true"})
    post = gated.post(path)

    assert (page.status_code, page.url) == (302, FACTORS)
    assert (htmx.content, htmx.headers["HX-Redirect"]) == (b"", FACTORS)
    assert (post.status_code, post.url) == (302, FACTORS)


def test_the_enrolment_page_shows_neither_menu_nor_search(gated, grid):
    page = gated.get(FACTORS)

    assert (page.context["must_enrol"], "menu" in page.context, "banners" in page.context) == (True, False, False)
    assert "先开登录保护，才能往下走。" in page.content.decode()
    assert reverse("desk:search") not in page.content.decode()
    assert grid.name not in page.content.decode()


def test_after_enrolling_it_goes_on_where_it_was_wanted(gated):
    gated.get("/households/?q=x")
    gated.get("/")
    prove(gated)
    gated.get(reverse("mfa_activate_totp"))

    done = gated.post(reverse("mfa_activate_totp"), {"code": shown_code(gated.session["mfa.totp.secret"])})
    codes = gated.get(done.url).content.decode()
    index = gated.get(FACTORS).content.decode()
    wanted = gated.get("/households/?q=x")

    assert 'href="/households/?q=x"' in codes
    assert 'href="/households/?q=x"' in index
    assert wanted.status_code == 200
    assert "wanted" not in gated.session


def test_recovery_codes_alone_are_no_second_factor(gated, liu):
    RecoveryCodes.activate(liu)

    assert gated.get(HOME).url == FACTORS


def test_other_roles_are_not_asked(gated, zhou):
    client = after_password()
    give(client, shown_code())

    assert client.get(HOME).status_code == 200


def test_a_misspelt_role_in_the_setting_stops_the_start(settings):
    settings.MFA_REQUIRED_ROLES = ["chair", "Chair"]

    assert [error.id for error in required_roles_exist(None)] == ["accounts.E001"]
    assert required_roles_exist(None)[0].msg.startswith("FEDHUB_MFA_ROLES：没有这样的角色：Chair。")


# --- losing it ----------------------------------------------------------------------------------------------------
def test_a_one_time_code_does_not_go_around_the_second_step(zhou, data_officer):
    client = Client()

    answer = client.post(reverse("accounts:code"), {"username": "chair", "code": issue_code(zhou, by=data_officer)})

    assert answer.url == STEP
    assert is_in(client) is False


def test_the_chair_takes_a_lost_protection_away_and_every_sign_in_ends(liu, chair, as_user):
    with_authenticator(liu)
    RecoveryCodes.activate(liu)
    hers = after_password("worker")
    give(hers, shown_code())
    before = is_in(hers)
    office = as_user(chair)

    office.post(reverse("accounts:user_reset_factors", args=[liu.pk]))

    assert (before, is_in(hers)) == (True, False)
    assert Authenticator.objects.count() == 0
    assert Client().post(LOGIN, {"login": "worker", "password": PASSWORD}).url == HOME
    assert AuditEvent.objects.filter(action="accounts.user.reset_factors", actor_id=chair.pk).count() == 1


def test_nobody_takes_away_the_own_protection_that_way_nor_one_that_is_not_there(zhou, worker):
    with pytest.raises(ValidationError, match="自己的登录保护"):
        reset_factors(zhou, by=zhou)
    with pytest.raises(ValidationError, match="没有开登录保护"):
        reset_factors(worker, by=zhou)


def test_a_stranger_cannot_take_it_away(liu, stranger, as_user):
    with_authenticator(liu)

    answer = as_user(stranger).post(reverse("accounts:user_reset_factors", args=[liu.pk]))

    assert (answer.status_code, Authenticator.objects.count()) == (404, 1)


# --- sessions -----------------------------------------------------------------------------------------------------
def test_the_own_session_list_names_the_devices_and_ends_the_others(liu):
    phone = after_password("worker", "Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0")
    desk = after_password("worker", "Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120")
    page = desk.get(reverse("usersessions_list")).content.decode()

    desk.post(reverse("usersessions_list"))

    assert [name in page for name in ("安卓手机，微信", "Windows 电脑，Edge")] == [True, True]
    assert (is_in(phone), is_in(desk)) == (False, True)
    assert UserSession.objects.filter(user=liu).count() == 1


def test_the_session_list_shows_nobody_elses(liu, chair, as_user):
    after_password("worker", "Firefox")

    page = as_user(chair).get(reverse("usersessions_list"))

    assert {session.user_id for session in page.context["sessions"]} <= {chair.pk}


def test_disabling_ends_every_session_on_the_next_request(liu, chair):
    phone, desk = after_password("worker"), after_password("worker")
    before = (is_in(phone), is_in(desk))

    disable_staff(liu, by=chair)

    assert before == (True, True)
    assert phone.get(HOME).url == f"{LOGIN}?next=/"
    assert desk.get(HOME, headers={"HX-Request": "true"}).headers["HX-Redirect"] == LOGIN
    assert is_in(after_password("worker")) is False
