"""The safety file: a chain of entries under a key of its own that can be added to and never changed, since a court reads it.

Nothing of a file lies in clear but its place, whether it is open and how many entries it has: who it is about, what
happened, what is due and who told it are sealed. No other table points here.
"""

import base64
import hashlib
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import Area, ScopedQuerySet
from fedhub.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField, RandomKeyField, Unreadable

# Without 0, 1, I and O, which are mistaken for one another over the phone.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Unopenable(ValueError):
    """A file or an entry cannot be read: its key is gone, or somebody changed it by hand."""


def new_key():
    """A data key for one file, as text."""
    return base64.b64encode(os.urandom(32)).decode()


def new_code():
    """What a file is called in talk and on paper: eight random signs, so that nothing follows from the order of two."""
    return "".join(SIGNS[byte % len(SIGNS)] for byte in os.urandom(8))


class SafetyFileQuerySet(ScopedQuerySet):
    def visible_to(self, user, permission=None):
        """Files in whose circle `user` is today: a grant of hers is in force and she is not excused from it. Her place does not
        matter, nor does any role but that she has the right at all (security design 4.7)."""
        permission = permission or "safety.view_safetyfile"
        if not user.has_perm(permission):
            return self.none()
        grants = CaseGrant.objects.in_force().filter(user=user)
        excused = Recusal.objects.filter(user=user)
        return self.filter(pk__in=grants.values("file_id")).exclude(pk__in=excused.values("file_id"))

    def open(self):
        """Not closed."""
        return self.filter(is_open=True)


class SafetyFile(models.Model):
    """受限档案。 One person in danger: what was told, what was done, what is due.

    `entries` counts the rows of the chain, `seal` closes it: HMAC over the count and the last entry, so that a row cut off at
    the end shows (safety.chain).
    """

    id = RandomKeyField()
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="网格", related_name="+")
    code = EncryptedTextField("代号", column="safety.SafetyFile.code", ring="sealed")
    key = EncryptedTextField("档案密钥", column="safety.SafetyFile.key", ring="sealed", editable=False)
    is_open = models.BooleanField("没有结案", default=True, editable=False)
    entries = models.PositiveIntegerField("条数", default=0, editable=False)
    seal = models.CharField("封条", max_length=64, blank=True, editable=False)

    objects = SafetyFileQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "area", "code", "key", "is_open", "entries", "seal"}

    class Meta:
        verbose_name = verbose_name_plural = "受限档案"
        default_permissions = ("view", "add", "change")
        permissions = [
            ("lead_safetyfile", "主办受限档案、管谁看得到"),
            ("decide_safetyfile", "决定不报案、民事事项"),
            ("break_safetyfile", "两人同意紧急打开受限档案"),
            ("count_safetyfile", "看维权年度数字"),
        ]
        indexes = [
            models.Index(fields=["area", "is_open", "id"], name="safety_file_area_sort"),
            models.Index(fields=["is_open", "id"], name="safety_file_sort"),
        ]

    def __str__(self):
        return "有一条待办"

    def cipher(self):
        """AESGCM under the file's own key. Raises Unopenable when the key cannot be read or was destroyed."""
        if not self.key or isinstance(self.key, Unreadable):
            raise Unopenable("The key of the file is gone.")
        return AESGCM(base64.b64decode(self.key))


class EntryQuerySet(models.QuerySet):
    def of(self, file):
        """The chain of a file, oldest first."""
        return self.filter(file=file).order_by("number")


class Entry(models.Model):
    """档案记录。 One entry of a file, never changed or deleted (triggers on both engines); what was wrong gets an entry that
    corrects it. `body` holds `{"kind", "at", "by": {"id", "name"}, "data"}` under the key of the file; `mac` chains it to the one
    before. `once` is the fingerprint of the form's key: a row of OnceKey would name the writer.
    """

    id = RandomKeyField()
    file = models.ForeignKey(SafetyFile, models.PROTECT, verbose_name="档案", related_name="chain")
    number = models.PositiveIntegerField("序号")
    body = models.BinaryField("内容")
    mac = models.CharField("封条", max_length=64)
    once = BlindIndexField("表单指纹", unique=True)

    objects = EntryQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "file", "number", "body", "mac", "once"}

    class Meta:
        verbose_name = verbose_name_plural = "档案记录"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="safety_entry_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="safety_entry_number_from_one"),
        ]

    def __str__(self):
        return f"{self.number}"

    def _bound_to(self):
        return f"safety.Entry|{self.file_id}|{self.number}".encode()

    def close(self, cipher, content):
        """Seal `content` (a dict) into the body under `cipher`, bound to this place of this chain."""
        nonce = os.urandom(12)
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        self.body = nonce + cipher.encrypt(nonce, text, self._bound_to())

    def open(self, cipher):
        """The dict of the body. Raises Unopenable when it was tampered with or belongs elsewhere."""
        body = bytes(self.body)
        try:
            return json.loads(cipher.decrypt(body[:12], body[12:], self._bound_to()))
        except InvalidTag as error:
            raise Unopenable("The entry cannot be opened.") from error


