"""What the lines of the lists say, without their markup."""

import re

from django.utils.html import strip_tags


def keys(page):
    """Keys of the rows on a page of a list (its response), in their order."""
    return [int(re.search(r'/(\d+)/"', line.title)[1]) for line in page.context["page"].rows]


def said(page, *names):
    """The words of the cells `names` of each row on a page of a list."""
    return [tuple(strip_tags(getattr(line, name)) for name in names) for line in page.context["page"].rows]
