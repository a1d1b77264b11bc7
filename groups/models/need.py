"""Service needs, and the volunteers asked for them: both sides agree before anybody learns who the other is (志愿服务条例
art. 12, 15, 17, 21; handbook 9.2; acceptance 2, item 12)."""

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet
from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from fedhub.core.text import mask_all
from groups.enums import ServiceKind
from groups.models.service import new_key
from groups.models.volunteer import Volunteer
from groups.need_enums import (
    RUNNING_OFFER,
    WANTING,
    Near,
    NeedSource,
    NeedState,
    OfferSide,
    OfferState,
    Rhythm,
)
from hardship.models.file import readable


def open_to(user, prefix=""):
    """Q of needs (at `prefix`) that no guarded hardship file keeps from `user`."""
    rule = readable(user, f"{prefix}file__")
    # An empty rule leaves everything open; joined to another by "or" it would be lost.
    return Q(**{f"{prefix}file": None}) | rule if rule else rule


class ServiceNeedQuerySet(ScopedQuerySet):
    def visible_to(self, user, permission=None):
        """Rows in the user's places that no guarded file keeps from her."""
        return super().visible_to(user, permission).filter(open_to(user))

    def wanting(self):
        """Those for which somebody may still be asked."""
        return self.filter(state__in=WANTING)

    def with_taken(self):
        """With `taken`, how many volunteers agreed, counted for the rows that are read."""
        own = Offer.objects.filter(need=OuterRef("pk"), state__in=[OfferState.AGREED, OfferState.DONE])
        counted = own.order_by().values("need").annotate(n=Count("pk")).values("n")
        return self.annotate(taken=Coalesce(Subquery(counted), 0))

    def at_time(self, code):
        """Those that ask for this part of the week; read as text, since SQLite knows no look-up inside a list."""
        return self.annotate(times_text=Cast("times", models.TextField())).filter(times_text__contains=f'"{code}"')


class ServiceNeed(AreaScoped):
    """服务需求。 What somebody would be glad of: for a family or at a place, until a day.

    `what` is what volunteers read before anybody agreed: it names nobody and no house. `area` follows the family; a need out of
    a guarded file is as guarded as the file.
    """

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        verbose_name="家庭",
        related_name="service_needs",
        null=True,
        blank=True,
    )
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="为谁", related_name="service_needs", null=True, blank=True
    )
    place = models.CharField("地点（不是去家里的）", max_length=60, blank=True)
    source = models.CharField("从哪里来", max_length=10, choices=NeedSource, default=NeedSource.OWN, editable=False)
    concern = models.ForeignKey(
        "concerns.Concern",
        models.PROTECT,
        verbose_name="诉求",
        related_name="service_needs",
        null=True,
        editable=False,
    )
    file = models.ForeignKey(
        "hardship.HardshipFile", models.PROTECT, verbose_name="困难档案", related_name="service_needs", null=True,
        editable=False,
    )  # fmt: skip
    kind = models.CharField("哪种服务", max_length=10, choices=ServiceKind)
    what = models.CharField("要做什么", max_length=60)
    detail = EncryptedTextField(
        "细节（双方同意以后志愿者才看得到）", column="groups.ServiceNeed.detail", text_length=300
    )
    times = models.JSONField("什么时候", default=list, blank=True)
    rhythm = models.CharField("多久一次", max_length=10, choices=Rhythm, default=Rhythm.ONCE)
    half_hours = models.PositiveSmallIntegerField("每次多久", default=4)
    near = models.CharField("住得多近", max_length=10, choices=Near, default=Near.COMMUNITY)
    skill = models.CharField("要会什么", max_length=40, blank=True)
    tongues = models.JSONField("要会说什么话", default=list, blank=True)
    strains = models.JSONField("对身体的要求", default=list, blank=True)
    risky = models.BooleanField("有风险（先买意外保险）", default=False)
    risks = models.CharField("可能的风险（志愿者先看到）", max_length=100, blank=True)
    at_night = models.BooleanField("夜里（22 点到 6 点）", default=False)
    only_women = models.BooleanField("只要女志愿者", default=False)
    wanted = models.PositiveSmallIntegerField("要几位", default=1)
    until = models.DateField("到哪天")
    state = models.CharField("状态", max_length=10, choices=NeedState, default=NeedState.OPEN, editable=False)
    checked_on = models.DateField("核对日期（从诉求转来的）", null=True, editable=False)
    ended_on = models.DateField("结束日期", null=True, editable=False)
    ended_why = models.CharField("结束原因", max_length=100, blank=True, editable=False)

    objects = ServiceNeedQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "place", "source", "kind", "what", "times", "rhythm", "half_hours", "near", "skill", "tongues", "risky",
            "risks", "at_night", "only_women", "wanted", "until", "state", "checked_on", "ended_on",
            "ended_why",
        }  # fmt: skip
        personal = {"household", "resident", "concern"}
        sensitive = {"file", "detail", "strains"}
        masks = {"detail": mask_all}
        reveal = "groups.change_serviceneed"
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "服务需求"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="groups_need_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="groups_need_sort"),
            models.Index(fields=["area", "until", "id"], name="groups_need_area_until"),
            models.Index(fields=["until", "id"], name="groups_need_until"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NeedState.values), name="groups_need_state_known"),
            models.CheckConstraint(condition=Q(kind__in=ServiceKind.values), name="groups_need_kind_known"),
            models.CheckConstraint(condition=Q(source__in=NeedSource.values), name="groups_need_source_known"),
            models.CheckConstraint(
                condition=Q(rhythm__in=Rhythm.values, near__in=Near.values), name="groups_need_words_known"
            ),
            models.CheckConstraint(
                condition=Q(wanted__gte=1, wanted__lte=20, half_hours__gte=1, half_hours__lte=24),
                name="groups_need_numbers",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=False, resident__isnull=False, place="")
                | Q(household=None, resident=None) & ~Q(place=""),
                name="groups_need_family_or_place",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "withdrawn", "expired"], ended_on__isnull=False)
                | Q(state__in=WANTING, ended_on=None),
                name="groups_need_ended_when_state_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(state=NeedState.WITHDRAWN) | ~Q(ended_why=""), name="groups_need_withdrawn_has_reason"
            ),
            models.CheckConstraint(condition=Q(risky=False) | ~Q(risks=""), name="groups_need_risk_is_told"),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("groups:need_detail", args=[self.pk])

    @property
    def is_unchecked(self):
        """True for what came out of a concern and that nobody looked through since: nobody is asked for it."""
        return self.source == NeedSource.CONCERN and self.checked_on is None

    @property
    def is_at_home(self):
        """True where somebody goes to a family."""
        return self.household_id is not None


