"""What the pages of safety files share: the circle, the fresh second factor, neutral titles."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.proof import has_factor, minutes_since_proof
from fedhub.core.views import FormView, StaffView
from fedhub.reference.lookup import rule
from safety.chain import records
from safety.models import SafetyFile
from safety.models.file import Unopenable
from safety.standing import standing_of

VIEW, WRITE, LEAD = "safety.view_safetyfile", "safety.change_safetyfile", "safety.lead_safetyfile"
DECIDE, BREAK = "safety.decide_safetyfile", "safety.break_safetyfile"
TITLE = "受限档案"
# True for all that opens after a second factor: files here, leads and cases of the micro-home.
NO_FACTOR = "需要登录保护"


def list_crumb():
    return TITLE, reverse("safety:file_list")


class SealedPage(StaffView):
    """A page that opens only after a second factor within the last minutes; who may see nothing is told nothing before."""

    def dispatch(self, request, *args, **kwargs):
        # Out of the circle and missing are the same answer, whatever she proved.
        self.check_row()
        since = minutes_since_proof(request)
        writes = request.method not in ("GET", "HEAD")
        limit = rule("sealed_write_minutes" if writes else "sealed_proof_minutes")
        if since is None or since > limit:
            if not has_factor(request.user):
                return render(
                    request, "safety/no_factor.html", {"title": NO_FACTOR, "page_title": NO_FACTOR}, status=403
                )
            if not writes:
                return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
        try:
            fresh = since is not None and since <= limit
            return super().dispatch(request, *args, **kwargs) if fresh else self.proof_gone()
        except Unopenable:
            messages.error(request, "这份档案的记录不完整，没有保存。请马上联系审计员核对备份。")
            return redirect("safety:file_list")

    def check_row(self):
        if "pk" in self.kwargs:
            self.get_row()

    def proof_gone(self):
        raise Http404


class OfFile(SealedPage):
    """A page of one file."""

    permission = VIEW
    model = SafetyFile
    title = TITLE

    def get_rows(self):
        return SafetyFile.objects.visible_to(self.request.user, self.permission).select_related("area")

    def get_crumbs(self):
        file = self.get_row()
        return [list_crumb(), (file.code, reverse("safety:file_detail", args=[file.pk]))]

    @property
    def state(self):
        """The Standing of the file, read once a request; a chain that cannot be read raises Unopenable."""
        if not hasattr(self, "_state"):
            self._records = records(self.get_row())
            self._state = standing_of(self._records)
        return self._state

    @property
    def chain(self):
        """The Records of the file."""
        self.state  # noqa: B018 - reads them
        return self._records

    def is_lead(self):
        """True for whoever leads the file."""
        return self.get_row().grants.in_force().filter(user=self.request.user, is_lead=True).exists()


class LeadOnly(OfFile):
    """A page for whoever leads the file; for others in the circle it is not there."""

    permission = LEAD

    def check_row(self):
        super().check_row()
        if not self.is_lead():
            raise Http404


class SealedForm(FormView):
    """A saving form of the compartment: no row of OnceKey, and what was typed stays when the proof has lapsed meanwhile."""

    keeps_once_key = False

    def proof_gone(self):
        return self.refuse(
            self.get_form(self.request.POST),
            "登录保护确认得太久了，这次没有保存，写的内容都在（照片要重新选）。请另开一页确认一次，再回来点保存。",
        )

    def get_back_url(self):
        return reverse("safety:file_detail", args=[self.get_row().pk])
