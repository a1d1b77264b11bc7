"""The ledgers that can be imported and exported, and where sealed values of a file go."""

from fedhub.core.registry import Registry

# Entries are LedgerResource classes; each app registers its own in hooks.py.
ledgers = Registry()


class SealedSink:
    """Where values go that no ledger may hold (violence, child harm; decisions on data and privacy).

    The app that keeps sealed reports connects one function `take(*, area, by, name, texts, key)`, which stores them and
    returns nothing, so that no import can keep a trace. What comes again under the same `key` is stored once.
    """

    def __init__(self):
        self._take = None

    def connect(self, function):
        """Register the receiving function; once. Returns it, so that it works as a decorator."""
        if self._take is not None:
            raise ValueError("a receiver of sealed values is registered already")
        self._take = function
        return function

    def send(self, *, area, by, name, texts, key):
        """Hand over the sealed `texts` about the person called `name`. Raises LookupError without a receiver."""
        if self._take is None:
            raise LookupError("no receiver of sealed values")
        self._take(area=area, by=by, name=name, texts=texts, key=key)


sealed_sink = SealedSink()
