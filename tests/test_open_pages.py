"""Pages that open without signing in, and the rest that does not."""

import pytest
from csp.decorators import csp_update
from csp.utils import build_policy
from django.http import HttpResponse

from fedhub.core.middleware import PolicyMiddleware


@pytest.mark.parametrize("path", ["/accounts/code/", "/accounts/auth/login/", "/healthz"])
def test_the_ways_in_open_for_everybody(db, client, path):
    assert client.get(path).status_code == 200


def test_large_type_can_be_chosen_before_signing_in(db, client):
    response = client.post("/type-size/", {"next": "/accounts/auth/login/"})

    assert response.url == "/accounts/auth/login/"
    assert response.cookies["type_size"].value == "large"


def test_the_demo_buttons_exist_only_in_the_demo(db, client):
    assert client.post("/accounts/demo/", {"username": "chair"}).status_code == 404


@pytest.mark.parametrize("path", ["/", "/accounts/me/", "/desk/components/", "/search/"])
def test_other_pages_lead_to_the_sign_in_page(db, client, path):
    assert client.get(path).url == f"/accounts/auth/login/?next={path}"


def test_the_policy_of_every_page_is_what_the_library_would_write(db, client):
    assert client.get("/accounts/auth/login/").headers["Content-Security-Policy"] == build_policy()


def test_what_a_page_asks_for_more_is_put_into_its_own_policy_alone(rf):
    more = csp_update({"script-src": ["https://example.org"]})(lambda request: HttpResponse())
    wider, plain = PolicyMiddleware(more), PolicyMiddleware(lambda request: HttpResponse())

    assert wider(rf.get("/")).headers["Content-Security-Policy"] == build_policy(
        update={"script-src": ["https://example.org"]}
    )
    assert plain(rf.get("/")).headers["Content-Security-Policy"] == build_policy()
