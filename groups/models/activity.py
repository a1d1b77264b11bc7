"""Activities: what is planned, who signed up and came, photos with the consent of who is on them, what came of it
(handbook 9.1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.history import track
from fedhub.core.models import Stamped
from groups.activity_enums import AHEAD, ActivityKind, ActivityState, EntryState, Found
from groups.models.group import Group
from households.models import Resident


class ActivityQuerySet(SharedQuerySet):
    view_permission = "groups.view_activity"
    reaching = ("groups.attend_activity",)

    def ahead(self):
        """Neither over nor cancelled."""
        return self.filter(state__in=AHEAD)


class Activity(AreaScoped):
    """活动。 `taken` counts the names that stand on the list; with a `capacity` it never goes above it. `liked`, `fair` and
    `disliked` are slips counted at the end, `web_…` those that were given on residents' pages: whose they were nobody writes
    down. `telling`: how far those on the list were told that it is called off."""

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    title = models.CharField("名称", max_length=60)
    kind = models.CharField("种类", max_length=10, choices=ActivityKind)
    group = models.ForeignKey(
        Group, models.PROTECT, verbose_name="哪支队伍", related_name="activities", null=True, blank=True
    )
    organiser = models.CharField("主办单位", max_length=60, blank=True)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    place = models.CharField("地点", max_length=60)
    plan = models.TextField("方案", max_length=1000, blank=True)
    budget_fen = models.PositiveIntegerField("预算（分）", null=True, blank=True)
    members_only = models.BooleanField("只给队员", default=False)
    capacity = models.PositiveSmallIntegerField("名额", null=True, blank=True)
    taken = models.PositiveIntegerField("已报名", default=0, editable=False)
    state = models.CharField(
        "状态", max_length=10, choices=ActivityState, default=ActivityState.PLANNED, editable=False
    )
    cancelled_why = models.CharField("取消原因", max_length=100, blank=True, editable=False)
    summary = models.TextField("总结", max_length=1000, blank=True, editable=False)
    news = models.TextField("新闻稿", max_length=3000, blank=True, editable=False)
    spent_fen = models.PositiveIntegerField("实际花费（分）", null=True, editable=False)
    liked = models.PositiveSmallIntegerField("满意", default=0, editable=False)
    fair = models.PositiveSmallIntegerField("一般", default=0, editable=False)
    disliked = models.PositiveSmallIntegerField("不满意", default=0, editable=False)
    web_liked = models.PositiveSmallIntegerField("满意（居民端）", default=0, editable=False)
    web_fair = models.PositiveSmallIntegerField("一般（居民端）", default=0, editable=False)
    web_disliked = models.PositiveSmallIntegerField("不满意（居民端）", default=0, editable=False)
    telling = models.PositiveBigIntegerField("通知到哪一条", null=True, editable=False)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="负责人", related_name="+", editable=False
    )

    objects = ActivityQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "title", "kind", "group", "organiser", "starts_at", "ends_at", "place", "plan", "budget_fen",
            "members_only", "capacity", "taken", "state", "cancelled_why", "summary", "news", "spent_fen", "liked", "fair",
            "disliked", "web_liked", "web_fair", "web_disliked", "telling", "keeper",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "活动"
        default_permissions = ("view", "add", "change", "export")
        permissions = [("attend_activity", "代报名、点名")]
        indexes = [
            models.Index(fields=["area", "-starts_at", "-id"], name="groups_activity_area_sort"),
            models.Index(fields=["-starts_at", "-id"], name="groups_activity_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="groups_activity_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ActivityState.values), name="groups_activity_state_known"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="groups_activity_hours",
                violation_error_message="结束要晚于开始。",
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gt=0, taken__lte=F("capacity")), name="groups_activity_seats",
                violation_error_message="名额不能少于已经报名的人数，也不能是 0。",
            ),
            models.CheckConstraint(
                condition=Q(state=ActivityState.CANCELLED) & ~Q(cancelled_why="")
                | ~Q(state=ActivityState.CANCELLED) & Q(cancelled_why=""),
                name="groups_activity_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=ActivityState.SUMMED) | ~Q(summary=""), name="groups_activity_summed_says_what"
            ),
            models.CheckConstraint(
                condition=Q(members_only=False) | Q(group__isnull=False), name="groups_activity_members_of_a_group",
                violation_error_message="只给队员的活动，要选哪支队伍。",
            ),
            models.UniqueConstraint(
                fields=["group", "starts_at"], condition=~Q(state=ActivityState.CANCELLED),
                name="groups_activity_group_once", violation_error_message="这支队伍在这个时间已经有一场活动。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("groups:activity_detail", args=[self.pk])

    @property
    def left(self):
        """Places that are free; None where nobody counts them."""
        return None if self.capacity is None else self.capacity - self.taken

    @property
    def found(self):
        """`{word: how many said so}`, on slips and on residents' pages together."""
        return {word.label: getattr(self, word) + getattr(self, f"web_{word}") for word in Found}

    @property
    def slips(self):
        """How many said how they found it."""
        return sum(self.found.values())

    @property
    def web_slips(self):
        """How many of them on residents' pages."""
        return self.web_liked + self.web_fair + self.web_disliked


