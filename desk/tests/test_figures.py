"""The figures of the month on the desk."""

import pytest

from accounts.roles import Role
from accounts.tests.factories import user_with
from desk.queries import month_figures

pytestmark = pytest.mark.django_db


def test_whoever_reads_no_visits_is_told_none_instead_of_nought(community, chair):
    officer = user_with(Role.JOB_OFFICER, community, username="officer")

    assert [tile["label"] for tile in month_figures(officer)] == ["走访逾期", "本月诉求"]
    assert [tile["label"] for tile in month_figures(chair)] == ["本月走访", "本月见到", "走访逾期", "本月诉求"]
