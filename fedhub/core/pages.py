"""Pages of the kernel: files, revealed values, health, components."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import CharField, HiddenInput
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_GET

from fedhub.core import audit, crypto, files
from fedhub.core.access import PUBLIC, SIGNED_IN, access
from fedhub.core.answers import kept_file
from fedhub.core.audit import record_read
from fedhub.core.forms import StaffForm
from fedhub.core.health import findings
from fedhub.core.models import Attachment, Job, SavedFilter
from fedhub.core.reveal import DAILY_LIMIT, REASONS, BudgetSpent, Locked, check_gates, reveal_value
from fedhub.core.saved import delete_filter, kept_query, list_view_of, save_filter
from fedhub.core.views import FormView, StepView


class FileView(View):
    """One stored file: the owner's row rule decides, the reading is logged, nothing in it can run."""

    permission = SIGNED_IN

    def get(self, request, uuid):
        attachment = Attachment.objects.filter(uuid=uuid).first()
        owner = files.visible_owner(attachment, request.user) if attachment else None
        if owner is None:
            raise Http404
        try:
            check_gates(request.user, owner, "file")
        except Locked as locked:
            return refused(locked)
        try:
            data = files.read(attachment)
        except (OSError, crypto.Undecryptable):
            audit.record("core.attachment.unreadable", attachment, by=request.user, result="failed")
            raise Http404 from None
        record_read(owner, by=request.user, action="core.attachment.read")
        return kept_file(data, attachment.content_type, attachment.name or "file")


def refused(locked):
    """The sentence of a gate as plain text."""
    return HttpResponse(str(locked), status=403, content_type="text/plain; charset=utf-8")


class RevealView(View):
    """POST label, pk, field, reason: the full value as a fragment for 30 seconds. Without a reason nothing is opened."""

    permission = SIGNED_IN

    def post(self, request):
        data = request.POST
        try:
            found = reveal_value(
                request.user, data.get("label", ""), int(data.get("pk", "0")), data.get("field", ""),
                reason=data.get("reason", ""),
            )  # fmt: skip
        except BudgetSpent:
            text = f"今天已查看 {DAILY_LIMIT} 次，先停一停。确有需要请联系妇联主席。"
            return HttpResponse(text, status=429, content_type="text/plain; charset=utf-8")
        except Locked as locked:
            return refused(locked)
        except ValidationError as error:
            return HttpResponse(error.messages[0], status=400, content_type="text/plain; charset=utf-8")
        except (LookupError, ValueError):
            raise Http404 from None
        response = render(
            request, "components/revealed.html", {"value": found.text, "many": found.many, "caution": found.caution}
        )
        response.headers["Cache-Control"] = "no-store"
        return response


class JobView(View):
    """Progress of the user's own long work, polled by htmx."""

    permission = SIGNED_IN

    def get(self, request, pk):
        job = Job.objects.filter(pk=pk, owner=request.user).first()
        if job is None:
            raise Http404
        response = render(request, "components/job.html", {"job": job})
        if job.is_over:
            response.headers["HX-Refresh"] = "true"
        return response


class SavedFilterForm(StaffForm):
    """A name for the filters of a list."""

    name = CharField(label="名称", max_length=30, help_text="同名的换成新的条件。")
    page = CharField(widget=HiddenInput, label="")
    query = CharField(widget=HiddenInput, label="", required=False)


class SavedFilterCreate(FormView):
    """Keep the filters of a list (`page`, `query`) under a name; the list itself decides who may see it."""

    permission = SIGNED_IN
    model = SavedFilter
    title = "保存这组条件"
    form_class = SavedFilterForm
    success_message = "已保存，下次在列表上方点名称就行。"

    def get_list_view(self):
        data = self.request.POST or self.request.GET
        return data.get("page", ""), list_view_of(data.get("page", ""), self.request.user)

    def get_initial(self):
        self.get_list_view()
        return {name: self.request.GET.get(name, "") for name in ("page", "query")}

    def get_back_url(self):
        return reverse(self.get_list_view()[0])

    def save(self, form):
        (page, view), user = self.get_list_view(), self.request.user
        query, left_out = kept_query(form.cleaned_data["query"], view, user)
        saved = save_filter(user, page=page, name=form.cleaned_data["name"], query=query)
        if left_out:
            messages.info(self.request, "条件里的号码没有存，其他条件都存了。")
        return f"{reverse(page)}?{saved.query}"


class SavedFilterDelete(StepView):
    """Take away a kept one of one's own."""

    permission = SIGNED_IN
    model = SavedFilter
    service = delete_filter
    success_message = "已删掉。"

    def get_success_url(self):
        return reverse(self.get_row().page)


@require_GET
@access(PUBLIC)
def healthz(request):
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
@access(PUBLIC)
def readyz(request):
    """Work may come in: the database writes, the disk has room, clock and audit chain are sane; 503 otherwise."""
    found = findings()
    parts = {part: "ok" if sound else "failed" for part, sound in found.items()}
    return JsonResponse(parts, status=200 if all(found.values()) else 503)


def reveal_reasons():
    """Reasons offered beside a masked value."""
    return REASONS
