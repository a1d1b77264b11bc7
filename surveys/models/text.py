"""Written words on their own: apart from the answers they came with, in no order, read by few."""

from django.db import models
from django.db.models import Q

from fedhub.core.fields import EncryptedTextField, RandomKeyField
from surveys.models.survey import OfSurveyQuerySet, Survey


class TextEntryQuerySet(OfSurveyQuerySet):
    def waiting(self):
        """Not looked through for numbers and names yet."""
        return self.filter(scanned=False)


class TextEntry(models.Model):
    """文字答案。 The words of one answer to one question, sealed: `words` as she wrote them, `clean` with numbers and names of
    people covered. Written in random order under a random key, a few responses at a time, and leads to none of them."""

    id = RandomKeyField()
    survey = models.ForeignKey(Survey, models.PROTECT, verbose_name="问卷", related_name="text_entries")
    question = models.CharField("题号", max_length=20)
    option = models.CharField("选项", max_length=20, blank=True)
    words = EncryptedTextField("原话", column="surveys.TextEntry.words")
    clean = EncryptedTextField("遮住号码和姓名的话", column="surveys.TextEntry.clean")
    scanned = models.BooleanField("查过", default=False)
    covered = models.BooleanField("有遮住的", default=False)
    told = models.BooleanField("公布", default=False)

    objects = TextEntryQuerySet.as_manager()

    class Privacy:
        internal = {"id", "survey", "question", "option", "scanned", "covered", "told"}
        sensitive = {"words", "clean"}

    class Meta:
        verbose_name = verbose_name_plural = "文字答案"
        default_permissions = ()
        indexes = [models.Index(fields=["survey", "question", "id"], name="surveys_text_question")]
        constraints = [
            # What nobody looked through is not told.
            models.CheckConstraint(condition=Q(told=False) | Q(scanned=True), name="surveys_text_told_scanned")
        ]

    def __str__(self):
        return str(self.survey)


class TextTag(models.Model):
    """文字的方面。 One of the seven topics that a text speaks of."""

    entry = models.ForeignKey(TextEntry, models.CASCADE, verbose_name="文字", related_name="tags")
    topic = models.CharField("方面", max_length=4)

    class Privacy:
        internal = {"id", "entry", "topic"}

    class Meta:
        verbose_name = verbose_name_plural = "文字的方面"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["entry", "topic"], name="surveys_texttag_once")]

    def __str__(self):
        return self.topic
