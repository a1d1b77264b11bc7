"""A small ordered registry: upper apps make themselves known to lower ones (architecture 4)."""


class Registry:
    """Entries by key, listed by `order`. Registering the same key twice is an error."""

    def __init__(self):
        self._entries = {}

    def register(self, entry):
        """Add `entry` (has `key`, `order`); a class is instantiated. Returns the entry: it works as a decorator."""
        made = entry() if isinstance(entry, type) else entry
        if made.key in self._entries:
            raise ValueError(f"{made.key} is registered already")
        self._entries[made.key] = made
        return entry

    def __getitem__(self, key):
        return self._entries[key]

    def __contains__(self, key):
        return key in self._entries

    def __iter__(self):
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.key)))
