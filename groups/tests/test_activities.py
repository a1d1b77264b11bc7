"""Activities: planned, opened, ticked on the phone, held, summed up; photos with consent; rehearsals by a rhythm."""

import io
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.notices.models import Message
from groups.activity_enums import ActivityState, EntryState
from groups.activity_queries import photos_of, satisfaction
from groups.enums import GroupState, Present
from groups.models import Activity, ActivityPhoto, Attendance, Entry
from groups.resources import ActivityLedger
from groups.rhythm import next_moment
from groups.services import activities as services
from groups.services import names
from groups.tests.factories import GroupFactory, MemberFactory, at, group_at
from groups.tests.factories_activity import ActivityFactory, ActivityPhotoFactory, EntryFactory, activity_at, entry_at
from groups.tests.lines import keys, said
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


# --- the rhythm -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("每周四 19:00", datetime(2026, 12, 3, 19)),
        ("每周五 9:30", datetime(2026, 12, 4, 9, 30)),
        ("每周五上午 8点", datetime(2026, 12, 4, 8)),
        ("每星期天晚上7点半", datetime(2026, 11, 29, 19, 30)),
        ("每周五下午3：15", datetime(2026, 11, 27, 15, 15)),
        ("隔周日 8:30", None),
        ("每周六上午", None),
        ("每周四 29:00", None),
        ("有空就来", None),
        ("", None),
    ],
)
def test_the_next_moment_of_a_rhythm(text, found):
    # A Friday at ten.
    assert next_moment(text, datetime(2026, 11, 27, 10)) == found


def test_a_rehearsal_is_one_press(client, chair):
    member = MemberFactory(group__rhythm="每周四 19:00")
    page = client.get(member.group.get_absolute_url())

    for _ in range(2):
        client.post(reverse("groups:rehearse", args=[member.group.pk]), filled(page))

    activity = Activity.objects.get()
    moment = timezone.localtime(activity.starts_at)
    assert (activity.title, activity.state, activity.taken) == ("巾帼文艺宣传队排练", ActivityState.OPEN, 1)
    assert (moment.weekday(), moment.hour, moment > timezone.localtime()) == (3, 19, True)
    assert [e.resident for e in activity.entries.all()] == [member.resident]


def test_the_same_rehearsal_is_not_planned_twice(chair):
    group = GroupFactory()
    services.rehearse(group, by=chair)

    with pytest.raises(ValidationError, match="已经有一场活动"):
        services.rehearse(group, by=chair)


@pytest.mark.parametrize(("facts", "why"), [({"rhythm": "有空就来"}, "每周四 19:00"), ({"venue": ""}, "活动地点")])
def test_a_rehearsal_needs_a_rhythm_and_a_place(chair, facts, why):
    with pytest.raises(ValidationError, match=why):
        services.rehearse(GroupFactory(**facts), by=chair)


def test_a_group_that_rests_rehearses_not(chair):
    with pytest.raises(ValidationError, match="暂停或者解散"):
        services.rehearse(group_at(GroupState.RESTING), by=chair)


# --- names ------------------------------------------------------------------------------------------------------------
def test_no_more_names_than_places(chair):
    activity = ActivityFactory(capacity=1, starts_at=at(-1))
    first, _ = names.sign_up(activity, ResidentFactory(), by=chair)
    waits = [names.sign_up(activity, ResidentFactory(), by=chair)[0] for _ in range(2)]
    assert ([one.state for one in waits], read(activity).taken) == ([EntryState.WAITING] * 2, 1)

    names.mark(first, "cancel", by=chair)

    assert ([read(one).state for one in waits], read(activity).taken) == ([EntryState.IN, EntryState.WAITING], 1)
    assert list(Message.objects.values_list("person", "template")) == [(waits[0].resident_id, "activity_place")]


def test_more_places_go_to_those_who_wait_longest(chair):
    activity = ActivityFactory(capacity=1, taken=1, starts_at=at(-1))
    late, early = (
        entry_at(EntryState.WAITING, activity=activity, queued_at=timezone.now() - timedelta(hours=n)) for n in (1, 2)
    )
    activity.capacity = 2

    services.change_activity(activity, ["capacity"], base_version=activity.version, by=chair)

    assert [read(one).state for one in (early, late)] == [EntryState.IN, EntryState.WAITING]


def test_signing_up_twice_is_once(chair):
    activity, woman = ActivityFactory(), ResidentFactory()

    found = [names.sign_up(activity, woman, by=chair)[1] for _ in range(2)]

    assert (found, read(activity).taken) == ([True, False], 1)


