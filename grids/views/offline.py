"""What a phone asks and sends without a page: its key, the plan of the day, sealed drafts (security design 4.14).

Answers are JSON with a sentence for the person. Nothing here renews the idle lock. Two addresses take posts without a
form's token: a foreign page cannot send their content types without asking first, and nobody answers that.
"""

import json
from datetime import UTC, timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from accounts.middleware import is_usable
from accounts.queries import is_held
from accounts.throttle import device_mark
from fedhub.core import audit, envelopes, once
from fedhub.core.access import PUBLIC
from fedhub.core.text import row_key
from fedhub.core.uploads import BadParts, parse_multipart
from fedhub.reference.lookup import rule
from grids.enums import EnvelopeState
from grids.forms.late import form_of, kept_fields, tell_again, told_risk
from grids.forms.visit import VisitForm
from grids.queries import people_at_home, visiting_agreements
from grids.services.offline import (
    SCHEMA,
    UPGRADERS,
    Arrival,
    check_in,
    device_of,
    earlier,
    family_of_draft,
    keep,
    note_saved,
    register_device,
    why_late,
)
from grids.today import planned_homes
from grids.views.outbox import to_finish

DAMAGED = "这份内容不完整或已经损坏，没有收下。它还在手机里，可以再试一次；一直不行，请按纸质走访表补记后删掉它。"
NOT_HERS = "这份内容里的家庭，系统里没有，或者不归您走访。它还在手机里；请核对后补记，再删掉它。"
LARGE = "这份内容太大，没有收下。请打开它，少选几张照片再保存。"
OTHERS = "这是另一个账号写的，请用那个账号登录后再上传。"
BUSY = "传得太快，请过一分钟再试。"
UNFINISHED = "没写完的内容已经收好，请在屏幕上补全后保存。"
INCOMPLETE = "有几处没有通过检查，还没有登记。内容都已收好，请在屏幕上改好后保存。"
UNKNOWN = "这份内容是用别的版本的表写的，已经收好。请在屏幕上核对后保存。"
IN_TRAY = "这户或您的账号有变动，已交给主管处理，不用再传。"
SIGN_IN = {"state": "signin", "message": "请先登录，手机里的内容会留着。"}
MEGABYTE = 1024 * 1024
CLOCK_YEARS = range(1970, 2090)


class PhoneView(View):
    """Base: who asks, and answers that neither stay in a cache nor count as use."""

    permission = PUBLIC

    def dispatch(self, request, *args, **kwargs):
        request.in_background = True
        self.user = request.user if is_usable(request) else None
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def visitor(self):
        """The signed-in user who may visit families, or None."""
        return self.user if self.user is not None and self.user.has_perm("grids.add_visit") else None

    def device(self):
        """The Device that the phone's token names, ended or not, or None."""
        return device_of(self.request.headers.get("X-Device", ""))


def answer(state, message, status=200, **more):
    return JsonResponse({"state": state, "message": message, **more}, status=status)


class Offline(PhoneView):
    """What a phone needs to keep visits: the key, the form's version, the limits, and what waits to be finished."""

    def get(self, request):
        user = self.visitor()
        if user is None:
            return JsonResponse(SIGN_IN, status=401)
        key_id, point = envelopes.public_key()
        return JsonResponse(
            {
                "user": user.pk,
                "kid": key_id,
                "key": point,
                "csrf": get_token(request),
                "schema": SCHEMA,
                "now": timezone.now().isoformat(),
                "minutes": rule("offline_continue_minutes"),
                "max_bytes": rule("offline_envelope_mb") * MEGABYTE,
                "unfinished": to_finish(user),
            }
        )


@method_decorator(csrf_exempt, name="dispatch")
class CheckIn(PhoneView):
    """A phone tells what it still holds; a new one is registered. Ended ones are told to wipe, signed in or not."""

    def post(self, request):
        if request.content_type != "application/json":
            return answer("damaged", DAMAGED, 415)
        device, user = self.device(), self.visitor()
        if device is not None and (device.ended_at or not device.user.is_active):
            return JsonResponse({"device": "ended"})
        if user is None:
            return JsonResponse(SIGN_IN, status=401)
        if is_too_fast(f"phone-{user.pk}"):
            return too_fast()
        try:
            said = json.loads(request.body)
            unsent, removed = list(said.get("unsent", [])), list(said.get("removed", []))
            now = said.get("now", "")
        except (ValueError, AttributeError, TypeError, RecursionError):
            return answer("damaged", "手机发来的内容不完整，请刷新后再试。", 400)
        lost, token, state = 0, None, "known"
        if device is None or device.user_id != user.pk:
            name = phone_name(request.headers.get("User-Agent", ""))
            device, token, lost = register_device(user, name=name, cookie=device_mark(request))
            state = "new"
        saved, gone = check_in(device, unsent=unsent, removed=removed, clock_off=clock_off(now))
        found = {"device": state, "saved": saved, "lost": lost + gone}
        return JsonResponse(found | ({"token": token} if token else {}))


