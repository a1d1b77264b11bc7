"""Filters kept under a name: one's own alone, no numbers, and on every list that has filters."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from concerns.tests.factories import ConcernFactory
from fedhub.core.models import SavedFilter
from fedhub.core.saved import MOST, kept_query, list_view_of, save_filter
from fedhub.core.sought import seal
from fedhub.core.views import ScopedListView
from tests.test_house_rules import patterns

pytestmark = pytest.mark.django_db
PAGE = "concerns:concern_list"
NEW = reverse("core:saved_create")
HTMX = {"HX-Request": "true", "HX-Target": "results"}


def keep(client, query, name="我要催的", page=PAGE, **more):
    return client.post(NEW, {"page": page, "query": query, "name": name}, **more)


def test_filters_are_kept_and_open_again(client, chair, grid):
    ConcernFactory(area=grid)

    answer = keep(client, "status=overdue&sort=due&after=xyz&once_key=1&nothing=2&topic=")
    page = client.get(answer.url)

    assert answer.url == f"{reverse(PAGE)}?status=overdue&sort=due"
    assert [(one["name"], one["url"], one["current"]) for one in page.context["saved"]] == [
        ("我要催的", answer.url, True)
    ]
    assert client.get(reverse(PAGE)).context["saved"][0]["current"] is False


def test_sent_twice_it_is_kept_once(client, chair):
    data = {"page": PAGE, "query": "status=open", "name": "没办结", "once_key": "6f1b1c1e-0000-4000-8000-000000000001"}

    answers = {client.post(NEW, data).url for _ in range(2)}

    assert (len(answers), SavedFilter.objects.count()) == (1, 1)


def test_the_same_name_gets_the_new_filters(client, chair):
    keep(client, "status=open")
    keep(client, "status=overdue")

    assert list(SavedFilter.objects.values_list("user", "query")) == [(chair.pk, "status=overdue")]


@pytest.mark.parametrize("value", ["13800000417", "330106198504010022", "138 0000 0417"])
def test_a_number_is_never_kept(client, chair, value):
    answer = keep(client, f"status=open&q={value}")
    sealed = keep(client, f"status=new&q={seal(value, chair)}", name="封好的")
    alone = keep(client, f"q={value}", name="只有号码")

    assert [str(m) for m in get_messages(answer.wsgi_request)][0] == "条件里的号码没有存，其他条件都存了。"
    assert sealed.status_code == 302
    assert alone.context["form"].non_field_errors() == ["没有能存的条件。号码不存，请换成姓名或别的条件。"]
    assert sorted(SavedFilter.objects.values_list("query", flat=True)) == ["status=new", "status=open"]


def test_no_more_than_twenty_a_page(client, chair):
    for number in range(MOST):
        save_filter(chair, page=PAGE, name=str(number), query="status=open")

    full = keep(client, "status=open", name="多一个")
    again = keep(client, "status=new", name="3")

    assert full.context["form"].non_field_errors() == ["一页最多存 20 组，请先删掉不用的。"]
    assert (again.status_code, SavedFilter.objects.count()) == (302, MOST)


def test_too_much_is_refused(client, chair):
    answer = keep(client, f"q={'字' * 400}")

    assert answer.context["form"].non_field_errors() == ["条件太长，存不下。请去掉一些。"]


def test_each_sees_and_deletes_only_her_own(client, chair, worker, as_user):
    mine = save_filter(chair, page=PAGE, name="我的", query="person=me")
    hers = save_filter(worker, page=PAGE, name="她的", query="person=me")

    shown = client.get(reverse(PAGE)).context["saved"]
    theirs = as_user(chair).post(reverse("core:saved_delete", args=[hers.pk]))
    own = as_user(chair).post(reverse("core:saved_delete", args=[mine.pk]))

    assert len(shown) == 1
    assert (theirs.status_code, own.url) == (404, reverse(PAGE))
    assert list(SavedFilter.objects.all()) == [hers]


@pytest.mark.parametrize(
    "page", ["", "x:y", "concerns:load", "safety:report_list", "core:healthz", "concerns:batch_list"]
)
def test_only_lists_with_filters_keep_any(client, chair, page):
    assert keep(client, "status=open", page=page).status_code == 404


def test_a_list_that_is_not_hers_keeps_nothing(as_user, safety_officer):
    assert keep(as_user(safety_officer), "q=x", page="accounts:user_list").status_code == 404


def test_every_list_with_filters_keeps_them(client, chair, data_officer, auditor, as_user):
    lists = [
        f"{view.__module__.removeprefix('fedhub.').split('.')[0]}:{name}"
        for _, entry, name in patterns()
        if (view := getattr(entry.callback, "view_class", None)) and issubclass(view, ScopedListView)
        and view.filter_class and view.keeps_filters
    ]  # fmt: skip

    assert len(lists) >= 12
    for page in lists:
        user = next(u for u in (chair, data_officer, auditor) if u.has_perm(list_view_of_permission(page)))
        kept = save_filter(user, page=page, name="试", query="sort=updated")
        shown = as_user(user).get(reverse(page))
        assert [one["pk"] for one in shown.context["saved"]] == [kept.pk], page
        assert "试" in as_user(user).get(reverse(page), headers=HTMX).content.decode()


def list_view_of_permission(page):
    """The permission of the list `page`."""
    return next(
        entry.callback.view_class.permission
        for _, entry, name in patterns()
        if name == page.split(":")[1] and getattr(entry.callback, "view_class", None)
    )


def test_the_swapped_part_offers_to_keep_what_was_typed(client, chair, grid):
    html = client.post(reverse(PAGE), {"q": "灯"}, headers=HTMX).content.decode()

    assert 'name="query" value="q=%E7%81%AF"' in html
    assert "<html" not in html


def test_names_are_escaped(client, chair):
    save_filter(chair, page=PAGE, name="<b>急</b>", query="status=open")

    assert "<b>急" not in client.get(reverse(PAGE)).content.decode()


def test_only_known_filters_are_kept(chair):
    view = list_view_of(PAGE, chair)

    assert kept_query("x=1&status=open&status=&q=灯", view, chair) == ("status=open&q=%E7%81%AF", False)
