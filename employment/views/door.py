"""The door of a session: a page for the telephone that goes on without a network, and what it sends."""

import json
import uuid
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from employment.event_queries import door_rows
from employment.forms.signup import WalkInForm
from employment.models import Attendance, Session, Signup
from employment.services import door
from employment.views.event import crumb
from fedhub.core import envelopes, once
from fedhub.core.access import PUBLIC
from fedhub.core.qr import qr_squares
from fedhub.core.text import row_key
from fedhub.core.views import FormView, StaffView, StepView
from fedhub.reference.periods import start_of

CHANGE = "employment.change_signup"
# The form of what a telephone seals at the door.
SCHEMA = 1
MOST_BYTES = 8192


class OfSession:
    permission = CHANGE
    model = Session

    def get_rows(self):
        return super().get_rows().select_related("event__area")

    def get_crumbs(self):
        event = self.get_row().event
        return [crumb(), (str(event), event.get_absolute_url())]

    def get_door_url(self):
        return reverse("employment:door", args=[self.get_row().pk])


class Door(OfSession, StaffView):
    """签到: everybody who signed up, to be found by the tail of her number, by initials, by name."""

    title = "签到"
    template_name = "employment/door.html"

    def get_rows(self):
        return Session.objects.visible_to(self.request.user, "employment.view_signup").select_related("event__area")

    def get(self, request, *args, **kwargs):
        session = self.get_row()
        rows, (key_id, key) = door_rows(session, request.user), envelopes.public_key()
        return self.render(
            object=session, rows=rows, came=sum(row[3] for row in rows), key_id=key_id, key=key, schema=SCHEMA,
            is_today=session.on == timezone.localdate(), seconds=seconds_left(), walk_in=WalkInForm(user=request.user),
        )  # fmt: skip


class DoorPage(StaffView):
    """What is shown of a door without a network. It names nobody: any phone may keep it."""

    permission = PUBLIC
    title = "签到"
    template_name = "employment/door_page.html"

    def get(self, request, *args, **kwargs):
        return self.render(walk_in=WalkInForm())


def seconds_left():
    """Of today: so long a phone may keep the list of a door."""
    return int((start_of(timezone.localdate() + timedelta(days=1)) - timezone.now()).total_seconds())


class OfDoor(OfSession):
    def get_rows(self):
        return Session.objects.visible_to(self.request.user, "employment.view_signup").select_related("event__area")


class DoorTick(OfDoor, StepView):
    """Somebody on the list is there."""

    success_message = "已签到。"

    def act(self, session):
        rows = Signup.objects.visible_to(self.request.user, CHANGE)
        signup = get_object_or_404(rows, pk=self.kwargs["signup"], event=session.event_id)
        door.check_in(session, signup, by=self.request.user)

    def get_success_url(self):
        return self.get_door_url()


class DoorWalkIn(OfDoor, FormView):
    """Somebody came without signing up: a name is enough, she is found in the files later."""

    title = "现场登记"
    form_class = WalkInForm
    success_message = "已签到，以后对上居民。"

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return self.get_door_url()

    def save(self, form):
        data = form.cleaned_data
        key = uuid.UUID(form.cleaned_data["once_key"])
        door.walk_in(self.get_row(), name=data["name"], phone=data["phone"], key=key, by=self.request.user)
        return self.get_door_url()


class DoorUndo(StepView):
    """It was the wrong one."""

    permission = CHANGE
    model = Attendance
    service = door.undo_check_in
    success_message = "已撤销签到。"

    def get_rows(self):
        return super().get_rows().select_related("signup", "session")

    def get_success_url(self):
        return reverse("employment:door", args=[self.get_row().session_id])


class SessionCode(OfSession, StaffView):
    """The picture for the door: her own telephone signs her in on the day."""

    title = "签到码"
    template_name = "employment/session_code.html"

    def get_rows(self):
        return Session.objects.visible_to(self.request.user).select_related("event__area")

    def get(self, request, *args, **kwargs):
        session = self.get_row()
        url = request.build_absolute_uri(reverse("events_resident:arrive", args=[session.key]))
        return self.render(object=session, squares=qr_squares(url), back_url=session.get_absolute_url())


# --- what a telephone sends ---------------------------------------------------------------------------------------------
def told(state, message, status=200):
    return JsonResponse({"state": state, "message": message}, status=status)


class DoorSend(OfDoor, StaffView):
    """One sealed line of a telephone (`js/door.js`): a tick, or somebody from the street. Sent twice it is done once: a tick by
    its person and session, somebody from the street by the key of the line."""

    def post(self, request, *args, **kwargs):
        session = self.get_row()
        data = request.read(MOST_BYTES + 1)
        try:
            if len(data) > MOST_BYTES:
                raise envelopes.Damaged("size")
            head, body = envelopes.split(data)
            if head.user != request.user.pk:
                return told("other", "这是别人在这台手机上签的，要由她登录以后上传。", 403)
            line = read_line(envelopes.open_envelope(head, body))
        except envelopes.Damaged:
            return told("damaged", "这一条读不出来，请重新签。", 422)
        try:
            self.take(session, line, once.parse_key(head.id))
        except Http404:
            return told("refused", "找不到这个人的报名，请按现场来的登记。", 422)
        except ValidationError as error:
            return told("refused", " ".join(error.messages), 422)
        return told("saved", "已上传。")

    def take(self, session, line, key):
        user, at = self.request.user, moment(line.get("at"))
        if "signup" not in line:
            name, phone = str(line.get("name") or ""), str(line.get("phone") or "")
            door.walk_in(session, name=name, phone=phone, key=uuid.UUID(str(key)), at=at, by=user)
            return
        rows = Signup.objects.visible_to(user, CHANGE)
        signup = get_object_or_404(rows, pk=row_key(str(line["signup"])) or 0, event=session.event_id)
        door.check_in(session, signup, at=at, by=user)


def read_line(plain):
    """The line as a dict. Raises Damaged."""
    try:
        line = json.loads(plain)
    except (ValueError, RecursionError) as error:
        raise envelopes.Damaged("line") from error
    if not isinstance(line, dict):
        raise envelopes.Damaged("line")
    return line


def moment(text):
    """When a telephone says it was, None for what is no time with its zone."""
    try:
        found = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if isinstance(found, datetime) and found.tzinfo else None
