"""全程, 闭环单 on paper and for Word: what stands there, and for whom."""

import datetime
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.chain import way_of
from concerns.enums import Told
from concerns.models import Approval, Concern
from concerns.routing import Route, routes
from concerns.services.answers import answer_concern, rate_concern, tell_progress
from concerns.services.approvals import ask_extension, grant_approval
from concerns.services.clocks import pause_concern
from concerns.services.handling import (
    accept_concern,
    assign_concern,
    close_concern,
    finish_concern,
    route_concern,
    withdraw_concern,
)
from concerns.services.intake import raise_concern
from concerns.services.places import follow_households
from concerns.services.referrals import offer_concern, referral_accepted, referral_answered, take_referral_back
from concerns.services.together import join_concerns, part_concerns
from concerns.tests.factories import ConcernFactory, ReceptionFactory, concern_at
from fedhub.core.models import AuditEvent
from fedhub.core.papers import papers, put_template
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.calendar import due_by
from fedhub.reference.tests.factories import AgencyFactory
from households.models import Household
from households.tests.factories import HouseholdFactory, MembershipFactory, PhoneFactory

pytestmark = pytest.mark.django_db
SHELL = "/safety/help/"
NAMES = ["concern_way", "closing_sheet", "code_slip"]


def url(name, concern):
    return reverse(f"concerns:{name}", args=[concern.pk])


def titles(concern, user):
    return [event.title for event in way_of(Concern.objects.get(pk=concern.pk), user)]


@pytest.fixture
def lamp(chair, worker, grid):
    """楼道灯不亮: given away, handed to the property company, longer, told, opened again by a low rating, closed."""
    member = MembershipFactory(household__area=grid, resident__name="王桂兰")
    PhoneFactory(resident=member.resident, number="13800000417")
    concern = raise_concern(
        origin="front_desk", title="楼道灯不亮", detail="二楼的灯坏了。", topic="1", place="3 幢", area=grid,
        household=member.household, resident=member.resident, on_behalf="女儿", by=worker,
    )  # fmt: skip
    ReceptionFactory(area=grid, concern=concern, handler=worker, visitor_name="来访的人")
    accept_concern(concern, by=chair)
    assign_concern(concern, person=worker, handle_by=timezone.localdate(), by=chair)
    pause_concern(concern, reason="her", note="等她在家。", by=worker)
    referral = offer_concern(
        concern, agency=AgencyFactory(name="绿城物业"), matter="请换灯泡。", due_on=timezone.localdate(), by=worker
    )
    referral_accepted(referral, contact="张师傅", by=worker)
    referral_answered(referral, reply="已换。", by=worker)
    concern.refresh_from_db()
    tell_progress(concern, text="物业明天来。", told="face", by=worker)
    ask_extension(concern, after=due_by(concern.due_on, "concern_warn"), reason="等零件。", by=worker)
    grant_approval(Approval.objects.get(), note="同意", by=chair)
    concern.refresh_from_db()
    finish_concern(concern, result="换了灯泡。", by=worker)
    answer_concern(concern, answer="灯换了。", told="face", outcome="solved", proof="当面试灯", by=worker)
    rate_concern(concern, score=1, words="又不亮了。", given_by="face", by=worker)
    assign_concern(concern, person=chair, handle_by=timezone.localdate(), by=chair)
    finish_concern(concern, result="换了线路。", by=chair)
    answer_concern(concern, answer="线路换了。", told="home", outcome="solved", proof="上门看过", by=chair)
    rate_concern(concern, score=5, words="这回好了。", given_by="home", by=chair)
    close_concern(concern, by=chair)
    return concern


# --- the way ------------------------------------------------------------------------------------------------------
def test_the_way_tells_everything_in_the_order_of_time(client, chair, lamp):
    page = client.get(url("concern_way", lamp))

    events = page.context["events"]
    assert [event.title for event in events] == [
        "提出诉求", "窗口来访", "受理", "交办", "停表", "转办：绿城物业", "对方接收：绿城物业", "对方回复：绿城物业",
        "告诉本人进展", "申请：延期", "审批同意：延期", "延期", "恢复计时", "办理", "答复：已解决", "评价：1 分", "重新办理",
        "交办", "办理", "答复：已解决", "评价：5 分", "办结",
    ]  # fmt: skip
    told = page.content.decode()
    for words in ("二楼的灯坏了。", "等她在家。", "请换灯泡。", "张师傅", "已换。", "物业明天来。", "等零件。", "换了灯泡。",
                  "灯换了。", "当面试灯", "又不亮了。", "换了线路。", "上门看过", "这回好了。", "女儿", "3 幢"):  # fmt: skip
        assert words in told


