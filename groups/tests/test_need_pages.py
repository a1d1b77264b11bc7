"""Staff pages of service needs, offers and records."""

from datetime import timedelta

import pytest
from django.urls import reverse

from concerns.routing import routes
from concerns.services.handling import route_concern
from concerns.tests.factories import concern_at
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from groups.enums import VolunteerState
from groups.models import Offer, Service, ServiceNeed, Shift, VolunteerRecord
from groups.tests.factories import TODAY, VolunteerFactory, at
from groups.tests.factories_need import RecordFactory, ServiceNeedFactory, home, need_at, need_of, offer_at
from groups.tests.lines import keys, said
from hardship.tests.factories import file_at
from households.services.households import move_household
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
LIST = "/groups/needs/"


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


@pytest.fixture
def need(grid):
    return need_of(home(grid), detail="三楼，敲门轻一点")


@pytest.fixture
def teacher(grid):
    return VolunteerFactory(resident=ResidentFactory(area=grid, name="孙玉梅"), name="孙玉梅")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_four_queries(client, chair, grid, rows):
    for _ in range(rows):
        need_of(home(grid), times=["weekend_am"])

    page, number = queries_beyond(client, reverse("groups:need_list"), SHELL)

    assert said(page, "state", "times", "number") == [("待对接", "周末上午 一次", "0/1")] * rows
    assert number == 4


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_as_much_for_many(client, chair, need, rows):
    type(need).objects.update(wanted=20)
    for _ in range(rows):
        VolunteerFactory()
        offer_at("asked", need)
        offer_at("declined", need)
        Shift.objects.create(area=need.area, kind="tutoring", what="辅导", need=need)
    client.get(need.get_absolute_url())

    page, number = queries_beyond(client, need.get_absolute_url(), SHELL)

    assert (len(page.context["offers"]), len(page.context["fits"])) == (2 * rows, rows)
    assert number == 11


def test_the_list_is_narrowed_and_sorted(client, chair, grid):
    tutor = need_of(home(grid), times=["weekend_am"], until=TODAY() + timedelta(days=9))
    clean = ServiceNeedFactory(kind="clean", what="扫楼道", source="visit")
    done = need_at("done", what="陪看病", kind="elders")

    def found(**query):
        return keys(client.get(LIST, query))

    assert found() == [clean.pk, tutor.pk]
    assert found(sort="until") == [tutor.pk, clean.pk]
    assert found(kind="clean") == [clean.pk]
    assert found(time="weekend_am") == [tutor.pk]
    assert found(source="visit") == [clean.pk]
    assert found(q="楼道") == [clean.pk]
    assert found(q=tutor.number.lower()) == [tutor.pk]
    assert found(state="done") == [done.pk]
    assert found(state="all") == [done.pk, clean.pk, tutor.pk]
    assert found(kind="x", time="y", state="z", source="w", sort="?") == [clean.pk, tutor.pk]


def test_an_empty_list_says_what_it_is_for(client, chair):
    assert "现在没有服务需求" in client.get(LIST).content.decode()
    assert "没有符合条件的服务需求" in client.get(LIST, {"kind": "arts"}).content.decode()


def test_a_need_is_entered_from_a_hardship_file(client, worker, grid, as_user):
    client = as_user(worker)
    woman = home(grid)
    file = file_at("active", household=woman.memberships.get().household, subject=woman)
    page = client.get(reverse("groups:need_create"), {"file": file.pk})
    address = f"{page.wsgi_request.path}?file={file.pk}"
    said = client.post(address, filled(page, kind="tutoring", what="给赵小莉辅导", times=["weekend_am"]))
    assert "不要写姓名、住址和电话" in said.content.decode()

    client.post(address, filled(page, kind="tutoring", what="辅导四年级数学", times=["weekend_am"], detail="三楼"))

    row = ServiceNeed.objects.get()
    assert (row.file, row.source, row.resident, row.household, row.area, row.detail, row.times, row.created_by) == (
        file, "file", woman, file.household, grid, "三楼", ["weekend_am"], worker,
    )  # fmt: skip
    panel = client.get(f"{file.get_absolute_url()}?tab=volunteers").content.decode()
    assert "辅导四年级数学" in panel


