"""The supervisor's tray in a browser: what came late is read, taken over, and its pages are fit for desk and phone."""

import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from fedhub.core.testing.envelopes import seal
from grids.models import Envelope, Visit
from grids.services.offline import register_device
from grids.tests.test_visit_pages import no_change, picture
from households.services.households import move_household
from households.tests.factories import MembershipFactory
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def late(as_user, worker, chair, grid, other_grid):
    """A visit with a photo that arrived after its family had moved to the other grid."""
    cache.clear()
    member = MembershipFactory(household__area=grid, household__room="101", resident__name="王桂兰")
    key, now = str(uuid.uuid4()), timezone.now().isoformat()
    typed = {"household": member.household.pk, "once_key": key, "summary": "老人说膝盖好些了。", "photos": [picture()]}
    data = seal(no_change(member) | typed, user=worker.pk, key=key, head={"saved_at": now, "now": now})
    move_household(member.household, other_grid, by=chair)
    as_user(worker).post(reverse("grids:offline_envelopes"), data, content_type="application/octet-stream")
    return Envelope.objects.get()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_came_late_is_read_and_taken_over(sign_in, no_serious_finding, late, worker, chair, size):
    page = sign_in(chair, size)
    page.goto(reverse("grids:tray_list"))
    no_serious_finding(page)
    follow(page.get_by_role("link", name="王桂兰户"))
    no_serious_finding(page)
    assert page.get_by_text("老人说膝盖好些了。").is_visible()
    follow(page.get_by_role("link", name="代为登记"))
    no_serious_finding(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    follow(page.get_by_role("button", name="代为登记"))

    visit = Visit.objects.get()
    assert (visit.visitor, visit.recorded_by) == (worker, chair)
    assert page.get_by_text("已代为登记。走访人是原来的走访人").is_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_list_of_ones_phones(sign_in, no_serious_finding, worker, size):
    register_device(worker, name="鸿蒙手机（微信）")
    page = sign_in(worker, size)
    page.goto(reverse("grids:device_list"))
    assert page.get_by_role("row", name="鸿蒙手机（微信）").get_by_role("button", name="停用").is_visible()
    no_serious_finding(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