def phone_name(agent):
    """What a phone is called in the list of phones, from what its browser says of itself."""
    kinds = [
        ("iPad", "iPad"),
        ("iPhone", "iPhone"),
        ("HarmonyOS", "鸿蒙手机"),
        ("Android", "安卓手机"),
        ("Windows", "电脑"),
    ]
    kind = next((label for mark, label in kinds if mark in agent), "手机或电脑")
    return f"{kind}（微信）" if "MicroMessenger" in agent else kind


def moment(text):
    """An aware datetime of ISO text with a zone; None for no such text, and for a year that no clock shows by mistake
    alone: days near the ends of the calendar cannot be reckoned with, and a difference in seconds must fit its column.
    """
    try:
        found = parse_datetime(text) if isinstance(text, str) else None
        found = found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and found.year in CLOCK_YEARS else None


def clock_off(text):
    """Seconds by which a phone whose clock says `text` is behind the server, 0 when it says nothing usable."""
    now = moment(text)
    return round((timezone.now() - now).total_seconds()) if now is not None else 0


def lines_of(template, context, request):
    """The lines of a page without what stands before them; empty ones left out."""
    lines = render_to_string(template, context, request).splitlines()
    return [line.strip() for line in lines if line.strip()]


@method_decorator(gzip_page, name="dispatch")
class Plan(PhoneView):
    """The families planned for today with their forms, for one shift and one registered phone; whoever took it is noted.

    Packed on the way, and what the forms have in common stands once: twenty of them are half a megabyte. What a
    stranger could learn from the packed size (BREACH) is no secret: the form's token is masked anew each time, and
    Django adds bytes at random.
    """

    def get(self, request):
        user, device = self.visitor(), self.device()
        if user is None:
            return JsonResponse(SIGN_IN, status=401)
        if device is None or device.ended_at or device.user_id != user.pk:
            return answer("device", "这台手机还没有登记，请刷新后再试。", 403)
        if is_too_fast(f"plan-{device.pk}"):
            return too_fast()
        homes = planned_homes(user, limit=rule("offline_plan_homes"))
        audit.record_read(device, by=user, action="grids.device.plan")
        until = timezone.now() + timedelta(hours=rule("offline_plan_hours"))
        self.lines = {}
        families = [self.family(entry, household) for entry, household in homes]
        found = {"until": until.isoformat(), "lines": list(self.lines), "families": families}
        return JsonResponse(found, json_dumps_params={"ensure_ascii": False})

    def number(self, line):
        """The place of a line of a form among `lines`, where what twenty forms have in common stands once."""
        return self.lines.setdefault(line, len(self.lines))

    def family(self, entry, household):
        form = VisitForm(user=self.user, household=household)
        context = {
            "form": form,
            "household": household,
            "notes": visiting_agreements(people_at_home(household)),
            "is_read": is_held("safety.view_riskreport", household.area),
            "back_url": reverse("grids:today"),
        }
        return {
            "id": household.pk,
            "title": entry.title,
            "place": entry.place,
            "reason": entry.reason,
            "due": entry.due.isoformat(),
            "late": max(entry.late, 0),
            "last": household.last_visit_on.isoformat() if household.last_visit_on else "",
            "promise": entry.promise,
            "hint": entry.hint,
            "url": entry.url,
            "form": [self.number(line) for line in lines_of("grids/_visit_form.html", context, self.request)],
        }


@method_decorator(csrf_exempt, name="dispatch")
class Envelopes(PhoneView):
    """A sealed draft arrives. Its owner's session saves it; her phone alone, without session, reaches the tray only."""

    def post(self, request):
        if request.content_type != "application/octet-stream":
            return answer("damaged", DAMAGED, 415)
        device = self.device()
        if device is not None and device.ended_at:
            device = None
        sender = self.visitor()
        if sender is None and device is None:
            return JsonResponse(SIGN_IN, status=401)
        if is_too_fast(f"device:{device.pk}" if device else f"user:{sender.pk}"):
            return too_fast()
        most = rule("offline_envelope_mb") * MEGABYTE
        data = request.read(most + 1)
        if len(data) > most:
            return answer("damaged", LARGE, 413)
        try:
            head, body = envelopes.split(data)
        except envelopes.Damaged:
            return answer("damaged", DAMAGED, 400)
        if sender is None or sender.pk != head.user:
            if device is None or device.user_id != head.user:
                return answer("other", OTHERS, 403)
            sender = None
        try:
            return self.receive(head, envelopes.open_envelope(head, body), data, device, sender)
        except envelopes.Damaged:
            return answer("damaged", DAMAGED, 422)

    def receive(self, head, plain, data, device, sender):
        owner = sender or device.user
        try:
            posted, uploaded = parse_multipart(plain, head.kind)
        except BadParts as error:
            raise envelopes.Damaged("parts") from error
        known = head.schema == SCHEMA or head.schema in UPGRADERS
        schema = head.schema
        while schema in UPGRADERS:
            posted, schema = UPGRADERS[schema](posted), schema + 1
        household = family_of_draft(row_key(posted.get("household")), owner)
        if household is None:
            return answer("damaged", NOT_HERS, 422)
        late = why_late(owner, household)
        if sender is None and not late:
            return JsonResponse(SIGN_IN, status=401)
        posted["once_key"] = head.id
        form = form_of(posted, uploaded, user=owner, household=household)
        arrival = Arrival(
            user=owner,
            household=household,
            key=head.id,
            schema=head.schema,
            device=device if device is not None and device.user_id == owner.pk else None,
            saved_at=moment(head.saved_at),
            clock_off=clock_off(head.now),
            unfinished=posted.get("unfinished") == "1",
            raw=b"" if known else data,
        )
        return arrive(form, arrival, late)


