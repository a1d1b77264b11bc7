"""A sealed file from the report on: the second factor, tonight's questions, the police report, the copy for the court."""

import os
import re

import pytest
from playwright.sync_api import expect

from accounts.tests.factories import shown_code, with_authenticator
from fedhub.core.tests.pictures import jpeg
from safety.chain import records
from safety.models import RiskReport, SafetyFile
from safety.services.reports import report_risk
from tests.journeys.conftest import PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_trained_person_is_led_through_the_first_night(
    sign_in, safety_officer, worker, grid, no_serious_finding, no_sideways_scroll
):
    with_authenticator(safety_officer)
    report_risk(area=grid, source="visit", by=worker, signs=["child_hurt"], text="孩子手臂有伤", subject_name="王小雨")
    phone, shots = sign_in(safety_officer, PHONE), []

    def looked_at():
        if folder := os.environ.get("SHOTS"):
            shots.append(phone.screenshot(path=f"{folder}/sealed{len(shots):02d}.png", full_page=True))
        no_serious_finding(phone)
        no_sideways_scroll(phone)
        assert "王小雨" not in phone.title()

    phone.get_by_label("数字或备用码").fill(shown_code())
    follow(phone.get_by_role("button", name="登录", exact=True))

    phone.goto(f"/safety/{RiskReport.objects.get().pk}/")
    follow(phone.get_by_role("link", name="建受限档案"))
    looked_at()
    phone.get_by_label("怎么知道的").select_option(label="走访时发现")
    phone.get_by_label("多处损伤、严重营养不良、昏迷").check()
    follow(phone.get_by_role("button", name="建档"))
    expect(phone.get_by_text("应当立即报案。")).to_be_visible()
    looked_at()

    follow(phone.get_by_role("link", name="必须报案"))
    looked_at()
    phone.get_by_label("什么时候报的").fill("2026-11-20T10:00")
    phone.get_by_label("公安（派出所、110）").check()
    phone.get_by_label("派出所（单位）").fill("文新派出所")
    phone.get_by_label("接报人").fill("李警官")
    phone.get_by_label("接报编号").fill("无")
    phone.get_by_label("报了什么，对方怎么答复").fill("已接报，马上出警。")
    follow(phone.get_by_role("button", name="保存"))
    expect(phone.get_by_text("应当立即报案。")).to_have_count(0)

    follow(phone.get_by_role("link", name="今晚安全吗"))
    looked_at()
    phone.get_by_label("今晚她安全吗").select_option(label="安全")
    phone.get_by_label("危险等级").select_option(label="中")
    follow(phone.get_by_role("button", name="保存"))
    follow(phone.get_by_role("link", name="能不能打电话给她"))
    phone.get_by_label("当面").check()
    phone.get_by_label("什么时间").fill("放学以后")
    phone.get_by_label("打通了怎么说").fill("学校来了解作业")
    follow(phone.get_by_role("button", name="保存"))
    looked_at()

    follow(phone.get_by_role("link", name="证据", exact=True))
    looked_at()
    phone.get_by_label("什么证据").select_option(label="诊疗记录")
    phone.get_by_label("取得日期").fill("2026-11-20")
    phone.get_by_label("谁提供的").fill("她本人")
    phone.get_by_label("原件在哪里").fill("她保管")
    picture = jpeg(name="病历.jpg")
    phone.locator("input[type=file]").set_input_files(
        {"name": "病历.jpg", "mimeType": "image/jpeg", "buffer": picture.read()}
    )
    follow(phone.get_by_role("button", name="保存"))
    expect(phone.locator(".wf-photos img")).to_have_js_property("naturalWidth", 640)
    looked_at()

    follow(phone.get_by_role("link", name="出具副本"))
    phone.get_by_label("给谁").fill("区法院")
    phone.get_by_label("用途").fill("申请保护令")
    follow(phone.get_by_role("button", name="保存"))
    expect(phone.get_by_role("heading", name=re.compile("副本"))).to_be_visible()
    expect(phone.get_by_text("文新派出所")).to_be_visible()
    expect(phone.locator(".wf-sheet-picture img")).to_have_js_property("naturalWidth", 640)
    looked_at()
    phone.goto("/safety/files/")
    looked_at()
    follow(phone.get_by_role("link", name=SafetyFile.objects.get().code))
    follow(phone.get_by_role("link", name="快速离开"))
    expect(phone).to_have_url(re.compile(r"/$"))

    assert [r.kind for r in records(SafetyFile.objects.get())] == [
        "intake", "report", "danger", "contact", "evidence", "copy",
    ]  # fmt: skip
