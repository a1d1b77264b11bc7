"""Headers of every answer, and the refusal of views that do not say who may open them."""

import uuid

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url

from fedhub.core import access
from fedhub.core.errors import cannot_write


class PolicyMiddleware(CSPMiddleware):
    """The content policy, written once for the process: the library puts it together anew for every answer, which costs more than
    the sessions do. It still does where a view asks for more (`csp_update`)."""

    def __init__(self, get_response):
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(self, request, response):
        if any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.policy)
        return response


class HeadersMiddleware:
    """Security headers, a request number, and no-store for everybody who is signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.number = uuid.uuid4().hex[:8]
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request, exception):
        """A write that the database cannot take now is answered with a sentence, not as a fault of the program."""
        return cannot_write(request, exception) if isinstance(exception, OperationalError) else None


class SignInMiddleware(LoginRequiredMiddleware):
    """Everybody signs in, except on views that declare themselves PUBLIC; htmx is told to load the sign-in page."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        if access.permission_of(view_func, request.resolver_match.url_name) == access.PUBLIC:
            return None
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None and request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
        return answer


class AccessMiddleware:
    """A view opens only for those its declared permission names; an undeclared view opens for nobody.

    The answer is the same 404 as for a page that does not exist: a refusal must not tell that something is there.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        permission = access.permission_of(view, request.resolver_match.url_name)
        if permission is None:
            raise Http404
        if permission in (access.PUBLIC, access.SIGNED_IN):
            return
        if not request.user.has_perm(permission):
            raise Http404
