"""Counting what a page asks of the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_beyond(client, url, shell):
    """`(response, number)`: queries that `url` needs beyond those of the page `shell`, which shows no rows.

    Session, user, grants, menu and banners are asked for on every page; they would hide what the list itself costs.
    """
    client.get(shell)
    with CaptureQueriesContext(connection) as frame:
        client.get(shell)
    with CaptureQueriesContext(connection) as page:
        response = client.get(url)
    return response, len(page) - len(frame)
