"""Job support of the invented community: every post but one can be shown, and every result is there once."""

from types import SimpleNamespace

import pytest

from accounts.roles import Role
from accounts.tests.factories import user_with
from employment.models import Application, Employer, Post, Seeker, Startup, StartupLoan
from employment.services.posts import findings_of
from fedhub.core.validators import parse_credit_code
from fedhub.demo.employment import credit_code, write_employment
from households.tests.factories import ResidentFactory


@pytest.mark.django_db
def test_posts_seekers_and_results_of_the_demo(community, grid):
    for year in range(1975, 1987):
        ResidentFactory(area=grid, birth=f"{year}-04-01")
    officer = user_with(Role.JOB_OFFICER, community, username="maqing")

    write_employment(SimpleNamespace(community=community, staff={"maqing": officer}))

    assert (Employer.objects.filter(state="checked").count(), Post.objects.alive().count()) == (4, 6)
    assert [one.stops for one in findings_of(Post.objects.get(state="draft"))] == [True, False]
    assert Seeker.objects.count() == 10
    assert sorted(Application.objects.values_list("state", flat=True)) == [
        "hired", "interviewing", "recommended", "recommended", "refused",
    ]  # fmt: skip
    assert sorted(Startup.objects.values_list("trade", "employs")) == [("早餐店", 2), ("直播卖土产", 0)]
    assert StartupLoan.objects.get().amount == 100_000


@pytest.mark.parametrize("number", [0, 1, 999])
def test_codes_of_the_demo_have_the_right_check_digit(number):
    assert parse_credit_code(credit_code(number)) == credit_code(number)
