"""What in a visit is worth a second look: found when it is saved, asked of the visitor first, gone when put right."""

import uuid
from datetime import time, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.areas.models import Area
from fedhub.areas.tests.factories import grid as grid_of
from fedhub.core.files import attachments_of
from fedhub.core.images import clean_image
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.tests.pictures import jpeg, scene
from grids.enums import DoubtKind, DoubtState, Met, VisitMode
from grids.models import PhotoPrint, Visit, VisitDoubt, VisitPrint
from grids.services.doubts import accept_doubt, explain_doubt, keep_doubt
from grids.services.visit import Risk, amend_visit, correct_visit, keep_photos, log_visit, withdraw_visit
from grids.tests.factories import VisitDoubtFactory, VisitFactory
from grids.tests.test_twins import bare
from grids.today import today_list
from households.models import Household
from households.services.households import create_household
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory
from safety.enums import ReportSource, Sign
from safety.models import RiskReport
from safety.services.reports import report_risk

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
DAY = timedelta(days=1)
LIST = reverse("grids:doubt_list")
SAID = "{name}说腿脚好一些了，药按时在吃，儿子每月汇 {money} 元，菜自己去买，家里都还好。"


def today():
    return timezone.localdate()


def logged(by, household, *, photos=(), **fields):
    """A visit saved as the form does."""
    pictures = [clean_image(file) for file in photos]
    return log_visit(Visit(household=household, others="本人", **fields), photos=pictures, by=by)


def kinds(visit):
    """{kind: (other visit, state)} of what was asked about `visit`."""
    return {d.kind: (d.other_id, d.state) for d in VisitDoubt.objects.filter(visit=visit)}


def step(name, doubt):
    return reverse(f"grids:doubt_{name}", args=[doubt.pk])


def key(doubt):
    return {"once_key": str(uuid.uuid4()), "version": doubt.version}


@pytest.fixture
def home(grid):
    return HouseholdFactory(area=grid)


# --- photos -------------------------------------------------------------------------------------------------------
def test_the_same_photo_at_another_family_is_asked_about_also_when_it_was_made_smaller(worker, home, grid):
    first = logged(worker, home, photos=[scene(1)])

    second = logged(worker, HouseholdFactory(area=grid), photos=[scene(2), scene(1, side=320)])

    assert kinds(first) == {}
    assert kinds(second) == {"photo": (first.pk, "open")}
    assert PhotoPrint.objects.count() == 3
    assert PhotoPrint.objects.get(visit=first).community == grid.parent


def test_photos_added_later_are_compared_too_and_empty_pictures_never(worker, home, grid):
    first = logged(worker, home, photos=[scene(1), jpeg()])
    second = logged(worker, HouseholdFactory(area=grid), photos=[jpeg()])
    assert kinds(second) == {}

    keep_photos(second, [clean_image(scene(1))], by=worker)

    assert kinds(second) == {"photo": (first.pk, "open")}


def test_the_same_photo_twice_in_one_visit_a_signature_and_another_community_are_no_matter(worker, home, stranger):
    elsewhere = grid_of(1, Area.objects.get(code="330106003013"))
    there = logged(stranger, HouseholdFactory(area=elsewhere), photos=[scene(1)])
    visit = logged(worker, home, photos=[scene(1), scene(1)])
    signed = log_visit(Visit(household=home, others="本人"), signature=clean_image(scene(1)), by=worker)

    assert (kinds(there), kinds(visit), kinds(signed)) == ({}, {}, {})
    assert PhotoPrint.objects.count() == 3


def test_a_withdrawn_visit_takes_its_prints_and_its_questions_along(worker, home, grid):
    first = logged(worker, home, photos=[scene(1)], summary=SAID.format(name="她", money=800))
    second = logged(worker, HouseholdFactory(area=grid), photos=[scene(1)])

    withdraw_visit(first, reason="记错了户", by=worker)

    assert kinds(second) == {"photo": (first.pk, "gone")}
    assert list(PhotoPrint.objects.values_list("visit", flat=True)) == [second.pk]
    assert not VisitPrint.objects.filter(visit=first).exists()
    assert AuditEvent.objects.filter(action="grids.visitdoubt.clear").count() == 1


