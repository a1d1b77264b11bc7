"""Her own page as a backbone woman: what she is registered with, trainings, honours, and what she was asked to do. Nothing of how
she was evaluated, of notes, or of lists she may stand on."""

from django.conf import settings
from django.http import Http404
from django.utils.module_loading import import_string

from fedhub.core.access import PUBLIC
from fedhub.core.deeds import Deed
from groups.backbone_queries import own_backbone, own_tasks
from groups.services import backbone_lines as services

Page = import_string(settings.RESIDENT_PAGE)


class OwnBackbone(Page):
    permission = PUBLIC
    needs_her = True

    def get(self, request):
        row = own_backbone(self.person)
        if row is None:
            raise Http404
        return self.show(
            "groups/resident/backbone.html", row=row, tasks=own_tasks(self.person),
            trainings=list(row.trainings.standing().order_by("-on", "-pk")),
            honours=list(row.honours.standing().order_by("-year", "-pk")),
        )  # fmt: skip


class HerTask(Deed, Page):
    """Something she says of a task of hers; sent twice it is once."""

    permission = PUBLIC
    needs_her = True
    back = "groups_resident:backbone"

    def own_or_404(self, pk):
        task = next((one for one in own_tasks(self.person) if one.pk == pk), None)
        if task is None:
            raise Http404
        return task

    def said(self):
        """Her words, cut to what is kept."""
        return self.request.POST.get("said", "")[:100]


class SayDone(HerTask):
    def act(self, pk):
        services.say_done(self.own_or_404(pk), said=self.said())
        return "知道了，谢谢您。社区妇联看到后确认。"


class Decline(HerTask):
    def act(self, pk):
        services.decline_task(self.own_or_404(pk), said=self.said())
        return "知道了，社区妇联会另想办法。"