def test_each_giving_names_the_officer_of_that_day(chair, lamp):
    given = [dict(event.told) for event in way_of(lamp, chair) if event.title == "交办"]

    assert [facts["承办人"] for facts in given] == ["刘建芳", "周敏"]


def test_what_is_written_down_later_stands_on_the_day_it_happened(worker, grid):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    concern = raise_concern(
        origin="hotline", title="修灯", area=grid, by=worker, raised_on=yesterday - datetime.timedelta(days=1)
    )
    tell_progress(
        concern, text="问过物业。", told="phone", told_at=timezone.now() - datetime.timedelta(days=1), by=worker
    )
    accept_concern(concern, by=worker)

    first, told, accepted = way_of(concern, worker)

    assert [first.day, told.day, accepted.day] == [
        yesterday - datetime.timedelta(days=1), yesterday, timezone.localdate()
    ]  # fmt: skip
    assert (first.hour, accepted.hour is None) == (None, False)


def test_a_withdrawal_a_refused_way_and_a_move_are_told(chair, worker, grid, other_grid):
    home = HouseholdFactory(area=grid)
    concern = raise_concern(origin="visit", title="修灯", area=grid, household=home, by=worker)
    referral = offer_concern(
        concern, agency=AgencyFactory(name="绿城物业"), matter="请换。", due_on=timezone.localdate(), by=chair
    )
    take_referral_back(referral, reason="我们自己修。", by=chair)
    follow_households([home.pk], other_grid)
    concern.refresh_from_db()
    withdraw_concern(concern, reason="她自己换了。", by=chair)

    events = way_of(concern, chair)

    assert [event.title for event in events] == [
        "提出诉求", "受理", "转办：绿城物业", "收回：绿城物业", "换网格", "本人撤回"
    ]  # fmt: skip
    assert [event.text for event in events][3:] == ["我们自己修。", "转到第二网格", "她自己换了。"]


# --- who reads what -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_gets_nothing(as_user, stranger, worker, lamp, other_grid, name):
    away = ConcernFactory(area=other_grid)

    assert as_user(stranger).get(url(name, lamp)).status_code == 404
    assert as_user(worker).get(url(name, away)).status_code == 404


def test_a_stranger_downloads_nothing(as_user, stranger, lamp):
    assert as_user(stranger).post(url("closing_paper", lamp)).status_code == 404
    assert AuditEvent.objects.filter(action="concerns.concern.download").count() == 0


def test_the_register_entry_shows_only_to_who_may_read_the_register(as_user, chair, community, lamp):
    reader = user_with(Role.JOB_OFFICER, community, name="就业专干")

    pages = {user: as_user(user).get(url("concern_way", lamp)).content.decode() for user in (chair, reader)}
    sheets = {user: as_user(user).get(url("closing_sheet", lamp)).content.decode() for user in (chair, reader)}

    for shown in (pages, sheets):
        assert ("来访的人" in shown[chair], "来访的人" in shown[reader]) == (True, False)
    assert set(titles(lamp, chair)) - set(titles(lamp, reader)) == {"窗口来访"}


class HomeRoute(Route):
    """A sample work app whose case is the family itself."""

    key, label, order = "sample", "入户帮扶", 10
    permission = "households.move_household"

    def open(self, concern, *, by):
        return HouseholdFactory(area=concern.area, note=concern.number, head_name="帮扶户", created_by=by)

    def cases(self, concern, user):
        return Household.objects.filter(note=concern.number)


def test_the_case_of_a_work_app_shows_only_to_who_may_use_its_door(monkeypatch, chair, worker, grid):
    monkeypatch.setitem(routes._entries, "sample", HomeRoute())
    concern = ConcernFactory(area=grid)
    case = route_concern(concern, routes["sample"], by=chair)

    event = next(event for event in way_of(concern, chair) if event.title == "转入入户帮扶")

    assert (event.url, event.who, event.text) == (case.get_absolute_url(), "周敏", str(case))
    assert titles(concern, worker) == ["提出诉求", "受理"]


