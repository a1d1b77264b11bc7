"""Short answers to htmx requests."""

import json

from django.http import HttpResponse


def hx_done(event, message=""):
    """204 with a client event (and a sentence for the toast)."""
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({event: {"message": message}})})


def hx_redirect(url):
    """Tell htmx to load `url` as a whole page."""
    return HttpResponse(headers={"HX-Redirect": url})
