"""System checks of accounts."""

from django.conf import settings
from django.core.checks import Error, register

from accounts.roles import Role


@register()
def required_roles_exist(app_configs, **kwargs):
    """A misspelt role in MFA_REQUIRED_ROLES would ask nobody for a second factor."""
    unknown = [name for name in settings.MFA_REQUIRED_ROLES if name not in Role.values]
    if not unknown:
        return []
    return [
        Error(
            f"FEDHUB_MFA_ROLES：没有这样的角色：{'、'.join(unknown)}。可以用的有：{'、'.join(Role.values)}。",
            id="accounts.E001",
        )
    ]
