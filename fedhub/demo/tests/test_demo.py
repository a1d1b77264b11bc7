"""The demo community: whole, believable, and refused anywhere else."""

import html
import io
import re
import stat
from collections import Counter
from datetime import date, timedelta

import pytest
from django.conf import settings as active
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from accounts.tests.factories import UserFactory
from concerns.enums import Outcome
from concerns.enums import Status as ConcernStatus
from concerns.models import Approval, Concern, Reception, Referral
from concerns.queries import handlers
from concerns.states import condition
from fedhub.areas.models import Area
from fedhub.core.audit import verify_chain
from fedhub.core.models import AuditEvent
from fedhub.core.validators import parse_id_number
from fedhub.demo.cast import STAFF
from fedhub.demo.community import seed_demo, term_start
from fedhub.demo.context import demo_accounts
from fedhub.notices.enums import State
from fedhub.notices.models import Attempt, Message
from fedhub.reference.lookup import labels
from grids.burden import times
from grids.enums import DutyPattern, Met, TermRole
from grids.models import Duty, TermMember, Visit, VisitChange, VisitDoubt
from grids.today import today_list
from groups.models import Offer, ServiceNeed, Volunteer, VolunteerRecord
from groups.need_enums import RecordKind
from groups.services.helping import pairings_of
from hardship.enums import FileState
from hardship.models import Batch, FileStage, Fund, HardshipFile, HelpRecord
from hardship.queries import silent_pairings, waiting_gifts, waiting_requests
from households.coverage import adults
from households.coverage import condition as reach
from households.enums import HouseholdState, LinkKind
from households.models import (
    Campaign,
    ChildFile,
    Consent,
    Household,
    HouseholdPlace,
    Link,
    Resident,
    SafeContact,
    Status,
    VisitTask,
)
from households.services.households import recompute_due, refresh_household
from households.services.link import refresh_contacts

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """One demo for the whole module, taken back at the end."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(active, "HOME", tmp_path_factory.mktemp("demo"))
        patch.setattr(active, "DEMO", True)
        # As outside the tests: thousands of families ask for the same rule, which nobody changes meanwhile.
        patch.setattr(active, "REFERENCE_RECHECK_SECONDS", 2)
        yield seed_demo()
        transaction.set_rollback(True)


def test_the_community_has_its_size(demo):
    people, homes = Resident.objects.active().count(), Household.objects.active().count()

    assert 2800 < people < 3200
    assert 1150 < homes < 1250
    assert 2200 < Visit.objects.count() < 2900
    assert Area.objects.filter(kind="grid").count() == 6


def test_there_is_a_campaign_half_done_and_must_visits_ahead(demo):
    campaign = Campaign.objects.get(state="running")
    done, total = campaign.tasks.filter(state="done").count(), campaign.tasks.count()

    assert 20 < total < 400
    assert 0.3 < done / total < 0.7
    assert VisitTask.objects.open().filter(kind="must").count() >= 6
    assert set(Household.objects.values_list("risk_level", flat=True)) == {"", "red", "orange", "yellow", "green"}
    assert Visit.objects.filter(tasks__campaign=campaign).exclude(gifts=campaign.goods).count() == 0


def test_every_role_has_an_account_and_a_line_with_its_password(demo):
    lines = (active.HOME / "accounts.txt").read_text().splitlines()

    held = set(RoleGrant.objects.in_force().values_list("role", flat=True))
    opened = [
        User.objects.get(username=username).check_password(password)
        for _, _, username, password in map(str.split, lines)
    ]

    assert held == set(Role.values)
    assert [line.split()[0] for line in lines] == [Role(member.role).label for member in STAFF]
    assert opened == [True] * len(Role)


def test_the_files_are_the_owners_alone(demo):
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in active.HOME.iterdir() if path.is_file()}

    assert set(found.values()) == {0o600}
    assert "accounts.txt" in found


def test_every_role_has_one_button(demo):
    accounts = demo_accounts()

    assert [account.label for account in accounts] == [role.label for role in Role]
    assert accounts[0] == ("zhoumin", "周敏", "妇联主席（副主席）")


def test_a_button_opens_the_desk(demo):
    client = Client()

    response = client.post(reverse("accounts:demo"), {"username": "hexiaoyan"})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(demo.staff["hexiaoyan"].pk)


def test_one_household_lies_in_one_grid_of_the_community(demo):
    current = HouseholdPlace.objects.filter(valid_to=None).values_list("household_id", "area_id")

    assert sorted(current) == sorted(Household.objects.values_list("pk", "area_id"))
    assert {code[:12] for code in Area.objects.filter(code__gte="330106003012").values_list("code", flat=True)} == {
        "330106003012"
    }


def test_some_households_have_moved_between_grids(demo):
    assert HouseholdPlace.objects.filter(valid_to__isnull=False).count() > 0


def test_identity_numbers_agree_with_birth_and_sex(demo):
    people = list(Resident.objects.exclude(id_blind=None))

    found = [parse_id_number(resident.id_number) for resident in people]

    assert [(one.birth, one.sex) for one in found] == [(r.birth, r.sex) for r in people]


def test_due_days_are_those_of_the_visits_that_count(demo):
    wrong = []
    for household in Household.objects.all():
        before = (household.last_visit_on, household.next_due_on, household.people, household.head_name)
        recompute_due(household)
        refresh_household(household)
        after = (household.last_visit_on, household.next_due_on, household.people, household.head_name)
        wrong += [(household.number, before, after)] if before != after else []

    assert wrong == []


def test_some_visits_are_overdue_but_not_most(demo):
    late = Household.objects.active().filter(next_due_on__lt=timezone.localdate()).count()

    assert 40 < late < 180


def test_visits_lie_in_the_past_year_and_some_met_nobody(demo):
    today = timezone.localdate()

    days = set(Visit.objects.values_list("visited_on", flat=True))

    assert today - timedelta(days=365) <= min(days) <= max(days) <= today
    assert set(Visit.objects.values_list("met", flat=True)) >= {Met.MET, Met.NOBODY}


def test_changes_wait_and_others_are_decided(demo):
    assert set(VisitChange.objects.values_list("state", flat=True)) == {"proposed", "accepted", "refused"}


def test_accepted_jobs_stand_in_the_ledger(demo):
    rows = VisitChange.objects.filter(state="accepted", field="employment").order_by(
        "resident_id", "-visit__visited_on"
    )
    newest = {}
    for change in rows.select_related("resident"):
        newest.setdefault(change.resident_id, change)

    assert newest
    assert {c.value == c.resident.employment for c in newest.values()} == {True}


def test_concerns_stand_in_every_state_and_on_all_seven_topics(demo):
    assert set(Concern.objects.values_list("status", flat=True)) == set(ConcernStatus.values)
    assert set(Concern.objects.values_list("outcome", flat=True)) == {"", *Outcome.values}
    assert set(Concern.objects.values_list("topic", flat=True)) == {"", *labels("survey_topic")}


@pytest.mark.parametrize("word", ["精诚公寓停车", "酒精厂旧院", "加工厂小区楼道"])
def test_the_known_matters_are_solved_with_every_step_written_down(demo, word):
    concern = Concern.objects.get(title__startswith=word)

    steps = AuditEvent.objects.filter(target_label="concerns.Concern", target_id=concern.pk).order_by("id")

    assert (concern.status, concern.outcome) == ("closed", "solved")
    assert concern.closed_at.date() < timezone.localdate()
    assert [step.action.rsplit(".", 1)[1] for step in steps] == [
        "raise", "accept", "assign", "finish", "answer", "close",
    ]  # fmt: skip


def test_the_registers_of_desk_children_and_consent_are_kept(demo):
    assert set(Reception.objects.values_list("channel", flat=True)) >= {"front_desk", "hotline"}
    assert Reception.objects.exclude(concern=None).count() > 10
    assert ChildFile.objects.open().count() > 5
    assert Consent.objects.filter(withdrawn_on__isnull=False).count() == 3
    assert SafeContact.objects.count() == 5


def test_categories_were_entered_and_left(demo):
    assert Status.objects.filter(valid_to__isnull=False).count() > 5
    assert Status.objects.filter(replaced_at__isnull=False, replaced_by=None).count() == 0
    assert Status.objects.current().values("category").distinct().count() > 10


def test_families_that_left_stay_in_the_files(demo):
    assert Household.objects.filter(state=HouseholdState.MOVED).count() == 12
    assert Resident.objects.filter(state="deceased").count() > 0


def test_all_four_patterns_of_duty_occur_and_one_has_ended(demo):
    assert set(Duty.objects.exclude(pattern="").values_list("pattern", flat=True)) == set(DutyPattern.values)
    assert Duty.objects.exclude(valid_to=None).count() == 1


def test_the_roster_has_a_chair_two_vice_chairs_and_fifteen_members(demo):
    roles = list(TermMember.objects.values_list("role", flat=True))

    found = [roles.count(role) for role in (TermRole.CHAIR, TermRole.VICE_CHAIR, TermRole.COMMITTEE)]

    assert found == [1, 2, 15]


def test_the_committee_member_sees_two_grids_and_has_something_to_do_today(demo):
    user = User.objects.get(username="hexiaoyan")

    groups = today_list(user)

    assert Household.objects.visible_to(user).values("area__code").distinct().count() == 4
    assert sum(group.total for group in groups) > 5


def test_the_audit_chain_is_whole_and_the_bulk_has_one_honest_row(demo):
    assert verify_chain() == []
    assert AuditEvent.objects.filter(action="demo.seed", reason="演示数据").count() == 1


def test_a_demo_that_has_data_is_left_as_it_is(demo):
    before = (User.objects.count(), Household.objects.count(), AuditEvent.objects.count())
    accounts = (active.HOME / "accounts.txt").read_text()

    call_command("seed_demo", if_empty=True, stdout=io.StringIO())

    assert (User.objects.count(), Household.objects.count(), AuditEvent.objects.count()) == before
    assert (active.HOME / "accounts.txt").read_text() == accounts


def test_a_demo_that_has_data_is_not_filled_again(demo):
    with pytest.raises(CommandError, match="已经有数据"):
        call_command("seed_demo", stdout=io.StringIO())


def test_an_office_is_refused(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="不是演示"):
        call_command("seed_demo", stdout=io.StringIO())


def test_an_office_shows_no_buttons(db, settings):
    settings.DEMO = False
    UserFactory(must_change_password=False)

    assert demo_accounts() == []


def test_the_term_goes_on_by_whole_terms():
    assert term_start(date(2026, 11, 24)) == date(2021, 12, 18)
    assert term_start(date(2026, 12, 18)) == date(2026, 12, 18)


def test_the_lamp_is_told_three_times_answered_three_times_and_opens_once_again(demo):
    lead = Concern.objects.get(followers__isnull=False)
    told = Concern.objects.filter(place=lead.place).order_by("pk")

    assert [(c.origin, c.status, c.score, c.lead_id) for c in told] == [
        ("visit", "closed", 5, None), ("survey", "closed", None, lead.pk), ("front_desk", "accepted", 2, None),
    ]  # fmt: skip
    assert [c.replies.filter(kind="final").count() for c in told] == [1, 1, 1]
    assert told[2].ratings.get().words == "二楼亮了，三楼昨晚又不亮。"
    assert lead.referrals.get().status == "answered"
    assert len({c.resident_id for c in told}) == 3


def test_whoever_has_a_concern_in_hand_may_answer_it(demo):
    given = Concern.objects.exclude(assigned_to=None).select_related("area", "assigned_to")

    assert [(c.number, c.assigned_to.name) for c in given if not handlers(c).filter(pk=c.assigned_to_id)] == []


def test_one_visit_was_sent_back_and_the_newest_wait_for_a_review(demo):
    states = set(Visit.objects.values_list("review", flat=True))

    assert states == {"pending", "right", "returned", "corrected"}
    assert Visit.objects.get(review="returned").reviews.get().note


def test_visits_with_something_worth_a_second_look_stand_in_every_stage(demo):
    chair, worker = demo.chair, demo.staff["liujianfang"]
    asked = dict(VisitDoubt.objects.filter(visit__visitor=worker, kind="photo").values_list("kind", "state"))
    for_chair = VisitDoubt.objects.visible_to(chair, "grids.review_visit").for_chair().not_of(chair)

    assert asked == {"photo": "open"}
    assert [group.key for group in today_list(worker)][1] == "doubt"
    assert {("night", "explained"), ("overlap", "open")} <= set(for_chair.values_list("kind", "state"))
    assert times(chair).half == "1 分 50 秒"


def test_something_waits_for_the_chair_for_an_agency_and_for_time(demo):
    assert Approval.objects.filter(status="asked").count() == 2
    assert Referral.objects.waiting().filter(due_on__lt=timezone.localdate()).count() == 1
    assert Referral.objects.waiting().filter(way="up").count() == 1
    assert Concern.objects.exclude(paused_on=None).count() == 1
    assert Concern.objects.filter(condition("overdue"), title__contains="围栏").count() == 1


def test_most_women_are_in_reach_and_some_are_not(demo):
    """What is kept at each woman is what her links and visits say (derived by the service), and there are gaps to show."""
    women = Resident.objects.women(born_by=adults())
    before = dict(Resident.objects.values_list("pk", "contacted_on"))
    by_figure = {key: women.filter(reach(key)).count() / women.count() for key in ("named", "reached", "never")}

    refresh_contacts(before)

    assert dict(Resident.objects.values_list("pk", "contacted_on")) == before
    assert 0.55 < by_figure["named"] < 0.9
    assert 0.4 < by_figure["reached"] < 0.9
    assert 0.01 < by_figure["never"] < 0.25
    assert set(Link.objects.open().values_list("kind", flat=True)) >= set(LinkKind.values) - {"other"}
    assert Link.objects.exclude(valid_to=None).exists()


def test_families_in_hardship_show_every_state_and_a_book_that_adds_up(demo):
    files = HardshipFile.objects.all()
    assert {file.state for file in files} == set(FileState.values)
    assert [file.number for file in files if file.approved_on and file.approved_on < file.found_on] == []
    assert {stage.file_id for stage in FileStage.objects.filter(valid_to=None)} == {file.pk for file in files}
    for source in [*Fund.objects.all(), *Batch.objects.all()]:
        left = source.balance if isinstance(source, Fund) else source.left
        assert left == sum(entry.amount for entry in source.movements.all())
    assert silent_pairings(demo.chair).count() == 1
    assert waiting_gifts(demo.chair).count() == 1
    assert waiting_requests(demo.chair).count() == 1


def test_messages_went_out_wait_failed_and_some_are_for_a_human(demo):
    found = set(Message.objects.values_list("state", flat=True))

    assert found == {State.SENT, State.WAITING, State.FAILED, State.HUMAN, State.STOPPED}
    assert Attempt.objects.filter(outcome="accepted").count() == Message.objects.filter(state=State.SENT).count()
    assert Message.objects.filter(read_at__isnull=False).count() == 3


# --- its pages ----------------------------------------------------------------------------------------------------
LINK = re.compile(r'href="(/[^"#]*|\?[^"#]*)"')


def opened(client, most):
    """`{address: status}` of pages that links lead to from the desk on: two of a kind, `most` in all."""
    found, kinds, ahead = {}, Counter(), ["/"]
    while ahead and len(found) < most:
        address = ahead.pop(0)
        path = address.partition("?")[0]
        kind = re.sub(r"\d+", "", path) + "?" * ("?" in address)
        if kinds[kind] == 2 or address in found or path.startswith(("/static/", "/accounts/auth/")):
            continue
        kinds[kind] += 1
        page = client.get(address)
        found[address] = page.status_code
        if page.status_code == 200 and page.headers["Content-Type"].startswith("text/html"):
            links = [html.unescape(one) for one in LINK.findall(page.content.decode())]
            ahead += [path + one if one.startswith("?") else one for one in links]
    return found


ROLES = [
    Role.CHAIR, Role.SECRETARY, Role.GRID_WORKER, Role.DATA_OFFICER, Role.JOB_OFFICER, Role.STREET,
]  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_what_the_links_of_the_demo_lead_to_opens(demo, as_user, role):
    client = as_user(User.objects.filter(grants__role=role).order_by("pk")[0])
    client.raise_request_exception = False

    pages = opened(client, 110)

    assert len(pages) > 10
    assert {address: status for address, status in pages.items() if status in (404, 405) or status >= 500} == {}


def test_a_retired_teacher_tutors_in_a_family_in_hardship_and_is_paired(demo):
    teacher = Volunteer.objects.get(name="孙玉梅", occupation="退休教师")
    offer = Offer.objects.select_related("need").get(volunteer=teacher)

    assert (offer.state, offer.need.state, offer.need.source, teacher.half_hours) == ("agreed", "serving", "file", 12)
    pairing = pairings_of(teacher).get()
    assert (pairing.file, offer.pairing) == (offer.need.file, pairing)
    assert list(HelpRecord.objects.filter(pairing=pairing).values_list("half_hours", flat=True)) == [4, 4, 4, 4]


def test_needs_stand_in_most_states(demo):
    assert set(ServiceNeed.objects.values_list("state", flat=True)) >= {"open", "offered", "serving", "withdrawn"}
    assert set(VolunteerRecord.objects.values_list("kind", flat=True)) == set(RecordKind.values)