def test_who_comes_all_the_same_needs_a_place(chair):
    activity = ActivityFactory(capacity=1)
    gone, _ = names.sign_up(activity, ResidentFactory(), by=chair)
    names.mark(gone, "cancel", by=chair)
    names.sign_up(activity, ResidentFactory(), by=chair)

    with pytest.raises(ValidationError, match="名额满了"):
        names.mark(gone, "tick", by=chair)
    assert read(gone).state == EntryState.CANCELLED


def test_nobody_is_ticked_before_the_day(chair):
    entry = EntryFactory(activity__starts_at=at(-1))

    with pytest.raises(ValidationError, match="还没有到活动那天"):
        names.mark(entry, "tick", by=chair)
    with pytest.raises(ValidationError, match="还没有到活动那天"):
        services.hold_activity(entry.activity, by=chair)


def test_what_a_group_did_stands_among_its_meetings(chair):
    came, stayed = MemberFactory(), None
    stayed = MemberFactory(group=came.group)
    activity = ActivityFactory(group=came.group, title="排练扇子舞", taken=2)
    entries = [EntryFactory(activity=activity, resident=m.resident) for m in (came, stayed)]
    names.mark(entries[0], "tick", by=chair)

    services.hold_activity(activity, by=chair)

    assert dict(Attendance.objects.values_list("member", "present")) == {
        came.pk: Present.CAME, stayed.pk: Present.ABSENT,
    }  # fmt: skip
    with pytest.raises(ValidationError, match="已经记入"):
        names.mark(entries[1], "tick", by=chair)


# --- pages ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_four_queries(client, chair, rows):
    for _ in range(rows):
        ActivityFactory()

    page, number = queries_beyond(client, reverse("groups:activity_list"), SHELL)

    assert said(page, "title", "state") == [("冬季养生讲座", "报名中")] * rows
    assert number == 4


def test_the_list_is_narrowed(client, chair):
    talk = ActivityFactory()
    show = ActivityFactory(title="小区演出", kind="show", starts_at=at(40), state=ActivityState.HELD)
    off = activity_at(ActivityState.CANCELLED, title="义诊")

    def found(**query):
        page = client.get(reverse("groups:activity_list"), query)
        return set(keys(page))

    assert found() == {talk.pk, show.pk}
    assert found(q="演出") == {show.pk}
    assert found(kind="lecture") == {talk.pk}
    assert found(state="ahead") == {talk.pk}
    assert found(state="cancelled") == {off.pk}
    assert found(month=f"{timezone.localtime(show.starts_at):%Y-%m}") == {show.pk}
    assert found(month="abc", kind="x", sort="y", after="!") == {talk.pk, show.pk}


def test_the_chair_walks_an_activity_through_its_life(client, chair, grid):
    page = client.get(reverse("groups:activity_create"))
    start = timezone.localtime(at(0, 0))
    told = {"starts_at": f"{start:%Y-%m-%dT%H:%M}", "ends_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    client.post(
        page.wsgi_request.path,
        filled(page, title="反家暴讲座", kind="lecture", place="活动室", budget_fen="1280.5", capacity="30", **told),
    )
    activity = Activity.objects.get()
    assert (activity.number, activity.budget_fen) == (f"HD{timezone.localdate():%Y}-001", 128050)

    page = client.get(reverse("groups:activity_update", args=[activity.pk]))
    client.post(page.wsgi_request.path, filled(page, place="大厅"))
    assert (read(activity).place, read(activity).budget_fen) == ("大厅", 128050)

    page = client.get(activity.get_absolute_url())
    client.post(reverse("groups:activity_step", args=[activity.pk, "open"]), filled(page))
    woman = ResidentFactory(name="王桂兰", area=grid)
    page = client.get(reverse("groups:name_create", args=[activity.pk]))
    client.post(page.wsgi_request.path, filled(page, resident=str(woman.pk)))
    page = client.get(reverse("groups:activity_door", args=[activity.pk]))
    entry = Entry.objects.get()
    client.post(reverse("groups:entry_mark", args=[entry.pk, "tick"]), filled(page))
    assert read(entry).state == EntryState.CAME
    page = client.get(activity.get_absolute_url())
    client.post(reverse("groups:activity_step", args=[activity.pk, "hold"]), filled(page))
    page = client.get(reverse("groups:activity_sum", args=[activity.pk]))
    client.post(
        page.wsgi_request.path,
        filled(page, summary="讲了人身安全保护令", news="本报讯", spent_fen="900", liked="4", fair="1", disliked="0"),
    )
    activity = read(activity)
    assert (activity.state, activity.spent_fen, satisfaction(activity)) == (ActivityState.SUMMED, 90000, (5, 80))
    sheet = client.get(reverse("groups:activity_print", args=[activity.pk])).content.decode()
    assert ("1,280.50 元" in sheet, "80% 满意" in sheet, "王桂兰" in sheet) == (True, True, False)
    assert [e.action for e in AuditEvent.objects.filter(action__startswith="groups.").order_by("id")] == [
        "groups.activity.plan", "groups.activity.change", "groups.activity.open", "groups.entry.sign_up",
        "groups.entry.tick", "groups.activity.hold", "groups.activity.sum_up",
    ]  # fmt: skip


