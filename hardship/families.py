"""What the policies ask of families, read for many files at once: a fixed number of queries, whatever is asked."""

from decimal import Decimal

from django.utils import timezone

from fedhub.reference.lookup import labels, rule
from hardship.accounts import sums_of
from hardship.enums import EvidenceKind
from hardship.models import Evidence, HomeFact, MemberFact, YearAccount
from hardship.policies import Family, Person, Words
from hardship.queries import DANGEROUS
from households.enums import HousingKind, MembershipKind, ResidentState
from households.minors import born_late, opened_people
from households.models import ChildFile, Membership, Status


def policy_words():
    """The labels that sentences about policies need."""
    return Words(
        labels("hardship_category"), labels("disability_grade"), labels("health_simple"), labels("labour_capacity"),
        dict(HousingKind.choices), dict(EvidenceKind.choices),
    )  # fmt: skip


def families_of(files, user=None):
    """`{file id: Family}` of files read with their household. Of a child the facts that are shut say nothing: to `user` they open
    as on every page (and that is noted); without one they stay shut."""
    homes = {file.household_id: file for file in files}
    rows = Membership.objects.filter(
        household__in=homes, kind=MembershipKind.LIVES, valid_to=None, resident__state=ResidentState.ACTIVE
    )
    members = {}
    for row in rows.select_related("resident__area").order_by("pk"):
        members.setdefault(row.household_id, []).append(row.resident)
    people = [person for found in members.values() for person in found]
    shut = _shut(people, user)
    statuses = Status.objects.as_of(timezone.localdate())
    of_people, of_homes = {}, {}
    for pk, code in statuses.filter(resident__in=[p.pk for p in people]).values_list("resident_id", "category"):
        of_people.setdefault(pk, set()).add(code)
    for pk, code in statuses.filter(household__in=homes).values_list("household_id", "category"):
        of_homes.setdefault(pk, set()).add(code)
    facts = {(fact.file_id, fact.resident_id): fact for fact in MemberFact.objects.filter(file__in=files)}
    accounts = {one.file_id: one for one in YearAccount.objects.filter(file__in=files).order_by("year")}
    dwellings = {one.file_id: one for one in HomeFact.objects.filter(file__in=files)}
    held = Evidence.objects.filter(file__in=files, replaced_on=None).exclude(valid_until__lt=timezone.localdate())
    proofs = {}
    for pk, person, kind in held.values_list("file_id", "resident_id", "kind"):
        proofs.setdefault(pk, {}).setdefault(person, set()).add(kind)

    def person_of(file, person):
        fact = None if person.pk in shut else facts.get((file.pk, person.pk))
        papers = proofs.get(file.pk, {})
        return Person(
            person.pk, person.name, person.age(), person.sex,
            frozenset(of_people.get(person.pk, set()) | of_homes.get(file.household_id, set())),
            fact.disability_grade if fact else "", tuple(fact.health) if fact else (), fact.labour if fact else "",
            person.pk in shut, frozenset(papers.get(None, set()) | papers.get(person.pk, set())),
        )  # fmt: skip

    standard, found = rule("dibao_standard_month"), {}
    for file in files:
        own = tuple(person_of(file, person) for person in members.get(file.household_id, []))
        account, dwelling = accounts.get(file.pk), dwellings.get(file.pk)
        found[file.pk] = Family(
            categories=frozenset(of_homes.get(file.household_id, set()).union(*(p.categories for p in own))),
            members=own,
            income=sums_of(account).head_month if account else None,
            standard=Decimal(str(standard or 0)),
            housing=file.household.housing,
            dangerous=dwelling.old_courtyard or dwelling.danger in DANGEROUS if dwelling else None,
            proofs=frozenset().union(*proofs.get(file.pk, {}).values()),
        )
    return found


def _shut(people, user):
    """Ids of the children among `people` whose facts are shut."""
    if user is not None:
        return {person.pk for person in people} - opened_people(user, people)
    filed = ChildFile.objects.open().filter(resident__in=[p.pk for p in people if not p.birth])
    filed = set(filed.values_list("resident_id", flat=True))
    return {person.pk for person in people if born_late(person.birth) or person.pk in filed}
