"""What a page costs somebody on an old phone."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders

MOST = 14 * 1024


def loads(page):
    """Names of what the page loads from us."""
    names = re.findall(r'(?:href|src)="/static/([^"]+)"', page.content.decode())
    return [re.sub(r"\.[0-9a-f]{12}\.", ".", name) for name in names]


def weight(page):
    """Bytes of the page and of what it loads from us, compressed."""
    files = [Path(finders.find(name)).read_bytes() for name in loads(page)]
    return len(gzip.compress(page.content)) + sum(len(gzip.compress(one)) for one in files)
