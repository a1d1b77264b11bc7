"""Routes: how a concern gets into a work app without this app knowing it (architecture 4)."""

from fedhub.core.registry import Registry

routes = Registry()


class Route:
    """A work app's door for concerns. Subclasses set key, label, order, permission and register with `routes`."""

    key = ""
    label = ""
    order = 50
    permission = None
    # True when a matter of nobody in particular may come through too: what a survey found.
    impersonal = False

    def open(self, concern, *, by):
        """Take the concern; return the case it became part of."""
        raise NotImplementedError

    def fits(self, concern):
        """True when `concern` may still go through this door."""
        return True

    def cases(self, concern, user):
        """Cases of this app that handle `concern`, as far as `user` may read them, for its page."""
        raise NotImplementedError
