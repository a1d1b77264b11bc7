"""妇女联系: the panels, the coverage and the list behind each figure, many at once, the ledger."""

import datetime
import io
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.areas.tests.factories import place
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services.export import export_ledger
from fedhub.reference.lookup import rule
from households.enums import LinkKind
from households.models import Link, LinkBatch, VisitTask
from households.services.link import make_links
from households.tests.factories import (
    HouseholdFactory,
    LinkFactory,
    MembershipFactory,
    PhoneFactory,
    ResidentFactory,
    SafeContactFactory,
)

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
FRAGMENT = {"HX-Request": "true"}
# Session, user, grants, tree, reference stamp; then the list itself.
QUERIES = {"link_list": 9, "link_batches": 6}
DAY = datetime.timedelta(days=1)
LIST = reverse("households:link_list")


def today():
    return timezone.localdate()


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def names(response):
    return [row.name for row in response.context["page"].rows]


@pytest.fixture
def desk(as_user, worker, committee, chair):
    """The chair at her desk."""
    return as_user(chair)


@pytest.fixture
def women(grid, other_grid, committee):
    """Reached by 何晓燕 today; 李秀英's, long silent; in a group alone; nobody's, elsewhere."""
    far = today() - (rule("link_contact_days") + 1) * DAY
    found = [ResidentFactory(area=grid, name=f"王{n}", name_sort=f"wang {n}") for n in "123"]
    LinkFactory(resident=found[0], kind="committee", person=committee, noted_on=today(), noted_how="phone")
    LinkFactory(resident=found[1], noted_on=far, noted_how="meet")
    LinkFactory(resident=found[2], kind="group", name="合唱队")
    return [*found, ResidentFactory(area=other_grid, name="王4", name_sort="wang 4")]


# --- one link -------------------------------------------------------------------------------------------------------
def test_a_contact_is_registered_noted_and_ended_on_her_page(as_user, committee, grid):
    client, member = as_user(committee), MembershipFactory(household__area=grid)
    tab = f"{member.resident.get_absolute_url()}?tab=links"
    new = reverse("households:link_create", args=[member.resident.pk])
    assert new in client.get(tab).content.decode()

    page = client.get(new)
    answer = client.post(new, filled(page, kind="committee", person=str(committee.pk)))
    link = Link.objects.get()
    noted = reverse("households:link_contact", args=[link.pk])
    form = client.get(noted)
    client.post(noted, filled(form, noted_how="wechat"))
    link.refresh_from_db()
    shown = client.get(tab).content.decode()
    home = client.get(f"{member.household.get_absolute_url()}?tab=links").content.decode()
    client.post(reverse("households:link_end", args=[link.pk]), {"on": today().isoformat(), "reason": "left"})
    link.refresh_from_db()

    assert answer.url == tab
    assert (link.noted_on, link.last_how, link.end_reason) == (today(), "wechat", "left")
    assert "登记联系<span" in shown
    assert "何晓燕" in home
    assert "联系人离开" in client.get(tab).content.decode()
    assert client.get(noted).status_code == 404
    changes = client.get(f"{member.resident.get_absolute_url()}?tab=changes").content.decode()
    assert changes.index("结束了联系人") < changes.index("登记了一次联系") < changes.index("登记了联系人")


def test_a_clash_over_a_contact_shows_both(as_user, committee, grid):
    link = LinkFactory(resident__area=grid, person=committee)
    client, url = as_user(committee), reverse("households:link_contact", args=[link.pk])
    page = client.get(url)
    data = filled(page, noted_how="phone", noted_on=(today() - DAY).isoformat())
    client.post(url, {**data, "noted_how": "meet"})

    answer = client.post(url, data | {"once_key": "7f1c3a52-1111-4111-8111-111111111111"})

    assert answer.status_code == 409
    assert "见面" in answer.content.decode()
    link.refresh_from_db()
    assert link.noted_how == "meet"


def test_a_wrong_form_says_what_is_wrong(as_user, committee, grid):
    woman = ResidentFactory(area=grid)
    client, url = as_user(committee), reverse("households:link_create", args=[woman.pk])

    answer = client.post(url, {"kind": "committee", "valid_from": today().isoformat(), "noted_how": "phone"})

    assert answer.context["form"].errors == {
        "name": ["联系人选账号或者写名字，二选一。"], "noted_how": ["最近联系的日期和方式要么都填，要么都不填。"],
    }  # fmt: skip
    assert Link.objects.count() == 0


def test_children_and_men_have_no_contact(desk, grid):
    man, child = ResidentFactory(area=grid, sex="1"), ResidentFactory(area=grid, birth=f"{today().year - 3}-01-01")

    for person in (man, child):
        page = desk.get(f"{person.get_absolute_url()}?tab=links").content.decode()
        assert "联系人只为在册的成年妇女登记" in page
        assert desk.get(reverse("households:link_create", args=[person.pk])).status_code == 404


