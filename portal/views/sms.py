"""The address to which the carrier of short messages reports what arrived."""

import logging

from django.conf import settings
from django.http import Http404, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from fedhub.core.access import PUBLIC
from fedhub.notices.services.reports import take_reports
from fedhub.notices.sms.reports import ANSWERS, MOST_BYTES, BadReport, read_reports

log = logging.getLogger("fedhub.notices")
# Shorter ones can be guessed, and are none.
LEAST_KEY = 24


@method_decorator(csrf_exempt, name="dispatch")
class SmsReports(View):
    """Whoever does not know the secret in the address gets the answer of a page that does not exist."""

    permission = PUBLIC
    http_method_names = ["post"]

    def dispatch(self, request, *args, **kwargs):
        wanted, carrier = settings.SMS_REPORT_KEY, settings.SMS_SENDER
        if carrier not in ANSWERS or len(wanted) < LEAST_KEY or not constant_time_compare(kwargs["key"], wanted):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, key):
        carrier = settings.SMS_SENDER
        try:
            if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
                raise BadReport("size")
            take_reports(carrier, read_reports(carrier, request.body))
        except BadReport as error:
            # It would come again and again; what it was stands in the log, without a word of it.
            log.warning("a report of short messages was not read: %s", error)
        return JsonResponse(ANSWERS[carrier])
