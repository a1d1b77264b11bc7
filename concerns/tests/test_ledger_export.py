"""The ledgers of concerns and of the front desk: columns, masks, scope, conditions, and any earlier day."""

import io
from contextlib import closing
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.books import Now, Then
from concerns.enums import Heard, Origin, Outcome, PauseReason, ReceptionChannel, ReferralWay, Status, Told
from concerns.models import Concern, Reception
from concerns.services.answers import answer_concern, rate_concern, tell_progress
from concerns.services.clocks import pause_concern
from concerns.services.handling import accept_concern, assign_concern, close_concern, finish_concern, withdraw_concern
from concerns.services.intake import raise_concern
from concerns.services.places import follow_households
from concerns.services.referrals import offer_concern, referral_answered, referral_refused, take_referral_back
from concerns.services.register import change_reception, register_reception, turn_into_concern
from concerns.services.together import join_concerns, part_concerns
from concerns.tests.factories import ConcernFactory, ReceptionFactory, concern_at
from fedhub.areas.models import Area
from fedhub.core.acting import acting_as
from fedhub.core.models import AuditEvent
from fedhub.core.versions import save_version
from fedhub.ledgers.models import ExportRecord, ImportBatch
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services.export import export_ledger, take_export, write_export
from fedhub.reference.lookup import labels
from fedhub.reference.tests.factories import AgencyFactory
from households.asof import end_of
from households.models import Household
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory

pytestmark = pytest.mark.django_db

HEAD = [
    "序号", "编号", "提出日期", "来源", "方面", "诉求", "地点", "网格", "家庭（户号）", "提出人", "承办人", "办结期限",
    "状态", "结果", "首次答复日期", "答复日期", "告知方式", "转办单位", "并案主件", "满意度", "办结日期", "重办次数", "备注",
]  # fmt: skip
RECEPTION_HEAD = [
    "序号", "编号", "时间", "方式", "地点", "来访（来电）人", "居民", "网格", "方面", "事由", "接待人", "处理意见", "结果",
    "转诉求编号", "备注",
]  # fmt: skip
START = timezone.localdate() - timedelta(days=60)


def today():
    return timezone.localdate()


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


@pytest.fixture
def data_officer(data_officer):
    """数据员 of the community, for as long as there is anything to export."""
    data_officer.grants.update(valid_from=START)
    return data_officer


def on(day):
    """The clock at nine o'clock of a day: `with on(day):`."""
    return time_machine.travel(end_of(day) - timedelta(hours=15))


def sheet_of(data):
    """`(title, head, rows)` of an exported workbook; the total row is left out."""
    lines = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data)).active.iter_rows()]
    head = next(line for line in lines if line[0] == "序号")
    return lines[0][0], head, [line for line in lines[lines.index(head) + 1 :] if str(line[0]).isdigit()]


def exported(by, key="concerns", full=False, **filters):
    """Rows of the ledger as `by` exports it, as dicts by heading."""
    purpose = "上报街道" if full else ""
    _, data = export_ledger(ledgers[key], filters=filters, full=full, purpose=purpose, by=by)
    _, head, rows = sheet_of(data)
    return [dict(zip(head, row, strict=True)) for row in rows]


def column(by, heading, key="concerns", **filters):
    return [row[heading] for row in exported(by, key, **filters)]