def test_of_two_who_write_the_summary_the_second_sees_both_texts(client, chair):
    activity = ActivityFactory(state=ActivityState.HELD, starts_at=timezone.now() - timedelta(hours=3))
    page = client.get(reverse("groups:activity_sum", args=[activity.pk]))
    first, second = (filled(page, summary=words) for words in ("来了三十人", "来了四十人"))
    client.post(page.wsgi_request.path, first)

    answer = client.post(page.wsgi_request.path, second | {"once_key": str(uuid4())})

    said = answer.content.decode()
    assert (answer.status_code, "来了三十人" in said, "来了四十人" in said) == (409, True, True)
    assert read(activity).summary == "来了三十人"


def test_few_slips_say_nothing():
    assert satisfaction(ActivityFactory(liked=4)) == (4, None)
    assert satisfaction(ActivityFactory()) == (0, None)


def test_the_end_comes_after_the_beginning(client, chair):
    page = client.get(reverse("groups:activity_create"))
    same = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    answer = client.post(
        page.wsgi_request.path, filled(page, title="课", kind="other", place="室", starts_at=same, ends_at=same)
    )
    assert (answer.status_code, "结束要晚于开始" in answer.content.decode(), Activity.objects.count()) == (
        200,
        True,
        0,
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_the_names_cost_the_same_for_any_number(client, chair, rows):
    activity = activity_at("open")
    for _ in range(rows):
        EntryFactory(activity=activity)

    page, number = queries_beyond(client, reverse("groups:activity_door", args=[activity.pk]), SHELL)

    assert (len(page.context["rows"]), number) == (rows, 3)


def test_before_its_day_nobody_can_be_ticked_and_the_page_offers_it_to_nobody(client, chair):
    activity = activity_at(
        "open", starts_at=timezone.now() + timedelta(days=2), ends_at=timezone.now() + timedelta(days=3)
    )
    entry = EntryFactory(activity=activity)
    page = client.get(reverse("groups:activity_door", args=[activity.pk]))

    said = page.content.decode()
    assert ("活动那天再点名" in said, reverse("groups:entry_mark", args=[entry.pk, "tick"]) in said) == (True, False)


def test_what_is_not_chosen_yet_is_said_in_words(client, chair):
    said = client.get(reverse("groups:activity_create")).content.decode()

    assert ("请选" in said, "----" in said) == (True, False)


def test_a_worker_ticks_and_plans_nothing(as_user, worker, grid):
    entry = EntryFactory()
    client = as_user(worker)

    page = client.get(reverse("groups:activity_door", args=[entry.activity.pk]))
    client.post(reverse("groups:entry_mark", args=[entry.pk, "tick"]), filled(page))

    assert read(entry).state == EntryState.CAME
    for name in ("activity_update", "activity_cancel", "activity_sum", "photo_add"):
        assert client.get(reverse(f"groups:{name}", args=[entry.activity.pk])).status_code == 404
    assert client.get(reverse("groups:activity_create")).status_code == 404


def test_the_ledger_names_nobody(chair):
    entry = entry_at(EntryState.CAME, activity__budget_fen=5050, activity__taken=1)
    ledger = ActivityLedger()

    rows = list(ledger.iter_records(ledger.get_rows(chair, {}), {}))

    assert [(r["title"], r["taken"], r["came"], r["budget"], r["spent"]) for r in rows] == [
        ("冬季养生讲座", 1, 1, 50.5, None)
    ]
    assert entry.resident.name not in str(rows)
    assert list(ledger.get_rows(chair, {"month": "1999-01"})) == []


# --- photos -----------------------------------------------------------------------------------------------------------
def picture():
    body = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(body, "JPEG")
    return SimpleUploadedFile("a.jpg", body.getvalue(), "image/jpeg")


def test_a_photo_is_published_with_consent_alone(client, chair):
    activity = ActivityFactory()
    page = client.get(reverse("groups:photo_add", args=[activity.pk]))
    client.post(page.wsgi_request.path, filled(page, caption="合影", pictures=picture()))
    photo = ActivityPhoto.objects.get()

    page = client.get(activity.get_absolute_url())
    client.post(reverse("groups:photo_publish", args=[photo.pk]), filled(page))
    assert read(photo).published is False

    page = client.get(reverse("groups:photo_agree", args=[photo.pk]))
    client.post(page.wsgi_request.path, filled(page, agreed_by="照片上的五位", agreed_on=f"{timezone.localdate()}"))
    page = client.get(activity.get_absolute_url())
    client.post(reverse("groups:photo_publish", args=[photo.pk]), filled(page))
    assert read(photo).published is True
    [(found, address)] = photos_of(activity, chair, published=True)
    assert (found, client.get(address).headers["Content-Type"]) == (photo, "image/jpeg")

    page = client.get(reverse("groups:photo_agree", args=[photo.pk]))
    client.post(page.wsgi_request.path, filled(page, agreed_by="", agreed_on=""))
    assert (read(photo).published, photos_of(activity, chair, published=True)) == (False, [])


def test_who_agreed_stands_with_its_day(client, chair):
    photo = ActivityPhotoFactory()
    page = client.get(reverse("groups:photo_agree", args=[photo.pk]))

    answer = client.post(page.wsgi_request.path, filled(page, agreed_by="王桂兰", agreed_on=""))

    assert "要么都写" in answer.content.decode()


def test_the_database_publishes_nothing_without_consent():
    photo = ActivityPhotoFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE groups_activityphoto SET published = %s WHERE id = %s", [True, photo.pk])


def test_the_database_keeps_to_the_places():
    activity = ActivityFactory(capacity=2)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE groups_activity SET taken = 3 WHERE id = %s", [activity.pk])


def test_of_two_who_say_who_is_on_a_photo_the_second_sees_both(client, chair):
    photo = ActivityPhotoFactory()
    came = entry_at(EntryState.CAME, activity=photo.activity, resident__name="王桂兰")
    address = reverse("groups:photo_agree", args=[photo.pk])
    page = client.get(address)
    first = filled(page, people=[str(came.pk)])
    second = filled(page, agreed_by="李红梅", agreed_on=f"{timezone.localdate()}")
    client.post(address, first)
    assert (read(photo).named, list(photo.people.all())) == (1, [came])

    answer = client.post(address, second | {"once_key": str(uuid4())})

    assert (answer.status_code, read(photo).agreed_by) == (409, "")


def test_what_is_for_members_needs_a_group(client, chair):
    page = client.get(reverse("groups:activity_create"))
    start = timezone.localtime(at(-1, 9))
    told = {"starts_at": f"{start:%Y-%m-%dT%H:%M}", "ends_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}"}

    answer = client.post(
        page.wsgi_request.path, filled(page, title="排练", kind="rehearsal", place="室", members_only="on", **told)
    )

    assert ("要选哪支队伍" in answer.content.decode(), Activity.objects.count()) == (True, 0)


def test_nobody_and_somebody_are_not_on_one_picture(client, chair):
    photo = ActivityPhotoFactory(activity=activity_at("held"))
    hers = entry_at(
        "came", activity=photo.activity, portrait=True, portrait_on=timezone.localdate(), portrait_text="1"
    )
    with pytest.raises(ValidationError, match="只能选一样"):
        services.agree_photo(
            photo, nobody=True, agreed_by="", agreed_on=None, people=[hers], base_version=photo.version, by=chair
        )
    photo = services.agree_photo(
        photo, nobody=False, agreed_by="", agreed_on=None, people=[hers], base_version=photo.version, by=chair
    )
    services.publish_photo(photo, by=chair)
    type(photo).objects.filter(pk=photo.pk).update(nobody=True)
    assert read(photo).published is True

    names.say_portrait(hers, False)

    assert (read(photo).published, read(photo).agreed) == (False, False)
    type(hers).objects.filter(pk=hers.pk).update(state="in", came_at=None)
    page = client.get(reverse("groups:photo_agree", args=[photo.pk]))
    assert [one.pk for one in page.context["form"].fields["people"].queryset] == [hers.pk]
