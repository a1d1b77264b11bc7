"""Who raised a concern: the picker keeps what was typed and never drops it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns.models import Concern
from households.tests.factories import ResidentFactory


@pytest.fixture
def concern(grid):
    """What the form posts without a person."""
    return {"title": "想找工作", "origin": "front_desk", "topic": "", "area": grid.pk, "detail": "",
            "raised_on": timezone.localdate().isoformat()}  # fmt: skip


def test_a_typed_name_that_fits_one_person_is_taken(client, chair, grid, concern):
    person = ResidentFactory(area=grid, name="王桂兰")

    client.post(reverse("concerns:concern_create"), concern | {"resident": "", "resident-text": "王桂兰"})

    assert Concern.objects.get().resident == person


@pytest.mark.parametrize(("typed", "found"), [("李秀珍", " 0 "), ("王", "不止一")])
def test_a_typed_name_that_fits_nobody_or_several_is_asked_again_and_stays(client, chair, grid, concern, typed, found):
    ResidentFactory(area=grid, name="王桂兰")
    ResidentFactory(area=grid, name="王桂芳")

    page = client.post(reverse("concerns:concern_create"), concern | {"resident": "", "resident-text": typed})

    assert page.context["form"].errors["resident"] == [f"找到{found}个人，请写得更准，或者从下拉列表里选。"]
    assert f'name="resident-text" value="{typed}"' in page.content.decode()
    assert Concern.objects.count() == 0


def test_the_chosen_person_is_still_shown_after_another_mistake(client, chair, grid, concern):
    person = ResidentFactory(area=grid, name="王桂兰")

    page = client.post(reverse("concerns:concern_create"), concern | {"title": "", "resident": person.pk})

    html = page.content.decode()
    assert f'name="resident" value="{person.pk}"' in html
    assert f'name="resident-text" value="{person}"' in html


def test_somebody_of_another_grid_cannot_be_posted(client, worker, grid, other_grid, concern):
    outside = ResidentFactory(area=other_grid, name="王桂兰")

    page = client.post(reverse("concerns:concern_create"), concern | {"resident": outside.pk})

    assert page.context["form"].errors["resident"] == ["没有找到这个人，请从列表里选一个，或者空着。"]
    assert "王桂兰" not in page.content.decode()
