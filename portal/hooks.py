"""What the portal offers below: the panel on a resident's page where a code is handed out."""

from datetime import timedelta

from django.utils import timezone

from fedhub.core.housekeeping import every_minute
from fedhub.core.menu import Entry, menu
from fedhub.core.residents import Door, home_doors, own_doors
from fedhub.notices import gate
from fedhub.notices.enums import Channel
from fedhub.notices.models import WechatSeen
from fedhub.notices.services.inbox import unread_count
from fedhub.notices.wechat.client import is_on as wechat_on
from fedhub.notices.wechat.sharing import keep_ticket
from households.panels import Panel, resident_panels
from portal.models import EntryCode, Stay
from portal.queries import guardians_of, open_requests, own_requests
from portal.services.entry import is_too_young
from portal.services.guardians import is_in_force, is_ward
from portal.services.phone import forget_codes
from portal.services.say import forget_sent_forms
from portal.services.wechat import openid_of


def entry_panel(resident, user):
    """Whether a code is out, and whether she was ever in; what she reads there is hers."""
    return {
        "open_code": EntryCode.objects.filter(resident=resident, guardian=None)
        .open()
        .select_related("issued_by")
        .first(),
        "was_in": Stay.objects.filter(resident=resident, guardian=None).exists(),
        "too_young": is_too_young(resident),
        "asked": own_requests(resident)[:5] if user.has_perm("portal.view_rightsrequest") else [],
        "may_ask": user.has_perm("portal.add_rightsrequest", resident),
        "guardians": [(one, is_in_force(one)) for one in guardians_of(resident)],
        "is_ward": is_ward(resident),
        "may_guard": user.has_perm("portal.add_guardian", resident),
    }


resident_panels.register(Panel("portal", "居民端", 90, "portal.add_entrycode", "portal/staff/panel.html", entry_panel))

menu.register(
    Entry(
        "portal.rights", "family", "个人信息请求", "portal:rights_list", "portal.view_rightsrequest", 70, open_requests
    )
)

menu.register(
    Entry("portal.menu", "settings", "微信菜单", "portal:menu_json", "portal.make_wechatmenu", 80, shown=wechat_on)
)

home_doors.register(Door("portal.say", 10, "说一件事", "resident:say"))
home_doors.register(Door("portal.ask", 20, "凭查询码看进展", "resident:ask"))
own_doors.register(Door("portal.say", 10, "说一件事", "resident:say", main=True))
own_doors.register(Door("portal.inbox", 20, "我的消息", "resident:inbox", count=unread_count, unit=" 条没看"))
own_doors.register(Door("portal.centre", 90, "我的信息和同意", "resident:centre"))


gate.addresses_by(Channel.WECHAT, openid_of)


@every_minute
def forget_forms():
    """Keys of forms that were sent long ago tell nothing any more."""
    forget_sent_forms()
    forget_codes()
    WechatSeen.objects.filter(on__lt=timezone.localdate() - timedelta(days=1)).delete()


@every_minute
def keep_share_ticket():
    """The ticket of cards in WeChat, asked for here so that no visitor waits for WeChat."""
    keep_ticket()
