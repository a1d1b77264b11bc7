"""Settings pages: code tables, rules, agencies, venues, holidays."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    ShortListView,
    StaffPage,
    StepView,
)
from fedhub.reference.forms import (
    AgencyFilterForm,
    AgencyForm,
    CodeEntryForm,
    CodeTableFilterForm,
    HolidayForm,
    HolidayImportForm,
    RuleFilterForm,
    RuleForm,
    VenueFilterForm,
    VenueForm,
)
from fedhub.reference.models import Agency, CodeEntry, CodeTable, Holiday, Rule, Venue
from fedhub.reference.queries import days_of_year, holiday_csv, rule_text, tables_with_counts, years_known
from fedhub.reference.services import (
    add_code,
    change_code,
    change_rule,
    import_holidays,
    remove_holiday,
    save_place,
    set_holiday,
)


# --- code tables --------------------------------------------------------------------------------------------------
class CodeTableList(ShortListView):
    permission = "reference.view_codetable"
    model = CodeTable
    title = "代码表"
    filter_class = CodeTableFilterForm
    results_template = "reference/codetable_list/_results.html"

    def read(self, rows):
        return {"tables": tables_with_counts(rows)}


class CodeTableDetail(ScopedDetailView):
    permission = "reference.view_codetable"
    model = CodeTable
    template_name = "reference/codetable_detail.html"

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [("代码表", reverse("reference:codetable_list"))]

    def get_context_data(self, **kwargs):
        table = self.get_row()
        may_change = self.request.user.has_perm("reference.change_codetable")
        return super().get_context_data(
            entries=table.entries.all(), may_change=may_change, may_add=may_change and table.editable, **kwargs
        )


def crumbs_of(table):
    """Pages above a code of `table`."""
    return [("代码表", reverse("reference:codetable_list")), (table.name, table.get_absolute_url())]


class CodeEntryCreate(ScopedCreateView):
    """A new code of one of the office's own lists; a standard table answers 404."""

    permission = "reference.change_codetable"
    model = CodeTable
    form_class = CodeEntryForm

    def get_rows(self):
        return super().get_rows().filter(editable=True)

    def get_title(self):
        return f"{self.get_row().name}：新增一项"

    def get_crumbs(self):
        return crumbs_of(self.get_row())

    def get_form_kwargs(self):
        return {"instance": CodeEntry(table=self.get_row())}

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        return add_code(form.save(commit=False), by=self.request.user)


class CodeEntryUpdate(ScopedUpdateView):
    permission = "reference.change_codetable"
    model = CodeEntry
    form_class = CodeEntryForm

    def get_rows(self):
        return super().get_rows().select_related("table")

    def get_title(self):
        return f"{self.get_row().table.name}：{self.get_row().label}"

    def get_crumbs(self):
        return crumbs_of(self.get_row().table)

    def save(self, form):
        return change_code(
            form.instance, list(form.proposed()), base_version=form.cleaned_data["version"], by=self.request.user
        )


# --- rules --------------------------------------------------------------------------------------------------------
class RuleList(ShortListView):
    permission = "reference.view_codetable"
    model = Rule
    title = "期限与规则"
    filter_class = RuleFilterForm
    results_template = "reference/rule_list/_results.html"

    def read(self, rows):
        return {
            "rules": [(rule, rule_text(rule)) for rule in rows],
            "may_change": self.request.user.has_perm("reference.change_codetable"),
        }


class RuleUpdate(ScopedUpdateView):
    """A rule that law or the safety of the system fixes answers 404."""

    permission = "reference.change_codetable"
    model = Rule
    form_class = RuleForm
    template_name = "reference/rule_form.html"

    def get_rows(self):
        return super().get_rows().filter(editable=True)

    def get_title(self):
        return self.get_row().label

    def get_crumbs(self):
        return [("期限与规则", reverse("reference:rule_list"))]

    def get_context_data(self, **kwargs):
        return super().get_context_data(rule=self.get_row(), now=rule_text(self.get_row()), **kwargs)

    def save(self, form):
        return change_rule(
            form.instance, value=form.new_value(), base_version=form.cleaned_data["version"], by=self.request.user
        )


# --- agencies, venues ---------------------------------------------------------------------------------------------
class PlaceList(ScopedListView):
    """Base: rows in use unless the filter says otherwise."""

    sorts = {"name": ("name", "名称"), "updated": ("-updated_at", "最近更新")}

    def get_list(self):
        rows = self.get_rows().select_related("area")
        return rows if self.request.GET.get("state") else rows.active()

    def _may(self, verb):
        return self.request.user.has_perm(f"reference.{verb}_{self.model._meta.model_name}")

    def get_context_data(self, **kwargs):
        return super().get_context_data(may_change=self._may("change"), **kwargs)

    def get_create_url(self):
        return reverse(self.create_url) if self._may("add") else ""


