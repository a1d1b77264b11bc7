"""What a hardship file holds beside its way: the home, the members, the year's money, causes and measures, needs, papers
(handbook 4.2)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from fedhub.core.fields import EncryptedTextField
from fedhub.core.history import track
from fedhub.core.models import Stamped
from fedhub.core.text import mask_all
from hardship.accounts import EARNS, SPENDS
from hardship.enums import DangerGrade, Effect, EvidenceKind, MeasureState, NeedKind, NeedState, Priority
from hardship.models.file import HardshipFile, OfFileQuerySet


class HomeFact(Stamped):
    """住房和家底。 One row a file; what it said before is in its history."""

    file = models.OneToOneField(HardshipFile, models.PROTECT, verbose_name="档案", related_name="home")
    together = models.PositiveSmallIntegerField("共同生活几人", null=True, blank=True)
    square_metres = models.DecimalField("住房面积（㎡）", max_digits=6, decimal_places=1, null=True, blank=True)
    old_courtyard = models.BooleanField("旧院落", default=False)
    danger = models.CharField("危房等级", max_length=1, choices=DangerGrade, blank=True)
    supply = models.CharField("水、气、暖", max_length=60, blank=True)
    debts = EncryptedTextField("欠债", column="hardship.HomeFact.debts", text_length=200)

    objects = OfFileQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"file"}
        sensitive = {"together", "square_metres", "old_courtyard", "danger", "supply", "debts"}

    class Meta:
        verbose_name = verbose_name_plural = "住房和家底"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(danger__in=["", *DangerGrade.values]), name="hardship_home_danger_known"
            ),
        ]

    def __str__(self):
        return f"{self.file} 住房"


class MemberFact(Stamped):
    """成员情况。 What the file knows of one person of the family beyond her own record."""

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="members")
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="成员", related_name="hardship_facts"
    )
    school = models.CharField("在校情况（学校、年级）", max_length=60, blank=True)
    health = models.JSONField("健康（可多选）", default=list, blank=True)
    illness = EncryptedTextField("病名", column="hardship.MemberFact.illness", text_length=100)
    disability_number = EncryptedTextField("残疾证号", column="hardship.MemberFact.disability_number", text_length=30)
    disability_kind = models.CharField("残疾类别", max_length=4, blank=True)
    disability_grade = models.CharField("残疾等级", max_length=1, blank=True)
    disability_until = models.DateField("残疾证有效期至", null=True, blank=True)
    labour = models.CharField("劳动能力", max_length=4, blank=True)
    work = models.CharField("在哪里做什么", max_length=80, blank=True)
    income = models.DecimalField("月收入（元）", max_digits=9, decimal_places=2, null=True, blank=True)
    medical = models.CharField("医疗保险", max_length=40, blank=True)
    pension = models.CharField("养老保险", max_length=40, blank=True)
    benefits = models.CharField("正在享受的补助", max_length=100, blank=True)

    objects = OfFileQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"file", "resident"}
        sensitive = {
            "school", "health", "illness", "disability_number", "disability_kind", "disability_grade", "disability_until",
            "labour", "work", "income", "medical", "pension", "benefits",
        }  # fmt: skip
        masks = {"illness": mask_all, "disability_number": mask_all}
        reveal = "hardship.change_hardshipfile"
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "成员情况"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["file", "resident"], name="hardship_member_once"),
            models.CheckConstraint(
                condition=Q(income=None) | Q(income__gte=0),
                name="hardship_member_income",
                violation_error_message="月收入不能小于 0。",
            ),
        ]

    def __str__(self):
        return f"{self.resident}"


def money(label):
    return models.DecimalField(label, max_digits=10, decimal_places=2, default=0)


class YearAccount(Stamped):
    """年度收支。 One year's income and spending of the family, yuan; what is left a head is worked out (hardship.accounts)."""

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="accounts")
    year = models.PositiveSmallIntegerField("年度")
    people = models.PositiveSmallIntegerField("共同生活几人", default=1)
    wages = money("工资收入")
    business = money("经营收入")
    property = money("财产收入")
    transfers = money("养老金、补贴")
    support = money("亲友接济")
    illness = money("看病")
    schooling = money("上学")
    housing = money("住房")
    other = money("其他开支")
    note = EncryptedTextField("说明", column="hardship.YearAccount.note", text_length=300)

    objects = OfFileQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"file", "year"}
        sensitive = {
            "people", "wages", "business", "property", "transfers", "support", "illness", "schooling", "housing", "other",
            "note",
        }  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "年度收支"
        default_permissions = ()
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "year"],
                name="hardship_account_once_a_year",
                violation_error_message="这一年的收支已经登记过，请在那一年上面点“改”。",
            ),
            models.CheckConstraint(
                condition=Q(people__gte=1, **{f"{name}__gte": 0 for name in (*EARNS, *SPENDS)}),
                name="hardship_account_not_negative",
            ),
        ]

    def __str__(self):
        return f"{self.year} 年"


