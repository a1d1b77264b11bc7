"""Surveys of the demo: one that waits for its review, one that is out, one whose results were told. Through the services; days in
the past are put back afterwards."""

from datetime import timedelta

from django.utils import timezone

from surveys.definition.bank import bank
from surveys.enums import Mode
from surveys.flow import survey_flow
from surveys.models import Survey
from surveys.services.lifecycle import create_survey, publish_survey, submit_survey

# Field of work, title, purpose, days since it was begun, how far it has come.
SURVEYS = [
    ("1", "女性就业情况问卷", "安排秋季招聘会和技能培训", 95, "told"),
    ("5", "职业女性养育问题问卷", "向议事会提托育点和放学后看护的建议", 9, "open"),
    ("6", "女性健康问卷", "组织两癌筛查和健康讲座", 1, "review"),
]


def surveys_of(demo):
    """The surveys of a Demo."""
    for plan in SURVEYS:
        _survey(demo, *plan)


def _survey(demo, topic, title, purpose, ago, state):
    by, today = demo.chair, timezone.localdate()
    community = demo.community
    survey = Survey(
        area=community, title=title, topic=topic, mode=Mode.VOLUNTARY if topic == "5" else Mode.ANONYMOUS,
        asker=f"{community.name}妇联", purpose=purpose, phone="0571-8888 0000", minutes=3, audience=600,
        starts_on=today - timedelta(days=ago), ends_on=today + timedelta(days=21) if state != "told" else today - timedelta(days=60),
    )  # fmt: skip
    create_survey(survey, by=by, questionnaire=bank(topic)[2])
    if state == "told":
        # A day that is over cannot be set while it is sent for review.
        Survey.objects.filter(pk=survey.pk).update(ends_on=today)
        survey.refresh_from_db()
    submit_survey(survey, by=by)
    if state == "review":
        return
    publish_survey(survey, by=by)
    if state == "told":
        survey_flow.walk(survey, "close", closed_at=timezone.now() - timedelta(days=60))
        survey_flow.walk(
            survey,
            "tell",
            said="最难的是孩子没人带，其次是缺少技能。",
            done="开了两期月嫂培训，招聘会设了半天岗专区。",
        )
    began = timezone.now() - timedelta(days=ago)
    dates = {"published_at": began, "created_at": began}
    if state == "told":
        dates |= {"ends_on": today - timedelta(days=60)}
    Survey.objects.filter(pk=survey.pk).update(**dates)
