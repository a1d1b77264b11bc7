"""Reading written words: search, which opens sealed words one by one, and how many speak of each topic."""

from django.db.models import Count

from surveys.models import TextTag

# So many sealed texts are looked through for a word; more are narrowed by question or topic first.
MOST = 20_000


def matching(rows, words, *, officer):
    """Those of `rows` (a queryset of TextEntry) that hold all of `words`, as the reader may read them."""
    wanted = words.casefold().split()
    field = "words" if officer else "clean"
    found = [
        pk for pk, text in rows.order_by("pk").values_list("pk", field)[:MOST]
        if all(word in (text or "").casefold() for word in wanted)
    ]  # fmt: skip
    return rows.filter(pk__in=found[:500])


def topic_counts(survey, names):
    """[(topic, its label, how many texts)] of the topics that texts were given."""
    rows = TextTag.objects.filter(entry__survey=survey).values_list("topic").annotate(n=Count("pk")).order_by("topic")
    return [(topic, names.get(topic, topic), n) for topic, n in rows]
