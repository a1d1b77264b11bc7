"""An identity number or a phone that is searched for never stands in an address, a link, a Referer or a log."""

import logging
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.sought import is_number
from households.services.residents import write_resident_keys
from households.tests.factories import HouseholdFactory, MembershipFactory, PhoneFactory, ResidentFactory, id_number

ID = id_number("19850401", 2)
PHONE = "13800000417"
HTMX = {"HX-Request": "true", "HX-Target": "results"}
pytestmark = pytest.mark.django_db

LISTS = [
    "desk:search", "households:resident_list", "households:household_list", "households:child_list", "grids:visit_pick",
    "grids:visit_list", "concerns:concern_list", "concerns:reception_list", "accounts:user_list",
    "reference:agency_list", "areas:building_list", "concerns:referral_list",
]  # fmt: skip


@pytest.fixture
def woman(grid):
    """王桂兰 with a number, a phone and a home in the first grid."""
    person = ResidentFactory(area=grid, name="王桂兰", sex="2", birth="1985-04-01", id_number=ID)
    MembershipFactory(resident=person, household=HouseholdFactory(area=grid, head_name="王桂兰"))
    PhoneFactory(resident=person, number=PHONE)
    write_resident_keys([person])
    return person


def tells(text, number):
    """True when `number` can be read in `text`, also escaped or in groups."""
    return number in re.sub(r"[^0-9Xx]", "", unquote(text)) or number in unquote(text)


def addresses_of(response):
    """Everything of an answer that becomes an address, or is kept as one."""
    page = response.content.decode()
    found = re.findall(r'(?:href|action|src|hx-get|hx-post|hx-push-url|data-url)="([^"]*)"', page)
    found += re.findall(r'name="next" value="([^"]*)"', page)
    found += [response.headers.get(name, "") for name in ("Location", "HX-Push-Url", "HX-Redirect", "HX-Location")]
    return [*found, response.wsgi_request.get_full_path()]


@pytest.mark.parametrize("number", [ID, PHONE, f"{ID[:6]} {ID[6:14]} {ID[14:]}", "138 0000 0417"])
@pytest.mark.parametrize("name", LISTS)
def test_a_number_is_searched_for_and_stands_in_no_address(client, chair, woman, caplog, name, number):
    caplog.set_level(logging.DEBUG)
    url, digits = reverse(name), number.replace(" ", "")

    sent = client.post(url, {"q": number})
    plain = client.get(sent.url)
    swapped = client.post(url, {"q": number}, headers=HTMX)
    typed = client.get(url, {"q": number})

    for response in (sent, plain, swapped):
        assert [a for a in addresses_of(response) if tells(a, digits)] == []
    assert (sent.status_code, plain.status_code, swapped.status_code, typed.status_code) == (302, 200, 200, 302)
    assert swapped.headers["HX-Push-Url"].startswith(f"{url}?q=~")
    assert not tells(typed.url, digits)
    assert not tells(caplog.text.split("querystring")[0], digits)


@pytest.mark.parametrize("number", [ID, PHONE])
def test_the_sealed_address_finds_her(client, chair, woman, number):
    search = client.get(client.post(reverse("desk:search"), {"q": number}).url)
    people = client.get(client.post(reverse("households:resident_list"), {"q": number}).url)
    homes = client.get(client.post(reverse("households:household_list"), {"q": number}).url)
    swapped = client.post(reverse("households:resident_list"), {"q": number}, headers=HTMX)

    assert [hit.pk for hit in search.context["hits"]] == [woman.pk]
    assert [len(page.context["page"].rows) for page in (people, homes, swapped)] == [1, 1, 1]
    assert people.context["filter_form"]["q"].value() == number


def test_a_name_stays_readable_and_filters_stay_in_the_address(client, chair, woman):
    sent = client.post(reverse("households:resident_list"), {"q": "王桂兰", "who": "", "sort": "name"})

    assert unquote(sent.url) == f"{reverse('households:resident_list')}?q=王桂兰&sort=name"
    assert len(client.get(sent.url).context["page"].rows) == 1


def test_paging_links_keep_the_sealed_word(client, chair, woman, grid, monkeypatch):
    for _ in range(3):
        PhoneFactory(resident=ResidentFactory(area=grid, sex="2", birth="1985-04-01"), number=PHONE)
    monkeypatch.setattr("households.views.resident.ResidentList.page_size", 2)

    first = client.get(client.post(reverse("households:resident_list"), {"q": PHONE}).url)
    second = client.get(reverse("households:resident_list") + first.context["page"].next_url)

    assert (len(first.context["page"].rows), len(second.context["page"].rows)) == (2, 2)
    assert [a for a in addresses_of(first) + addresses_of(second) if tells(a, PHONE)] == []


def test_a_sealed_word_is_of_one_account_and_of_half_an_hour(as_user, chair, woman, community):
    url = reverse("households:resident_list")
    address = as_user(chair).post(url, {"q": ID}).url

    other = as_user(user_with(Role.CHAIR, community, username="other")).get(address)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        late = as_user(chair).get(address, follow=True)

    assert (other.status_code, other.url) == (302, f"{url}?")
    assert "只保留半小时" in late.content.decode()
    assert as_user(chair).get(f"{url}?q=~AAAA").url == f"{url}?"


def test_pickers_and_the_merge_ask_by_post(client, chair, woman, grid):
    kept = ResidentFactory(area=grid)

    picked = client.post(reverse("households:pick_resident"), {"q": ID})
    found = client.post(reverse("households:merge_pick", args=[kept.pk]), {"other-text": ID})

    assert [row["id"] for row in picked.json()["results"]] == [woman.pk]
    assert client.get(reverse("households:pick_resident"), {"q": ID}).status_code == 405
    assert [a for a in addresses_of(found) if tells(a, ID)] == []


@pytest.mark.parametrize(
    ("text", "number"),
    [(ID, True), ("１３８００００００４１７", True), ("0571-8888 1234", True), ("王桂兰", False), ("0417", False),
     ("2-1-301", False), ("2026-10-01", False), ("精诚公寓12栋", False), ("H330106003012-00001", False), ("SQ2026-0001", False)],
)  # fmt: skip
def test_what_counts_as_a_number(text, number):
    assert is_number(text) is number
