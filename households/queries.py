"""Finding people and households, and reading their dated rows as of a day."""

from dataclasses import dataclass

from django.db.models import CharField, Min, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from fedhub.core import crypto
from fedhub.core.lookups import AnyOf
from fedhub.core.paging import first_rows
from fedhub.core.prepared import Given, prepared
from fedhub.core.text import normalise, partial_date_label
from fedhub.core.validators import parse_id_number
from fedhub.reference.lookup import labels
from households.enums import HouseholdState, MembershipKind, ResidentState
from households.listing import FOUND, categories_of_households, family_values, person_values
from households.models import (
    Household,
    HouseholdKey,
    HouseholdPlace,
    Membership,
    Phone,
    Resident,
    ResidentKey,
    Status,
    VisitTask,
)
from households.models.household import household_title
from households.plan import fitting, kinds_of
from households.searchkeys import TOP, name_key, typed_address, usable_phone

HIT_CAP = 1001


# --- search -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Hit:
    """One thing found: `kind` "resident" or "household", its key, a title, a line of facts and its page."""

    kind: str
    pk: int
    title: str
    line: str
    url: str


def search(user, text, limit=20):
    """People and households in the user's scope that fit `text`, people first; at most `limit` hits.

    Understands an identity number, a phone, the last four digits of a phone, a part of a name, pinyin initials, a part
    of an address ("精诚公寓2栋", "9-1-1369") and a household number. What lies outside the scope is never found.
    """
    text = normalise(text)[:60]
    if not text:
        return []
    ids = list(_fitting_people(user, text).order_by("name_sort", "pk").values_list("pk", flat=True)[:limit])
    people = {item["id"]: item for item in _found_people.dicts(ids=ids)} if ids else {}
    sexes = labels("sex") if people else {}
    hits = [_person_hit(people[pk], user.places, sexes) for pk in ids if pk in people]
    if len(hits) < limit and _exact(text) is None:
        homes = family_values(_fitting_households(user, text)).order_by("address_key", "pk")
        hits += [_family_hit(item, user.places) for item in homes[: limit - len(hits)]]
    return hits


@prepared
def _found_people():
    return person_values(Resident.objects.filter(AnyOf("pk", Given("ids"))).order_by(), FOUND)


def find_residents(user, text, limit=20):
    """Residents in scope that fit `text`, as `search` understands it (for pickers and lists)."""
    text = normalise(text)[:60]
    return _find_people(user, text, limit) if text else []


def find_households(user, text, limit=20):
    """Households in scope that fit `text` themselves or through somebody who lives there."""
    text = normalise(text)[:60]
    if not text:
        return []
    found = {household.pk: household for household in _find_households(user, text, limit)}
    people = [resident.pk for resident in _find_people(user, text, limit)]
    if people:
        rows = Household.objects.visible_to(user).for_list()
        for household in rows.filter(pk__in=_homes_of(people))[:limit]:
            found.setdefault(household.pk, household)
    return list(found.values())[:limit]


def _homes_of(resident_ids):
    rows = Membership.objects.filter(resident_id__in=resident_ids, kind=MembershipKind.LIVES, valid_to=None)
    return rows.values("household_id")


def matching_residents(rows, text):
    """`rows` (Residents) narrowed to those that fit `text`: of very many by name the first HIT_CAP, so that whatever
    narrows them otherwise comes before."""
    text = normalise(text)[:60]
    exact = _exact(text)
    if exact is not None:
        return rows.filter(exact)
    if _is_tail(text):
        tails = Phone.objects.filter(tail_blind=_tail(text)).values("resident_id")
        return rows.filter(Q(pk__in=_by_key(rows, text)) | Q(pk__in=tails))
    if (few := _few(_people_named, name_key(text))) is not None:
        return rows.filter(AnyOf("pk", few))
    # The conditions of `rows` were asked there already.
    return Resident.objects.filter(pk__in=_by_key(rows, text))


def matching_households(rows, text):
    """`rows` (Households) narrowed to those whose address, number or people fit `text`; cut as `matching_residents` is."""
    text = normalise(text)[:60]
    if _exact(text) is None and not _is_tail(text):
        there = _few(_homes_at, typed_address(text))
        here = None if there is None else _few(_homes_named, name_key(text))
        if here is not None:
            return rows.filter(AnyOf("pk", {*there, *here}))
    return rows.filter(Q(pk__in=_by_address(rows, text)) | Q(pk__in=_homes_matching(rows, text)))


KEY, BEYOND = Given("key", CharField()), Given("beyond", CharField())


@prepared
def _people_named(most):
    return ResidentKey.objects.filter(key__gte=KEY, key__lt=BEYOND).values_list("resident_id")[:most]


