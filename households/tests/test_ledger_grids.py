"""Results of an import read grid by grid: the choices, the counts, the pages, and no trace of sealed values."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fedhub.ledgers.models import ImportBatch
from fedhub.ledgers.tests.books import book
from households.tests.factories import ResidentFactory

HEAD = ["网格", "姓名", "出生年月", "类别"]


@pytest.fixture(autouse=True)
def _own_scratch(settings, tmp_path):
    settings.SCRATCH_ROOT = tmp_path


@pytest.fixture
def run(client, data_officer, community, grid, other_grid):
    """`run(rows)` uploads rows under HEAD, dry-runs them through the pages and returns the batch."""

    def dry_run(rows):
        file = SimpleUploadedFile("台账.xlsx", book([HEAD, *rows]).getvalue())
        client.post(reverse("ledgers:ledger_import", args=["women"]), {"area": community.pk, "file": file})
        batch = ImportBatch.objects.latest("pk")
        client.post(
            reverse("ledgers:batch_columns", args=[batch.pk]),
            {f"col-{index}": key for index, key in batch.mapping.items()},
        )
        batch.refresh_from_db()
        return batch

    return dry_run


ROWS = [
    ["第一网格", "张敏", "1985-04", None],
    ["1网格", "李红", "1986-04", None],
    ["第二网格", "王芳", "1987-04", None],
    ["第十二网格", "刘梅", "1988-04", None],
    [None, "陈燕", "1989-04", None],
    ["第二网格", None, "1990-04", None],
]


def names(page):
    return [row["name"] for row in page.context["rows"]]


def counts(page):
    return [(item["label"], item["count"]) for item in page.context["segments"]]


def test_each_row_knows_the_grid_it_names_and_unknown_ones_have_their_own_choice(run, client, grid, other_grid):
    batch = run(ROWS)

    assert list(batch.rows.order_by("number").values_list("grid_code", flat=True)) == [
        grid.code, grid.code, other_grid.code, "?", "-", other_grid.code,
    ]  # fmt: skip
    assert client.get(batch.get_absolute_url()).context["grids"] == [
        (grid.code, "第一网格"),
        (other_grid.code, "第二网格"),
        ("?", "没有这个网格"),
        ("-", "没写网格"),
    ]


def test_verdict_and_grid_narrow_together_and_stay_in_the_address(run, client, grid, other_grid):
    batch = run(ROWS)
    url = batch.get_absolute_url()

    page = client.get(url, {"kind": "new", "grid": other_grid.code})

    assert names(page) == ["王芳"]
    assert counts(page) == [("概览", None), ("要看一眼的", 1), ("新增", 1), ("变更", 0), ("相同", 0)]
    assert [item["url"] for item in page.context["segments"]][:2] == [
        f"?grid={other_grid.code}",
        f"?kind=look&grid={other_grid.code}",
    ]
    assert page.context["pager"].total == 1
    assert names(client.get(url, {"kind": "new", "grid": grid.code})) == ["张敏", "李红"]
    assert names(client.get(url, {"kind": "look", "grid": "?"})) == ["刘梅"]
    assert names(client.get(url, {"kind": "new", "grid": "-"})) == ["陈燕"]
    assert names(client.get(url, {"grid": other_grid.code})) == ["", "王芳"]


def test_an_unknown_grid_in_the_address_shows_all_rows(run, client):
    batch = run(ROWS)

    page = client.get(batch.get_absolute_url(), {"kind": "new", "grid": "999"})

    assert (page.context["grid"], len(page.context["rows"])) == ("", 4)


def test_pages_of_one_grid_go_forth_and_back(run, client, grid, other_grid):
    people = [f"李{'芳丽娟红燕'[n % 5]}{'甲乙丙丁戊己庚辛壬癸子丑'[n // 5]}" for n in range(60)]
    batch = run([["第一网格" if n % 2 else "第二网格", name, None, None] for n, name in enumerate([*people, *[
        f"王{name[1:]}" for name in people
    ]])])  # fmt: skip
    url = batch.get_absolute_url()

    first = client.get(url, {"kind": "new", "grid": grid.code})
    second = client.get(url + first.context["pager"].next_url)
    back = client.get(url + second.context["pager"].previous_url)

    assert (len(names(first)), len(names(second))) == (50, 10)
    assert set(names(first)) & set(names(second)) == set()
    assert names(back) == names(first)
    assert {row["grid"] for row in second.context["rows"]} == {"第一网格"}


def test_an_answered_suspect_leads_back_to_its_grid(run, client, grid):
    ResidentFactory(area=grid, name="张敏", birth="1985-04-12")
    batch = run(ROWS[:1])
    row = batch.rows.get()
    detail = client.get(reverse("ledgers:row_detail", args=[row.pk]), {"grid": grid.code}).content.decode()
    assert f'name="grid" value="{grid.code}"' in detail

    answer = client.post(reverse("ledgers:row_choose", args=[row.pk]), {"choice": "same", "grid": grid.code})

    assert answer.url == f"{batch.get_absolute_url()}?kind=look&grid={grid.code}"


def test_a_sealed_value_changes_neither_grids_nor_counts(run, client, grid):
    plain = run([["第一网格", "张敏", "1985-04", "低保"], [None, "李红", "1986-04", None]])
    sealed = run([["第一网格", "张敏", "1985-04", "低保、受家暴"], ["受家暴", "李红", "1986-04", None]])

    assert plain.counts["grids"] == sealed.counts["grids"] == {grid.code: {"new": 1}, "-": {"new": 1}}
    pages = [client.get(batch.get_absolute_url(), {"kind": "new", "grid": "-"}) for batch in (plain, sealed)]
    assert pages[0].context["grids"] == pages[1].context["grids"]
    assert counts(pages[0]) == counts(pages[1])
    assert names(pages[0]) == names(pages[1]) == ["李红"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_results_of_a_grid_cost_the_same_for_any_number_of_rows(
    run, client, grid, rows, django_assert_num_queries
):
    batch = run([["第一网格", f"李{'芳丽娟'[n]}", None, None] for n in range(rows)])
    client.get(batch.get_absolute_url())

    with django_assert_num_queries(20):
        page = client.get(batch.get_absolute_url(), {"kind": "new", "grid": grid.code})

    assert len(page.context["rows"]) == rows
