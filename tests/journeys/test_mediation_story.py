"""The two stories of the micro-home: from what a volunteer heard to one more "prevented"; and the quarrel that was none."""

import os
from datetime import date, timedelta

import pytest
from django.db import models
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import shown_code, user_with, with_authenticator
from mediation.models import Agreement, Case, CaseEntry, CaseMember, FollowUp, Lead, LeadEntry, Promise
from mediation.queries import numbers
from mediation.tests.factories import a_mediator
from safety.chain import records
from safety.models import RiskReport, SafetyFile
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
today = timezone.localdate


def days_go_by(days):
    """All that was written in the micro-home was written so many days earlier."""
    for model in (Lead, LeadEntry, Case, CaseEntry, CaseMember, Agreement, Promise, FollowUp):
        names = [one.name for one in model._meta.concrete_fields if type(one) is models.DateField]
        for row in model.objects.all():
            moved = {name: day - timedelta(days=days) for name in names if isinstance(day := getattr(row, name), date)}
            model.objects.filter(pk=row.pk).update(**moved)


class Reader:
    """A page of somebody who has given a code; `look` takes its picture and what axe says."""

    def __init__(self, page, size, check):
        self.page, self.size, self.check = page, size, check
        self.count = 0
        page.get_by_label("数字或备用码").fill(shown_code())
        follow(page.get_by_role("button", name="登录", exact=True))

    def look(self, name):
        self.count += 1
        if folder := os.environ.get("SHOTS"):
            self.page.screenshot(path=f"{folder}/{name}{self.size['width']}-{self.count:02d}.png", full_page=True)
        for one in self.check:
            one(self.page)
        assert "李丽" not in self.page.title()
        return self.page

    def act(self, link, texts=(), *, choose=(), tick=(), button="保存", look=""):
        """Follow `link`, fill the form behind it, save."""
        page = self.page
        follow(page.get_by_role("link", name=link, exact=True))
        for label, text in dict(texts).items():
            page.get_by_label(label).first.fill(text)
        for label, text in dict(choose).items():
            page.get_by_label(label).first.select_option(label=text)
        for label in tick:
            page.get_by_label(label, exact=True).check()
        if look:
            self.look(look)
        follow(page.get_by_role("button", name=button))


def told_by_a_volunteer(page, grid):
    page.goto("/mediation/leads/new/")
    page.get_by_label("在哪个网格").select_option(str(grid.pk))
    page.get_by_label("纠纷类型").select_option(label="夫妻关系")
    page.get_by_label("风险等级").select_option(label="黄（中）")
    page.get_by_label("主要矛盾").fill("为接送孩子天天吵")
    page.get_by_label("当事人一方").fill("李丽")
    page.get_by_label("另一方", exact=True).fill("张强")
    follow(page.get_by_role("button", name="交给微家"))


@pytest.fixture
def people(community, chair):
    """(volunteer, lawyer who mediates), and the chair with an authenticator."""
    lawyer = user_with(Role.MEDIATOR, community, username="lawyer", name="郑岚")
    a_mediator(community, user=lawyer, name="郑岚", kind="lawyer")
    for one in (chair, lawyer):
        with_authenticator(one)
    return user_with(Role.VOLUNTEER, community, username="vol", name="陈玉兰"), lawyer


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_a_volunteer_heard_is_prevented_and_counted(
    sign_in, people, chair, grid, size, no_serious_finding, no_sideways_scroll
):
    volunteer, lawyer = people
    told_by_a_volunteer(sign_in(volunteer, size), grid)
    lead = Lead.objects.get()
    check = (no_serious_finding, no_sideways_scroll)

    # The cadre goes there first and gives it to the lawyer.
    desk = Reader(sign_in(chair, size), size, check)
    desk.page.goto(f"/mediation/leads/{lead.pk}/")
    desk.act("上门核实", {"核实的情况": "两人都在家，愿意谈"})
    desk.act("指定包案责任人", choose={"谁包案": "郑岚"})
    desk.look("story-lead")

    # The lawyer talks with them, finds the root, advises; both want it mediated.
    law = Reader(sign_in(lawyer, size), size, check)
    law.page.goto("/mediation/leads/")
    follow(law.page.get_by_role("link", name=lead.code))
    talk = {"谈了什么": "各说各的难处", "根源在哪里": "没人帮着带孩子", "给了什么建议": "排一张接送表"}
    law.act("记一次谈心", talk, tick=["性格不合、沟通少"], look="story-chat")
    law.act("转为调解案件", {"双方要调解什么": "谁接送孩子"}, tick=["双方都同意调解"])
    case = Case.objects.get()
    law.page.goto("/mediation/cases/")
    follow(law.page.get_by_role("link", name=case.code))
    law.act("受理", tick=["申请人 李丽", "被申请人 张强"])
    law.act("告知权利义务", tick=["申请人 李丽", "被申请人 张强"])
    law.act("开始调解", {"情况": "两边都到了"})
    session(law)
    agree(law)
    agreement = Agreement.objects.get()
    assert (agreement.state, agreement.code) == ("signed", f"（{today().year}）{grid.parent.name}人调字第001号")
    law.look("story-signed")

    # Ninety days: each promise and each follow-up came up by itself.
    days_go_by(95)
    law.page.goto("/mediation/duties/")
    law.look("story-duties")
    follow(law.page.get_by_role("link", name=agreement.code).first)
    law.act("记第 1 条履行情况", {"凭什么知道": "看了接送表"})
    for days in (7, 30, 90):
        follow(law.page.get_by_role("link", name=f"记第 {days} 天回访"))
        law.page.get_by_label("履行情况", exact=True).select_option(label="都在履行")
        law.page.get_by_label("问到的情况").fill("过得去")
        follow(law.page.get_by_role("button", name="保存"))
    law.page.goto(f"/mediation/cases/{case.pk}/")
    law.act("结案", {"情况": "都办到了"})
    law.look("story-closed")

    # One more is prevented, and the number opens.
    desk.page.goto("/mediation/leads/figures/")
    desk.look("story-figures")
    follow(desk.page.get_by_role("row", name="预防").get_by_role("link", name="1"))
    expect(desk.page.get_by_role("link", name=lead.code)).to_be_visible()
    expect(desk.page.get_by_text("李丽")).to_have_count(0)
    desk.page.goto("/mediation/cases/figures/")
    desk.look("story-form")
    counted = numbers(type(chair).objects.get(pk=chair.pk), since=date(2021, 1, 1), until=today())
    assert [number for *_, number in counted] == [1, 0, 1, 1]


