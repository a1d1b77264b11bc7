"""A client for tests that posts as a page's form does."""

import re
from html.parser import HTMLParser

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


class _FormReader(HTMLParser):
    """What the browser would post of the first form marked `data-unsaved`: {name: value or list of values}."""

    def __init__(self):
        super().__init__()
        self.found, self.inside, self.select, self.text = {}, False, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form" and "data-unsaved" in attrs:
            self.inside = True
        if not self.inside:
            return
        name, kind = attrs.get("name"), attrs.get("type", "text")
        if tag == "input" and name and (kind not in {"checkbox", "radio", "file"} or "checked" in attrs):
            self.add(name, attrs.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "select":
            self.select, self.chosen, self.first = name, [], None
        elif tag == "option" and self.select:
            self.first = attrs.get("value", "") if self.first is None else self.first
            if "selected" in attrs:
                self.chosen.append(attrs.get("value", ""))
        elif tag == "textarea":
            self.text, self.words = name, ""

    def handle_data(self, data):
        if self.text:
            self.words += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            for value in self.chosen or [self.first or ""]:
                self.add(self.select, value)
            self.select = None
        elif tag == "textarea" and self.text:
            self.add(self.text, self.words.removeprefix("\n"))
            self.text = None

    def add(self, name, value):
        self.found.setdefault(name, []).append(value)


def filled(page, **changes):
    """What the saving form of `page` (a response) posts when only `changes` are typed; None takes an input out."""
    reader = _FormReader()
    reader.feed(page.content.decode())
    data = {name: values if len(values) > 1 else values[0] for name, values in reader.found.items()} | changes
    data.pop("csrfmiddlewaretoken", None)
    return {name: value for name, value in data.items() if value is not None}