@pytest.fixture
def lamp(grid, chair, worker):
    """A lamp on its whole way: raised, merged, handed over, told, answered, rated, opened again. Gives its people."""
    property_company, street = AgencyFactory(name="幸福物业公司"), AgencyFactory(name="街道办")
    with on(START):
        home = HouseholdFactory(area=grid, number="H330106003012-90001")
        woman = ResidentFactory(area=grid, name="王桂兰")
        MembershipFactory(household=home, resident=woman)
        lead = raise_concern(
            origin=Origin.VISIT, title="楼道灯不亮", area=grid, household=home, resident=woman, topic="1",
            place="幸福小区3号楼二单元", raised_on=START, by=worker,
        )  # fmt: skip
        other = raise_concern(
            origin=Origin.FRONT_DESK, title="=1+1", area=grid, anonymous=True, raised_on=START, by=worker
        )
        third = raise_concern(
            origin=Origin.HOTLINE, title="灯坏了很久", area=grid, on_behalf="李红", raised_on=START, by=worker
        )
    return {"lead": lead, "other": other, "third": third, "home": home, "woman": woman,
            "property": property_company, "street": street, "chair": chair, "worker": worker, "grid": grid}  # fmt: skip


def fresh(concern):
    return Concern.objects.get(pk=concern.pk)


def way(lamp):
    """`[(days after START, act)]`: what happens to the lamp, each on a day of its own."""
    chair, worker = lamp["chair"], lamp["worker"]

    def join():
        join_concerns(fresh(lamp["lead"]), [lamp["third"]], reason="同一盏灯", by=chair)
        accept_concern(fresh(lamp["lead"]), by=chair)

    def give():
        assign_concern(fresh(lamp["lead"]), person=worker, handle_by=timezone.localdate(), by=chair)

    def offer():
        for agency in (lamp["property"], lamp["street"]):
            offer_concern(
                fresh(lamp["lead"]), agency=agency, matter="请换灯", due_on=timezone.localdate(), by=worker,
                way=ReferralWay.ACROSS,
            )  # fmt: skip
        pause_concern(fresh(lamp["lead"]), reason=PauseReason.AGENCY, by=worker)

    def tell():
        tell_progress(fresh(lamp["lead"]), text="物业明天来。", told=Told.FACE, by=worker)
        referral_refused(lamp["lead"].referrals.get(agency=lamp["street"]), reply="不归我们管", by=worker)

    def finish():
        referral_answered(lamp["lead"].referrals.get(agency=lamp["property"]), reply="换好了", by=worker)
        finish_concern(fresh(lamp["lead"]), result="物业换了灯泡。", by=worker)

    def answer():
        for one, told in ((lamp["lead"], Told.HOME), (lamp["third"], Told.FACE)):
            answer_concern(fresh(one), answer="灯修好了。", told=told, outcome=Outcome.SOLVED, by=worker)
            close_concern(fresh(one), by=chair)

    def rate():
        rate_concern(fresh(lamp["lead"]), score=5, by=worker)
        rate_concern(fresh(lamp["third"]), score=1, words="又不亮了", by=worker)

    def withdraw():
        withdraw_concern(fresh(lamp["other"]), reason="不要了", by=chair)

    return list(enumerate([join, give, offer, tell, finish, answer, rate, withdraw], start=1))


def test_the_ledger_has_a_line_for_each_concern_with_all_its_columns(lamp, data_officer):
    for days, act in way(lamp):
        with on(START + timedelta(days=days)):
            act()

    record, data = export_ledger(ledgers["concerns"], full=True, purpose="上报街道", by=data_officer)

    title, head, rows = sheet_of(data)
    lead = fresh(lamp["lead"])
    assert (title, head, len(rows), record.rows) == ("诉求台账", HEAD, 3, 3)
    answered = START + timedelta(days=6)
    told = dict(zip(head, rows[0], strict=True))
    assert {k: v.date() if hasattr(v, "date") else v for k, v in told.items()} == {
        "序号": 1, "编号": lead.number, "提出日期": START, "来源": "走访", "方面": labels("survey_topic")["1"],
        "诉求": "楼道灯不亮", "地点": "幸福小区3号楼二单元", "网格": "第一网格", "家庭（户号）": "H330106003012-90001",
        "提出人": "王桂兰", "承办人": "刘建芳", "办结期限": lead.due_on, "状态": "已办结", "结果": "已解决",
        "首次答复日期": START + timedelta(days=4), "答复日期": answered, "告知方式": "上门", "转办单位": "幸福物业公司",
        "并案主件": None, "满意度": 5, "办结日期": answered, "重办次数": 0, "备注": None,
    }  # fmt: skip
    withdrawn, again = (dict(zip(head, row, strict=True)) for row in rows[1:])
    assert (withdrawn["状态"], withdrawn["结果"], withdrawn["备注"]) == ("已办结", "本人撤回", "不留姓名")
    assert (again["状态"], again["重办次数"], again["满意度"], again["备注"]) == ("已受理", 1, 1, "代人提出")
    workbook = load_workbook(io.BytesIO(data)).active
    assert [cell.data_type for row in workbook.iter_rows() for cell in row if cell.value == "=1+1"] == ["s"]
    assert workbook.cell(7, 6).value == "3 件"
    assert record.number in str(workbook.oddFooter.left.text)


