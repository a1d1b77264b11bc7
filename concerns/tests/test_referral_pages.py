"""Pages of what lies with other offices: handing over, what they say, and the list of those that wait."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns.enums import ReferralStatus, ReferralWay, Status
from concerns.models import Approval, Referral
from concerns.routing import routes
from concerns.tests.factories import ConcernFactory, ReferralFactory, concern_at
from concerns.tests.late import came_late
from concerns.tests.test_routing import HomeRoute
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.models import Rule
from fedhub.reference.services import load_reference
from fedhub.reference.tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
LIST = reverse("concerns:referral_list")
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def office(as_user, chair):
    """A client signed in as the chair where a worker is there too."""
    return as_user(chair)


def url(name, row):
    kind = "referral" if isinstance(row, Referral) else "concern"
    return reverse(f"concerns:{kind}_{name}", args=[row.pk])


def submit(client, name, row, **typed):
    return client.post(url(name, row), filled(client.get(url(name, row)), **typed))


# --- handing over -------------------------------------------------------------------------------------------------
def test_a_concern_is_handed_to_an_agency_with_a_day(client, chair, grid):
    concern, agency = ConcernFactory(area=grid), AgencyFactory(name="清和物业", kind="property")
    AgencyFactory(name="停用的单位", active=False)

    form = client.get(url("offer", concern)).context["form"]
    submit(client, "offer", concern, agency=agency.pk, matter="请换灯泡。")

    referral = Referral.objects.get()
    concern.refresh_from_db()
    assert list(form.fields["agency"].queryset) == [agency]
    assert (referral.agency, referral.way, referral.offered_by) == (agency, ReferralWay.ACROSS, chair)
    assert referral.due_on > today()
    assert concern.status == Status.ACCEPTED


def test_a_day_of_yesterday_is_refused(client, chair, grid):
    concern, agency = ConcernFactory(area=grid), AgencyFactory()

    response = submit(client, "offer", concern, agency=agency.pk, matter="请办。", due_on=(today() - DAY).isoformat())

    assert response.context["form"].errors == {"due_on": ["请对方答复的期限不能早于今天。"]}


def test_the_same_agency_is_not_asked_twice_also_from_a_stale_page(client, chair, grid):
    concern, agency = concern_at("assigned", area=grid), AgencyFactory(name="清和物业")
    page = client.get(url("offer", concern))
    submit(client, "offer", concern, agency=agency.pk, matter="请换灯泡。")

    late = client.post(
        url("offer", concern), filled(page, agency=agency.pk, matter="请换。") | {"once_key": ""}, keyless=True
    )
    second = client.post(url("offer", concern), filled(late, agency=agency.pk, matter="请换。"))

    assert second.context["form"].errors == {"__all__": ["已经转给清和物业了，还没有回复，没有再转。"]}
    assert Referral.objects.count() == 1


def test_going_up_offers_those_above_and_asks_the_chair_where_a_rule_says_so(client, data_officer, grid):
    above = AgencyFactory(name="文新街道妇联", kind="federation")
    AgencyFactory(name="清和物业", kind="property")
    first, second = concern_at("assigned", area=grid), concern_at("assigned", area=grid)

    form = client.get(url("pass_up", first)).context["form"]
    submit(client, "pass_up", first, agency=above.pk, matter="请协调。")
    load_reference()
    Rule.objects.filter(key="concern_approve_pass_up").update(value=1)
    submit(client, "pass_up", second, agency=above.pk, matter="请协调。")

    assert list(form.fields["agency"].queryset) == [above]
    assert [(r.concern, r.way) for r in Referral.objects.all()] == [(first, ReferralWay.UP)]
    assert [(a.concern, a.kind) for a in Approval.objects.all()] == [(second, "pass_up")]


def test_no_other_way_up_passes_the_chair_by(as_user, chair, data_officer, grid):
    above, beside = AgencyFactory(kind="street"), AgencyFactory(name="清和物业", kind="property")
    concern = concern_at("assigned", area=grid)

    def offered(user):
        return set(as_user(user).get(url("offer", concern)).context["form"].fields["agency"].queryset)

    free = offered(data_officer)
    load_reference()
    Rule.objects.filter(key="concern_approve_pass_up").update(value=1)
    submit(as_user(data_officer), "offer", concern, agency=above.pk, matter="请协调。")

    assert free == offered(chair) == {above, beside}
    assert offered(data_officer) == {beside}
    assert Referral.objects.count() == 0


@pytest.mark.parametrize("name", ["offer", "pass_up"])
@pytest.mark.parametrize("status", ["done", "answered", "closed"])
def test_what_is_done_is_not_handed_over(client, chair, grid, name, status):
    concern = concern_at(status, area=grid)

    assert "这里是最新的情况" in came_late(client.get(url(name, concern)), concern)


# --- what they say ------------------------------------------------------------------------------------------------
STATES = {"accept": {"offered"}, "refuse": {"offered", "accepted"}, "answer": {"offered", "accepted"},
          "take_back": {"offered", "accepted"}}  # fmt: skip


@pytest.mark.parametrize("status", ReferralStatus.values)
@pytest.mark.parametrize("name", STATES)
def test_a_page_opens_only_from_the_states_of_its_step(client, chair, grid, status, name):
    ended = None if status in ("offered", "accepted") else today()
    referral = ReferralFactory(concern=concern_at("assigned", area=grid), status=status, ended_on=ended)

    assert (client.get(url(name, referral)).status_code == 200) == (status in STATES[name])


def test_what_the_other_side_says_is_kept_and_opens_the_form_of_the_result(client, chair, grid):
    referral = ReferralFactory(concern=concern_at("assigned", area=grid), agency=AgencyFactory(name="清和物业"))

    submit(client, "accept", referral, contact="李工")
    submit(client, "answer", referral, reply="灯泡已换。")

    referral.refresh_from_db()
    assert (referral.status, referral.contact, referral.reply) == (ReferralStatus.ANSWERED, "李工", "灯泡已换。")
    form = client.get(url("finish", referral.concern)).context["form"]
    assert form["result"].value() == "清和物业回复：灯泡已换。"


def test_refused_and_taken_back_are_kept_with_their_reason(client, chair, grid):
    refused, back = (ReferralFactory(concern=concern_at("assigned", area=grid)) for _ in range(2))

    nothing = submit(client, "refuse", refused)
    submit(client, "refuse", refused, reply="不归我们管。")
    submit(client, "take_back", back, reason="自己修了")

    for row in (refused, back):
        row.refresh_from_db()
    assert "reply" in nothing.context["form"].errors
    assert (refused.status, refused.reply) == (ReferralStatus.REFUSED, "不归我们管。")
    assert (back.status, back.reply) == (ReferralStatus.TAKEN_BACK, "自己修了")
    assert "收回原因：自己修了" in client.get(back.concern.get_absolute_url()).content.decode()


def test_a_day_before_it_was_handed_over_is_refused_at_its_field(client, chair, grid):
    referral = ReferralFactory(concern=concern_at("assigned", area=grid))

    response = submit(client, "answer", referral, reply="好了。", on=(today() - DAY).isoformat())

    assert response.context["form"].errors == {"on": ["日期要在转出那天和今天之间。"]}


def test_two_people_who_write_down_the_answer_see_both_texts(client, chair, grid):
    referral = ReferralFactory(concern=concern_at("assigned", area=grid))
    first, second = client.get(url("accept", referral)), client.get(url("answer", referral))

    client.post(url("accept", referral), filled(first, contact="李工"))
    clash = client.post(url("answer", referral), filled(second, reply="好了。"))
    client.post(url("answer", referral), filled(clash))

    referral.refresh_from_db()
    assert clash.status_code == 409
    assert (referral.status, referral.contact, referral.reply) == (ReferralStatus.ANSWERED, "李工", "好了。")


def test_a_worker_writes_down_answers_but_takes_nothing_back(client, worker, grid):
    referral = ReferralFactory(concern=concern_at("assigned", area=grid))

    answers = {name: client.get(url(name, referral)).status_code for name in STATES}

    assert answers == {"accept": 200, "refuse": 200, "answer": 200, "take_back": 404}
    assert client.post(url("take_back", referral)).status_code == 404


# --- those that wait ----------------------------------------------------------------------------------------------
def test_what_waits_comes_by_its_day_and_the_late_is_marked(client, chair, grid):
    late, soon = (
        ReferralFactory(concern=concern_at("assigned", area=grid), due_on=today() + days * DAY) for days in (-2, 9)
    )
    ReferralFactory(concern=concern_at("assigned", area=grid), status="answered", ended_on=today())

    page = client.get(LIST)

    rows = page.context["page"].rows
    assert [(row["referral"], row["due"][0]) for row in rows] == [(late, "bad"), (soon, "")]
    assert page.content.decode().count("wf-row-bad") == 1
    assert ("转办催办", 1) in [(c["label"], c["count"]) for g in page.context["menu"] for c in g["children"]]


def test_the_list_is_filtered_by_what_stands_in_the_address(office, chair, worker, grid, other_grid):
    prop, above = AgencyFactory(name="清和物业"), AgencyFactory(name="街道")
    late = ReferralFactory(
        concern=concern_at("assigned", area=grid, assigned_to=worker, title="路灯"), agency=prop, due_on=today() - DAY
    )
    up = ReferralFactory(concern=concern_at("assigned", area=other_grid), agency=above, way="up", status="accepted")
    done = ReferralFactory(concern=concern_at("done", area=grid), agency=prop, status="answered", ended_on=today())

    def found(**query):
        return {row["referral"] for row in office.get(LIST, query).context["page"].rows}

    assert found() == {late, up}
    assert found(state="late") == {late}
    assert found(state="accepted") == {up}
    assert found(state="all") == {late, up, done}
    assert found(state="answered", agency=prop.pk) == {done}
    assert found(way="up") == {up}
    assert found(grid=grid.pk) == {late}
    assert found(person=worker.pk) == {late}
    assert found(q="路灯") == found(q=late.concern.number.lower()) == {late}
    assert found(state="x", way="y", agency="z", grid="z", person="z") == {late, up}


def test_the_list_holds_nothing_of_other_places(as_user, worker, stranger, grid, other_grid):
    mine = ReferralFactory(concern=concern_at("assigned", area=grid))
    ReferralFactory(concern=concern_at("assigned", area=other_grid))

    assert [row["referral"] for row in as_user(worker).get(LIST).context["page"].rows] == [mine]
    assert as_user(stranger).get(LIST).context["page"].rows == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_referrals_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        ReferralFactory(concern=concern_at("assigned", area=grid))

    response, queries = queries_beyond(client, reverse("concerns:referral_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 7


# --- into a work app ----------------------------------------------------------------------------------------------
def test_without_a_work_app_there_is_no_such_page(client, chair, grid, monkeypatch):
    monkeypatch.setattr(routes, "_entries", {})
    concern = ConcernFactory(area=grid)

    assert client.get(url("route", concern)).status_code == 404
    assert url("route", concern) not in client.get(concern.get_absolute_url()).content.decode()


def test_a_concern_goes_into_a_work_app_that_the_user_may_use(as_user, chair, worker, grid, monkeypatch):
    monkeypatch.setattr(routes, "_entries", {"sample": HomeRoute()})
    concern = ConcernFactory(area=grid)

    page = as_user(chair).get(url("route", concern))
    wrong = as_user(chair).post(url("route", concern), filled(page, route="nothing"))
    as_user(chair).post(url("route", concern), filled(page, route="sample"))

    concern.refresh_from_db()
    assert page.context["form"].fields["route"].choices == [("sample", "入户帮扶")]
    assert "route" in wrong.context["form"].errors
    assert concern.status == Status.ANSWERED
    assert as_user(worker).get(url("route", concern)).status_code == 404
