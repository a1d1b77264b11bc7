"""Councils by term, with the rules of their charter, and their members with dates."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from council.enums import Kind, ProxyRule, Seat, Share
from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.history import track
from fedhub.core.models import Stamped


class CouncilQuerySet(SharedQuerySet):
    view_permission = "council.view_council"

    def running(self, day=None):
        """Councils whose term holds on `day` (default today)."""
        day = day or timezone.localdate()
        return self.filter(Q(term_to=None) | Q(term_to__gte=day), term_from__lte=day)


class Council(AreaScoped):
    """妇女议事会。 One term of the council of a community, with its charter."""

    name = models.CharField("名称", max_length=50)
    term = models.PositiveSmallIntegerField("第几届", default=1)
    term_from = models.DateField("任期自")
    term_to = models.DateField("任期至", null=True, blank=True)
    quorum = models.CharField("到会人数", max_length=15, choices=Share, default=Share.TWO_THIRDS)
    majority = models.CharField("一般事项通过", max_length=15, choices=Share, default=Share.HALF)
    important_majority = models.CharField("重大事项通过", max_length=15, choices=Share, default=Share.TWO_THIRDS)
    proxies = models.CharField("委托", max_length=10, choices=ProxyRule, default=ProxyRule.OPINION)
    step_back = models.BooleanField("利害关系人回避", default=True)
    notice_days = models.PositiveSmallIntegerField("提前几天通知", default=3)
    confirm_days = models.PositiveSmallIntegerField("纪要核对期（天）", default=5)

    objects = CouncilQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "name", "term", "term_from", "term_to", "quorum", "majority", "important_majority", "proxies", "step_back",
            "notice_days", "confirm_days",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "妇女议事会"
        default_permissions = ("view", "add", "change")
        permissions = [("balance_council", "看出席、发言、提议的均衡")]
        indexes = [
            models.Index(fields=["area", "-term_from", "id"], name="council_council_area_sort"),
            models.Index(fields=["-term_from", "id"], name="council_council_sort"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(term_to=None) | Q(term_to__gte=models.F("term_from")), name="council_council_term",
                violation_error_message="任期的结束不能早于开始。",
            ),
            models.CheckConstraint(condition=Q(quorum__in=Share.values), name="council_council_quorum_known"),
            models.CheckConstraint(
                condition=Q(majority__in=Share.values, important_majority__in=Share.values),
                name="council_council_majority_known",
            ),
            models.CheckConstraint(condition=Q(proxies__in=ProxyRule.values), name="council_council_proxies_known"),
            models.UniqueConstraint(
                fields=["area", "term"], name="council_council_one_term", violation_error_message="这一届已经有了。"
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.name}（第{self.term}届）"

    def get_absolute_url(self):
        return reverse("council:council_detail", args=[self.pk])


class MemberQuerySet(ScopedQuerySet):
    scope_path = "council__area"

    def seated(self, day=None):
        """Members in office on `day` (default today)."""
        day = day or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Member(Stamped):
    """议事会成员。 A seat from a day to a day; the account, where she has one, is how she signs in and votes by phone."""

    council = models.ForeignKey(Council, models.PROTECT, verbose_name="议事会", related_name="members")
    name = models.CharField("姓名", max_length=30)
    seat = models.CharField("职务", max_length=10, choices=Seat, default=Seat.MEMBER)
    kind = models.CharField("身份", max_length=10, choices=Kind, default=Kind.WOMEN)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="账号",
        related_name="council_seats",
        null=True,
        blank=True,
    )
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="居民", related_name="council_seats", null=True, blank=True
    )
    note = models.CharField("单位（住处）", max_length=40, blank=True)
    since = models.DateField("加入日期", default=timezone.localdate)
    until = models.DateField("离任日期", null=True, blank=True)
    why = models.CharField("离任原因", max_length=60, blank=True)

    objects = MemberQuerySet.as_manager()

    class Privacy:
        internal = {"council", "name", "seat", "kind", "user", "resident", "note", "since", "until", "why"}

    class Meta:
        verbose_name = verbose_name_plural = "议事会成员"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(seat__in=Seat.values), name="council_member_seat_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="council_member_kind_known"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="council_member_dates",
                violation_error_message="离任日期不能早于加入日期。",
            ),
            models.UniqueConstraint(
                fields=["council", "user"], condition=Q(until=None), name="council_member_once",
                violation_error_message="这个账号已经是成员了。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.council.get_absolute_url()