def test_a_need_at_a_place_asks_for_the_place(client, chair, community):
    page = client.get(reverse("groups:need_create"))
    said = client.post(page.wsgi_request.path, filled(page, kind="event", what="重阳节布置会场"))
    assert said.context["form"].errors["place"] == ["请选为谁，或者写在哪里服务。"]

    client.post(
        page.wsgi_request.path,
        filled(page, kind="event", what="重阳节布置会场", place="社区活动室", area=str(community.pk), wanted="5"),
    )

    row = ServiceNeed.objects.get()
    assert (row.place, row.area, row.household, row.wanted) == ("社区活动室", community, None, 5)


def test_a_mask_is_never_posted_back_and_a_clash_shows_both(client, chair, need):
    url = reverse("groups:need_update", args=[need.pk])
    page = client.get(url)
    assert "敲门轻一点" not in page.content.decode()
    second = client.get(url)
    client.post(url, filled(page, skill="数学"))
    assert (read(need).detail, read(need).skill) == ("三楼，敲门轻一点", "数学")

    assert client.post(url, filled(second, skill="英语")).status_code == 409
    assert read(need).skill == "数学"


def test_the_whole_way_on_the_pages(client, chair, need, teacher):
    page = client.get(need.get_absolute_url())
    assert [(one.name, fit.reasons[0]) for one, fit in page.context["fits"]] == [("孙玉梅", "愿意做辅导功课")]
    client.post(reverse("groups:offer_ask", args=[need.pk, teacher.pk]))
    offer = Offer.objects.get()
    client.post(reverse("groups:offer_accept", args=[offer.pk]))
    url = reverse("groups:offer_consent", args=[offer.pk])
    page = client.get(url)
    assert "不告诉别人" in page.content.decode()
    said = client.post(url, filled(page, how="oral", witness=""))
    assert "请写见证人姓名" in said.content.decode()
    client.post(url, filled(page, how="oral", witness="李大姐"))
    assert (read(offer).state, read(need).state) == ("agreed", "agreed")

    url = reverse("groups:need_plan", args=[need.pk])
    said = client.post(url, filled(client.get(url), on=str(TODAY()), what="给赵小莉辅导"))
    assert "不要写姓名、住址和电话" in said.content.decode()
    client.post(url, filled(client.get(url), on=str(TODAY())))
    shift = Shift.objects.get()
    assert (shift.need, shift.what, shift.on) == (need, "辅导四年级数学", TODAY())
    VolunteerFactory(area=shift.area)
    assert list(client.get(shift.get_absolute_url()).context["others"]) == [teacher]
    client.post(reverse("groups:shift_in", args=[shift.pk, teacher.pk]))
    service = Service.objects.get()
    assert (service.need, service.shift, read(need).state) == (need, shift, "serving")
    client.post(reverse("groups:shift_out", args=[shift.pk, teacher.pk]))

    url = reverse("groups:offer_done", args=[offer.pk])
    start, end = f"{at():%Y-%m-%dT%H:%M}", f"{at(hour=11):%Y-%m-%dT%H:%M}"
    client.post(url, filled(client.get(url), started_at=start, ended_at=end))
    assert [one.half_hours for one in need.services.order_by("started_at")][:1] == [4]
    client.post(reverse("groups:need_finish", args=[need.pk]))
    assert (read(need).state, read(offer).state) == ("done", "done")
    assert AuditEvent.objects.filter(action="groups.serviceneed.read", target_id=need.pk).count() == 1


def test_reasons_are_asked_for_and_nothing_is_lost(client, chair, need, teacher):
    offer = offer_at("asked", need, volunteer=teacher)
    type(need).objects.update(state="offered")
    url = reverse("groups:offer_decline", args=[offer.pk])
    assert client.post(url, filled(client.get(url))).context["form"].errors["why"] == ["这一项要填。"]
    client.post(url, filled(client.get(url), why="腿疼"))
    assert (read(offer).why, read(need).state) == ("腿疼", "open")
    assert "她这次不去" in str([fit.stops for _, fit in client.get(need.get_absolute_url()).context["stopped"]])

    url = reverse("groups:need_withdraw", args=[need.pk])
    client.post(url, filled(client.get(url), why="孩子转学了"))
    assert (read(need).state, read(need).ended_why) == ("withdrawn", "孩子转学了")
    type(need).objects.update(state="expired", ended_why="")
    url = reverse("groups:need_renew", args=[need.pk])
    client.post(url, filled(client.get(url), until=str(TODAY() + timedelta(days=30))))
    assert (read(need).state, read(need).until) == ("open", TODAY() + timedelta(days=30))


