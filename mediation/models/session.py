"""What one mediator keeps for herself of a case. The shared record of a session is a CaseEntry of the kind SESSION, its `body`
`{"by", "place", "present", "words", "result"}`; nothing of a note stands there."""

from django.conf import settings
from django.db import models

from fedhub.core.fields import BlindIndexField, EncryptedJSONField, RandomKeyField
from mediation.models.case import Case


class PrivateNoteQuerySet(models.QuerySet):
    def of(self, user):
        """Notes that `user` wrote, of cases that she may still see; nobody else has any, whatever her role."""
        return self.filter(author=user, case__in=Case.objects.visible_to(user, "mediation.view_case"))


class PrivateNote(models.Model):
    """调解员私人笔记。 Read by its author alone; no list, print, export or history takes it in. `body`: `{"words"}`."""

    id = RandomKeyField()
    case = models.ForeignKey(Case, models.PROTECT, verbose_name="案件", related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁写的", related_name="+")
    on = models.DateField("日期")
    body = EncryptedJSONField("内容", column="mediation.PrivateNote.body", ring="sealed")
    once = BlindIndexField("表单指纹", unique=True)

    objects = PrivateNoteQuerySet.as_manager()

    class Privacy:
        sealed = {"id", "case", "author", "on", "body", "once"}

    class Meta:
        verbose_name = verbose_name_plural = "私人笔记"
        default_permissions = ()
        indexes = [models.Index(fields=["case", "author"], name="mediation_note_author")]

    def __str__(self):
        return "私人笔记"
