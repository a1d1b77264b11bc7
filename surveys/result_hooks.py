"""What results bring to other pages: the menu, the way of a concern, the minute job, the export."""

from django.urls import reverse

from concerns.chain import Source, happened_at, sources
from fedhub.core.housekeeping import every_minute
from fedhub.core.menu import Entry, menu
from surveys import report  # noqa: F401 - the document makes itself known
from surveys.models import Finding, HelpContact
from surveys.services.texts import scan_waiting

menu.register(Entry("surveys.results", "surveys", "问卷结果", "surveys:result_list", "surveys.view_survey", 30))
every_minute(scan_waiting)


@sources.register
class FoundBySurvey(Source):
    """The finding that a concern was raised from, with its survey."""

    key, order, permission = "surveys", 15, "surveys.view_survey"

    def events(self, concern, user):
        rows = (
            Finding.objects.visible_to(user, self.permission)
            .filter(concern=concern)
            .select_related("survey", "created_by")
        )
        return [
            happened_at(
                row.created_at, title="问卷发现", who=row.created_by.name if row.created_by else "", text=row.words,
                url=row.get_absolute_url(), facts=(("问卷", row.survey.title),),
            )
            for row in rows
        ]  # fmt: skip


@sources.register
class AskedForHelp(Source):
    """Where a concern came from somebody who asked for help: the way to reach her, for whoever answers."""

    key, order, permission = "surveys.help", 16, "concerns.answer_concern"

    def events(self, concern, user):
        rows = HelpContact.objects.visible_to(user, self.permission).filter(concern=concern).select_related("concern")
        return [
            happened_at(
                row.concern.created_at, title="她留了联系方式", url=reverse("surveys:help_detail", args=[row.pk]),
                text="打开联系方式会记录。",
            )
            for row in rows
        ]  # fmt: skip
