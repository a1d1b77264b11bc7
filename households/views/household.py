"""Pages of households: list, page with tabs, new, change, members."""

from django.urls import reverse
from django.utils import timezone

from fedhub.core.paging import hits_of, parted_page
from fedhub.core.privacy import masked
from fedhub.core.views import FormView, ScopedCreateView, ScopedListView, ScopedUpdateView
from fedhub.reference.lookup import labels
from households.forms.household import CloseHouseholdForm, HouseholdFilterForm, HouseholdForm, RelationsForm
from households.forms.resident import ResidentForm
from households.listing import categories_of_residents, family_values
from households.models import Household
from households.panels import household_panels
from households.queries import (
    former_members_of,
    members_of,
    places_of,
    statuses_of,
)
from households.services.households import (
    change_household,
    create_household,
    living_members,
    set_relations,
)
from households.services.life import close_household
from households.services.residents import create_resident
from households.views.lines import category_labels, family_lines
from households.views.tabs import TabbedDetail

OPEN_SORTS = {
    "risk": ("next_due_on", "逾期、重点优先"),
    "due": ("next_due_on", "应访日期"),
    "updated": ("-updated_at", "最近更新"),
    "head": ("head_sort", "户主姓名"),
    "place": ("address_key", "住址"),
}
# A household off the books has no due day.
ALL_SORTS = {key: OPEN_SORTS[key] for key in ("updated", "head", "place")}
# Overdue families the heaviest first, of equal ones the longest overdue; behind them the others as they fall due.
RISK, FALLING_DUE = ("-visit_weight", "next_due_on"), ("next_due_on",)


def crumb():
    return ("家庭", reverse("households:household_list"))


def labelled(statuses):
    """Category rows with their label, as templates unpack them."""
    names = labels("hardship_category")
    return [
        {"status": status, "label": names.get(status.category, status.category), "expired": status.is_expired}
        for status in statuses
    ]


class HouseholdList(ScopedListView):
    permission = "households.view_household"
    model = Household
    title = "家庭"
    filter_class = HouseholdFilterForm
    unit = "户"
    template_name = "households/household_list.html"
    results_template = "households/household_list/_results.html"
    reads_alike = True

    def get_list(self):
        self.sorts = ALL_SORTS if self.request.GET.get("state") else OPEN_SORTS
        return self.get_rows()

    def get_page(self, rows, **asked):
        if self.sort_name != "risk":
            return super().get_page(rows, **asked)
        today = timezone.localdate()
        late, rest = rows.filter(next_due_on__lt=today), rows.filter(next_due_on__gte=today)
        return parted_page([(late, RISK), (rest, FALLING_DUE)], **asked)

    def get_hits(self, rows):
        if self.sort_name != "risk":
            return super().get_hits(rows)
        found = hits_of(rows.order_by().values_list("pk", "visit_weight", "next_due_on"), self.what_is_asked())
        if found is None:
            return None
        today = timezone.localdate()
        late = sorted((-weight, day, pk) for pk, weight, day in found if day and day < today)
        rest = sorted((day, pk) for pk, _, day in found if day and day >= today)
        return [(pk, 0) for *_, pk in late] + [(pk, 1) for _, pk in rest]

    def read(self, rows):
        return family_values(rows, self.sort_field, "visit_weight")

    def page_rows(self, items):
        return family_lines(items, self.request.user)

    def get_create_url(self):
        return reverse("households:household_create") if self.request.user.has_perm("households.add_household") else ""

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            create_label="新建家庭", may_assign=user.has_perm("households.move_household"),
            may_link=user.has_perm("households.assign_link"), **kwargs,
        )  # fmt: skip


