"""闭环单 on real paper: one page for a usual case, more with the table's head repeated; the document comes as a file."""

import re

import pytest
from django.utils import timezone
from docx import Document

from concerns.services.answers import answer_concern, rate_concern, tell_progress
from concerns.services.handling import accept_concern, assign_concern, close_concern, finish_concern
from concerns.services.referrals import offer_concern, referral_accepted, referral_answered
from fedhub.reference.tests.factories import AgencyFactory
from grids.models import Visit
from grids.services.visit import Request, log_visit
from households.tests.factories import MembershipFactory
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def handled(chair, worker, grid, *, told=1):
    """A concern from a visit, handed over, told `told` times, rated low, handled again, rated and closed."""
    member = MembershipFactory(household__area=grid, resident__name="王桂兰")
    request = Request("楼道灯不亮", "1", "二楼的灯坏了一个星期，老人晚上看不见，差点摔倒。", member.resident)
    visit = log_visit(Visit(household=member.household), people=[member.resident], requests=[request], by=worker)
    concern = visit.concerns.get()
    agency = AgencyFactory(name=f"物业公司 {concern.pk}")
    accept_concern(concern, by=chair)
    assign_concern(concern, person=worker, handle_by=timezone.localdate(), by=chair)
    referral = offer_concern(concern, agency=agency, matter="请换灯泡。", due_on=timezone.localdate(), by=worker)
    referral_accepted(referral, contact="张师傅", by=worker)
    referral_answered(referral, reply="已换好，当天试过。", by=worker)
    for number in range(told):
        tell_progress(concern, text=f"物业第 {number + 1} 次约好上门，请您在家等一等。", told="face", by=worker)
    for score, words in ((2, "过了一天又不亮了。"), (5, "这回好了，谢谢。")):
        finish_concern(concern, result="物业换了灯泡和线路。", by=worker)
        answer_concern(
            concern, answer="物业已换好，晚上试过亮了。", told="home", outcome="solved", proof="当面试灯", by=worker
        )
        rate_concern(concern, score=score, words=words, given_by="home", by=worker)
    close_concern(concern, by=chair)
    return concern


def pages_of(page, url):
    """How many sheets of paper the browser makes of `url`."""
    page.goto(url)
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


def test_a_usual_case_fits_on_one_sheet_and_a_long_one_goes_on(sign_in, chair, worker, grid, tmp_path):
    usual, long = handled(chair, worker, grid), handled(chair, worker, grid, told=40)
    page = sign_in(chair)

    counts = [pages_of(page, f"/concerns/{concern.pk}/sheet/") for concern in (usual, long)]
    slip = pages_of(page, f"/concerns/{usual.pk}/slip/")
    page.goto(f"/concerns/{usual.pk}/way/")
    with page.expect_download() as got:
        page.get_by_role("button", name="下载 Word").click()
    got.value.save_as(tmp_path / "sheet.docx")

    assert (counts, slip) == ([1, 3], 1)
    assert got.value.suggested_filename == f"{usual.number}.docx"
    assert Document(tmp_path / "sheet.docx").paragraphs[0].text == "诉求闭环单"


def test_the_way_and_the_code_on_a_phone(sign_in, worker, chair, grid, no_serious_finding, no_sideways_scroll):
    concern = handled(chair, worker, grid)
    phone = sign_in(worker, PHONE)

    for address in (f"/concerns/{concern.pk}/way/", f"/concerns/{concern.pk}/slip/", "/concerns/code/"):
        phone.goto(address)
        no_serious_finding(phone)
        no_sideways_scroll(phone)
    phone.get_by_label("查询码").fill(concern.code.lower())
    phone.get_by_role("button", name="查询", exact=True).click()

    phone.get_by_text("物业已换好，晚上试过亮了。").wait_for()
    assert concern.code not in phone.url
    no_serious_finding(phone)
    no_sideways_scroll(phone)
