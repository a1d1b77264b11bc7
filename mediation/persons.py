"""What a paper says of the parties themselves: from the record of a resident, else from what she told for this case.

How a party is reached stands in no paper. Where she lives is a way to reach her too: it stands in papers that all parties
read only when she agreed to it, or when they live in one home anyway and she told no other address for this case. Where she
works by the record stands in none of these either. Papers that stay in the file have all of it.
"""

from datetime import date

from fedhub.core.text import chinese_date
from fedhub.reference.lookup import label
from households.enums import MembershipKind
from households.models import Membership, Resident
from households.models.resident import age_on
from mediation.enums import Power, Side


def residents_of(case):
    """`{place: Resident}` of the parties that stand in the files, merged ones followed."""
    found = {}
    for place, one in enumerate(case.parties):
        person = Resident.objects.filter(pk=one["resident"]).first() if one.get("resident") else None
        while person is not None and person.merged_into_id:
            person = Resident.objects.get(pk=person.merged_into_id)
        if person is not None:
            found[place] = person
    return found


def homes_of(residents):
    """`{place: Household}` where each of `residents` (residents_of) lives today."""
    rows = Membership.objects.current().filter(kind=MembershipKind.LIVES).select_related("household")
    by_person = {one.resident_id: one.household for one in rows.filter(resident__in=residents.values())}
    return {place: by_person[one.pk] for place, one in residents.items() if one.pk in by_person}


def told_of(party):
    """What a party told of herself for this case, {} when nothing."""
    return party.get("facts") or {}


def persons_of(case):
    """`[{word: text}]` of the parties. "住址" and "职业" are for papers that stay in the file; "单位或住址" and "说的职业" are
    what all parties may read."""
    residents = residents_of(case)
    homes = homes_of(residents)
    together = len(homes) == len(case.parties) and len({one.pk for one in homes.values()}) == 1
    rows = []
    for place, party in enumerate(case.parties):
        told, person = told_of(party), residents.get(place)
        home = told.get("address") or (homes[place].address if place in homes else "")
        known = homes[place].address if together and not told.get("address") else ""
        age = age_on(told.get("birth") or getattr(person, "birth", ""), case.applied_on)
        rows.append({
            "地位": Side(party["side"]).label, "姓名": party["name"], "代理人": party["agent"],
            "性别": label("sex", told.get("sex") or getattr(person, "sex", "") or ""),
            "民族": label("ethnic", told.get("ethnic") or getattr(person, "ethnic", "") or ""),
            "年龄": "" if age is None else str(age), "职业": told.get("job") or getattr(person, "workplace", ""),
            "说的职业": told.get("job", ""), "单位或住址": home if told.get("open") else known, "住址": home,
        })  # fmt: skip
    return rows


def mandates_of(case):
    """`[{word: text}]` of the parties that somebody acts for, one paper each."""
    persons, found = persons_of(case), []
    for place, party in enumerate(case.parties):
        if not party["agent"]:
            continue
        given = party.get("mandate") or {}
        days = [given.get(name) for name in ("since", "until")]
        found.append({
            "序": str(len(found) + 1), "委托人": party["name"], "委托人性别": persons[place]["性别"],
            "委托人年龄": persons[place]["年龄"], "委托人住址": persons[place]["住址"], "受托人": party["agent"],
            "与委托人的关系": given.get("kin", ""), "受托人单位": given.get("unit", ""),
            "代理权限": Power(given["power"]).label if given.get("power") else "", "授权范围": given.get("scope", ""),
            "委托期限": _term(*days),
        })  # fmt: skip
    return found


def _term(since, until):
    """Two days as ISO texts in words; what is not known is left to the hand."""
    days = [chinese_date(date.fromisoformat(one)) if one else "＿＿年＿＿月＿＿日" for one in (since, until)]
    return f"自{days[0]}至{days[1]}"
