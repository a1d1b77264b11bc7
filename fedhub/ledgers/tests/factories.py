"""Import and export records for tests."""

import factory

from fedhub.areas.tests.factories import AreaFactory
from fedhub.ledgers.enums import BatchState, ExportMode, Verdict
from fedhub.ledgers.models import ExportRecord, ImportBatch, ImportRow


class ImportBatchFactory(factory.django.DjangoModelFactory):
    """A checked batch of the women's ledger with one column."""

    class Meta:
        model = ImportBatch

    area = factory.SubFactory(AreaFactory)
    number = factory.Sequence(lambda n: f"DR20260630-{n + 1:03d}")
    ledger = "women"
    file_name = "妇女台账.xlsx"
    sha256 = "0" * 64
    size = 10_240
    heading = factory.LazyFunction(
        lambda: {
            "sheets": [
                {
                    "name": "妇女台账",
                    "rows": 1,
                    "hidden": False,
                    "key": "k",
                    "labels": ["姓名"],
                    "mapping": {"0": "name"},
                }
            ]
        }
    )
    mapping = factory.LazyFunction(lambda: {"0": "name"})
    state = BatchState.CHECKED
    counts = factory.LazyFunction(lambda: {"read": 1, "new": 1})


class ImportRowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ImportRow

    batch = factory.SubFactory(ImportBatchFactory)
    number = factory.Sequence(lambda n: n + 1)
    raw = factory.LazyFunction(lambda: {"s": "妇女台账", "r": 3, "c": ["王桂兰"]})
    parsed = factory.LazyFunction(lambda: {"v": {"name": "王桂兰"}, "p": {}})
    findings = factory.LazyFunction(list)
    verdict = Verdict.NEW


class ExportRecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ExportRecord

    area = factory.SubFactory(AreaFactory)
    number = factory.Sequence(lambda n: f"DC20260630-{n + 1:03d}")
    ledger = "women"
    mode = ExportMode.MASKED
    file_name = "妇女基本情况台账.xlsx"
