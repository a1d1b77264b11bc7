"""The papers as Word files: every word is filled in, every row is there, nothing of the template is left."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from docx import Document

from council.enums import Choice
from council.models import Guest, Motion, Proxy, Speech
from council.papers import PAPERS, VALUES, result_lines
from council.services.meetings import (
    add_proxy,
    add_speech,
    end_meeting,
    guest_came,
    invite,
    notify_meeting,
    open_meeting,
    sign_in,
)
from council.services.minutes import add_to_minutes, draft_minutes, finalise_minutes
from council.services.outcome import resolve_topic
from council.services.topics import pass_topic_on
from council.services.votes import cast_vote, open_motion
from council.tests.factories import council_of, heard, meeting_of, sitting, task, topic_at, voted
from fedhub.core.papers import fill
from households.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def paper(key, row):
    """`(text, tables)`: every line of the filled file, and its tables as lists of rows of text."""
    document = Document(io.BytesIO(fill(PAPERS[key], VALUES[key](row, "清和社区妇联"))))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    lines = [paragraph.text for paragraph in document.paragraphs]
    text = "\n".join([*lines, *(" ".join(row) for table in tables for row in table)])
    assert re.search(r"\{\{|\{%|〔(?!\d{4}〕)", text) is None
    return text, tables


@pytest.fixture
def meeting(chair, committee, community):
    """A meeting that was notified, with a guest, a proxy, a speech, a vote and a decision; it goes on."""
    topic = topic_at("accepted", title="精诚公寓停车管理")
    council = council_of(chair, committee, proxies="vote", name="清和社区妇女议事会")
    away = council.members.create(name="吴静", since=timezone.localdate() - timedelta(days=9))
    planned = notify_meeting(meeting_of(council, by=chair, materials="隐患照片\n车位图"), short_notice="急", by=chair)
    planned.recorder = council.members.get(user=committee)
    planned.save(update_fields=["recorder"])
    guest = invite(Guest(meeting=planned, unit="物业公司", name="李工"), by=chair)
    add_proxy(
        Proxy(meeting=planned, principal=away, holder=council.members.get(user=chair), paper="6月18日委托书"), by=chair
    )

    open_meeting(planned, by=chair)
    for user in (chair, committee):
        sign_in(planned, council.members.get(user=user), how="tick", by=chair)
    guest_came(guest, by=chair)
    item = heard(planned, topic, by=chair)
    add_speech(Speech(item=item, guest=guest, summary="先清<消防>通道 & 划线"), by=chair)
    motion = voted(item, by=chair)
    resolve_topic(
        item.topic, decision="agreed", text="划线分区，访客限时。", actions=[task(committee, unit="物业公司")], item=item,
        motion=motion, by=chair,
    )  # fmt: skip
    return planned


def test_the_notice_has_number_agenda_materials_and_a_slip(meeting):
    text, (agenda, materials) = paper("notice", meeting)

    assert meeting.notice_number in text
    assert "请物业公司李工列席。" in text
    assert "回执：姓名" in text
    assert agenda == [["序号", "内容", "分钟"], ["1", "精诚公寓停车管理", "20 分钟"]]
    assert [row[1] for row in materials] == ["材料", "隐患照片", "车位图"]


def test_the_agenda_and_the_sheet_to_sign(meeting):
    agenda = paper("agenda", meeting)[1]
    sheet = paper("signin", meeting)[1]

    assert agenda[1][1][1] == "精诚公寓停车管理"
    assert agenda[2][1] == ["物业公司", "李工"]
    assert [row[1] for row in sheet[1]] == ["姓名", "周敏", "何晓燕", "吴静"]
    assert [row[4] for row in sheet[1][1:]] == ["工作人员登记", "工作人员登记", ""]


def test_the_rows_to_sign_and_to_mark_are_tall_enough_for_a_hand(meeting):
    for key, place, least in (("signin", 1, 9), ("ballot", 0, 14)):
        document = Document(io.BytesIO(fill(PAPERS[key], VALUES[key](meeting, "清和社区妇联"))))
        heights = [row.height.mm for row in document.tables[place].rows[1:]]
        assert min(heights) >= least - 0.1


def test_the_full_record_has_people_speeches_votes_and_decisions(meeting, chair):
    end_meeting(meeting, by=chair)

    text = paper("record", meeting)[0]

    for words in (
        "出席 周敏、何晓燕", "缺席 吴静", "列席 物业公司李工", "委托 吴静委托周敏", "先清<消防>通道 & 划线",
        "同意 2 票，反对 0 票", "物业公司、何晓燕",
    ):  # fmt: skip
        assert words in text


def test_the_minutes_have_number_numbered_decisions_and_signed_additions(meeting, chair):
    end_meeting(meeting, by=chair)
    minutes = finalise_minutes(draft_minutes(meeting, by=chair), by=chair)
    add_to_minutes(minutes, text="46 个应为 48 个。", by=chair)

    text, (additions,) = paper("minutes", minutes)

    assert text.splitlines()[:2] == ["清和社区妇女议事会第一次会议纪要", minutes.number]
    assert "一、关于精诚公寓停车管理。通过。划线分区，访客限时。" in text
    assert "\n1. 划车位线（责任：物业公司、何晓燕；完成时限：" in text
    assert f"签发：周敏　校验值：{minutes.sha256[:16]}" in text
    assert additions[1][1:] == ["46 个应为 48 个。", "周敏"]


def test_a_ballot_has_the_question_that_is_open(meeting, chair):
    other = topic_at("accepted", title="楼道灯")
    second = sitting(meeting.council, by=chair)
    motion = open_motion(
        Motion(item=heard(second, other, by=chair), text="是否换灯", ballots="secret", showing="end"), by=chair
    )
    cast_vote(motion, meeting.council.members.get(user=chair), Choice.AGREE, by=chair)

    text, (rows,) = paper("ballot", second)

    assert rows[1:] == [["1", "是否换灯", "", "", ""]]
    assert "周敏" not in text


def test_the_sheet_of_a_topic_says_how_it_was_screened_whatever_came_later(grid, community, chair):
    topic = topic_at(
        "told", proposer=ResidentFactory(area=grid, name="王桂兰"), screened_by=chair, screened_on=timezone.localdate(),
        detail="车停在消防通道上。",
    )  # fmt: skip

    text, tables = paper("topic", topic)

    assert "王桂兰" in text
    assert "车停在消防通道上。" in text
    assert ["筛选结果", "已立项"] in [row[:2] for table in tables for row in table]


def test_the_notice_of_a_result_numbers_what_it_has_and_names_nobody(grid, community, chair):
    day = timezone.localdate()
    topic = topic_at("accepted", proposer=ResidentFactory(area=grid, name="王桂兰"))
    pass_topic_on(topic, body="street", reason="不归我们", by=chair)
    type(topic).objects.filter(pk=topic.pk).update(
        status="published", body_answer="已列入计划", result="明年改造", solved=True, public_from=day, public_to=day,
        notice_number="妇议公〔2024〕1号",
    )  # fmt: skip
    topic.refresh_from_db()

    text = paper("result", topic)[0]

    assert "妇议公〔2024〕1号" in text
    assert "王桂兰" not in text
    assert result_lines(topic)[1:3] == ["一、提交街道，答复：已列入计划", "二、结果：明年改造"]
