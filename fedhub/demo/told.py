"""A survey of last spring in the demo: a few hundred answers, what it found, and what was done about it, told to everybody."""

import json
import random
import secrets
from datetime import timedelta

from django.utils import timezone

from concerns.services.handling import accept_concern, assign_concern
from fedhub.areas.models import Area
from fedhub.core.models.numbers import take_numbers
from surveys.definition.questionnaire import Condition, Option, Question, Questionnaire, Section, to_data
from surveys.enums import Kind, Status
from surveys.models import Edition, Finding, Response, Survey, TextEntry
from surveys.report import figures_behind
from surveys.results import Results
from surveys.services.action import ask_for_help, raise_from_finding, write_finding
from surveys.services.folding import fold
from surveys.services.telling import tell_results, tell_text
from surveys.services.texts import scan_waiting, tag_text

SEED, ANSWERS = 505, 318
WORDS = [
    ("暑假两个月孩子没人带，托管班能不能开到五点半。", "2"),
    ("学校三点半放学，我六点才下班，中间这段最愁。", "2"),
    ("想学做糕点，在家门口就能上班。", "1"),
    ("婆婆身体不好，既要上班又要照顾老人。", "5"),
    ("单位没有哺乳室，背奶很不方便。", "5"),
    ("希望有人讲讲孩子青春期怎么沟通。", "2"),
    ("我在群里留过电话 13900000417，可以找我当志愿者。", "7"),
    ("两癌筛查最好放在周末，平时请不了假。", "6"),
]


def _options(*labels):
    return tuple(Option("abcdefgh"[k], label) for k, label in enumerate(labels))


def questionnaire():
    """The questionnaire of the topic 职业女性养育问题 (handbook 5.3), shortened."""
    scale = tuple(Option(str(n), str(n)) for n in range(1, 6))
    work = (
        Question("q1", Kind.SINGLE, "您现在工作吗？", required=True, options=_options("全职上班", "打零工", "没有上班，想找", "没有上班，不打算找")),
        Question(
            "q2", Kind.MULTIPLE, "上班带孩子，难在哪里？（可多选）",
            options=(*_options("放学到下班没人接", "寒暑假没人带", "托育太贵", "单位不好请假", "家里人分担少"), Option("x", "以上都没有", exclusive=True)),
        ),
        Question("q3", Kind.SINGLE, "放学以后孩子主要谁带？", shown_if=(Condition("q2", ("a", "b", "c", "d", "e")),),
                 options=_options("自己", "老人", "托管班", "自己在家")),
    )  # fmt: skip
    wish = (
        Question("q4", Kind.SCALE, "单位对带孩子的职工支持够不够？（1 很不够，5 很够）", options=scale),
        Question("q5", Kind.RANKING, "社区先做哪样？", options=_options("暑期托管", "放学接送站", "家长课堂")),
        Question("q6", Kind.NUMBER, "家里有几个未满 18 岁的孩子？", least=0, most=9),
        Question("q7", Kind.SINGLE, "您的年龄", options=_options("30 岁以下", "30—39 岁", "40—49 岁", "50 岁以上")),
        Question("q8", Kind.TEXT, "还有什么想说的？", long=True),
    )
    return Questionnaire((Section("工作和孩子", questions=work), Section("希望", questions=wish)))


