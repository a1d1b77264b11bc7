"""All states × all steps of a survey."""

import itertools

import pytest
from django.utils import timezone

from fedhub.core.flow import FlowError
from surveys.enums import Status
from surveys.flow import survey_flow
from surveys.models import Survey
from surveys.tests.factories import SurveyFactory

pytestmark = pytest.mark.django_db
BEFORE = (Status.DRAFT, Status.REVIEW, Status.DROPPED)


def survey_at(status):
    """A survey in `status`."""
    facts = {} if status in BEFORE else {"edition": 1, "published_at": timezone.now(), "closed_at": timezone.now()}
    return SurveyFactory(status=status, **facts)


@pytest.mark.parametrize(("status", "name"), list(itertools.product(Status.values, survey_flow.steps)))
def test_every_step_from_every_state(status, name):
    survey, step = survey_at(status), survey_flow.steps[name]
    facts = {"edition": 1, "published_at": timezone.now()} if name == "publish" else {}
    if step.target == Status.CLOSED:
        facts = {"closed_at": timezone.now()}

    if status in step.sources:
        survey_flow.walk(survey, name, **facts)
        assert Survey.objects.get().status == step.target
    else:
        with pytest.raises(FlowError):
            survey_flow.walk(survey, name, **facts)
        assert Survey.objects.get().status == status
