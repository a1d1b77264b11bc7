"""Menu entries of households and people, and what is said with an opened phone number."""

from fedhub.core.menu import Entry, menu
from fedhub.core.reveal import cautions
from households.contact import may_contact
from households.enums import ContactChannel

menu.register(
    Entry("households.homes", "family", "家庭", "households:household_list", "households.view_household", 20)
)
menu.register(Entry("households.people", "family", "居民", "households:resident_list", "households.view_resident", 25))
menu.register(
    Entry(
        "households.children", "family", "留守（困境）儿童", "households:child_list", "households.view_childfile", 50
    )
)


def _before_calling(phone):
    """What to know before this number is called now; "" when nothing stands against it (security 4.13)."""
    verdict = may_contact(phone.resident, ContactChannel.PHONE)
    return "" if verdict.ok and not verdict.neutral else verdict.why


cautions["households.phone"] = _before_calling