def test_masked_the_ledger_keeps_of_names_and_places_only_a_part(lamp, data_officer):
    [row, *_] = exported(data_officer)

    assert (row["提出人"], row["地点"]) == ("王*兰", "幸福小区****")
    [row, *_] = exported(data_officer, full=True)
    assert (row["提出人"], row["地点"]) == ("王桂兰", "幸福小区3号楼二单元")


def test_a_merged_concern_names_its_lead(lamp, data_officer, chair):
    join_concerns(fresh(lamp["lead"]), [lamp["third"]], by=chair)

    assert column(data_officer, "并案主件") == [None, None, lamp["lead"].number]


def test_an_office_that_sent_it_back_or_had_to_give_it_back_is_not_named(lamp, data_officer, chair):
    for agency in (lamp["property"], lamp["street"]):
        offer_concern(fresh(lamp["lead"]), agency=agency, matter="请换灯", due_on=today(), by=chair)
    assert column(data_officer, "转办单位")[0] == "幸福物业公司、街道办"

    take_referral_back(lamp["lead"].referrals.get(agency=lamp["street"]), reason="转错了", by=chair)

    assert column(data_officer, "转办单位")[0] == "幸福物业公司"


# --- who gets what --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("key", "make"), [("concerns", ConcernFactory), ("receptions", ReceptionFactory)])
def test_another_communitys_chair_gets_nothing(key, make, grid, stranger):
    make(area=grid)

    with pytest.raises(ValidationError, match="也没有，没有生成文件"):
        export_ledger(ledgers[key], by=stranger)


@pytest.mark.parametrize(("key", "make"), [("concerns", ConcernFactory), ("receptions", ReceptionFactory)])
def test_whole_names_need_the_right_and_a_purpose(key, make, community, grid, data_officer, worker):
    make(area=grid)
    secretary = user_with(Role.SECRETARY, community)

    with pytest.raises(ValidationError, match="用途"):
        export_ledger(ledgers[key], full=True, by=data_officer)
    with pytest.raises(ValidationError, match="权限"):
        export_ledger(ledgers[key], full=True, purpose="上报", by=secretary)
    with pytest.raises(ValidationError, match="权限"):
        export_ledger(ledgers[key], by=worker)

    assert export_ledger(ledgers[key], by=secretary)[0].rows == 1
    assert export_ledger(ledgers[key], full=True, purpose="上报", by=data_officer)[0].mode == "full"
    event = AuditEvent.objects.filter(action="ledgers.exportrecord.make").order_by("-id").first()
    assert (event.reason, event.detail["rows"], event.actor_id) == ("上报", 1, data_officer.pk)


def test_a_grid_alone_is_what_a_role_in_it_exports(grid, other_grid):
    mine = ConcernFactory(area=grid)
    ConcernFactory(area=other_grid)
    officer = user_with(Role.DATA_OFFICER, grid)

    assert column(officer, "编号") == [mine.number]
    assert column(officer, "编号", as_of=today().isoformat(), known_on=today().isoformat()) == [mine.number]


