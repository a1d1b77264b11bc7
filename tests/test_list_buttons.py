"""A list that adds buttons of its own keeps those of every list."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
LISTS = [
    "households:resident_list", "grids:grid_list", "grids:duty_list", "council:topic_list", "hardship:file_list",
    "groups:backbone_list",
]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_the_button_for_a_new_record_stands_once(client, chair, grid, name):
    page = client.get(reverse(name))

    assert page.context["create_url"] != ""
    assert page.content.decode().count(f'btn-primary" href="{page.context["create_url"]}"') == 1
