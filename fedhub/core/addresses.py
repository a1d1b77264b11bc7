"""Addresses that stand on every page and in every row of a list, found once instead of each time."""

from functools import cache

from django.urls import reverse


@cache
def page_url(name):
    """The address of the page `name` without arguments."""
    return reverse(name)


@cache
def url_for(name):
    """A function from a key to the address of the page `name` (one `<int:pk>` in it)."""
    before, after = reverse(name, args=[0]).rsplit("0", 1)
    return lambda pk: f"{before}{pk}{after}"