class Cause(Stamped):
    """致困原因。 Why it is hard for them: from the code table, the main one or another, open until it is gone."""

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="causes")
    code = models.CharField("原因", max_length=4)
    is_main = models.BooleanField("主要原因", default=False)
    words = EncryptedTextField("具体情况", column="hardship.Cause.words", text_length=300)
    found_on = models.DateField("从哪天起", default=timezone.localdate)
    closed_on = models.DateField("消除日期", null=True, blank=True)
    closed_why = models.CharField("怎么消除的", max_length=60, blank=True)

    objects = OfFileQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"file", "found_on", "closed_on"}
        sensitive = {"code", "is_main", "words", "closed_why"}

    class Meta:
        verbose_name = verbose_name_plural = "致困原因"
        default_permissions = ()
        ordering = ["-is_main", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "code"], condition=Q(closed_on=None), name="hardship_cause_once_open"
            ),
            models.UniqueConstraint(
                fields=["file"], condition=Q(closed_on=None, is_main=True), name="hardship_cause_one_main"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_why="") | Q(closed_on__isnull=False) & ~Q(closed_why=""),
                name="hardship_cause_closed_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("found_on")), name="hardship_cause_dates"
            ),
        ]

    def __str__(self):
        return self.code


class Measure(Stamped):
    """帮扶措施。 What is done about a cause in a quarter, or why nothing is (`none_because`) (acceptance F2.2)."""

    cause = models.ForeignKey(Cause, models.PROTECT, verbose_name="原因", related_name="measures")
    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="measures")
    quarter = models.CharField("季度", max_length=6)
    goal = models.CharField("目标", max_length=60, blank=True)
    item = models.CharField("做什么", max_length=100, blank=True)
    none_because = models.CharField("没有措施，因为", max_length=100, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="责任人", related_name="+", null=True, blank=True
    )
    unit = models.CharField("责任单位", max_length=40, blank=True)
    resources = models.CharField("用什么", max_length=60, blank=True)
    starts_on = models.DateField("开始", null=True, blank=True)
    due_on = models.DateField("完成期限", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=MeasureState, default=MeasureState.OPEN)
    ended_on = models.DateField("完成日期", null=True, blank=True)
    dropped_why = models.CharField("不做的原因", max_length=60, blank=True)
    copied_from = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name="接着上季度",
        related_name="carried",
        null=True,
        blank=True,
        editable=False,
    )

    objects = OfFileQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {
            "cause", "file", "quarter", "responsible", "unit", "starts_on", "due_on", "state", "ended_on", "copied_from",
        }  # fmt: skip
        sensitive = {"goal", "item", "none_because", "resources", "dropped_why"}

    class Meta:
        verbose_name = verbose_name_plural = "帮扶措施"
        default_permissions = ()
        ordering = ["-quarter", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(item="") & Q(none_because="") | Q(item="") & ~Q(none_because=""),
                name="hardship_measure_or_why_none",
                violation_error_message="写做什么，或者写为什么没有措施，二选一。",
            ),
            models.CheckConstraint(condition=Q(state__in=MeasureState.values), name="hardship_measure_state_known"),
            models.CheckConstraint(
                condition=Q(state=MeasureState.OPEN, ended_on=None)
                | ~Q(state=MeasureState.OPEN) & Q(ended_on__isnull=False),
                name="hardship_measure_ended_when_state_says_so",
            ),
            models.CheckConstraint(
                condition=Q(state=MeasureState.DROPPED) & ~Q(dropped_why="")
                | ~Q(state=MeasureState.DROPPED) & Q(dropped_why=""),
                name="hardship_measure_dropped_has_reason",
            ),
            models.CheckConstraint(condition=~Q(quarter=""), name="hardship_measure_quarter"),
        ]

    def __str__(self):
        return self.item or self.none_because


