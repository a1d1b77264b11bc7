"""One link with every woman: made, ended, contacts noted, visits counted, many at once (acceptance 2.28)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.leaving import left_in_hand
from accounts.roles import Role
from accounts.services import disable_staff
from accounts.tests.factories import user_with
from fedhub.areas.enums import AreaKind
from fedhub.areas.tests.factories import grid as grid_at
from fedhub.areas.tests.factories import place
from fedhub.core.models import AuditEvent
from fedhub.core.versions import StaleVersion
from fedhub.reference.lookup import rule
from households.coverage import condition, lines_of, links_left_by, of_kind
from households.enums import ContactHow, LinkEnd, LinkKind
from households.models import Link, LinkBatch, Resident, VisitTask
from households.models.resident import NEVER
from households.services.households import move_household
from households.services.life import move_out, record_death
from households.services.link import (
    add_link,
    end_link,
    hand_over_links,
    make_links,
    note_contact,
    plan_gap_visits,
    undo_links,
)
from households.services.merge import merge_residents, undo_merge
from households.tests.factories import LinkFactory, MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def contacts(person):
    """What is derived of her: has a contact, last day (None: never)."""
    person = fresh(person)
    return person.has_contact, person.last_contact


def make(women, person, **more):
    return make_links(Resident.objects.filter(pk__in=[w.pk for w in women]), person=person, **more)


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid)


# --- one link -------------------------------------------------------------------------------------------------------
def test_a_link_names_an_account_or_words(woman, committee):
    link = add_link(Link(resident=woman, kind=LinkKind.COMMITTEE, person=committee), by=committee)
    words = add_link(
        Link(resident=woman, kind=LinkKind.HEAD, name=" 李秀英 ", noted_on=today() - DAY, noted_how="phone"),
        by=committee,
    )

    assert (link.who, words.who, str(words)) == ("何晓燕", "李秀英", "妇女小组长（联户长） 李秀英")
    assert contacts(woman) == (True, today() - DAY)
    events = AuditEvent.objects.filter(action="households.link.add")
    assert {(e.target_label, e.target_id, e.area_id) for e in events} == {
        ("households.Resident", woman.pk, woman.area_id)
    }
    assert "李秀英" not in str(list(events.values_list("detail", "reason")))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "二选一"),
        ({"name": "李秀英", "person": True}, "二选一"),
        ({"name": "李秀英", "valid_from": today() + 2 * DAY}, "不能晚于今天"),
        ({"name": "李秀英", "noted_on": today() + 2 * DAY, "noted_how": "phone"}, "不能晚于今天"),
        ({"name": "李秀英", "noted_on": today()}, "要么都填"),
    ],
)
def test_what_no_link_can_be(facts, words, woman, committee):
    if facts.get("person"):
        facts = facts | {"person": committee}

    with pytest.raises(ValidationError, match=words):
        add_link(Link(resident=woman, kind=LinkKind.HEAD, **facts), by=committee)

    assert Link.objects.count() == 0


def test_a_link_is_kept_of_grown_women_on_the_books_alone(grid, committee):
    young = f"{today().year - 10}-01-01"
    others = [
        ResidentFactory(area=grid, sex="1"), ResidentFactory(area=grid, birth=young),
        ResidentFactory(area=grid, state="moved", left_on=today()),
    ]  # fmt: skip
    for person in others:
        with pytest.raises(ValidationError, match="成年妇女"):
            add_link(Link(resident=person, kind=LinkKind.HEAD, name="李秀英"), by=committee)

    unknown = ResidentFactory(area=grid, birth="")
    add_link(Link(resident=unknown, kind=LinkKind.HEAD, name="李秀英"), by=committee)

    assert contacts(unknown) == (True, None)


def test_the_same_link_is_open_once(woman, committee):
    first = add_link(Link(resident=woman, kind=LinkKind.COMMITTEE, person=committee), by=committee)

    with pytest.raises(ValidationError, match="已经登记过"):
        add_link(Link(resident=woman, kind=LinkKind.COMMITTEE, person=committee), by=committee)
    add_link(Link(resident=woman, kind=LinkKind.WECHAT, person=committee), by=committee)
    end_link(first, on=today(), reason=LinkEnd.CHANGED, by=committee)
    add_link(Link(resident=woman, kind=LinkKind.COMMITTEE, person=committee), by=committee)

    assert Link.objects.count() == 3


def test_an_account_out_of_use_is_no_contact(woman, committee, chair):
    disable_staff(committee, by=chair)

    with pytest.raises(ValidationError, match="已停用"):
        add_link(Link(resident=woman, kind=LinkKind.COMMITTEE, person=committee), by=chair)


@pytest.mark.parametrize(
    ("kind", "named"), [("group", False), ("wechat", False), ("volunteer", True), ("other", True)]
)
def test_being_in_a_group_names_nobody_who_looks_after_her(kind, named, woman, committee):
    add_link(Link(resident=woman, kind=kind, name="精诚公寓姐妹群"), by=committee)

    assert contacts(woman) == (named, None)
    add_link(Link(resident=woman, kind=kind, person=committee), by=committee)
    assert contacts(woman) == (True, None)


def test_a_link_ends_with_a_reason_inside_its_days(woman, committee):
    link = LinkFactory(resident=woman, valid_from=today() - 10 * DAY)

    for on in (today() + DAY, today() - 11 * DAY):
        with pytest.raises(ValidationError, match="和今天之间"):
            end_link(link, on=on, reason=LinkEnd.LEFT, by=committee)
    with pytest.raises(ValidationError, match="请选结束原因"):
        end_link(link, on=today(), reason="", by=committee)
    end_link(fresh(link), on=today() - DAY, reason=LinkEnd.LEFT, by=committee)

    assert (fresh(link).valid_to, fresh(link).get_end_reason_display()) == (today() - DAY, "联系人离开")
    assert contacts(woman) == (False, None)
    with pytest.raises(ValidationError, match="已经结束"):
        end_link(fresh(link), on=today(), reason=LinkEnd.LEFT, by=committee)


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "", "person": None},
        {"kind": "boss"},
        {"valid_to": today()},
        {"end_reason": "left"},
        {"valid_to": today() - 200 * DAY, "end_reason": "left"},
        {"noted_on": today()},
        {"noted_how": "phone"},
        {"last_on": today()},
    ],
)
def test_the_database_refuses_what_does_not_belong_together(facts, woman):
    link = LinkFactory(resident=woman)

    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.filter(pk=link.pk).update(**facts)


def test_a_contact_is_noted_and_a_wrong_day_put_right(woman, committee):
    link = LinkFactory(resident=woman, person=committee)
    note_contact(link, on=today(), how=ContactHow.PHONE, base_version=link.version, by=committee)
    assert (link.last_on, link.last_how) == (today(), "phone")

    note_contact(link, on=today() - 3 * DAY, how=ContactHow.MEET, base_version=link.version, by=committee)

    assert (link.last_on, link.last_how, contacts(woman)) == (today() - 3 * DAY, "meet", (True, today() - 3 * DAY))
    assert [row.noted_on for row in link.history.order_by("-history_id")][:2] == [today() - 3 * DAY, today()]
    with pytest.raises(StaleVersion):
        note_contact(fresh(link), on=today(), how="phone", base_version=1, by=committee)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        note_contact(fresh(link), on=today() + DAY, how="phone", base_version=fresh(link).version, by=committee)


# --- what happens to her --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("leave", ["moved", "died"])
def test_the_links_of_a_woman_who_leaves_end_that_day(leave, woman, committee):
    link = LinkFactory(resident=woman, person=committee)

    if leave == "moved":
        move_out(woman, on=today() - DAY, why="回老家", by=committee)
    else:
        record_death(woman, on=today() - DAY, by=committee)

    assert (fresh(link).valid_to, fresh(link).end_reason) == (today() - DAY, LinkEnd.GONE)
    assert contacts(woman) == (False, None)


def test_links_follow_her_to_another_grid(grid, other_grid, committee, chair):
    member = MembershipFactory(household__area=grid)
    link = LinkFactory(resident=member.resident, person=committee)
    assert Link.objects.visible_to(committee).get() == link

    move_household(member.household, other_grid, by=chair)

    assert Link.objects.visible_to(type(committee).objects.get(pk=committee.pk)).count() == 0
    assert Link.objects.visible_to(chair).get() == link


def test_merging_keeps_a_contact_that_both_have_once_and_undo_brings_it_back(grid, committee, chair):
    kept, gone = ResidentFactory(area=grid), ResidentFactory(area=grid)
    for one in (kept, gone):
        LinkFactory(resident=one, kind=LinkKind.COMMITTEE, person=committee)
    only = LinkFactory(resident=gone, noted_on=today(), noted_how="phone")
    assert contacts(kept) == (True, None)

    done = merge_residents(fresh(kept), fresh(gone), reason="登记了两次", by=chair)

    assert contacts(kept) == (True, today())
    assert sorted(kept.links.open().values_list("kind", flat=True)) == ["committee", "head"]
    assert contacts(gone)[0] is False
    undo_merge(done, by=chair)
    assert (contacts(kept), contacts(gone)) == ((True, None), (True, today()))
    assert fresh(only).resident == gone
    assert sorted(gone.links.open().values_list("kind", flat=True)) == ["committee", "head"]


# --- coverage -------------------------------------------------------------------------------------------------------
def test_every_figure_counts_the_women_it_says(grid, other_grid, chair, committee):
    unit = place(f"{grid.code}01", "一号联户单元", AreaKind.UNIT, grid)
    far = today() - (rule("link_contact_days") + 1) * DAY
    edge = today() - rule("link_contact_days") * DAY
    LinkFactory(
        resident=ResidentFactory(area=grid), kind="committee", person=committee, noted_on=edge, noted_how="phone"
    )
    LinkFactory(resident=ResidentFactory(area=grid), noted_on=far, noted_how="phone")
    LinkFactory(resident=ResidentFactory(area=unit), kind="group", name="合唱队", noted_on=today(), noted_how="meet")
    ResidentFactory(area=other_grid)
    ResidentFactory(area=other_grid, birth=f"{today().year - 18}")
    ResidentFactory(area=other_grid, birth=f"{today().year - 17}")
    ResidentFactory(area=other_grid, sex="1")
    ResidentFactory(area=other_grid, state="deceased", left_on=today())

    found = lines_of(Resident.objects.visible_to(chair, "households.view_link"))

    assert {pk: line.women for pk, line in found.items()} == {grid.pk: 2, unit.pk: 1, other_grid.pk: 2}
    assert +found[grid.pk].counts == {"named": 2, "reached": 1, "silent": 1}
    assert +found[unit.pk].counts == {"none": 1, "reached": 1}
    assert +found[other_grid.pk].counts == {"none": 2, "unlinked": 2, "silent": 2, "never": 2}
    assert (found[grid.pk].kinds, found[unit.pk].kinds) == ({"committee": 1, "head": 1}, {"group": 1})


def test_a_contact_whose_account_is_closed_is_found(grid, committee, chair):
    woman = LinkFactory(resident__area=grid, person=committee).resident
    LinkFactory(resident__area=grid)
    assert list(Resident.objects.filter(condition("stranded"))) == []

    disable_staff(committee, by=chair)

    assert list(Resident.objects.filter(condition("stranded"))) == [woman]
    assert Resident.objects.filter(of_kind("head")).count() == 2


# --- many at once ---------------------------------------------------------------------------------------------------
def test_one_person_becomes_the_contact_of_many_and_it_is_taken_back(grid, committee, worker, chair):
    women = [ResidentFactory(area=grid, name=f"王{n}") for n in "一二三"]
    LinkFactory(resident=women[0], kind="committee", person=committee)
    old = LinkFactory(resident=women[1], kind="committee", person=worker, noted_on=today(), noted_how="phone")

    batch = make(women, committee, kind="committee", replace=True, reason="换届", by=chair)

    assert (batch.total, batch.area) == (2, grid)
    assert [w.links.open().filter(kind="committee", person=committee).count() for w in women] == [1, 1, 1]
    assert (fresh(old).end_reason, contacts(women[1])) == ("changed", (True, today()))
    assert AuditEvent.objects.filter(action="households.link.add", detail__batch=batch.pk).count() == 2
    assert Link.objects.get(resident=women[2]).history.count() == 1

    result = undo_links(batch, by=chair)

    assert (result.back, result.refused) == (3, [])
    assert [contacts(w)[0] for w in women] == [True, True, False]
    assert (fresh(old).valid_to, women[1].links.open().get()) == (None, old)
    with pytest.raises(ValidationError, match="已经撤销过"):
        undo_links(fresh(batch), by=chair)
    with pytest.raises(ValidationError, match="没有要登记的"):
        make(women[:1], committee, kind="committee", by=chair)


def test_an_undo_leaves_alone_whoever_was_worked_on_since(grid, committee, worker, chair):
    women = [ResidentFactory(area=grid, name=f"王{n}", name_sort=str(place)) for place, n in enumerate("一二三")]
    for woman in women[1:]:
        LinkFactory(resident=woman, kind="committee", person=worker)
    batch = make(women, committee, kind="committee", replace=True, by=chair)
    link = women[0].links.open().get()
    note_contact(link, on=today(), how="phone", base_version=link.version, by=committee)
    add_link(Link(resident=women[1], kind="committee", person=worker), by=chair)

    result = undo_links(batch, by=chair)

    assert result.refused == women[:2]
    assert [sorted(link.who for link in w.links.open()) for w in women] == [
        ["何晓燕"], ["何晓燕", "刘建芳"], ["刘建芳"],
    ]  # fmt: skip


def test_an_undo_neither_touches_nor_names_a_woman_who_lives_elsewhere_by_now(grid, committee, chair, stranger):
    women = [ResidentFactory(area=grid, name=f"王{n}") for n in "一二三"]
    batch = make(women, committee, kind="committee", by=chair)
    away = grid_at(1, stranger.grants.get().area)
    Resident.objects.filter(pk__in=[woman.pk for woman in women[1:]]).update(area=away)
    link = women[2].links.get()
    note_contact(link, on=today(), how="phone", base_version=link.version, by=committee)

    result = undo_links(batch, by=chair)

    assert (result.back, result.refused, result.away) == (1, [], 2)
    assert [woman.links.open().count() for woman in women] == [0, 1, 1]


def test_all_of_a_leaver_goes_over_each_in_its_kind(grid, committee, worker, chair):
    women = [ResidentFactory(area=grid, name=f"王{n}") for n in "一二三"]
    first = LinkFactory(resident=women[0], kind="committee", person=worker)
    LinkFactory(resident=women[0], kind="wechat", person=worker)
    LinkFactory(resident=women[1], kind="volunteer", person=worker)
    LinkFactory(resident=women[1], kind="volunteer", person=committee)
    LinkFactory(resident=women[2], kind="committee", person=worker)
    end_link(women[2].links.get(), on=today(), reason="wish", by=chair)
    assert left_in_hand(worker, chair)[-1][0] == "还联系着 2 名妇女。"

    batch = hand_over_links(
        links_left_by(worker, chair), person=committee, from_person=worker, reason="调离", by=chair
    )

    assert (batch.total, batch.from_person) == (2, worker)
    assert sorted(women[0].links.open().values_list("kind", "person__name")) == [
        ("committee", "何晓燕"), ("wechat", "何晓燕"),
    ]  # fmt: skip
    assert women[1].links.open().count() == 1
    assert fresh(first).end_reason == LinkEnd.HANDED
    assert links_left_by(worker, chair).count() == 0
    with pytest.raises(ValidationError, match="不用移交"):
        hand_over_links(links_left_by(worker, chair), person=committee, from_person=worker, reason="x", by=chair)
    undo_links(batch, by=chair)
    assert links_left_by(worker, chair).count() == 3
    assert women[1].links.open().count() == 2


def test_nothing_goes_back_to_an_account_out_of_use(grid, committee, worker, chair):
    LinkFactory(resident=ResidentFactory(area=grid), kind="committee", person=worker)
    batch = hand_over_links(
        links_left_by(worker, chair), person=committee, from_person=worker, reason="调离", by=chair
    )
    disable_staff(worker, by=chair)

    with pytest.raises(ValidationError, match="刘建芳的账号已经停用"):
        undo_links(batch, by=chair)

    assert LinkBatch.objects.get().undone_at is None


def test_links_beyond_ones_own_places_are_nobodys_to_hand_over(grid, other_grid, chair, worker):
    secretary = user_with(Role.SECRETARY, other_grid)
    LinkFactory(resident=ResidentFactory(area=grid), person=worker)
    mine = LinkFactory(resident=ResidentFactory(area=other_grid), person=worker)

    assert [link.pk for link in links_left_by(worker, secretary)] == [mine.pk]
    assert links_left_by(worker, chair).count() == 2


def test_visits_are_planned_for_those_nobody_reaches_once_each(grid, committee, chair):
    member, second = MembershipFactory(household__area=grid), MembershipFactory(household__area=grid)
    LinkFactory(resident=second.resident)
    alone = ResidentFactory(area=grid)
    women = Resident.objects.filter(pk__in=[member.resident_id, second.resident_id, alone.pk])

    done = plan_gap_visits(women, due_on=today() + 7 * DAY, assigned_to=committee, by=chair)
    again = plan_gap_visits(women, due_on=today() + 7 * DAY, by=chair)

    assert (done.made, done.there, done.homeless) == (2, 0, 1)
    assert (again.made, again.there, again.homeless) == (0, 2, 1)
    tasks = {task.resident_id: task for task in VisitTask.objects.all()}
    assert tasks[member.resident_id].why == "补联系：还没有联系人"
    assert tasks[second.resident_id].why == "补联系：很久没有联系"
    assert {(t.kind, t.due_on, t.assigned_to, t.household.area) for t in tasks.values()} == {
        ("gap", today() + 7 * DAY, committee, grid)
    }
    assert AuditEvent.objects.filter(action="households.visittask.plan", area_id=grid.pk).count() == 2


def test_never_is_no_day(woman):
    assert (woman.contacted_on, woman.last_contact) == (NEVER, None)