# --- coverage and its lists -----------------------------------------------------------------------------------------
def figures(row):
    """`[(number, address)]` of one line of the coverage table."""
    cells = [row["women"], *[(cell[0], cell[2]) for _, cell in row["shares"]]]
    return cells + [(number, url) for _, number, url in (*row["counts"], *row["kinds"])]


def test_every_figure_of_the_coverage_opens_its_list(desk, women, community):
    ResidentFactory(area=community, name="王5")
    page = desk.get(reverse("households:link_coverage"))
    rows = [*page.context["rows"], page.context["sums"]]

    assert [row["label"] for row in rows] == ["第一网格", "第二网格", "没分到网格", "合计"]
    assert [row["women"][0] for row in rows] == [3, 1, 1, 5]
    assert [[cell[1] for _, cell in row["shares"]] for row in rows][0] == ["66.7%", "33.3%"]
    assert [cell[0] for _, cell in rows[3]["shares"]] == [2, 1]
    for row in rows:
        for number, url in figures(row):
            assert len(names(desk.get(url))) == number, url


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", "234"),
        ("none", "34"),
        ("unlinked", "4"),
        ("silent", "234"),
        ("never", "34"),
        ("named", "12"),
        ("reached", "1"),
        ("all", "1234"),
    ],
)
def test_the_list_shows_whom_it_is_asked_for(show, expected, desk, women):
    response = desk.get(LIST, {"show": show, "sort": "name"})

    assert names(response) == [f"王{n}" for n in expected]


def test_the_list_narrows_and_sorts(desk, women, committee, grid):
    assert names(desk.get(LIST, {"show": "all", "area": grid.code, "sort": "name"})) == ["王1", "王2", "王3"]
    assert names(desk.get(LIST, {"show": "all", "kind": "group"})) == ["王3"]
    assert names(desk.get(LIST, {"show": "all", "person": committee.pk})) == ["王1"]
    assert names(desk.get(LIST, {"show": "all", "person": "me"})) == []
    assert names(desk.get(LIST, {"show": "all", "q": "王2"})) == ["王2"]
    assert names(desk.get(LIST, {"show": "all"}))[-2:] == ["王2", "王1"]
    assert names(desk.get(LIST, {"show": "all", "sort": "lately"}))[:2] == ["王1", "王2"]


def test_the_list_goes_on_page_by_page(desk, grid, monkeypatch):
    monkeypatch.setattr("households.views.link.LinkList.page_size", 2)
    for n in range(5):
        LinkFactory(
            resident__area=grid, resident__name=f"王{n}", noted_on=today() - (200 + n % 2) * DAY, noted_how="phone"
        )
    seen, url = [], LIST
    while url:
        page = desk.get(url)
        seen += names(page)
        url = page.context["page"].next_url and LIST + page.context["page"].next_url

    assert sorted(seen) == [f"王{n}" for n in range(5)]


def test_the_list_says_who_and_when_and_escapes_what_was_typed(desk, grid):
    member = MembershipFactory(household__area=grid, resident__name="<b>王")
    LinkFactory(resident=member.resident, name="<i>李", noted_on=today() - 200 * DAY, noted_how="phone")

    text = desk.get(LIST).content.decode()

    assert "<i>李" not in text
    assert "&lt;i&gt;李" in text
    assert "<b>王" not in text
    assert f"{(today() - 200 * DAY).isoformat()}（6 个月前）" in text


def test_an_account_out_of_use_is_marked(desk, grid, committee, chair):
    LinkFactory(resident__area=grid, person=committee)
    type(committee).objects.filter(pk=committee.pk).update(is_active=False, disabled_on=today())

    assert "账号已停用" in desk.get(LIST, {"show": "stranded"}).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(rows, as_user, chair, grid, django_assert_num_queries):
    client = as_user(chair)
    for _ in range(rows):
        member = MembershipFactory(household__area=grid)
        LinkFactory(resident=member.resident)

    with django_assert_num_queries(QUERIES["link_list"]):
        response = client.get(reverse("households:link_list"), headers=FRAGMENT)

    assert len(response.context["page"].rows) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_batches_costs_the_same_for_any_number_of_rows(
    rows, as_user, chair, committee, grid, django_assert_num_queries
):
    client = as_user(chair)
    for _ in range(rows):
        woman = ResidentFactory(area=grid)
        make_links(type(woman).objects.filter(pk=woman.pk), person=committee, kind=LinkKind.COMMITTEE, by=chair)

    with django_assert_num_queries(QUERIES["link_batches"]):
        response = client.get(reverse("households:link_batches"), headers=FRAGMENT)

    assert len(response.context["page"].rows) == rows


