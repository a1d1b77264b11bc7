"""Pages of ledgers in and out: the wizard from upload to undo, the register, strangers, query budgets."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import once_key_of
from fedhub.core.testing.queries import queries_beyond
from fedhub.ledgers.enums import BatchState
from fedhub.ledgers.models import ExportRecord, ImportBatch, ImportRow
from fedhub.ledgers.rows import StagedRow
from fedhub.ledgers.tests.books import book, ole
from households.models import Resident
from households.tests.factories import PhoneFactory, ResidentFactory, SafeContactFactory, id_number

HEAD = ["序号", "网格", "姓名", "出生年月", "身份证号", "文化程度", "联系电话"]
ROWS = [
    HEAD,
    [1, "第一网格", "张敏", "1985-04", None, "大专", "13800000001"],
    [2, "第十二网格", "刘春梅", "1985-04", None, None, None],
    [3, "第一网格", "赵小莉", "1991-06", None, None, None],
]


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


@pytest.fixture
def suspect(grid):
    """赵小莉, already on the books."""
    return ResidentFactory(area=grid, name="赵小莉", birth="1991-06-12")


def upload(client, community, rows=ROWS, name="台账.xlsx", ledger="women"):
    file = SimpleUploadedFile(name, book(rows).getvalue())
    return client.post(
        reverse("ledgers:ledger_import", args=[ledger]), {"area": community.pk, "file": file}, follow=True
    )


@pytest.fixture
def checked(client, data_officer, community, grid, suspect):
    """A batch after its dry run, made through the pages."""
    upload(client, community)
    batch = ImportBatch.objects.get()
    client.post(reverse("ledgers:batch_columns", args=[batch.pk]), columns_of(batch))
    batch.refresh_from_db()
    return batch


def columns_of(batch):
    return {f"col-{index}": key for index, key in batch.mapping.items()}


def test_the_wizard_goes_from_upload_to_undo(client, data_officer, community, grid, suspect):
    page = upload(client, community)
    batch = ImportBatch.objects.get()
    assert page.redirect_chain[-1][0] == batch.get_absolute_url()
    assert batch.mapping == {"1": "grid", "2": "name", "3": "birth", "4": "id_number", "5": "education", "6": "phones"}
    assert "6 列已对上" in page.content.decode()

    page = client.post(reverse("ledgers:batch_columns", args=[batch.pk]), columns_of(batch), follow=True)
    text = page.content.decode()
    assert "只是比对，台账一行也没有改" in text
    assert "将写入 1 行：新增 1、变更 0" in text
    assert "没有“第十二网格”，清和社区有 1 个网格" in text
    assert Resident.objects.count() == 1

    row = batch.rows.get(number=3)
    detail = client.get(reverse("ledgers:row_detail", args=[row.pk])).content.decode()
    assert "是同一个人吗" in detail
    client.post(reverse("ledgers:row_choose", args=[row.pk]), {"choice": "other"})

    confirm = client.get(reverse("ledgers:batch_confirm", args=[batch.pk])).content.decode()
    assert "把 2 行写进台账" in confirm
    page = client.post(reverse("ledgers:batch_confirm", args=[batch.pk]), follow=True)
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    assert "新增 2 行、变更 0 行" in page.content.decode()
    assert Resident.objects.count() == 3

    client.post(reverse("ledgers:batch_undo", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.state, Resident.objects.count()) == (BatchState.UNDONE, 1)


def test_a_double_confirmation_writes_once(client, checked):
    url = reverse("ledgers:batch_confirm", args=[checked.pk])
    key = once_key_of(client.get(url))

    answers = [client.post(url, {"once_key": key}).status_code for _ in range(2)] + [client.post(url).status_code]

    assert answers == [302, 302, 302]
    assert Resident.objects.filter(name="张敏").count() == 1


@pytest.mark.parametrize("kind", ["", "look", "new", "changed", "same"])
def test_each_kind_of_result_has_its_page(client, checked, kind):
    page = client.get(checked.get_absolute_url(), {"kind": kind})

    expected = {"": 3, "look": 2, "new": 1, "changed": 0, "same": 0}
    assert len(page.context["rows"]) == expected[kind]


def test_upload_of_an_old_excel_file_says_the_steps_and_keeps_nothing(client, data_officer, community):
    file = SimpleUploadedFile("台账.xls", ole("Workbook").getvalue())

    page = client.post(reverse("ledgers:ledger_import", args=["women"]), {"area": community.pk, "file": file})

    assert "另存为" in page.content.decode()
    assert ImportBatch.objects.count() == 0


def test_a_mapping_without_the_name_is_asked_again_with_the_choices_kept(client, data_officer, community, grid):
    upload(client, community)
    batch = ImportBatch.objects.get()

    page = client.post(reverse("ledgers:batch_columns", args=[batch.pk]), {"col-3": "birth", "col-2": ""})

    assert "还没有指出哪一列是“姓名”" in page.content.decode()
    assert {c["index"]: c["key"] for c in page.context["columns"]}[3] == "birth"


@pytest.mark.parametrize(
    ("codes", "sexes"), [("gb", ["1", "2"]), ("zero_one", ["2", ""]), ("one_zero", ["1", ""]), ("", ["", ""])]
)
def test_numbers_for_sex_are_read_as_the_user_says_and_remembered(client, data_officer, community, grid, codes, sexes):
    rows = [["姓名", "性别", "出生年月"], ["张敏", 1, "1985-04"], ["李伟", "2", "1986-05"]]
    upload(client, community, rows, ledger="families")
    batch = ImportBatch.objects.get()
    page = client.get(batch.get_absolute_url())
    assert [code for code, _, _ in page.context["sex_choices"]] == ["", "gb", "zero_one", "one_zero"]

    client.post(reverse("ledgers:batch_columns", args=[batch.pk]), columns_of(batch) | {"sex_codes": codes})

    read = [StagedRow.from_model(row).plan["fields"].get("sex", "") for row in batch.rows.order_by("number")]
    assert read == sexes
    upload(client, community, rows, ledger="families")
    assert ImportBatch.objects.order_by("-pk").first().sex_codes == codes


def test_a_column_of_words_for_sex_asks_for_no_codes(client, data_officer, community, grid):
    upload(client, community, [["姓名", "性别"], ["张敏", "女"]])

    assert client.get(ImportBatch.objects.get().get_absolute_url()).context["sex_choices"] == []


def test_the_error_book_holds_the_original_columns_and_the_result(client, checked):
    response = client.get(reverse("ledgers:batch_errors", args=[checked.pk]))

    sheet = load_workbook(io.BytesIO(response.content)).active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert lines[0] == [*HEAD, "原行号", "导入结果"]
    assert [(line[2], line[-2]) for line in lines[1:]] == [("刘春梅", 3), ("赵小莉", 4)]
    assert lines[1][-1].startswith("拒绝：网格：没有“第十二网格”")
    assert AuditEvent.objects.filter(action="ledgers.importbatch.errors").count() == 1


def test_giving_up_removes_rows_and_file(client, checked):
    client.post(reverse("ledgers:batch_cancel", args=[checked.pk]))

    checked.refresh_from_db()
    assert (checked.state, checked.stored, ImportRow.objects.count()) == (BatchState.CANCELLED, "", 0)


def test_progress_reloads_the_page_when_the_work_is_over(client, checked):
    response = client.get(reverse("ledgers:batch_progress", args=[checked.pk]), headers={"X-Background": "1"})

    assert response.headers["HX-Refresh"] == "true"


def test_each_remark_names_its_column_and_a_remedy_is_said_once(client, data_officer, community, grid):
    head = [*HEAD, "政治面貌"]
    upload(client, community, [head, [1, "第一网格", "张敏", "1985-13", "12345", "火星大学", None, "外星人"]])
    batch = ImportBatch.objects.get()
    client.post(reverse("ledgers:batch_columns", args=[batch.pk]), columns_of(batch))

    row = client.get(batch.get_absolute_url(), {"kind": "new"}).context["rows"][0]

    assert row["said"] == (
        "身份证号应为 18 位（旧证 15 位），现在是 5 位，请核对。没有写入身份证号；"
        "文化程度：没有这个选项，没有写入；原文保留在导入记录里；政治面貌：没有这个选项，没有写入；原文保留在导入记录里；"
        "出生年月：这个日期不存在，没有写入"
    )
    assert row["remedies"] == [
        "核对后可在档案里补填。",
        "请改成选项里的写法，或在对应列时指定它的意思。",
        "请核对月份和日。",
    ]


def test_a_table_without_rows_says_so(client, data_officer, community, grid):
    upload(client, community, [HEAD])
    batch = ImportBatch.objects.get()
    client.post(reverse("ledgers:batch_columns", args=[batch.pk]), columns_of(batch))

    page = client.get(batch.get_absolute_url()).content.decode()

    assert "表头下面没有数据" in page
    assert "下一步：确认导入" not in page


def test_what_is_wrong_with_a_file_stands_at_the_file(client, data_officer, community):
    file = SimpleUploadedFile("台账.xlsx", b"%PDF-1.4 a letter")

    page = client.post(reverse("ledgers:ledger_import", args=["women"]), {"area": community.pk, "file": file})

    assert page.context["form"].errors == {
        "file": ["这是 PDF 文件，不是表格，没有收下。请向对方要原来的 Excel 表格；没有的话，请照空白模板录入后上传。"]
    }
    assert ImportBatch.objects.count() == 0


def test_a_file_over_the_limit_of_uploads_is_one_sentence(client, data_officer, community, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    file = SimpleUploadedFile("台账.xlsx", bytes(1001))

    page = client.post(reverse("ledgers:ledger_import", args=["women"]), {"area": community.pk, "file": file})

    assert page.status_code == 200
    assert page.context["form"].errors == {
        "__all__": ["文件太大，超过 15 MB，没有收下。其他内容还在，请换小一点的文件再保存。"]
    }


@pytest.mark.parametrize("ledger", ["women", "families"])
def test_the_blank_template_can_be_filled_and_imported(client, data_officer, community, grid, ledger):
    data = client.get(reverse("ledgers:ledger_template", args=[ledger])).content
    workbook = load_workbook(io.BytesIO(data))
    sheet = workbook.worksheets[0]
    first = 5 if ledger == "families" else 4
    labels = {}
    for row in sheet.iter_rows(min_row=3, max_row=first - 1):
        labels |= {str(cell.value).strip("*"): cell.column for cell in row if cell.value}
    for label, value in {"姓名": "张敏", "网格": "第一网格", "身份证号": id_number("19850412", 26)}.items():
        sheet.cell(first, labels[label]).value = value
    filled = io.BytesIO()
    workbook.save(filled)

    client.post(
        reverse("ledgers:ledger_import", args=[ledger]),
        {"area": community.pk, "file": SimpleUploadedFile("模板.xlsx", filled.getvalue())},
    )
    batch = ImportBatch.objects.get()
    client.post(reverse("ledgers:batch_columns", args=[batch.pk]), columns_of(batch))

    batch.refresh_from_db()
    assert {column.key for column in batch_columns(ledger)} == set(batch.mapping.values())
    assert (batch.counts["read"], batch.counts["new"]) == (1, 1)


def batch_columns(ledger):
    from fedhub.ledgers.registry import ledgers  # noqa: PLC0415

    return ledgers[ledger].imported_columns()


# --- exports --------------------------------------------------------------------------------------------------------
def test_a_small_export_comes_at_once_and_is_registered(client, data_officer, grid):
    ResidentFactory(area=grid, name="张敏", birth="1985-04-12", id_number=id_number("19850412", 26))

    response = client.post(reverse("ledgers:ledger_export", args=["women"]), {"mode": "masked"})

    record = ExportRecord.objects.get()
    assert response.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert (record.rows, record.mode, record.created_by) == (1, "masked", data_officer)
    register = client.get(reverse("ledgers:export_list")).content.decode()
    assert record.number in register


def test_whole_numbers_without_a_purpose_are_asked_again(client, data_officer, grid):
    ResidentFactory(area=grid)

    page = client.post(reverse("ledgers:ledger_export", args=["women"]), {"mode": "full"})

    assert "请写明用途" in page.content.decode()
    assert ExportRecord.objects.count() == 0


def test_a_large_export_is_made_in_the_background_and_fetched_once_ready(client, data_officer, grid, monkeypatch):
    ResidentFactory(area=grid, name="张敏", birth="1985-04-12")
    monkeypatch.setattr("fedhub.ledgers.services.export.rule", lambda key: {"export_background_rows": 0}.get(key, 24))

    page = client.post(
        reverse("ledgers:ledger_export", args=["women"]), {"mode": "full", "purpose": "上报街道"}, follow=True
    )
    record = ExportRecord.objects.get()
    file = client.post(reverse("ledgers:export_file", args=[record.pk]))

    record.refresh_from_db()
    assert "文件保留到" in page.content.decode()
    assert file.getvalue().startswith(b"PK")
    assert record.downloads == 1


def test_a_double_click_exports_once_and_another_question_from_the_same_page_exports_again(client, data_officer, grid):
    ResidentFactory(area=grid)
    url = reverse("ledgers:ledger_export", args=["women"])
    asked = {"mode": "masked", "once_key": client.get(url).context["form"]["once_key"].value()}

    answers = [client.post(url, asked) for _ in range(2)] + [client.post(url, asked | {"purpose": "核对"})]

    assert [answer.status_code for answer in answers] == [200, 302, 200]
    first, second = ExportRecord.objects.order_by("pk")
    assert answers[1].headers["Location"] == reverse("ledgers:export_detail", args=[first.pk])
    assert second.purpose == "核对"


def test_the_register_says_for_how_many_no_number_went_out(client, data_officer, grid):
    safe = SafeContactFactory(resident__area=grid, channels=["home"])
    PhoneFactory(resident=safe.resident)

    client.post(reverse("ledgers:ledger_export", args=["women"]), {"mode": "masked"})

    record = ExportRecord.objects.get()
    for page in (reverse("ledgers:export_list"), reverse("ledgers:export_detail", args=[record.pk])):
        assert "1 人的号码没有导出" in client.get(page).content.decode()


def test_a_day_of_registration_before_the_day_of_the_ledger_is_asked_again(client, data_officer, grid):
    ResidentFactory(area=grid)
    days = {"as_of": "2025-12-31", "known_on": "2025-12-30"}

    page = client.post(reverse("ledgers:ledger_export", args=["women"]), {"mode": "masked", **days})

    assert page.context["form"].errors == {"known_on": ["不能早于截至日期。"]}


# --- who may --------------------------------------------------------------------------------------------------------
def test_another_communitys_chair_finds_no_batch_row_or_record(as_user, checked, data_officer, client, stranger, grid):
    client.post(reverse("ledgers:ledger_export", args=["women"]), {"mode": "masked"})
    record, row, outside = ExportRecord.objects.get(), checked.rows.first(), as_user(stranger)
    pages = [
        checked.get_absolute_url(),
        reverse("ledgers:batch_progress", args=[checked.pk]),
        reverse("ledgers:batch_errors", args=[checked.pk]),
        reverse("ledgers:batch_confirm", args=[checked.pk]),
        reverse("ledgers:row_detail", args=[row.pk]),
        reverse("ledgers:export_detail", args=[record.pk]),
    ]
    posts = ["batch_sheet", "batch_columns", "batch_confirm", "batch_cancel", "batch_undo"]

    answers = {outside.get(page).status_code for page in pages}
    answers |= {outside.post(reverse(f"ledgers:{name}", args=[checked.pk])).status_code for name in posts}
    answers.add(outside.post(reverse("ledgers:row_choose", args=[row.pk])).status_code)
    answers.add(outside.post(reverse("ledgers:export_file", args=[record.pk])).status_code)

    assert answers == {404}


@pytest.mark.parametrize("name", ["ledger_list", "batch_list", "export_list"])
def test_a_grid_worker_has_no_ledgers(client, worker, name):
    assert client.get(reverse(f"ledgers:{name}")).status_code in {403, 404}


def test_the_chair_sees_the_data_officers_batch_and_may_confirm_it(as_user, checked, chair):
    response = as_user(chair).get(checked.get_absolute_url())

    assert "下一步：确认导入" in response.content.decode()


# --- budgets --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_imports_cost_the_same_for_any_number_of_rows(client, data_officer, community, rows):
    for number in range(rows):
        ImportBatch.objects.create(
            number=f"DR2024-{number}", ledger="women", area=community, created_by=data_officer, sha256="", size=1
        )

    page, queries = queries_beyond(client, reverse("ledgers:batch_list"), reverse("ledgers:ledger_list"))

    assert (len(page.context["page"].rows), queries) == (rows, 3)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_of_exports_costs_the_same_for_any_number_of_rows(client, data_officer, community, rows):
    for number in range(rows):
        ExportRecord.objects.create(
            number=f"DC2024-{number}",
            ledger="women",
            area=community,
            created_by=data_officer,
            file_name="a",
            mode="masked",
        )

    page, queries = queries_beyond(client, reverse("ledgers:export_list"), reverse("ledgers:ledger_list"))

    assert (len(page.context["page"].rows), queries) == (rows, 3)


@pytest.mark.parametrize("rows", [2, 30])
def test_the_result_page_costs_the_same_for_any_number_of_rows(
    client, data_officer, community, grid, rows, django_assert_max_num_queries
):
    lines = [
        [n, "第一网格", f"李{'芳丽娟红燕'[n % 5]}{'甲乙丙丁戊己'[n // 5]}", None, None, None, None]
        for n in range(rows)
    ]
    upload(client, community, [HEAD, *lines])
    batch = ImportBatch.objects.get()
    client.post(reverse("ledgers:batch_columns", args=[batch.pk]), columns_of(batch))

    with django_assert_max_num_queries(20):
        page = client.get(batch.get_absolute_url(), {"kind": "new"})

    assert len(page.context["rows"]) == rows
