"""G3 and G4: a workbook of women into the ledger, by the project's staged import and by stock import-export.

Each function is one measurement in a process of its own. The workbook is made by openpyxl, so it is neither's own.
"""

import hashlib
import re
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from import_export.formats.base_formats import XLSX
from openpyxl import Workbook

from bench.lists import ADMIN, chair, signed_in
from bench.measure import measured
from bench.stock_import import StockImport
from fedhub.areas.models import Area
from fedhub.demo.people import Inventor
from fedhub.ledgers.models import ImportBatch
from fedhub.ledgers.services import intake
from fedhub.ledgers.services.check import check_batch
from fedhub.ledgers.services.commit import commit_batch
from fedhub.reference.lookup import labels
from households.models import Membership, Phone, Resident, Status

HEAD = [
    "序号", "网格", "姓名", "民族", "出生年月", "年龄", "身份证号", "文化程度", "政治面貌", "婚姻状况", "户籍情况", "家庭住址",
    "户主", "与户主关系", "联系电话", "工作单位（职业）", "就业状况", "家庭人口", "子女数", "特长", "妇女骨干", "志愿者",
    "健康状况", "类别", "备注",
]  # fmt: skip
SERIES = 8
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def book(path, count, note=""):
    """Write a workbook of `count` invented women to `path`; `note` stands in 备注 of every row."""
    today = timezone.localdate()
    grids = list(Area.objects.homes().order_by("code").values_list("name", flat=True))
    inventor = Inventor(7, today=today, series=SERIES)
    made = Workbook(write_only=True)
    sheet = made.create_sheet("妇女台账")
    sheet.append(HEAD)
    rows = home = 0
    # Nobody who might be somebody else: a suspect is asked about by ours and doubled by the stock way.
    known = {(name, birth[:4]) for name, birth in Resident.objects.values_list("name", "birth")}
    while rows < int(count):
        family = inventor.family()
        women = [p for p in family.people if p.sex == "2" and p.age(today) >= 18 and p.lives and p.id_number]
        home += 1
        address = f"测试新村{home // 200 + 1}幢{home // 50 % 4 + 1}单元{home // 10 % 5 + 1}{home % 10 + 1:02d}室"
        for person in women[: int(count) - rows]:
            if (person.name, person.birth[:4]) in known:
                continue
            known.add((person.name, person.birth[:4]))
            rows += 1
            sheet.append(_line(rows, grids[home % len(grids)], person, family, address, today, note))
    made.save(path)
    return {"rows": rows, "mib": Path(path).stat().st_size / 2**20}


def _line(number, grid, person, family, address, today, note):
    marks = dict.fromkeys(mark.category for mark in person.marks if mark.ended is None)
    return [
        number, grid, person.name, labels("ethnic")[person.ethnic], person.birth, person.age(today), person.id_number,
        labels("education").get(person.education), labels("political").get(person.political),
        labels("marital").get(person.marital), labels("hukou_type").get(person.hukou_type), address, family.head.name,
        labels("relation").get(person.relation), "、".join(number for number, _, _ in person.phones[:1]),
        person.workplace, labels("employment_status").get(person.employment), len(family.people), person.children,
        person.skills, "是" if person.is_backbone else "", "是" if person.is_volunteer else "",
        labels("health").get(person.health), "、".join(labels("hardship_category")[code] for code in marks), note,
    ]  # fmt: skip


def community():
    """The place imported into."""
    return Area.objects.communities().order_by("code").first()


def own(path, changed_path=""):
    """Upload, mapping, dry run and commit; then once more with every row changed."""
    user, found, counts = chair(), {}, {}
    for name, one in (("first", path), ("second", changed_path)):
        if not one:
            continue
        with measured(found, name):
            file = SimpleUploadedFile("妇女台账.xlsx", Path(one).read_bytes())
            batch = intake.start_import(file, ledger="women", area=community(), by=user)
            del file
            intake.map_columns(batch, batch.mapping, by=user)
            batch = check_batch(batch)
            with measured(found, f"{name}_commit"):
                intake.request_commit(batch, by=user)
                batch.refresh_from_db()
                batch = commit_batch(batch, by=user)
        counts[name] = {key: value for key, value in batch.counts.items() if isinstance(value, int)}
    return found | {"counts": counts}


