"""Pages of people: list of the women, page with tabs, new, change, warning of duplicates."""

from django.shortcuts import render
from django.urls import reverse

from fedhub.core.fields import Unreadable
from fedhub.core.privacy import masked
from fedhub.core.text import partial_date_label, row_key
from fedhub.core.views import ScopedCreateView, ScopedListView, ScopedUpdateView, StaffView
from fedhub.reference.lookup import labels
from households.contact import hours_label, may_contact
from households.enums import ContactChannel
from households.forms.resident import ResidentFilterForm, ResidentForm
from households.listing import PERSON, categories_of_residents, person_values
from households.minors import SHUT_FACTS, may_open_minor, note_opening
from households.models import Resident, ResidentMerge
from households.panels import resident_panels
from households.queries import status_rows
from households.services.residents import change_resident, create_resident, likely_duplicates
from households.views.household import labelled
from households.views.lines import category_labels, person_lines
from households.views.minor import ChildPage
from households.views.tabs import TabbedDetail


def crumb():
    return ("居民", reverse("households:resident_list"))


class ResidentList(ScopedListView):
    """The women of our places, and whoever else is asked for."""

    permission = "households.view_resident"
    model = Resident
    title = "居民"
    filter_class = ResidentFilterForm
    sorts = {
        "name": ("name_sort", "姓名"),
        "updated": ("-updated_at", "最近更新"),
        "old": ("birth", "年长的在前"),
        "young": ("-birth", "年轻的在前"),
    }
    unit = "人"
    template_name = "households/resident_list.html"
    results_template = "households/resident_list/_results.html"
    reads_alike = True

    def get_list(self):
        return self.get_rows()

    def read(self, rows):
        return person_values(rows, PERSON, self.sort_field)

    def page_rows(self, items):
        return person_lines(items, self.request.user)

    def get_create_url(self):
        return reverse("households:resident_create") if self.request.user.has_perm("households.add_resident") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            create_label="登记居民", may_message=self.request.user.has_perm("notices.add_messagebatch"), **kwargs
        )


class ResidentDetail(ChildPage, TabbedDetail):
    """A person; of a child only what grid work needs unless there is a basis (households.minors)."""

    open_tabs = ("consents", "readers")
    permission = "households.view_resident"
    model = Resident
    template_name = "households/resident_detail.html"
    panels = resident_panels
    own_tabs = [("", "概况"), ("statuses", "类别"), ("consents", "同意与联系")]

    def get_rows(self):
        return super().get_rows().select_related("area", "merged_into", "safe_contact", "notice_choice")

    def get_crumbs(self):
        return [crumb()]

    def get_chips(self):
        person = self.get_row()
        chips = [] if person.state == "active" else [("quiet", person.get_state_display())]
        if person.id_note:
            chips.append(("warn", "证件待核对"))
        codes = categories_of_residents([person.pk]).get(person.pk, [])
        return chips + [("", label) for label in category_labels(dict.fromkeys(codes))]

    def get_meta(self):
        person = self.get_row()
        age = person.age()
        return [
            labels("sex").get(person.sex, ""),
            f"{age} 岁" if age is not None else "",
            partial_date_label(person.birth),
            person.area.name,
        ]

    def tab_context(self, tab):
        person, user = self.get_row(), self.request.user
        context = {
            "may_change": person.state == "active" and user.has_perm("households.change_resident", person),
            "may_return": person.state == "moved" and user.has_perm("households.change_resident", person),
            "may_merge": person.state != "merged" and user.has_perm("households.merge_resident", person),
        }
        if tab == "":
            context |= {
                "facts": fact_rows(person, shut=self.shut),
                "id_mask": masked(person, "id_number"),
                "memberships": membership_rows(person),
                "phones": person.phones.all(),
                "contact": contact_rows(person),
                "merges": ResidentMerge.objects.visible_to(user, "households.merge_resident").of(person),
            }
        elif tab == "statuses":
            context["statuses"] = labelled(status_rows(person))
        elif tab == "consents":
            safe = getattr(person, "safe_contact", None)
            context |= {
                "consents": person.consents.select_related("taken_by"),
                "safe": safe,
                "hours": hours_label(safe) if safe else "",
                "channels": [ContactChannel(c).label for c in safe.channels] if safe else [],
            }
        return context


