"""Pages of the kernel: files, revealed values, health, components."""

from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import View
from django.views.decorators.http import require_GET

from fedhub.core import audit, crypto, files
from fedhub.core.access import PUBLIC, SIGNED_IN, access
from fedhub.core.audit import record_read
from fedhub.core.health import findings
from fedhub.core.models import Attachment, Job
from fedhub.core.reveal import DAILY_LIMIT, REASONS, BudgetSpent, reveal_value


class FileView(View):
    """One stored file: the owner's row rule decides, the reading is logged, nothing in it can run."""

    permission = SIGNED_IN

    def get(self, request, uuid):
        attachment = Attachment.objects.filter(uuid=uuid).first()
        owner = files.visible_owner(attachment, request.user) if attachment else None
        if owner is None:
            raise Http404
        try:
            data = files.read(attachment)
        except (OSError, crypto.Undecryptable):
            audit.record("core.attachment.unreadable", attachment, by=request.user, result="failed")
            raise Http404 from None
        record_read(owner, by=request.user, action="core.attachment.read")
        shown = "inline" if attachment.content_type.startswith("image/") else "attachment"
        return HttpResponse(
            data,
            content_type=attachment.content_type,
            headers={
                "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(attachment.name or 'file')}",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "no-store",
            },
        )


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
