"""Policies matched to families: the verdicts and their words, the library, the pages, what nobody may see."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.versions import StaleVersion
from hardship.enums import Fit, PolicyStepKind
from hardship.families import families_of, policy_words
from hardship.models import Policy, PolicyStep
from hardship.policies import SHUT, Family, Person, Words, best_fit, rules_of, verdicts
from hardship.services.policies import (
    change_policy,
    create_policy,
    record_step,
    restore_policy,
    retire_policy,
    shipped_policies,
    take_policies,
    void_step,
)
from hardship.tests.factories import file_at
from hardship.tests.factories_contents import EvidenceFactory, MemberFactFactory, YearAccountFactory
from hardship.tests.factories_policy import PolicyFactory
from households.tests.factories import MembershipFactory, StatusFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
NAMES = Words(
    {"DB": "低保", "CJ": "残疾", "TK": "特困", "LA": "两癌患病妇女"}, {"1": "一级", "2": "二级", "3": "三级"},
    {"1": "健康", "3": "患有大病"}, {"1": "普通劳动力", "4": "丧失劳动力"}, {"own": "自有", "rented": "租住"},
    {"identity": "身份证、户口簿", "disability": "残疾人证"},
)  # fmt: skip
WANG = Person(1, "王桂兰", age=52, sex="2", categories=frozenset({"CJ"}), grade="2", labour="4", health=("3",))


def policy(applies_to="person", proofs=(), grants="", **conditions):
    return Policy(title="政策", applies_to=applies_to, proofs=list(proofs), grants=grants, conditions=conditions)


def verdict(rule, person=WANG, **family):
    (found,) = verdicts(rule, Family(members=(person,), **family), NAMES)
    return found


# --- verdicts -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("conditions", "fit", "why"),
    [
        ({}, Fit.MAY, []),
        ({"categories": ["CJ"]}, Fit.MAY, []),
        ({"categories": ["DB", "TK"]}, Fit.NOT, ["要求属于低保、特困，台账里没有这个类别"]),
        ({"without": ["CJ"]}, Fit.NOT, ["要求不是残疾，已经是残疾"]),
        ({"sex": "2"}, Fit.MAY, []),
        ({"sex": "1"}, Fit.NOT, ["要求男性，女性"]),
        ({"age_from": 60}, Fit.NOT, ["要求满 60 周岁，现在 52 周岁"]),
        ({"age_to": 52}, Fit.MAY, []),
        ({"age_from": 16, "age_to": 50}, Fit.NOT, ["要求16 至 50 周岁，现在 52 周岁"]),
        ({"grades": ["1", "2"]}, Fit.MAY, []),
        ({"grades": ["3"]}, Fit.NOT, ["要求残疾等级 三级，二级"]),
        ({"labour": ["1"]}, Fit.NOT, ["要求劳动能力：普通劳动力，丧失劳动力"]),
        ({"health": ["3"]}, Fit.MAY, []),
        ({"income_times": 1}, Fit.UNKNOWN, ["要求人均月收入不超过低保标准的 1 倍，还没有登记年度收支"]),
        ({"housing": ["rented"]}, Fit.UNKNOWN, ["要求住房：租住，还没有写住房"]),
        ({"dangerous": True}, Fit.UNKNOWN, ["要求危房或者旧院落，还没有写住房和家底"]),
    ],
)
def test_each_condition_says_why(conditions, fit, why):
    found = verdict(policy(**conditions))

    assert (found.fit, found.why) == (fit, why)


@pytest.mark.parametrize(
    ("family", "conditions", "fit", "why"),
    [
        ({"income": Decimal(1100), "standard": 1100}, {"income_times": 1}, Fit.MAY, []),
        ({"income": Decimal("1100.01"), "standard": 1100}, {"income_times": 1}, Fit.NOT,
         ["要求人均月收入不超过低保标准的 1 倍，人均月收入 1100.01 元"]),
        ({"income": Decimal(1650), "standard": 1100}, {"income_times": 1.5}, Fit.MAY, []),
        ({"income": Decimal(500)}, {"income_times": 1.5}, Fit.UNKNOWN,
         ["要求人均月收入不超过低保标准的 1.5 倍，“期限与规则”里还没有填本地低保标准"]),
        ({"income": Decimal(2001)}, {"income_most": 2000}, Fit.NOT, ["要求人均月收入不超过 2000 元，人均月收入 2001 元"]),
        ({"housing": "own"}, {"housing": ["rented"]}, Fit.NOT, ["要求住房：租住，自有"]),
        ({"dangerous": False}, {"dangerous": True}, Fit.NOT, ["要求危房或者旧院落，不是危房、旧院落"]),
        ({"dangerous": True}, {"dangerous": True}, Fit.MAY, []),
    ],
)  # fmt: skip
def test_conditions_of_the_family(family, conditions, fit, why):
    found = verdict(policy(**conditions), **family)

    assert (found.fit, found.why) == (fit, why)


@pytest.mark.parametrize(
    ("person", "conditions", "why"),
    [
        (Person(1, "甲"), {"age_from": 60}, "要求满 60 周岁，还没有写出生日期"),
        (Person(1, "甲"), {"sex": "2"}, "要求女性，还没有写性别"),
        (
            Person(1, "甲", categories=frozenset({"CJ"})),
            {"grades": ["1"]},
            "要求残疾等级 一级，档案里还没有写残疾等级",
        ),
        (Person(1, "甲"), {"labour": ["4"]}, "要求劳动能力：丧失劳动力，档案里还没有写劳动能力"),
        (Person(1, "甲"), {"health": ["3"]}, "要求健康状况：患有大病，档案里还没有写健康状况"),
    ],
)
def test_what_is_not_written_down_is_asked_for(person, conditions, why):
    found = verdict(policy(**conditions), person)

    assert (found.fit, found.why) == (Fit.UNKNOWN, [why])


def test_missing_papers_are_named_and_held_ones_are_not():
    rule = policy(proofs=["identity", "disability"], categories=["CJ"])

    assert verdict(rule, replace(WANG, proofs=frozenset({"identity"}))).proofs == ["残疾人证"]
    assert verdict(policy(proofs=["identity"], categories=["DB"])).proofs == []


def test_what_somebody_has_already_is_not_offered_again():
    assert verdict(policy(grants="CJ")).fit == Fit.HELD
    (found,) = verdicts(policy("family", grants="DB"), Family(categories=frozenset({"DB"}), members=(WANG,)), NAMES)
    assert found.fit == Fit.HELD


def test_only_members_that_it_may_be_for_are_shown():
    son = Person(2, "儿子", age=20, sex="1")
    found = verdicts(policy(sex="2", age_from=50), Family(members=(son, WANG)), NAMES)

    assert [(v.person.name, v.fit) for v in found] == [("王桂兰", Fit.MAY)]
    assert [v.person.name for v in verdicts(policy(age_from=60), Family(members=(son, WANG)), NAMES)] == [
        "儿子",
        "王桂兰",
    ]


def test_a_policy_of_the_family_asks_one_member_for_all_that_is_about_persons():
    old_man = Person(2, "父亲", age=70, sex="1")
    family = Family(members=(old_man, WANG))

    assert [v.fit for v in verdicts(policy("family", sex="2", age_from=60), family, NAMES)] == [Fit.NOT]
    assert [v.fit for v in verdicts(policy("family", sex="1", age_from=60), family, NAMES)] == [Fit.MAY]
    assert [v.fit for v in verdicts(policy("family", age_from=60), Family(), NAMES)] == [Fit.UNKNOWN]


def test_of_a_shut_child_a_verdict_is_the_same_whatever_is_kept():
    def child(**facts):
        return Person(3, "小红", age=9, sex="2", categories=frozenset({"CJ"}), shut=True, **facts)

    rule = policy(grades=["1"], health=["3"], labour=["4"])
    found = [
        verdict(rule, child(**facts))
        for facts in ({}, {"grade": "1"}, {"grade": "3", "health": ("1",), "labour": "1"})
    ]

    assert [(v.fit, v.why) for v in found] == [(
        Fit.UNKNOWN,
        [f"要求{one}，{SHUT}" for one in ("残疾等级 一级", "健康状况：患有大病", "劳动能力：丧失劳动力")],
    )] * 3  # fmt: skip


def test_the_rules_of_a_policy_as_sentences():
    rule = policy(categories=["CJ"], age_from=18, income_times=1.5, dangerous=True)

    assert rules_of(rule, NAMES) == ["属于残疾", "满 18 周岁", "人均月收入不超过低保标准的 1.5 倍", "危房或者旧院落"]
    assert rules_of(policy(), NAMES) == ["没有条件"]


codes = st.lists(st.sampled_from(["DB", "CJ", "TK", "LA"]), unique=True)
conditions_of = st.fixed_dictionaries({}, optional={
    "categories": codes, "without": codes, "sex": st.sampled_from(["1", "2"]), "age_from": st.integers(0, 100),
    "age_to": st.integers(0, 100), "grades": st.lists(st.sampled_from("1234"), unique=True),
    "health": st.lists(st.sampled_from("123"), unique=True), "labour": st.lists(st.sampled_from("145"), unique=True),
    "income_most": st.integers(1, 5000), "housing": st.lists(st.sampled_from(["own", "rented"]), unique=True),
    "dangerous": st.just(True),
})  # fmt: skip
people = st.builds(
    Person, key=st.integers(1, 9), name=st.just("甲"), age=st.none() | st.integers(0, 100),
    sex=st.sampled_from(["", "0", "1", "2"]), categories=codes.map(frozenset), grade=st.sampled_from(["", *"1234"]),
    health=st.lists(st.sampled_from("123"), unique=True).map(tuple), labour=st.sampled_from(["", *"145"]), shut=st.booleans(),
)  # fmt: skip
families = st.builds(
    Family, categories=codes.map(frozenset), members=st.lists(people, max_size=3).map(tuple),
    income=st.none() | st.integers(0, 6000).map(Decimal), housing=st.sampled_from(["", "own", "rented"]),
    dangerous=st.sampled_from([None, True, False]),
)  # fmt: skip


@given(conditions_of, families, st.sampled_from(["person", "family"]))
def test_may_fit_has_no_word_against_it_and_all_else_says_why(conditions, family, applies_to):
    for found in verdicts(policy(applies_to, **conditions), family, NAMES):
        assert (found.fit == Fit.MAY) == (found.why == [])


@given(conditions_of, families)
def test_more_conditions_never_make_it_fit_better(conditions, family):
    order = [Fit.MAY, Fit.UNKNOWN, Fit.HELD, Fit.NOT]
    for person in family.members:
        alone = Family(members=(person,), income=family.income, housing=family.housing, dangerous=family.dangerous)
        all_of_them = best_fit(verdicts(policy(**conditions), alone, NAMES))
        for name in conditions:
            fewer = {k: v for k, v in conditions.items() if k != name}
            assert order.index(best_fit(verdicts(policy(**fewer), alone, NAMES))) <= order.index(all_of_them)


# --- what is read of a family -----------------------------------------------------------------------------------------
@pytest.fixture
def file(grid, worker):
    """In care: a woman with a severe disability and her child; last year's money."""
    found = file_at("active", household__area=grid, household__housing="rented", officer=worker)
    woman = MembershipFactory(household=found.household, resident__area=grid, resident__birth="1970-01-01").resident
    child = MembershipFactory(
        household=found.household, resident__area=grid, resident__birth=f"{timezone.localdate().year - 9}-01-01"
    ).resident
    StatusFactory(resident=woman, category="CJ")
    MemberFactFactory(file=found, resident=woman, disability_grade="1", labour="4", health=["4"])
    MemberFactFactory(file=found, resident=child, disability_grade="2", health=["3"])
    YearAccountFactory(file=found, year=2025, people=2, wages=12000)
    EvidenceFactory(file=found, kind="identity")
    EvidenceFactory(file=found, kind="diagnosis", valid_until=date(2020, 1, 1))
    found.woman, found.child = woman, child
    return found


