"""Residents' side of activities: what comes, the exact last place, those who wait, her pictures, her word on how it was; nobody
learns who else is on a list."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from fedhub.areas.tests import factories as places
from fedhub.core.files import attachments_of
from fedhub.core.images import clean_image
from fedhub.core.models import AuditEvent
from fedhub.notices.models import Message
from groups.activity_enums import ActivityState, EntryState
from groups.activity_queries import photos_of, satisfaction
from groups.models import ActivityPhoto, Entry
from groups.services import activities, names
from groups.tests.factories import GroupFactory, MemberFactory
from groups.tests.factories_activity import ActivityFactory, activity_at, entry_at
from households.tests.factories import ResidentFactory
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db
SOON = timedelta(days=3)


def url(name, *args):
    return reverse(f"groups_resident:{name}", args=args)


def soon(**facts):
    return ActivityFactory(starts_at=timezone.now() + SOON, **facts)


def phone_of(person, chair):
    client = Client()
    client.post("/r/enter/", {"code": issue_code(person, by=chair), "nonce": "x"})
    return client


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="王桂兰", birth="1980-01-01")


@pytest.fixture
def phone(woman, chair):
    return phone_of(woman, chair)


def text(client, address):
    return client.get(address).content.decode()


def press(client, name, *args, **data):
    return client.post(url(name, *args), data, follow=True).content.decode()


def read(instance):
    return type(instance).objects.get(pk=instance.pk)


# --- what comes -------------------------------------------------------------------------------------------------------
def test_anybody_reads_what_comes_and_nobody_on_the_list(grid):
    shown = soon(title="包饺子", capacity=3, taken=1)
    Entry.objects.create(activity=shown, resident=ResidentFactory(area=grid, name="李红梅"))
    quiet = [activity_at("planned", title="没定的", starts_at=timezone.now() + SOON)]
    quiet.append(ActivityFactory(title="办过的", state=ActivityState.HELD))

    page, one = text(Client(), url("activities")), text(Client(), url("activity", shown.pk))

    assert ("包饺子" in page, "还有 2 个名额" in page, "先用登录码进入" in one) == (True, True, True)
    assert [name for name in ("李红梅", "没定的", "办过的") if name in page + one] == []
    assert [Client().get(url("activity", one.pk)).status_code for one in quiet] == [404, 404]


def test_she_sees_those_of_her_community_and_of_her_groups(phone, woman, community):
    far = soon(title="远处的", area=places.community(13, "翠苑社区"))
    hers, other = (GroupFactory(area=community, name=name) for name in ("合唱队", "编织坊"))
    MemberFactory(group=hers, resident=woman)
    soon(title="合唱队排练", group=hers, members_only=True)
    shut = soon(title="编织坊排练", group=other, members_only=True)
    soon(title="编织坊义卖", group=other)

    page, strange = text(phone, url("activities")), text(Client(), url("activities"))

    assert [name in page for name in ("合唱队排练", "编织坊义卖", "编织坊排练", "远处的")] == [
        True,
        True,
        False,
        False,
    ]
    assert [name in strange for name in ("合唱队排练", "编织坊义卖")] == [False, True]
    assert [phone.get(url("activity", one.pk)).status_code for one in (far, shut)] == [404, 404]
    assert [phone.post(url("activity_join", one.pk)).status_code for one in (far, shut)] == [404, 404]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_cost_the_same_for_any_number(phone, woman, rows, django_assert_num_queries):
    for _ in range(rows):
        entry_at(EntryState.WAITING, activity=soon(capacity=1, taken=1), resident=woman)

    with django_assert_num_queries(4):
        page = phone.get(url("my_activities"))
    assert [one.state for one, _, _ in page.context["rows"]] == ["waiting"] * rows
    with django_assert_num_queries(3):
        page = phone.get(url("activities"))
    assert len(page.context["rows"]) == rows


# --- signing up -------------------------------------------------------------------------------------------------------
def test_whoever_is_not_in_is_led_to_the_door():
    activity = soon()
    names_of = [("activity_join",), ("activity_back",), ("activity_rate",), ("activity_portrait", "agree")]
    answers = [Client().post(url(name, activity.pk, *more)) for name, *more in names_of]
    answers.append(Client().get(url("my_activities")))

    assert {answer.headers["Location"] for answer in answers} == {"/r/enter/"}
    assert Entry.objects.count() == 0


def test_she_signs_up_takes_it_back_and_signs_up_again(phone, woman):
    activity = soon(title="包饺子")
    for name in ("activity", "activity_join", "activity_back", "activity_rate"):
        phone.get(url(name, activity.pk))
    assert Entry.objects.count() == 0

    said = [press(phone, "activity_join", activity.pk) for _ in range(2)]
    assert ("报名成功" in said[0], "已经报过名了" in said[1], read(activity).taken) == (True, True, 1)
    assert "包饺子" in text(phone, url("my_activities"))

    for _ in range(2):
        assert "已取消" in press(phone, "activity_back", activity.pk)
    assert (Entry.objects.get().state, read(activity).taken) == ("cancelled", 0)
    press(phone, "activity_join", activity.pk)

    entry = Entry.objects.get()
    assert (entry.state, entry.from_portal, entry.portrait, read(activity).taken) == ("in", True, False, 1)
    assert list(AuditEvent.objects.filter(action__startswith="groups.entry").values_list("action", flat=True)) == [
        "groups.entry.sign_up", "groups.entry.take_back", "groups.entry.sign_up",
    ]  # fmt: skip


def test_who_comes_late_waits_and_is_told_when_a_place_is_free(phone, woman, chair, grid):
    activity = soon(title="反家暴讲座", capacity=1)
    first, _ = names.sign_up(activity, ResidentFactory(area=grid), by=chair)
    early, _ = names.sign_up(activity, ResidentFactory(area=grid), by=chair)

    assert "您排在候补第 2 位" in press(phone, "activity_join", activity.pk)
    assert "候补第 2 位" in text(phone, url("activity", activity.pk))

    names.take_back(first)
    assert "候补第 1 位" in text(phone, url("activity", activity.pk))
    names.take_back(early)

    message = Message.objects.get(person=woman)
    assert (Entry.objects.get(resident=woman).state, read(activity).taken) == ("in", 1)
    assert (message.template, "家暴" in message.text) == ("activity_place", False)


def test_who_comes_back_waits_at_the_end_of_the_line(woman, grid, chair):
    activity = soon(capacity=1)
    names.sign_up(activity, ResidentFactory(area=grid), by=chair)
    mine, _ = names.sign_up(activity, woman)
    other, _ = names.sign_up(activity, ResidentFactory(area=grid), by=chair)
    names.take_back(mine)
    names.sign_up(activity, woman)

    activity.capacity = 2
    activities.change_activity(activity, ["capacity"], base_version=activity.version, by=chair)

    assert [read(one).state for one in (mine, other)] == ["waiting", "in"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"state": "held"}, "活动已举办，不能报名。"),
        ({"state": "planned"}, "活动计划中，不能报名。"),
        ({"starts_at": timezone.now() - timedelta(hours=1)}, "活动已经开始，请直接到现场。"),
    ],
)
def test_when_nobody_signs_up_herself(woman, facts, why):
    with pytest.raises(ValidationError, match=why):
        names.sign_up(ActivityFactory(**facts), woman)


def test_once_it_began_or_is_over_nothing_is_taken_back(woman):
    begun = entry_at("in", resident=woman, activity__starts_at=timezone.now() - timedelta(hours=1))
    over = entry_at("in", resident=woman, activity__state="held")

    for entry, why in ((begun, "已经开始"), (over, "活动已举办")):
        with pytest.raises(ValidationError, match=why):
            names.take_back(entry)


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_the_last_place(chair, grid):
    activity = soon(capacity=1)
    women = [ResidentFactory(area=grid) for _ in range(4)]

    def join(woman):
        try:
            return names.sign_up(activity, woman)[0].state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(join, women))

    assert (found, read(activity).taken) == (["in", "waiting", "waiting", "waiting"], 1)


# --- called off -------------------------------------------------------------------------------------------------------
def test_who_is_on_the_list_is_told_once_that_it_is_called_off(phone, woman, chair, grid):
    activity = soon(title="离婚法律讲座", capacity=1)
    names.sign_up(activity, woman)
    names.sign_up(activity, ResidentFactory(area=grid), by=chair)
    gone, _ = names.sign_up(activity, ResidentFactory(area=grid), by=chair)
    names.take_back(gone)
    activities.cancel_activity(activity, why="下雨", by=chair)

    for _ in range(2):
        names.tell_called_off()

    told = Message.objects.filter(template="activity_off")
    assert (told.count(), told.filter(person=gone.resident).exists(), "离婚" in told.first().text) == (2, False, False)
    assert "活动取消了：下雨" in text(phone, url("my_activities"))
    assert "活动已取消" in press(phone, "activity_back", activity.pk)


def test_what_was_never_shown_is_called_off_in_silence(chair):
    activity = activity_at("planned")
    activities.cancel_activity(activity, why="不办了", by=chair)

    assert read(activity).telling is None


def test_what_was_called_off_before_it_was_shown_is_not_there(phone, woman, chair):
    plan = activity_at("planned", title="没有公开的打算")
    activities.open_activity(again := activity_at("planned", title="缝纫课"), by=chair)
    for activity in (plan, again):
        activities.cancel_activity(activity, why="不办了", by=chair)

    assert [phone.get(url("activity", one.pk)).status_code for one in (plan, again)] == [404, 200]


# --- how it was -------------------------------------------------------------------------------------------------------
def test_she_says_once_how_it_was_and_nobody_reads_whose_word_it_is(phone, woman, chair):
    entry = entry_at("came", resident=woman, activity__state="summed", activity__summary="好", activity__liked=4)
    assert "1 场等您评一评" in text(phone, "/r/mine/")

    assert "请选一个" in press(phone, "activity_rate", entry.activity_id)
    assert "谢谢您的评价" in press(phone, "activity_rate", entry.activity_id, found="fair")
    assert "已经评价过" in press(phone, "activity_rate", entry.activity_id, found="liked")

    activity = read(entry.activity)
    assert (activity.found, satisfaction(activity)) == ({"满意": 4, "一般": 1, "不满意": 0}, (5, 80))
    assert "等您评一评" not in text(phone, "/r/mine/")
    assert activity.history.count() == 1


@pytest.mark.parametrize("state", ["in", "waiting", "cancelled"])
def test_who_was_not_there_says_nothing(woman, state):
    with pytest.raises(ValidationError, match="参加过才能评价"):
        names.rate(entry_at(state, resident=woman), "liked")


def test_who_was_never_on_the_list_rates_nothing(phone):
    assert phone.post(url("activity_rate", soon().pk), {"found": "liked"}).status_code == 404


# --- her pictures -----------------------------------------------------------------------------------------------------
def photo_of(activity, chair):
    body = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(body, "JPEG")
    image = clean_image(SimpleUploadedFile("a.jpg", body.getvalue(), "image/jpeg"))
    return activities.add_photo(ActivityPhoto(activity=activity, caption="合影"), image, by=chair)


def on_it(photo, *entries, chair):
    photo = read(photo)
    facts = {"nobody": False, "agreed_by": "", "agreed_on": None}
    return activities.agree_photo(photo, **facts, people=entries, base_version=photo.version, by=chair)


def test_she_reads_what_she_agrees_to_and_it_is_never_ticked_beforehand(phone, woman):
    activity = soon()
    page = text(phone, url("activity", activity.pk))
    assert ("不同意不影响参加" in page, "checked" in page) == (True, False)

    press(phone, "activity_join", activity.pk, portrait="on")

    entry = Entry.objects.get()
    assert (entry.portrait, entry.portrait_text, entry.portrait_on) == (True, "1", timezone.localdate())
    assert "撤回同意" in text(phone, url("activity", activity.pk))

    # Who comes back and does not tick it has not agreed.
    press(phone, "activity_back", activity.pk)
    press(phone, "activity_join", activity.pk)
    assert Entry.objects.get().portrait is False


def test_a_picture_is_shown_while_all_on_it_agree_and_goes_the_moment_one_does_not(phone, woman, chair, grid):
    activity = ActivityFactory()
    mine = entry_at("came", activity=activity, resident=woman)
    hers = entry_at("came", activity=activity, resident=ResidentFactory(area=grid))
    photo = photo_of(activity, chair)
    on_it(photo, mine, hers, chair=chair)
    names.say_portrait(hers, True)
    with pytest.raises(ValidationError, match="没有同意"):
        activities.publish_photo(photo, by=chair)

    press(phone, "activity_portrait", activity.pk, "agree")
    activities.publish_photo(photo, by=chair)
    page = phone.get(url("activity", activity.pk))
    address = url("activity_picture", activity.pk, page.context["photos"][0][1])
    assert (Client().get(address).status_code, len(photos_of(activity, chair, published=True))) == (200, 1)

    assert "不再公开" in press(phone, "activity_portrait", activity.pk, "withdraw")

    assert (Client().get(address).status_code, read(photo).published) == (404, False)
    assert (phone.get(address).status_code, photos_of(activity, chair, published=True)) == (404, [])
    with pytest.raises(ValidationError, match="没有同意"):
        activities.publish_photo(photo, by=chair)


def test_a_picture_that_is_not_shown_opens_for_nobody(phone, woman, chair):
    activity = ActivityFactory()
    photo = photo_of(activity, chair)
    address = url("activity_picture", activity.pk, attachments_of(photo).get().uuid)

    assert [client.get(address).status_code for client in (phone, Client())] == [404, 404]
    assert phone.post(url("activity_portrait", activity.pk, "agree")).status_code == 404


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE groups_entry SET portrait = %s WHERE id = %s",
        "UPDATE groups_activity SET members_only = %s WHERE id = %s",
    ],
)
def test_the_database_refuses(woman, sql):
    entry = entry_at("in", resident=woman)
    pk = entry.pk if "entry" in sql else entry.activity_id

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [True, pk])


def test_the_database_lets_nobody_wait_without_a_moment(woman):
    entry = entry_at("in", resident=woman)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE groups_entry SET state = 'waiting' WHERE id = %s", [entry.pk])
