"""受助台账 and the figures by family: every cell, whole and masked, sums that stay right and name nobody."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.tests.factories import UserFactory
from fedhub.core.models import AuditEvent
from fedhub.ledgers.models import ExportRecord
from hardship.models import Delivery
from hardship.services.deliveries import reverse_delivery
from hardship.tests.factories import file_at
from hardship.tests.factories_aid import BatchFactory, delivery_at
from hardship.tests.factories_gifts import round_at
from households.tests.factories import HouseholdFactory, StatusFactory

pytestmark = pytest.mark.django_db
HEAD = [
    "序号", "姓名（户主）", "网格", "地址", "困难类别", "事由", "款物", "数量", "单位", "价值（元）", "发放日期", "经办人",
    "签收人", "凭证号", "备注",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


def today():
    return timezone.localdate()


def lines(client, **asked):
    """The rows of the exported file below its headings, up to the last row with the number of rows."""
    asked = {"mode": "masked", "purpose": "核对"} | asked
    answer = client.post(reverse("ledgers:ledger_export", args=["aid"]), asked)
    assert answer.headers.get("Content-Disposition", "").startswith("attachment"), answer.context["form"].errors
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows()]
    head = next(n for n, row in enumerate(rows) if row[0] == "序号")
    assert rows[head] == HEAD
    found = [row for row in rows[head + 1 :] if isinstance(row[0], int)]
    return [[getattr(cell, "date", lambda cell=cell: cell)() for cell in row] for row in found]


@pytest.fixture
def rice(grid):
    home = HouseholdFactory(area=grid, head_name="王桂兰", address="春江花园3栋501室")
    StatusFactory(household=home, resident=None, category="DB")
    return delivery_at(
        "receipted", household=home, occasion="elders", received_by="王桂兰", handed_by=UserFactory(name="刘建芳")
    )


def test_every_cell_whole_and_masked(as_user, data_officer, rice, grid):
    client = as_user(data_officer)
    rest = [
        "低保", "重阳", "大米", 1, "袋", 60, today(), "刘建芳",
    ]  # fmt: skip

    assert lines(client) == [[1, "王*兰", grid.name, "春江花园****", *rest, "王*兰", rice.voucher, None]]
    assert lines(client, mode="full", purpose="上报街道妇联") == [
        [1, "王桂兰", grid.name, "春江花园3栋501室", *rest, "王桂兰", rice.voucher, None]
    ]
    assert [(one.mode, one.purpose) for one in ExportRecord.objects.order_by("pk")] == [
        ("masked", "核对"), ("full", "上报街道妇联"),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="ledgers.exportrecord.make").count() == 2


def test_whole_lines_want_a_purpose(as_user, data_officer, rice):
    answer = as_user(data_officer).post(reverse("ledgers:ledger_export", args=["aid"]), {"mode": "full"})

    assert answer.context["form"].errors["purpose"] == ["完整导出，请写明用途，例如“上报街道妇联”。"]
    assert ExportRecord.objects.count() == 0


def test_what_was_reversed_keeps_its_line_and_counts_nothing(as_user, data_officer, chair, rice):
    reverse_delivery(rice, reason="发错人了", by=chair)

    (line,) = lines(as_user(data_officer))

    assert (line[7], line[9], line[14]) == (None, None, "已冲正（原 1 袋，60.00 元，发错人了）")


def test_a_guarded_family_is_a_line_without_a_name_and_the_sum_stays(as_user, data_officer, chair, rice, grid):
    file = file_at("active", household__area=grid, household__head_name="赵小莉", guarded=True)
    batch = BatchFactory(item="食用油", unit="桶", value=80)
    hidden = delivery_at(
        "receipted", household=file.household, file=file, batch=batch, what="小莉的油", value=80, received_by="赵小莉"
    )

    outside, inside = (lines(as_user(user)) for user in (data_officer, chair))

    assert [row[9] for row in outside] == [row[9] for row in inside] == [60, 80]
    assert outside[1] == [
        2, "不公开的家庭", None, None, None, "日常帮扶", "食用油", 1, "桶", 80, today(), hidden.handed_by.name, None,
        hidden.voucher, None,
    ]  # fmt: skip
    assert (inside[1][1], inside[1][6]) == ("赵*莉", "小莉的油")
    asked = {"mode": "masked", "household": file.household.pk}
    answer = as_user(data_officer).post(reverse("ledgers:ledger_export", args=["aid"]), asked)
    assert "一笔也没有" in str(answer.context["form"].errors)


def test_the_conditions_of_the_ledger(as_user, data_officer, rice, other_grid):
    other = delivery_at("delivered", household__area=other_grid, batch=BatchFactory(item="棉被"))
    day = today().isoformat()
    later = (today() + timezone.timedelta(days=1)).isoformat()

    def vouchers(**asked):
        return [row[13] for row in lines(as_user(data_officer), **asked)]

    assert vouchers() == vouchers(since=day, until=day) == [rice.voucher, other.voucher]
    assert vouchers(area=other_grid.pk) == vouchers(source=f"b{other.batch_id}") == [other.voucher]
    assert vouchers(occasion="elders") == vouchers(household=rice.household_id) == [rice.voucher]
    refused = as_user(data_officer).post(
        reverse("ledgers:ledger_export", args=["aid"]), {"mode": "masked", "since": later, "until": day}
    )
    assert refused.context["form"].errors["until"] == ["不能早于前面的日期。"]


def test_who_signed_on_a_sheet_stands_on_the_sheet(as_user, data_officer, chair, grid):
    gift_round = round_at("running", HouseholdFactory(area=grid, head_name="王桂兰"))
    sheet = gift_round.sheets.create(area=grid, handed_on=today(), homes=1)
    gift = gift_round.deliveries.get()
    Delivery.objects.filter(pk=gift.pk).update(
        state="receipted", voucher="FF2026-0009", handed_on=today(), handed_by=chair, received_by="见签收单",
        receipt_kind="slip", receipted_on=today(), sheet=sheet,
    )  # fmt: skip

    (line,) = lines(as_user(data_officer))

    assert line[11:] == ["周敏", None, "FF2026-0009", "签名在签收单上"]


def test_a_worker_takes_no_ledger_out(as_user, worker, rice):
    assert as_user(worker).get(reverse("ledgers:ledger_export", args=["aid"])).status_code in (403, 404)
    assert as_user(worker).get(reverse("hardship:delivery_list")).context["export_url"] == ""


def test_the_list_hands_its_conditions_on_to_the_ledger(as_user, data_officer, rice, grid):
    client = as_user(data_officer)
    address = client.get(reverse("hardship:delivery_list")).context["export_url"]

    page = client.get(f"{address}?occasion=elders&area={grid.code}&state=given&household={rice.household_id}")

    form = page.context["form"]
    assert [form[name].value() for name in ("occasion", "area", "household")] == [
        "elders", grid.pk, rice.household_id,
    ]  # fmt: skip
    assert page.context["consequences"][0].startswith("列表里搜的词、状态")


# --- by family --------------------------------------------------------------------------------------------------------
def test_the_families_that_got_most_each_open_their_list(client, chair, rice, grid):
    twice = HouseholdFactory(area=grid)
    for _ in range(2):
        delivery_at("delivered", household=twice, kind="其他")

    page = client.get(reverse("hardship:aid_figures"))

    assert [(name, n, worth) for name, n, worth, _ in page.context["families"]] == [
        (str(twice), 2, 120), (str(rice.household), 1, 60),
    ]  # fmt: skip
    for _, times, _, url in page.context["families"]:
        assert len(client.get(url).context["page"].rows) == times
    assert (page.context["hidden"], page.context["more"]) == ((0, 0), False)


def test_only_the_first_families_are_listed(client, chair, grid, monkeypatch):
    monkeypatch.setattr("hardship.views.periods.HOMES", 2)
    for _ in range(3):
        delivery_at("delivered", household__area=grid)

    page = client.get(reverse("hardship:aid_figures"))

    assert (len(page.context["families"]), page.context["more"]) == (2, True)


def test_guarded_families_are_one_sum_without_a_name(as_user, data_officer, chair, rice, grid):
    file = file_at("active", household__area=grid, household__head_name="赵小莉", guarded=True)
    delivery_at("delivered", household=file.household, file=file)

    pages = [as_user(user).get(reverse("hardship:aid_figures")) for user in (data_officer, chair)]

    assert [page.context["hidden"] for page in pages] == [(1, 60), (0, 0)]
    assert [[row[0] for row in page.context["families"]] for page in pages] == [
        [str(rice.household)], [str(rice.household), str(file.household)],
    ]  # fmt: skip
    assert ["赵小莉" in page.content.decode() for page in pages] == [False, True]
