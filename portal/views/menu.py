"""The administrator's page on which the menu of the WeChat account is made as JSON."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse

from fedhub.core.views import StaffPage
from fedhub.notices.wechat.client import is_on
from portal.menujson import BELOW, TOP, Button, menu_json, notes, problems


def offered():
    """The menu that fits the portal: `[(name, [(name, address)])]`."""
    at = {name: settings.SITE_URL + reverse(f"resident:{name}") for name in ("home", "say", "ask", "enter", "notice")}
    return [
        ("说事", [("说一件事", at["say"]), ("凭码看进展", at["ask"])]),
        ("我的", [("我的事", at["enter"]), ("个人信息怎么用", at["notice"])]),
        ("首页", at["home"]),
    ]


class MenuJson(StaffPage):
    """Made from what the address asks for, so that nothing is saved: the page is kept by keeping its address."""

    permission = "portal.make_wechatmenu"
    title = "微信菜单"
    template_name = "portal/staff/menu.html"

    def get(self, request, *args, **kwargs):
        if not is_on():
            raise Http404
        buttons = self.get_buttons()
        wrong = problems(buttons)
        text = "" if wrong else menu_json(buttons)
        if text and "download" in request.GET:
            answer = HttpResponse(text, content_type="application/json")
            answer.headers["Content-Disposition"] = 'attachment; filename="menu.json"'
            return answer
        return self.render(rows=self.get_fields(), wrong=wrong, notes=notes(buttons), text=text)

    def get_fields(self):
        """`[(number, name, url, [(number, name, url)])]` of the form, filled."""
        asked, found = self.request.GET, []
        standing = {} if asked else self.standing()
        for n in range(1, TOP + 1):
            below = [(f"{n}{m}", *self.typed(asked or standing, f"{n}{m}")) for m in range(1, BELOW + 1)]
            found.append((str(n), *self.typed(asked or standing, str(n)), below))
        return found

    def typed(self, data, number):
        return tuple(data.get(f"{what}{number}", "").strip()[:2000] for what in ("n", "u"))

    def standing(self):
        """What is offered, as the form would send it."""
        found = {}
        for n, (name, inside) in enumerate(offered(), 1):
            found[f"n{n}"] = name
            if isinstance(inside, str):
                found[f"u{n}"] = inside
                continue
            for m, (lower, url) in enumerate(inside, 1):
                found |= {f"n{n}{m}": lower, f"u{n}{m}": url}
        return found

    def get_buttons(self):
        """The filled ones as Buttons."""
        found = []
        for _, name, url, below in self.get_fields():
            lower = [Button(label, where) for _, label, where in below if label or where]
            if name or url or lower:
                found.append(Button(name, url, lower))
        return found