def test_what_is_known_of_a_family(file, worker):
    family = families_of([file], worker)[file.pk]
    by_key = {person.key: person for person in family.members}
    woman, child = by_key[file.woman.pk], by_key[file.child.pk]

    assert (family.categories, family.housing, family.income) == (frozenset({"CJ"}), "rented", Decimal(500))
    assert family.proofs == frozenset({"identity"})
    assert (woman.grade, woman.labour, woman.shut, woman.categories) == ("1", "4", False, frozenset({"CJ"}))
    assert (child.grade, child.health, child.shut, child.age) == ("", (), True, 9)
    assert families_of([file])[file.pk].members == family.members


@pytest.mark.parametrize("rows", [1, 3])
def test_families_are_read_with_the_same_queries(grid, rows, django_assert_num_queries):
    files = [file_at("active", household__area=grid) for _ in range(rows)]
    for one in files:
        member = MembershipFactory(household=one.household, resident__area=grid)
        MemberFactFactory(file=one, resident=member.resident)
    policy_words()

    with django_assert_num_queries(8):
        families_of(files)


def test_a_category_of_the_whole_family_counts_for_each_of_it(file, worker):
    StatusFactory(resident=None, household=file.household, category="DB")
    family = families_of([file], worker)[file.pk]

    found = {v.person.key: v.fit for v in verdicts(policy(categories=["DB"]), family, policy_words())}
    assert found == {file.woman.pk: Fit.MAY, file.child.pk: Fit.MAY}
    assert {v.fit for v in verdicts(policy(grants="DB"), family, policy_words())} == {Fit.HELD}