@pytest.mark.parametrize("grids", [1, 3])
@pytest.mark.parametrize(("by", "cost"), [("grid", 4), ("person", 5)])
def test_the_coverage_costs_the_same_for_any_number_of_grids(by, cost, grids, as_user, chair, worker, community):
    client = as_user(chair)
    for number in range(1, grids + 1):
        area = place(f"{community.code}{number:03d}", f"第{number}网格", "grid", community)
        LinkFactory(resident=ResidentFactory(area=area), person=worker)

    response, number = queries_beyond(client, f"{reverse('households:link_coverage')}?by={by}", SHELL)

    assert (response.status_code, number) == (200, cost)


def test_a_grid_worker_sees_her_own_grid_and_no_one_elses_load(as_user, worker, women, grid):
    client = as_user(worker)

    page = client.get(f"{reverse('households:link_coverage')}?by=person")

    assert [row["label"] for row in page.context["rows"]] == [grid.name]
    assert page.context["by"] == "grid"
    assert names(client.get(LIST, {"show": "all", "sort": "name"})) == ["王1", "王2", "王3"]
    assert client.get(reverse("households:link_many"), {"all": "1"}).status_code == 404


def test_the_stranger_finds_nothing(as_user, stranger, women, committee):
    client = as_user(stranger)

    assert client.get(reverse("households:link_coverage")).context["sums"]["women"][0] == 0
    assert names(client.get(LIST, {"show": "all"})) == []
    assert client.get(reverse("households:link_many"), {"ids": [w.pk for w in women]}).status_code == 404
    hand_over = f"{reverse('households:link_hand_over')}?from={committee.pk}"
    assert client.get(hand_over).status_code == 404


# --- many -----------------------------------------------------------------------------------------------------------
def test_the_ticked_women_get_one_contact_counted_first_and_taken_back(desk, women, committee):
    url = f"{reverse('households:link_many')}?ids={women[1].pk}&ids={women[2].pk}"

    page = desk.get(url)
    answer = desk.post(url, filled(page, person=str(committee.pk), kind="committee", reason="分工"))
    undone = desk.post(reverse("households:link_batch_undo", args=[LinkBatch.objects.get().pk]))

    assert page.context["total"] == 2
    assert page.context["counts"] == [("第一网格", 2)]
    assert told(answer) == ["已让何晓燕联系 2 名妇女，可以撤销。"]
    assert "已撤销这次登记。" in told(undone)
    assert Link.objects.open().filter(resident__in=women[1:3], kind="committee").count() == 0


def test_all_that_the_filters_leave_and_more_since_is_counted_again(desk, women, committee, chair, grid):
    url = f"{reverse('households:link_many')}?all=1&show=none"
    page = desk.get(url)
    data = filled(page, person=str(chair.pk), kind="committee")
    ResidentFactory(area=grid)

    again = desk.post(url, data)
    done = desk.post(url, data | {"counted": "3"})

    assert page.context["total"] == 2
    assert "现在是 3 人" in str(again.context["form"].non_field_errors())
    assert told(done) == ["已让周敏联系 3 名妇女，可以撤销。"]
    assert names(desk.get(LIST, {"show": "none"})) == []


def test_only_who_can_reach_all_the_places_may_be_chosen(desk, women, committee):
    url = f"{reverse('households:link_many')}?all=1&show=all"

    answer = desk.post(url, {"person": committee.pk, "kind": "committee"})

    assert "管不到" in str(answer.context["form"].errors["person"])
    assert LinkBatch.objects.count() == 0


def test_the_women_of_a_building_get_one_contact(desk, grid, committee):
    home = HouseholdFactory(area=grid, building="7")
    inside = [MembershipFactory(household=home, resident__name=n).resident for n in ("王一", "王二")]
    MembershipFactory(household=home, resident__sex="1")
    MembershipFactory(household=home, resident__birth=f"{today().year - 3}-01-01")
    MembershipFactory(household__area=grid, household__building="8")
    url = f"{reverse('households:link_homes')}?all=1&building=7"

    page = desk.get(url)
    desk.post(url, {"person": committee.pk, "kind": "committee"})

    assert page.context["total"] == 2
    assert {link.resident for link in Link.objects.open()} == set(inside)
    assert reverse("households:link_homes") in desk.get(reverse("households:household_list")).content.decode()


def test_a_household_without_women_says_so_and_a_foreign_one_is_none(desk, grid, as_user, stranger):
    home = MembershipFactory(household__area=grid, resident__sex="1").household
    url = f"{reverse('households:link_homes')}?ids={home.pk}"

    assert "没有在册的成年妇女" in desk.get(url).content.decode()
    assert as_user(stranger).get(url).status_code == 404


