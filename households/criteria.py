"""Which families a campaign goes to, as data: `{"categories": [code], "levels": [colour], "kinds": [FamilyKind],
"living": "2" or "", "age_from": n, "age_to": n, "areas": [code]}`; what is left out limits nothing.

A family fits when it is in one of the categories (itself or through somebody who lives there), has one of the colours,
is of one of the kinds, lies in one of the areas, and somebody of the sex and age lives there. Nothing sealed is asked.
"""

from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.reference.enums import FamilyKind, RiskLevel
from fedhub.reference.lookup import labels
from households.enums import HousingKind, Living, MembershipKind, ResidentState
from households.models import Household, Membership, Status
from households.plan import AWAY, FLOATING
from households.queries import born_by

KINDS = {
    FamilyKind.FLOATING: Q(hukou_type=FLOATING),
    FamilyKind.AWAY: Q(hukou_type=AWAY),
    FamilyKind.RENTED: Q(housing=HousingKind.RENTED),
    FamilyKind.ALONE: Q(people=1),
}


def fitting_homes(area, criteria):
    """Households on the books in `area` (and below it) that fit `criteria`."""
    rows = Household.objects.active().filter(area__in=Area.objects.within(area))
    if codes := criteria.get("areas"):
        inside = Q()
        for code in codes:
            inside |= Q(code__startswith=code)
        rows = rows.filter(area__in=Area.objects.filter(inside))
    if categories := criteria.get("categories"):
        rows = rows.filter(_in_categories(categories))
    if levels := criteria.get("levels"):
        rows = rows.filter(risk_level__in=levels)
    if kinds := criteria.get("kinds"):
        one = Q()
        for kind in kinds:
            one |= KINDS[kind]
        rows = rows.filter(one)
    people = _people(criteria)
    return rows.filter(pk__in=people.values("household_id")) if people is not None else rows


def _in_categories(categories):
    statuses = Status.objects.current().filter(category__in=categories)
    people = statuses.filter(resident__isnull=False).values("resident_id")
    living = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None, resident_id__in=people)
    homes = statuses.filter(household__isnull=False).values("household_id")
    return Q(pk__in=homes) | Q(pk__in=living.values("household_id"))


def _people(criteria):
    """Memberships of those of the sex and age asked for, or None when nobody in particular is asked for."""
    sex, youngest, oldest = (criteria.get(name) or None for name in ("living", "age_from", "age_to"))
    if sex is None and youngest is None and oldest is None:
        return None
    rows = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None, resident__state=ResidentState.ACTIVE)
    if sex:
        rows = rows.filter(resident__sex=sex)
    if youngest or oldest:
        rows = rows.exclude(resident__birth="")
    if youngest:
        rows = rows.filter(resident__birth__lte=born_by(youngest))
    if oldest:
        rows = rows.filter(resident__birth__gt=born_by(oldest + 1))
    return rows


def criteria_words(criteria):
    """The criteria as sentences of a list, ["类别：低保、特困", "家里有 60 周岁以上的人"]; one of them for everybody."""
    names, levels, kinds = labels("hardship_category"), dict(RiskLevel.choices), dict(FamilyKind.choices)
    words = []
    if codes := criteria.get("categories"):
        words.append(f"类别：{'、'.join(names.get(code, code) for code in codes)}")
    if codes := criteria.get("levels"):
        words.append(f"风险等级：{'、'.join(levels[code] for code in codes)}")
    if codes := criteria.get("kinds"):
        words.append(f"家庭类型：{'、'.join(kinds[code] for code in codes)}")
    if _people(criteria) is not None:
        words.append(f"家里有{_ages(criteria)}{'妇女（女孩）' if criteria.get('living') == Living.WOMAN else '人'}")
    if codes := criteria.get("areas"):
        found = Area.objects.filter(code__in=codes).order_by("code").values_list("name", flat=True)
        words.append(f"只在：{'、'.join(found)}")
    return words or ["全部在册家庭"]


def _ages(criteria):
    youngest, oldest = criteria.get("age_from"), criteria.get("age_to")
    if youngest and oldest:
        return f" {youngest}—{oldest} 周岁的"
    if youngest:
        return f" {youngest} 周岁以上的"
    return f" {oldest} 周岁以下（含）的" if oldest else ""


def next_day(month, day):
    """The next `month`-`day`, this year's while it lies less than a month back."""
    today = timezone.localdate()
    here = today.replace(month=month, day=day)
    return here if (today - here).days < 30 else here.replace(year=today.year + 1)
