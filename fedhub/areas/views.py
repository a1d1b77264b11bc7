"""Pages of places: the tree, one place, the CSV import, buildings."""

from django.contrib import messages
from django.db import transaction
from django.urls import reverse

from fedhub.areas.enums import AreaKind
from fedhub.areas.forms import AreaFilterForm, AreaForm, AreaImportForm, BuildingFilterForm, BuildingForm
from fedhub.areas.models import Area, Building
from fedhub.areas.services import change_area, import_areas, open_area, save_building
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    ShortListView,
)

LIST = ("区域", "areas:area_list")


class AreaTree(ShortListView):
    """The chain of places and the communities with their grids; what is searched for stands below all that it lies in."""

    permission = "areas.view_area"
    model = Area
    title = "区域"
    filter_class = AreaFilterForm
    template_name = "areas/area_list.html"
    results_template = "areas/area_list/_results.html"

    def read(self, rows):
        shown = list(rows.order_by("code"))
        if self.filter_form.is_used:
            holding = {area.code[:n] for area in shown for n in range(2, len(area.code))}
            shown += self.get_rows().filter(code__in=holding).exclude(pk__in=[a.pk for a in shown])
        above = {code[:n] for code in (a.code for a in shown) for n in (2, 4, 6, 9)}
        chain = Area.objects.filter(code__in=above).exclude(pk__in=[a.pk for a in shown]).order_by("code")
        areas = sorted([*chain, *shown], key=lambda area: area.code)
        depths = {length: depth for depth, length in enumerate(sorted({len(a.code) for a in areas}))}
        # What lies above her scope shows where she is, and opens nothing.
        chain_ids = [area.pk for area in chain]
        outside = {*chain_ids} - {*self.get_rows().filter(pk__in=chain_ids).values_list("pk", flat=True)}
        return {
            "areas": [(area, depths[len(area.code)], area.pk not in outside) for area in areas],
            "may_add": self.request.user.has_perm("areas.add_area"),
            "may_import": self.request.user.has_perm("areas.import_area"),
        }


class AreaDetail(ScopedDetailView):
    permission = "areas.view_area"
    model = Area
    template_name = "areas/area_detail.html"
    log_reading = False

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [(LIST[0], reverse(LIST[1]))]

    def get_context_data(self, **kwargs):
        area = self.get_row()
        return super().get_context_data(
            children=area.children.order_by("code"),
            became=area.became.select_related("new"),
            came_from=area.came_from.select_related("old"),
            is_grid=area.kind in (AreaKind.GRID, AreaKind.UNIT),
            may_change=self.request.user.has_perm("areas.change_area", area),
            **kwargs,
        )


class AreaCreate(ScopedCreateView):
    permission = "areas.add_area"
    model = Area
    title = "新建区域"
    form_class = AreaForm

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse(LIST[1])

    def save(self, form):
        return _page(open_area(form.save(commit=False), by=self.request.user))


class AreaUpdate(ScopedUpdateView):
    permission = "areas.change_area"
    model = Area
    title = "修改区域"
    form_class = AreaForm

    def get_back_url(self):
        return _page(self.get_row())

    def save(self, form):
        change_area(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )
        return _page(form.instance)


def _page(area):
    return reverse("areas:area_detail", args=[area.pk])


class AreaImport(FormView):
    """A chain of places from CSV: all or nothing."""

    permission = "areas.import_area"
    title = "导入区划"
    form_class = AreaImportForm
    submit_label = "导入"
    success_message = ""

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse(LIST[1])

    def save(self, form):
        made, kept = import_areas(form.cleaned_data["file"], by=self.request.user)
        transaction.on_commit(
            lambda: messages.success(self.request, f"新增 {made} 个区域，{kept} 个已经有了，没有动。")
        )
        return reverse(LIST[1])


class BuildingList(ScopedListView):
    permission = "areas.view_building"
    model = Building
    title = "楼栋"
    filter_class = BuildingFilterForm
    sorts = {"compound": ("compound", "小区"), "updated": ("-updated_at", "最近更新")}
    results_template = "areas/building_list/_results.html"
    unit = "栋"

    def get_list(self):
        return self.get_rows().select_related("area")

    def get_context_data(self, **kwargs):
        return super().get_context_data(perms_change=self.request.user.has_perm("areas.change_building"), **kwargs)

    def get_create_url(self):
        return reverse("areas:building_create") if self.request.user.has_perm("areas.add_building") else ""


class BuildingCreate(ScopedCreateView):
    permission = "areas.add_building"
    model = Building
    title = "新建楼栋"
    form_class = BuildingForm

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse("areas:building_list")

    def save(self, form):
        save_building(form.save(commit=False), by=self.request.user)
        return reverse("areas:building_list")


class BuildingUpdate(ScopedUpdateView):
    permission = "areas.change_building"
    model = Building
    title = "修改楼栋"
    form_class = BuildingForm

    def get_back_url(self):
        return reverse("areas:building_list")

    def save(self, form):
        save_building(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )
        return reverse("areas:building_list")