class ResultQuerySet(OfFileQuerySet):
    scope_path, file_path = "measure__file__area", "measure__file__"


class Result(models.Model):
    """措施成效。 What a measure brought on a day."""

    measure = models.ForeignKey(Measure, models.PROTECT, verbose_name="措施", related_name="results")
    on = models.DateField("日期", default=timezone.localdate)
    effect = models.CharField("成效", max_length=5, choices=Effect)
    words = EncryptedTextField("具体情况", column="hardship.Result.words", text_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", related_name="+")

    objects = ResultQuerySet.as_manager()

    class Privacy:
        internal = {"id", "measure", "on", "made_by"}
        sensitive = {"effect", "words"}

    class Meta:
        verbose_name = verbose_name_plural = "措施成效"
        default_permissions = ()
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(effect__in=Effect.values), name="hardship_result_effect_known"),
        ]

    def __str__(self):
        return f"{self.measure} {self.on}"


class Need(Stamped):
    """需求。 Something the family needs, until it has it."""

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="needs")
    kind = models.CharField("种类", max_length=10, choices=NeedKind)
    detail = EncryptedTextField("具体", column="hardship.Need.detail", text_length=200)
    priority = models.PositiveSmallIntegerField("缓急", choices=Priority, default=Priority.MIDDLE)
    wished_on = models.DateField("希望哪天前", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=NeedState, default=NeedState.OPEN)
    ended_on = models.DateField("解决日期", null=True, blank=True)
    outcome = models.CharField("怎么解决的", max_length=100, blank=True)

    objects = OfFileQuerySet.as_manager()
    history = track()

    class Privacy:
        internal = {"file", "wished_on", "state", "ended_on"}
        sensitive = {"kind", "detail", "priority", "outcome"}

    class Meta:
        verbose_name = verbose_name_plural = "需求"
        default_permissions = ()
        ordering = ["priority", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NeedKind.values), name="hardship_need_kind_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="hardship_need_priority_known"),
            models.CheckConstraint(
                condition=Q(state=NeedState.OPEN, ended_on=None, outcome="")
                | Q(state__in=["met", "dropped"], ended_on__isnull=False) & ~Q(outcome=""),
                name="hardship_need_ended_says_how",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class Evidence(Stamped):
    """佐证材料。 A paper, who saw the original, until when it holds; its pictures lie encrypted with it."""

    file = models.ForeignKey(HardshipFile, models.PROTECT, verbose_name="档案", related_name="evidence")
    resident = models.ForeignKey(
        "households.Resident", models.PROTECT, verbose_name="是谁的", related_name="+", null=True, blank=True
    )
    kind = models.CharField("材料", max_length=12, choices=EvidenceKind)
    number = EncryptedTextField("证号", column="hardship.Evidence.number", text_length=40)
    issuer = models.CharField("出具单位", max_length=60, blank=True)
    issued_on = models.DateField("出具日期", null=True, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁看的原件", related_name="+")
    seen_on = models.DateField("哪天看的", default=timezone.localdate)
    replaced_on = models.DateField("作废日期", null=True, blank=True, editable=False)

    objects = OfFileQuerySet.as_manager()

    class Privacy:
        internal = {"file", "resident", "seen_by", "seen_on", "replaced_on"}
        sensitive = {"kind", "number", "issuer", "issued_on", "valid_until"}
        masks = {"number": mask_all}
        reveal = "hardship.change_hardshipfile"
        person = "resident"

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        default_permissions = ("view",)
        ordering = ["replaced_on", "kind", "pk"]
        indexes = [models.Index(fields=["valid_until"], name="hardship_proof_until")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="hardship_proof_kind_known"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(issued_on=None) | Q(valid_until__gte=F("issued_on")),
                name="hardship_proof_dates",
                violation_error_message="有效期不能早于出具日期。",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()
