"""What kinds of help a family wants: from its open needs, else from its categories."""

from hardship.enums import HelpKind
from households.queries import categories_of_household

# Of a category, what usually helps; needs that were written down come first.
BY_CATEGORY = {
    "GG": (HelpKind.COMPANY, HelpKind.CARE), "KC": (HelpKind.COMPANY,), "CJ": (HelpKind.CARE, HelpKind.MEDICAL),
    "ZZ": (HelpKind.MEDICAL, HelpKind.MONEY), "LA": (HelpKind.MEDICAL, HelpKind.MIND), "XG": (HelpKind.JOB,),
    "DQMQ": (HelpKind.LESSONS, HelpKind.JOB), "LSET": (HelpKind.LESSONS, HelpKind.COMPANY), "KJET": (HelpKind.LESSONS,),
    "GE": (HelpKind.LESSONS, HelpKind.COMPANY), "SSWR": (HelpKind.LESSONS, HelpKind.COMPANY), "SD": (HelpKind.MIND,),
    "DB": (HelpKind.GOODS,), "TK": (HelpKind.CARE, HelpKind.GOODS), "ZH": (HelpKind.MONEY, HelpKind.GOODS),
}  # fmt: skip


BY_NEED = {
    "goods": HelpKind.GOODS, "money": HelpKind.MONEY, "medical": HelpKind.MEDICAL, "school": HelpKind.LESSONS,
    "job": HelpKind.JOB, "training": HelpKind.JOB, "care": HelpKind.CARE, "mind": HelpKind.MIND, "law": HelpKind.LAW,
    "childcare": HelpKind.CARE,
}  # fmt: skip


def wanted_of(file):
    """Codes of HelpKind, in the order of the table."""
    needs = file.needs.filter(state="open").values_list("kind", flat=True)
    found = {BY_NEED[kind] for kind in needs if kind in BY_NEED}
    if not found:
        found = {kind for code in categories_of_household(file.household) for kind in BY_CATEGORY.get(code, ())}
    return [code for code in HelpKind.values if code in found]