class HouseholdDetail(TabbedDetail):
    permission = "households.view_household"
    model = Household
    template_name = "households/household_detail.html"
    panels = household_panels
    own_tabs = [("", "概况"), ("members", "成员")]

    def get_rows(self):
        return super().get_rows().select_related("area")

    def get_crumbs(self):
        return [crumb()]

    def tab_counts(self):
        return {"members": self.get_row().people}

    def get_chips(self):
        household = self.get_row()
        if not household.is_open:
            return [("quiet", household.get_state_display())]
        own = statuses_of(household=household).values_list("category", flat=True)
        people = categories_of_residents([m.resident_id for m in living_members(household)])
        codes = dict.fromkeys([*own, *(code for codes in people.values() for code in codes)])
        return [("", label) for label in category_labels(codes)]

    def get_meta(self):
        home = self.get_row()
        return [f"户号 {home.number}", home.address, home.area.name, f"{home.people} 人"]

    def tab_context(self, tab):
        household, user = self.get_row(), self.request.user
        context = {
            "may_change": household.is_open and user.has_perm("households.change_household", household),
            "may_move": household.is_open and user.has_perm("households.move_household", household),
            "may_add": household.is_open and user.has_perm("households.add_resident", household),
            "may_visit": household.is_open and user.has_perm("grids.add_visit", household),
            "may_ask": household.is_open and user.has_perm("concerns.add_concern", household),
            "hukou": labels("hukou_type").get(household.hukou_type, ""),
        }
        if tab in ("", "members"):
            context["members"] = member_rows(household)
            context["statuses"] = labelled(statuses_of(household=household))
        if tab == "":
            context["places"] = places_of(household)
        if tab == "members":
            context["former"] = former_rows(household)
        return context


def member_rows(household):
    """Open members as the table shows them: one dict a person, both kinds of membership in words."""
    members = list(members_of(household))
    relations, names = labels("relation"), labels("hardship_category")
    codes = categories_of_residents([m.resident_id for m in members])
    rows = {}
    for member in members:
        person = member.resident
        row = rows.setdefault(
            person.pk,
            {
                "person": person,
                "id_mask": masked(person, "id_number"),
                "relation": "",
                "age": person.age(),
                "phones": [phone for phone in person.phones.all() if phone.usable][:1],
                "categories": [names.get(code, code) for code in codes.get(person.pk, [])],
                "kinds": [],
            },
        )
        row["kinds"].append(member.get_kind_display())
        if member.kind == "lives" or not row["relation"]:
            row["relation"] = relations.get(member.relation, "")
    return list(rows.values())


def former_rows(household):
    """Ended memberships as the table shows them."""
    relations = labels("relation")
    return [
        {"member": member, "relation": relations.get(member.relation, "")} for member in former_members_of(household)
    ]


class HouseholdCreate(ScopedCreateView):
    permission = "households.add_household"
    model = Household
    title = "新建家庭"
    form_class = HouseholdForm
    success_message = "家庭已建好，请把家里的人加进来。"

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("households:household_list")

    def save(self, form):
        return create_household(form.save(commit=False), by=self.request.user)


class OfHousehold:
    """A form page about one household."""

    model = Household

    def get_crumbs(self):
        household = self.get_row()
        return [crumb(), (str(household), household.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class HouseholdUpdate(OfHousehold, ScopedUpdateView):
    permission = "households.change_household"
    title = "改家庭资料"
    form_class = HouseholdForm

    def save(self, form):
        version = form.cleaned_data["version"]
        return change_household(form.instance, list(form.proposed()), base_version=version, by=self.request.user)


class HouseholdClose(OfHousehold, FormView):
    """Taking an empty household off the books."""

    permission = "households.move_household"
    title = "注销家庭"
    form_class = CloseHouseholdForm
    submit_label = "注销"

    def get_rows(self):
        return super().get_rows().active()

    def get(self, request, *args, **kwargs):
        self.get_row()
        return super().get(request, *args, **kwargs)

    def save(self, form):
        data = form.cleaned_data
        return close_household(self.get_row(), on=data["on"], why=data["why"], by=self.request.user)


class MemberCreate(OfHousehold, FormView):
    """A person who is not on file yet, as a member of this household."""

    permission = "households.add_resident"
    title = "添加成员"
    form_class = ResidentForm
    template_name = "households/resident_form.html"

    def get_rows(self):
        return super().get_rows().active()

    def get_form_kwargs(self):
        return {"household": self.get_row()}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            household=self.get_row(), arrive_url=reverse("households:arrive", args=[self.get_row().pk]), **kwargs
        )

    def save(self, form):
        household = self.get_row()
        create_resident(
            form.save(commit=False), phones=form.phone_list(), household=household,
            relation=form.cleaned_data["relation"], by=self.request.user,
        )  # fmt: skip
        return f"{household.get_absolute_url()}?tab=members"


class Relations(OfHousehold, FormView):
    """Relations to the head, and who the head is."""

    permission = "households.change_household"
    title = "改成员关系"
    form_class = RelationsForm

    def get_form_kwargs(self):
        return {"members": living_members(self.get_row())}

    def save(self, form):
        household = self.get_row()
        set_relations(household, form.relations(), by=self.request.user)
        return f"{household.get_absolute_url()}?tab=members"
