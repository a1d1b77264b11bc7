"""Parts of a file's page that the other modules, and upper apps, bring along; see households.panels.Panel."""

from fedhub.core.registry import Registry

file_panels = Registry()

# Functions `(delivery, user) -> [(label, words, address)]` of upper apps: where else a delivery is told of.
delivery_links = []
