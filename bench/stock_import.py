"""The stock way in: a ModelResource that feeds the same tables as the project's ledger of women.

One row feeds the person, her history, phones, search keys, household, membership and categories. Labels become codes
by widgets; what is no column of Resident is written in `after_save_instance`, as the documentation of
django-import-export shows it.
"""

from import_export import fields, resources, widgets

from fedhub.areas.models import Area
from fedhub.core import crypto
from fedhub.core.models.numbers import take_numbers
from fedhub.core.pinyin import sort_key
from fedhub.reference.lookup import code_for
from households.models import (
    Household,
    HouseholdKey,
    HouseholdPlace,
    Membership,
    Phone,
    Resident,
    ResidentKey,
    Status,
)
from households.searchkeys import address_key, household_keys, resident_keys
from households.services.residents import ID_COLUMN, PHONE_COLUMN, TAIL_COLUMN

# Field of Resident, heading, code table ("" for texts).
COLUMNS = [
    ("name", "姓名", ""), ("birth", "出生年月", ""), ("id_number", "身份证号", ""), ("workplace", "工作单位（职业）", ""),
    ("skills", "特长", ""), ("note", "备注", ""), ("ethnic", "民族", "ethnic"), ("education", "文化程度", "education"),
    ("political", "政治面貌", "political"), ("marital", "婚姻状况", "marital"), ("hukou_type", "户籍情况", "hukou_type"),
    ("employment", "就业状况", "employment_status"), ("health", "健康状况", "health"),
]  # fmt: skip
BLIND = "blind"


class LabelWidget(widgets.CharWidget):
    """A label of a code table, stored as its code."""

    def __init__(self, table):
        super().__init__()
        self.table = table

    def clean(self, value, row=None, **kwargs):
        text = super().clean(value, row, **kwargs) or ""
        code = code_for(self.table, text)
        if text and not code:
            raise ValueError(f"没有“{text}”")
        return code


class YesWidget(widgets.Widget):
    """是 or nothing."""

    def clean(self, value, row=None, **kwargs):
        return value == "是"


class TextWidget(widgets.CharWidget):
    """A text that is never NULL."""

    def clean(self, value, row=None, **kwargs):
        return super().clean(value, row, **kwargs) or ""


class _StockImport(resources.ModelResource):
    def before_import(self, dataset, **kwargs):
        self.areas = {area.name: area for area in Area.objects.homes()}
        place = dataset.headers.index("身份证号")
        dataset.append_col(lambda row: crypto.blind(row[place], column=ID_COLUMN), header=BLIND)

    def before_save_instance(self, instance, row, **kwargs):
        instance.area, instance.sex, instance.id_type = self.areas[row["网格"]], "2", "01"
        instance.name_sort = sort_key(instance.name)[:60]

    def after_save_instance(self, instance, row, dry_run=False, **kwargs):
        ResidentKey.objects.filter(resident=instance).delete()
        keys = resident_keys(instance.name, instance.former_name)
        ResidentKey.objects.bulk_create(ResidentKey(resident=instance, key=key) for key in keys)
        for number in filter(None, (row["联系电话"] or "").split("、")):
            Phone.objects.get_or_create(
                resident=instance, blind=crypto.blind(number, column=PHONE_COLUMN),
                defaults={"number": number, "tail_blind": crypto.blind(number[-4:], column=TAIL_COLUMN)},
            )  # fmt: skip
        home, made = Household.objects.get_or_create(
            area=instance.area, address_key=address_key(row["家庭住址"]), head_name=row["户主"],
            defaults={"address": row["家庭住址"], "number": f"HS-{take_numbers('bench')}"},
        )  # fmt: skip
        if made:
            HouseholdPlace.objects.create(household=home, area=home.area)
            HouseholdKey.objects.bulk_create(HouseholdKey(household=home, key=key) for key in household_keys(home))
        Membership.objects.get_or_create(
            resident=instance, household=home, kind="lives", valid_to=None,
            defaults={"relation": code_for("relation", row["与户主关系"])},
        )  # fmt: skip
        for label in filter(None, (row["类别"] or "").split("、")):
            Status.objects.get_or_create(
                resident=instance, category=code_for("hardship_category", label), valid_to=None
            )


def _body():
    made = {name: fields.Field(name, label, LabelWidget(t) if t else TextWidget()) for name, label, t in COLUMNS}
    made["children"] = fields.Field("children", "子女数", widgets.IntegerWidget())
    made["is_backbone"] = fields.Field("is_backbone", "妇女骨干", YesWidget())
    made["is_volunteer"] = fields.Field("is_volunteer", "志愿者", YesWidget())
    made["id_blind"] = fields.Field("id_blind", BLIND)
    options = {
        "model": Resident,
        "fields": list(made),
        "import_id_fields": ["id_blind"],
        "skip_unchanged": True,
        "use_transactions": True,
    }
    return made | {"Meta": type("Meta", (), options)}


StockImport = type("StockImport", (_StockImport,), _body())
