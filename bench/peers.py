"""What an ordinary Django project would use on the same rows: the stock admin and stock django-import-export.

The stock resources give and take the same columns as the project's ledgers, written the way the documentation of
django-import-export shows it: one `dehydrate_` method a column, related rows prefetched, one model instance a row.
"""

from django.contrib import admin
from django.db.models import Prefetch
from import_export import fields, resources
from import_export.admin import ImportExportModelAdmin

from bench.stock_import import StockImport
from fedhub.areas.enums import AreaKind
from fedhub.core.templatetags.fmt import age
from fedhub.core.text import mask_id, mask_phone
from fedhub.reference.lookup import labels
from households.books import Now, committee_by_area
from households.contact import number_held
from households.enums import MembershipKind
from households.models import Membership, Resident, Status


class OpenSite(admin.AdminSite):
    """The stock admin, open to the benchmark's account."""

    def has_permission(self, request):
        return request.user.is_authenticated


class OpenAdmin(ImportExportModelAdmin):
    """The stock list over the columns that the project's own list shows, searching names and addresses."""

    resource_classes = [StockImport]
    skip_import_confirm = False
    list_display = ["name", "sex", "birth", "area", "education", "marital", "employment", "state", "updated_at"]
    list_per_page = 50
    search_fields = ["name", "name_sort", "workplace", "hukou_address", "note"]
    list_select_related = ["area"]

    def has_module_permission(self, request):
        return True

    def has_view_permission(self, request, obj=None):
        return True

    def has_import_permission(self, request):
        return True

    def has_delete_permission(self, request, obj=None):
        return False

    has_change_permission = has_add_permission = has_view_permission


site = OpenSite(name="admin")
site.register(Resident, OpenAdmin)


# --- export ---------------------------------------------------------------------------------------------------------
def stock_rows(ledger, rows):
    """The ledger's rows as instances with everything joined or prefetched that the columns need."""
    now = Status.objects.current().order_by("valid_from", "pk")
    living = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None).select_related("household")
    living = living.prefetch_related(Prefetch("household__statuses", queryset=now, to_attr="now"))
    return (
        ledger.ordered(rows, Now())
        .select_related("area", "safe_contact")
        .prefetch_related(
            Prefetch("memberships", queryset=living, to_attr="living"),
            Prefetch("statuses", queryset=now, to_attr="now"),
            "phones",
            "consents",
        )
    )


def stock_resource(ledger):
    """A ModelResource class with the exported columns of `ledger`: labels, masks, phones, household, categories."""
    columns = ledger.exported_columns()
    names = [column.key for column in columns]
    body = {column.key: fields.Field(column_name=column.label) for column in columns}
    body |= {f"dehydrate_{column.key}": _dehydrate(column) for column in columns}
    # Prefetched rows are paged by OFFSET: larger pages than the stock 100 spare it the quadratic part.
    options = {"model": Resident, "fields": names, "export_order": names, "chunk_size": 2000}
    body["Meta"] = type("Meta", (), options)
    return type("StockExport", (resources.ModelResource,), body)


def _of_home(name, empty=""):
    return lambda self, person: getattr(person.living[0].household, name) if person.living else empty


def _phones(self, person):
    if number_held(person):
        return ""
    return "、".join(mask_phone(phone.number) for phone in person.phones.all())


def _categories(self, person):
    names = labels("hardship_category")
    statuses = [*person.now, *(status for member in person.living for status in member.household.now)]
    return "、".join(names.get(code, code) for code in dict.fromkeys(status.category for status in statuses))


def _relation(self, person):
    code = person.living[0].relation if person.living else ""
    return labels("relation").get(code, code)


def _number(self, person):
    self.count = getattr(self, "count", 0) + 1
    return self.count


def _carer(self, person):
    if not hasattr(self, "carers"):
        self.carers = committee_by_area()
    return self.carers.get(person.area_id, "")


SPECIAL = {
    "seq": _number,
    "ref": lambda self, person: f"D{person.pk:07d}",
    "grid": lambda self, person: person.area.name if person.area.kind in (AreaKind.GRID, AreaKind.UNIT) else "",
    "age": lambda self, person: age(person.birth),
    "id_number": lambda self, person: mask_id(person.id_number),
    "phones": _phones,
    "categories": _categories,
    "carer": _carer,
    "relation": _relation,
    "household_no": _of_home("number"),
    "head_name": _of_home("head_name"),
    "address": _of_home("address"),
    "people": _of_home("people", None),
}
OF_HOME = {"home_hukou": "hukou_type", "housing": "housing"}


def _dehydrate(column):
    if column.key in SPECIAL:
        return SPECIAL[column.key]
    if column.key in OF_HOME:
        code = _of_home(OF_HOME[column.key])
        return lambda self, person: column.code_labels().get(code(self, person), "")
    if column.kind == "code":
        return lambda self, person: column.code_labels().get(getattr(person, column.key), getattr(person, column.key))
    if column.kind == "yesno":
        return lambda self, person: "是" if getattr(person, column.key) else ""
    return lambda self, person: getattr(person, column.key)
