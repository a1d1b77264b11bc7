"""`make site`: an office's own installation in FEDHUB_HOME (default var/site)."""

from django.core.exceptions import ImproperlyConfigured

from fedhub.bootstrap import lan_address

from .base import *  # noqa: F403
from .base import BASE_DIR, env, home_settings, site_settings

# No carrier, no short messages: a line in a file of this machine tells no woman anything.
SMS_SENDER = env("SMS_SENDER", default="")
HOME_PATH = env("FEDHUB_HOME", default=str(BASE_DIR / "var" / "site"))
globals().update(home_settings(HOME_PATH))
globals().update(site_settings(env("SITE_URL", default="http://localhost:8000")))
if not globals()["SITE_SECURE"]:
    # Without an address of its own the office's phones come by this machine's address in the local network.
    ALLOWED_HOSTS = [*globals()["ALLOWED_HOSTS"], *filter(None, [lan_address()])]

if env.bool("DEBUG", default=False):
    raise ImproperlyConfigured("正式使用不能打开 DEBUG，请去掉这个环境变量再启动。")
