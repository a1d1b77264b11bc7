"""Menu entries of households and people."""

from fedhub.core.menu import Entry, menu

menu.register(
    Entry("households.homes", "family", "家庭", "households:household_list", "households.view_household", 20)
)
menu.register(Entry("households.people", "family", "居民", "households:resident_list", "households.view_resident", 25))
menu.register(
    Entry(
        "households.children", "family", "留守（困境）儿童", "households:child_list", "households.view_childfile", 50
    )
)
