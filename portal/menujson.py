"""The menu of the office's WeChat account as the JSON that WeChat's own page takes (自定义菜单; handbook 12.4).

It is made here and put in there by hand: a menu is changed twice a year, and nobody needs the right to change it from afar.
"""

import json
from dataclasses import dataclass, field

TOP, BELOW = 3, 5
# (signs that are shown, bytes that are taken); of the lower ones some telephones show one sign less.
TOP_NAME, BELOW_NAME = (4, 16), (8, 60)
MOST_URL = 1024


@dataclass
class Button:
    """One entry: `url` for one that opens a page, `below` for one that unfolds."""

    name: str
    url: str = ""
    below: list = field(default_factory=list)


def shown_length(name):
    """Signs as WeChat's menu counts them: two Latin letters take the place of one Chinese sign."""
    return (sum(1 if ord(sign) < 128 else 2 for sign in name) + 1) // 2


def name_problem(name, limits):
    """What is wrong with the length of `name`, ''."""
    signs, size = limits
    if len(name.encode()) > size:
        return f"“{name}”占 {len(name.encode())} 个字节，最多 {size} 个（一个汉字 3 个）。"
    if shown_length(name) > signs:
        return f"“{name}”有 {shown_length(name)} 个字，最多显示 {signs} 个。"
    return ""


def url_problem(url):
    """What is wrong with an address, ''."""
    if not url.startswith(("https://", "http://")) or len(url) < 12 or any(sign.isspace() for sign in url):
        return f"“{url[:40]}”不是网址，要以 https:// 开头。"
    return f"网址太长，最多 {MOST_URL} 个字节。" if len(url.encode()) > MOST_URL else ""


def problems(buttons):
    """Chinese sentences about what WeChat would not take; [] when it takes all."""
    found = [] if buttons else ["至少要有一个菜单。"]
    if len(buttons) > TOP:
        found.append(f"一级菜单最多 {TOP} 个。")
    for button in buttons:
        found.append(name_problem(button.name, TOP_NAME))
        if not button.name:
            found.append("有二级菜单或网址的一级菜单没有写名称。")
        if len(button.below) > BELOW:
            found.append(f"“{button.name}”的二级菜单最多 {BELOW} 个。")
        if button.below and button.url:
            found.append(f"“{button.name}”有二级菜单，就不能再有自己的网址。")
        if not button.below:
            found.append(url_problem(button.url))
        for one in button.below:
            found.append(name_problem(one.name, BELOW_NAME) if one.name else f"“{button.name}”下面有一个没有写名称。")
            found.append(url_problem(one.url))
    return [words for words in found if words]


def notes(buttons):
    """Sentences about what is taken but looks cut off on some telephones."""
    return [
        f"“{one.name}”有 8 个字，有的手机只显示前 7 个。"
        for button in buttons for one in button.below if shown_length(one.name) == BELOW_NAME[0]
    ]  # fmt: skip


def menu_json(buttons):
    """The JSON of `buttons` (Button) for menu/create, indented to be read."""

    def entry(button):
        if button.below:
            return {"name": button.name, "sub_button": [entry(one) for one in button.below]}
        return {"type": "view", "name": button.name, "url": button.url}

    return json.dumps({"button": [entry(button) for button in buttons]}, ensure_ascii=False, indent=2)
