"""Posts by a word of their title, or of the name of their employer.

No index finds a word in the middle of a text: as with concerns (ADR 10) it is looked for in the LATEST posts that the other
filters leave, and the page says how far it went back. The hits are found once, for the page and for their number.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from employment.models import Employer, Post
from fedhub.core.lookups import AnyOf
from fedhub.core.paging import COUNT_CAP

LATEST = 3_000
MOST_EMPLOYERS = 500


@dataclass
class Found:
    """Hits as the queryset `rows`; `total` of them (None: not counted); `since`: the day up to which words were looked for
    (None: in all). Of more than COUNT_CAP hits only the newest COUNT_CAP + 1 are in it."""

    rows: object
    total: int | None = None
    since: date | None = None


def search(posts, text, newest, user):
    """Found among `posts` for the typed `text`; `newest`: the field by which they are new. Three queries."""
    text, order = text.strip(), (f"-{newest}", "-pk")
    # Few employers have many posts: theirs are found by key, and no post is joined to look at a name.
    named = Employer.objects.visible_to(user, "employment.view_post").filter(name__contains=text)
    named = list(named.values_list("pk", flat=True)[:MOST_EMPLOYERS])
    edge = posts.order_by(*order).values_list(newest, flat=True)[LATEST : LATEST + 1].first()
    looked = posts if edge is None else posts.filter(**{f"{newest}__gte": edge})
    wanted = Q(title__contains=text) | Q(employer__in=named) if named else Q(title__contains=text)
    hits = list(looked.filter(wanted).order_by(*order).values_list("pk", flat=True)[: COUNT_CAP + 1])
    since = timezone.localdate(edge) if hasattr(edge, "hour") else edge
    return Found(Post.objects.filter(AnyOf("id", hits)), len(hits), since)
