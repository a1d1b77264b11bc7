"""What the worker does for the portal: ids go in, nothing comes out, errors leave no text."""

import logging

from django_tasks import task

from portal.services.phone import send_code

log = logging.getLogger("fedhub.portal")


@task(queue_name="default")
def send_phone_code(pk):
    """Find out whether a code may go to the number that somebody typed, and send it."""
    try:
        send_code(pk)
    except Exception as error:
        log.error("a code was not sent: %s", type(error).__name__)
