"""Parts of a file's page that the other modules, and upper apps, bring along; see households.panels.Panel."""

from fedhub.core.registry import Registry

file_panels = Registry()