# --- merged -------------------------------------------------------------------------------------------------------
@pytest.fixture
def merged(chair, worker, grid):
    """A lead in work, a concern that followed it while it was handed over, and one that was handed over after."""
    lead, follower = concern_at("assigned", area=grid, assigned_to=worker), ConcernFactory(area=grid)
    join_concerns(lead, [follower], reason="同一盏灯", by=chair)
    lead.refresh_from_db()
    offer_concern(lead, agency=AgencyFactory(name="物业"), matter="请换。", due_on=timezone.localdate(), by=worker)
    part_concerns(lead, [follower], by=chair)
    offer_concern(lead, agency=AgencyFactory(name="街道"), matter="请协调。", due_on=timezone.localdate(), by=worker)
    return lead, follower


def test_a_follower_tells_what_was_done_on_its_lead_while_it_followed(chair, merged):
    lead, follower = merged

    events = way_of(Concern.objects.get(pk=follower.pk), chair)

    assert [(event.title, event.place) for event in events][1:] == [
        ("并入主件", ""), ("转办：物业", lead.number), ("从主件拆出", ""), ("退回原状", ""),
    ]  # fmt: skip


def test_a_lead_tells_who_joined_and_who_left(chair, merged):
    lead, follower = merged

    events = {event.title: event for event in way_of(lead, chair)}

    assert dict(events["并案：1 件"].told) == {"编号": follower.number}
    assert (events["并案：1 件"].text, events["拆分：1 件"].who) == ("同一盏灯", "周敏")


def test_what_lies_in_another_grid_is_counted_only(chair, worker, grid, other_grid):
    lead = concern_at("assigned", area=other_grid)
    mine, near = ConcernFactory(area=grid), ConcernFactory(area=other_grid)
    join_concerns(lead, [mine, near], reason="同一盏灯", by=chair)
    offer_concern(lead, agency=AgencyFactory(), matter="请换。", due_on=timezone.localdate(), by=chair)
    Concern.objects.filter(pk=lead.pk).update(title="别家的事")

    seen = way_of(Concern.objects.get(pk=mine.pk), worker)
    facts = [dict(event.told) for event in seen if event.title == "并入主件"]
    led = next(event for event in way_of(lead, chair) if event.title == "并案：2 件")
    Concern.objects.filter(pk=lead.pk).update(area=grid)
    moved = next(event for event in way_of(lead, worker) if event.title == "并案：2 件")

    assert facts == [{"主件": "在别的网格"}]
    assert [event.title for event in seen if event.place or event.url] == []
    assert dict(led.told)["编号"] == "、".join(sorted([mine.number, near.number]))
    assert dict(moved.told)["编号"] == f"{mine.number}，在别的网格 1 件"


# --- cost and logging ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_way_costs_the_same_for_any_number_of_steps(client, chair, worker, grid, rows):
    concern = concern_at("assigned", area=grid, assigned_to=worker)
    lead = concern_at("assigned", area=grid)
    for number in range(rows):
        offer_concern(
            concern,
            agency=AgencyFactory(name=f"单位{number}"),
            matter="请换。",
            due_on=timezone.localdate(),
            by=worker,
        )
        tell_progress(concern, text="问过了。", told="face", by=worker)
        ReceptionFactory(area=grid, concern=concern)
        follower = ConcernFactory(area=grid)
        join_concerns(concern, [follower], by=chair)
        concern.refresh_from_db()
    join_concerns(lead, [concern], by=chair)

    response, queries = queries_beyond(client, url("concern_way", concern), SHELL)

    assert len(response.context["events"]) > rows
    assert queries == 36


@pytest.mark.parametrize(
    ("name", "action"),
    [("concern_way", "read"), ("closing_sheet", "print"), ("code_slip", "slip"), ("closing_paper", "download")],
)
def test_opening_printing_and_downloading_are_logged(as_user, chair, lamp, name, action):
    client = as_user(chair)
    client.post(url(name, lamp)) if name == "closing_paper" else client.get(url(name, lamp))

    row = AuditEvent.objects.get(action=f"concerns.concern.{action}")
    assert (row.actor_id, row.target_id) == (chair.pk, lamp.pk)


