"""Topics (议题): what the women want the council to hear, who stands behind it, and what they think of the result."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from council.enums import ENDED, Body, Category, CommentState, Source, Status, Urgency, Voice
from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedTextField
from fedhub.core.history import track


def new_key():
    """The part of a topic's address on residents' pages: it tells neither order nor number."""
    return secrets.token_urlsafe(9)


class TopicQuerySet(SharedQuerySet):
    view_permission = "council.view_topic"

    def running(self):
        """Neither merged nor over."""
        return self.exclude(status__in=ENDED)


class OfTopicQuerySet(ScopedQuerySet):
    scope_path = "topic__area"


class Topic(AreaScoped):
    """议题。 It lies in its community (area), which shares it; `grid` says where it is about."""

    number = models.CharField("编号", max_length=20, unique=True)
    key = models.CharField("公开页面的地址", max_length=16, unique=True, default=new_key, editable=False)
    title = models.CharField("议题", max_length=60)
    category = models.CharField("类别", max_length=15, choices=Category)
    detail = EncryptedTextField("具体情况", column="council.Topic.detail", text_length=2000)
    place = models.CharField("地点", max_length=60, blank=True)
    grid = models.ForeignKey(
        "areas.Area", models.PROTECT, verbose_name="网格", related_name="+", null=True, blank=True
    )
    source = models.CharField("来源", max_length=10, choices=Source)
    proposer = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="提议人", related_name="proposed_topics", null=True,
        blank=True,
    )  # fmt: skip
    proposer_name = EncryptedTextField("提议人姓名", column="council.Topic.proposer_name", text_length=50)
    affected = models.PositiveIntegerField("涉及人数", null=True, blank=True)
    urgency = models.CharField("缓急", max_length=5, choices=Urgency, default=Urgency.USUAL)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.COLLECTED)
    step_on = models.DateField("到这一步的日期", default=timezone.localdate, editable=False)
    lead = models.ForeignKey(
        "self", models.PROTECT, verbose_name="并入", related_name="followers", null=True, blank=True, editable=False
    )
    supporters = models.PositiveIntegerField("附议人数", default=0, editable=False)
    raised_on = models.DateField("提出日期", default=timezone.localdate)
    reply_due_on = models.DateField("答复期限", null=True, blank=True)
    screened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="筛选人", related_name="+", null=True, blank=True
    )
    screened_on = models.DateField("筛选日期", null=True, blank=True)
    reason = models.CharField("筛选理由", max_length=200, blank=True)
    body = models.CharField("转给", max_length=10, choices=Body, blank=True)
    body_answer = models.CharField("对方答复", max_length=500, blank=True)
    reply = EncryptedTextField("给提议人的答复", column="council.Topic.reply", text_length=500)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    shown = models.BooleanField("居民端可见", default=False)
    result = models.TextField("办理结果", max_length=1000, blank=True)
    no_photos = models.CharField("没有前后照片的原因", max_length=100, blank=True)
    solved = models.BooleanField("已解决", null=True, blank=True, editable=False)
    done_on = models.DateField("办结日期", null=True, blank=True)
    notice_number = models.CharField("公示编号", max_length=30, blank=True, editable=False)
    public_from = models.DateField("公示起", null=True, blank=True)
    public_to = models.DateField("公示止", null=True, blank=True)
    reopened = models.PositiveSmallIntegerField("重新议事次数", default=0)
    closed_at = models.DateTimeField("归档时间", null=True, blank=True)
    concerns = models.ManyToManyField(
        "concerns.Concern", through="TopicConcern", related_name="topics", editable=False
    )

    objects = TopicQuerySet.as_manager()
    history = track()

    class Privacy:
        public = {"title", "category", "result", "public_from", "public_to"}
        internal = {
            "number", "key", "place", "grid", "source", "proposer", "affected", "urgency", "status", "lead", "supporters",
            "raised_on", "step_on", "reply_due_on", "screened_by", "screened_on", "reason", "body", "body_answer", "replied_on",
            "shown", "no_photos", "solved", "notice_number", "done_on", "reopened", "closed_at", "concerns",
        }  # fmt: skip
        personal = {"detail", "proposer_name", "reply"}

    class Meta:
        verbose_name = verbose_name_plural = "议题"
        default_permissions = ("view", "add", "change")
        permissions = [("screen_topic", "筛选、合并、答复、公示"), ("hand_topic_down", "上级交办议题")]
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="council_topic_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="council_topic_sort"),
            models.Index(fields=["area", "-supporters", "-id"], name="council_topic_area_backed"),
            models.Index(fields=["-supporters", "-id"], name="council_topic_backed"),
            models.Index(fields=["area", "status", "raised_on", "category", "id"], name="council_topic_state"),
            models.Index(fields=["area", "status", "step_on", "id"], name="council_topic_board"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="council_topic_status_known"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="council_topic_category_known"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="council_topic_source_known"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="council_topic_urgency_known"),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED, lead__isnull=False) | ~Q(status=Status.MERGED) & Q(lead=None),
                name="council_topic_merged_has_lead",
            ),
            models.CheckConstraint(condition=Q(lead=None) | ~Q(lead=models.F("id")), name="council_topic_not_itself"),
            models.CheckConstraint(
                condition=~Q(status=Status.DECLINED) | ~Q(reason=""), name="council_topic_declined_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PASSED) | ~Q(body=""), name="council_topic_passed_to_somebody"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED, closed_at__isnull=False) | ~Q(status=Status.CLOSED) & Q(closed_at=None),
                name="council_topic_closed_when_status_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(public_from__isnull=False, public_to__isnull=False),
                name="council_topic_posted_has_days",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("council:topic_detail", args=[self.pk])

    @property
    def late_reply(self):
        """True when whoever proposed it waits longer than promised."""
        waits = self.replied_on is None and self.reply_due_on is not None and self.status not in ENDED
        return waits and self.reply_due_on < timezone.localdate()

    @property
    def days_in_step(self):
        """Days since it came to where it stands."""
        return (timezone.localdate() - self.step_on).days


class TopicConcern(models.Model):
    """Which concerns came into a topic; taken out again, the row stays."""

    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name="议题", related_name="joined")
    concern = models.ForeignKey("concerns.Concern", models.PROTECT, verbose_name="诉求", related_name="in_topics")
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="转入人", related_name="+")
    joined_at = models.DateTimeField("转入时间", default=timezone.now, editable=False)
    parted_at = models.DateTimeField("退出时间", null=True, blank=True)

    objects = OfTopicQuerySet.as_manager()

    class Privacy:
        internal = {"id", "topic", "concern", "joined_by", "joined_at", "parted_at"}

    class Meta:
        verbose_name = verbose_name_plural = "议题的诉求"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["concern"], condition=Q(parted_at=None), name="council_topicconcern_one_open",
                violation_error_message="这件诉求已经在另一个议题里。",
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.topic_id} ← {self.concern_id}"


class TopicMerge(models.Model):
    """合并。 `topic` is heard with `lead`; where it stood before is kept, so that it can be taken out again."""

    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name="议题", related_name="merges")
    lead = models.ForeignKey(Topic, models.PROTECT, verbose_name="主议题", related_name="led")
    status_before = models.CharField("合并前状态", max_length=10, choices=Status)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="合并人", related_name="+")
    made_at = models.DateTimeField("合并时间", default=timezone.now, editable=False)
    undone_at = models.DateTimeField("拆回时间", null=True, blank=True)

    objects = OfTopicQuerySet.as_manager()

    class Privacy:
        internal = {"id", "topic", "lead", "status_before", "made_by", "made_at", "undone_at"}

    class Meta:
        verbose_name = verbose_name_plural = "议题合并"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(status_before__in=Status.values), name="council_topicmerge_status_before_known"
            ),
            models.UniqueConstraint(fields=["topic"], condition=Q(undone_at=None), name="council_topicmerge_one_open"),
        ]

    def __str__(self):
        return f"{self.topic_id} → {self.lead_id}"


class Support(models.Model):
    """附议。 One person behind one topic, counted once whatever the way: in our files, or by name and place on paper."""

    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name="议题", related_name="supports")
    resident = models.ForeignKey(
        "households.Resident",
        models.PROTECT,
        verbose_name="居民",
        related_name="supported_topics",
        null=True,
        blank=True,
    )
    name = EncryptedTextField("姓名", column="council.Support.name", text_length=50)
    name_blind = BlindIndexField()
    source = models.CharField("方式", max_length=10, choices=Source)
    made_on = models.DateField("日期", default=timezone.localdate)

    objects = OfTopicQuerySet.as_manager()

    class Privacy:
        internal = {"id", "topic", "resident", "source", "made_on"}
        personal = {"name", "name_blind"}

    class Meta:
        verbose_name = verbose_name_plural = "附议"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="council_support_source_known"),
            models.CheckConstraint(
                condition=Q(resident__isnull=False, name_blind=None) | Q(resident=None, name_blind__isnull=False),
                name="council_support_one_person",
            ),
            models.UniqueConstraint(fields=["topic", "resident"], name="council_support_resident_once"),
            models.UniqueConstraint(fields=["topic", "name_blind"], name="council_support_name_once"),
        ]

    def __str__(self):
        return f"附议 {self.topic_id}"


class Supervisor(models.Model):
    """监督小组。 Who looks at the result before it is accepted."""

    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name="议题", related_name="supervisors")
    member = models.ForeignKey("council.Member", models.PROTECT, verbose_name="成员", related_name="supervised")
    opinion = models.CharField("验收意见", max_length=200, blank=True)
    agrees = models.BooleanField("同意验收", null=True, blank=True)

    objects = OfTopicQuerySet.as_manager()

    class Privacy:
        internal = {"id", "topic", "member", "opinion", "agrees"}

    class Meta:
        verbose_name = verbose_name_plural = "监督小组"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["topic", "member"], name="council_supervisor_once")]

    def __str__(self):
        return str(self.member)


class Comment(models.Model):
    """居民留言。 Shown to others only once a person of the office has read it."""

    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name="议题", related_name="comments")
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="居民", related_name="council_comments"
    )
    text = EncryptedTextField("留言", column="council.Comment.text", text_length=500)
    state = models.CharField("状态", max_length=10, choices=CommentState, default=CommentState.WAITING)
    made_at = models.DateTimeField("时间", default=timezone.now, editable=False)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="审核人", related_name="+", null=True, blank=True
    )
    reason = models.CharField("不显示的原因", max_length=100, blank=True)

    objects = OfTopicQuerySet.as_manager()

    class Privacy:
        internal = {"id", "topic", "resident", "state", "made_at", "judged_by", "reason"}
        personal = {"text"}

    class Meta:
        verbose_name = verbose_name_plural = "居民留言"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CommentState.values), name="council_comment_state_known"),
            models.CheckConstraint(
                condition=~Q(state=CommentState.HIDDEN) | ~Q(reason=""), name="council_comment_hidden_has_reason"
            ),
        ]

    def __str__(self):
        return f"留言 {self.pk}"


class Rating(models.Model):
    """评价。 One to five of one person for one result; `round` counts how often the topic was opened again before."""

    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name="议题", related_name="ratings")
    round = models.PositiveSmallIntegerField("第几次", default=0)
    resident = models.ForeignKey(
        "households.Resident",
        models.PROTECT,
        verbose_name="居民",
        related_name="council_ratings",
        null=True,
        blank=True,
    )
    member = models.ForeignKey(
        "council.Member", models.PROTECT, verbose_name="成员", related_name="ratings", null=True, blank=True
    )
    voice = models.CharField("身份", max_length=10, choices=Voice)
    score = models.PositiveSmallIntegerField("评价")
    words = EncryptedTextField("她的话", column="council.Rating.words", text_length=500)
    made_on = models.DateField("日期", default=timezone.localdate)

    objects = OfTopicQuerySet.as_manager()

    class Privacy:
        internal = {"id", "topic", "round", "resident", "member", "voice", "score", "made_on"}
        personal = {"words"}

    class Meta:
        verbose_name = verbose_name_plural = "议题评价"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="council_rating_one_to_five"),
            models.CheckConstraint(condition=Q(voice__in=Voice.values), name="council_rating_voice_known"),
            models.CheckConstraint(
                condition=Q(resident__isnull=False, member=None) | Q(resident=None, member__isnull=False),
                name="council_rating_one_person",
            ),
            models.UniqueConstraint(fields=["topic", "round", "resident"], name="council_rating_resident_once"),
            models.UniqueConstraint(fields=["topic", "round", "member"], name="council_rating_member_once"),
        ]

    def __str__(self):
        return f"{self.score} 分"
