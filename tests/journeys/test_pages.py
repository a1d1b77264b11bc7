"""Pages that only show their worth in a browser: two editors, choosing a person by keyboard, work that ends by itself."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from concerns.models import Concern
from fedhub.ledgers.registry import ledgers
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.export import export_ledger, write_export
from fedhub.ledgers.services.intake import map_columns, start_import
from fedhub.ledgers.tests.books import book
from households.models import Resident
from households.tests.factories import ResidentFactory
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


def edit(page, person, **texts):
    """Open the form about `person` and fill it, without saving."""
    page.goto(f"/households/residents/{person.pk}/edit/")
    for name, text in texts.items():
        page.locator(f"[name={name}]").fill(text)


@pytest.mark.parametrize(("side", "workplace"), [("用现在的", "清和小学"), ("用你填的", "清和中学")])
def test_two_editors_see_both_texts_and_nothing_of_either_is_lost(
    sign_in, chair, data_officer, grid, no_serious_finding, no_sideways_scroll, side, workplace
):
    person = ResidentFactory(area=grid, name="王桂兰", workplace="理发店")
    mine, other = sign_in(chair), sign_in(data_officer)
    edit(mine, person, workplace="清和中学", note="爱跳舞")
    edit(other, person, workplace="清和小学", skills="书法")
    other.get_by_role("button", name="保存").click()
    expect(other).to_have_url(re.compile(rf"/residents/{person.pk}/$"))

    mine.get_by_role("button", name="保存").click()
    expect(mine.get_by_text("还没有保存。")).to_be_visible()
    no_serious_finding(mine)
    mine.set_viewport_size(PHONE)
    no_sideways_scroll(mine)
    mine.get_by_role("radio", name=f"工作单位（职业）：{side}").check(force=True)
    mine.get_by_role("button", name="按选的保存").click()

    expect(mine).to_have_url(re.compile(rf"/residents/{person.pk}/$"))
    person = Resident.objects.get(pk=person.pk)
    assert (person.workplace, person.skills, person.note) == (workplace, "书法", "爱跳舞")


def test_a_person_is_chosen_with_the_keyboard_alone(sign_in, chair, grid, no_serious_finding):
    ResidentFactory(area=grid, name="王桂芳")
    person = ResidentFactory(area=grid, name="王桂兰")
    page = sign_in(chair)
    page.goto("/concerns/new/")
    page.locator("[name=title]").fill("想找工作")

    box, found = page.get_by_role("combobox", name="提出人"), page.locator("[data-picker-list] li:visible")
    box.focus()
    page.keyboard.type("王桂")
    expect(found).to_have_count(2)
    no_serious_finding(page)
    page.keyboard.press("Escape")
    expect(found).to_have_count(0)
    for _ in range(5):  # a held key: the list must come all the same
        page.keyboard.press("ArrowDown")
    expect(found).to_have_count(2)
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    if "王桂兰" not in chosen.inner_text():
        page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("王桂兰")
    page.keyboard.press("Enter")
    expect(box).to_have_value(str(person))
    page.get_by_role("button", name="保存").click()

    expect(page).to_have_url(re.compile(r"/concerns/\d+/$"))
    assert Concern.objects.get().resident == person


def test_a_dry_run_shows_its_progress_and_ends_by_itself(sign_in, data_officer, community, grid):
    rows = [["网格", "姓名", "出生年月"], ["第一网格", "张敏", "1985-04"], ["第九网格", "李红", "1986-04"]]
    file = SimpleUploadedFile("台账.xlsx", book(rows).getvalue())
    batch = start_import(file, ledger="women", area=community, by=data_officer)
    map_columns(batch, batch.mapping, by=data_officer)
    page = sign_in(data_officer)
    page.goto(batch.get_absolute_url())
    expect(page.locator(".wf-job")).to_contain_text("正在试运行 0 / 2 行")

    check_batch(batch)

    expect(page.get_by_role("heading", name="试运行结果")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_label("网格").select_option(label="没有这个网格")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results tbody tr")).to_contain_text("李红")
    expect(page).to_have_url(re.compile(re.escape(f"{batch.get_absolute_url()}?grid=%3F") + "$"))


def test_a_long_export_ends_by_itself(sign_in, data_officer, grid, monkeypatch):
    ResidentFactory(area=grid, name="张敏", birth="1985-04-12")
    monkeypatch.setattr("fedhub.ledgers.services.export.rule", lambda key: {"export_background_rows": 0}.get(key, 24))
    record, file = export_ledger(ledgers["women"], by=data_officer)
    page = sign_in(data_officer)
    page.goto(f"/ledgers/exports/{record.pk}/")
    expect(page.get_by_role("heading", name="正在生成")).to_be_visible()

    write_export(record)

    assert file is None
    expect(page.get_by_text("文件保留到")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载").click()
    assert download.value.path().read_bytes().startswith(b"PK")


def test_the_empty_visit_form_is_one_sheet_of_paper(sign_in, worker):
    page = sign_in(worker)
    page.goto("/households/visit-form/")

    printed = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