class PlaceSave:
    """Saving of agencies and venues, new or changed."""

    def get_back_url(self):
        return reverse(f"reference:{self.model._meta.model_name}_list")

    def save(self, form):
        if form.instance.pk:
            save_place(
                form.instance,
                list(form.proposed()),
                base_version=form.cleaned_data["version"],
                by=self.request.user,
            )
        else:
            save_place(form.save(commit=False), by=self.request.user)
        return self.get_back_url()


class NewPlace(PlaceSave, ScopedCreateView):
    def get_form_kwargs(self):
        return {}


class ChangedPlace(PlaceSave, ScopedUpdateView):
    def get_title(self):
        return f"修改：{self.get_row()}"


class AgencyList(PlaceList):
    permission = "reference.view_agency"
    model = Agency
    title = "单位"
    filter_class = AgencyFilterForm
    results_template = "reference/agency_list/_results.html"
    create_url = "reference:agency_create"
    unit = "家"


class AgencyCreate(NewPlace):
    permission = "reference.add_agency"
    model = Agency
    title = "新建单位"
    form_class = AgencyForm


class AgencyUpdate(ChangedPlace):
    permission = "reference.change_agency"
    model = Agency
    form_class = AgencyForm


class VenueList(PlaceList):
    permission = "reference.view_venue"
    model = Venue
    title = "场地"
    filter_class = VenueFilterForm
    results_template = "reference/venue_list/_results.html"
    create_url = "reference:venue_create"
    unit = "处"


class VenueCreate(NewPlace):
    permission = "reference.add_venue"
    model = Venue
    title = "新建场地"
    form_class = VenueForm


class VenueUpdate(ChangedPlace):
    permission = "reference.change_venue"
    model = Venue
    form_class = VenueForm


# --- holidays -----------------------------------------------------------------------------------------------------
def asked_year(request):
    """The year of the address, or the present one. Raises Http404 for nonsense."""
    text = request.GET.get("year") or str(timezone.localdate().year)
    if not (text.isascii() and text.isdigit() and 2000 <= int(text[:5]) <= 2100):
        raise Http404
    return int(text)


class HolidayList(StaffPage):
    permission = "reference.view_holiday"
    model = Holiday
    title = "节假日"
    template_name = "reference/holiday_list.html"

    def get_context_data(self, **kwargs):
        year, rows, now = asked_year(self.request), self.get_rows(), timezone.localdate().year
        known = years_known(rows)
        years = [
            {"label": f"{number}年", "url": f"?year={number}", "current": number == year, "count": known.get(number)}
            for number in sorted({*known, now, now + 1, year})
        ]
        return super().get_context_data(
            year=year,
            years=years,
            days=days_of_year(rows, year),
            may_change=self.request.user.has_perm("reference.change_holiday"),
            **kwargs,
        )


class HolidayFile(StaffPage):
    """A year as a CSV file: the form to fill in for the import."""

    permission = "reference.view_holiday"
    model = Holiday

    def get(self, request, *args, **kwargs):
        year = asked_year(request)
        response = HttpResponse(holiday_csv(self.get_rows(), year), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="holidays-{year}.csv"'
        return response


class HolidayCreate(FormView):
    permission = "reference.change_holiday"
    title = "登记一天"
    form_class = HolidayForm

    def get_back_url(self):
        return reverse("reference:holiday_list")

    def save(self, form):
        cleaned = form.cleaned_data
        return set_holiday(cleaned["date"], cleaned["kind"], cleaned["name"], by=self.request.user)


class HolidayRemove(StepView):
    permission = "reference.change_holiday"
    model = Holiday
    success_message = "已删去，这一天按星期几算。"
    service = remove_holiday


class HolidayImport(FormView):
    """A year from the State Council's notice: all or nothing."""

    permission = "reference.change_holiday"
    title = "导入节假日"
    template_name = "reference/holiday_import.html"
    form_class = HolidayImportForm
    submit_label = "导入"
    success_message = ""

    def get_form_kwargs(self):
        return {}

    def get_back_url(self):
        return reverse("reference:holiday_list")

    def get_context_data(self, **kwargs):
        return super().get_context_data(next_year=timezone.localdate().year + 1, **kwargs)

    def save(self, form):
        counts = import_holidays(form.cleaned_data["file"], by=self.request.user)
        text = "、".join(f"{year}年 {count} 天" for year, count in counts.items())
        transaction.on_commit(lambda: messages.success(self.request, f"已导入：{text}。"))
        return f"{self.get_back_url()}?year={min(counts)}"
