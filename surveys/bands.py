"""Numbers in bands: how the answers to a question are spread, no band with fewer than the limit. Pure.

The edges are round, and the outer bands are open where the question sets no bound, so that no single value stands there.
"""

from dataclasses import dataclass

# So many single values have a band of their own; more are put into bands of a round width, about SO_MANY of them.
SINGLE_VALUES, SO_MANY = 12, 6


@dataclass(frozen=True)
class Band:
    """Values from `low` up to, not including, `high`."""

    low: float
    high: float
    label: str

    def holds(self, value):
        return self.low <= value < self.high


def bands_of(counts, least, *, lowest=None, highest=None):
    """Bands of `counts` {value: n}, in order, together everything; each with at least `least`. () for fewer than two of them.
    `lowest`, `highest`: the bounds of the question."""
    values = sorted(value for value, n in counts.items() if n)
    if not values:
        return ()
    whole = all(value == int(value) for value in values)
    edges = _edges(counts, values, whole, lowest, highest)
    merged = _merged(counts, edges, least)
    if len(merged) < 2:
        return ()
    last = len(merged) - 1
    return tuple(
        Band(
            float("-inf") if place == 0 else low,
            float("inf") if place == last else high,
            _label(low, high, whole, first=place == 0, last=place == last, lowest=lowest, highest=highest),
        )
        for place, (low, high) in enumerate(merged)
    )


def _edges(counts, values, whole, lowest, highest):
    low = values[0] if lowest is None else min(lowest, values[0])
    high = values[-1] if highest is None else max(highest, values[-1])
    if whole and high - low < SINGLE_VALUES:
        return list(range(int(low), int(high) + 2))
    width = _round_width(_nth(counts, values, 0.9) - _nth(counts, values, 0.1), whole)
    first = _nth(counts, values, 0.1) // width
    stop = _nth(counts, values, 0.9) // width + 1
    return [round(k * width, 2) for k in range(int(first), int(stop) + 1)]


def _nth(counts, values, share):
    """The value below which this share of the answers lies."""
    place, so_far = share * sum(counts[value] for value in values), 0
    for value in values:
        so_far += counts[value]
        if so_far >= place:
            return value
    return values[-1]


def _round_width(span, whole):
    """1, 2 or 5 times a power of ten, so that about SO_MANY cover `span`; of whole numbers at least 1."""
    step = 1.0 if whole else 0.01
    while True:
        for times in (1, 2, 5):
            if step * times * SO_MANY >= span:
                width = step * times
                return int(width) if width == int(width) else round(width, 2)
        step *= 10


def _merged(counts, edges, least):
    """[(low, high)] between `edges`, neighbours put together until each holds enough; what lies outside is in the outer ones."""
    found, begun, held = [], edges[0], 0
    for place, (low, high) in enumerate(zip(edges, edges[1:], strict=False)):
        held += sum(
            n for value, n in counts.items()
            if (low <= value < high) or (place == 0 and value < low) or (place == len(edges) - 2 and value >= high)
        )  # fmt: skip
        if held >= least:
            found.append((begun, high))
            begun, held = high, 0
    if found and begun != edges[-1]:
        found[-1] = (found[-1][0], edges[-1])
    return found


def _label(low, high, whole, *, first, last, lowest, highest):
    top = high - 1 if whole else high
    if whole and low == top and (not first or low == lowest) and (not last or top == highest):
        return f"{low}"
    if first and low != lowest:
        return f"{top} 及以下" if whole else f"不到 {high}"
    if last and top != highest:
        return f"{low} 及以上"
    return f"{low}—{top}" if whole else f"{low} 到不足 {high}"
