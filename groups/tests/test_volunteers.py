"""Pages of volunteers: registering, serving, confirming, the notice, certificates."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from groups.enums import ServiceState, VolunteerState
from groups.models import Certificate, Service, Volunteer
from groups.services import hours, volunteers
from groups.tests.factories import TODAY, ServiceFactory, VolunteerFactory, at, days_ago, service_at
from groups.tests.lines import keys, said
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
LIST = "/groups/volunteers/"


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


# --- registering ------------------------------------------------------------------------------------------------------
def test_a_volunteer_is_told_of_risks_first(chair):
    with pytest.raises(ValidationError, match="先说明服务内容"):
        volunteers.register_volunteer(VolunteerFactory.build(told_risks=False, area=None), by=chair)


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({}, True),
        ({"guardian": "妈妈 13900001111"}, True),
        ({"guardian": "妈妈", "guardian_on": days_ago(1)}, False),
        ({"guardian": "妈妈", "guardian_on": days_ago(-1)}, True),
    ],
)
def test_a_minor_needs_her_guardian(chair, community, facts, refused):
    young = VolunteerFactory.build(area=community, birth=f"{TODAY().year - 15}-01-01", **facts)

    if refused:
        with pytest.raises(ValidationError, match="监护人|晚于今天"):
            volunteers.register_volunteer(young, by=chair)
    else:
        assert volunteers.register_volunteer(young, by=chair).number == f"ZY{TODAY():%Y}-0001"


def test_nobody_is_registered_twice(chair, community, grid):
    woman = ResidentFactory(area=grid)
    first = VolunteerFactory.build(area=community, resident=woman, id_number="11010519491231002X", phone="")
    volunteers.register_volunteer(first, by=chair)

    with pytest.raises(ValidationError, match="已经登记过"):
        volunteers.register_volunteer(VolunteerFactory.build(area=community, resident=woman), by=chair)
    with pytest.raises(ValidationError, match="已经登记过"):
        volunteers.register_volunteer(VolunteerFactory.build(area=community, id_number="11010519491231002X"), by=chair)
    assert Volunteer.objects.count() == 1


def test_after_leaving_she_may_register_again(chair, community, grid):
    woman = ResidentFactory(area=grid)
    first = VolunteerFactory(resident=woman)
    volunteers.leave_volunteers(first, why="搬家", by=chair)

    again = volunteers.register_volunteer(VolunteerFactory.build(area=community, resident=woman), by=chair)

    assert (again.state, again.half_hours) == (VolunteerState.ACTIVE, 0)


# --- pages ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_volunteers_costs_five_queries(client, chair, rows):
    for _ in range(rows):
        VolunteerFactory(half_hours=250)

    page, number = queries_beyond(client, reverse("groups:volunteer_list"), SHELL)

    assert said(page, "kinds", "stars") == [("辅导功课", "1 星")] * rows
    assert number == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_services_costs_five_queries(client, chair, rows):
    for _ in range(rows):
        ServiceFactory()

    page, number = queries_beyond(client, reverse("groups:service_list"), SHELL)

    assert said(page, "state", "act") == [("待确认", "确认")] * rows
    assert number == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_of_certificates_costs_three_queries(client, chair, rows):
    service = service_at(ServiceState.COUNTED)
    for _ in range(rows):
        hours.certify(
            service.volunteer, since=days_ago(9), until=TODAY(), issuer="妇联", head="周敏", contact="x", by=chair
        )

    page, number = queries_beyond(client, reverse("groups:certificate_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert number == 3


def test_the_list_is_narrowed(client, chair):
    tutor = VolunteerFactory(times=["weekend_am"])
    singer = VolunteerFactory(name="李秀英", kinds=["arts"])
    gone = VolunteerFactory(name="老张", state=VolunteerState.LEFT)

    def found(**query):
        return set(keys(client.get(LIST, query)))

    assert found() == {tutor.pk, singer.pk}
    assert found(kind="arts") == {singer.pk}
    assert found(time="weekend_am") == {tutor.pk}
    assert found(q="秀英") == {singer.pk}
    assert found(q=singer.number.lower()) == {singer.pk}
    assert found(state="left") == {gone.pk}
    assert found(state="all") == {tutor.pk, singer.pk, gone.pk}
    assert found(kind="x", time="y", state="z", sort="?") == {tutor.pk, singer.pk}


def test_a_teacher_becomes_a_volunteer_and_her_hours_a_certificate(client, chair, grid):
    woman = ResidentFactory(name="孙玉梅", birth="1960-05-01", area=grid)
    page = client.get(reverse("groups:volunteer_create"))
    answer = client.post(
        page.wsgi_request.path,
        filled(page, resident=str(woman.pk), kinds=["tutoring"], told_risks="on", id_number="11010519491231002X"),
    )
    volunteer = Volunteer.objects.get()
    assert answer.headers["Location"] == volunteer.get_absolute_url()
    assert (volunteer.name, volunteer.birth, volunteer.state) == ("孙玉梅", "1960-05-01", VolunteerState.PENDING)

    page = client.get(volunteer.get_absolute_url())
    client.post(reverse("groups:volunteer_step", args=[volunteer.pk, "accept"]), filled(page))
    page = client.get(reverse("groups:service_create", args=[volunteer.pk]))
    start, end = f"{at():%Y-%m-%dT%H:%M}", f"{at(hour=11, minute=40):%Y-%m-%dT%H:%M}"
    client.post(
        page.wsgi_request.path,
        filled(
            page,
            kind="tutoring",
            what="辅导四年级数学",
            started_at=start,
            ended_at=end,
        ),
    )
    service = Service.objects.get()
    assert (service.half_hours, service.state) == (5, ServiceState.RECORDED)

    page = client.get(volunteer.get_absolute_url())
    client.post(reverse("groups:service_confirm", args=[service.pk]), filled(page))
    notice = client.get(reverse("groups:service_notice"))
    assert [row.pk for row in notice.context["rows"]] == [service.pk]
    hours.count_service(read(service))

    page = client.get(reverse("groups:certify", args=[volunteer.pk]))
    client.post(page.wsgi_request.path, filled(page, contact="0571-88880000"))
    paper = Certificate.objects.get()
    printed = client.get(paper.get_absolute_url())
    assert (paper.half_hours, printed.context["parts"]) == (5, [("辅导功课", "2.5 小时")])
    assert "11010519491231002X" in printed.content.decode()
    assert AuditEvent.objects.filter(action="groups.certificate.read", target_id=paper.pk).count() == 1


def test_a_correction_asks_why(client, chair):
    service = ServiceFactory()
    url = reverse("groups:service_correct", args=[service.pk])
    page = client.get(url)
    assert client.post(url, filled(page)).context["form"].errors["why"] == ["这一项要填。"]

    end = at(hour=10)
    client.post(url, filled(page, why="十点就走了", ended_at=f"{end:%Y-%m-%dT%H:%M}"))

    assert [(s.state, s.half_hours) for s in Service.objects.order_by("pk")] == [
        (ServiceState.VOID, 4),
        (ServiceState.RECORDED, 2),
    ]
    assert client.get(url).status_code == 404


def test_leaving_asks_why_and_odd_steps_are_no_pages(client, chair):
    volunteer = VolunteerFactory()
    url = reverse("groups:volunteer_reason", args=[volunteer.pk, "leave"])
    page = client.get(url)
    client.post(url, filled(page, why="搬家"))

    assert (read(volunteer).state, read(volunteer).state_why) == (VolunteerState.LEFT, "搬家")
    assert client.get(reverse("groups:volunteer_reason", args=[volunteer.pk, "fly"])).status_code == 404
    other = filled(client.get(reverse("groups:volunteer_create")))
    assert client.post(reverse("groups:volunteer_step", args=[volunteer.pk, "fly"]), other).status_code == 404


def test_a_worker_writes_hours_and_a_chair_confirms_them(as_user, worker, chair):
    service = ServiceFactory()
    client = as_user(worker)

    assert client.get(service.volunteer.get_absolute_url()).context["may_confirm"] is False
    assert client.get(reverse("groups:service_void", args=[service.pk])).status_code == 404
    assert client.get(reverse("groups:certify", args=[service.volunteer.pk])).status_code == 404


def test_masked_values_are_never_posted_back(client, chair):
    volunteer = VolunteerFactory(phone="13900001111", health="心脏不好")
    url = reverse("groups:volunteer_update", args=[volunteer.pk])
    page = client.get(url)
    assert "13900001111" not in page.content.decode()
    assert "心脏不好" not in page.content.decode()

    client.post(url, filled(page, skills="数学"))

    assert (read(volunteer).phone, read(volunteer).health, read(volunteer).skills) == (
        "13900001111",
        "心脏不好",
        "数学",
    )


def certified(chair, *services):
    """A certificate of all that counts of the volunteer of `services`."""
    return hours.certify(
        services[0].volunteer, since=days_ago(9), until=TODAY(), issuer="妇联", head="周敏", contact="x", by=chair
    )


def test_hours_made_void_or_corrected_mark_the_certificate(client, chair):
    volunteer = VolunteerFactory(half_hours=12)
    first, second, third = (
        service_at(ServiceState.COUNTED, volunteer=volunteer, started_at=at(hour=hour)) for hour in (9, 12, 15)
    )
    paper = certified(chair, first)
    assert client.get(paper.get_absolute_url()).context["lost"] == []
    assert "有更正" not in client.get(reverse("groups:certificate_list")).content.decode()

    hours.void_service(first, why="没有来", by=chair)
    hours.correct_service(second, fields={"ended_at": at(hour=13)}, why="一点走的", by=chair)

    page = client.get(paper.get_absolute_url())
    assert (page.context["lost"], page.context["lost_hours"]) == ([first, second], "4 小时")
    shown = page.content.decode()
    assert "有 4 小时在开具以后作废或者更正" in shown
    assert ["没有来" in shown, "更正：一点走的" in shown, paper.hours] == [True, True, "6 小时"]
    register = client.get(reverse("groups:certificate_list"))
    assert (keys(register), said(register, "hours")) == ([paper.pk], [("6 小时有更正 其中 4 小时已作废",)])
    assert "其中 4 小时已作废" in register.content.decode()
    assert "有更正" in client.get(volunteer.get_absolute_url()).content.decode()
    # What is issued afterwards rests on what stands, and is not marked.
    fresh = certified(chair, third)
    assert (fresh.half_hours, list(fresh.lost_services())) == (4, [])


def test_what_was_void_before_or_counted_after_marks_nothing(client, chair):
    volunteer = VolunteerFactory(half_hours=4)
    service = service_at(ServiceState.COUNTED, volunteer=volunteer)
    service_at(ServiceState.VOID, volunteer=volunteer, started_at=at(hour=12))
    later = service_at(ServiceState.CONFIRMED, volunteer=volunteer, started_at=at(hour=14))
    certified(chair, service)
    hours.void_service(hours.count_service(later), why="记错了", by=chair)

    assert "有更正" not in said(client.get(reverse("groups:certificate_list")), "hours")[0][0]