def test_no_more_than_the_most_is_made_at_once(desk, grid, committee, monkeypatch):
    monkeypatch.setattr("households.views.link.MOST", 2)
    for _ in range(3):
        ResidentFactory(area=grid)
    url = f"{reverse('households:link_many')}?all=1"

    page = desk.get(url)
    desk.post(url, {"person": committee.pk, "kind": "committee"})

    assert (page.context["total"], page.context["too_many"]) == (2, True)
    assert LinkBatch.objects.get().total == 2


def test_visits_are_planned_for_the_gaps(as_user, worker, women, grid):
    client = as_user(worker)
    home = HouseholdFactory(area=grid)
    MembershipFactory(household=home, resident=women[2])
    url = f"{reverse('households:link_visits')}?all=1&show=never"
    assert reverse("households:link_visits") in client.get(LIST).content.decode()

    page = client.get(url)
    early = client.post(url, filled(page, due_on=(today() - DAY).isoformat()))
    done = client.post(url, filled(page, assigned_to=str(worker.pk)))
    again = client.post(url, filled(client.get(url)))

    assert page.context["total"] == 1
    assert "不能早于今天" in str(early.context["form"].errors["due_on"])
    assert told(done) == ["已给 1 名妇女安排走访。"]
    assert "1 人已经安排过" in told(again)[-1]
    assert (VisitTask.objects.get().resident, VisitTask.objects.get().assigned_to) == (women[2], worker)


def test_a_leavers_women_go_over_from_her_account(desk, women, committee, chair):
    account = desk.get(reverse("accounts:user_detail", args=[committee.pk])).content.decode()
    url = f"{reverse('households:link_hand_over')}?from={committee.pk}"
    assert url in account
    assert "还联系着 1 名妇女" in account

    answer = desk.post(url, {"person": chair.pk, "reason": "调离"})

    assert told(answer) == ["已把何晓燕联系的 1 名妇女移交给周敏，可以撤销。"]
    assert "没有要移交的妇女" in desk.get(url).content.decode()
    assert "何晓燕（移交）" in desk.get(reverse("households:link_batches")).content.decode()


def test_who_has_how_many(desk, women, committee):
    page = desk.get(reverse("households:link_coverage"), {"by": "person"})

    one = page.context["people"][0]
    assert (one["name"], one["women"][0], one["silent"][0]) == ("何晓燕", 1, 0)
    assert parse_qs(urlsplit(one["women"][1]).query) == {"show": ["all"], "person": [str(committee.pk)]}
    assert names(desk.get(one["women"][1])) == ["王1"]


# --- the ledger -----------------------------------------------------------------------------------------------------
def sheet(by, **filters):
    """`[{heading: text}]` of the exported ledger of links."""
    _, data = export_ledger(ledgers["links"], filters=filters, by=by)
    rows = [list(row) for row in load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)]
    top = next(place for place, row in enumerate(rows) if "姓名" in row)
    number = rows[top].index("序号")
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :] if str(row[number]).isdigit()]


def test_the_ledger_says_who_reaches_each_woman(data_officer, women):
    everybody = {row["姓名"]: row for row in sheet(data_officer, show="all")}
    gaps = {row["姓名"]: row["缺口"] for row in sheet(data_officer)}

    assert sorted(everybody) == ["王1", "王2", "王3", "王4"]
    assert (everybody["王1"]["执委"], everybody["王3"]["妇女小组"]) == ("何晓燕", "合唱队")
    assert gaps == {"王2": "很久没联系", "王3": "没有联系人、从没联系过", "王4": "没有联系人、从没联系过"}


def test_a_number_that_must_not_be_called_is_on_no_ledger_of_links(data_officer, women):
    for woman in women[:2]:
        PhoneFactory(resident=woman)
    SafeContactFactory(resident=women[1], neutral=True)

    found = {row["姓名"]: row["联系电话"] for row in sheet(data_officer, show="all")}

    assert found["王1"].endswith("0417")
    assert not found["王2"]


def test_the_list_takes_its_conditions_to_the_export(as_user, data_officer, women, grid):
    client = as_user(data_officer)
    export = reverse("ledgers:ledger_export", args=["links"])
    assert export in client.get(LIST).content.decode()

    page = client.get(export, {"show": "none", "area": grid.code, "q": "王"})
    client.post(export, {"mode": "masked", "area": grid.pk, "show": "none", "as_of": "2020-01-01"})

    form = page.context["form"]
    assert (form.initial["show"], form.initial["area"]) == ("none", grid.pk)
    assert "没有带过来" in page.content.decode()
    assert "as_of" not in form.fields


def test_who_may_not_export_sees_no_way_to_it(as_user, grid, women):
    client = as_user(user_with(Role.COMMITTEE, grid))

    assert reverse("ledgers:ledger_export", args=["links"]) not in client.get(LIST).content.decode()
