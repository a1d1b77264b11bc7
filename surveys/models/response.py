"""Answers: what came in and waits, what is kept, and what is counted. None of it says who answered, when, or in what order."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.fields import BlindIndexField, EncryptedTextField, RandomKeyField
from surveys.enums import Way
from surveys.models.survey import OfSurveyQuerySet, Survey


class Incoming(models.Model):
    """待归集的答卷。 A filled questionnaire as it came, sealed; a few at a time are mixed and put among the responses, so that the
    order in which rows were written leads nobody back (security 4.10). What it holds: surveys.services.incoming."""

    id = RandomKeyField()
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="incoming")
    sealed = EncryptedTextField("答卷", column="surveys.Incoming.sealed")

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey"}
        sensitive = {"sealed"}

    class Meta:
        verbose_name = verbose_name_plural = "待归集的答卷"
        default_permissions = ()

    def __str__(self):
        return str(self.survey)


class Response(models.Model):
    """答卷。 One filled questionnaire: chosen codes in `answers` {question: code | [codes] | {row: code} | number | "2026-01-31"},
    written words sealed in `texts` (JSON {question: words, "question.option": words}). No finer time than the day."""

    id = RandomKeyField()
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="responses")
    edition = models.PositiveSmallIntegerField("版次")
    answers = models.JSONField("答案")
    texts = EncryptedTextField("文字答案", column="surveys.Response.texts")
    # The grid she named, else the place of the survey.
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    on = models.DateField("日期", default=timezone.localdate)
    way = models.CharField("怎样填的", max_length=10, choices=Way, default=Way.SELF)

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "edition", "area", "on", "way"}
        sensitive = {"answers", "texts"}

    class Meta:
        verbose_name = verbose_name_plural = "答卷"
        default_permissions = ()
        indexes = [models.Index(fields=["survey", "id"], name="surveys_response_survey")]
        constraints = [models.CheckConstraint(condition=Q(way__in=Way.values), name="surveys_response_way_known")]

    def __str__(self):
        return str(self.survey)


class Marker(models.Model):
    """已填标记。 A fingerprint of whoever answered (her WeChat, her browser, her one-time code), made with the survey's own
    secret; leads to no answer, and means nothing once the secret is gone."""

    id = RandomKeyField()
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="markers")
    mark = BlindIndexField("指纹")

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey"}
        personal = {"mark"}

    class Meta:
        verbose_name = verbose_name_plural = "已填标记"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["survey", "mark"], name="surveys_marker_once")]

    def __str__(self):
        return str(self.survey)


class Seat(models.Model):
    """名额。 How many of a survey (option "") or of one option are taken; taken by one conditional update, never more than
    `limit`."""

    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="seats")
    question = models.CharField("题号", max_length=20, blank=True)
    option = models.CharField("选项", max_length=20, blank=True)
    limit = models.PositiveIntegerField("上限")
    taken = models.PositiveIntegerField("已用", default=0)

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "question", "option", "limit", "taken"}

    class Meta:
        verbose_name = verbose_name_plural = "名额"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["survey", "question", "option"], name="surveys_seat_once"),
            models.CheckConstraint(condition=Q(taken__lte=models.F("limit")), name="surveys_seat_not_over"),
        ]

    def __str__(self):
        return f"{self.survey} {self.question} {self.option}"


class Helped(models.Model):
    """代填记录。 How many a member of staff helped with, in all and without a day: beside the day and the way of an answer it
    would say whose help stands behind it (handbook 5.2)."""

    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="helped")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="工作人员", related_name="+")
    way = models.CharField("怎样填的", max_length=10, choices=Way)
    count = models.PositiveIntegerField("份数", default=0)

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "user", "way", "count"}

    class Meta:
        verbose_name = verbose_name_plural = "代填记录"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["survey", "user", "way"], name="surveys_helped_once")]

    def __str__(self):
        return f"{self.survey} {self.way}"


class Tally(models.Model):
    """计数。 So many responses of a place chose `option` in `question` (of a matrix: in `row`; of a ranking:
    as the `row`-th; of a number or a date: that value); `option` "" counts who answered it,
    `question` "" the responses themselves. Written with the responses in one transaction; a recount gives the same."""

    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="tallies")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    question = models.CharField("题号", max_length=20, blank=True)
    row = models.CharField("行", max_length=20, blank=True)
    option = models.CharField("选项", max_length=20, blank=True)
    n = models.PositiveIntegerField("份数", default=0)

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "area", "question", "row", "option", "n"}

    class Meta:
        verbose_name = verbose_name_plural = "问卷计数"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["survey", "question", "row", "option", "area"], name="surveys_tally_once")
        ]

    def __str__(self):
        return f"{self.survey} {self.question} {self.option}"