@prepared
def _homes_named(most):
    people = ResidentKey.objects.filter(key__gte=KEY, key__lt=BEYOND).values("resident_id")
    rows = Membership.objects.filter(resident_id__in=people, kind=MembershipKind.LIVES, valid_to=None).order_by()
    return rows.values_list("household_id")[:most]


@prepared
def _homes_at(most):
    return HouseholdKey.objects.filter(key__gte=KEY, key__lt=BEYOND).values_list("household_id")[:most]


def _few(found, key):
    """The ids that the prepared query `found` has under keys that begin with `key`, everywhere; None where they are so
    many that whoever may see which has to be asked first. Rows of a scope are chosen by them, they are shown to nobody."""
    if not key:
        return set()
    ids = {pk for (pk,) in found.rows(HIT_CAP, key=key, beyond=key + TOP)}
    return ids if len(ids) < HIT_CAP else None


def _homes_matching(rows, text):
    living = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None)
    exact = _exact(text)
    if exact is not None:
        people = Resident.objects.filter(exact).values("pk")
    else:
        key = name_key(text)
        people = ResidentKey.objects.filter(key__gte=key, key__lt=key + TOP).values("resident_id")
        if _is_tail(text):
            tails = Phone.objects.filter(tail_blind=_tail(text)).values("resident_id")
            return living.filter(Q(resident_id__in=people) | Q(resident_id__in=tails)).values("household_id")
    return living.filter(resident_id__in=people).values("household_id")


def _exact(text):
    """Condition for an identity number or a whole phone number, None for other texts."""
    try:
        number = parse_id_number(text).number
    except ValueError:
        number = ""
    if number:
        return Q(id_blind=crypto.blind(number, column="households.Resident.id_number"))
    if phone := usable_phone(text):
        blind = crypto.blind(phone, column="households.Phone.number")
        return Q(pk__in=Phone.objects.filter(blind=blind).values("resident_id"))
    return None


def _is_tail(text):
    return len(text) == 4 and text.isdigit()


def _tail(text):
    return crypto.blind(text, column="households.Phone.tail")


def _by_key(rows, text):
    """Ids (a query) of `rows` whose key starts with `text`: a range of the key index, cut at HIT_CAP."""
    key = name_key(text)
    found = rows.filter(keys__key__gte=key, keys__key__lt=key + TOP).order_by()
    return found.values_list("pk", flat=True)[:HIT_CAP]


def _by_address(rows, text):
    """Like `_by_key`, for the keys of households."""
    key = typed_address(text)
    if not key:
        return rows.none().values_list("pk", flat=True)
    found = rows.filter(keys__key__gte=key, keys__key__lt=key + TOP).order_by()
    return found.values_list("pk", flat=True)[:HIT_CAP]


def _fitting_people(user, text):
    return matching_residents(Resident.objects.visible_to(user).exclude(state=ResidentState.MERGED), text)


def _fitting_households(user, text):
    rows = Household.objects.visible_to(user)
    return rows.filter(pk__in=_by_address(rows, text))


def _find_people(user, text, limit):
    rows = first_rows(_fitting_people(user, text), "name_sort", "pk", limit=limit)
    return list(rows.select_related("area").prefetch_related(home_prefetch()).order_by("name_sort", "pk"))


def _find_households(user, text, limit):
    if _exact(text) is not None:
        return []
    return list(_fitting_households(user, text).for_list().order_by("address_key", "pk")[:limit])


def home_prefetch():
    """Prefetch of the open memberships of living with their households, for `Resident.home`."""
    rows = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None).select_related("household")
    return Prefetch("memberships", queryset=rows)


def _person_hit(item, places, sexes):
    home = item["home_id"] and (item["address"] or item["home_number"])
    facts = [
        sexes.get(item["sex"], ""),
        partial_date_label(item["birth"][:7]),
        home or "",
        places[item["area_id"]].name,
        "" if item["state"] == ResidentState.ACTIVE else ResidentState(item["state"]).label,
    ]
    url = reverse("households:resident_detail", args=[item["id"]])
    return Hit("resident", item["id"], item["name"], _line(facts), url)


def _family_hit(item, places):
    facts = [
        item["address"],
        places[item["area_id"]].name,
        f"{item['people']} 人",
        "" if item["state"] == HouseholdState.ACTIVE else HouseholdState(item["state"]).label,
    ]
    title = household_title(item["head_name"], item["first_name"], item["number"])
    url = reverse("households:household_detail", args=[item["id"]])
    return Hit("household", item["id"], title, _line(facts), url)


def _line(facts):
    return " · ".join(fact for fact in facts if fact)


# --- categories ---------------------------------------------------------------------------------------------------
def statuses_of(*, resident=None, household=None, day=None, known_at=None):
    """Status rows of one person or household valid on `day` (default today), as known at `known_at` (default now)."""
    owner = {"resident": resident} if resident is not None else {"household": household}
    return Status.objects.filter(**owner).as_of(day or timezone.localdate(), known_at=known_at).order_by("valid_from")


