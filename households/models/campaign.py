"""A campaign: many families visited for one occasion, chosen by rule (acceptance 2, item 22)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.models import Job
from households.enums import CampaignState, CampaignVisit, CampaignWhom


class CampaignQuerySet(ScopedQuerySet):
    def running(self):
        """Under way."""
        return self.filter(state=CampaignState.RUNNING)


class Campaign(AreaScoped):
    """专项活动。 One occasion (三八、重阳、春节慰问…): which families, what to bring and to ask, from when to when.

    `criteria` is data, see households.criteria. When it starts, every fitting family gets one VisitTask that points here;
    a visit that does the task brings `goods` along as its default. Nothing sealed is ever among the criteria.
    """

    name = models.CharField("名称", max_length=40)
    template = models.CharField("模板", max_length=20, blank=True, editable=False)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    visit_kind = models.CharField("走访类别", max_length=10, choices=CampaignVisit, default=CampaignVisit.HOLIDAY)
    goods = models.CharField("送什么", max_length=100, blank=True)
    ask = models.CharField("问什么、说什么", max_length=300, blank=True)
    route = models.CharField("路线提示", max_length=200, blank=True)
    criteria = models.JSONField("走访哪些家庭", default=dict, blank=True)
    whom = models.CharField("分给谁", max_length=10, choices=CampaignWhom, default=CampaignWhom.NOBODY)
    state = models.CharField("状态", max_length=10, choices=CampaignState, default=CampaignState.DRAFT, editable=False)
    started_on = models.DateField("实际开始", null=True, blank=True, editable=False)
    closed_on = models.DateField("实际结束", null=True, blank=True, editable=False)
    closed_why = models.CharField("结束说明", max_length=60, blank=True)
    job = models.ForeignKey(
        Job, models.SET_NULL, verbose_name="进度", related_name="+", null=True, blank=True, editable=False
    )

    objects = CampaignQuerySet.as_manager()

    class Privacy:
        internal = {
            "name", "template", "starts_on", "ends_on", "visit_kind", "goods", "ask", "route", "criteria", "whom", "state",
            "started_on", "closed_on", "closed_why", "job",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "专项活动"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-starts_on", "-id"], name="households_camp_area_sort"),
            models.Index(fields=["-starts_on", "-id"], name="households_camp_sort"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CampaignState.values), name="households_campaign_state_known"
            ),
            models.CheckConstraint(
                condition=Q(visit_kind__in=CampaignVisit.values), name="households_campaign_visit_kind_known"
            ),
            models.CheckConstraint(condition=Q(whom__in=CampaignWhom.values), name="households_campaign_whom_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="households_campaign_days"),
            models.CheckConstraint(
                condition=(Q(state=CampaignState.CLOSED, closed_on__isnull=False) & ~Q(closed_why=""))
                | (~Q(state=CampaignState.CLOSED) & Q(closed_on=None, closed_why="")),
                name="households_campaign_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=CampaignState.RUNNING) | Q(started_on__isnull=False),
                name="households_campaign_running_has_day",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("households:campaign_detail", args=[self.pk])


class CampaignTag(models.Model):
    """专项标签。 A piece of work of any app that belongs to a campaign. `kind` names the registered kind
    (households.campaign_kinds), `object_id` its row: each is found by the row rule of its own kind, never by the tag."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, verbose_name="专项活动", related_name="tags")
    kind = models.CharField("哪种工作", max_length=20)
    object_id = models.PositiveBigIntegerField("哪一条")
    tagged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁加的", related_name="+")
    tagged_on = models.DateField("哪天加的", default=timezone.localdate)

    class Privacy:
        internal = {"id", "campaign", "kind", "object_id", "tagged_by", "tagged_on"}

    class Meta:
        verbose_name = verbose_name_plural = "专项标签"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind", "object_id"], name="households_campaigntag_once")
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="households_campaigntag_object")]

    def __str__(self):
        return f"{self.campaign_id} {self.kind} {self.object_id}"