class Exhibit(models.Model):
    """附图。 A picture of evidence under the key of its file, never changed or deleted; the entry that brought it names its
    fingerprint. It lies in this table and not in the store of attachments, where a file more would tell of it."""

    id = RandomKeyField()
    file = models.ForeignKey(SafetyFile, models.PROTECT, verbose_name="档案", related_name="exhibits")
    body = models.BinaryField("内容")

    class Privacy:
        sealed = {"id", "file", "body"}

    class Meta:
        verbose_name = verbose_name_plural = "附图"
        default_permissions = ()

    def __str__(self):
        return "附图"

    def _bound_to(self):
        return f"safety.Exhibit|{self.file_id}|{self.pk}".encode()

    def close(self, cipher, picture):
        """Seal `picture` (bytes) into the body under `cipher`, bound to this file."""
        nonce = os.urandom(12)
        self.body = nonce + cipher.encrypt(nonce, picture, self._bound_to())

    def open(self, cipher):
        """The bytes of the picture. Raises Unopenable when it was tampered with or belongs elsewhere."""
        body = bytes(self.body)
        try:
            return cipher.decrypt(body[:12], body[12:], self._bound_to())
        except InvalidTag as error:
            raise Unopenable("The picture cannot be opened.") from error

    def fingerprint(self):
        """SHA-256 of the sealed body, in hex."""
        return hashlib.sha256(bytes(self.body)).hexdigest()


class Informant(models.Model):
    """报案人、反映人。 Who told it, sealed apart under a column of its own (反家庭暴力法 art. 14).

    It stands in no entry, no print and no copy, and each look at it needs a reason.
    """

    id = RandomKeyField()
    file = models.OneToOneField(SafetyFile, models.PROTECT, verbose_name="档案", related_name="informant")
    who = EncryptedJSONField("谁", column="safety.Informant.who", ring="sealed")

    class Privacy:
        sealed = {"id", "file", "who"}

    class Meta:
        verbose_name = verbose_name_plural = "反映人"
        default_permissions = ()

    def __str__(self):
        return "反映人"


class CaseGrantQuerySet(models.QuerySet):
    def in_force(self, day=None):
        """Those that hold on `day` (default today)."""
        day = day or timezone.localdate()
        return self.filter(ended_on=None, valid_from__lte=day, valid_to__gte=day)


class CaseGrant(models.Model):
    """谁看得到。 Somebody in the circle of one file, for a part, with a reason, until a day."""

    id = RandomKeyField()
    file = models.ForeignKey(SafetyFile, models.PROTECT, verbose_name="档案", related_name="grants")
    user = models.ForeignKey("accounts.User", models.PROTECT, verbose_name="人员", related_name="+")
    facts = EncryptedJSONField("为什么、谁批准", column="safety.CaseGrant.facts", ring="sealed")
    is_lead = models.BooleanField("主办", default=False)
    valid_from = models.DateField("起", default=timezone.localdate)
    valid_to = models.DateField("止")
    ended_on = models.DateField("结束", null=True, blank=True)

    objects = CaseGrantQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "file", "user", "facts", "is_lead", "valid_from", "valid_to", "ended_on"}

    class Meta:
        verbose_name = verbose_name_plural = "谁看得到"
        default_permissions = ()
        indexes = [models.Index(fields=["user", "valid_to"], name="safety_grant_user")]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=models.F("valid_from")), name="safety_grant_dates"),
            models.UniqueConstraint(
                fields=["file"], condition=Q(is_lead=True, ended_on=None), name="safety_grant_one_lead"
            ),
        ]

    def __str__(self):
        return "谁看得到"


class Recusal(models.Model):
    """回避。 Somebody who must not see a file (kin, neighbour, colleague of the accused): it overrides every grant, for good."""

    id = RandomKeyField()
    file = models.ForeignKey(SafetyFile, models.PROTECT, verbose_name="档案", related_name="recusals")
    user = models.ForeignKey("accounts.User", models.PROTECT, verbose_name="人员", related_name="+")
    facts = EncryptedJSONField("为什么、谁登记", column="safety.Recusal.facts", ring="sealed")

    class Privacy:
        sealed = {"id", "file", "user", "facts"}

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["file", "user"], name="safety_recusal_once")]

    def __str__(self):
        return "回避"


class UrgentOpening(models.Model):
    """紧急打开。 One asks with a reason for the file of a person named in words, another agrees; only then it is looked for, and
    where there is one it is open to the asker for a day. Until then nothing tells whether there is a file at all."""

    id = RandomKeyField()
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="社区", related_name="+")
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, verbose_name="谁要打开", related_name="+")
    facts = EncryptedJSONField("要找谁、为什么", column="safety.UrgentOpening.facts", ring="sealed")
    answered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, verbose_name="谁同意", related_name="+", null=True, blank=True
    )
    asked_on = models.DateField("日期", default=timezone.localdate)
    watched_by = models.ForeignKey(
        "accounts.User", models.PROTECT, verbose_name="审计员", related_name="+", null=True, blank=True
    )
    watched_on = models.DateField("审计员看过的日期", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "area", "asked_by", "facts", "answered_by", "asked_on", "watched_by", "watched_on"}

    class Meta:
        verbose_name = verbose_name_plural = "紧急打开"
        default_permissions = ()
        permissions = [("watch_urgentopening", "核对谁提出过紧急打开")]
        indexes = [
            models.Index(fields=["area", "-asked_on", "id"], name="safety_urgent_area_sort"),
            models.Index(fields=["-asked_on", "id"], name="safety_urgent_sort"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=models.F("asked_by")), name="safety_urgent_by_two"
            ),
            models.CheckConstraint(
                condition=Q(watched_by=None, watched_on=None)
                | Q(watched_by__isnull=False, watched_on__isnull=False) & ~Q(watched_by=models.F("asked_by")),
                name="safety_urgent_watched_by_another",
            ),
        ]

    def __str__(self):
        return "紧急打开"
