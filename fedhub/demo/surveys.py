"""Surveys of the demo: one that waits for its review, one that is out. Through the services; days in
the past are put back afterwards."""

from datetime import timedelta

from django.utils import timezone

from surveys.definition.bank import bank
from surveys.enums import Mode
from surveys.models import Survey
from surveys.services.lifecycle import create_survey, publish_survey, submit_survey

# Field of work, title, purpose, days since it was begun, how far it has come.
SURVEYS = [
    ("5", "职业女性养育问题问卷", "向议事会提托育点和放学后看护的建议", 9, "open"),
    ("6", "女性健康问卷", "组织两癌筛查和健康讲座", 1, "review"),
]


def surveys_of(demo, community):
    """The surveys of a Demo in its community."""
    for plan in SURVEYS:
        _survey(demo, community, *plan)


def _survey(demo, community, topic, title, purpose, ago, state):
    by, today = demo.chair, timezone.localdate()
    questionnaire = bank(topic)[2]
    survey = Survey(
        area=community, title=title, topic=topic, mode=Mode.VOLUNTARY if topic == "5" else Mode.ANONYMOUS,
        asker=f"{community.name}妇联", purpose=purpose, phone="0571-8888 0000", minutes=3, audience=600,
        sensitive=any(question.sensitive for question in questionnaire.questions()),
        starts_on=today - timedelta(days=ago), ends_on=today + timedelta(days=21),
    )  # fmt: skip
    create_survey(survey, by=by, questionnaire=questionnaire)
    submit_survey(survey, by=by)
    if state != "review":
        publish_survey(survey, by=by)
        began = timezone.now() - timedelta(days=ago)
        Survey.objects.filter(pk=survey.pk).update(published_at=began, created_at=began)