def test_who_must_not_be_asked_is_refused_with_why(client, chair, need):
    paused = VolunteerFactory(name="李秀英", state=VolunteerState.PAUSED)
    page = client.get(need.get_absolute_url())
    assert [(one.name, fit.stops) for one, fit in page.context["stopped"]] == [("李秀英", "现在暂停服务")]

    said = client.post(reverse("groups:offer_ask", args=[need.pk, paused.pk]), follow=True)

    assert "不能请李秀英：现在暂停服务" in said.content.decode()
    assert Offer.objects.count() == 0


def test_a_worker_enters_and_a_chair_asks(as_user, worker, chair, need, teacher, stranger):
    client = as_user(worker)
    page = client.get(need.get_absolute_url())
    assert (page.context["may_change"], page.context["fits"]) == (False, [])
    assert client.post(reverse("groups:offer_ask", args=[need.pk, teacher.pk])).status_code == 404
    other = as_user(stranger)
    assert [other.get(need.get_absolute_url()).status_code, other.get(LIST).context["page"].rows] == [404, []]


def test_a_need_moves_with_its_family(chair, need, other_grid, grid):
    move_household(need.household, other_grid, on=TODAY(), reason="换网格", by=chair)
    assert (read(need).area, need.history.count()) == (other_grid, 2)


def test_a_concern_becomes_a_need_that_is_looked_through_first(client, chair, grid, teacher):
    woman = home(grid)
    concern = concern_at(
        "assigned",
        area=grid,
        resident=woman,
        household=woman.memberships.get().household,
        topic="2",
        title="作业没人管",
    )
    need = route_concern(concern, routes["groups"], by=chair)

    assert (need.source, need.concern, need.kind, need.what, "作业没人管" in need.detail) == (
        "concern", concern, "tutoring", "辅导功课", True,
    )  # fmt: skip
    page = client.get(need.get_absolute_url())
    assert ("还没有核对" in page.content.decode(), page.context["fits"]) == (True, [])
    assert routes["groups"].fits(concern) is False
    url = reverse("groups:need_update", args=[need.pk])
    client.post(url, filled(client.get(url), times=["weekend_am"]))
    assert len(client.get(need.get_absolute_url()).context["fits"]) == 1


# --- records ------------------------------------------------------------------------------------------------------------
def test_training_honours_and_evaluations_are_kept(client, chair, teacher):
    url = reverse("groups:record_create", args=[teacher.pk])
    client.post(url, filled(client.get(url), kind="training", what="岗前培训", giver="街道妇联"))
    said = client.post(url, filled(client.get(url), kind="rating", what="孩子喜欢她"))
    assert said.context["form"].errors["points"] == ["评价要打 1—5 分。"]
    client.post(url, filled(client.get(url), kind="rating", what="孩子喜欢她", points="5"))
    client.post(url, filled(client.get(url), kind="rating", what="迟到", points="4"))

    page = client.get(teacher.get_absolute_url())
    assert (page.context["points"], len(page.context["records"])) == (4.5, 3)
    wrong = VolunteerRecord.objects.get(what="迟到")
    url = reverse("groups:record_void", args=[wrong.pk])
    client.post(url, filled(client.get(url), why="记错了人"))
    page = client.get(teacher.get_absolute_url())
    assert (page.context["points"], read(wrong).void_why, "记错了人" in page.content.decode()) == (
        5.0,
        "记错了人",
        True,
    )


def test_a_strangers_record_is_not_there(as_user, stranger):
    record = RecordFactory()
    assert as_user(stranger).get(reverse("groups:record_void", args=[record.pk])).status_code == 404