# --- conditions -----------------------------------------------------------------------------------------------------
def test_every_condition_narrows_today_and_on_an_earlier_day(grid, other_grid, data_officer, worker):
    still_today = today()
    with on(START):
        old = ConcernFactory(area=other_grid, raised_on=START, topic="2", due_on=START, origin=Origin.SURVEY)
        mine = concern_at(Status.ASSIGNED, area=grid, raised_on=START, assigned_to=worker, due_on=still_today)
        closed = concern_at(Status.CLOSED, area=grid, raised_on=START, topic="3", due_on=START)
    Concern.objects.filter(pk=old.pk).update(raised_on=START - timedelta(days=9))
    Concern.history.filter(id=old.pk).update(raised_on=START - timedelta(days=9))
    yesterday = (today() - timedelta(days=1)).isoformat()

    for days in ({}, {"as_of": yesterday}):

        def found(days=days, **filters):
            return set(column(data_officer, "编号", **days, **filters))

        assert found() == {old.number, mine.number, closed.number}
        assert found(area=other_grid.pk) == {old.number}
        assert found(topic="3") == {closed.number}
        assert found(status="open") == {old.number, mine.number}
        assert found(status="closed") == {closed.number}
        assert found(outcome="solved") == {closed.number}
        assert found(origin="survey") == {old.number}
        assert found(person=worker.pk) == {mine.number}
        assert found(overdue=True) == {old.number}
        assert found(from_day=START.isoformat()) == {mine.number, closed.number}
        assert found(to_day=(START - timedelta(days=1)).isoformat()) == {old.number}


def test_the_list_leads_to_its_export_with_its_conditions(client, chair, grid):
    page = client.get(reverse("concerns:concern_list"), {"status": "open", "grid": grid.pk, "month": "2026-02"})

    url = reverse("ledgers:ledger_export", args=["concerns"])
    assert page.context["export_url"] == url
    assert f'href="{url}?status=open&amp;grid={grid.pk}&amp;month=2026-02"' in page.content.decode()
    form = client.get(f"{url}?{page.context['filter_query']}").context["form"]
    shown = {name: form[name].value() for name in ("status", "area", "from_day", "to_day")}
    assert shown == {
        "status": "open", "area": str(grid.pk), "from_day": date(2026, 2, 1), "to_day": date(2026, 2, 28)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"), [("concern_list", "concerns"), ("reception_list", "receptions")]
)  # fmt: skip
def test_only_who_may_export_sees_the_way_there(client, worker, as_user, chair, name, key):
    assert client.get(reverse(f"concerns:{name}")).context["export_url"] == ""
    assert as_user(chair).get(reverse(f"concerns:{name}")).context["export_url"] == f"/ledgers/{key}/export/"
    assert client.get(reverse("ledgers:ledger_export", args=[key])).status_code == 404


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ({"q": "王桂兰"}, True),
        ({"score": "low"}, True),
        ({"status": "paused"}, True),
        ({"person": "none"}, True),
        ({"q": "", "sort": "due", "status": "open", "person": "me", "overdue": "on", "month": "2026-02"}, False),
        ({"status": "overdue"}, False),
        ({}, False),
    ],
)
def test_a_condition_that_the_export_does_not_know_stays_behind_and_the_page_says_so(client, chair, query, left_out):
    page = client.get(reverse("ledgers:ledger_export", args=["concerns"]), query)

    assert ("没有带过来" in page.content.decode()) is left_out


def test_my_own_and_the_overdue_of_the_list_are_understood(client, chair):
    url = reverse("ledgers:ledger_export", args=["concerns"])

    form = client.get(url, {"status": "overdue", "person": "me"}).context["form"]

    assert {name: form[name].value() for name in ("status", "overdue", "person")} == {
        "status": "", "overdue": True, "person": chair.pk
    }  # fmt: skip


