"""Parts of a file's page that the other modules, and upper apps, bring along; see households.panels.Panel."""

from fedhub.core.registry import Registry

file_panels = Registry()

# Functions `(delivery, user) -> [(label, words, address)]` of upper apps: where else a delivery is told of.
delivery_links = []


class HelperSource:
    """Where else helpers for a file are found: an upper app's people, paired with one press. Subclasses set key, order and label
    and register with `helper_sources`."""

    key, order, label = "", 50, ""

    def found(self, file, user):
        """`[(name, reasons in words, address of the press)]` as far as `user` may see them."""
        raise NotImplementedError

    def more_url(self, file, user):
        """Where one is looked for, '' for whoever may not."""
        return ""


helper_sources = Registry()
