"""What is there while a survey is answered: a page begun, codes that are good once, pictures, a way to reach her, letters.
None of it says when, from where, or by whom; none leads from a person to an answer, but in a survey that names people."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from fedhub.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField, RandomKeyField
from fedhub.core.text import mask_all
from surveys.models.response import Response
from surveys.models.survey import OfSurveyQuerySet, Survey


class Draft(models.Model):
    """没填完的答卷。 What she has filled in so far, sealed, found by the key in her browser or by a short code; gone when she
    sends it, and some days after she left it."""

    id = RandomKeyField()
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="drafts")
    blind = BlindIndexField("浏览器钥匙指纹")
    code = BlindIndexField("接着填的码指纹")
    sealed = EncryptedTextField("填到哪里", column="surveys.Draft.sealed")
    expires_on = models.DateField("保留到")

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "expires_on"}
        personal = {"blind", "code"}
        sensitive = {"sealed"}

    class Meta:
        verbose_name = verbose_name_plural = "没填完的答卷"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["survey", "blind"], name="surveys_draft_once"),
            models.UniqueConstraint(fields=["survey", "code"], name="surveys_draft_code_once"),
        ]

    def __str__(self):
        return str(self.survey)


class Pass(models.Model):
    """一次性码。 Lets one questionnaire be filled in once: printed for whoever has no phone, or made when a member of staff
    fills in for somebody or hands her phone over. Only its fingerprint is kept."""

    id = RandomKeyField()
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="passes")
    blind = BlindIndexField("码的指纹")
    used = models.BooleanField("用掉了", default=False)
    expires_on = models.DateField("有效到", null=True)

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "used", "expires_on"}
        personal = {"blind"}

    class Meta:
        verbose_name = verbose_name_plural = "一次性码"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["survey", "blind"], name="surveys_pass_once")]

    def __str__(self):
        return str(self.survey)


class PictureQuerySet(OfSurveyQuerySet):
    def put_in(self):
        """Those whose answers were put among the responses: what still waits is looked at by nobody."""
        return self.exclude(question="").filter(expires_on=None)


class Picture(models.Model):
    """问卷照片。 A cleaned picture of one answer, sealed: without place, device or moment. `expires_on` empty: the answer it
    belongs to was sent; `question` set: that answer was put among the responses, and the picture may be looked at."""

    id = RandomKeyField()
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="pictures")
    sealed = EncryptedTextField("照片", column="surveys.Picture.sealed")
    question = models.CharField("题号", max_length=20, blank=True)
    expires_on = models.DateField("保留到", null=True)

    objects = PictureQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "question", "expires_on"}
        sensitive = {"sealed"}
        masks = {"sealed": mask_all}

    class Meta:
        verbose_name = verbose_name_plural = "问卷照片"
        default_permissions = ()

    def __str__(self):
        return str(self.survey)


class Contact(models.Model):
    """联系方式。 Who answered a survey by name (`response` is hers), or a way to reach her that she left of her own will, which
    leads to no answer. `sealed`: {"name", "phone"}; `mark`: the browser that may change her answer."""

    id = RandomKeyField()
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="contacts")
    response = models.OneToOneField(
        Response, models.PROTECT, verbose_name="答卷", related_name="contact", null=True, blank=True
    )
    mark = BlindIndexField("浏览器钥匙指纹")
    sealed = EncryptedJSONField("联系方式", column="surveys.Contact.sealed")

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "response"}
        personal = {"mark", "sealed"}
        masks = {"sealed": mask_all}

    class Meta:
        verbose_name = verbose_name_plural = "联系方式"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["survey", "mark"], name="surveys_contact_mark_once")]

    def __str__(self):
        return str(self.survey)


class Thread(models.Model):
    """回信。 Letters between somebody who is known by a code alone and the office; leads to no answer."""

    id = RandomKeyField()
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="threads")
    blind = BlindIndexField("回信码指纹", unique=True)
    waiting = models.BooleanField("等答复", default=True)

    objects = OfSurveyQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "waiting"}
        personal = {"blind"}

    class Meta:
        verbose_name = verbose_name_plural = "回信"
        default_permissions = ()

    def __str__(self):
        return str(self.survey)


class Letter(models.Model):
    """一封信。 One letter of a thread, the `number`-th; hers, or one of the office."""

    id = RandomKeyField()
    thread = models.ForeignKey(Thread, models.PROTECT, verbose_name="回信", related_name="letters")
    number = models.PositiveSmallIntegerField("第几封")
    hers = models.BooleanField("居民写的")
    text = EncryptedTextField("内容", column="surveys.Letter.text", text_length=1000)
    on = models.DateField("日期", default=timezone.localdate)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="答复人", related_name="+", null=True, blank=True
    )

    class Privacy:
        internal = {"id", "thread", "number", "hers", "on", "by"}
        sensitive = {"text"}
        masks = {"text": mask_all}

    class Meta:
        verbose_name = verbose_name_plural = "信"
        default_permissions = ()
        ordering = ["thread", "number"]
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="surveys_letter_once"),
            models.CheckConstraint(
                condition=models.Q(hers=True, by=None) | models.Q(hers=False, by__isnull=False),
                name="surveys_letter_written_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.thread} {self.number}"
