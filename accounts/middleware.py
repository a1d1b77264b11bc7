"""What a signed-in request must pass: who acts, idle lock, longest session, password to change, second factor."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.lock import seal_post
from accounts.roles import Role
from accounts.services import has_factor
from fedhub.core import acting
from fedhub.core.errors import RESIDENTS
from fedhub.core.network import address_prefix

SALT = "fedhub.seen"
# Pages that stay open while locked or while something else must be done first.
ALWAYS = {
    "account_logout", "accounts:unlock", "accounts:locked", "core:healthz", "core:readyz", "desk:type_size",
    "service_worker", "grids:offline", "grids:offline_device", "grids:offline_plan", "grids:offline_envelopes",
    "grids:offline_page", "employment:door_page",
}  # fmt: skip
MFA_PAGES = {
    "mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_list_webauthn",
    "mfa_add_webauthn", "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
}  # fmt: skip
# Key of the session: the page somebody wanted before the second factor had to be set up.
WANTED = "wanted"
# Key of the session: it is locked, whatever the time.
PUT_DOWN = "put_down"
FIELD_ROLES = (Role.COMMITTEE, Role.GRID_WORKER, Role.VOLUNTEER)


class StaffSessionMiddleware:
    """The last use is kept in a signed cookie, so that reading pages writes nothing to the database."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        token = acting.start(user, address_prefix(request))
        try:
            if not user.is_authenticated:
                return self.get_response(request)
            request.idle_seconds = (
                settings.IDLE_SECONDS_PHONE if user.has_role(*FIELD_ROLES) else settings.IDLE_SECONDS_DESK
            )
            answer = self.get_response(request)
            if request.path.startswith(RESIDENTS):
                # A resident at the office's PC is not the person who signed in there.
                return answer
            if request.user.is_authenticated and not getattr(request, "is_locked", False):
                self._mark_seen(request, answer)
            return answer
        finally:
            acting.stop(token)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        if request.path.startswith(RESIDENTS):
            return None
        name = request.resolver_match.view_name
        if not user.is_authenticated or name in ALWAYS:
            request.is_locked = user.is_authenticated and is_idle(request)
            return None
        if is_over(request):
            logout(request)
            return self._to(request, settings.LOGIN_URL)
        if is_idle(request):
            request.is_locked = True
            if request.htmx:
                return HttpResponse(status=401, headers={"HX-Refresh": "true"})
            return render(
                request, "accounts/locked.html",
                {"next": request.get_full_path(), "sealed": seal_post(request)}, status=401,
            )  # fmt: skip
        if user.must_change_password and name not in {"accounts:set_password"}:
            return self._to(request, "accounts:set_password")
        return self._factor_first(request, name)

    def _factor_first(self, request, name):
        """Lead to the second factor where the role demands one; the page that was wanted is offered afterwards."""
        request.must_enrol = needs_factor(request.user)
        if name in MFA_PAGES:
            return None
        if request.must_enrol:
            path = request.get_full_path()
            # The seal in the corner leads to "/": a click on it does not forget the page that was wanted.
            if request.method == "GET" and not request.htmx and (path != "/" or WANTED not in request.session):
                request.session[WANTED] = path
            return self._to(request, "mfa_index")
        request.session.pop(WANTED, None)
        return None

    def _to(self, request, name):
        url = reverse(name)
        return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)

    def _mark_seen(self, request, response):
        if (
            request.headers.get("X-Background")
            or getattr(request, "in_background", False)
            or not request.session.session_key
        ):
            return
        mark_seen(request, response)


def needs_factor(user):
    """True when a role of `user` demands a second factor and there is none."""
    roles = settings.MFA_REQUIRED_ROLES
    return bool(roles) and user.has_role(*roles) and not has_factor(user)


def is_over(request):
    """True when the session has lasted longer than any may."""
    started = request.session.get("signed_in_at")
    return bool(started) and time.time() - started > settings.SESSION_COOKIE_AGE


def is_usable(request):
    """True when the session may work as it is: neither over nor locked, no password to change, no factor missing (for
    views that answer a locked session themselves)."""
    user = request.user
    return (
        user.is_authenticated
        and not is_over(request)
        and not is_idle(request)
        and not user.must_change_password
        and not needs_factor(user)
    )


def _stamp(request):
    return signing.TimestampSigner(salt=SALT + (request.session.session_key or ""))


def mark_seen(request, response):
    """Renew the last-use mark of this session."""
    response.set_cookie(
        settings.SEEN_COOKIE_NAME,
        _stamp(request).sign("1"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def put_down(request):
    """Lock this session at once, until its password is typed again: its device is handed to somebody else."""
    request.session[PUT_DOWN] = True


def take_up(request):
    """The session's own user is back."""
    request.session.pop(PUT_DOWN, None)


def is_idle(request):
    """True when the session was not used for longer than its idle time, or was put down; without a mark it began just now."""
    if request.session.get(PUT_DOWN):
        return True
    value = request.COOKIES.get(settings.SEEN_COOKIE_NAME)
    started = request.session.get("signed_in_at")
    limit = getattr(request, "idle_seconds", settings.IDLE_SECONDS_DESK)
    if started and time.time() - started < limit:
        return False
    if not value:
        return started is not None
    try:
        _stamp(request).unsign(value, max_age=limit)
    except signing.BadSignature:
        return True
    return False
