"""The main job end to end: the office's ledger in, a home visit on a phone, the ledger out with the change."""

import io
import re

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from concerns.models import Concern
from grids.models import Visit
from households.models import Household, Resident
from households.tests.factories import HouseholdFactory, MembershipFactory, id_number
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADING = [
    "序号",
    "网格",
    "姓  名",
    "民族",
    "出生年月",
    "身份证号（18位）",
    "文化程度",
    "婚姻状况",
    "家庭住址",
    "联系\n电话",
    "就业状况",
    "类别",
]
WANG, LI = id_number("19680312", 22), id_number("19850401", 46)


@pytest.fixture
def ledger(tmp_path):
    """A women's ledger as an office keeps it: title, reporting line, heading in row 3, a total at the end."""
    book = Workbook()
    sheet = book.active
    sheet.title = "妇女台账"
    sheet.append(["清和社区2026年妇女基本情况台账"])
    sheet.merge_cells("A1:L1")
    sheet.append(["填报单位：清和社区妇联　　填报人：孙丽　　填报时间：2026年6月30日"])
    sheet.merge_cells("A2:L2")
    sheet.append(HEADING)
    sheet.append(
        [
            1,
            "第一网格",
            "王 桂兰",
            "汉",
            "1968.3",
            WANG,
            "初中",
            "已婚",
            "精诚公寓2栋1单元301室",
            "13800000417",
            "工人",
            "低保",
        ]
    )
    sheet.append(
        [
            2,
            "第一网格",
            "李秀珍",
            "汉族",
            "1985年4月",
            LI,
            "大专",
            "离异",
            "精诚公寓2栋1单元302室",
            "13800002286",
            "职员",
            "",
        ]
    )
    sheet.append([3, "第十二网格", "孙丽华", "汉", "1991-02", "", "本科", "未婚", "文华苑1栋", "", "", ""])
    sheet.append(["合计", "", "3 人"])
    path = tmp_path / "妇女台账.xlsx"
    book.save(path)
    return path


def test_a_ledger_comes_in_a_visit_is_logged_and_the_ledger_goes_out_with_the_change(
    sign_in, ledger, data_officer, worker, chair, no_serious_finding, no_sideways_scroll
):
    # The data officer imports the office's own workbook.
    desk = sign_in(data_officer)
    desk.goto("/ledgers/women/import/")
    desk.get_by_label("表格文件").set_input_files(ledger)
    follow(desk.get_by_role("button", name="下一步：对应列"))
    expect(desk.get_by_role("heading", level=1)).to_contain_text("导入")
    no_serious_finding(desk)
    follow(desk.get_by_role("button", name="下一步：试运行"))
    expect(desk.get_by_role("heading", name="试运行结果")).to_be_visible()
    expect(desk.locator("body")).to_contain_text("将写入 2 行")
    expect(desk.locator("body")).to_contain_text("第十二网格")
    no_serious_finding(desk)
    assert Resident.objects.count() == 0
    follow(desk.get_by_role("link", name="下一步：确认导入"))
    follow(desk.get_by_role("button", name="确认导入"))
    expect(desk.locator("body")).to_contain_text("已写入")
    assert set(Resident.objects.values_list("name", "birth")) == {("王桂兰", "1968-03-12"), ("李秀珍", "1985-04-01")}

    # The grid worker sees her households on the phone, opens one and logs a visit.
    home = Household.objects.get(memberships__resident__name="王桂兰")
    phone = sign_in(worker, PHONE)
    phone.goto("/households/")
    expect(phone.locator("#results")).to_contain_text("王桂兰")
    no_sideways_scroll(phone)
    phone.goto(home.get_absolute_url())
    expect(phone.locator("body")).not_to_contain_text(WANG)
    follow(phone.get_by_role("link", name="记走访").first)
    expect(phone.get_by_role("checkbox", name="王桂兰")).to_be_checked()
    no_serious_finding(phone)
    no_sideways_scroll(phone)
    phone.locator("label.wf-choice", has_text=re.compile("^有变化")).click()
    phone.locator("#ask_changes label.wf-choice", has_text="工作").click()
    phone.locator("select[name=job_value]").select_option(label="无业人员")
    phone.get_by_label("说了什么").fill("上个月单位裁员，在家休息。")
    phone.locator("input[name=request_1_title]").fill("想找能接送孩子的工作")
    phone.get_by_role("button", name="保存走访").dblclick()
    expect(phone).to_have_url(re.compile(r"/grids/visits/\d+/$"))
    assert (Visit.objects.count(), Concern.objects.count()) == (1, 1)

    # The chair sees both on her desk and takes the change into the ledger.
    head = sign_in(chair)
    expect(head.locator("main")).to_contain_text("想找能接送孩子的工作")
    expect(head.locator("main")).to_contain_text("工作有变化")
    no_serious_finding(head)
    head.goto("/grids/changes/")
    follow(head.get_by_role("button", name=re.compile("写入台账")))
    expect(head.locator("body")).to_contain_text("没有等着确认的变化")

    # The data officer takes the ledger out, whole, with a purpose.
    desk.goto("/ledgers/women/export/")
    desk.get_by_label("完整").check()
    desk.get_by_label("用途").fill("上报街道妇联")
    with desk.expect_download() as download:
        desk.get_by_role("button", name=re.compile("导出|下载")).click()
    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    rows = {row[headers(sheet).index("姓名")]: row for row in sheet.iter_rows(values_only=True) if row}
    wang = dict(zip(headers(sheet), rows["王桂兰"], strict=True))
    assert (wang["身份证号"], wang["联系电话"], wang["就业状况"]) == (WANG, "13800000417", "无业人员")
    assert "清和社区妇联" in str(sheet["A2"].value)


def headers(sheet):
    """Texts of the heading row."""
    return next(list(row) for row in sheet.iter_rows(values_only=True) if row and "姓名" in row)


def test_no_change_takes_four_taps_after_the_list(sign_in, worker, grid, community):
    home = HouseholdFactory(area=grid, head_name="王桂兰")
    MembershipFactory(household=home, resident__name="王桂兰", resident__area=grid)
    phone = sign_in(worker, PHONE)
    phone.goto("/grids/visits/pick/")

    follow(phone.get_by_role("link", name=re.compile("王桂兰")).first)
    phone.locator("label.wf-choice", has_text=re.compile("^没有变化")).click()
    phone.get_by_role("button", name="保存走访").click()
    expect(phone).to_have_url(re.compile(r"/grids/visits/\d+/$"))

    visit = Visit.objects.get()
    assert (visit.met, visit.changed, visit.counts) == ("met", False, True)


def test_ticking_a_risk_shows_at_once_what_to_do(sign_in, worker, grid):
    home = HouseholdFactory(area=grid, head_name="王桂兰", room="301")  # a room 110 would be found by its number
    phone = sign_in(worker, PHONE)
    phone.goto(f"/grids/visits/new/{home.pk}/")
    expect(phone.get_by_text("110").first).not_to_be_visible()

    phone.locator("#ask_risk label.wf-choice", has_text="有，马上报").click()

    expect(phone.get_by_text("110").first).to_be_visible()
    expect(phone.get_by_text("12338").first).to_be_visible()
