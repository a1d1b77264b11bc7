"""Two editors of one resident: both texts are shown, the choice is kept, and nobody's other change is lost."""

import pytest
from django.urls import reverse

from fedhub.core.testing.client import filled
from households.models import Resident
from households.tests.factories import HouseholdFactory, ResidentFactory


@pytest.fixture
def person(grid):
    return ResidentFactory(area=grid, name="王桂兰", workplace="理发店", skills="", note="")


def resolved(page, **choices):
    """What the conflict page would post: its inputs, and `choices` as take_<field>."""
    return filled(page, **{f"take_{name}": side for name, side in choices.items()})


@pytest.mark.parametrize(("side", "workplace"), [("mine", "清和中学"), ("theirs", "清和小学")])
def test_what_only_the_other_changed_stays_whatever_is_chosen(as_user, chair, data_officer, person, side, workplace):
    url = reverse("households:resident_update", args=[person.pk])
    mine = as_user(chair)
    posted = filled(mine.get(url))
    as_user(data_officer).post(url, posted | {"workplace": "清和小学", "skills": "书法"})

    clash = mine.post(url, posted | {"workplace": "清和中学", "note": "爱跳舞"})
    saved = mine.post(url, resolved(clash, workplace=side))

    assert (clash.status_code, saved.status_code) == (409, 302)
    assert [(f["label"], f["base"], f["theirs"], f["mine"], f["same"]) for f in clash.context["fields"]] == [
        ("工作单位（职业）", "理发店", "清和小学", "清和中学", False),
        ("特长", "（空）", "书法", "（空）", True),
        ("备注", "（空）", "（空）", "爱跳舞", True),
    ]
    person = Resident.objects.get(pk=person.pk)
    assert (person.workplace, person.skills, person.note) == (workplace, "书法", "爱跳舞")


def test_a_tick_of_the_other_editor_stays(as_user, chair, data_officer, person):
    url = reverse("households:resident_update", args=[person.pk])
    mine = as_user(chair)
    posted = filled(mine.get(url))
    as_user(data_officer).post(url, posted | {"is_volunteer": "on", "workplace": "清和小学"})

    clash = mine.post(url, posted | {"workplace": "清和中学"})
    mine.post(url, resolved(clash, workplace="mine"))

    person = Resident.objects.get(pk=person.pk)
    assert (person.workplace, person.is_volunteer) == ("清和中学", True)


def test_two_editors_of_one_household(as_user, chair, data_officer, grid):
    home = HouseholdFactory(area=grid, head_name="王桂兰", note="")
    url = reverse("households:household_update", args=[home.pk])
    mine = as_user(chair)
    posted = filled(mine.get(url))
    as_user(data_officer).post(url, posted | {"note": "养了一条狗", "housing": "rented"})

    clash = mine.post(url, posted | {"note": "家里有台阶"})
    mine.post(url, resolved(clash, note="mine"))

    home.refresh_from_db()
    assert (clash.status_code, home.note, home.housing) == (409, "家里有台阶", "rented")
