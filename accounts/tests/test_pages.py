import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from accounts.services import issue_code
from accounts.tests.factories import RoleGrantFactory, user_with
from fedhub.core.models import AuditEvent
from fedhub.core.once import new_key

pytestmark = pytest.mark.django_db
LOGIN, HOME = reverse("account_login"), reverse("desk:home")
PASSWORD = "correct horse battery"


@pytest.fixture
def zhou(chair):
    chair.set_password(PASSWORD)
    chair.save()
    return chair


def sign_in(client, name="chair", password=PASSWORD):
    return client.post(LOGIN, {"login": name, "password": password})


def test_a_right_password_leads_home_and_is_logged(zhou):
    client = Client()

    response = sign_in(client)

    assert (response.status_code, response.url) == (302, HOME)
    assert AuditEvent.objects.filter(action="accounts.user.login", result="ok", actor_id=zhou.pk).count() == 1


def test_wrong_name_and_wrong_password_get_the_same_answer(zhou):
    known = sign_in(Client(), password="wrong password")
    unknown = sign_in(Client(), name="nobody", password="wrong password")

    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()
    assert known.context["form"].non_field_errors() == ["账号或密码不对。连错 5 次会锁 15 分钟。"]


def test_the_sixth_try_is_refused_even_with_the_right_password(zhou):
    for _ in range(5):
        sign_in(Client(), password="wrong password")

    response = sign_in(Client())

    assert "还要等 15 分钟" in str(response.context["form"].non_field_errors())


def test_a_disabled_account_ends_on_the_next_request(zhou):
    client = Client()
    sign_in(client)
    User.objects.filter(pk=zhou.pk).update(is_active=False)

    response = client.get(HOME)

    assert response.url == f"{LOGIN}?next=/"


def test_a_role_that_ends_takes_effect_on_the_next_request(zhou):
    client = Client()
    sign_in(client)
    before = client.get(reverse("accounts:user_list")).status_code
    RoleGrant.objects.update(valid_to=timezone.localdate() - timedelta(days=1), valid_from="2020-01-01")

    assert (before, client.get(reverse("accounts:user_list")).status_code) == (200, 404)


def test_a_one_time_code_asks_for_a_new_password_before_anything_else(zhou, worker):
    code = issue_code(worker, by=zhou)
    client = Client()

    entered = client.post(reverse("accounts:code"), {"username": "worker", "code": code})
    elsewhere = client.get(HOME)
    weak = client.post(reverse("accounts:set_password"), {"password1": "shequ123", "password2": "shequ123"})
    client.post(reverse("accounts:set_password"), {"password1": PASSWORD, "password2": PASSWORD})

    assert entered.status_code == 302
    assert elsewhere.url == reverse("accounts:set_password")
    assert "password1" in weak.context["form"].errors
    assert client.get(HOME).status_code == 200
    assert sign_in(Client(), "worker").url == HOME


def test_the_lock_after_fifteen_idle_minutes_keeps_the_half_filled_form(zhou):
    client = Client()
    sign_in(client)
    client.get(HOME)
    form = {"name": "新人", "username": "newone", "title": "网格员", "phone": "", "once_key": new_key()}

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        locked = client.post(reverse("accounts:user_create"), form)
        sealed = locked.context["sealed"]
        wrong = client.post(reverse("accounts:unlock"), {"password": "no", "sealed": sealed})
        opened = client.post(reverse("accounts:unlock"), {"password": PASSWORD, "sealed": sealed})
        saved = client.post(opened.context["path"], dict(opened.context["fields"]))

    assert (locked.status_code, wrong.status_code) == (401, 403)
    assert "新人" not in locked.content.decode()
    assert opened.context["path"] == reverse("accounts:user_create")
    assert saved.status_code == 302
    assert User.objects.get(username="newone").name == "新人"


def test_reading_within_the_idle_time_keeps_the_session_open_and_writes_nothing(zhou, django_assert_num_queries):
    client = Client()
    sign_in(client)
    for minutes in (10, 20, 30):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert client.get(reverse("accounts:me")).status_code == 200

    assert AuditEvent.objects.count() == 1


