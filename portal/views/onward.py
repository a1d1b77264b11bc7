"""Where she was going when she was asked who she is."""

import re

from django.urls import reverse

# Pages that ask somebody to come in first and then go on: events and the door of a session or of volunteers (scanned there),
# posts, groups, topics of the council, policies, saying something.
OWN_PATH = re.compile(
    r"/r/(?:(?:events/(?:here/)?|service/|council/)[0-9a-f]{16}|(?:jobs|groups)/[0-9]{1,18}"
    r"|events|jobs|groups|council|policies|say)/"
)


class GoesOn:
    """A way in: leads on to the page that `next` names, along with every step."""

    def onward(self):
        """Where she was going; her own pages where that is none of the residents'."""
        asked = self.request.POST.get("next") or self.request.GET.get("next", "")
        return asked if OWN_PATH.fullmatch(asked) else reverse("resident:mine")

    def show(self, template, status=200, **context):
        return super().show(template, status, next=self.onward(), **context)
