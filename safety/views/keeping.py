"""保管与销毁: what is past its time, and destroying it by two people."""

from django.urls import reverse

from fedhub.areas.models import Area
from fedhub.core.views import StaffPage
from safety.forms.circle import DestroyAnswerForm, DestroyForm
from safety.models import Destruction
from safety.services import keeping
from safety.views.parts import SealedForm, SealedPage
from safety.views.report import content

DESTROY = "safety.destroy_safetyfile"
TITLE = "保管与销毁"


def communities(user):
    """The communities whose sealed files `user` may destroy together with another person."""
    return Area.objects.visible_to(user, DESTROY).active().filter(kind="community").order_by("code")


class Keeping(SealedPage, StaffPage):
    """What is past its time in each community, what waits for an answer, and what was destroyed. Codes and days alone."""

    permission = DESTROY
    title = TITLE
    template_name = "safety/keeping.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        over = [
            (place, keeping.expired_files(place, without=[user]), len(keeping.expired_reports(place)))
            for place in communities(user)
        ]
        rows = Destruction.objects.visible_to(user, DESTROY).select_related("area", "asked_by", "answered_by")
        rows = rows.order_by("-asked_on", "-pk")
        done = rows.exclude(answered_by=None)[:50]
        return super().get_context_data(
            over=[(place, files, reports) for place, files, reports in over if files or reports],
            waiting=[(row, row.asked_by_id != user.pk) for row in keeping.waiting_for(user, rows)],
            done=[(row, content(row.facts)) for row in done], **kwargs,
        )  # fmt: skip


class DestroyForms(SealedForm, SealedPage):
    permission = DESTROY
    model = Destruction
    template_name = "safety/entry_form.html"

    def get_crumbs(self):
        return [(TITLE, self.get_back_url())]

    def get_back_url(self):
        return reverse("safety:keeping")


class DestroyAsk(DestroyForms):
    """Ask that all that is past its time is destroyed."""

    title = "提请销毁"
    form_class = DestroyForm
    submit_label = "提请"
    success_message = "已提请，等另一个人同意。"

    def get_form_kwargs(self):
        return {"places": communities(self.request.user)}

    def save(self, form):
        data = form.cleaned_data
        keeping.ask_to_destroy(area=data["area"], why=data["why"], by=self.request.user)
        return self.get_back_url()


class DestroyAnswer(DestroyForms):
    """The second person's answer."""

    title = "销毁：要您同意"
    form_class = DestroyAnswerForm
    submit_label = "答复"
    success_message = "已答复。"

    def get_rows(self):
        user = self.request.user
        rows = Destruction.objects.visible_to(user, DESTROY).exclude(asked_by=user)
        told = [row.pk for row in keeping.waiting_for(user, rows)]
        return rows.filter(pk__in=told).select_related("asked_by", "area")

    def get_form_kwargs(self):
        return {}

    def get_context_data(self, **kwargs):
        row = self.get_row()
        files, reports = keeping.seen_of(row, self.request.user)
        asked = [("谁提请", row.asked_by.name), ("哪个社区", row.area.name), ("为什么", content(row.facts).get("why", "")),
                 ("档案", f"{len(files)} 份"), ("报告", f"{len(reports)} 条")]  # fmt: skip
        return super().get_context_data(asked=asked, **kwargs)

    def save(self, form):
        keeping.answer_destruction(self.get_row(), agrees=form.cleaned_data["agrees"], by=self.request.user)
        return self.get_back_url()
