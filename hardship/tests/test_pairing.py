"""Pairing: consent, load, second signature, dated lines, silence, hours, and how little a helper sees."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from hardship.enums import HelpKind, PairingEnd, PairingState
from hardship.matching import Candidate, Match, Place, match, ranked
from hardship.models import Helper, HelpRecord, Pairing
from hardship.queries import (
    ending_consents,
    lonely_files,
    own_pairings,
    silent_pairings,
    suggested_helpers,
    waiting_pairings,
)
from hardship.services.files import close_file
from hardship.services.pairing import (
    end_pairing,
    log_help,
    pair,
    refuse_pairing,
    renew_pairing,
    sign_pairing,
    void_help,
)
from hardship.tests.factories import FileStageFactory, file_at
from hardship.tests.factories_pairing import HelperFactory, HelpRecordFactory, PairingFactory, pairing_at
from households.services.consent import withdraw_consent
from households.tests.factories import ConsentFactory, HouseholdFactory, MembershipFactory, StatusFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SHELL = "/safety/help/"


def today():
    return timezone.localdate()


@pytest.fixture
def family(grid, worker):
    """A file in care of a family of one woman, 王桂兰."""
    member = MembershipFactory(household__area=grid, resident__area=grid)
    file = file_at("active", household=member.household, officer=worker)
    FileStageFactory(file=file)
    file.woman = member.resident
    return file


@pytest.fixture
def consent(family, worker):
    """She lets the shop know, for a year."""
    return ConsentFactory(
        resident=family.woman, purpose="share", recipient="春风粮油店", taken_by=worker, expires_on=today() + 365 * DAY
    )


def paired(family, helper, by, **facts):
    facts = {"kinds": [HelpKind.GOODS], "every_days": 30} | facts
    return pair(Pairing(file=family, helper=helper, **facts), by=by)


# --- beginning ----------------------------------------------------------------------------------------------------------
def test_a_shop_helps_with_the_familys_own_consent(worker, family, consent):
    pairing = paired(family, HelperFactory(), worker, consent=consent, until=today() + 365 * DAY)

    assert (pairing.state, pairing.household, pairing.area, pairing.over_cap) == (
        "active", family.household, family.area, False,
    )  # fmt: skip
    assert pairing.speaks_by == today() + 30 * DAY


def test_nobody_outside_is_told_without_a_consent_in_force(worker, family, consent):
    shop = HelperFactory()
    with pytest.raises(ValidationError, match="单独同意"):
        paired(family, shop, worker)
    foreign = ConsentFactory(purpose="share", recipient="春风粮油店", taken_by=worker)
    with pytest.raises(ValidationError, match="不是这户的"):
        paired(family, shop, worker, consent=foreign)
    withdraw_consent(consent, by=worker)
    with pytest.raises(ValidationError, match="过期、撤回"):
        paired(family, shop, worker, consent=consent)


def test_the_federations_own_people_need_no_consent(worker, committee, family):
    helper = HelperFactory(kind="committee", name="何晓燕", user=committee)

    assert paired(family, helper, worker).consent is None


@pytest.mark.parametrize("state", ["found", "checked", "proposed", "returned", "closed"])
def test_only_a_family_in_care_is_paired(worker, committee, grid, state):
    helper = HelperFactory(kind="committee", user=committee)

    with pytest.raises(ValidationError, match="不能结对"):
        paired(file_at(state, household__area=grid), helper, worker)


def test_nobody_is_paired_with_her_own_household(worker, committee, family):
    helper = HelperFactory(kind="committee", user=committee, resident=family.woman)

    with pytest.raises(ValidationError, match="自己家"):
        paired(family, helper, worker)


def test_a_helper_over_her_cap_waits_for_a_second_signature(worker, chair, committee, family, grid):
    helper = HelperFactory(kind="committee", user=committee, cap=1)
    paired(file_at("active", household__area=grid), helper, worker)

    pairing = paired(family, helper, chair)

    assert (pairing.state, pairing.over_cap, list(waiting_pairings(chair))) == ("waiting", True, [])
    with pytest.raises(ValidationError, match="另一位负责人"):
        sign_pairing(pairing, by=chair)
    deputy = user_with(Role.CHAIR, grid.parent, username="deputy")
    assert list(waiting_pairings(deputy)) == [pairing]
    assert sign_pairing(pairing, by=deputy).state == "active"


@pytest.mark.django_db(transaction=True)
def test_the_cap_holds_for_two_at_once(worker, committee, grid):
    helper = HelperFactory(kind="committee", user=committee, cap=3)
    files = [file_at("active", household__area=grid) for _ in range(8)]

    def begin(file):
        try:
            return paired(file, Helper.objects.get(), worker).state
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        states = sorted(pool.map(begin, files))

    assert states == ["active"] * 3 + ["waiting"] * 5
    assert helper.pairings.count() == 8


# --- changing and ending -------------------------------------------------------------------------------------------------
def test_another_promise_begins_another_line(worker, committee, family):
    old = paired(family, HelperFactory(kind="committee", user=committee), worker)

    new = renew_pairing(old, Pairing(kinds=[HelpKind.COMPANY], every_days=7), by=worker)

    old.refresh_from_db()
    assert (old.state, old.end_reason, old.ended_on, old.kinds) == ("ended", "changed", today(), ["goods"])
    assert (new.follows, new.kinds, new.every_days, new.state) == (old, ["company"], 7, "active")


def test_a_pairing_ends_for_a_reason_on_a_day_of_its_time(worker):
    pairing = PairingFactory()
    for wrong in (
        {"on": today() + DAY, "end_reason": "done"},
        {"on": pairing.starts_on - DAY, "end_reason": "done"},
        {"on": today(), "end_reason": ""},
        {"on": today(), "end_reason": "other"},
    ):
        with pytest.raises(ValidationError):
            end_pairing(pairing, by=worker, **wrong)

    assert end_pairing(pairing, on=today(), end_reason=PairingEnd.STANDS, by=worker).state == "ended"


def test_a_closed_file_ends_its_pairings(chair, grid):
    file = file_at("watched", household__area=grid)
    FileStageFactory(file=file)
    pairing = PairingFactory(file=file)

    close_file(file, exit_reason="income", reason="收入稳定", by=chair)

    pairing.refresh_from_db()
    assert (pairing.state, pairing.end_reason) == ("ended", "stands")


def test_a_refused_pairing_says_why(chair, grid):
    pairing = refuse_pairing(pairing_at("waiting"), reason="她太忙了", by=chair)

    assert (pairing.state, pairing.end_note) == ("refused", "她太忙了")


@pytest.mark.parametrize(
    "change",
    [
        "ended_on = '2030-01-01'", "end_reason = 'done'", "state = 'ended'", "over_cap = TRUE", "every_days = 0",
        "state = 'lost'", "ended_on = '2000-01-01', end_reason = 'done', state = 'ended'",
    ],
)  # fmt: skip
def test_the_database_refuses_an_end_without_a_reason_and_the_like(change):
    pairing = PairingFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE hardship_pairing SET {change} WHERE id = %s", [pairing.pk])


def test_the_database_refuses_two_signatures_of_one_hand():
    pairing = pairing_at("waiting")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hardship_pairing SET state = 'active', second_by_id = created_by_id WHERE id = %s", [pairing.pk]
        )


# --- hours ----------------------------------------------------------------------------------------------------------------
def test_what_is_done_moves_the_day_by_which_somebody_is_heard_of(worker):
    pairing = PairingFactory()

    log_help(HelpRecord(pairing=pairing, on=today(), half_hours=3, done="打扫了屋子。"), by=worker)

    pairing.refresh_from_db()
    record = pairing.records.get()
    assert (pairing.last_contact_on, pairing.speaks_by, record.hours) == (today(), today() + 30 * DAY, "1.5 小时")

    void_help(record, reason="记错人了", by=worker)
    pairing.refresh_from_db()
    assert (pairing.last_contact_on, pairing.speaks_by) == (None, pairing.starts_on + 30 * DAY)
    with pytest.raises(ValidationError, match="已经作废"):
        void_help(record, reason="再来", by=worker)


@pytest.mark.parametrize("day", [today() + 2 * DAY, today() - 21 * DAY])
def test_hours_lie_within_the_pairing(worker, day):
    with pytest.raises(ValidationError):
        log_help(HelpRecord(pairing=PairingFactory(), on=day, half_hours=2, done="x"), by=worker)


@pytest.mark.parametrize(
    "change", ["half_hours = 0", "half_hours = 49", "voided_on = '2026-01-01'", "voided_why = 'x'"]
)
def test_hours_that_cannot_be_are_refused(change):
    record = HelpRecordFactory()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE hardship_helprecord SET {change} WHERE id = %s", [record.pk])


# --- who is told -------------------------------------------------------------------------------------------------------
def test_silence_past_the_rhythm_is_told_to_officer_helper_and_chair(worker, chair, committee, stranger, grid):
    file = file_at("active", household__area=grid, officer=worker)
    helper = HelperFactory(kind="committee", user=committee)
    silent = PairingFactory(file=file, helper=helper, starts_on=today() - 31 * DAY)
    PairingFactory(file=file_at("active", household__area=grid), starts_on=today() - 30 * DAY)
    other = user_with(Role.GRID_WORKER, grid, username="other")

    told = {u.username: list(silent_pairings(u)) for u in (worker, chair, committee, other, stranger)}

    assert told == {
        "worker": [silent], "chair": [silent], "committee": [silent], "other": [], "stranger": [],
    }  # fmt: skip


def test_families_of_the_first_two_levels_without_a_helper(chair, grid):
    lonely = file_at("active", household__area=grid, level=1)
    file_at("active", household__area=grid, level=3)
    file_at("watched", household__area=grid, level=2)
    PairingFactory(file=file_at("active", household__area=grid, level=2))
    pairing_at("waiting", file=(waits := file_at("active", household__area=grid, level=2)))

    assert set(lonely_files(chair)) == {lonely, waits}


def test_consents_that_end_soon(chair, family, consent):
    soon = PairingFactory(file=family, consent=consent)
    assert list(ending_consents(chair)) == []

    consent.expires_on = today() + 30 * DAY
    consent.save()
    assert list(ending_consents(chair)) == [soon]


# --- what a helper sees ---------------------------------------------------------------------------------------------------
@pytest.fixture
def volunteer(grid):
    return user_with(Role.VOLUNTEER, grid, username="volunteer", name="林阿姨")


def test_a_helper_sees_her_own_families_until_the_consent_ends(volunteer, family, consent):
    helper = HelperFactory(kind="volunteer", name="林阿姨", user=volunteer)
    pairing = PairingFactory(file=family, helper=helper, consent=consent)
    PairingFactory(file=file_at("active", household__area=family.area))
    assert list(own_pairings(volunteer)) == [pairing]

    for change in ({"expires_on": today() - DAY, "given_on": today() - 9 * DAY}, {"withdrawn_on": today()}):
        old = {name: getattr(consent, name) for name in change}
        type(consent).objects.filter(pk=consent.pk).update(**change)
        assert list(own_pairings(volunteer)) == []
        type(consent).objects.filter(pk=consent.pk).update(**old)

    end_pairing(pairing, on=today(), end_reason="done", by=volunteer)
    assert list(own_pairings(volunteer)) == []


def test_the_helpers_page_says_no_more_than_she_needs(as_user, volunteer, family, consent):
    StatusFactory(resident=family.woman, category="DB")
    helper = HelperFactory(kind="volunteer", name="林阿姨", user=volunteer)
    pairing = PairingFactory(file=family, helper=helper, consent=consent, promise="每周送一次菜")
    PairingFactory(file=family, helper=HelperFactory(name="别的帮扶人"))

    page = as_user(volunteer).get(reverse("hardship:own_pairings")).content.decode()

    assert family.household.called in page
    assert "每周送一次菜" in page
    secret = [family.number, family.situation, "低保", "二级", "别的帮扶人", family.officer.name]
    assert [word for word in secret if word in page] == []
    for url in (pairing.get_absolute_url(), family.get_absolute_url(), family.household.get_absolute_url()):
        assert as_user(volunteer).get(url).status_code == 404


def test_a_helper_notes_what_she_did(as_user, volunteer, family, consent):
    pairing = PairingFactory(file=family, helper=HelperFactory(user=volunteer), consent=consent)
    foreign = PairingFactory(file=file_at("active", household__area=family.area))
    hers, url = as_user(volunteer), reverse("hardship:own_help", args=[pairing.pk])

    hers.post(url, filled(hers.get(url), done="陪她看了医生。", half_hours="4"))

    assert (pairing.records.get().made_by, pairing.records.get().half_hours) == (volunteer, 4)
    assert hers.get(reverse("hardship:own_help", args=[foreign.pk])).status_code == 404


# --- suggestions ----------------------------------------------------------------------------------------------------------
HOME = Place("330106003012001", "春江花园", "3栋")


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (
            Candidate(1, frozenset({"company", "law"}), Place("330106003012001", "春江花园", "3栋"), load=0),
            Match(1, 45, ["能帮陪伴探望", "同一栋楼", "现在没有结对"]),
        ),
        (
            Candidate(2, frozenset({"law"}), Place("330106003012001", "春江花园", "9栋"), load=2),
            Match(2, 16, ["没有登记这方面的特长", "同一个小区", "现在帮 2 户"]),
        ),
        (
            Candidate(3, frozenset({"company"}), Place("330106003012001"), load=5),
            Match(3, 26, ["能帮陪伴探望", "同一个网格", "已经帮 5 户，到上限 5 户，要第二人签字"], over=True),
        ),
        (Candidate(4, frozenset({"company"}), Place(), load=4), Match(4, 22, ["能帮陪伴探望", "现在帮 4 户"])),
    ],
)
def test_a_helper_is_suggested_with_her_reasons(candidate, expected):
    assert match(candidate, ["company"], HOME) == expected


def test_the_best_comes_first_those_over_their_cap_last():
    found = ranked([Candidate(1, load=5), Candidate(2, frozenset({"law"})), Candidate(3), Candidate(4)], ["law"], HOME)

    assert [one.key for one in found] == [2, 3, 4, 1]


def test_suggestions_for_a_family_leave_out_those_it_has(chair, family):
    StatusFactory(resident=family.woman, category="GG")
    near = HelperFactory(name="邻居", kind="neighbour", area=family.area, skills=["company"])
    HelperFactory(name="停了", is_active=False)
    PairingFactory(file=family, helper=HelperFactory(name="已有"))
    far = HelperFactory(name="商户")

    found = suggested_helpers(family, ["company", "care"], chair)

    assert [helper for helper, _ in found] == [near, far]
    assert found[0][1].reasons == ["能帮陪伴探望", "同一个网格", "现在没有结对"]


# --- pages -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_pairings_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        PairingFactory(file=file_at("active", household__area=grid))

    page, queries = queries_beyond(client, reverse("hardship:pairing_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_helpers_costs_the_same_for_any_number_of_rows(client, chair, rows):
    HelperFactory.create_batch(rows)

    page, queries = queries_beyond(client, reverse("hardship:helper_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


def test_a_helper_is_registered_and_paired_on_the_pages(as_user, chair, family, consent):
    client = as_user(chair)
    url = reverse("hardship:helper_create")
    client.post(url, filled(client.get(url), kind="unit", name="春风粮油店", skills=["goods"], phone="13800138000"))
    helper = Helper.objects.get()
    url = f"{reverse('hardship:pair_create', args=[family.pk])}?helper={helper.pk}"
    page = client.get(url)
    assert [h for h, _ in page.context["suggested"]] == [helper]
    client.post(url, filled(page, every_days="30", promise="每月一袋米"))

    pairing = Pairing.objects.get()
    assert (pairing.helper, pairing.kinds, pairing.consent, pairing.promise) == (
        helper, ["goods"], consent, "每月一袋米",
    )  # fmt: skip

    url = reverse("hardship:help_create", args=[pairing.pk])
    client.post(url, filled(client.get(url), done="送了米。"))
    url = reverse("hardship:pairing_renew", args=[pairing.pk])
    client.post(url, filled(client.get(url), every_days="14"))
    fresh = Pairing.objects.alive().get()
    assert (fresh.follows, fresh.every_days, fresh.promise) == (pairing, 14, "每月一袋米")
    url = reverse("hardship:pairing_end", args=[fresh.pk])
    client.post(url, filled(client.get(url), end_reason="helper"))
    assert Pairing.objects.alive().count() == 0
    assert client.get(fresh.get_absolute_url()).context["follows"] == pairing


def test_the_agreement_names_the_consent_it_rests_on(client, worker, family, consent):
    pairing = PairingFactory(file=family, consent=consent)

    page = client.get(reverse("hardship:agreement", args=[pairing.pk])).content.decode()

    assert f"本协议依据 {family.woman.name} " in page
    assert "提供给春风粮油店" in page


def test_pairings_of_a_guarded_family_are_there_for_its_circle_alone(chair, worker, grid):
    outsider = user_with(Role.GRID_WORKER, grid, username="outsider")
    pairing = PairingFactory(file=file_at("active", household__area=grid, guarded=True, officer=worker))

    seen = [pairing in Pairing.objects.visible_to(User.objects.get(pk=u.pk)) for u in (worker, chair, outsider)]

    assert seen == [True, True, False]


def test_filters_of_the_list_of_pairings(client, chair, grid):
    silent = PairingFactory(file=file_at("active", household__area=grid), starts_on=today() - 40 * DAY)
    ended = pairing_at(PairingState.ENDED, file=file_at("active", household__area=grid))

    def shown(query):
        page = client.get(f"{reverse('hardship:pairing_list')}?{query}").context["page"]
        return [int(row.title.split('/"')[0].rpartition("/")[2]) for row in page.rows]

    assert shown("") == shown("state=silent") == [silent.pk]
    assert shown("state=ended") == [ended.pk]
    assert set(shown("state=all")) == {silent.pk, ended.pk}
    assert shown("helper=mine") == []
    assert HouseholdFactory(area=grid).pk not in shown("state=all")
