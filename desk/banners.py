"""Sentences on top of the pages: last backup, http only."""

from django.conf import settings

from fedhub.core.backup import days_since_backup
from fedhub.core.banners import banner_source

WARN_AFTER_DAYS = 7


@banner_source
def last_backup(request):
    """How long ago the last backup was made, for those who look after the machine or the office."""
    if settings.DEMO or request.path != "/" or not request.user.has_perm("accounts.add_user"):
        return []
    days = days_since_backup()
    if days is None:
        return [{"kind": "bad", "text": "还没有做过备份。机器坏了，资料就没有了。请让管理员运行一次备份。"}]
    text = "今天备份过。" if days == 0 else f"上次备份是 {days} 天前。"
    return [{"kind": "warn" if days >= WARN_AFTER_DAYS else "quiet", "text": text}]


@banner_source
def plain_http(request):
    """Passkeys and offline work need https; said to administrators on the home page."""
    if settings.SITE_SECURE or settings.DEMO or request.path != "/" or not request.user.has_perm("accounts.add_user"):
        return []
    return [
        {"kind": "info", "text": "现在用的是 http。通行密钥和离线记录要 https 才能用，做法见 README 的“单位正式用”。"}
    ]
