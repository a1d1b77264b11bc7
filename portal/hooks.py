"""What the portal offers below: the panel on a resident's page where a code is handed out."""

from datetime import timedelta

from django.utils import timezone

from fedhub.core.housekeeping import every_minute
from fedhub.core.menu import Entry, menu
from fedhub.notices import gate
from fedhub.notices.enums import Channel
from fedhub.notices.models import WechatSeen
from households.panels import Panel, resident_panels
from portal.models import EntryCode, Stay
from portal.queries import open_requests, own_requests
from portal.services.entry import is_too_young
from portal.services.say import forget_sent_forms
from portal.services.wechat import openid_of


def entry_panel(resident, user):
    """Whether a code is out, and whether she was ever in; what she reads there is hers."""
    return {
        "open_code": EntryCode.objects.filter(resident=resident).open().select_related("issued_by").first(),
        "was_in": Stay.objects.filter(resident=resident).exists(),
        "too_young": is_too_young(resident),
        "asked": own_requests(resident)[:5] if user.has_perm("portal.view_rightsrequest") else [],
        "may_ask": user.has_perm("portal.add_rightsrequest", resident),
    }


resident_panels.register(Panel("portal", "居民端", 90, "portal.add_entrycode", "portal/staff/panel.html", entry_panel))

menu.register(
    Entry(
        "portal.rights", "family", "个人信息请求", "portal:rights_list", "portal.view_rightsrequest", 70, open_requests
    )
)


gate.addresses_by(Channel.WECHAT, openid_of)


@every_minute
def forget_forms():
    """Keys of forms that were sent long ago tell nothing any more."""
    forget_sent_forms()
    WechatSeen.objects.filter(on__lt=timezone.localdate() - timedelta(days=1)).delete()
