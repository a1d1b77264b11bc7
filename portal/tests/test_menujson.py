"""The menu of the WeChat account: what WeChat takes, and the page on which it is made."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from accounts.tests.factories import user_with
from portal.menujson import Button, menu_json, name_problem, notes, problems, shown_length
from portal.tests.test_wechat import wechat  # noqa: F401

PAGE = "/portal/wechat/menu/"
AT = "https://fulian.example.cn/r/"


@pytest.mark.parametrize(
    ("name", "limits", "ok"),
    [("社区服务", (4, 16), True), ("社区服务台", (4, 16), False), ("Services", (4, 16), True),
     ("Services9", (4, 16), False), ("个人信息怎么用吗", (8, 60), True), ("个人信息怎么用吗呢", (8, 60), False),
     ("👩‍👩‍👧", (4, 16), False), ("𠮷𠮷𠮷𠮷", (4, 16), True), ("𠮷𠮷𠮷𠮷", (4, 15), False)],
)  # fmt: skip
def test_a_name_is_measured_in_signs_and_in_bytes(name, limits, ok):
    assert (name_problem(name, limits) == "") is ok


def test_what_wechat_would_not_take_is_named():
    lower = [Button("说一件事", AT)] * 6

    assert problems([]) == ["至少要有一个菜单。"]
    assert problems([Button("首页", AT)] * 4) == ["一级菜单最多 3 个。"]
    assert problems([Button("说事", "", lower)]) == ["“说事”的二级菜单最多 5 个。"]
    assert problems([Button("说事", AT, lower[:1])]) == ["“说事”有二级菜单，就不能再有自己的网址。"]
    assert problems([Button("首页", "r/")]) == ["“r/”不是网址，要以 https:// 开头。"]
    assert problems([Button("首页", AT + "x" * 1024)]) == ["网址太长，最多 1024 个字节。"]
    assert problems([Button("说事", "", [Button("", AT)])]) == ["“说事”下面有一个没有写名称。"]
    assert notes([Button("说事", "", [Button("个人信息怎么用吗", AT)])]) == [
        "“个人信息怎么用吗”有 8 个字，有的手机只显示前 7 个。"
    ]


@given(st.lists(st.tuples(st.text(max_size=8), st.lists(st.text(max_size=10), max_size=7)), max_size=5))
def test_what_passes_is_a_menu_that_wechat_takes(typed):
    buttons = [Button(name, "" if lower else AT, [Button(one, AT) for one in lower]) for name, lower in typed]

    if problems(buttons):
        return
    made = json.loads(menu_json(buttons))["button"]
    assert 1 <= len(made) <= 3
    for one in made:
        assert 1 <= len(one["name"].encode()) <= 16
        assert shown_length(one["name"]) <= 4
        assert ("sub_button" in one) != ("url" in one)
        assert len(one.get("sub_button", [])) <= 5
        assert all(len(x["name"].encode()) <= 60 and x["type"] == "view" for x in one.get("sub_button", []))


@pytest.mark.django_db
def test_the_administrator_finds_a_menu_that_fits(wechat, as_user, community):  # noqa: F811
    client = as_user(user_with(Role.SYSTEM_ADMIN, community))

    page = client.get(PAGE)

    made = json.loads(page.context["text"])["button"]
    assert [one["name"] for one in made] == ["说事", "我的", "首页"]
    assert [one["name"] for one in made[0]["sub_button"]] == ["说一件事", "凭码看进展"]
    asked = {"n1": "说事", "n11": "说一件事", "u11": AT, "download": "1"}
    file = client.get(PAGE, asked)
    assert file.headers["Content-Disposition"] == 'attachment; filename="menu.json"'
    assert json.loads(file.content) == {
        "button": [{"name": "说事", "sub_button": [{"type": "view", "name": "说一件事", "url": AT}]}]
    }
    wrong = client.get(PAGE, {**asked, "n11": "说一说您在社区里遇到的事"})
    assert (wrong.context["text"], "最多显示 8 个" in wrong.content.decode(), wrong.headers["Content-Type"][:9]) == (
        "", True, "text/html",
    )  # fmt: skip
    assert 'value="说一说您在社区里遇到的事"' in wrong.content.decode()


@pytest.mark.django_db
def test_who_may_not_change_settings_and_without_an_account_there_is_no_such_page(as_user, chair, worker, request):
    assert as_user(chair).get(PAGE).status_code == 404
    request.getfixturevalue("wechat")
    assert as_user(chair).get(PAGE).status_code == 200
    assert as_user(worker).get(PAGE).status_code == 404
