"""From answers to action in a real browser: results on desk and phone, what everybody reads, and help asked for on a phone."""

import json
import os

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from concerns.models import Concern
from surveys.enums import Status
from surveys.models import Response, Survey
from surveys.services.folding import fold
from surveys.services.texts import scan_waiting
from surveys.tests.factories import WORK, SurveyFactory, published
from tests.journeys.conftest import DESK, PHONE, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def survey(chair, grid, other_grid):
    made = published(SurveyFactory(area=grid.parent, audience=60), by=chair)
    rows = [
        Response(
            survey=made, edition=1, answers={"q1": "ab"[n % 2], "q2": ["a", "b"][: 1 + n % 2]},
            area=[grid, other_grid][n % 3 == 0],
                 texts=json.dumps({"q3": f"想学第{n}样"} if n % 8 == 0 else {}))
        for n in range(36)
    ]  # fmt: skip
    Response.objects.bulk_create(rows)
    fold(made, {1: WORK}, rows)
    scan_waiting()
    Survey.objects.filter(pk=made.pk).update(status=Status.CLOSED, closed_at=timezone.now(), secret=None)
    return made


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_chair_reads_writes_a_finding_and_tells_it(
    sign_in, open_page, chair, survey, no_serious_finding, no_sideways_scroll, size
):
    page, shots = sign_in(chair, size), []

    def looked_at(seen):
        if folder := os.environ.get("SHOTS"):
            shots.append(seen.screenshot(path=f"{folder}/results{size['width']}-{len(shots):02d}.png", full_page=True))
        no_serious_finding(seen)
        no_sideways_scroll(seen)

    page.goto(reverse("surveys:result_list"))
    looked_at(page)
    follow(page.get_by_role("link", name=survey.title))
    looked_at(page)
    follow(page.get_by_role("link", name="交叉表"))
    looked_at(page)
    page.goto(reverse("surveys:groups", args=[survey.pk]) + "?by=q1")
    expect(page.get_by_role("table", name="难在哪里？ × 您现在工作吗？")).to_be_visible()
    looked_at(page)
    page.goto(reverse("surveys:result_topics"))
    looked_at(page)
    page.goto(reverse("surveys:reach", args=[survey.pk]))
    looked_at(page)
    page.goto(reverse("surveys:text_list", args=[survey.pk]))
    looked_at(page)
    follow(page.get_by_role("link", name="归类").first)
    looked_at(page)
    page.goto(reverse("surveys:result_sheet", args=[survey.pk]))
    no_serious_finding(page)

    page.goto(reverse("surveys:finding_create", args=[survey.pk]) + "?question=q1")
    looked_at(page)
    page.get_by_label("发现了什么").fill("没有工作的多")
    follow(page.get_by_role("button", name="保存"))
    follow(page.get_by_role("button", name="提为诉求"))
    expect(page.get_by_role("link", name=Concern.objects.get().number)).to_be_visible()
    looked_at(page)

    page.goto(reverse("surveys:survey_tell", args=[survey.pk]))
    looked_at(page)
    page.get_by_label("您现在工作吗？").check()
    page.get_by_label("您说的", exact=False).first.fill("难")
    page.get_by_label("我们做了的", exact=False).first.fill("办了")
    follow(page.get_by_role("button", name="公布", exact=True))
    public = open_page(size)
    public.goto(reverse("told:results", args=[survey.token]))
    expect(public.get_by_role("heading", name="我们做了的")).to_be_visible()
    looked_at(public)
    public.goto(reverse("told:list"))
    looked_at(public)


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("scripts", [True, False])
def test_she_asks_for_help_and_follows_it_by_its_code(
    open_page, survey, grid, no_serious_finding, no_sideways_scroll, size, scripts
):
    page, shots = open_page(size, java_script_enabled=scripts), []

    def looked_at():
        if folder := os.environ.get("SHOTS"):
            shots.append(page.screenshot(path=f"{folder}/help{size['width']}-{len(shots):02d}.png", full_page=True))
        if scripts:
            no_serious_finding(page)
            no_sideways_scroll(page)

    page.goto(reverse("survey:help", args=[survey.token]))
    looked_at()
    page.get_by_label("想要什么帮助").fill("想找托管")
    page.get_by_label("您住在哪个网格").select_option(str(grid.pk))
    follow(page.get_by_role("button", name="交上去"))
    expect(page.get_by_text("要请您同意")).to_be_visible()
    looked_at()
    page.get_by_label("我同意").check()
    follow(page.get_by_role("button", name="交上去"))
    looked_at()
    code = page.locator(".r-code").inner_text()

    follow(page.get_by_role("link", name="凭码查询"))
    page.get_by_label("查询码").fill(code)
    follow(page.get_by_role("button", name="查"))
    expect(page.get_by_role("heading", name="新登记")).to_be_visible()
