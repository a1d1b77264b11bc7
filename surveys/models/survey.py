"""A survey: what is asked, of whom, and until when; and the editions in which it was out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import Area, AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from surveys.enums import Mode, Status


class SurveyQuerySet(SharedQuerySet):
    view_permission = "surveys.view_survey"
    reaching = ("surveys.assist_survey",)

    def for_list(self):
        return self.select_related("area", "created_by")

    def waiting_for(self, user):
        """In review where `user` may publish."""
        return self.visible_to(user, "surveys.publish_survey").filter(status=Status.REVIEW)

    def collecting(self, day=None):
        """Out, and today is among their days."""
        day = day or timezone.localdate()
        return self.filter(status=Status.OPEN, starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Survey(AreaScoped):
    """问卷。 One questionnaire of one place; `draft` is what is being written, an edition is what was out."""

    number = models.CharField("编号", max_length=20, unique=True)
    token = models.CharField("链接码", max_length=32, unique=True)
    title = models.CharField("标题", max_length=60)
    topic = models.CharField("方面", max_length=4, blank=True)
    sensitive = models.BooleanField("涉及敏感话题", default=False)
    mode = models.CharField("记名方式", max_length=10, choices=Mode, default=Mode.ANONYMOUS)
    asker = models.CharField("谁在问", max_length=60)
    purpose = models.CharField("为什么问", max_length=200)
    phone = models.CharField("咨询电话", max_length=30, blank=True)
    minutes = models.PositiveSmallIntegerField("大约几分钟", default=3)
    keep_months = models.PositiveSmallIntegerField("原始答案保留几个月", default=12)
    age_from = models.PositiveSmallIntegerField("年满几岁可以填", default=16)
    starts_on = models.DateField("开始日期", default=timezone.localdate)
    ends_on = models.DateField("截止日期", null=True, blank=True)
    limit = models.PositiveIntegerField("最多收多少份", null=True, blank=True)
    once_each = models.BooleanField("每人一份", default=True)
    audience = models.PositiveIntegerField("问的是多少人", null=True, blank=True)
    grids = models.ManyToManyField(Area, verbose_name="问哪些网格", related_name="+", blank=True)
    draft = models.JSONField("内容", default=dict)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    edition = models.PositiveSmallIntegerField("版次", default=0, editable=False)
    returned_note = models.CharField("退回意见", max_length=200, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审核人", related_name="+", null=True, editable=False
    )
    published_at = models.DateTimeField("发布时间", null=True, editable=False)
    closed_at = models.DateTimeField("结束时间", null=True, editable=False)
    # Makes the markers of who answered already; gone when the survey is closed, so that they mean nothing any more.
    secret = EncryptedTextField("标记密钥", column="surveys.Survey.secret")
    shown = models.JSONField("公布哪些题", default=list, editable=False)
    said = models.TextField("听到的", max_length=2000, blank=True)
    done = models.TextField("做了的", max_length=2000, blank=True)

    objects = SurveyQuerySet.as_manager()
    history = track(excluded_fields=["secret"])

    class Privacy:
        internal = {
            "number", "title", "topic", "sensitive", "mode", "asker", "purpose", "phone", "minutes", "keep_months",
            "age_from", "starts_on", "ends_on", "limit", "once_each", "audience", "grids", "draft", "status", "edition",
            "returned_note", "reviewed_by", "published_at", "closed_at", "shown", "said", "done", "token",
        }  # fmt: skip
        personal = {"secret"}

    class Meta:
        verbose_name = verbose_name_plural = "问卷"
        default_permissions = ("view", "add", "change")
        permissions = [
            ("publish_survey", "审核、发布问卷，公布结果"),
            ("assist_survey", "代填、录入纸质问卷"),
            ("export_survey", "导出问卷结果"),
        ]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="surveys_survey_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="surveys_survey_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="surveys_survey_status_known"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="surveys_survey_mode_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="surveys_survey_days"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.REVIEW, Status.DROPPED])
                | Q(published_at__isnull=False, edition__gt=0),
                name="surveys_survey_out_has_edition",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.CLOSED, Status.TOLD, Status.ARCHIVED]) | Q(closed_at__isnull=False),
                name="surveys_survey_closed_has_moment",
            ),
            # Violence, marriage and health are never asked by name (handbook 5.2).
            models.CheckConstraint(
                condition=~Q(sensitive=True, mode=Mode.NAMED), name="surveys_survey_sensitive_not_named"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("surveys:survey_detail", args=[self.pk])

    @property
    def public_path(self):
        """Where it is filled in, without the host."""
        return f"/s/{self.token}/"


class OfSurveyQuerySet(ScopedQuerySet):
    scope_path = "survey__area"


class Edition(models.Model):
    """版次。 What was out from one moment on; never changed, so that an answer is always read with the words it was given to."""

    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="editions")
    number = models.PositiveSmallIntegerField("第几版")
    content = models.JSONField("内容")
    made_at = models.DateTimeField("发布时间", default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发布人", related_name="+")

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "number", "content", "made_at", "made_by"}

    class Meta:
        verbose_name = verbose_name_plural = "问卷版次"
        default_permissions = ()
        ordering = ["survey", "number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="surveys_edition_once")]

    def __str__(self):
        return f"{self.survey} 第{self.number}版"