class OfActivityQuerySet(ScopedQuerySet):
    """Parts of an activity: seen with it."""

    scope_path = "activity__area"

    def visible_to(self, user, permission=None):
        """What belongs to the activities that `user` may see."""
        return self.filter(activity__in=Activity.objects.visible_to(user, permission).values("pk"))


class Entry(Stamped):
    """报名。 A name on the list of an activity; who came without signing up is written there on the spot. `queued_at`: since when
    she waits for a place. `portrait`: she agrees that pictures of this activity with her on them are shown in public, since
    `portrait_on`, to the text `portrait_text` (妇女权益保障法 art. 28); `rated`: she said how she found it, what is nowhere."""

    activity = models.ForeignKey(Activity, models.PROTECT, verbose_name="活动", related_name="entries")
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="activity_entries")
    state = models.CharField("状态", max_length=10, choices=EntryState, default=EntryState.IN, editable=False)
    came_at = models.DateTimeField("点名时间", null=True, editable=False)
    from_portal = models.BooleanField("自己报名", default=False, editable=False)
    queued_at = models.DateTimeField("开始候补", null=True, editable=False)
    portrait = models.BooleanField("同意公开有她的照片", default=False, editable=False)
    portrait_on = models.DateField("同意、撤回日期", null=True, editable=False)
    portrait_text = models.CharField("告知的话", max_length=10, blank=True, editable=False)
    rated = models.BooleanField("评过", default=False, editable=False)

    objects = OfActivityQuerySet.as_manager()

    class Privacy:
        internal = {
            "activity", "resident", "state", "came_at", "from_portal", "queued_at", "portrait_on", "portrait_text", "rated",
        }  # fmt: skip
        personal = {"portrait"}

    class Meta:
        verbose_name = verbose_name_plural = "活动名单"
        default_permissions = ()
        indexes = [models.Index(fields=["activity", "state", "id"], name="groups_entry_activity")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="groups_entry_state_known"),
            models.UniqueConstraint(fields=["activity", "resident"], name="groups_entry_once"),
            models.CheckConstraint(
                condition=Q(state=EntryState.CAME, came_at__isnull=False)
                | ~Q(state=EntryState.CAME) & Q(came_at=None),
                name="groups_entry_came_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=EntryState.WAITING) | Q(queued_at__isnull=False), name="groups_entry_waits_since"
            ),
            models.CheckConstraint(
                condition=Q(portrait=False) | Q(portrait_on__isnull=False) & ~Q(portrait_text=""),
                name="groups_entry_portrait_told",
            ),
        ]

    def __str__(self):
        return f"{self.resident} {self.get_state_display()}"

    def get_absolute_url(self):
        return reverse("groups:activity_door", args=[self.activity_id])


class ActivityPhoto(Stamped):
    """活动照片。 The picture is its attachment. It is published only when nobody can be recognised on it, or all who are on it
    agreed (妇女权益保障法 art. 28): those of the list by themselves (`people`, `named` of them), the others in words."""

    activity = models.ForeignKey(Activity, models.PROTECT, verbose_name="活动", related_name="photos")
    caption = models.CharField("说明", max_length=60)
    nobody = models.BooleanField("认不出人（背影、远景、物品）", default=False)
    agreed_by = models.CharField("谁同意公开", max_length=100, blank=True)
    agreed_on = models.DateField("同意日期", null=True, blank=True)
    people = models.ManyToManyField(Entry, verbose_name="照片上有谁", related_name="photos", blank=True)
    named = models.PositiveSmallIntegerField("名单上的几人", default=0, editable=False)
    published = models.BooleanField("可以公开", default=False, editable=False)

    objects = OfActivityQuerySet.as_manager()

    class Privacy:
        internal = {"activity", "caption", "nobody", "agreed_on", "named", "published"}
        personal = {"agreed_by", "people"}

    class Meta:
        verbose_name = verbose_name_plural = "活动照片"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(published=False)
                | Q(nobody=True)
                | Q(named__gt=0)
                | ~Q(agreed_by="") & Q(agreed_on__isnull=False),
                name="groups_photo_published_with_consent",
            ),
        ]

    def __str__(self):
        return self.caption

    def get_absolute_url(self):
        return self.activity.get_absolute_url()

    @property
    def agreed(self):
        """True when nothing stands against its publication. Whoever of the list is on it has to agree herself."""
        if self.nobody and not self.named:
            return True
        told = bool(self.agreed_by and timezone.localdate() >= self.agreed_on)
        return (told or self.named > 0) and not (self.named and any(not one.portrait for one in self.people.all()))
