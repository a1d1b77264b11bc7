"""What hardship files, pairing and aid put on the workbench: decisions and reminders, for whom they are for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.aid import aid_todos
from fedhub.reference.lookup import forget
from fedhub.reference.models import Rule
from fedhub.reference.services import change_rule, load_reference
from hardship.hooks import waiting_count
from hardship.models import Batch, Objection
from hardship.tests.factories import ReviewFactory, file_at
from hardship.tests.factories_aid import BatchFactory, DeliveryFactory
from hardship.tests.factories_contents import EvidenceFactory
from hardship.tests.factories_pairing import HelperFactory, PairingFactory, pairing_at
from hardship.tests.factories_policy import NoticeFactory
from hardship.tests.factories_request import ChangeRequestFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(user):
    today = timezone.localdate()
    return {
        kind: (sorted((row.line, row.due) for row in rows), count)
        for kind, rows, count in aid_todos(user, today, today + 7 * DAY)
    }


def test_whoever_decides_sees_every_decision_that_waits(chair, worker, grid):
    file_at("proposed", household__area=grid)
    ReviewFactory(file=file_at("active", household__area=grid, level=2), level_before=2, level=1)
    file = file_at("active", household__area=grid, level=4)
    pairing_at("waiting", file=file)
    DeliveryFactory(household__area=grid)
    ChangeRequestFactory(file=file)

    rows, count = told(chair)["decide"]

    assert count == 5
    assert rows == [
        ("困难档案 待审核", "待审批"),
        ("困难等级调整为一级（特别困难）", "待审批"),
        ("救助 大米 1 袋", "待审批"),
        ("春风粮油店已到户数上限，要第二人签字", "待审批"),
        ("申请加类别", "待审批"),
    ]
    assert "decide" not in told(worker)


def test_the_officer_is_reminded_of_what_runs_out(worker, stranger, grid):
    today = timezone.localdate()
    file_at("returned", household__area=grid, officer=worker)
    due = file_at("active", household__area=grid, officer=worker, level=1, review_due_on=today - 3 * DAY)
    PairingFactory(file=file_at("active", household__area=grid, officer=worker), helper=HelperFactory(name="林阿姨"),
                   starts_on=today - 40 * DAY)  # fmt: skip
    EvidenceFactory(file=due, valid_until=today)

    rows, count = told(worker)["aid"]

    assert count == 5
    assert rows == [
        ("一级（特别困难），还没有结对的帮扶人", "没有结对"),
        ("困难档案退回补充", "退回"),
        ("困难等级复核", "逾期 3 天"),
        ("林阿姨帮扶，30 天联系一次", "很久没联系"),
        ("诊断、出院材料到期", "今天到期"),
    ]
    assert told(stranger) == {"decide": ([], 0), "aid": ([], 0)}


def test_goods_that_expire_are_told_to_whoever_keeps_them(data_officer, worker):
    BatchFactory(expires_on=timezone.localdate() + 5 * DAY)

    rows, _ = told(data_officer)["aid"]

    batch = Batch.objects.get()
    assert rows == [(f"{batch.number} 还有 10 袋，快到有效期", "还有 5 天")]
    assert told(worker)["aid"] == ([], 0)


def test_the_menu_counts_every_decision_in_one_query(chair, grid, django_assert_num_queries):
    file = file_at("active", household__area=grid)
    file_at("proposed", household__area=grid)
    pairing_at("waiting", file=file)
    DeliveryFactory(household__area=grid)
    ChangeRequestFactory(file=file)
    waiting_count(chair)

    with django_assert_num_queries(1):
        assert waiting_count(chair) == 4


def test_drafts_and_objections_of_public_notices_wait_for_whoever_decides_where_the_office_publishes(
    chair, worker, grid
):
    file = file_at("active", household__area=grid, level=4)
    notice = NoticeFactory(file=file, made_by=worker)
    Objection.objects.create(notice=notice, text="有异议")
    off = told(chair).get("decide")
    load_reference()
    rule = Rule.objects.get(key="hardship_notice_on")
    change_rule(rule, value=1, base_version=rule.version, by=chair)

    rows, count = told(chair)["decide"]
    forget()

    assert off in (None, ([], 0))
    assert (rows, count) == ([("公示有异议", "待核实"), ("拟好的公示等发布", "待审批")], 2)
