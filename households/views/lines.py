"""The lines of the lists of people and of families: the markup of each cell, made here so that the template (`{% lines %}`)
only places it.

A template that escapes and decides six hundred times costs more than everything else on the page together.
"""

from functools import cache
from html import escape
from typing import NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString

from fedhub.core.addresses import url_for
from fedhub.core.templatetags.ui import Masker, chip, chips, days_left, link, mute, short_day
from fedhub.reference.lookup import labels
from households.enums import HouseholdState, ResidentState
from households.listing import categories_of_households, categories_of_residents, first_phones, visits_this_month
from households.models import Phone, Resident
from households.models.household import household_title
from households.models.resident import age_on

WOMAN = "2"


class PersonLine(NamedTuple):
    """The cells of one line of the list of people, all but `name` markup."""

    name: str
    title: str
    age: str
    id_number: str
    phone: str
    home: str
    area: str
    categories: str


class FamilyLine(NamedTuple):
    """The cells of one line of the list of families, all but `pk` and `name` markup; `mark` is the class of an overdue visit."""

    pk: int
    name: str
    title: str
    address: str
    area: str
    people: str
    categories: str
    last: str
    month_visits: str
    due: str
    mark: str


def category_labels(codes):
    """Labels of category codes, in their order."""
    names = labels("hardship_category")
    return [names.get(code, code) for code in codes]


def category_chips(codes, most=None):
    """A function from a key of `codes` ({key: [category code]}) to its categories as chips (at most `most`)."""
    names = labels("hardship_category")
    return lambda pk: chips(tuple(names.get(code, code) for code in codes.get(pk, ())), most)


def person_lines(items, user):
    """PersonLine of each of `items` (listing.person_values), as `user` may see it: two queries."""
    ids, today = [item["id"] for item in items], timezone.localdate()
    phones, categories = first_phones(ids), category_chips(categories_of_residents(ids))
    id_cell, phone_cell = Masker(user, Resident, "id_number", words=False), Masker(user, Phone, "number", words=False)
    url, home_url = url_for("households:resident_detail"), url_for("households:household_detail")
    sexes, states, active = labels("sex"), dict(ResidentState.choices), ResidentState.ACTIVE.value
    area, unchecked, homeless = area_names(user), SafeString(f" {chip('warn', '待核对')}"), mute("没有家庭")
    lines = []
    for item in items:
        pk, name, age = item["id"], item["name"], age_on(item["birth"], today)
        title = link(url(pk), name)
        if item["sex"] != WOMAN and sexes.get(item["sex"]):
            title += SafeString(f" {mute(sexes[item['sex']])}")
        if item["state"] != active:
            title += SafeString(f" {chip('quiet', states[item['state']])}")
        number, home = id_cell(pk, item["id_number"], name), homeless
        if item["home_id"]:
            called = household_title(item["head_name"], item["first_name"], item["home_number"])
            home = link(home_url(item["home_id"]), called)
            if item["address"]:
                home += SafeString(f'<small class="wf-block">{escape(item["address"])}</small>')
        lines.append(PersonLine(
            name, title, SafeString("—" if age is None else age), number + unchecked if item["id_note"] else number,
            phone_cell(*phones.get(pk, (None, "")), name), home, area(item["area_id"]), categories(pk),
        ))  # fmt: skip
    return lines


def family_lines(items, user):
    """FamilyLine of each of `items` (listing.family_values), as `user` may see it: three queries."""
    ids, today = [item["id"] for item in items], timezone.localdate()
    categories, visits = category_chips(categories_of_households(ids), 3), visits_this_month(ids)
    url, states, active = (
        url_for("households:household_detail"),
        dict(HouseholdState.choices),
        HouseholdState.ACTIVE.value,
    )
    area, none, never = area_names(user), mute("0"), SafeString("还没走访过")
    late = SafeString(' class="wf-row-bad"')
    lines = []
    for item in items:
        pk, last, next_due = item["id"], item["last_visit_on"], item["next_due_on"]
        name = household_title(item["head_name"], item["first_name"], item["number"])
        if item["state"] != active:
            due_cell = chip("quiet", states[item["state"]])
        else:
            due_cell = (days_left((next_due - today).days) or short_day(next_due)) if next_due else SafeString("—")
        lines.append(FamilyLine(
            pk, name,
            link(url(pk), name) + SafeString(f'<small class="wf-nowrap">{escape(item["number"])}</small>'),
            SafeString(escape(item["address"]) or "—"), area(item["area_id"]), SafeString(item["people"]),
            categories(pk), SafeString(f"{last.isoformat()}（{(today - last).days} 天）") if last else never,
            SafeString(f"{visits[pk]} 次") if pk in visits else none, due_cell,
            late if next_due and next_due < today else "",
        ))  # fmt: skip
    return lines


def area_names(user):
    """A function from an area id to its name, escaped once for all lines that need it."""
    places = user.places
    return cache(lambda pk: SafeString(escape(places[pk].name)))
