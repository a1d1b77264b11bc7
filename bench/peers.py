"""What an ordinary Django project would use on the same rows: the stock admin list and a stock ModelResource."""

from django.contrib import admin
from import_export import fields, resources

from households.models import Resident


class OpenSite(admin.AdminSite):
    """The stock admin, open to the benchmark's account."""

    def has_permission(self, request):
        return request.user.is_authenticated


class OpenAdmin(admin.ModelAdmin):
    """The stock list over the columns that the project's own list shows, searching names and addresses."""

    list_display = ["name", "sex", "birth", "area", "education", "marital", "employment", "state", "updated_at"]
    list_per_page = 50
    search_fields = ["name", "name_sort", "workplace", "hukou_address", "note"]
    list_select_related = ["area"]

    def has_module_permission(self, request):
        return True

    def has_view_permission(self, request, obj=None):
        return True

    has_change_permission = has_add_permission = has_delete_permission = lambda self, request, obj=None: False


site = OpenSite(name="admin")
site.register(Resident, OpenAdmin)


class StockResource(resources.ModelResource):
    """A stock resource with 25 columns of the same rows, identity number decrypted as the project's own."""

    grid = fields.Field(attribute="area__name", column_name="网格")

    class Meta:
        model = Resident
        import_id_fields = ["id_blind"]
        fields = export_order = [
            "grid", "name", "former_name", "sex", "birth", "id_type", "id_number", "id_note", "ethnic", "education",
            "political", "marital", "employment", "workplace", "hukou_type", "hukou_address", "children", "skills",
            "is_backbone", "is_volunteer", "health", "note", "state", "left_on", "updated_at",
        ]  # fmt: skip