def test_the_page_exports_and_the_register_names_the_conditions(client, data_officer, grid):
    worker = user_with(Role.GRID_WORKER, grid, name="刘建芳")
    concern_at(Status.ASSIGNED, area=grid, assigned_to=worker)
    day = today().isoformat()
    asked = {"mode": "masked", "topic": "1", "status": "assigned", "person": worker.pk, "as_of": day, "from_day": day}

    answer = client.post(reverse("ledgers:ledger_export", args=["concerns"]), asked)

    assert sheet_of(answer.content)[0] == f"诉求台账（截至{today().year}年{today().month}月{today().day}日）"
    record = ExportRecord.objects.get()
    assert record.filters == {"topic": "1", "status": "assigned", "person": worker.pk, "as_of": day, "from_day": day}
    page = client.get(reverse("ledgers:export_detail", args=[record.pk]))
    topic = labels("survey_topic")["1"]
    assert page.context["narrowed"] == f"办理中；承办人 刘建芳；{topic}；{day}—；截至 {day}"
    assert "提出人和地点" in page.content.decode()


def test_days_in_the_wrong_order_are_asked_again(client, data_officer, grid):
    ConcernFactory(area=grid)
    asked = {"mode": "masked", "from_day": "2026-03-02", "to_day": "2026-03-01"}

    page = client.post(reverse("ledgers:ledger_export", args=["concerns"]), asked)

    assert "不能早于开始的那天。" in page.content.decode()
    assert ExportRecord.objects.count() == 0


def test_a_large_ledger_is_made_in_the_background(client, data_officer, grid, monkeypatch):
    ConcernFactory(area=grid)
    monkeypatch.setattr("fedhub.ledgers.services.export.rule", lambda key: {"export_background_rows": 0}.get(key, 24))
    record, data = export_ledger(ledgers["concerns"], by=data_officer)
    assert data is None

    write_export(record)
    record.refresh_from_db()

    with closing(take_export(record, by=data_officer)) as file:
        assert sheet_of(b"".join(file))[1] == HEAD


# --- no way in ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["concerns", "receptions"])
def test_nothing_is_imported_into_a_ledger_made_from_the_work(client, data_officer, community, key):
    for name in ("ledger_import", "ledger_template"):
        assert client.get(reverse(f"ledgers:{name}", args=[key])).status_code == 404
    file = io.BytesIO(b"a,b\n1,2\n")
    file.name = "台账.csv"
    answer = client.post(reverse("ledgers:ledger_import", args=[key]), {"area": community.pk, "file": file})

    assert answer.status_code == 404
    assert ImportBatch.objects.count() == 0
    page = client.get(reverse("ledgers:ledger_list"))
    [row] = [row for row in page.context["rows"] if row["ledger"].key == key]
    assert (row["may_import"], row["may_export"]) == (False, True)
    offered = client.get(reverse("ledgers:batch_list")).context["filter_form"].fields["ledger"].choices
    assert key not in dict(offered)


# --- as of an earlier day -------------------------------------------------------------------------------------------
def test_the_ledger_of_a_day_is_the_one_made_on_that_day(lamp, data_officer):
    """After each act the ledger is made; at the end each is made once more as of its day."""
    made = {}
    for days, act in way(lamp):
        with on(START + timedelta(days=days)):
            act()
            made[START + timedelta(days=days)] = exported(data_officer, full=True)
    states = [[row["状态"] for row in rows] for rows in made.values()]
    assert states[0] == ["已受理", "新登记", "已受理"]
    assert states[-1] == ["已办结", "已办结", "已受理"]

    for day, rows in made.items():
        assert exported(data_officer, full=True, as_of=day.isoformat()) == rows, day
    assert exported(data_officer, full=True, as_of=START.isoformat())[0]["状态"] == "新登记"