def too_fast():
    response = answer("wait", BUSY, 429)
    response.headers["Retry-After"] = "60"
    return response


def is_too_fast(who):
    """Count one post of `who`; True when there were more in this minute than rule "offline_posts_minute"."""
    key = f"offline:{who}:{timezone.now():%Y%m%d%H%M}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) > rule("offline_posts_minute")


# --- what becomes of it -------------------------------------------------------------------------------------------
def arrive(form, arrival, late):
    """Save the visit of a draft, or keep the draft; the answer for the phone. Whatever arrives again is answered alike;
    a risk that only the later one names is reported all the same."""
    before = earlier(arrival.user, arrival.key)
    if before is not None and not gives_way(before, arrival):
        tell_again(form.data, arrival.key, household=arrival.household, by=arrival.user)
        return told(before)
    valid = form.is_valid()
    refused = " ".join(filter(None, [*form.refused_photos, form.refused_signature]))
    try:
        if valid and not (late or arrival.unfinished or arrival.raw) and (url := apply(form, arrival)):
            return saved(url, refused)
        arrival.fields, arrival.risk = kept_fields(form), told_risk(form.data)
        arrival.photos = form.cleaned_data.get("photos") or []
        arrival.signature = form.cleaned_data.get("signature")
        return told(keep(arrival, late=late), refused)
    except once.Repeated as repeated:
        tell_again(form.data, arrival.key, household=arrival.household, by=arrival.user)
        return saved(repeated.url)
    except IntegrityError:
        # The same draft came twice at once: the other request kept it.
        if (other := earlier(arrival.user, arrival.key)) is None:
            raise
        tell_again(form.data, arrival.key, household=arrival.household, by=arrival.user)
        return told(other)


def gives_way(before, arrival):
    """True when `before` came before 保存 was pressed and was not touched since: the complete draft, or a later state of
    it, takes its place."""
    if before.state != EnvelopeState.OPEN or not before.unfinished:
        return False
    return not arrival.unfinished or is_later(arrival.saved_at, before.saved_at)


def is_later(one, other):
    return one is not None and other is not None and one > other


def apply(form, arrival):
    """Save the visit as its page saves it, under the same once-key. Its address, '' when the services refuse it. Raises
    Repeated."""
    try:
        with transaction.atomic():
            claimed = once.claim(arrival.user, arrival.key, "grids:visit_create")
            visit = form.log(by=arrival.user)
            url = visit.get_absolute_url()
            once.settle(claimed, url)
            note_saved(arrival, visit)
    except ValidationError:
        return ""
    return url


def saved(url, refused=""):
    return answer("saved", f"走访已保存。{refused}", url=url)


def told(envelope, refused=""):
    """The answer about a draft that lies here."""
    if envelope.state == EnvelopeState.OPEN:
        sentence = UNKNOWN if envelope.schema != SCHEMA else UNFINISHED if envelope.unfinished else INCOMPLETE
        url = reverse("grids:draft_finish", args=[envelope.pk])
        return answer("refused", sentence + refused, url=url)
    if envelope.state == EnvelopeState.SAVED:
        return saved(envelope.visit.get_absolute_url())
    if envelope.state == EnvelopeState.DROPPED:
        return answer("saved", "这份内容您已经选择不要了。", url="")
    return answer("tray", IN_TRAY if envelope.state == EnvelopeState.TRAY else "主管已经处理。")


class ServiceWorker(View):
    """The worker that opens pages without network. It must lie at the root to reach them all; nothing in it is personal."""

    permission = PUBLIC

    def get(self, request):
        source = settings.BASE_DIR / "static" / "js" / "offline" / "sw.js"
        headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
        return HttpResponse(source.read_bytes(), content_type="text/javascript; charset=utf-8", headers=headers)
