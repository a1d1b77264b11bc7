"""All families follow a changed visit rule: only those it touches, once, however often and whatever breaks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fedhub.core.models import Job
from fedhub.core.models.jobs import JobState
from fedhub.reference.models import VisitRule
from fedhub.reference.services import add_visit_rule, change_visit_rule, load_reference
from households.models import Household
from households.services import due
from households.services.households import set_due
from households.tasks import RESTARTED, SILENT_AFTER, reap_household_jobs
from households.tests.factories import HouseholdFactory, MembershipFactory, StatusFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def _rules():
    load_reference()


def home_with(category="", **facts):
    """A household whose days are as the rules say, with somebody in `category`."""
    member = MembershipFactory(household=HouseholdFactory(last_visit_on=today(), people=2, **facts))
    if category:
        StatusFactory(resident=member.resident, category=category)
    home = Household.objects.get(pk=member.household_id)
    Household.objects.filter(pk=home.pk).update(people=2)
    home.people = 2
    return set_due(home, today())


def fresh(home):
    return Household.objects.get(pk=home.pk)


def change(key, by, **values):
    rule = VisitRule.objects.get(key=key)
    for name, value in values.items():
        setattr(rule, name, value)
    return change_visit_rule(rule, list(values), base_version=rule.version, by=by)


@pytest.mark.usefixtures("_rules")
def test_a_changed_rule_moves_its_families_and_no_others(chair):
    poor, plain, closed = home_with("DB"), home_with(), home_with("DB")
    Household.objects.filter(pk=closed.pk).update(state="moved", closed_on=today(), next_due_on=None)
    before = Household.objects.values_list("pk", "version", "updated_at").order_by("pk")
    stood, histories = list(before), Household.history.count()

    change("category-db", chair, every_days=20, weight=70)

    assert (fresh(poor).next_due_on, fresh(poor).visit_every, fresh(poor).visit_weight) == (today() + 20 * DAY, 20, 70)
    assert (fresh(plain).next_due_on, fresh(closed).next_due_on) == (today() + 180 * DAY, None)
    assert (list(before.all()), Household.history.count()) == (stood, histories)
    job = due.latest_job()
    assert (job.state, job.owner, job.done, job.total, job.message) == (
        JobState.DONE, chair, 2, 2, "1 户的应访日期或排序变了。",
    )  # fmt: skip


@pytest.mark.usefixtures("_rules")
def test_a_rule_out_of_use_and_a_new_one_count_too(chair):
    poor, rented = home_with("DB"), home_with(risk_level="", housing="rented")

    change("category-db", chair, active=False)
    assert fresh(poor).visit_every == 180
    VisitRule.objects.filter(key="kind-rented").delete()
    add_visit_rule(VisitRule(target="kind", code="rented", name="租住家庭每周走访", every_days=8), by=chair)

    assert VisitRule.objects.get(target="kind", code="rented").key == "kind-rented"
    assert fresh(rented).next_due_on == today() + 8 * DAY


@pytest.mark.usefixtures("_rules")
def test_what_the_page_announces_is_what_happens(chair):
    home_with("DB"), home_with("DB"), home_with()
    rules = [rule for rule in VisitRule.objects.active() if rule.key != "category-db"]

    assert due.count_differing([*rules, VisitRule(target="category", code="DB", every_days=20, order=9)]) == 2
    assert due.count_differing(list(VisitRule.objects.active())) == 0


@pytest.mark.usefixtures("_rules")
def test_many_slices_are_all_done(chair, monkeypatch):
    monkeypatch.setattr(due, "SLICE", 2)
    homes = [home_with() for _ in range(5)]

    change("ordinary", chair, every_days=100)

    assert {fresh(home).visit_every for home in homes} == {100}
    assert due.latest_job().done == 5


@pytest.mark.usefixtures("_rules")
def test_two_changes_at_once_are_one_work(chair):
    waiting = Job.objects.create(kind=due.KIND, owner=chair, total=0)
    home = home_with("DB")

    change("category-db", chair, every_days=20)
    change("category-db", chair, every_days=10)

    assert list(Job.objects.filter(kind=due.KIND)) == [waiting]
    assert fresh(home).visit_every == 60, "the one that waits has not begun"
    due.recompute_all(waiting.pk)
    assert fresh(home).visit_every == 10


@pytest.mark.usefixtures("_rules")
def test_a_rule_changed_while_the_work_runs_starts_it_again(chair, monkeypatch):
    monkeypatch.setattr(due, "SLICE", 1)
    homes = [home_with("DB") for _ in range(3)]
    job = Job.objects.create(kind=due.KIND, owner=chair)
    VisitRule.objects.filter(key="category-db").update(every_days=50)
    write, seen = due._write, []

    def write_and_change(ids):
        seen.append(ids)
        if len(seen) == 2:
            change("category-db", chair, every_days=25)
        return write(ids)

    monkeypatch.setattr(due, "_write", write_and_change)
    due.recompute_all(job.pk)

    assert [fresh(home).visit_every for home in homes] == [25] * 3
    assert len(seen) == 5, "two slices by the old rules, then all three"
    assert Job.objects.filter(kind=due.KIND).count() == 1


@pytest.mark.usefixtures("_rules")
def test_a_visit_in_between_is_not_overwritten(chair):
    home = home_with("DB")
    VisitRule.objects.filter(key="category-db").update(every_days=20)
    due.lookup.forget()
    ids = [row[-1] for row in due.differing(Household.objects.all())]
    Household.objects.filter(pk=home.pk).update(last_visit_on=today() - DAY)

    due._write(ids)

    assert fresh(home).next_due_on == today() + 19 * DAY


@pytest.mark.usefixtures("_rules")
def test_work_whose_worker_died_starts_again_once_then_says_so(chair):
    home = home_with("DB")
    VisitRule.objects.filter(key="category-db").update(every_days=20)
    long_ago = timezone.now() - 2 * SILENT_AFTER
    jobs = Job.objects.filter(pk=Job.objects.create(kind=due.KIND, owner=chair, state=JobState.RUNNING, done=1).pk)

    assert reap_household_jobs() == 0
    jobs.update(heartbeat=long_ago)
    assert reap_household_jobs() == 1
    assert (jobs.get().state, fresh(home).visit_every) == (JobState.DONE, 20)

    jobs.update(state=JobState.RUNNING, heartbeat=long_ago, finished_at=None, message=RESTARTED)
    reap_household_jobs()
    assert (jobs.get().state, "两次中断" in jobs.get().message) == (JobState.FAILED, True)


@pytest.mark.usefixtures("_rules")
def test_work_that_breaks_says_so_and_can_be_asked_for_again(chair, monkeypatch, client):
    def broken(*args):
        raise RuntimeError("王桂兰")

    with monkeypatch.context() as patch:
        patch.setattr(due, "differing", broken)
        home = home_with("DB")
        change("category-db", chair, every_days=20)

    job = due.latest_job()
    assert (job.state, "王桂兰" in job.message) == (JobState.FAILED, False)
    client.post("/reference/visit-rules/follow/")
    assert (due.latest_job().state, fresh(home).visit_every) == (JobState.DONE, 20)


@pytest.mark.parametrize("homes", [1, 3])
@pytest.mark.usefixtures("_rules")
def test_the_number_of_queries_does_not_grow_with_the_families(chair, homes, django_assert_num_queries):
    for _ in range(homes):
        home_with("DB")
    VisitRule.objects.filter(key="category-db").update(every_days=20)
    due.lookup.forget()
    due.rhythm_of()

    with django_assert_num_queries(6):
        assert due.count_differing(None) == homes
