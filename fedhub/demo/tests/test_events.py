"""Events of the invented community: one that is over, one that is full, a fair with stalls."""

from types import SimpleNamespace

import pytest

from accounts.roles import Role
from accounts.tests.factories import user_with
from employment.models import CourseCertificate, Event, Intention, Signup, Stall
from fedhub.demo.employment import write_employment
from fedhub.demo.events import write_events
from households.tests.factories import ResidentFactory


@pytest.mark.django_db
def test_a_course_is_over_one_is_full_and_a_fair_has_its_stalls(community, grid):
    for year in range(1975, 1995):
        ResidentFactory(area=grid, birth=f"{year}-04-01")
    demo = SimpleNamespace(
        community=community, staff={"maqing": user_with(Role.JOB_OFFICER, community, username="maqing")}
    )
    write_employment(demo)

    write_events(demo)

    assert dict(Event.objects.values_list("title", "state")) == {
        "育婴员免费培训": "ended", "养老护理免费培训": "open", "春风行动社区招聘会": "open", "女职工劳动权益讲座": "open",
    }  # fmt: skip
    assert CourseCertificate.objects.count() == 7
    full = Event.objects.get(title="养老护理免费培训")
    assert (full.taken, Signup.objects.filter(event=full, state="waiting").count()) == (6, 4)
    assert (Stall.objects.count(), Intention.objects.count()) == (4, 3)
