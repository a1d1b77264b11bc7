"""A client for tests that posts as a page's form does."""

import re

from django.test import Client

from fedhub.core import once


class FormClient(Client):
    """Adds a fresh once-key to what it posts, as every saving form does; `keyless=True` posts exactly what is given."""

    def post(self, path, data=None, *args, keyless=False, **kwargs):
        if not keyless and (data is None or type(data) is dict) and "once_key" not in (data or {}):
            data = {**(data or {}), "once_key": once.new_key()}
        return super().post(path, data, *args, **kwargs)


def once_key_of(page):
    """The first once-key that the page `page` (a response) carries."""
    return re.search(r'name="once_key" value="([0-9a-f-]{36})"', page.content.decode())[1]