def test_moves_marriages_and_new_numbers_since_do_not_change_the_ledger_of_a_day(
    lamp, data_officer, other_grid, chair
):
    before = exported(data_officer, full=True, as_of=START.isoformat())

    with on(START + timedelta(days=9)):
        woman, home = lamp["woman"], lamp["home"]
        woman.refresh_from_db()
        woman.name = "王桂芝"
        save_version(woman, ["name"], base_version=woman.version)
        Household.objects.filter(pk=home.pk).update(area=other_grid)
        follow_households([home.pk], other_grid)
        part = join_concerns(fresh(lamp["lead"]), [lamp["third"]], by=chair)
        part_concerns(fresh(lamp["lead"]), [lamp["third"]], by=chair)
        ConcernFactory(area=other_grid, raised_on=timezone.localdate())

    assert part == 1
    assert exported(data_officer, full=True, as_of=START.isoformat()) == before
    today = exported(data_officer, full=True)
    assert (len(before), len(today)) == (3, 4)
    assert (today[0]["提出人"], today[0]["网格"]) == ("王桂芝", "第二网格")
    assert (before[0]["提出人"], before[0]["网格"]) == ("王桂兰", "第一网格")


def test_what_was_registered_late_comes_in_by_a_later_day_of_registration_and_says_so(lamp, data_officer, worker):
    day, late = START + timedelta(days=3), START + timedelta(days=20)
    with on(late):
        raise_concern(origin=Origin.UPPER, title="补登的事", area=lamp["grid"], raised_on=day, by=worker)
        raise_concern(
            origin=Origin.UPPER, title="后来的事", area=lamp["grid"], raised_on=day + timedelta(days=1), by=worker
        )
        told_at = end_of(day) - timedelta(hours=10)
        tell_progress(
            fresh(lamp["lead"]), text="来看过了。", told=Told.FACE, told_at=told_at, heard=Heard.SELF, by=worker
        )
        lead = fresh(lamp["lead"])
        lead.title = "二单元楼道灯不亮"
        save_version(lead, ["title"], base_version=lead.version)

    known = exported(data_officer, as_of=day.isoformat(), known_on=late.isoformat())
    then = exported(data_officer, as_of=day.isoformat())

    assert [row["诉求"] for row in then] == ["楼道灯不亮", "=1+1", "灯坏了很久"]
    assert [row["备注"] for row in then] == [None, "不留姓名", "代人提出"]
    assert then[0]["首次答复日期"] is None
    assert [(row["诉求"], row["备注"]) for row in known] == [
        ("二单元楼道灯不亮", f"更正：诉求（{late} 登记）；补录：首次答复（{late} 登记）"),
        ("=1+1", "不留姓名"),
        ("灯坏了很久", "代人提出"),
        ("补登的事", f"补录（{late} 登记）"),
    ]
    assert known[0]["首次答复日期"].date() == day


def test_the_history_of_this_moment_says_what_the_rows_say(lamp, data_officer):
    """Whatever a service writes to a concern it writes to its history: the book of today and of the past agree."""
    ledger = ledgers["concerns"]
    for days, act in way(lamp):
        with on(START + timedelta(days=days)):
            act()

    right, records = ledger.full_permission, []
    for books in (Now(), Then(today(), timezone.now())):
        rows = books.rows(Concern, data_officer, right).order_by("id").values(*ledger.reads, "area_id")
        records.append(list(rows))

    assert records[0] == records[1]


# --- the register of the front desk -----------------------------------------------------------------------------------
@pytest.fixture
def desk(grid, chair):
    """A woman at the desk, ten days ago."""
    with on(START):
        woman = ResidentFactory(area=grid, name="王桂兰")
        entry = Reception(
            channel=ReceptionChannel.FRONT_DESK, received_at=timezone.now(), place="社区大厅", visitor_name="王桂兰",
            phone="13800000417", area=grid, topic="3", matter="想找工作", handler=chair, opinion="介绍岗位",
            resident=woman,
        )  # fmt: skip
        return register_reception(entry, by=chair)


