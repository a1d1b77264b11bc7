"""The year's money of a family: sums a head and month, against the local 低保 standard. Pure: numbers in yuan."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

EARNS = ("wages", "business", "property", "transfers", "support")
SPENDS = ("illness", "schooling", "housing", "other")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sums:
    """Of a year: income and spending, what is left, income a head and month, and how it compares with the standard."""

    income: Decimal
    spending: Decimal
    balance: Decimal
    head_month: Decimal
    unavoidable: Decimal
    against: str


def cents(number):
    """`number` to two places, halves up."""
    return Decimal(number).quantize(CENT, ROUND_HALF_UP)


def sums_of(account, standard=0):
    """Sums of a YearAccount (or anything with its fields); `standard` is yuan a head and month, 0 for unknown.

    Near-minimum is up to 1.5 × the standard (浙江省社会救助条例 art. 13).
    """
    income = sum((getattr(account, name) for name in EARNS), Decimal(0))
    spending = sum((getattr(account, name) for name in SPENDS), Decimal(0))
    months = account.people * 12
    unavoidable = sum((getattr(account, name) for name in SPENDS[:3]), Decimal(0))
    return Sums(cents(income), cents(spending), cents(income - spending), cents(income / months), cents(unavoidable),
                against(income, months, standard))  # fmt: skip


def against(income, months, standard):
    """How income a head and month stands to the standard, in words; `months` are those of all heads together. The sums of
    the year are compared, so that a rounded cent decides nothing."""
    if not standard:
        return ""
    if income < standard * months:
        return f"低于低保标准（{standard} 元）"
    if 2 * income <= 3 * standard * months:
        return f"在低保标准的 1 到 1.5 倍之间（标准 {standard} 元）"
    return f"高于低保标准的 1.5 倍（标准 {standard} 元）"


def quarter_of(day):
    """ "2026Q4"."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def next_quarter(quarter):
    """The quarter after "2026Q4": "2027Q1"."""
    year, number = int(quarter[:4]), int(quarter[5])
    return f"{year + number // 4}Q{number % 4 + 1}"


def quarter_words(quarter):
    """ "2026 年第四季度"."""
    return f"{quarter[:4]} 年第{'一二三四'[int(quarter[5]) - 1]}季度"
