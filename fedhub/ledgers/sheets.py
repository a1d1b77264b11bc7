"""Which sheets of a batch's file are read; the facts are those of `convert.book_facts`."""


def chosen_sheets(batch):
    """The facts of all sheets that are read."""
    return [chosen_sheet(batch)] if batch.sheet else alike_sheets(batch)


def chosen_sheet(batch):
    """The facts of the sheet whose heading is mapped: the chosen one, or the first of several alike."""
    sheets = batch.heading["sheets"]
    if batch.sheet:
        return next((sheet for sheet in sheets if sheet["name"][:60] == batch.sheet), sheets[0])
    return alike_sheets(batch)[0]


def alike_sheets(batch):
    """All visible sheets with the heading that most sheets share."""
    sheets = [sheet for sheet in batch.heading["sheets"] if not sheet["hidden"]] or batch.heading["sheets"]
    groups = {}
    for sheet in sheets:
        groups.setdefault(sheet["key"], []).append(sheet)
    return max(
        groups.values(), key=lambda group: (len(group), len(group[0]["mapping"]), sum(s["rows"] for s in group))
    )