def statuses_of_people(resident_ids, day=None):
    """Status rows of many people valid on `day` (default today), person by person."""
    rows = Status.objects.filter(resident__in=list(resident_ids)).as_of(day or timezone.localdate())
    return rows.order_by("resident_id", "valid_from")


def categories_of_household(household, day=None):
    """Category codes of one household and of those who live there."""
    return categories_of_households([household.pk], day).get(household.pk, [])


def households_in_category(category, day=None):
    """Ids (subquery conditions) of households that are in `category` themselves or through somebody living there."""
    rows = Status.objects.filter(category=category).as_of(day or timezone.localdate())
    people = rows.filter(resident__isnull=False).values("resident_id")
    living = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None, resident_id__in=people)
    return Q(pk__in=rows.filter(household__isnull=False).values("household_id")) | Q(
        pk__in=living.values("household_id")
    )


def for_comparing(rows):
    """`rows` with what a comparison of two people shows: area, home, phones and categories."""
    now = Status.objects.current().defer("proof", "note").order_by("valid_from", "pk")
    return (
        rows.for_list()
        .defer("health_note", "income_note", "raw")
        .prefetch_related(home_prefetch(), "phones", Prefetch("statuses", queryset=now, to_attr="now_statuses"))
    )


# --- visits due ---------------------------------------------------------------------------------------------------
def households_due(user, by_day):
    """Households in scope whose next visit is due by `by_day`, longest overdue first."""
    rows = Household.objects.visible_to(user).active().for_list()
    return rows.filter(next_due_on__lte=by_day).order_by("next_due_on", "pk")


def rules_of(household):
    """The visit rules in use that fit one household, in the order of the table."""
    kinds = kinds_of(hukou_type=household.hukou_type, housing=household.housing, people=household.people)
    return fitting(categories_of_household(household), level=household.risk_level, kinds=kinds)


def born_by(years, day=None):
    """The latest birth text of somebody `years` old on `day` (default today): "2008-11-24".

    A birth known to the year or month sorts before its days, so it counts from the beginning of that year or month.
    """
    day = day or timezone.localdate()
    return f"{day.year - years:04d}-{day:%m-%d}"


# --- where a household lay ------------------------------------------------------------------------------------------
def place_on(household, day):
    """The grid the household lay in on `day`, or None before it was registered (handbook 13.2 rule 1)."""
    rows = HouseholdPlace.objects.filter(household=household, valid_from__lte=day).select_related("area")
    row = rows.filter(Q(valid_to=None) | Q(valid_to__gte=day)).order_by("-valid_from", "-pk").first()
    return row.area if row else None


def known_since(household):
    """The day from which we know `household`: its first place, the day somebody came to live there, or its registration,
    whichever is earliest. Nothing can have been done there before."""
    found = Household.objects.filter(pk=household.pk).aggregate(
        place=Min("places__valid_from"), member=Min("memberships__valid_from")
    )
    return min(filter(None, [*found.values(), timezone.localdate(household.created_at)]))


def people_without_home(areas):
    """People on the books in `areas` who live in no household that is on the books."""
    living = Membership.objects.filter(
        kind=MembershipKind.LIVES, valid_to=None, household__state=HouseholdState.ACTIVE
    )
    return Resident.objects.active().filter(area__in=areas).exclude(pk__in=living.values("resident_id"))


def tasks_left_by(person, user):
    """Open visit tasks that are given to `person` by name, where `user` gives them to others."""
    return VisitTask.objects.visible_to(user, "households.change_visittask").open().filter(assigned_to=person)


def places_of(household):
    """All grids the household lay in, newest first."""
    return household.places.select_related("area", "recorded_by").order_by("-valid_from", "-pk")


def members_of(household):
    """Open memberships of both kinds with their people, head first; people who have left the books are left out."""
    return (
        household.memberships.filter(valid_to=None, resident__state=ResidentState.ACTIVE)
        .select_related("resident")
        .prefetch_related("resident__phones")
        .order_by("kind", "relation", "pk")
    )


def former_members_of(household):
    """Ended memberships, newest first."""
    return household.memberships.filter(valid_to__isnull=False).select_related("resident").order_by("-valid_to", "-pk")


def status_rows(person):
    """All category rows of a person, open ones first; replaced rows stand behind as what was corrected."""
    rows = person.statuses.select_related("recorded_by", "replaced_by").order_by("-valid_from", "-pk")
    return sorted(rows, key=lambda s: (s.replaced_at is not None, s.valid_to is not None))


def addresses_of(resident_ids):
    """`{resident id: address}` of where people live today; one query."""
    rows = Membership.objects.current().filter(kind=MembershipKind.LIVES, resident__in=resident_ids)
    return dict(rows.values_list("resident_id", "household__address"))
