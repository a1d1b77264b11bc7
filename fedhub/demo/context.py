"""The role buttons of the demo's sign-in page; nowhere else is there anything to show."""

from typing import NamedTuple

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.models import RoleGrant
from accounts.roles import Role


class DemoAccount(NamedTuple):
    """A button: account, name of the person, what her role is called."""

    username: str
    name: str
    role: str

    @property
    def label(self):
        """Main line of the button."""
        return self.role

    @property
    def note(self):
        """Second line of the button."""
        return self.name


def demo_accounts():
    """One DemoAccount for each role that somebody with a password holds, in the order of the roles; [] if not a demo."""
    if not settings.DEMO:
        return []
    found = {}
    grants = RoleGrant.objects.in_force().filter(user__is_active=True, user__must_change_password=False)
    for role, username, name in grants.order_by("pk").values_list("role", "user__username", "user__name"):
        found.setdefault(role, DemoAccount(username, name, Role(role).label))
    return [found[role] for role in Role.values if role in found]


def sign_in(request):
    """Context processor of the demo settings: `demo_accounts`, asked for only when a template uses it."""
    return {"demo_accounts": SimpleLazyObject(demo_accounts)}