def fact_rows(person, *, shut=False):
    """`[(label, text)]` of the coded and plain facts of a person; of a child that is `shut` without SHUT_FACTS."""

    def code(table, name):
        return labels(table).get(getattr(person, name), "")

    rows = [
        ("民族", code("ethnic", "ethnic")),
        ("婚姻", code("marital", "marital")),
        ("文化程度", code("education", "education")),
        ("政治面貌", code("political", "political")),
        ("就业", code("employment_status", "employment")),
        ("户籍情况", code("hukou_type", "hukou_type")),
        ("户籍地址", person.hukou_address),
        ("子女数", "" if person.children is None else f"{person.children} 个"),
        ("特长", person.skills),
    ]
    if shut:
        return rows
    return rows + [
        ("单位（职业）", person.workplace),
        ("健康", code("health", "health")),
        ("备注", person.note),
    ]


def membership_rows(person):
    """Where she lives and is registered, open ones first."""
    relations = labels("relation")
    rows = sorted(
        person.memberships.select_related("household"),
        key=lambda m: (m.valid_to is not None, m.kind, -m.valid_from.toordinal()),
    )
    return [{"member": m, "relation": relations.get(m.relation, "")} for m in rows]


def contact_rows(person):
    """`[(channel label, Verdict)]` for now."""
    return [(channel.label, may_contact(person, channel)) for channel in ContactChannel]


class ResidentCreate(ScopedCreateView):
    """A person without a household; members of one are added on its page."""

    permission = "households.add_resident"
    model = Resident
    title = "登记居民"
    form_class = ResidentForm
    template_name = "households/resident_form.html"

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("households:resident_list")

    def save(self, form):
        resident = form.save(commit=False)
        resident.area = form.cleaned_data["area"]
        return create_resident(resident, phones=form.phone_list(), by=self.request.user)


class OfResident:
    """A form page about one person."""

    model = Resident

    def get_crumbs(self):
        person = self.get_row()
        return [crumb(), (person.name, person.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class ResidentUpdate(OfResident, ScopedUpdateView):
    permission = "households.change_resident"
    title = "改居民资料"
    form_class = ResidentForm
    template_name = "households/resident_form.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(exclude=self.get_row().pk, **kwargs)

    def get_form_kwargs(self):
        basis = may_open_minor(self.request.user, self.get_row())
        if basis is None:
            return super().get_form_kwargs() | {"left_out": SHUT_FACTS}
        note_opening(self.request.user, self.get_row(), basis)
        return super().get_form_kwargs()

    def save(self, form):
        names = [name for name in form.proposed() if not isinstance(getattr(form.instance, name), Unreadable)]
        return change_resident(
            form.instance, names, phones=form.phone_list() if form.touches_phones() else None,
            base_version=form.cleaned_data["version"], by=self.request.user,
        )  # fmt: skip


class DuplicateHint(StaffView):
    """POST name, birth, id_number, phone1 while typing: the people this record may repeat. Nothing typed enters an
    address, and nothing about other grids but the word that there is something."""

    permission = "households.add_resident"
    model = Resident

    def post(self, request):
        data = request.POST
        key = row_key(data.get("exclude"))
        exclude = self.get_rows().filter(pk=key).first() if key else None
        found = likely_duplicates(
            request.user,
            name=data.get("name", "")[:50],
            birth=data.get("birth", "").strip()[:10],
            id_number=data.get("id_number", "")[:30],
            phone=data.get("phone1", "")[:30],
            exclude=exclude,
        )
        return render(request, "households/resident_form/_duplicates.html", {"found": found})
