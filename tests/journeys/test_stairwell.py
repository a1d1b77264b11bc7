"""A Monday of grid work: visits in a stairwell without a signal arrive once; the chair reads, sends back and hands over."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.services import end_grant
from accounts.tests.factories import UserFactory
from fedhub.core.files import attachments_of
from grids.enums import Met, Review
from grids.models import Duty, Visit
from grids.services.duty import assign_duty
from grids.tests.factories import VisitFactory
from households.models import Household
from households.tests.factories import HouseholdFactory, MembershipFactory
from safety.models import RiskReport
from tests.journeys.conftest import DESK, PHONE, follow
from tests.journeys.test_offline import NO_CHANGE, READY, STORE, photo, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = reverse("desk:home")
ALL_PLANNED = f"async () => {{ const [row] = (await ({STORE})()).plan; return Boolean(row); }}"


@pytest.fixture
def homes(grid, committee):
    """Three families that are due; to one of them something was promised last time."""
    found = []
    for name in ("郝玉芬", "李秀英", "周桂兰"):
        home = HouseholdFactory(area=grid, head_name=name)
        MembershipFactory(household=home, resident__name=name, resident__area=grid)
        found.append(home)
    before = timezone.localdate() - timedelta(days=40)
    VisitFactory(household=found[0], visitor=committee, visited_on=before, next_step="帮她问低保")
    Household.objects.filter(pk=found[0].pk).update(last_visit_on=before)
    year = timezone.now() - timedelta(days=365)
    due = timezone.localdate() - timedelta(days=2)
    Household.objects.update(next_due_on=due, risk_level="red", visit_every=30, created_at=year)
    return found


def choose(page, question, text):
    page.locator(f"#ask_{question} label.wf-choice", has_text=text).click()


def save(page):
    page.get_by_role("button", name="保存走访").click()
    expect(page.get_by_text("已存在本机，还没上传")).to_be_visible()


def test_three_visits_without_a_signal_and_what_the_chair_makes_of_them(
    sign_in, committee, chair, safety_officer, grid, homes, no_serious_finding, no_sideways_scroll
):
    end_grant(committee.grants.get(), by=chair)
    assign_duty(Duty(area=grid, person=committee, role="committee"), by=chair)

    def fits(page):
        no_serious_finding(page)
        no_sideways_scroll(page)

    phone = sign_in(committee, PHONE)
    phone.goto("/grids/today/")
    expect(phone.get_by_text("上次答应：帮她问低保")).to_be_visible()
    fits(phone)
    wait_until(phone, READY)
    wait_until(phone, ALL_PLANNED)

    phone.context.set_offline(True)
    phone.goto("/grids/today/")
    rows = phone.locator("[data-part=plan] li")
    expect(rows).to_have_count(3)
    promised = rows.filter(has_text="郝玉芬")
    expect(promised).to_contain_text("每月走访")
    expect(promised).to_contain_text("上次答应：帮她问低保")
    expect(promised).to_contain_text("逾期 2 天")
    fits(phone)

    # An ordinary visit with two pictures.
    follow(promised.get_by_role("link"))
    phone.locator("label.wf-choice", has_text=NO_CHANGE).click()
    phone.get_by_label("说了什么").fill("低保的事问过了，下周去交材料。")
    phone.locator("input[name=photos]").set_input_files([photo("a.jpg", "red"), photo("b.jpg", "blue")])
    fits(phone)
    save(phone)
    # Nobody at home.
    phone.goto("/grids/today/")
    follow(rows.filter(has_text="李秀英").get_by_role("link"))
    choose(phone, "met", "没人在家")
    fits(phone)
    save(phone)
    # A sign that must be reported at once.
    phone.goto("/grids/today/")
    follow(rows.filter(has_text="周桂兰").get_by_role("link"))
    phone.locator("label.wf-choice", has_text=NO_CHANGE).click()
    choose(phone, "risk", "有，马上报")
    phone.get_by_label("简单写几句").fill("手臂有伤，孩子很怕。")
    fits(phone)
    save(phone)
    assert Visit.objects.filter(visited_on=timezone.localdate()).count() == 0

    phone.context.set_offline(False)
    phone.goto("/grids/outbox/")
    expect(phone.get_by_text("没有等着上传的")).to_be_visible()
    expect(phone.get_by_role("button", name="全部再传一次")).to_be_hidden()
    fits(phone)
    today = {visit.household_id: visit for visit in Visit.objects.filter(visited_on=timezone.localdate())}
    ordinary, empty, third = (today[home.pk] for home in homes)
    assert len(today) == Visit.objects.filter(visited_on=timezone.localdate()).count() == 3
    assert (attachments_of(ordinary).count(), empty.met, third.summary) == (2, Met.NOBODY, "")
    assert RiskReport.objects.count() == 1
    homes[1].refresh_from_db()
    assert homes[1].next_due_on < timezone.localdate()

    # The trained person alone has something to do.
    expert = sign_in(safety_officer, DESK)
    expect(expert.get_by_role("link", name="有一条待办", exact=True)).to_be_visible()
    desk = sign_in(chair, DESK)
    for page in (desk, phone):
        page.goto(HOME)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text(re.compile("有一条待办|待办（受限）"))).to_have_count(0)

    # Coverage by grid, each figure with its list.
    desk.goto(reverse("grids:visit_figures"))
    fits(desk)
    line = desk.get_by_role("row", name=re.compile("^第一网格"))
    expect(line).to_contain_text("66.7%")
    follow(line.get_by_role("link").nth(1))
    expect(desk.get_by_text("共 2 户")).to_be_visible()
    fits(desk)

    # One record goes back with a note, is corrected, and shows what became different.
    desk.goto(ordinary.get_absolute_url())
    fits(desk)
    follow(desk.get_by_role("link", name="退回修改"))
    fits(desk)
    desk.get_by_label("要改什么").fill("请写清楚交哪些材料。")
    follow(desk.get_by_role("button", name="退回"))
    phone.goto("/grids/today/")
    follow(phone.get_by_role("link", name=re.compile("退回修改")).first)
    expect(phone.get_by_text("请写清楚交哪些材料。").first).to_be_visible()
    fits(phone)
    follow(phone.get_by_role("link", name="修改").first)
    fits(phone)
    phone.get_by_label("情况记录").fill("低保的事问过了，下周去交户口本和病历。")
    follow(phone.get_by_role("button", name="保存"))
    ordinary.refresh_from_db()
    assert ordinary.review == Review.CORRECTED
    desk.goto(ordinary.get_absolute_url())
    changed = desk.locator("section", has_text="退回以后改了什么")
    expect(changed).to_contain_text("下周去交材料。")
    expect(changed).to_contain_text("户口本和病历")
    fits(desk)

    # She leaves; her grid goes over, and her open page is refused.
    taker = UserFactory(name="何晓燕")
    desk.goto("/grids/places/duties/")
    fits(desk)
    follow(desk.locator("td a", has_text=f"交接{committee.name}"))
    fits(desk)
    desk.get_by_label("交给").first.select_option(label=taker.name)
    desk.get_by_label("原因").fill("调离")
    follow(desk.get_by_role("button", name="交接", exact=True))
    expect(desk.get_by_text("1 项包保（3 户）")).to_be_visible()
    fits(desk)
    assert Duty.objects.in_force().get().person == taker
    assert phone.request.get(ordinary.get_absolute_url()).status == 404