def test_a_photo_chosen_by_mistake_is_taken_away_and_the_question_is_over(as_user, worker, chair, home, grid):
    first = logged(worker, home, photos=[scene(1)])
    second = logged(worker, HouseholdFactory(area=grid), photos=[scene(2), scene(1)])
    wrong = attachments_of(second).last()
    client, url = as_user(worker), reverse("grids:photo_remove", args=[second.pk])
    page = client.get(second.get_absolute_url())
    assert [[uuid for uuid, *_ in row["photos"]] for row in page.context["doubts"]] == [[wrong.uuid]]
    assert str(attachments_of(first).get().uuid) in page.content.decode()

    for photo in ("x", attachments_of(first).get().uuid):
        client.post(url, {"photo": photo})
    as_user(chair).post(url, {"photo": wrong.uuid})
    assert (attachments_of(first).count(), attachments_of(second).count()) == (1, 2)
    client.post(url, {"photo": wrong.uuid})

    assert (attachments_of(second).count(), PhotoPrint.objects.filter(visit=second).count()) == (1, 1)
    assert kinds(second) == {"photo": (first.pk, "gone")}
    assert AuditEvent.objects.filter(action="grids.visit.remove_photo").count() == 1


# --- copied notes -------------------------------------------------------------------------------------------------
def test_the_third_record_in_the_same_words_is_asked_about_though_names_and_numbers_differ(worker, grid):
    visits = []
    for name, money in (("赵小莉", 300), ("王桂兰", 450), ("李秀珍", 1200)):
        member = MembershipFactory(household__area=grid, resident=ResidentFactory(area=grid, name=name))
        visits.append(logged(worker, member.household, summary=SAID.format(name=name, money=money)))

    assert [kinds(visit) for visit in visits] == [{}, {}, {"text": (visits[1].pk, "open")}]
    assert "汇" not in str(list(VisitPrint.objects.values()))


def test_short_records_other_visitors_and_the_year_before_are_not_compared(worker, committee, home):
    home.places.update(valid_from=today() - 400 * DAY)
    words = SAID.format(name="她", money=1)
    for by, summary, ago in ((worker, "家里都好。", 0), (worker, "家里都好。", 0), (worker, "家里都好。", 0),
                             (committee, words, 0), (worker, words, 0), (worker, words, 370)):  # fmt: skip
        logged(by, home, summary=summary, visited_on=today() - ago * DAY)

    last = logged(worker, home, summary=words)

    assert "text" not in kinds(last)


def test_a_record_put_into_her_own_words_is_no_more_asked_about(worker, home):
    for _ in range(2):
        logged(worker, home, summary=SAID.format(name="她", money=1))
    third = logged(worker, home, summary=SAID.format(name="她", money=1))
    assert kinds(third)["text"][1] == "open"

    third.summary = "今天主要说了孙女开学的事，学费已经凑齐，想问暑期班还有没有名额。"
    correct_visit(third, ["summary"], base_version=third.version, by=worker)

    assert kinds(third)["text"][1] == "gone"


# --- times and days -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        ((time(9), time(9, 30)), (time(9, 20), time(9, 50)), True),
        ((time(9), time(9, 30)), (time(9, 30), time(9, 50)), False),
        ((time(9), time(9, 30)), (time(9, 10), None), False),
        ((time(9), time(9, 30)), (None, None), False),
    ],
)
def test_two_visits_at_one_time_are_asked_about(worker, home, grid, first, second, asked):
    earlier = logged(worker, home, started_at=first[0], ended_at=first[1])

    later = logged(worker, HouseholdFactory(area=grid), started_at=second[0], ended_at=second[1])

    assert kinds(later) == ({"overlap": (earlier.pk, "open")} if asked else {})


def test_the_partner_cannot_be_in_two_homes_either_but_may_telephone(worker, committee, home, grid):
    at = {"started_at": time(9), "ended_at": time(9, 30)}
    logged(worker, home, partner=committee, **at)

    there = logged(committee, HouseholdFactory(area=grid), **at)
    called = logged(committee, HouseholdFactory(area=grid), mode=VisitMode.PHONE, **at)

    assert (set(kinds(there)), kinds(called)) == ({"overlap"}, {})


