"""Sums of the books: by fund and item, by occasion, by family; each with the condition of the list that it opens.

Money in yuan with two places as text in what is kept (JSON knows no decimals).
"""

from decimal import Decimal

from django.db.models import Count, Q, Sum

from hardship.enums import Occasion
from hardship.models import Batch, Delivery, Fund, Movement

ZERO = Decimal("0.00")
PLUS = Q(amount__gt=0)


def _sums(rows, key, since, until):
    """{key: (opening, in, out, closing)} of the movements `rows`."""
    day = Q(on__gte=since, on__lte=until)
    found = rows.filter(on__lte=until).order_by().values(key).annotate(
        opening=Sum("amount", filter=Q(on__lt=since), default=ZERO),
        inward=Sum("amount", filter=day & PLUS, default=ZERO),
        outward=Sum("amount", filter=day & ~PLUS, default=ZERO),
    )  # fmt: skip
    return {
        row[key]: (row["opening"], row["inward"], -row["outward"], row["opening"] + row["inward"] + row["outward"])
        for row in found
    }


def by_fund(funds, since, until):
    """`[(fund, (opening, in, out, closing))]` of `funds` (a QuerySet) in the days; a reversal counts where it was booked."""
    sums = _sums(Movement.objects.filter(fund__in=funds), "fund_id", since, until)
    return [(fund, sums.get(fund.pk, (ZERO,) * 4)) for fund in funds.order_by("name", "pk")]


def by_batch(batches, since, until):
    """As by_fund, of goods in their units."""
    sums = _sums(Movement.objects.filter(batch__in=batches), "batch_id", since, until)
    return [(batch, sums.get(batch.pk, (ZERO,) * 4)) for batch in batches.order_by("item", "pk")]


def given(deliveries, since, until):
    """`deliveries` (a QuerySet) that were handed over in the days and not taken back by their end."""
    return deliveries.given(since, until)


def by_occasion(deliveries, since, until):
    """`[(code, words, how often, families, value)]`, the usual order of occasions, those without anything left out."""
    rows = given(deliveries, since, until).order_by().values("occasion").annotate(
        times=Count("pk"), homes=Count("household", distinct=True), worth=Sum("value", default=ZERO)
    )  # fmt: skip
    found = {row["occasion"]: row for row in rows}
    return [
        (one.value, one.label, found[one]["times"], found[one]["homes"], found[one]["worth"])
        for one in Occasion
        if one in found
    ]


def by_home(deliveries, seen, since, until, most):
    """`([(household id, names, how often, value)], (how often, value), True for more)`: the families that got the greatest value,
    `most` of them; what was given that is not among `seen` (deliveries the reader may see), in one sum without a name; and
    whether there are more families. Two queries."""
    rows = given(deliveries, since, until).order_by()
    shown = Q(pk__in=seen.values("pk"))
    hidden = rows.exclude(shown).aggregate(times=Count("pk"), worth=Sum("value", default=ZERO))
    names = ("household__head_name", "household__first_name", "household__number")
    found = (
        rows.filter(shown).values("household_id", *names).annotate(times=Count("pk"), worth=Sum("value", default=ZERO))
    )
    found = list(found.order_by("-worth", "-times", "household_id")[: most + 1])
    return (
        [(row["household_id"], [row[name] for name in names], row["times"], row["worth"]) for row in found[:most]],
        (hidden["times"], hidden["worth"]), len(found) > most,
    )  # fmt: skip


def totals(deliveries, since, until):
    """(how often, families, value) of what was given in the days."""
    found = given(deliveries, since, until).aggregate(
        times=Count("pk"), homes=Count("household", distinct=True), worth=Sum("value", default=ZERO)
    )
    return found["times"], found["homes"], found["worth"]


def figures_of(community, since, until):
    """What a lock keeps of a month of `community`: plain texts and numbers."""
    places = Q(area__code__startswith=community.code)
    funds, batches = Fund.objects.filter(places), Batch.objects.filter(places)
    times, homes, worth = totals(Delivery.objects.filter(places), since, until)

    def texts(rows):
        return {str(row.pk): [str(row), *(f"{number:.2f}" for number in sums)] for row, sums in rows if any(sums)}

    return {
        "funds": texts(by_fund(funds, since, until)),
        "goods": texts(by_batch(batches, since, until)),
        "times": times,
        "homes": homes,
        "worth": f"{worth:.2f}",
    }
