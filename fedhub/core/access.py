"""Deny by default: every view says who may open it; a view that says nothing is refused (security design 4.1)."""

PUBLIC = "public"
SIGNED_IN = "signed_in"

# Views of libraries that cannot carry a declaration, by URL name.
LIBRARY_VIEWS = {
    "account_login": PUBLIC,
    "account_logout": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": PUBLIC,
    "mfa_trust": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "usersessions_list": SIGNED_IN,
}


def access(permission):
    """Decorator for function views: declare `permission` (or PUBLIC, SIGNED_IN)."""

    def mark(view):
        view.permission = permission
        return view

    return mark


def permission_of(view, url_name=None):
    """The declared permission of a view callable, or None when it declares none."""
    declared = getattr(getattr(view, "view_class", None), "permission", None) or getattr(view, "permission", None)
    return declared or LIBRARY_VIEWS.get(url_name)
