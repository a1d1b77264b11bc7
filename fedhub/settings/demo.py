"""`make run`: the demo in var/demo, with invented people. Refuses to be used with an office's own data folder."""

from .base import *  # noqa: F403
from .base import BASE_DIR, TEMPLATES, env, home_settings, site_settings

DEMO = True
globals().update(home_settings(BASE_DIR / "var" / "demo"))
globals().update(site_settings(env("SITE_URL", default="http://localhost:8000")))
# The demo is opened from phones in the same room by address, so any host name is let in; it holds no real person.
ALLOWED_HOSTS = ["*"]
# The role buttons of the sign-in page.
TEMPLATES[0]["OPTIONS"]["context_processors"].append("fedhub.demo.context.sign_in")