def test_a_pair_is_asked_about_once_and_both_ways_of_putting_it_right_end_it(worker, home, grid):
    first = logged(worker, home, started_at=time(9), ended_at=time(9, 30))
    second = logged(worker, HouseholdFactory(area=grid), started_at=time(9, 10), ended_at=time(9, 40))

    first.summary = "补一句。"
    correct_visit(first, ["summary"], base_version=first.version, by=worker)
    assert (kinds(first), kinds(second)) == ({}, {"overlap": (first.pk, "open")})
    first.started_at, first.ended_at = time(8), time(8, 30)
    amend_visit(first, ["started_at", "ended_at"], reason="看错了表", base_version=first.version, by=worker)

    assert kinds(second) == {"overlap": (first.pk, "gone")}
    first.started_at, first.ended_at = time(9), time(9, 30)
    amend_visit(first, ["started_at", "ended_at"], reason="没看错", base_version=first.version, by=worker)
    assert [set(kinds(first).items()) | set(kinds(second).items())] == [
        {("overlap", (second.pk, "open")), ("overlap", (first.pk, "gone"))}
    ]


def test_more_visits_in_an_hour_than_the_rule_says(worker, grid):
    visits = [
        logged(worker, HouseholdFactory(area=grid), started_at=time(9, 8 * number), ended_at=time(9, 8 * number + 5))
        for number in range(7)
    ]

    assert [kinds(visit) for visit in visits] == [{}] * 6 + [{"crowded": (None, "open")}]


@pytest.mark.parametrize(
    ("start", "end", "mode", "asked"),
    [
        (time(22, 30), time(22, 50), VisitMode.HOME, True),
        (time(21, 50), time(22, 5), VisitMode.HOME, True),
        (time(5, 30), None, VisitMode.HOME, True),
        (time(6), time(22), VisitMode.HOME, False),
        (time(23), time(23, 10), VisitMode.PHONE, False),
    ],
)
def test_visits_at_night(worker, home, start, end, mode, asked):
    visit = logged(worker, home, started_at=start, ended_at=end, mode=mode)

    assert ("night" in kinds(visit)) is asked


def test_a_day_before_the_family_was_on_the_books_or_after_it_left(worker, grid):
    home = create_household(Household(area=grid), by=worker)
    MembershipFactory(household=home, valid_from=today() - 30 * DAY)
    early = logged(worker, home, visited_on=today() - DAY)
    right = logged(worker, home)
    Household.objects.filter(pk=home.pk).update(state="moved", closed_on=today() - 3 * DAY)
    home.places.update(valid_from=today() - 30 * DAY)
    home.refresh_from_db()
    late = logged(worker, home)

    assert [set(kinds(visit)) for visit in (early, right, late)] == [{"early"}, set(), {"late"}]


def test_nothing_asked_ever_hinders_saving(as_user, worker, home):
    client = as_user(worker)
    url = reverse("grids:visit_create", args=[home.pk])
    page = client.get(url)
    data = filled(page, met="met", others="本人", change="no", started_at="23:00", ended_at="23:30")

    answer = client.post(url, data)

    visit = Visit.objects.get()
    assert answer.url == visit.get_absolute_url()
    assert kinds(visit) == {"night": (None, "open")}


# --- the visitor first, then the chair ----------------------------------------------------------------------------
def test_the_visitor_is_asked_first_and_the_chair_sees_what_she_said(as_user, worker, chair, home):
    visit = logged(worker, home, started_at=time(23))
    doubt = VisitDoubt.objects.get()
    she, boss = as_user(worker), as_user(chair)

    top = today_list(worker)[0]
    assert (top.key, top.total, top.entries[0].url) == ("doubt", 1, visit.get_absolute_url())
    assert top.entries[0].reason.endswith("夜里走访")
    assert she.get(visit.get_absolute_url()).context["doubts"][0]["may_explain"] is True
    assert boss.get(visit.get_absolute_url()).context["doubts"] == []
    assert boss.get(LIST).context["page"].rows == []

    she.post(step("explain", doubt), filled(she.get(step("explain", doubt)), explanation="老人半夜摔了一跤"))

    assert [group.key for group in today_list(worker)].count("doubt") == 0
    (row,) = boss.get(LIST).context["page"].rows
    assert (row["doubt"].explanation, row["doubt"].explained_by) == ("老人半夜摔了一跤", worker)
    assert "老人半夜摔了一跤" in boss.get(visit.get_absolute_url()).content.decode()
    boss.post(step("accept", doubt), key(row["doubt"]))
    doubt.refresh_from_db()
    assert (doubt.state, doubt.decided_by) == (DoubtState.ACCEPTED, chair)
    assert boss.get(LIST).context["page"].rows == []
    assert len(boss.get(LIST, {"state": "accepted"}).context["page"].rows) == 1
    assert "半夜" not in str(list(AuditEvent.objects.values()))


