"""Who of the staff is which resident, as far as the apps know it: for conflicts of interest.

An app adds a function that gives a queryset with `user` and `resident`, from its own hooks.
"""

SOURCES = []


def knows_staff(function):
    """Register `function()`: rows that link an account (`user`) with her own record (`resident`)."""
    SOURCES.append(function)
    return function


def own_records(user):
    """Ids of the residents that the account `user` (id) is known to be."""
    return {pk for rows in SOURCES for pk in rows().filter(user=user).values_list("resident_id", flat=True) if pk}


def accounts_of(residents):
    """`{(user id, resident id)}` of the accounts known to be one of `residents` (ids)."""
    pairs = (rows().filter(resident__in=residents).values_list("user_id", "resident_id") for rows in SOURCES)
    return {pair for found in pairs for pair in found if pair[0]}


def known_accounts():
    """Ids of all accounts whose own record is known."""
    return {pk for rows in SOURCES for pk in rows().values_list("user_id", flat=True) if pk}