def test_a_paper_of_one_person_proves_nothing_for_another(file, worker):
    EvidenceFactory(file=file, kind="disability", resident=file.child)
    family = families_of([file], worker)[file.pk]

    found = {
        v.person.key: v.proofs for v in verdicts(policy(proofs=["identity", "disability"]), family, policy_words())
    }
    assert found == {file.woman.pk: ["残疾人证"], file.child.pk: []}


# --- the library ------------------------------------------------------------------------------------------------------
def in_library(**fields):
    return PolicyFactory(**{"title": "重残护理补贴", **fields})


def test_shipped_policies_are_taken_once_and_wait_to_be_checked(chair):
    assert (
        take_policies(by=chair) == len(shipped_policies()) == Policy.objects.in_use().filter(checked_on=None).count()
    )
    assert take_policies(by=chair) == 0
    for one in Policy.objects.all():
        one.full_clean()
        assert rules_of(one, policy_words())


def test_the_same_name_is_in_use_once(chair):
    first = retire_policy(in_library(), by=chair)
    in_library()

    with pytest.raises(ValidationError, match="同名的政策已经有了"):
        restore_policy(first, by=chair)
    with pytest.raises(ValidationError, match="已经停用了"):
        retire_policy(first, by=chair)
    with pytest.raises(ValidationError, match="没有停用"):
        restore_policy(Policy.objects.get(retired_on=None), by=chair)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE hardship_policy SET applies_to = 'all'",
        "UPDATE hardship_policy SET valid_from = '2026-02-01', valid_to = '2026-01-01'",
        "UPDATE hardship_policystep SET step = 'done'",
        "UPDATE hardship_policystep SET void_on = '2026-01-01'",
    ],
)
def test_the_database_refuses(chair, file, sql):
    record_step(PolicyStep(file=file, policy=in_library(), step=PolicyStepKind.TOLD), by=chair)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "conditions",
    [
        [], {"age_form": 60}, {"age_from": "60"}, {"age_from": True}, {"age_to": -1}, {"sex": "3"}, {"dangerous": False},
        {"categories": "DB"}, {"grades": [1]}, {"income_times": 0}, {"income_times": "1"},
    ],
)  # fmt: skip
def test_conditions_that_nobody_could_check_are_refused(chair, conditions):
    with pytest.raises(ValidationError):
        create_policy(Policy(title="政策", summary="x", document="x", conditions=conditions), by=chair)
    with pytest.raises(ValidationError, match="没有这样的材料"):
        create_policy(Policy(title="政策", summary="x", document="x", proofs=["passport"]), by=chair)


