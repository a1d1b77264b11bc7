"""Sent twice, saved once: also when the submission carries no key (a script, an old page)."""

import uuid

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from concerns.models import Concern
from concerns.tests.factories import ConcernFactory
from fedhub.core.models import OnceKey

pytestmark = pytest.mark.django_db
URL = "concerns:concern_create"


def typed(grid):
    return {"title": "想找离家近的工作", "origin": "front_desk", "area": grid.pk, "raised_on": "2026-01-05"}


@pytest.mark.parametrize("key", [{}, {"once_key": ""}, {"once_key": "12345"}], ids=["none", "empty", "no key"])
def test_a_form_without_a_valid_key_saves_nothing_and_comes_back_with_a_new_one(client, chair, grid, key):
    answers = [client.post(reverse(URL), typed(grid) | key, keyless=True) for _ in range(2)]

    assert Concern.objects.count() == 0
    form = answers[0].context["form"]
    assert form.errors == {"__all__": ["为了不重复登记，这次没有保存。内容都在，请再点一次“保存”。"]}
    assert form["title"].value() == "想找离家近的工作"
    keys = [str(uuid.UUID(answer.context["form"]["once_key"].value())) for answer in answers]
    assert len(set(keys)) == 2
    assert f'name="once_key" value="{keys[0]}"' in answers[0].content.decode()


def test_the_form_that_came_back_saves_once(client, chair, grid):
    first = client.post(reverse(URL), typed(grid), keyless=True)
    again = typed(grid) | {"once_key": first.context["form"]["once_key"].value()}

    answers = {client.post(reverse(URL), again).url for _ in range(3)}

    assert answers == {Concern.objects.get().get_absolute_url()}


def test_a_step_without_a_key_changes_nothing_and_says_so(client, chair, grid):
    concern = ConcernFactory(area=grid)
    url = reverse("concerns:concern_accept", args=[concern.pk])

    response = client.post(url, keyless=True)

    concern.refresh_from_db()
    assert (concern.status, response.url) == ("new", concern.get_absolute_url())
    assert [str(m) for m in get_messages(response.wsgi_request)] == ["为了不重复办理，这次没有办。请再点一次。"]
    assert OnceKey.objects.count() == 0


def test_the_button_of_the_page_carries_a_key_of_its_own(client, chair, grid):
    page = client.get(ConcernFactory(area=grid).get_absolute_url()).content.decode()

    form = page.split(f'action="{reverse("concerns:concern_accept", args=[Concern.objects.get().pk])}"')[1]
    assert 'name="once_key" value="' in form.split("</form>")[0]