def test_without_a_word_it_comes_before_the_chair_after_the_days_of_the_rule(as_user, worker, chair, home):
    logged(worker, home, started_at=time(23))
    doubt = VisitDoubt.objects.get()
    with pytest.raises(ValidationError, match="还没有说明"):
        accept_doubt(doubt, by=chair)

    VisitDoubt.objects.update(found_on=today() - 5 * DAY)

    (row,) = as_user(chair).get(LIST).context["page"].rows
    assert row["doubt"] == doubt
    keep_doubt(row["doubt"], by=chair)
    assert kinds(doubt.visit) == {"night": (None, "kept")}
    explain_doubt(row["doubt"], explanation="补一句", by=worker)
    assert kinds(doubt.visit) == {"night": (None, "explained")}


def test_what_was_found_right_opens_again_only_for_another_visit(worker, chair, home, grid):
    at = {"started_at": time(9), "ended_at": time(9, 30)}
    logged(worker, home, **at)
    second = logged(worker, HouseholdFactory(area=grid), **at)
    doubt = explain_doubt(VisitDoubt.objects.get(), explanation="一起开的座谈会", by=worker)
    accept_doubt(doubt, by=chair)

    second.summary = "补一句。"
    correct_visit(second, ["summary"], base_version=second.version, by=worker)
    assert kinds(second)["overlap"][1] == "accepted"

    third = logged(worker, HouseholdFactory(area=grid), **at)
    assert kinds(third)["overlap"] == (second.pk, "open")


def test_nobody_explains_for_another_or_settles_her_own(as_user, worker, committee, chair, home, grid):
    doubt = VisitDoubtFactory(visit=VisitFactory(household=home, grid=grid, visitor=worker, recorded_by=worker))
    own = VisitDoubtFactory(
        visit=VisitFactory(household=home, grid=grid, visitor=chair, recorded_by=chair), found_on=today() - 9 * DAY
    )

    assert as_user(committee).get(step("explain", doubt)).status_code == 404
    assert as_user(committee).get(doubt.get_absolute_url()).context["doubts"] == []
    assert as_user(worker).post(step("accept", doubt), key(doubt)).status_code == 404
    assert as_user(chair).get(LIST).context["page"].rows == []
    with pytest.raises(ValidationError, match="只有走访人自己"):
        explain_doubt(doubt, explanation="x", by=committee)
    with pytest.raises(ValidationError, match="请写一句"):
        explain_doubt(doubt, explanation="", by=worker)
    for act in (accept_doubt, keep_doubt):
        with pytest.raises(ValidationError, match="自己的走访不能自己看"):
            act(own, by=chair)


def test_what_changed_since_the_page_was_opened_is_not_settled(as_user, worker, chair, home):
    logged(worker, home, started_at=time(23))
    VisitDoubt.objects.update(found_on=today() - 9 * DAY)
    doubt = VisitDoubt.objects.get()
    read = key(doubt)
    explain_doubt(doubt, explanation="送急诊", by=worker)

    answer = as_user(chair).post(step("accept", doubt), read)

    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["这条提醒刚有变化，还没有动。请看一下再点。"]
    doubt.refresh_from_db()
    assert doubt.state == DoubtState.EXPLAINED


def test_the_other_visit_is_named_only_to_those_who_may_see_it(as_user, worker, chair, grid, other_grid):
    there = logged(chair, HouseholdFactory(area=other_grid, head_name="钱阿姨"), photos=[scene(1)])
    here = logged(worker, HouseholdFactory(area=grid), photos=[scene(1)])
    VisitDoubt.objects.update(found_on=today() - 9 * DAY)

    hers = as_user(worker).get(here.get_absolute_url())
    boss = as_user(chair).get(here.get_absolute_url())

    assert "有一张照片和另一次走访的一样" in hers.content.decode()
    assert "钱阿姨" not in hers.content.decode()
    assert there.get_absolute_url() not in hers.content.decode()
    day = f"{today().month}月{today().day}日"
    assert f"有一张照片和{day}走访钱阿姨户的一样" in boss.content.decode()
    assert there.get_absolute_url() in boss.content.decode()


