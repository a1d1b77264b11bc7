"""What the portal offers below: the panel on a resident's page where a code is handed out."""

from fedhub.core.housekeeping import every_minute
from households.panels import Panel, resident_panels
from portal.models import EntryCode, Stay
from portal.services.entry import is_too_young
from portal.services.say import forget_sent_forms


def entry_panel(resident, user):
    """Whether a code is out, and whether she was ever in; what she reads there is hers."""
    return {
        "open_code": EntryCode.objects.filter(resident=resident).open().select_related("issued_by").first(),
        "was_in": Stay.objects.filter(resident=resident).exists(),
        "too_young": is_too_young(resident),
    }


resident_panels.register(Panel("portal", "居民端", 90, "portal.add_entrycode", "portal/staff/panel.html", entry_panel))


@every_minute
def forget_forms():
    """Keys of forms that were sent long ago tell nothing any more."""
    forget_sent_forms()
