"""The menu entries of the sealed compartment: the neutral to-do for the trained person, the instructions for all."""

from fedhub.core.menu import Entry, menu
from safety.queries import open_count

menu.register(
    Entry("safety.reports", "desk", "待办（受限）", "safety:report_list", "safety.view_riskreport", 20, open_count)
)
menu.register(Entry("safety.help", "desk", "遇到危险怎么办", "safety:help", None, 30))
