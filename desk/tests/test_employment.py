"""What job support puts on the desk."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.employment import job_todos
from employment.tests.factories import follow_up_in

pytestmark = pytest.mark.django_db


def test_it_lies_on_the_desk_of_whoever_leads_her_from_its_day_on(worker, chair, grid):
    due = follow_up_in(grid, lead=worker)
    follow_up_in(grid, lead=worker, due_on=timezone.localdate() + timedelta(days=1))

    ((kind, rows, count),) = job_todos(worker, timezone.localdate())

    assert (kind, [(row.url, row.when) for row in rows], count) == ("job", [(due.get_absolute_url(), "late")], 1)
    assert list(job_todos(chair, timezone.localdate())) == [("job", [], 0)]
