"""One small survey, and what comes in for it."""

import factory
from django.utils import timezone

from fedhub.areas.tests.factories import community
from surveys.definition.questionnaire import Option, Question, Questionnaire, Section, to_data
from surveys.enums import Kind, Status
from surveys.models import Edition, Survey
from surveys.services.lifecycle import set_seats

WORK = Questionnaire(
    (
        Section(
            "工作",
            questions=(
                Question(
                    "q1", Kind.SINGLE, "您现在工作吗？", required=True, options=(Option("a", "在工作"), Option("b", "没有工作"))
                ),
                Question(
                    "q2", Kind.MULTIPLE, "难在哪里？",
                    options=(Option("a", "孩子没人带"), Option("b", "技能不够"), Option("c", "其他", other=True)),
                ),
                Question("q3", Kind.TEXT, "还想说什么？"),
            ),
        ),
    )
)  # fmt: skip


class SurveyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Survey

    area = factory.LazyFunction(community)
    number = factory.Sequence(lambda n: f"WJ2026-{n + 1:04d}")
    token = factory.Sequence(lambda n: f"t{n + 1:020d}")
    title = "职业女性养育问题问卷"
    topic = "5"
    asker = "幸福社区妇联"
    purpose = "想知道上班的妈妈需要什么"
    draft = factory.LazyFunction(lambda: to_data(WORK))
    secret = "s" * 32


def published(survey=None, *, by, content=WORK, at=None):
    """`survey` out in its first edition."""
    survey = survey or SurveyFactory()
    Edition.objects.create(survey=survey, number=1, content=to_data(content), made_by=by)
    Survey.objects.filter(pk=survey.pk).update(
        status=Status.OPEN, edition=1, published_at=at or timezone.now(), reviewed_by=by
    )
    survey.refresh_from_db()
    set_seats(survey, content)
    return survey