def test_the_register_has_a_line_for_each_visit_and_masks_who_and_what(desk, data_officer, chair):
    concern = turn_into_concern(desk, title="找工作", by=chair)

    [whole] = exported(data_officer, "receptions", full=True)
    [masked] = exported(data_officer, "receptions")

    assert list(whole) == RECEPTION_HEAD
    assert whole | {"时间": whole["时间"].date()} == {
        "序号": 1, "编号": desk.number, "时间": START, "方式": "窗口来访", "地点": "社区大厅", "来访（来电）人": "王桂兰",
        "居民": "王桂兰", "网格": "第一网格", "方面": labels("survey_topic")["3"], "事由": "想找工作", "接待人": "周敏",
        "处理意见": "介绍岗位", "结果": None, "转诉求编号": concern.number, "备注": None,
    }  # fmt: skip
    hidden = {"来访（来电）人": "王*兰", "居民": "王*兰", "事由": "已登记，平时遮住", "处理意见": "已登记，平时遮住"}
    assert masked == whole | hidden
    assert "13800000417" not in str(whole)


def test_the_register_of_an_earlier_day(desk, data_officer, chair, grid):
    with on(START + timedelta(days=1)):
        before = exported(data_officer, "receptions", full=True)
    late = START + timedelta(days=5)
    with on(late):
        desk.refresh_from_db()
        desk.result, desk.matter = "找到了", "想找离家近的工作"
        change_reception(desk, ["result", "matter"], base_version=desk.version, by=chair)
        turn_into_concern(desk, title="找工作", by=chair)
        ReceptionFactory(area=grid, received_at=end_of(START) - timedelta(hours=2), visitor_name="李红")
        ReceptionFactory(area=grid, received_at=timezone.now(), visitor_name="后来的人")

    then = START + timedelta(days=1)
    assert exported(data_officer, "receptions", full=True, as_of=then.isoformat()) == before
    known = exported(data_officer, "receptions", full=True, as_of=then.isoformat(), known_on=late.isoformat())
    assert [(row["事由"], row["结果"], row["备注"]) for row in known] == [
        ("想找离家近的工作", None, f"更正：事由（{late} 登记）"),
        ("想找离家近的工作。", None, f"补录（{late} 登记）"),
    ]


def test_the_conditions_of_the_register_narrow_it(desk, data_officer, grid, chair, client):
    call = ReceptionFactory(area=grid, channel=ReceptionChannel.HOTLINE, received_at=timezone.now(), topic="2")

    def found(**filters):
        return column(data_officer, "编号", "receptions", **filters)

    assert found() == [desk.number, call.number]
    assert found(channel="hotline") == found(topic="2") == found(from_day=today().isoformat()) == [call.number]
    assert found(to_day=START.isoformat()) == [desk.number]
    asked = {"mode": "masked", "channel": "hotline"}
    answer = client.post(reverse("ledgers:ledger_export", args=["receptions"]), asked)
    assert len(sheet_of(answer.content)[2]) == 1


# --- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("key", "make", "filters", "queries"),
    [
        ("concerns", ConcernFactory, {}, 8),
        ("concerns", ConcernFactory, {"as_of": "today", "known_on": "today"}, 8),
        ("concerns", ConcernFactory, {"as_of": START.isoformat(), "known_on": "today"}, 10),
        ("receptions", ReceptionFactory, {}, 6),
        ("receptions", ReceptionFactory, {"as_of": START.isoformat(), "known_on": "today"}, 7),
    ],
)
def test_a_ledger_costs_the_same_queries_for_any_number_of_rows(
    data_officer, grid, key, make, filters, queries, rows, django_assert_num_queries
):
    with on(START):
        make.create_batch(rows, area=grid)
    ledger = ledgers[key]
    filters = {name: today().isoformat() if day == "today" else day for name, day in filters.items()}
    data_officer.scope(ledger.export_permission)
    assert Area.objects.exists()

    with acting_as(data_officer), django_assert_num_queries(queries):
        assert len(list(ledger.export(user=data_officer, filters=filters).stream())) == rows