def test_filters_of_the_list(as_user, chair, worker, committee, grid, other_grid):
    old = today() - 9 * DAY
    for kind, by, place in (("night", worker, grid), ("photo", committee, grid), ("night", worker, other_grid)):
        visit = VisitFactory(household=HouseholdFactory(area=place), grid=place, visitor=by, recorded_by=by)
        VisitDoubtFactory(visit=visit, kind=kind, found_on=old)
    client = as_user(chair)

    def found(**query):
        return len(client.get(LIST, query).context["page"].rows)

    assert found() == 3
    assert (found(kind="night"), found(visitor=worker.pk), found(grid=grid.pk), found(state="explained")) == (
        2,
        2,
        2,
        0,
    )
    there = as_user(user_with(Role.CHAIR, other_grid, username="there"))
    assert len(there.get(LIST).context["page"].rows) == 1


def test_a_stranger_sees_nothing(as_user, stranger, worker, home):
    logged(worker, home, started_at=time(23))
    doubt = VisitDoubt.objects.get()
    VisitDoubt.objects.update(found_on=today() - 9 * DAY)
    client = as_user(stranger)

    assert client.get(LIST).context["page"].rows == []
    for name in ("explain", "accept", "keep"):
        assert client.post(step(name, doubt), key(doubt)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(as_user, chair, worker, grid, rows):
    for _ in range(rows):
        visit = VisitFactory(household=HouseholdFactory(area=grid), grid=grid, visitor=worker, recorded_by=worker)
        other = VisitFactory(household=HouseholdFactory(area=grid), grid=grid, visitor=worker, recorded_by=worker)
        VisitDoubtFactory(visit=visit, other=other, kind=DoubtKind.PHOTO, found_on=today() - 9 * DAY)

    response, queries = queries_beyond(as_user(chair), reverse("grids:doubt_list"), SHELL)

    assert len(response.context["page"].rows) == rows
    assert queries == 6


# --- the sealed compartment ---------------------------------------------------------------------------------------
def test_a_report_changes_no_question_and_no_print(worker, home, grid):
    """Twins: the same visits, once with a report; what is asked, and every print, is the same."""
    told = []
    for risk in (None, Risk(signs=["injury"], text="听到打骂声手臂有伤")):
        place = HouseholdFactory(area=grid)
        day = today() - (14 if risk is None else 7) * DAY
        visit = log_visit(
            Visit(household=place, others="本人", summary=SAID.format(name="她", money=1), visited_on=day,
                  started_at=time(23), met=Met.MET), photos=[], risk=risk, by=worker,
        )  # fmt: skip
        rows = VisitDoubt.objects.filter(visit=visit).values_list("kind", "other", "state", "version")
        told.append((list(rows), VisitPrint.objects.get(visit=visit).text))

    assert RiskReport.objects.count() == 1
    assert told[0] == told[1]


@pytest.mark.parametrize("where", ["grids:doubt_list", "grids:burden"])
def test_no_page_of_the_chair_changes_by_a_report(as_user, chair, worker, home, grid, where):
    visit = logged(worker, home, started_at=time(23))
    VisitDoubt.objects.update(found_on=today() - 9 * DAY)
    first = as_user(chair).get(reverse(where))

    report_risk(area=grid, source=ReportSource.VISIT, by=worker, signs=[Sign.FIGHT], text="打骂声", household=home)

    second = as_user(chair).get(reverse(where))
    assert RiskReport.objects.count() == 1
    assert bare(first.content.decode()) == bare(second.content.decode())
    assert (visit.get_absolute_url() in second.content.decode()) is (where == "grids:doubt_list")


def test_photos_of_a_visit_go_with_their_prints(worker, home):
    visit = logged(worker, home, photos=[scene(3)])
    assert PhotoPrint.objects.count() == 1

    withdraw_visit(visit, reason="记错了户", by=worker)

    assert (attachments_of(visit).count(), PhotoPrint.objects.count()) == (0, 0)
