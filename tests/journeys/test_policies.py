"""A policy taken into the library and matched to a family; help published with her consent, objected to from outside."""

import pytest
from playwright.sync_api import expect

from fedhub.reference.lookup import forget
from fedhub.reference.models import Rule
from fedhub.reference.services import change_rule, load_reference
from hardship.models import Notice, Objection, PolicyStep
from hardship.tests.factories import file_at
from hardship.tests.factories_contents import MemberFactFactory
from households.tests.factories import ConsentFactory, MembershipFactory, StatusFactory
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def file(grid, worker):
    found = file_at("active", household__area=grid, officer=worker)
    woman = MembershipFactory(
        household=found.household, resident__area=grid, resident__name="王桂兰", resident__birth="1970-01-01"
    ).resident
    found.subject = woman
    found.save(update_fields=["subject"])
    StatusFactory(resident=woman, category="CJ")
    MemberFactFactory(file=found, resident=woman, disability_grade="1")
    return found


def test_policies_from_the_library_to_the_family(sign_in, worker, chair, file, no_serious_finding, no_sideways_scroll):
    desk, phone = sign_in(chair), sign_in(worker, PHONE)

    desk.goto("/hardship/policies/")
    follow(desk.get_by_role("button", name="取用"))
    follow(desk.get_by_role("link", name="重度残疾人护理补贴"))
    expect(desk.get_by_text("还没有按本地标准核对。")).to_be_visible()
    no_serious_finding(desk)
    follow(desk.get_by_role("link", name="改", exact=True))
    no_serious_finding(desk)
    desk.get_by_label("按本地标准核对的日期").fill("2026-01-05")
    follow(desk.get_by_role("button", name="保存"))
    expect(desk.get_by_role("row", name="王桂兰").get_by_text("可能符合")).to_be_visible()

    phone.goto(f"{file.get_absolute_url()}?tab=policies")
    no_serious_finding(phone)
    no_sideways_scroll(phone)
    phone.get_by_text("项，为什么").click()
    expect(phone.get_by_text("台账里没有这个类别").first).to_be_visible()
    row = phone.get_by_role("listitem").filter(has=phone.get_by_role("link", name="重度残疾人护理补贴"))
    follow(row.get_by_role("link", name="登记办理"))
    no_serious_finding(phone)
    phone.get_by_label("到哪一步").select_option(label="已告知")
    phone.get_by_label("给谁").select_option(label="王桂兰")
    follow(phone.get_by_role("button", name="保存"))
    expect(row.get_by_text("已告知")).to_be_visible()

    assert PolicyStep.objects.get().resident == file.subject


def test_a_notice_before_the_public_and_an_objection_to_it(
    sign_in, open_page, worker, chair, file, no_serious_finding, no_sideways_scroll
):
    load_reference()
    rule = Rule.objects.get(key="hardship_notice_on")
    change_rule(rule, value=1, base_version=rule.version, by=chair)
    ConsentFactory(resident=file.subject, purpose="notice", taken_by=worker)
    phone, desk, outside = sign_in(worker, PHONE), sign_in(chair), open_page(PHONE)

    phone.goto(f"{file.get_absolute_url()}?tab=notices")
    no_serious_finding(phone)
    follow(phone.get_by_role("link", name="拟公示"))
    phone.get_by_label("帮扶种类").select_option(label="物资救助")
    phone.get_by_label("异议电话").fill("0571-88001234")
    follow(phone.get_by_role("button", name="保存"))
    notice = Notice.objects.get()
    desk.goto(notice.get_absolute_url())
    no_serious_finding(desk)
    follow(desk.get_by_role("button", name="发布"))

    outside.goto("/p/notices/")
    expect(outside.get_by_text("王*兰")).to_be_visible()
    no_serious_finding(outside)
    no_sideways_scroll(outside)
    follow(outside.get_by_role("link", name="对这一条有异议"))
    no_serious_finding(outside)
    outside.get_by_label("您有什么异议").fill("她家另有住房。")
    follow(outside.get_by_role("button", name="提交"))
    expect(outside.get_by_text("您的异议已经收到")).to_be_visible()

    desk.goto("/")
    expect(desk.get_by_text("公示有异议")).to_be_visible()
    desk.goto(notice.get_absolute_url())
    follow(desk.get_by_role("link", name="登记核实情况"))
    no_serious_finding(desk)
    desk.get_by_label("成立，公示马上撤下").check()
    desk.get_by_label("核实了什么").fill("查过，情况属实。")
    follow(desk.get_by_role("button", name="保存"))
    outside.goto("/p/notices/")
    expect(outside.get_by_text("现在没有公示。")).to_be_visible()
    forget()

    assert Objection.objects.get().state == "upheld"
