"""Two people open the same form and save one after the other: both texts are shown, nothing is lost, no page differs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from concerns.services.answers import answer_concern
from concerns.services.clocks import extends_until
from concerns.tests.factories import concern_at
from fedhub.core.testing.client import filled
from fedhub.reference.models import Rule
from fedhub.reference.services import load_reference
from fedhub.reference.tests.factories import AgencyFactory, CodeEntryFactory, VenueFactory
from grids.tests.factories import TermMemberFactory
from households.models import SafeContact
from households.services.consent import set_safe_contact
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory
from safety.tests.factories import RiskReportFactory

pytestmark = pytest.mark.django_db


def code(grid):
    row = CodeEntryFactory(table__editable=True, label="原来", aliases=["甲"])
    return row, reverse("reference:codeentry_update", args=[row.pk])


def agency(grid):
    row = AgencyFactory(name="清和派出所", contact="原来")
    return row, reverse("reference:agency_update", args=[row.pk])


def venue(grid):
    row = VenueFactory(name="活动室", note="原来")
    return row, reverse("reference:venue_update", args=[row.pk])


def rule(grid):
    load_reference()
    row = Rule.objects.get(key="concern_close")
    return row, reverse("reference:rule_update", args=[row.pk])


def member(grid):
    row = TermMemberFactory(term__area=grid.parent, duty="原来")
    return row, reverse("grids:member_update", args=[row.pk])


def household(grid):
    row = HouseholdFactory(area=grid, note="原来")
    return row, reverse("households:household_update", args=[row.pk])


def safe_contact(grid):
    row = SafeContact(resident=ResidentFactory(area=grid), channels=["phone"], note="原来")
    set_safe_contact(row, [], by=row.resident.created_by)
    return row, reverse("households:safe_contact", args=[row.resident_id])


def answered(grid):
    row = concern_at("answered", area=grid)
    answer_concern(row, answer="原来", told="face", outcome="solved", by=UserFactory())
    return row, reverse("concerns:concern_answer", args=[row.pk])


FORMS = [
    # maker, input, label on the page of the clash, column, texts of the first and the second editor
    (code, "label", "名称", "label"),
    (agency, "contact", "联系人", "contact"),
    (venue, "note", "备注", "note"),
    (member, "duty", "分工", "duty"),
    (household, "note", "备注", "note"),
    (safe_contact, "note", "注意", "note"),
    (answered, "answer", "答复内容", "answer"),
]


@pytest.mark.parametrize(("make", "name", "label", "column"), FORMS, ids=[form[0].__name__ for form in FORMS])
def test_both_texts_are_shown_and_the_choice_is_saved(client, chair, grid, make, name, label, column):
    row, url = make(grid)
    first, second = client.get(url), client.get(url)

    assert client.post(url, filled(first, **{name: "先写的"})).status_code == 302
    clash = client.post(url, filled(second, **{name: "后写的"}))

    row.refresh_from_db()
    rows = [(f["label"], f["base"], f["theirs"], f["mine"], f["same"]) for f in clash.context["fields"]]
    assert (clash.status_code, rows) == (409, [(label, "原来", "先写的", "后写的", False)])
    assert getattr(row, column) == "先写的"

    assert client.post(url, filled(clash)).status_code == 302
    row.refresh_from_db()
    assert getattr(row, column) == "后写的"


@pytest.mark.parametrize(
    ("make", "theirs", "mine"),
    [
        (agency, ("contact", "先写的"), ("note", "后写的")),
        (code, ("label", "先写的"), ("aliases", "乙、丙")),
        (household, ("note", "先写的"), ("head_name", "李秀英")),
        (member, ("duty", "先写的"), ("workplace", "后写的")),
    ],
    ids=["agency", "code", "household", "member"],
)
def test_what_only_the_other_changed_is_kept(client, chair, grid, make, theirs, mine):
    row, url = make(grid)
    first, second = client.get(url), client.get(url)

    client.post(url, filled(first, **dict([theirs])))
    clash = client.post(url, filled(second, **dict([mine])))
    saved = client.post(url, filled(clash))

    row.refresh_from_db()
    assert ([f["same"] for f in clash.context["fields"]].count(False), saved.status_code) == (0, 302)
    assert getattr(row, theirs[0]) == theirs[1]
    assert getattr(row, mine[0]) == (["乙", "丙"] if mine[0] == "aliases" else mine[1])


def test_the_text_of_the_other_can_be_taken(client, chair, grid):
    row, url = agency(grid)
    first, second = client.get(url), client.get(url)
    client.post(url, filled(first, contact="先写的"))
    clash = client.post(url, filled(second, contact="后写的", note="我的备注"))

    client.post(url, filled(clash, take_contact="theirs"))

    row.refresh_from_db()
    assert (row.contact, row.note) == ("先写的", "我的备注")


def test_a_rule_is_asked_number_by_number(client, chair, grid):
    row, url = rule(grid)
    before = row.value
    first, second = client.get(url), client.get(url)
    client.post(url, filled(first, number=before + 1))

    clash = client.post(url, filled(second, number=before + 2))
    client.post(url, filled(clash))

    rows = [(f["base"], f["theirs"], f["mine"]) for f in clash.context["fields"]]
    assert rows == [(str(before), str(before + 1), str(before + 2))]
    row.refresh_from_db()
    assert row.value == before + 2


def test_two_people_agree_with_her_on_safe_contact_for_the_first_time(client, chair, grid):
    url = reverse("households:safe_contact", args=[ResidentFactory(area=grid).pk])
    first, second = client.get(url), client.get(url)

    client.post(url, filled(first, channels=["letter"], note="不要打电话"))
    clash = client.post(url, filled(second, channels=["phone"], spouse_may_answer="on"))

    safe = SafeContact.objects.get()
    assert (clash.status_code, safe.channels, safe.note, safe.spouse_may_answer) == (
        409, ["letter"], "不要打电话", False,
    )  # fmt: skip
    rows = {f["label"]: (f["theirs"], f["mine"], f["same"]) for f in clash.context["fields"]}
    assert rows == {
        "可以用的方式": ("信件", "电话", False),
        "丈夫可能接听、看到": ("否", "是", True),
        "注意": ("不要打电话", "（空）", True),
    }


def test_relations_changed_by_two_people_are_not_overwritten(client, chair, grid):
    one = MembershipFactory(household__area=grid, resident__name="王桂兰", relation="02")
    two = MembershipFactory(household=one.household, resident__name="赵建国", relation="10")
    three = MembershipFactory(household=one.household, resident__name="赵小莉", relation="30")
    url = reverse("households:relations", args=[one.household.pk])
    first, second = client.get(url), client.get(url)

    client.post(url, filled(first, **{f"relation_{one.pk}": "10", f"relation_{two.pk}": "02"}))
    clash = client.post(url, filled(second, **{f"relation_{three.pk}": "20"}))
    one.refresh_from_db()
    assert (clash.status_code, one.relation) == (409, "10")
    client.post(url, filled(clash))

    for row in (one, two, three):
        row.refresh_from_db()
    assert [one.relation, two.relation, three.relation] == ["10", "02", "20"]


def test_a_member_who_came_meanwhile_keeps_her_relation(client, chair, grid):
    one = MembershipFactory(household__area=grid, relation="02")
    url = reverse("households:relations", args=[one.household.pk])
    page = client.get(url)
    newcomer = MembershipFactory(household=one.household, relation="30")

    client.post(url, filled(page, **{f"relation_{one.pk}": "02"}))

    newcomer.refresh_from_db()
    assert newcomer.relation == "30"


def test_a_concern_given_to_two_people_at_once_is_asked(as_user, chair, worker, grid):
    client, concern = as_user(chair), concern_at("accepted", area=grid)
    url = reverse("concerns:concern_assign", args=[concern.pk])
    first, second = client.get(url), client.get(url)
    day = timezone.localdate().isoformat()

    client.post(url, filled(first, person=worker.pk, handle_by=day))
    clash = client.post(url, filled(second, person=chair.pk, handle_by=day))

    concern.refresh_from_db()
    assert (clash.status_code, concern.assigned_to) == (409, worker)
    assert ("承办人", "刘建芳", "周敏") in [(f["label"], f["theirs"], f["mine"]) for f in clash.context["fields"]]


def test_an_extension_of_a_day_that_moved_meanwhile_is_asked(client, chair, grid):
    concern = concern_at("assigned", area=grid)
    url = reverse("concerns:concern_extend", args=[concern.pk])
    first, second = client.get(url), client.get(url)
    early, late = (extends_until(concern) - timedelta(days=n) for n in (3, 2))

    client.post(url, filled(first, after=early.isoformat(), reason="先写的"))
    clash = client.post(url, filled(second, after=late.isoformat(), reason="后写的"))
    saved = client.post(url, filled(clash))

    rows = [(f["label"], f["mine"]) for f in clash.context["fields"]]
    concern.refresh_from_db()
    assert (clash.status_code, saved.status_code) == (409, 302)
    assert ("理由", "后写的") in rows
    assert (concern.due_on, concern.extensions) == (late, 2)


def test_an_answer_to_a_concern_that_was_closed_meanwhile_is_handed_back(client, chair, grid):
    concern, url = answered(grid)
    page = client.get(url)
    client.post(reverse("concerns:concern_close", args=[concern.pk]))

    late = client.post(url, filled(page, answer="后写的"))

    concern.refresh_from_db()
    assert (late.status_code, concern.answer) == (200, "原来")
    assert late.context["form"].errors == {"__all__": ["现在的状态是“已办结”，不能答复。请刷新后再看。"]}
    assert late.context["form"]["answer"].value() == "后写的"


def test_two_trained_persons_see_both_notes(client, safety_officer, grid):
    report = RiskReportFactory(area=grid)
    url = reverse("safety:report_handle", args=[report.pk])
    first, second = client.get(url), client.get(url)
    client.post(url, filled(first, note="先写的"))

    clash = client.post(url, filled(second, note="后写的"))

    report.refresh_from_db()
    assert (clash.status_code, report.handled_note) == (409, "先写的")
    assert [(f["theirs"], f["mine"]) for f in clash.context["fields"]] == [("先写的", "后写的")]