# --- 闭环单 ---------------------------------------------------------------------------------------------------------
def test_the_sheet_says_who_what_how_and_what_she_thinks(client, chair, lamp):
    sheet = client.get(url("closing_sheet", lamp)).context["sheet"]

    assert {name: text for name, text in sheet.items() if name not in {"办理经过", "单位"}} == {
        "编号": lamp.number, "提出日期": sheet["提出日期"], "来源": "窗口接待", "方面": sheet["方面"],
        "提出人": "王桂兰（女儿代为提出）", "联系电话": "138****0417", "网格": "第一网格", "地点": "3 幢", "诉求": "楼道灯不亮",
        "具体情况": "二楼的灯坏了。", "承办人": "周敏", "办结期限": sheet["办结期限"], "结果": "已解决",
        "办结日期": sheet["提出日期"], "答复内容": "线路换了。", "告知方式": "上门", "告知时间": sheet["提出日期"],
        "谁听到的": "本人", "凭证": "上门看过", "评价": "5 分", "她的话": "这回好了。",
    }  # fmt: skip
    steps = {step["环节"]: step["内容"] for step in sheet["办理经过"]}
    assert "提出诉求" not in steps
    assert steps["评价：1 分"] == "又不亮了。　评价方式：当面"
    assert steps["评价：5 分"] == "见下面“答复和评价”"


def test_an_unfinished_concern_without_a_name_has_a_sheet_too(client, chair, grid):
    concern = ConcernFactory(area=grid, anonymous=True)

    sheet = client.get(url("closing_sheet", concern)).context["sheet"]

    assert (sheet["提出人"], sheet["联系电话"], sheet["结果"]) == ("不留姓名", "", "还没有答复（新登记）")
    assert [sheet[word] for word in ("答复内容", "告知方式", "评价", "她的话", "办结日期")] == [""] * 5


def test_an_answer_that_she_does_not_know_yet_is_no_answer_told(client, chair, grid):
    concern = concern_at("done", area=grid)
    answer_concern(concern, answer="修好了。", told=Told.NOT_YET, outcome="solved", by=chair)

    sheet = client.get(url("closing_sheet", concern)).context["sheet"]

    assert (sheet["告知方式"], sheet["告知时间"]) == ("还没有告诉本人", "")


def test_the_phone_stays_hidden_from_who_may_not_open_her_page(as_user, worker, chair, lamp, other_grid):
    lamp.resident.area = other_grid
    lamp.resident.save()

    sheets = [as_user(user).get(url("closing_sheet", lamp)).context["sheet"] for user in (worker, chair)]

    assert [sheet["联系电话"] for sheet in sheets] == ["", "138****0417"]


def words_of(answer):
    document = Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_the_document_says_what_the_sheet_says(client, chair, lamp):
    sheet = client.get(url("closing_sheet", lamp)).context["sheet"]

    answer = client.post(url("closing_paper", lamp))

    words = words_of(answer)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{lamp.number}.docx"'
    steps = sheet.pop("办理经过")
    assert [text for text in sheet.values() if text and text not in words] == []
    assert [step for step in steps if not {*step.values()} <= {*words}] == []
    assert "13800000417" not in str([zipfile.ZipFile(io.BytesIO(answer.content)).read("word/document.xml")])


def test_every_download_is_counted(client, chair, lamp):
    for _ in range(2):
        client.post(url("closing_paper", lamp))

    assert client.get(url("closing_paper", lamp)).status_code == 405
    assert AuditEvent.objects.filter(action="concerns.concern.download").count() == 2


def test_a_template_whose_file_is_lost_says_so(client, chair, lamp, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "there"
    closing = papers["closing"]
    put_template(closing, closing.shipped.read_bytes(), name="a.docx", by=chair)
    settings.MEDIA_ROOT = tmp_path / "gone"

    answer = client.post(url("closing_paper", lamp), follow=True)

    assert "本单位的模板读不出来" in answer.content.decode()
    assert AuditEvent.objects.filter(action="concerns.concern.download").count() == 0


# --- the slip -----------------------------------------------------------------------------------------------------
def test_the_slip_names_neither_the_matter_nor_the_office(client, chair, lamp):
    slip = client.get(url("code_slip", lamp)).content.decode()

    assert lamp.code in slip
    assert [word for word in ("楼道灯", "王桂兰", "妇联", "诉求", lamp.number, "周敏") if word in slip] == []