def test_nobody_stays_signed_in_longer_than_ten_hours(zhou):
    client = Client()
    sign_in(client)
    start = timezone.now()
    for minutes in range(10, 600, 10):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            client.get(reverse("accounts:me"))

    with time_machine.travel(start + timedelta(minutes=601)):
        assert client.get(reverse("accounts:me")).url.startswith(LOGIN)


def test_the_field_worker_has_thirty_minutes(worker):
    worker.set_password(PASSWORD)
    worker.save()
    client = Client()
    sign_in(client, "worker")
    client.get(reverse("accounts:me"))

    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        assert client.get(reverse("accounts:me")).status_code == 200


def test_another_persons_sealed_form_is_not_opened(zhou, worker):
    worker.set_password(PASSWORD)
    worker.save()
    client, other = Client(), Client()
    sign_in(client)
    sign_in(other, "worker")
    with time_machine.travel(timezone.now() + timedelta(minutes=40)):
        sealed = client.post(reverse("accounts:user_create"), {"name": "新人"}).context["sealed"]
        opened = other.post(reverse("accounts:unlock"), {"password": PASSWORD, "sealed": sealed, "next": "/"})

    assert (opened.status_code, opened.url) == (302, "/")


def test_roles_that_must_have_a_second_factor_see_nothing_before(zhou, settings):
    settings.MFA_REQUIRED_ROLES = [Role.CHAIR]
    client = Client()
    sign_in(client)

    assert client.get(HOME).url == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200


def test_an_undeclared_address_and_a_missing_page_look_the_same(client, worker):
    forbidden = client.get(reverse("accounts:user_list"))
    missing = client.get("/no-such-page/")

    def text(response):
        page = re.sub(r'"X-CSRFToken": "\w+"', "", response.content.decode())
        return page.replace(response.wsgi_request.number, "")

    assert (forbidden.status_code, missing.status_code) == (404, 404)
    assert text(forbidden) == text(missing)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_staff_list_costs_the_same_for_any_number_of_rows(
    client, chair, community, rows, django_assert_num_queries
):
    for _ in range(rows):
        user_with(Role.COMMITTEE, community)
    client.get(reverse("accounts:user_list"))

    with django_assert_num_queries(33):
        client.get(reverse("accounts:user_list"))


def test_a_stranger_gets_nothing_of_our_staff(as_user, stranger, worker):
    client = as_user(stranger)

    assert client.get(reverse("accounts:user_detail", args=[worker.pk])).status_code == 404
    assert worker not in client.get(reverse("accounts:user_list")).context["page"].rows
    assert client.post(reverse("accounts:user_disable", args=[worker.pk])).status_code == 404
    assert User.objects.get(pk=worker.pk).is_active is True


def test_saving_an_account_twice_with_one_key_makes_one(client, chair):
    form = {"name": "新人", "username": "newone", "title": "", "phone": "",
            "once_key": "7f0c0c1e-2a55-4b0e-9d55-0a5a2a7d6a11"}  # fmt: skip

    first = client.post(reverse("accounts:user_create"), form)
    second = client.post(reverse("accounts:user_create"), form)

    assert first.url == second.url
    assert User.objects.filter(name="新人").count() == 1


def test_two_editors_of_one_account_see_both_texts(as_user, chair, worker):
    client = as_user(chair)
    url = reverse("accounts:user_update", args=[worker.pk])
    page = client.get(url).context["form"]
    version = page["version"].value()
    base = {"username": "worker", "name": worker.name, "phone": ""}
    client.post(url, base | {"title": "网格长", "version": version})

    clash = client.post(url, base | {"title": "网格员", "version": version})
    resolved = client.post(
        url, base | {"title": "网格员", "version": clash.context["version"], "resolving": "1", "take_title": "mine"}
    )

    assert clash.status_code == 409
    assert [(f["label"], f["theirs"], f["mine"]) for f in clash.context["fields"]] == [("职务", "网格长", "网格员")]
    assert resolved.status_code == 302
    assert User.objects.get(pk=worker.pk).title == "网格员"


def test_the_list_of_accounts_names_each_role_once(as_user, chair, worker, other_grid):
    RoleGrantFactory(user=worker, role=Role.GRID_WORKER, area=other_grid)

    page = as_user(chair).get(reverse("accounts:user_list"))

    assert {user.name: user.listed_roles for user in page.context["page"].rows}["刘建芳"] == ["网格员"]
