"""Women's groups, who belongs to them from when to when, and who came to what they did (handbook 9.1)."""

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import AreaScoped, ScopedQuerySet, SharedQuerySet
from fedhub.core.history import track
from fedhub.core.models import Stamped
from groups.enums import GroupKind, GroupState, MemberRole, MemberState, Present
from households.models import Resident


class GroupQuerySet(SharedQuerySet):
    view_permission = "groups.view_group"

    def running(self):
        """Not dissolved."""
        return self.exclude(state=GroupState.ENDED)

    def with_size(self):
        """With `size`, the members of today."""
        return self.annotate(size=Count("members", filter=Q(members__state=MemberState.ACTIVE)))


class Group(AreaScoped):
    """队伍。 Women who do something together: a name, a kind, a place and a rhythm."""

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    name = models.CharField("名称", max_length=40)
    kind = models.CharField("种类", max_length=10, choices=GroupKind)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    venue = models.CharField("活动地点", max_length=60, blank=True)
    rhythm = models.CharField("活动时间", max_length=60, blank=True)
    about = models.CharField("做什么", max_length=200, blank=True)
    works = models.CharField("代表作品", max_length=200, blank=True)
    equipment = models.CharField("设备、服装", max_length=200, blank=True)
    honours = models.CharField("荣誉", max_length=200, blank=True)
    open_to_all = models.BooleanField("居民可以申请加入", default=True)
    shows_leader = models.BooleanField("居民看得到队长姓名", default=False)
    state = models.CharField("状态", max_length=10, choices=GroupState, default=GroupState.ACTIVE, editable=False)
    ended_on = models.DateField("解散日期", null=True, blank=True, editable=False)
    ended_why = models.CharField("解散原因", max_length=100, blank=True, editable=False)

    objects = GroupQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "number", "name", "kind", "founded_on", "venue", "rhythm", "about", "works", "equipment", "honours",
            "open_to_all", "shows_leader", "state", "ended_on", "ended_why",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "队伍"
        default_permissions = ("view", "add", "change")
        indexes = [
            models.Index(fields=["area", "-updated_at", "-id"], name="groups_group_area_sort"),
            models.Index(fields=["-updated_at", "-id"], name="groups_group_sort"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=GroupState.values), name="groups_group_state_known"),
            models.CheckConstraint(condition=Q(kind__in=GroupKind.values), name="groups_group_kind_known"),
            models.CheckConstraint(
                condition=Q(state=GroupState.ENDED, ended_on__isnull=False) & ~Q(ended_why="")
                | ~Q(state=GroupState.ENDED) & Q(ended_on=None),
                name="groups_group_end_has_day_and_reason",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("groups:group_detail", args=[self.pk])


class MemberQuerySet(ScopedQuerySet):
    scope_path = "group__area"

    def visible_to(self, user, permission=None):
        """Places in the groups that `user` may see; who works in a grid sees those of her community."""
        permission = permission or "groups.view_member"
        if permission != "groups.view_member":
            return super().visible_to(user, permission)
        return self.filter(group__in=Group.objects.visible_to(user).values("pk"))

    def active(self):
        """In the group today."""
        return self.filter(state=MemberState.ACTIVE)

    def waiting(self):
        """Requests that wait for an answer: to come in, or to go."""
        return self.filter(Q(state=MemberState.ASKED) | Q(state=MemberState.ACTIVE, leave_asked_on__isnull=False))


class Member(Stamped):
    """队员。 A woman's place in a group, in one role from a day to a day; a new role is a new row."""

    group = models.ForeignKey(Group, models.PROTECT, verbose_name="队伍", related_name="members")
    resident = models.ForeignKey(Resident, models.PROTECT, verbose_name="居民", related_name="group_places")
    role = models.CharField("角色", max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    state = models.CharField("状态", max_length=10, choices=MemberState, default=MemberState.ACTIVE, editable=False)
    from_portal = models.BooleanField("自己申请", default=False, editable=False)
    wish = models.CharField("申请时说的话", max_length=100, blank=True)
    asked_on = models.DateField("申请日期", default=timezone.localdate, editable=False)
    valid_from = models.DateField("加入日期", null=True, blank=True)
    valid_to = models.DateField("退出日期", null=True, blank=True)
    ended_why = models.CharField("为什么", max_length=100, blank=True)
    # She asked to go; until staff confirm it she is in the group as before.
    leave_asked_on = models.DateField("申请退出日期", null=True, editable=False)
    leave_wish = models.CharField("申请退出时说的话", max_length=100, blank=True, editable=False)
    # She agreed on her own page; the leader's page shows a number to nobody else.
    shows_phone = models.BooleanField("同意队长看得到电话", default=False, editable=False)

    objects = MemberQuerySet.as_manager()

    class Privacy:
        internal = {
            "group",
            "role",
            "state",
            "from_portal",
            "asked_on",
            "valid_from",
            "valid_to",
            "leave_asked_on",
            "shows_phone",
        }
        personal = {"resident", "wish", "ended_why", "leave_wish"}

    class Meta:
        verbose_name = verbose_name_plural = "队员"
        default_permissions = ("view", "change")
        indexes = [
            models.Index(fields=["group", "state", "id"], name="groups_member_group"),
            models.Index(fields=["resident", "state"], name="groups_member_resident"),
            models.Index(fields=["state", "leave_asked_on"], name="groups_member_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MemberState.values), name="groups_member_state_known"),
            models.UniqueConstraint(
                fields=["group", "resident"],
                condition=Q(state__in=[MemberState.ASKED, MemberState.ACTIVE]),
                name="groups_member_one_place",
            ),
            models.CheckConstraint(
                condition=Q(state=MemberState.ACTIVE, valid_from__isnull=False, valid_to=None)
                | Q(state=MemberState.LEFT, valid_from__isnull=False, valid_to__gte=models.F("valid_from"))
                | Q(state__in=[MemberState.ASKED, MemberState.REFUSED, MemberState.WITHDRAWN], valid_from=None),
                name="groups_member_days_match_state",
            ),
            models.CheckConstraint(
                condition=Q(leave_asked_on=None) | Q(state__in=[MemberState.ACTIVE, MemberState.LEFT]),
                name="groups_member_only_who_is_in_asks_to_leave",
            ),
        ]

    def __str__(self):
        return f"{self.resident} {self.get_role_display()}"


class MeetingQuerySet(ScopedQuerySet):
    scope_path = "group__area"

    def visible_to(self, user, permission=None):
        """Meetings of the groups that `user` may see."""
        return self.filter(group__in=Group.objects.visible_to(user, permission).values("pk"))


class Meeting(Stamped):
    """活动记录。 A day on which a group met: what it did; who came stands in Attendance."""

    group = models.ForeignKey(Group, models.PROTECT, verbose_name="队伍", related_name="meetings")
    on = models.DateField("日期", default=timezone.localdate)
    topic = models.CharField("做了什么", max_length=60)
    venue = models.CharField("地点", max_length=60, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Privacy:
        internal = {"group", "on", "topic", "venue", "note"}

    class Meta:
        verbose_name = verbose_name_plural = "队伍活动记录"
        default_permissions = ("add",)
        constraints = [models.UniqueConstraint(fields=["group", "on", "topic"], name="groups_meeting_once")]
        indexes = [models.Index(fields=["group", "-on", "-id"], name="groups_meeting_sort")]

    def __str__(self):
        return f"{self.group} {self.on}"

    def get_absolute_url(self):
        return reverse("groups:meeting_detail", args=[self.pk])


class Attendance(models.Model):
    """到场。 How one member was at one meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, verbose_name="活动记录", related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name="队员", related_name="attendances")
    present = models.CharField("到场", max_length=10, choices=Present)

    class Privacy:
        internal = {"id", "meeting", "member"}
        personal = {"present"}

    class Meta:
        verbose_name = verbose_name_plural = "到场"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["meeting", "member"], name="groups_attendance_once"),
            models.CheckConstraint(condition=Q(present__in=Present.values), name="groups_attendance_known"),
        ]

    def __str__(self):
        return f"{self.member} {self.get_present_display()}"