def test_a_policy_out_of_its_days_is_not_in_use():
    day = date(2026, 6, 1)
    in_library(title="以前的", valid_to=date(2026, 5, 31))
    in_library(title="以后的", valid_from=date(2026, 6, 2))
    in_library(title="现在的", valid_from=day, valid_to=day)

    assert [one.title for one in Policy.objects.in_use(day)] == ["现在的"]


# --- what became of it ------------------------------------------------------------------------------------------------
def test_steps_are_dated_and_struck_out_with_a_reason(worker, file):
    step = record_step(PolicyStep(file=file, policy=in_library(), step="told", note="她说想办"), by=worker)

    assert (step.made_by, step.note) == (worker, "她说想办")
    void_step(step, why="记错了人", by=worker)
    step.refresh_from_db()
    assert (step.void_on, step.void_why) == (timezone.localdate(), "记错了人")
    with pytest.raises(ValidationError, match="已经作废了"):
        void_step(step, why="再来", by=worker)


@pytest.mark.parametrize(
    ("on", "words"),
    [(timezone.localdate() + timezone.timedelta(days=1), "不能晚于今天"), (date(2001, 1, 1), "不能早于")],
)
def test_a_step_lies_between_the_finding_and_today(worker, file, on, words):
    with pytest.raises(ValidationError, match=words):
        record_step(PolicyStep(file=file, policy=in_library(), step="told", on=on), by=worker)


