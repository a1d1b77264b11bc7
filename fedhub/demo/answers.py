"""Answers to every survey that is out in the demo: most grids answer, one says little, some words, a letter that waits."""

import random
from datetime import timedelta

from django.utils import timezone

from surveys.definition.questionnaire import from_data
from surveys.enums import Kind, Mode, Status, Way
from surveys.logic import shown
from surveys.models import Incoming, Survey
from surveys.services.flushing import flush
from surveys.services.incoming import Filled, packed
from surveys.services.letters import answer, letter_code, write_hers
from surveys.services.live import places_of

MANY, DAYS, LATE = 240, 9, 6
SAID = [
    "晚上七点以后有没有托管班？", "想学月嫂，没人告诉在哪里报名。", "单位不让请假接孩子。", "老人身体不好，孩子只能自己带。",
    "希望周末有亲子活动。", "暑假孩子没地方去。", "社区活动都在上班时间，参加不了。", "挺好的，谢谢你们。", "希望有人教孩子写作业。",
    "工作和孩子顾不过来。",
]  # fmt: skip
OTHER = ["上夜班", "在家做手工", "照顾老人", "还在找"]
LETTERS = [("想学做月嫂，要多少钱？", "政府补贴的班不收钱，下月初开班。到社区二楼妇联登记就行，不用说是从问卷来的。"),
           ("孩子放学到七点没人管，附近有没有地方？", "")]  # fmt: skip


def answer_surveys(demo):
    """Fill in every open survey that names nobody, and put most of the answers in; a few still wait."""
    rnd = random.Random(8)  # noqa: S311 - invented answers
    for survey in Survey.objects.filter(status=Status.OPEN).exclude(mode=Mode.NAMED).order_by("pk"):
        questionnaire = from_data(survey.editions.get(number=survey.edition).content)
        places = places_of(survey, questionnaire)
        rows = [_sheet(rnd, survey, questionnaire, places) for _ in range(MANY)]
        Incoming.objects.bulk_create(Incoming(survey=survey, sealed=text) for text in rows)
        while flush(survey):
            pass
        Incoming.objects.bulk_create(
            Incoming(survey=survey, sealed=_sheet(rnd, survey, questionnaire, places)) for _ in range(LATE)
        )
        _letters(survey, demo.chair)


def _sheet(rnd, survey, questionnaire, places):
    """Text of one invented answer as it waits."""
    answers, texts, area = {}, {}, survey.area_id
    for question in questionnaire.questions():
        if question.code not in shown(questionnaire, answers, texts) or (not question.required and rnd.random() < 0.1):
            continue
        value, words = _answer(rnd, question, places)
        if value is not None:
            answers[question.code] = value
            if question.kind == Kind.AREA:
                area = places[value][0]
        texts |= words
    open_for = max(0, (timezone.localdate() - survey.starts_on).days)
    day = timezone.localdate() - timedelta(days=rnd.randint(0, min(DAYS, open_for)))
    way = rnd.choices([Way.SELF, Way.ASSISTED, Way.PAPER], [90, 7, 3])[0]
    return packed(Filled(survey.edition, answers, texts, area, way=way), day)


def _answer(rnd, question, places):
    """(value, words) of an invented answer to `question`; what only so many may take is left to visitors."""
    options = [option for option in question.offered() if not option.limit and not option.refuse]
    codes = [option.code for option in options]
    free = [option.code for option in options if not option.exclusive]
    weights = [len(codes) - place for place in range(len(codes))]
    if question.kind in (Kind.SINGLE, Kind.YES_NO, Kind.SCALE) and codes:
        code = rnd.choices(codes, weights)[0]
        return code, {f"{question.code}.{code}": rnd.choice(OTHER)} if question.option(code).other else {}
    if question.kind == Kind.MULTIPLE and free:
        least = int(question.least or 1)
        chosen = rnd.sample(free, min(len(free), max(least, rnd.randint(1, min(3, int(question.most or 3))))))
        return [code for code in free if code in chosen], {}
    if question.kind == Kind.MATRIX and codes:
        return {row.code: rnd.choices(codes, weights)[0] for row in question.rows if not row.retired}, {}
    if question.kind == Kind.RANKING and codes:
        return rnd.sample(codes, min(len(codes), int(question.most or len(codes)))), {}
    if question.kind == Kind.NUMBER:
        return rnd.randint(int(float(question.least or 0)), int(float(question.most or 10))), {}
    if question.kind == Kind.AREA and places:
        names = list(places)
        # The last grid hardly answers: it is the silent one.
        return rnd.choices(names, [20] * (len(names) - 1) + [1])[0], {}
    if question.kind == Kind.CONSENT:
        return "yes", {}
    if question.kind == Kind.TEXT:
        return None, {question.code: rnd.choice(SAID)} if rnd.random() < 0.4 else {}
    return None, {}


def _letters(survey, chair):
    for place, (hers, ours) in enumerate(LETTERS):
        code = letter_code(survey, f"demo{place:018d}")
        letter = write_hers(survey, code, hers)
        if ours:
            answer(letter.thread, ours, by=chair)