class OfferQuerySet(ScopedQuerySet):
    scope_path = "need__area"

    def visible_to(self, user, permission=None):
        """Those of needs that `user` may see, or work on with `permission`."""
        rows = super().visible_to(user, permission or "groups.view_serviceneed")
        return rows.filter(open_to(user, "need__"))

    def running(self):
        """Not ended: asked, accepted or agreed."""
        return self.filter(state__in=RUNNING_OFFER)


class Offer(Stamped):
    """对接。 One volunteer, one need. She answers first, knowing what, when, roughly where and which risks; then the family.

    `consent` is the family's separate consent to tell this volunteer who they are (PIPL art. 23); a need at a place has none.
    `key` names it in her address.
    """

    need = models.ForeignKey(ServiceNeed, models.PROTECT, verbose_name="服务需求", related_name="offers")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, verbose_name="志愿者", related_name="offers")
    key = models.CharField("编码", max_length=16, unique=True, default=new_key, editable=False)
    state = models.CharField("状态", max_length=10, choices=OfferState, default=OfferState.ASKED, editable=False)
    reasons = models.JSONField("推荐理由", default=list, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="联系人", related_name="+")
    asked_on = models.DateField("问她的日期", default=timezone.localdate, editable=False)
    answered_on = models.DateField("她答复的日期", null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="代登记人（本人答复的没有）", related_name="+", null=True,
        editable=False,
    )  # fmt: skip
    consent = models.ForeignKey(
        "households.Consent", models.PROTECT, verbose_name="家庭同意", related_name="offers", null=True, editable=False
    )
    served_on = models.DateField("家庭答复的日期", null=True, editable=False)
    ended_on = models.DateField("结束日期", null=True, editable=False)
    ended_side = models.CharField("谁结束的", max_length=10, choices=OfferSide, blank=True, editable=False)
    why = EncryptedTextField("原因", column="groups.Offer.why", text_length=100)
    pairing = models.ForeignKey(
        "hardship.Pairing", models.PROTECT, verbose_name="结对", related_name="offers", null=True, editable=False
    )

    objects = OfferQuerySet.as_manager()

    class Privacy:
        internal = {
            "need", "volunteer", "key", "state", "reasons", "asked_by", "asked_on", "answered_on", "answered_by", "consent",
            "served_on", "ended_on", "ended_side", "pairing",
        }  # fmt: skip
        personal = {"why"}

    class Meta:
        verbose_name = verbose_name_plural = "志愿者对接"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["volunteer", "state", "id"], name="groups_offer_volunteer")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OfferState.values), name="groups_offer_state_known"),
            models.CheckConstraint(
                condition=Q(ended_side__in=["", *OfferSide.values]), name="groups_offer_side_known"
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.ASKED, answered_on=None)
                | Q(state__in=["declined", "accepted", "agreed", "refused", "done"], answered_on__isnull=False)
                | Q(state__in=["taken_back", "lapsed"]),
                name="groups_offer_answered_when_state_says_so",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RUNNING_OFFER, ended_on=None) | ~Q(state__in=RUNNING_OFFER) & Q(ended_on__isnull=False),
                name="groups_offer_ended_when_state_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "done"]) | Q(served_on__isnull=False, served_on__gte=F("answered_on")),
                name="groups_offer_both_agreed",
            ),
            models.UniqueConstraint(
                fields=["need", "volunteer"], condition=Q(state__in=RUNNING_OFFER), name="groups_offer_once_at_a_time"
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.need} {self.volunteer}"

    @property
    def asks_again(self):
        """True while both agreed and the family's consent ends before the need does: they are asked once more."""
        need, today = self.need, timezone.localdate()
        if self.state != OfferState.AGREED or not need.is_at_home or need.until < today:
            return False
        return (
            self.consent is None or not self.consent.in_force() or (self.consent.expires_on or need.until) < need.until
        )

    def get_absolute_url(self):
        return self.need.get_absolute_url()