def test_a_step_is_for_somebody_who_lives_there_and_a_policy_in_use(chair, worker, file, grid):
    stranger = MembershipFactory(resident__area=grid).resident

    with pytest.raises(ValidationError, match="不住在这一户"):
        record_step(PolicyStep(file=file, policy=in_library(), step="told", resident=stranger), by=worker)
    retired = retire_policy(in_library(title="旧的"), by=chair)
    with pytest.raises(ValidationError, match="没有在用"):
        record_step(PolicyStep(file=file, policy=retired, step="told"), by=worker)


def test_a_closed_file_takes_no_step(worker, grid):
    closed = file_at("closed", household__area=grid)

    with pytest.raises(ValidationError, match="已经退出"):
        record_step(PolicyStep(file=closed, policy=in_library(), step="told"), by=worker)


# --- pages --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_library_costs_the_same_for_any_number_of_rows(client, worker, rows):
    for n in range(rows):
        in_library(title=f"政策{n}")

    page, queries = queries_beyond(client, reverse("hardship:policy_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 3


def test_the_chair_registers_a_policy_field_by_field(client, chair):
    url = reverse("hardship:policy_create")

    wrong = client.post(url, filled(
        client.get(url), title="补贴", summary="按月", document="某文", age_from=60, age_to=50, income_times="1.5",
        income_most=1000, categories=["CJ"], without=["CJ"],
    ))  # fmt: skip
    client.post(url, filled(
        client.get(url), title="补贴", summary="按月", document="某文", age_from=60, income_times="1.5", categories=["CJ", "DB"],
        proofs=["identity"], grants="DB",
    ))  # fmt: skip

    assert set(wrong.context["form"].errors) == {"age_to", "income_most", "without"}
    one = Policy.objects.get()
    assert one.conditions == {"categories": ["CJ", "DB"], "age_from": 60, "income_times": 1.5}
    assert (one.proofs, one.grants) == (["identity"], "DB")
    url = reverse("hardship:policy_update", args=[one.pk])
    page = client.get(url)
    assert page.context["form"]["age_from"].value() == 60
    client.post(url, filled(page, age_from="", checked_on=timezone.localdate().isoformat()))
    one.refresh_from_db()
    assert (one.conditions, one.checked_on) == (
        {"categories": ["CJ", "DB"], "income_times": 1.5},
        timezone.localdate(),
    )
    last = AuditEvent.objects.filter(action="hardship.policy.change").get()
    assert last.detail == {"fields": ["checked_on", "conditions"]}


def test_two_editors_of_a_policy(chair):
    one = in_library()
    change_policy(Policy.objects.get(), {"title": "甲"}, base_version=one.version, by=chair)

    with pytest.raises(StaleVersion):
        change_policy(one, {"title": "乙"}, base_version=one.version, by=chair)


def test_whoever_only_reads_changes_nothing(client, worker):
    one = in_library()

    assert client.get(reverse("hardship:policy_create")).status_code == 404
    for name in ("policy_update", "policy_retire", "policy_restore"):
        assert client.post(reverse(f"hardship:{name}", args=[one.pk])).status_code == 404
    assert client.post(reverse("hardship:policy_take")).status_code == 404
    page = client.get(one.get_absolute_url())
    assert page.context["may_change"] is False
    assert "残疾等级 一级、二级" in page.content.decode()


def test_who_has_no_families_sees_no_policies(as_user, community):
    stranger = user_with(Role.STREET, community, username="street")
    one = in_library()

    assert [
        as_user(stranger).get(u).status_code for u in (reverse("hardship:policy_list"), one.get_absolute_url())
    ] == [404, 404]


def test_the_policy_page_compares_the_families_one_may_see(as_user, worker, chair, file, other_grid):
    one = in_library()
    far = file_at("active", household__area=other_grid)

    mine = as_user(worker).get(one.get_absolute_url())
    all_of_them = as_user(chair).get(f"{one.get_absolute_url()}?fit=all")

    assert [(line[0].pk, line[3], line[4][0].person.name) for line in mine.context["lines"]] == [
        (file.pk, "可能符合", file.woman.name)
    ]
    assert mine.context["lines"][0][4][0].proofs == ["残疾人证"]
    assert {line[0].pk for line in all_of_them.context["lines"]} == {file.pk, far.pk}


def test_only_families_in_a_wanted_category_are_compared(as_user, chair, file, grid):
    one = in_library(conditions={"categories": ["CJ", "LA"]})
    file_at("active", household__area=grid)

    page = as_user(chair).get(f"{one.get_absolute_url()}?fit=all")

    assert (page.context["compared"], [line[0].pk for line in page.context["lines"]]) == (1, [file.pk])


def test_a_guarded_family_is_not_compared_for_outsiders(as_user, chair, grid, file):
    outsider = user_with(Role.GRID_WORKER, grid, username="outsider")
    one = in_library()
    plain = as_user(outsider).get(f"{one.get_absolute_url()}?fit=all").context["compared"]
    type(file).objects.filter(pk=file.pk).update(guarded=True)

    seen = [as_user(u).get(f"{one.get_absolute_url()}?fit=all").context["compared"] for u in (outsider, chair)]

    assert (plain, seen) == (1, [0, 1])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_policy_page_costs_the_same_for_any_number_of_families(client, worker, grid, rows):
    one = in_library(conditions={})
    for _ in range(rows):
        member = MembershipFactory(household=file_at("active", household__area=grid).household, resident__area=grid)
        StatusFactory(resident=member.resident, category="CJ")

    page, queries = queries_beyond(client, one.get_absolute_url(), SHELL)

    assert len(page.context["lines"]) == rows
    assert queries == 10


@pytest.mark.parametrize("rows", [1, 3])
def test_the_block_of_a_file_costs_the_same_for_any_number_of_policies(client, worker, file, rows):
    for n in range(rows):
        record_step(PolicyStep(file=file, policy=in_library(title=f"政策{n}"), step="told"), by=worker)
    client.get(file.get_absolute_url())

    page, queries = queries_beyond(client, f"{file.get_absolute_url()}?tab=policies", SHELL)

    assert [len(group[2]) for group in page.context["groups"]] == [rows]
    assert queries == 14


def test_the_block_says_who_what_is_missing_and_why_not(client, worker, file):
    in_library()
    in_library(title="老年补贴", conditions={"age_from": 80})
    in_library(title="大病救助", conditions={"health": ["3"], "age_to": 17})

    page = client.get(f"{file.get_absolute_url()}?tab=policies")

    assert [(words, [(p.title, [(v.person.name, v.why, v.proofs) for v in found]) for p, found, _, _ in rows])
            for _, words, rows in page.context["groups"]] == [
        ("可能符合", [("重残护理补贴", [(file.woman.name, [], ["残疾人证"])])]),
        ("还差资料", [("大病救助", [(file.child.name, [f"要求健康状况：患有大病，{SHUT}"], ["残疾人证"])])]),
    ]  # fmt: skip
    (policy, found, _, url) = page.context["against"][0]
    assert (policy.title, url, {v.why[0] for v in found}) == (
        "老年补贴", "", {f"要求满 80 周岁，现在 {file.woman.age()} 周岁", "要求满 80 周岁，现在 9 周岁"},
    )  # fmt: skip


def test_a_step_is_recorded_and_struck_out_on_its_pages(client, worker, file):
    one = in_library()
    url = reverse("hardship:policystep_create", args=[file.pk, one.pk])

    nobody = client.post(url, filled(client.get(url), step="told"))
    done = client.post(url, filled(client.get(url), step="told", who=file.woman.pk, note="她想办"))

    assert nobody.context["form"].errors["who"] == ["这一项要填。"]
    step = PolicyStep.objects.get()
    assert (done.url, step.resident, step.step, step.note) == (
        f"{file.get_absolute_url()}?tab=policies",
        file.woman,
        "told",
        "她想办",
    )
    url = reverse("hardship:policystep_void", args=[step.pk])
    client.post(url, filled(client.get(url), why="记错了"))
    step.refresh_from_db()
    assert step.void_why == "记错了"
    assert client.get(url).status_code == 404


def test_steps_of_a_guarded_file_are_not_there_for_outsiders(as_user, grid, file, worker):
    outsider = user_with(Role.GRID_WORKER, grid, username="outsider")
    step = record_step(PolicyStep(file=file, policy=in_library(), step="told"), by=worker)
    url = reverse("hardship:policystep_void", args=[step.pk])
    before = as_user(outsider).get(url).status_code
    type(file).objects.filter(pk=file.pk).update(guarded=True)

    assert (before, as_user(outsider).get(url).status_code, as_user(worker).get(url).status_code) == (200, 404, 200)
