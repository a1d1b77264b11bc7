"""One person sent to one post, and what became of it (handbook 8.4; acceptance F6.2, F6.8)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from employment.enums import REFUSED_WORDS, ApplicationState, RefusedWhy, Share
from employment.models.seeker import OfSeekerQuerySet, Seeker
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped

RUNNING = [ApplicationState.RECOMMENDED, ApplicationState.INTERVIEWING, ApplicationState.POOL]


def last_word(moved_on, interview_on):
    """The day from which nothing was heard: until the day of an interview nobody is silent."""
    return max(moved_on, interview_on) if interview_on else moved_on


class ApplicationQuerySet(OfSeekerQuerySet):
    def running(self):
        """Not decided yet."""
        return self.filter(state__in=RUNNING)

    def silent(self, since):
        """Running, and nothing was heard of since the day `since` (see `last_word`)."""
        return self.running().filter(Q(interview_on=None) | Q(interview_on__lte=since), moved_on__lte=since)


class Application(Stamped):
    """推荐。 Rests on her consent to tell this employer, for this post, no more than `shares`; `moved_on` is when something was
    last heard. Who went there by her own page was recommended by nobody. `said` is written for her; `note` is for the staff
    alone."""

    seeker = models.ForeignKey(Seeker, models.PROTECT, verbose_name="求职登记", related_name="applications")
    post = models.ForeignKey("employment.Post", models.PROTECT, verbose_name="岗位", related_name="applications")
    state = models.CharField(
        "状态", max_length=12, choices=ApplicationState, default=ApplicationState.RECOMMENDED, editable=False
    )
    consent = models.ForeignKey("households.Consent", models.PROTECT, verbose_name="本人同意", related_name="+")
    shares = models.JSONField("提供给单位的", default=list, blank=True)
    recommended_on = models.DateField("推荐日期", default=timezone.localdate, editable=False)
    recommended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="推荐人", related_name="+", editable=False, null=True
    )
    moved_on = models.DateField("最近有消息", default=timezone.localdate, editable=False)
    interview_on = models.DateField("面试日期", null=True, editable=False)
    hired_on = models.DateField("上班日期", null=True, editable=False)
    told_on = models.DateField("如实告诉她没有消息", null=True, editable=False)
    refused_why = models.CharField("未录用原因", max_length=12, choices=RefusedWhy, blank=True, editable=False)
    said = models.CharField("写给她看的话", max_length=200, blank=True)
    note = EncryptedTextField("工作记录（她看不到）", column="employment.Application.note", text_length=300)

    objects = ApplicationQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"seeker", "post", "consent", "recommended_on", "recommended_by", "moved_on", "told_on"}
        personal = {"state", "shares", "interview_on", "hired_on", "refused_why", "said", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "岗位推荐"
        default_permissions = ()
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="employment_application_sort"),
            models.Index(fields=["-recommended_on", "-id"], name="employment_application_sent"),
            models.Index(
                fields=["moved_on"], condition=Q(state__in=RUNNING, told_on=None), name="employment_application_silent"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="employment_application_state_known"
            ),
            models.UniqueConstraint(
                fields=["seeker", "post"], condition=Q(state__in=RUNNING), name="employment_application_once",
                violation_error_message="已经推荐过这个岗位，还没有结果。",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.HIRED, hired_on__isnull=False)
                | ~Q(state=ApplicationState.HIRED) & Q(hired_on=None),
                name="employment_application_hired_since",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.REFUSED) & ~Q(refused_why="")
                | ~Q(state=ApplicationState.REFUSED) & Q(refused_why=""),
                name="employment_application_refused_says_why",
            ),
            models.CheckConstraint(
                condition=Q(moved_on__gte=F("recommended_on")), name="employment_application_dates"
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.seeker.resident.name}：{self.post.title}"

    def get_absolute_url(self):
        return reverse("employment:application_detail", args=[self.pk])

    @property
    def share_words(self):
        return ["姓名", *(Share(code).label for code in self.shares if code in Share.values)]

    def words_for_her(self, silent_days, day=None):
        """What she reads of it on `day` (default today): never what the staff noted. After `silent_days` without a word she is
        told so."""
        day = day or timezone.localdate()
        if self.state == ApplicationState.REFUSED:
            return self.said or REFUSED_WORDS[self.refused_why]
        if self.state == ApplicationState.HIRED:
            return self.said or "单位录用了您，祝工作顺利。"
        silent = (day - last_word(self.moved_on, self.interview_on)).days
        if self.state in RUNNING and silent >= silent_days:
            return f"已经 {silent} 天没有单位的消息，很可能没有希望了。我们继续帮您找别的。"
        if self.state == ApplicationState.INTERVIEWING and self.interview_on:
            return self.said or f"{self.interview_on.month}月{self.interview_on.day}日面试。"
        words = {
            ApplicationState.RECOMMENDED: "已经把您推荐给单位，等回音。",
            ApplicationState.POOL: "单位把您留作备选，有空缺会联系。",
            ApplicationState.INTERVIEWING: "单位请您面试。", ApplicationState.ELSEWHERE: "您已经在别处就业。",
            ApplicationState.WITHDRAWN: "您说不去了。",
        }  # fmt: skip
        return self.said or words[self.state]
