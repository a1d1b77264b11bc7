"""Menu entries of accounts, and the place where the second factor's secrets lie (key rotation)."""

from accounts import second_factor  # noqa: F401 - registers itself
from fedhub.core.menu import Entry, menu

menu.register(Entry("accounts.staff", "settings", "工作账号", "accounts:user_list", "accounts.view_user", 10))
menu.register(Entry("accounts.roles", "settings", "角色与权限", "accounts:roles", "accounts.view_user", 20))
