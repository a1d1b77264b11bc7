"""Kinds of disputes: the fifteen categories of the official form (handbook 7.8), the first of them (families) in kinds of its own.

What a lead or a case says is a kind of family dispute, or one of the other categories.
"""

from fedhub.reference.lookup import choices, labels

FAMILY = "01"


def kind_choices(form=True):
    """`[(code, label)]` to choose from: kinds of family disputes, then the other categories."""
    others = [pair for pair in choices("dispute_category", form=form) if pair[0] != FAMILY]
    return [*choices("family_dispute_kind", form=form), *others]


def kind_labels():
    """`{code: label}` of all kinds, also those that are chosen no more."""
    others = {code: label for code, label in labels("dispute_category").items() if code != FAMILY}
    return labels("family_dispute_kind") | others


def kind_label(code):
    """The label of a kind; the code itself where nobody knows it."""
    return kind_labels().get(code, code)


def category_of(kind):
    """The code of the category that a kind belongs to."""
    return FAMILY if kind.startswith(FAMILY) else kind


def of_category(rows, category):
    """Those of the leads or cases `rows` that belong to a category."""
    return rows.filter(kind__startswith=FAMILY) if category == FAMILY else rows.filter(kind=category)
