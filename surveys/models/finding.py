"""What a survey found, the concerns that it became, and the way to whoever asked for help."""

from django.db import models
from django.urls import reverse

from concerns.models import Concern
from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField, RandomKeyField
from fedhub.core.history import track
from fedhub.core.text import mask_name, mask_phone
from surveys.models.survey import Survey


class FindingQuerySet(ScopedQuerySet):
    def for_list(self):
        return self.select_related("area", "created_by", "concern")


class Finding(AreaScoped):
    """发现。 What the results say, in words, with the figures it rests on as they stood (`figures`: [[text, count, base]]); a
    concern can be raised from it, once."""

    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="findings")
    words = models.CharField("发现了什么", max_length=80)
    detail = models.TextField("说明", max_length=1000, blank=True)
    topic = models.CharField("方面", max_length=4)
    question = models.CharField("题号", max_length=45)
    figures = models.JSONField("依据的数", default=list)
    told = models.BooleanField("公布", default=False, editable=False)
    concern = models.OneToOneField(
        Concern, models.PROTECT, verbose_name="诉求", related_name="finding", null=True, editable=False
    )

    objects = FindingQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"survey", "words", "detail", "topic", "question", "figures", "told", "concern"}

    class Meta:
        verbose_name = verbose_name_plural = "问卷发现"
        default_permissions = ()
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="surveys_finding_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="surveys_finding_sort"),
        ]

    def __str__(self):
        return self.words

    def get_absolute_url(self):
        return reverse("surveys:finding_detail", args=[self.pk])


class OfConcernQuerySet(ScopedQuerySet):
    scope_path = "concern__area"


class HelpContact(models.Model):
    """求助的联系方式。 How to reach somebody who asked for help at the end of a questionnaire: given by her, for this concern
    alone. It names no survey and leads to no answer; its row and its concern keep the day, no moment."""

    id = RandomKeyField()
    concern = models.OneToOneField(Concern, models.PROTECT, verbose_name="诉求", related_name="help_contact")
    name = EncryptedTextField("怎么称呼", column="surveys.HelpContact.name", text_length=20)
    phone = EncryptedTextField("电话", column="surveys.HelpContact.phone", text_length=20)
    reach = EncryptedTextField("怎么找她才安全", column="surveys.HelpContact.reach", text_length=200)
    consent = models.CharField("同意的说法", max_length=200)
    key = BlindIndexField("表单指纹", unique=True)

    objects = OfConcernQuerySet.as_manager()

    class Privacy:
        internal = {"id", "concern", "consent", "key"}
        personal = {"name", "phone", "reach"}
        masks = {"name": mask_name, "phone": mask_phone, "reach": lambda text: "已写明" if text else ""}

    class Meta:
        verbose_name = verbose_name_plural = "求助的联系方式"
        default_permissions = ()

    def __str__(self):
        return str(self.concern)

    def get_absolute_url(self):
        return reverse("surveys:help_detail", args=[self.pk])