def tell_a_survey(demo):
    """Write the survey with its answers, texts, findings, and what was told."""
    draw, chair = random.Random(SEED), demo.staff["zhoumin"]  # noqa: S311 - invented answers
    survey, content = _survey(demo, chair), questionnaire()
    rows = [_response(draw, survey, demo.grids, n) for n in range(ANSWERS)]
    Response.objects.bulk_create(rows)
    fold(survey, {1: content}, rows)
    scan_waiting()
    _texts(survey, chair)
    finding = _finding(survey, chair, "放学到下班这两三个钟头没人接", "q2", "2", demo.community)
    concern = raise_from_finding(finding, by=chair).concern
    accept_concern(concern, by=chair)
    assign_concern(concern, person=demo.staff["fengxue"], handle_by=timezone.localdate() + timedelta(days=7), by=chair)
    other = _finding(survey, chair, "暑期托管最盼", "q5", "5", demo.community)
    ask_for_help(
        key="00000000-0000-4000-8000-000000000505", area=demo.grids[0], topic="2", words="孩子三点半放学，想找一个能接的地方。",
        name="王女士", phone="13900000505", reach="中午打电话，不要发短信",
    )  # fmt: skip
    tell_results(
        survey, shown=["q1", "q2", "q4", "q5", "q8"], findings=[finding.pk, other.pk], by=chair,
        said="上班的妈妈最愁两件事：放学到下班没人接，寒暑假没人带。",
        done="社区活动室 7 月起开暑期托管班，到下午五点半；放学接送站在和学校、物业商量地方，9 月前答复。",
    )  # fmt: skip


def _survey(demo, chair):
    now = timezone.now()
    survey = Survey.objects.create(
        area=demo.community, created_by=chair, number=f"WJ{now:%Y}-{take_numbers(f'survey:{now:%Y}'):04d}",
        token=secrets.token_hex(16), title="上班妈妈最需要什么", topic="5", asker=f"{demo.community.name}妇联",
        purpose="想知道上班的妈妈需要什么，安排今年的托管和课堂", phone="0571-88000000", minutes=3, audience=640,
        starts_on=timezone.localdate() - timedelta(days=60), ends_on=timezone.localdate() - timedelta(days=30),
        draft=to_data(questionnaire()),
    )  # fmt: skip
    Edition.objects.create(survey=survey, number=1, content=to_data(questionnaire()), made_by=chair)
    Survey.objects.filter(pk=survey.pk).update(
        status=Status.CLOSED, edition=1, published_at=now - timedelta(days=60), closed_at=now - timedelta(days=30),
        reviewed_by=chair,
    )  # fmt: skip
    survey.refresh_from_db()
    return survey


def _response(draw, survey, grids, n):
    """One answer; the last grid stays silent."""
    where = draw.choices(grids[:-1], weights=range(len(grids) - 1, 0, -1))[0]
    troubles = sorted(set(draw.choices("abcde", weights=(9, 8, 4, 5, 4), k=draw.randint(1, 3))))
    chosen = ["x"] if draw.random() < 0.08 else troubles
    answers = {
        "q1": draw.choices("abcd", weights=(55, 18, 20, 7))[0], "q2": chosen,
        "q4": draw.choices("12345", weights=(14, 24, 30, 20, 12))[0],
        "q5": draw.choices([["a", "b", "c"], ["b", "a", "c"], ["a", "c", "b"], ["c", "a", "b"]], weights=(5, 4, 2, 1))[0],
        "q6": draw.choices((0, 1, 2, 3), weights=(10, 52, 33, 5))[0],
        "q7": draw.choices("abcd", weights=(20, 45, 25, 10))[0],
    }  # fmt: skip
    if chosen != ["x"]:
        answers["q3"] = draw.choices("abcd", weights=(35, 40, 18, 7))[0]
    texts = {"q8": WORDS[n % len(WORDS)][0]} if n % 9 == 0 else {}
    day = survey.starts_on + timedelta(days=draw.randrange(30))
    return Response(
        survey=survey, edition=1, answers=answers, texts=json.dumps(texts, ensure_ascii=False),
        area=Area(pk=where.pk), on=day,
    )  # fmt: skip


def _texts(survey, chair):
    topics = dict(WORDS)
    told = set()
    for entry in TextEntry.objects.filter(survey=survey).select_related("survey"):
        tag_text(entry, topics=[topics[entry.words]], by=chair)
        if entry.words not in told and len(told) < 4 and not entry.covered:
            tell_text(entry, told=True, by=chair)
            told.add(entry.words)


def _finding(survey, chair, words, question, topic, area):
    figures = figures_behind(Results(survey), question)
    finding = Finding(survey=survey, area=area, words=words, topic=topic, question=question, figures=figures)
    return write_finding(finding, by=chair)