def session(law):
    """The meeting of both sides."""
    page = law.page
    follow(page.get_by_role("link", name="记一次调解"))
    page.get_by_label("调解记录").fill("各让一步，谈成了")
    for name in ("申请人 李丽", "被申请人 张强"):
        page.get_by_label(name, exact=True).check()
    law.look("story-session")
    follow(page.get_by_role("button", name="保存"))


def agree(law):
    """An agreement is written, with one term, and signed by all."""
    page, day = law.page, today().isoformat()
    follow(page.get_by_role("link", name="写协议"))
    law.act("起草协议", {"主要事实": "为接送孩子争吵", "争议事项": "谁接送"})
    follow(page.get_by_role("link", name="加条款"))
    page.get_by_label("谁做").select_option("张强")
    page.get_by_label("为谁").select_option("李丽")
    page.get_by_label("做什么").fill("每周接三天")
    page.get_by_label("哪天前做").fill(day)
    follow(page.get_by_role("button", name="保存"))
    signed = dict.fromkeys(("李丽签名", "张强签名", "调解员签名", "调委会盖章"), day)
    law.act("签订、登记", signed)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_signs_of_violence_stop_mediation_before_it_begins(
    sign_in, people, chair, safety_officer, grid, size, no_serious_finding, no_sideways_scroll
):
    volunteer, _ = people
    told_by_a_volunteer(sign_in(volunteer, size), grid)
    lead, check = Lead.objects.get(), (no_serious_finding, no_sideways_scroll)
    desk = Reader(sign_in(chair, size), size, check)
    desk.page.goto(f"/mediation/leads/{lead.pk}/")
    desk.act("上门核实", {"核实的情况": "她不敢说话"})

    # Both are said to agree; then she shows her arm.
    told = {"双方要调解什么": "她手臂有伤，是他打的", "怎么联系申请人": "白天到单位找"}
    desk.act(
        "转为调解案件", told, tick=["双方都同意调解", "有打骂、威胁、跟踪、伤人，或者有人害怕"], look="violence-form"
    )
    desk.look("violence-lead")
    expect(desk.page.get_by_text("已转有关部门办理，微家不再调解。")).to_be_visible()
    expect(desk.page.get_by_text("她手臂有伤")).to_have_count(0)
    expect(desk.page.get_by_role("link", name="转为调解案件")).to_have_count(0)
    assert Case.objects.count() == 0

    # The trained person has it, with all that was typed and how she is reached, and opens a file.
    with_authenticator(safety_officer)
    trained = Reader(sign_in(safety_officer, size), size, check)
    trained.page.goto(f"/safety/{RiskReport.objects.get().pk}/")
    expect(trained.page.get_by_text("白天到单位找")).to_be_visible()
    trained.look("violence-report")
    follow(trained.page.get_by_role("link", name="建受限档案"))
    trained.page.get_by_label("怎么知道的").select_option(label="走访时发现")
    trained.page.get_by_label("她能不能自己作主").select_option(label="成年人，能自己作主")
    trained.page.get_by_label("殴打、残害").check()
    follow(trained.page.get_by_role("button", name="建档"))
    trained.look("violence-file")
    assert [one.kind for one in records(SafetyFile.objects.get())] == ["intake"]

    # What the micro-home shows is what it shows of any matter passed on.
    desk.page.goto("/mediation/leads/?state=referred")
    expect(desk.page.get_by_role("link", name=lead.code)).to_be_visible()
    desk.page.goto("/mediation/leads/figures/")
    expect(desk.page.get_by_role("row", name="预防").get_by_role("link", name="0")).to_be_visible()
