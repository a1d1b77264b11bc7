"""The life of a hardship file through its services and pages; who sees it, and who does not."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.versions import StaleVersion
from fedhub.ledgers.models import ExportRecord
from fedhub.reference.enums import RiskLevel
from fedhub.reference.lookup import rule
from hardship.enums import FileExit, FileState, FoundHow, Level, ReviewKind
from hardship.models import HardshipFile
from hardship.queries import review_due, suggestion_for, waiting_for_approval, waiting_reviews
from hardship.score import SHIPPED
from hardship.services.files import (
    approve_file,
    change_file,
    check_file,
    close_file,
    find_file,
    guard_file,
    name_reader,
    propose_exit,
    propose_file,
    watch_file,
)
from hardship.services.reviews import change_weights, confirm_review, open_change_of, refuse_review, review_file
from hardship.tests.factories import FileReaderFactory, FileStageFactory, HardshipFileFactory, ReviewFactory, file_at
from hardship.tests.factories_aid import DeliveryFactory
from hardship.tests.factories_contents import EvidenceFactory, MemberFactFactory
from households.panels import household_panels
from households.services.households import move_household
from households.services.merge import preview_merge
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory, StatusFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SHELL = "/safety/help/"
LIST = reverse("hardship:file_list")


def today():
    return timezone.localdate()


def again(user):
    return User.objects.get(pk=user.pk)


@pytest.fixture
def deputy(community):
    """The second of the two who decide."""
    return user_with(Role.CHAIR, community, username="deputy", name="陈红")


@pytest.fixture
def family(grid):
    """王桂兰, ill, in a family that lives in the first grid."""
    member = MembershipFactory(household__area=grid, resident__area=grid)
    StatusFactory(resident=member.resident, category="ZZ")
    StatusFactory(resident=member.resident, category="XG")
    return member.household


def opened(family, worker, **facts):
    facts = {"situation": "丈夫失业，她在治病。", "category": "ZZ", "found_how": FoundHow.VISIT} | facts
    return find_file(HardshipFile(household=family, **facts), by=worker)


def approved(family, worker, chair):
    file = opened(family, worker)
    check_file(file, findings="上门看了，情况属实。", by=worker)
    propose_file(file, level=Level.SECOND, reason="", by=worker)
    return approve_file(file, by=chair)


# --- from found to closed ---------------------------------------------------------------------------------------------
def test_files_are_numbered_by_community_and_year_without_gaps(worker, grid):
    files = [opened(HouseholdFactory(area=grid), worker) for _ in range(3)]

    name = grid.parent.name
    assert [f.number for f in files] == [f"〔{today().year}〕{name}帮扶字第{n:04d}号" for n in (1, 2, 3)]
    assert [(f.area, f.officer, f.created_by, f.state) for f in files] == [(grid, worker, worker, "found")] * 3


def test_a_refused_file_takes_no_number(worker, family, grid):
    opened(family, worker)
    with pytest.raises(ValidationError, match="已经有一份"):
        opened(family, worker)

    assert opened(HouseholdFactory(area=grid), worker).number.endswith("0002号")


def test_the_level_that_was_proposed_holds_from_the_approval_and_visits_follow(worker, chair, family):
    file = approved(family, worker, chair)

    file.refresh_from_db()
    family.refresh_from_db()
    review = file.reviews.get()
    assert (file.state, file.level, file.approved_by, file.approved_on) == ("active", Level.SECOND, chair, today())
    assert file.review_due_on == today() + DAY * rule("hardship_review_days_2")
    assert (review.kind, review.score, review.suggested, review.confirmed_by) == ("opening", 40, Level.SECOND, chair)
    assert family.risk_level == RiskLevel.ORANGE
    assert [s.state for s in file.stages.all()] == ["found", "checked", "proposed", "active"]


def test_whoever_proposed_does_not_approve(chair, deputy, family):
    file = opened(family, chair)
    check_file(file, findings="情况属实。", by=chair)
    propose_file(file, level=Level.SECOND, reason="", by=chair)

    with pytest.raises(ValidationError, match="另一位负责人"):
        approve_file(file, by=chair)
    assert approve_file(file, by=deputy).state == FileState.ACTIVE


def test_another_level_than_the_suggested_needs_a_reason(worker, family):
    file = opened(family, worker)
    check_file(file, findings="情况属实。", by=worker)

    with pytest.raises(ValidationError, match="请写理由"):
        propose_file(file, level=Level.FIRST, reason=" ", by=worker)
    propose_file(file, level=Level.FIRST, reason="刚做完手术，欠了债。", by=worker)

    file.refresh_from_db()
    assert (file.state, file.reviews.get().level, file.reviews.get().suggested) == ("proposed", 1, 2)


def test_a_stricter_colour_of_the_family_stands(worker, chair, family):
    family.risk_level = RiskLevel.RED
    family.save()

    approved(family, worker, chair)

    family.refresh_from_db()
    assert family.risk_level == RiskLevel.RED


def test_the_family_is_watched_before_the_file_is_closed(worker, chair, deputy, family):
    file = approved(family, worker, chair)
    propose_exit(file, exit_reason=FileExit.INCOME, reason="两人都上班了。", by=worker)
    with pytest.raises(ValidationError, match="先转入稳定观察"):
        close_file(file, exit_reason=FileExit.INCOME, reason="好了", by=chair)

    watch_file(file, by=chair)

    family.refresh_from_db()
    assert (file.level, file.watch_until) == (Level.FOURTH, today() + DAY * rule("hardship_watch_days"))
    assert file.review_due_on == file.watch_until
    assert family.risk_level == RiskLevel.GREEN
    with pytest.raises(ValidationError, match="提前退出请写理由"):
        close_file(file, exit_reason=FileExit.INCOME, reason="", by=chair)

    close_file(file, exit_reason=FileExit.INCOME, reason="收入稳定一年了。", by=chair)

    file.refresh_from_db()
    assert (file.state, file.exit_reason, file.exit_note) == ("closed", "income", "收入稳定一年了。")
    assert open_files() == 0


def open_files():
    return HardshipFile.objects.open().count()


def test_who_proposed_the_exit_does_not_decide_on_it(chair, deputy, grid):
    file = file_at("exiting", household__area=grid, proposed_by=chair)
    FileStageFactory(file=file)

    for act in (
        lambda: watch_file(file, by=chair),
        lambda: close_file(file, exit_reason="moved", reason="x", by=chair),
    ):
        with pytest.raises(ValidationError, match="另一位负责人"):
            act()
    assert close_file(file, exit_reason="moved", reason="搬走了", by=deputy).state == "closed"


def test_a_family_off_the_books_gets_no_file(worker, grid):
    home = HouseholdFactory(area=grid, state="moved", closed_on=today())

    with pytest.raises(ValidationError, match="迁出或注销"):
        opened(home, worker)


def test_two_who_change_a_file_do_not_overwrite_each_other(worker, grid):
    file = HardshipFileFactory(household__area=grid)
    file.category = "DB"
    change_file(file, ["category"], base_version=1, by=worker)

    with pytest.raises(StaleVersion):
        change_file(file, ["category"], base_version=1, by=worker)


def test_a_file_follows_its_family(worker, chair, other_grid, family):
    file = opened(family, worker)

    move_household(family, other_grid, reason="搬家", by=chair)

    file.refresh_from_db()
    assert (file.area, file.version) == (other_grid, 2)
    assert HardshipFile.objects.visible_to(again(worker)).count() == 0


# --- reviews ----------------------------------------------------------------------------------------------------------
def test_a_review_without_a_change_holds_at_once(worker, chair, family):
    file = approved(family, worker, chair)
    HardshipFile.objects.update(review_due_on=today() - DAY)

    review = review_file(file, level=Level.SECOND, reason="", by=worker)

    file.refresh_from_db()
    assert (review.level_before, review.level, open_change_of(file)) == (2, 2, None)
    assert file.review_due_on == today() + DAY * rule("hardship_review_days_2")


def test_a_changed_level_waits_for_another_person(worker, chair, family):
    file = approved(family, worker, chair)

    review = review_file(file, level=Level.FIRST, reason="病情加重。", by=worker)

    file.refresh_from_db()
    assert (file.level, open_change_of(file), list(waiting_reviews(chair))) == (2, review, [review])
    with pytest.raises(ValidationError, match="在等确认"):
        review_file(file, level=Level.THIRD, reason="又好了。", by=worker)
    with pytest.raises(ValidationError, match="另一位负责人"):
        confirm_review(review, by=worker)

    confirm_review(review, by=chair)

    file.refresh_from_db()
    family.refresh_from_db()
    assert (file.level, open_change_of(file), family.risk_level) == (1, None, RiskLevel.RED)
    assert file.review_due_on == today() + DAY * rule("hardship_review_days_1")
    with pytest.raises(ValidationError, match="已经有结论"):
        confirm_review(review, by=chair)


def test_a_refused_change_leaves_the_level(worker, chair, family):
    file = approved(family, worker, chair)
    review = review_file(file, level=Level.FIRST, reason="病情加重。", by=worker)

    refuse_review(review, reason="没有新的诊断证明。", by=chair)

    file.refresh_from_db()
    review.refresh_from_db()
    assert (file.level, review.refused_why, open_change_of(file)) == (2, "没有新的诊断证明。", None)
    assert review_file(file, level=Level.SECOND, reason="", by=worker).kind == ReviewKind.REGULAR


def test_an_eased_level_eases_the_colour_only_where_it_came_from_the_level(worker, chair, deputy, family):
    file = approved(family, worker, chair)
    confirm_review(review_file(file, level=Level.THIRD, reason="丈夫上班了。", by=worker), by=chair)

    family.refresh_from_db()
    assert family.risk_level == RiskLevel.YELLOW


def test_weights_of_the_office_are_used_from_now_on(chair, family):
    change_weights(SHIPPED | {"illness": 60}, by=chair)

    assert suggestion_for(family).score == 70
    assert suggestion_for(family).level == Level.FIRST


def test_what_waits_for_whom(worker, chair, grid):
    proposed = file_at("proposed", household__area=grid)
    exiting = file_at("exiting", household__area=grid)
    late = file_at("active", household__area=grid, officer=worker, review_due_on=today())
    file_at("active", household__area=grid, officer=chair, review_due_on=today() + DAY)

    assert set(waiting_for_approval(chair)) == {proposed, exiting}
    assert list(waiting_for_approval(worker)) == []
    assert list(review_due(worker)) == list(review_due(chair)) == [late]


# --- pages ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(client, chair, grid, rows):
    for _ in range(rows):
        file_at("active", household__area=grid)

    page, queries = queries_beyond(client, reverse("hardship:file_list"), SHELL)

    assert len(page.context["page"].rows) == rows
    assert queries == 4


def test_filters_of_the_list(as_user, chair, worker, grid, other_grid):
    client = as_user(chair)
    first = file_at("active", household__area=grid, officer=worker, level=1, category="DB")
    late = file_at("watched", household__area=other_grid, review_due_on=today() - DAY)
    closed = file_at("closed", household__area=grid)
    found = HardshipFileFactory(household__area=grid, officer=None)

    def shown(query):
        return {row.number for row in client.get(f"{LIST}?{query}").context["page"].rows}

    assert shown("") == {first.number, late.number, found.number}
    assert shown("state=care") == {first.number, late.number}
    assert shown("state=closed") == {closed.number}
    assert shown("state=all&sort=level") == {first.number, late.number}
    assert shown("level=1") == shown("category=DB") == {first.number}
    assert shown("review=late") == {late.number}
    assert shown("officer=none") == {found.number}
    assert shown(f"area={other_grid.code}") == {late.number}
    assert shown(f"q={first.number}") == {first.number}


def test_a_part_of_a_number_finds_within_what_one_may_see(as_user, worker, other_grid, grid, monkeypatch):
    own, other = (file_at("active", household__area=place) for place in (grid, other_grid))

    def shown(text):
        return {row.number for row in as_user(worker).get(LIST, {"q": text}).context["page"].rows}

    assert (shown(own.number[-5:]), shown(other.number[-5:]), shown("帮字第号")) == ({own.number}, set(), set())
    assert shown("〔2026〕") == {own.number}
    # More hits than a list counts are not cut before it is known whose they are.
    monkeypatch.setattr("hardship.forms.file.COUNT_CAP", 1)
    for _ in range(3):
        file_at("active", household__area=other_grid)
    assert shown("〔2026〕") == {own.number}


def test_the_whole_way_through_the_pages(as_user, worker, chair, family):
    hers, his = as_user(worker), as_user(chair)
    create = reverse("hardship:file_create", args=[family.pk])
    hers.post(create, filled(hers.get(create), situation="丈夫失业，她在治病。", category="ZZ"))
    file = HardshipFile.objects.get()

    def walk(client, step, **typed):
        url = reverse("hardship:file_step", args=[file.pk, step])
        answer = client.post(url, filled(client.get(url), **typed))
        assert answer.url == file.get_absolute_url()
        file.refresh_from_db()
        return file.state

    assert walk(hers, "check", reason="情况属实。") == "checked"
    assert walk(hers, "propose", level="2") == "proposed"
    assert walk(his, "return", reason="缺诊断证明。") == "returned"
    assert walk(hers, "check", reason="补了证明。") == "checked"
    assert walk(hers, "propose", level="2") == "proposed"
    assert walk(his, "approve") == "active"
    assert walk(hers, "propose_exit", exit_reason="income", reason="两人都上班了。") == "exiting"
    assert walk(his, "keep", reason="再看看。") == "active"
    assert walk(hers, "propose_exit", exit_reason="income", reason="稳定半年了。") == "exiting"
    assert walk(his, "watch") == "watched"
    assert walk(his, "close", exit_reason="income", reason="提前退出，本人要求。") == "closed"
    assert walk(hers, "reopen", reason="又来申请。") == "checked"

    page = hers.get(file.get_absolute_url())
    assert len(page.context["way"]) == 16
    assert [label for label, *_ in page.context["steps"]] == ["提交审核", "不予建档"]


def test_a_step_that_is_no_longer_possible_leads_to_the_file_with_a_sentence(client, chair, grid):
    file = file_at("active", household__area=grid)

    answer = client.get(reverse("hardship:file_step", args=[file.pk, "approve"]), follow=True)

    assert answer.redirect_chain == [(file.get_absolute_url(), 302)]
    assert [str(m) for m in answer.context["messages"]] == ["现在不能同意建档（在帮），这里是最新的情况。"]


def test_a_step_is_walked_only_by_whom_it_is_for(as_user, worker, chair, stranger, grid):
    file = file_at("proposed", household__area=grid)
    url = reverse("hardship:file_step", args=[file.pk, "approve"])

    assert [as_user(u).get(url).status_code for u in (worker, chair, stranger)] == [404, 200, 404]
    assert as_user(chair).get(reverse("hardship:file_step", args=[file.pk, "fly"])).status_code == 404


def test_reviews_are_made_and_confirmed_on_the_pages(as_user, worker, chair, grid):
    file = file_at("active", household__area=grid, level=3)
    url = reverse("hardship:file_review", args=[file.pk])
    hers = as_user(worker)
    hers.post(url, filled(hers.get(url), level="2", reason="又有人失业。"))
    review = file.reviews.get()

    page = as_user(chair).get(file.get_absolute_url())
    assert (page.context["change"], page.context["may_confirm"]) == (review, True)
    as_user(chair).post(reverse("hardship:review_confirm", args=[review.pk]), {"once_key": "x" * 32})
    file.refresh_from_db()
    assert file.level == 3

    as_user(chair).post(
        reverse("hardship:review_confirm", args=[review.pk]), {"once_key": "0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a"}
    )
    file.refresh_from_db()
    assert file.level == 2


def test_the_score_sheet_is_changed_on_its_page(client, chair):
    url = reverse("hardship:weights")

    client.post(url, filled(client.get(url), illness="55"))

    assert client.get(url).context["form"]["illness"].value() == 55


# --- a guarded file ---------------------------------------------------------------------------------------------------
@pytest.fixture
def guarded(grid, worker):
    return file_at("active", household__area=grid, guarded=True, officer=worker)


@pytest.fixture
def outsider(grid):
    """Another grid worker of the same grid."""
    return user_with(Role.GRID_WORKER, grid, username="outsider", name="局外人")


def test_a_guarded_file_is_there_for_its_circle_alone(guarded, worker, chair, outsider, data_officer):
    def sees(user):
        return guarded in HardshipFile.objects.visible_to(again(user))

    assert [sees(u) for u in (worker, chair, outsider, data_officer)] == [True, True, False, False]

    reader = FileReaderFactory(file=guarded, user=outsider, valid_to=today())
    assert sees(outsider)
    type(reader).objects.filter(pk=reader.pk).update(valid_from=today() - 9 * DAY, valid_to=today() - DAY)
    assert not sees(outsider)


def test_for_others_no_surface_differs_by_a_guarded_file(as_user, outsider, data_officer, grid):
    """Twin: a family with a guarded file and the same family without one."""
    household = HouseholdFactory(area=grid)
    addresses = [
        LIST, f"{LIST}?q={household.number}", f"{LIST}?state=all", household.get_absolute_url(),
        f"{household.get_absolute_url()}?tab=hardship", f"{reverse('desk:search')}?q=帮扶字", reverse("desk:home"),
    ]  # fmt: skip

    def seen(user):
        return [_plain(as_user(user).get(address)) for address in addresses]

    before = [seen(user) for user in (outsider, data_officer)]
    file = file_at("active", household=household, guarded=True)
    ReviewFactory(file=file, level=1, level_before=2)
    after = [seen(user) for user in (outsider, data_officer)]

    assert after == before
    assert as_user(outsider).get(file.get_absolute_url()).status_code == 404


def test_what_a_merge_would_move_tells_nobody_of_a_guarded_file(data_officer, chair, grid):
    """Twin: a woman with a guarded file, papers, facts and gifts in it, and a woman without."""
    pairs = [[ResidentFactory(area=grid, name="王桂兰") for _ in range(2)] for _ in range(2)]
    file = file_at("active", household__area=grid, guarded=True, subject=pairs[1][1])
    MemberFactFactory(file=file, resident=pairs[1][1])
    EvidenceFactory(file=file, resident=pairs[1][1])
    DeliveryFactory(file=file, resident=pairs[1][1])

    def told(user):
        return [preview_merge(*pair, user).moves for pair in pairs]

    plain, marked = told(data_officer)
    assert marked == plain
    plain, marked = (dict(moves) for moves in told(chair))
    assert marked.keys() - plain.keys() == {"困难家庭档案", "成员情况", "佐证材料", "救助发放"}


def _plain(answer):
    """The page without keys and tokens, which are new each time."""
    text = re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', r"\1", answer.content.decode())
    return re.sub(r'name="once_key" value="[^"]*"', "", text)


def test_an_outsider_who_opens_a_file_for_the_family_learns_no_more_than_to_ask(outsider, guarded):
    with pytest.raises(ValidationError) as refused:
        opened(guarded.household, outsider)

    assert refused.value.messages == ["这户现在不能新建档案，请问妇联负责人。"]


def test_the_ledger_leaves_out_what_its_reader_may_not_see(as_user, data_officer, chair, guarded, grid):
    open_one = file_at("active", household__area=grid)

    for user, numbers in ((data_officer, [open_one.number]), (chair, [guarded.number, open_one.number])):
        as_user(user).post(reverse("ledgers:ledger_export", args=["hardship"]), {"mode": "masked", "purpose": "核对"})
        assert ExportRecord.objects.filter(created_by=user).get().rows == len(numbers)


def test_nobody_names_herself(chair, guarded):
    with pytest.raises(ValidationError, match="不能批准自己"):
        name_reader(guarded, chair, until=today(), why="看看", by=chair)


def test_guarding_and_naming_on_the_pages(client, chair, grid, outsider):
    file = file_at("active", household__area=grid)
    guard = reverse("hardship:file_guard", args=[file.pk])
    client.post(guard, filled(client.get(guard), guarded="on"))
    url = reverse("hardship:reader_create", args=[file.pk])
    client.post(url, filled(client.get(url), user=outsider.pk, until=today().isoformat(), why="陪同走访"))

    file.refresh_from_db()
    assert (file.guarded, [r.user for r in file.readers.all()]) == (True, [outsider])
    assert AuditEvent.objects.filter(action="hardship.hardshipfile.name").count() == 1
    guard_file(file, False, base_version=file.version, by=chair)
    assert HardshipFile.objects.visible_to(again(outsider)).count() == 1


def test_the_panel_of_a_family_shows_its_files(worker, family):
    panel = next(p for p in household_panels if p.key == "hardship")
    assert panel.context(family, worker) == {
        "files": [], "create_url": reverse("hardship:file_create", args=[family.pk])
    }  # fmt: skip

    file = opened(family, worker)

    assert panel.context(family, worker) == {"files": [(file, "warn", None)], "create_url": ""}
