"""The picker of a person or a household: what was chosen stays on the page after a mistake elsewhere."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from households.tests.factories import HouseholdFactory, ResidentFactory


def test_the_chosen_person_is_still_shown_after_a_wrong_date(client, chair, grid):
    home, person = HouseholdFactory(area=grid), ResidentFactory(area=grid, name="王桂兰")
    tomorrow = timezone.localdate() + timedelta(days=1)

    page = client.post(
        reverse("households:arrive", args=[home.pk]),
        {"resident": person.pk, "resident-text": "王桂兰", "relation": "38", "on": tomorrow.isoformat()},
    )

    assert page.context["form"].errors == {"on": ["日期不能晚于今天。"]}
    assert f'name="resident" value="{person.pk}"' in page.content.decode()
    assert f'name="resident-text" value="{person}"' in page.content.decode()


def test_two_forms_of_two_users_do_not_share_their_rows(as_user, chair, stranger, grid):
    home, person = HouseholdFactory(area=grid), ResidentFactory(area=grid, name="王桂兰")
    url = reverse("households:arrive", args=[home.pk])
    as_user(chair).post(url, {"resident": person.pk})

    answer = as_user(stranger).post(url, {"resident": person.pk})

    assert answer.status_code == 404
