"""Events on the staff desk: planning, fairs, the list of people, what each page costs."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from employment.event_queries import fair_figures, missed, satisfaction
from employment.models import Event, Intention, Session, Signup, Stall
from employment.services.events import (
    add_session,
    add_stall,
    cancel_event,
    drop_session,
    drop_stall,
    end_event,
    publish_event,
    reopen_event,
)
from employment.services.watching import tell_called_off
from employment.tests.event_factories import (
    AttendanceFactory,
    CourseCertificateFactory,
    EventFactory,
    IntentionFactory,
    SignupFactory,
    StallFactory,
    StallPostFactory,
    WalkInFactory,
    day,
    event_on,
    signup_at,
)
from employment.tests.factories import EmployerFactory, PostFactory, SeekerFactory, application_at
from fedhub.core.flow import FlowError
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.notices.models import Message
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"


def url(name, *args):
    return reverse(f"employment:{name}", args=args)


def iso(number):
    return day(number).isoformat()


# --- planning -----------------------------------------------------------------------------------------------------------
def test_a_course_is_planned_and_published_by_forms(client, chair, community):
    page = client.get(url("event_create"))
    client.post(
        url("event_create"),
        filled(
            page, kind="course", title="育婴班", about="学带孩子", place="三楼", skill="nanny", capacity="20",
            signup_from=iso(0), signup_until=iso(6), certificate_title="育婴培训合格证",
        ),
    )  # fmt: skip
    event = Event.objects.get()
    assert (event.state, event.keeper, event.area, event.capacity) == ("draft", chair, community, 20)
    refused = client.post(url("event_step", event.pk, "publish"), follow=True)
    assert "还没有场次" in refused.content.decode()

    page = client.get(url("session_create", event.pk))
    client.post(
        url("session_create", event.pk), filled(page, on=iso(7), starts="09:00", ends="11:15", topic="理论", weeks="3")
    )
    event.refresh_from_db()
    assert [(one.on, one.minutes) for one in event.sessions.all()] == [(day(7 + 7 * week), 135) for week in range(3)]
    assert (event.first_on, event.last_on) == (day(7), day(21))

    client.post(url("event_step", event.pk, "publish"))
    event.refresh_from_db()
    assert event.state == "open"
    assert client.get(url("event_step", event.pk, "publish")).status_code == 405
    assert client.post(url("event_step", event.pk, "odd")).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"capacity": ""}, "capacity"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "很多"}, "capacity"),
        ({"signup_until": "2020-01-01"}, "signup_until"),
        ({"pass_percent": "0"}, "pass_percent"),
        ({"title": ""}, "title"),
    ],
)
def test_what_an_event_cannot_be(client, chair, community, typed, field):
    page = client.get(url("event_create"))
    good = {"kind": "course", "title": "班", "about": "学", "place": "三楼", "capacity": "5", "signup_until": iso(3)}
    answer = client.post(url("event_create"), filled(page, **good | typed))

    form = answer.context["form"]
    assert form.errors.get(field) or form.non_field_errors()
    assert Event.objects.count() == 0


def test_what_the_law_forbids_in_a_post_is_not_published_for_a_fair_either(chair):
    event = event_on(3, state="draft", kind="fair", about="已婚已育优先")

    with pytest.raises(ValidationError, match="第四十三条"):
        publish_event(event, by=chair)
    assert Event.objects.get().state == "draft"


def test_an_event_ends_after_its_last_day_and_who_waits_waits_no_more(chair):
    later = event_on(-1, 1)
    with pytest.raises(ValidationError, match="还没有结束"):
        end_event(later, by=chair)
    event = event_on(-1, capacity=2)
    rows = [signup_at(state, event=event) for state in ("in", "offered", "waiting")]

    end_event(event, by=chair)

    event.refresh_from_db()
    assert [Signup.objects.get(pk=row.pk).state for row in rows] == ["in", "lapsed", "cancelled"]
    assert (event.taken, event.ended_on) == (1, day(0))
    assert missed(rows[0].resident).count() == 1
    reopen_event(event, by=chair)
    assert missed(rows[0].resident).count() == 0


def test_it_stays_ended_once_a_certificate_was_given(chair):
    event = EventFactory(state="ended", ended_on=day(0))
    CourseCertificateFactory(signup__event=event)

    with pytest.raises(ValidationError, match="发过证书"):
        reopen_event(event, by=chair)


def test_whoever_signed_up_is_told_when_it_does_not_take_place(client, chair):
    event = event_on(7)
    rows = [signup_at(state, event=event) for state in ("in", "waiting")]
    signup_at("cancelled", event=event)
    page = client.get(url("event_cancel", event.pk))

    client.post(url("event_cancel", event.pk), filled(page, why="老师病了"))
    queued = Message.objects.count()
    told = [tell_called_off() for _ in range(2)]

    assert (queued, told) == (0, [2, 0])
    assert sorted(Message.objects.values_list("person", flat=True)) == sorted(row.resident_id for row in rows)
    assert Message.objects.first().text == "月嫂培训班取消了。老师病了"
    assert [Signup.objects.get(pk=row.pk).state for row in rows] == ["cancelled", "cancelled"]
    event.refresh_from_db()
    assert (event.state, event.taken) == ("cancelled", 0)
    with pytest.raises(FlowError):
        cancel_event(event, why="又一次", by=chair)


def test_sessions_are_dropped_while_nobody_was_there(chair):
    event = event_on(-1, 0, 5)
    first, second, third = event.sessions.all()
    AttendanceFactory(signup__event=event, session=first)

    with pytest.raises(ValidationError, match="有人签到"):
        drop_session(first, by=chair)
    drop_session(third, by=chair)
    event.refresh_from_db()
    assert event.last_on == day(0)
    drop_session(second, by=chair)
    with pytest.raises(ValidationError, match="已经有一场"):
        add_session(Session(event=event, on=first.on, starts=first.starts, ends=first.ends), by=chair)


def test_two_who_change_an_event_at_once(client, chair):
    event = event_on(7)
    page = client.get(url("event_update", event.pk))
    Event.objects.filter(pk=event.pk).update(place="四楼", version=event.version + 1)

    answer = client.post(url("event_update", event.pk), filled(page, place="五楼"))

    assert (answer.status_code, Event.objects.get().place) == (409, "四楼")


# --- fairs --------------------------------------------------------------------------------------------------------------
def test_an_employer_stands_at_a_fair_with_its_posts(client, chair, community):
    event = event_on(3, kind="fair", title="春风行动", capacity=None)
    employer = EmployerFactory()
    post, other = PostFactory(employer=employer), PostFactory(employer=EmployerFactory(code="91330106MA2ABCDEX1"))
    page = client.get(url("stall_create", event.pk))

    refused = client.post(
        url("stall_create", event.pk), filled(page, employer=employer.pk, booth="A1", posts=[post.pk, other.pk])
    )
    assert "不是这个单位的" in refused.content.decode()
    client.post(url("stall_create", event.pk), filled(page, employer=employer.pk, booth="A1", posts=[post.pk]))

    (stall,) = Stall.objects.all()
    assert [(one.post, one.wanted) for one in stall.posts.all()] == [(post, post.left)]
    assert "春风超市" in client.get(event.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("event", "employer", "words"),
    [
        ({"kind": "course"}, {}, "只有招聘会"),
        ({"kind": "fair"}, {"state": "new"}, "核验以后"),
        ({"kind": "fair", "state": "ended", "ended_on": "2026-01-01"}, {}, "已结束"),
    ],
)
def test_who_gets_no_stall(chair, event, employer, words):
    stall = Stall(event=EventFactory(**event), employer=EmployerFactory(**employer), booth="A1")

    with pytest.raises(ValidationError, match=words):
        add_stall(stall, [], by=chair)


def test_intentions_are_noted_and_the_figures_agree(client, chair, grid):
    stall_post = StallPostFactory(stall__event=event_on(0, kind="fair"))
    event = stall_post.stall.event
    women = [SignupFactory(event=event, resident__area=grid, resident__sex="2") for _ in range(3)]
    for one in women:
        AttendanceFactory(signup=one, session=event.sessions.get())
    form = url("intention_create", event.pk)
    for one, kind in zip(women, ["cv", "intent", "intent"], strict=True):
        client.post(form, filled(client.get(form), signup=one.pk, stall_post=stall_post.pk, kind=kind))
    client.post(form, filled(client.get(form), signup=women[0].pk, stall_post=stall_post.pk, kind="intent"))
    application_at("hired", seeker=SeekerFactory(resident=women[1].resident), post=stall_post.post)

    found = fair_figures(event, chair)

    assert found == {"visitors": 3, "women": 3, "papers": 3, "intents": 3, "hired": 1}
    assert Intention.objects.count() == 3
    with pytest.raises(ValidationError, match="登记过意向"):
        drop_stall(stall_post.stall, by=chair)


def test_a_stall_without_intentions_is_taken_back(client, chair):
    stall = StallPostFactory().stall

    client.post(url("stall_drop", stall.pk))

    assert Stall.objects.count() == 0


# --- people -------------------------------------------------------------------------------------------------------------
def test_the_staff_sign_somebody_up_and_the_page_says_where_she_stands(client, chair, grid):
    event, women = event_on(7, capacity=1), ResidentFactory.create_batch(2, area=grid, birth="1985-01-01")
    page = client.get(url("signup_create", event.pk))

    said = [
        client.post(url("signup_create", event.pk), filled(page, resident=one.pk, once_key=None), follow=True)
        for one in [women[0]]
    ]
    first = client.post(url("signup_create", event.pk), {"resident": women[0].pk}, follow=True)
    second = client.post(url("signup_create", event.pk), {"resident": women[1].pk}, follow=True)
    again = client.post(url("signup_create", event.pk), {"resident": women[1].pk}, follow=True)

    assert said[0].status_code == 200
    assert f"{women[0].name}已报名" in first.content.decode() or "已经报过名" in first.content.decode()
    assert "排在候补里" in second.content.decode()
    assert "已经报过名：候补" in again.content.decode()
    assert list(Signup.objects.order_by("pk").values_list("state", flat=True)) == ["in", "waiting"]
    assert AuditEvent.objects.filter(action="employment.signup.create").count() == 2


def test_the_list_shows_who_came_and_who_did_not(client, chair, grid):
    event = event_on(-1)
    came, away = [SignupFactory(event=event, resident__area=grid) for _ in range(2)]
    AttendanceFactory(signup=came, session=event.sessions.get())
    walk = WalkInFactory(event=event)

    def shown(state):
        return [row[0] for row in client.get(url("signup_list", event.pk), {"state": state}).context["page"].rows]

    assert (shown("came"), shown("absent"), shown("walk")) == ([came], [away, walk], [walk])
    assert shown("") == [came, away, walk]
    assert shown("cancelled") == []


def test_a_grid_worker_sees_the_event_and_her_own_people_alone(client, worker, grid, other_grid):
    event = event_on(7)
    mine = SignupFactory(event=event, resident__area=grid, resident__name="我网格的")
    theirs = SignupFactory(event=event, resident__area=other_grid, resident__name="别人网格的")

    page = client.get(url("signup_list", event.pk)).content.decode()

    assert ("我网格的" in page, "别人网格的" in page) == (True, False)
    assert client.get(event.get_absolute_url()).status_code == 200
    assert client.get(url("signup_cancel", theirs.pk)).status_code == 404
    assert client.get(url("signup_cancel", mine.pk)).status_code == 200
    assert client.get(url("event_update", event.pk)).status_code in (403, 404)


def test_a_stranger_finds_neither_event_nor_people(as_user, stranger):
    event = event_on(7)
    SignupFactory(event=event)
    other = as_user(stranger)

    names = ["event_detail", "signup_list", "event_poster", "signup_create", "certificate_issue"]
    assert {other.get(url(name, event.pk)).status_code for name in names} == {404}
    assert other.get(url("door", event.sessions.get().pk)).status_code == 404


def test_her_page_names_what_she_signed_up_for(client, chair, grid):
    one = SignupFactory(resident__area=grid)
    CourseCertificateFactory(signup=one)

    page = client.get(f"{one.resident.get_absolute_url()}?tab=employment_events").content.decode()

    assert ("月嫂培训班" in page, "母婴护理培训合格证" in page) == (True, True)


def test_words_of_satisfaction_tell_nobody_who_wrote_them(client, chair, grid):
    event = event_on(-1)
    for score, words in [(5, "好"), (2, "太快"), (4, "")]:
        SignupFactory(event=event, resident__area=grid, score=score, score_words=words)

    number, mean, words = satisfaction(event, chair)

    assert (number, round(mean, 2), words) == (3, 3.67, ["太快", "好"])
    assert "3.7" in client.get(event.get_absolute_url()).content.decode()


# --- what the lists cost ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_events_costs_the_same_for_any_number_of_rows(client, chair, rows):
    EventFactory.create_batch(rows)

    response, queries = queries_beyond(client, reverse("employment:event_list"), SHELL)

    assert (len(response.context["page"].rows), queries) == (rows, 3)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_people_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    event = event_on(7)
    for _ in range(rows):
        SignupFactory(event=event, resident__area=grid)

    response, queries = queries_beyond(client, reverse("employment:signup_list", args=[event.pk]), SHELL)

    assert (len(response.context["page"].rows), queries) == (rows, 5)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        CourseCertificateFactory(signup__resident__area=grid)

    response, queries = queries_beyond(client, reverse("employment:certificate_list"), SHELL)

    assert (len(response.context["page"].rows), queries) == (rows, 3)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_fair_costs_the_same_for_any_number_of_stalls(client, chair, rows):
    event = event_on(0, kind="fair")
    for number in range(rows):
        employer = EmployerFactory(code=f"9133010600000000X{number}", name=f"单位{number}")
        stall = StallFactory(event=event, employer=employer, booth=f"A{number}")
        IntentionFactory(stall_post=StallPostFactory(stall=stall))

    response, queries = queries_beyond(client, event.get_absolute_url(), SHELL)

    assert (len(response.context["stalls"]), queries) == (rows, 17)
