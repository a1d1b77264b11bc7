"""Making one person of two records, and taking it back; sealed rows stay out of sight."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from fedhub.core.privacy import Level, privacy_of
from households.models import ChildFile, Consent, Resident, SafeContact, Status
from households.services.merge import links_of, merge_residents, preview_merge, undo_merge
from households.services.residents import change_resident
from households.tests.factories import (
    ChildFileFactory,
    ConsentFactory,
    HouseholdFactory,
    MembershipFactory,
    PhoneFactory,
    ResidentFactory,
    SafeContactFactory,
    StatusFactory,
)

ID = "11010519491231002X"
pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(db):
    """Two records of one woman: the second with number, phone, home, category and consent."""
    kept = ResidentFactory(name="王桂兰", birth="1949-12-31")
    gone = ResidentFactory(name="王桂兰", birth="1949-12-31", workplace="酒精厂", id_number=ID)
    MembershipFactory(resident=gone, household=HouseholdFactory(head_name=""))
    PhoneFactory(resident=gone)
    StatusFactory(resident=gone)
    ConsentFactory(resident=gone)
    return kept, gone


def merge(pair, by, **more):
    return merge_residents(*pair, reason="同一个人登记了两次", by=by, **more)


def test_everything_that_points_to_her_moves(pair, chair):
    kept, gone = pair

    merge(pair, chair)

    for person in pair:
        person.refresh_from_db()
    assert (gone.state, gone.merged_into) == ("merged", kept)
    assert (kept.workplace, kept.id_number, kept.id_blind) == ("酒精厂", ID, gone.id_blind)
    assert [kept.phones.count(), kept.statuses.count(), kept.consents.count()] == [1, 1, 1]
    assert [gone.phones.count(), gone.statuses.count(), gone.consents.count(), gone.keys.count()] == [0, 0, 0, 0]
    assert kept.home.household.head_name == "王桂兰"


def test_undo_brings_everything_back(pair, chair):
    kept, gone = pair
    done = merge(pair, chair)

    left = undo_merge(done, by=chair)

    for person in pair:
        person.refresh_from_db()
    assert left == []
    assert (gone.state, gone.merged_into, kept.workplace, kept.id_number, kept.id_blind) == (
        "active",
        None,
        "",
        "",
        None,
    )
    assert [gone.phones.count(), gone.statuses.count(), gone.consents.count()] == [1, 1, 1]
    assert (kept.memberships.count(), gone.memberships.count()) == (0, 1)
    assert gone.keys.count() == 6
    with pytest.raises(ValidationError, match="已经撤销过"):
        undo_merge(done, by=chair)


def test_undo_keeps_what_somebody_changed_since(pair, chair):
    kept, _ = pair
    done = merge(pair, chair)
    kept.refresh_from_db()
    kept.workplace = "退休"
    change_resident(kept, ["workplace"], base_version=kept.version, by=chair)

    left = undo_merge(done, by=chair)

    kept.refresh_from_db()
    assert (left, kept.workplace) == (["工作单位（职业）"], "退休")


def test_clashing_facts_are_shown_and_taken_only_when_chosen(chair):
    kept, gone = ResidentFactory(workplace="超市"), ResidentFactory(workplace="酒精厂")

    clashes = [pair.name for pair in preview_merge(kept, gone, chair).clashes]
    merge((kept, gone), chair, take=["workplace"])

    kept.refresh_from_db()
    assert (clashes, kept.workplace) == (["workplace"], "酒精厂")


def test_the_preview_counts_what_moves(pair, chair):
    assert preview_merge(*pair, chair).moves == [("同意", 1), ("家庭成员", 1), ("电话", 1), ("类别状况", 1)]


def test_no_sealed_row_is_counted_or_named(pair, chair):
    sealed = {
        str(model._meta.verbose_name) for model, _ in links_of(Resident) if privacy_of(model).level == Level.SEALED
    }
    preview = preview_merge(*pair, chair)

    assert {label for label, _ in preview.moves} & sealed == set()
    assert not any("风险" in text for text in [*preview.problems, *preview.warnings])


def test_links_cover_every_table_that_points_to_a_person():
    labels = {f"{model._meta.label}.{name}" for model, name in links_of(Resident)}

    assert labels >= {
        "concerns.Concern.resident", "grids.Visit_people.resident", "grids.VisitChange.resident",
        "households.ChildFile.resident", "households.Consent.resident", "households.Membership.resident",
        "households.Phone.resident", "households.Resident.merged_into", "households.SafeContact.resident",
        "households.Status.resident",
    }  # fmt: skip
    assert not {label for label in labels if "Historical" in label or "Key" in label}


def test_two_homes_become_one_and_come_back(chair):
    one, two = MembershipFactory(), MembershipFactory()

    warnings = preview_merge(one.resident, two.resident, chair).warnings
    done = merge((one.resident, two.resident), chair)
    two.refresh_from_db()
    ended = (two.resident, two.valid_to, two.end_why)
    undo_merge(done, by=chair)

    two.refresh_from_db()
    assert warnings == [f"居住登记在两户：保留{one.household}，结束{two.household}。"]
    assert ended == (one.resident, timezone.localdate(), "合并重复的人")
    assert (two.resident_id, two.valid_to) == (two.resident_id, None)


def test_the_same_category_and_the_same_phone_stay_once(chair):
    kept, gone = ResidentFactory(), ResidentFactory()
    for person in (kept, gone):
        StatusFactory(resident=person)
        PhoneFactory(resident=person)

    done = merge((kept, gone), chair)
    merged = (Status.objects.current().count(), kept.phones.count())
    undo_merge(done, by=chair)

    assert (merged, Status.objects.current().count(), kept.phones.count()) == ((1, 1), 2, 1)


def test_safe_contact_becomes_stricter_never_looser(chair):
    kept = SafeContactFactory(channels=["phone", "home"]).resident
    gone = SafeContactFactory(channels=["phone", "sms"], spouse_may_answer=True, hour_from=time(9)).resident

    done = merge((kept, gone), chair)
    safe = SafeContact.objects.get(resident=kept)
    merged = (safe.channels, safe.spouse_may_answer, safe.hour_from)
    undo_merge(done, by=chair)

    safe.refresh_from_db()
    assert merged == (["phone"], True, time(9))
    assert (safe.channels, safe.spouse_may_answer, safe.hour_from) == (["phone", "home"], False, None)


def test_safe_contact_of_the_other_record_moves_along(chair):
    safe = SafeContactFactory(channels=["letter"])
    kept = ResidentFactory()

    merge((kept, safe.resident), chair)

    assert SafeContact.objects.get(resident=kept).channels == ["letter"]


def test_what_must_be_solved_first_is_said(chair):
    one, two = ChildFileFactory(), ChildFileFactory()
    woman = ResidentFactory()

    assert preview_merge(one.resident, two.resident, chair).problems == [
        "两条记录都有在管的留守（困境）儿童信息，请先退出其中一份。"
    ]
    assert preview_merge(woman, woman, chair).problems == ["选的是同一条记录。"]
    with pytest.raises(ValidationError, match="先退出其中一份"):
        merge((one.resident, two.resident), chair)
    assert ChildFile.objects.open().count() == 2


def test_a_person_merged_away_is_merged_no_further(pair, chair):
    kept, gone = pair
    merge(pair, chair)
    gone.refresh_from_db()

    with pytest.raises(ValidationError, match="已经并入别人"):
        merge((ResidentFactory(), gone), chair)


def test_an_earlier_merge_waits_for_the_later_one(pair, chair):
    kept, _ = pair
    first = merge(pair, chair)
    kept.refresh_from_db()
    merge((ResidentFactory(), kept), chair)

    with pytest.raises(ValidationError, match="先撤销那一次"):
        undo_merge(first, by=chair)


def test_what_came_after_the_merge_stays_with_the_kept_one(pair, chair):
    kept, gone = pair
    done = merge(pair, chair)
    later = ConsentFactory(resident=kept)

    undo_merge(done, by=chair)

    assert list(Consent.objects.filter(resident=kept)) == [later]