def stock(path):
    """XLSX().create_dataset and import_data of the stock resource."""
    found = {}
    with measured(found, "first"):
        dataset = XLSX().create_dataset(Path(path).read_bytes())
        result = StockImport().import_data(dataset, dry_run=False, raise_errors=False)
    bad = [str(error.error) for _, errors in result.row_errors() for error in errors][:3]
    if bad or result.invalid_rows:
        raise SystemExit(f"stock: {bad} {[row.error for row in result.invalid_rows[:3]]}")
    return found | {"counts": dict(result.totals)}


def facts(path):
    """Guard: a fingerprint of what the rows of the workbook became, the same for both ways of import."""
    numbers = {row["身份证号"] for row in XLSX().create_dataset(Path(path).read_bytes()).dict}
    found = {}
    names = [
        "name", "birth", "sex", "ethnic", "education", "political", "marital", "employment", "workplace", "hukou_type",
        "children", "skills", "is_backbone", "is_volunteer", "health", "note", "area_id",
    ]  # fmt: skip
    for pk, number, *values in Resident.objects.values_list("pk", "id_number", *names):
        if number in numbers:
            found[pk] = [number, *map(str, values)]
    living = Membership.objects.filter(valid_to=None, kind="lives")
    parts = [
        Phone.objects.order_by("pk").values_list("resident_id", "number"),
        living.values_list("resident_id", "relation", "household__address", "household__head_name"),
        Status.objects.order_by("category").values_list("resident_id", "category"),
    ]
    for part in parts:
        for pk, *values in part:
            if pk in found:
                found[pk] += values
    lines = sorted("\t".join(values) for values in found.values())
    return {"people": len(lines), "sha": hashlib.sha256("\n".join(lines).encode()).hexdigest(), "first": lines[:1]}


# --- G4: the pages -------------------------------------------------------------------------------------------------
def preview_own(path):
    """The wizard as the chair walks it: upload, columns, result page, confirmation, result page."""
    client, found, data = signed_in(), {}, Path(path).read_bytes()
    client.get("/bench/floor/")
    with measured(found, "preview"):
        file = SimpleUploadedFile("台账.xlsx", data, XLSX_TYPE)
        address = _location(client.post("/ledgers/women/import/", {"area": community().pk, "file": file}))
        batch = ImportBatch.objects.order_by("-pk").first()
        client.get(f"{address}?step=columns")
        _location(client.post(f"{address}columns/", {f"col-{i}": key for i, key in batch.mapping.items()}))
        page = client.get(address).content
    with measured(found, "confirm"):
        client.get(f"{address}confirm/")
        _location(client.post(f"{address}confirm/"))
        end = client.get(address).content
    batch.refresh_from_db()
    if batch.state != "done":
        raise SystemExit(f"own: {batch.state}")
    return found | {"page_kib": len(page) / 1024, "end_kib": len(end) / 1024, "written": batch.counts["written_new"]}


def preview_stock(path):
    """The admin of django-import-export: upload with preview, confirmation."""
    client, found, data = signed_in(), {}, Path(path).read_bytes()
    client.get("/bench/floor/")
    with measured(found, "preview"):
        form = client.get(f"{ADMIN}import/").content.decode()
        kind = re.search(r'<option value="(\d+)"[^>]*>xlsx<', form)[1]
        file = SimpleUploadedFile("台账.xlsx", data, XLSX_TYPE)
        page = client.post(f"{ADMIN}import/", {"format": kind, "resource": "", "import_file": file}).content.decode()
    inputs = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    before = Resident.objects.count()
    with measured(found, "confirm"):
        _location(client.post(f"{ADMIN}process_import/", dict(inputs)))
    return found | {"page_kib": len(page.encode()) / 1024, "written": Resident.objects.count() - before}


def _location(answer):
    if answer.status_code != 302:
        raise SystemExit(f"{answer.request['PATH_INFO']}: {answer.status_code} {answer.content[-1500:].decode()}")
    return answer.headers["Location"].partition("?")[0]
