"""Whether there is a lead, a case or a sealed file nobody learns who may not see it.

For every address of the micro-home and of the compartment that takes a number, the answer for one that is there is the answer for
one that is not, to the byte and to the question put to the database.
"""

import re

import pytest
from django.db import connection

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core.testing.twins import bare
from mediation.models import Case, CaseBar, FollowUp, Lead, LeadBar, Mediator, Promise, StepBack
from safety.models import SafetyFile
from safety.tests.factories_file import proved
from tests.test_matrix import ADDRESSES, addresses, full_name, records  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
SECRET = (Lead, Case, Promise, FollowUp, SafetyFile)
MISSING = 987_654_321
SAVEPOINT = re.compile(r'"s\d+_x\d+"')


class Gone:
    """A record with a number that nothing has."""

    def __init__(self, record):
        self.record, self.pk = record, MISSING

    def __getattr__(self, name):
        return getattr(self.record, name)


def pairs(records):  # noqa: F811
    """`[(address of the record, the same of one that is not there)]` of all that take a number of the SECRET models."""
    gone = {model: Gone(row) if model in SECRET else row for model, row in records.items()}
    there, missing = addresses(records), addresses(gone)
    return [(a, b) for (a, _), (b, _) in zip(there, missing, strict=True) if a != b]


def asked(client, method, address, fields):
    """`(answer, statements)` without the number that was asked for."""
    statements = []

    def note(execute, sql, params, many, context):
        statements.append(SAVEPOINT.sub("", sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = getattr(client, method)(address, fields)
    number = re.search(r"\d{5,}", address)[0]
    return tuple(str(one).replace(number, "N") for one in bare(answer)), statements


def told(client, found, fields):
    """Addresses whose answer, or the questions behind it, tell one that is there from one that is not."""
    differ = []
    for there, missing in found:
        for method in ("get", "post", "head"):
            first, second = (asked(client, method, address, fields) for address in (there, missing))
            if first != second or first[0][0] not in ("404", "405"):
                differ.append((method, there, first[0][0], second[0][0]))
    return differ


FIELDS = {"words": "x", "on": "2026-11-01", "to": "court", "once_key": "0a5c0f3e-7c3d-4a57-9d35-0e2f5a0c9b11"}


def test_every_address_with_a_number_is_asked(records):  # noqa: F811
    named = {full_name(name, view) for name, view in ADDRESSES if getattr(view, "model", None) in SECRET}

    assert len(pairs(records)) == len(named)
    assert len(named) > 30


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CHAIR])
def test_nobody_outside_learns_that_there_is_one(records, grid, as_user, role):  # noqa: F811
    # A mediator and a lawyer of the place to whom nothing was given, a trained person who is in no circle, all others.
    reader = with_authenticator(user_with(role, grid.parent, username="reader"))

    assert told(proved(as_user(reader)), pairs(records), FIELDS) == []


def test_a_chair_of_another_community_learns_nothing(records, stranger, as_user):  # noqa: F811
    with_authenticator(stranger)

    assert told(proved(as_user(stranger)), pairs(records), FIELDS) == []


def of_the_micro_home(records):  # noqa: F811
    return [pair for pair in pairs(records) if pair[0].startswith("/mediation/")]


def test_a_chair_who_is_barred_learns_nothing(records, chair, as_user):  # noqa: F811
    LeadBar.objects.create(lead=records[Lead], user=chair)
    CaseBar.objects.bulk_create(CaseBar(case=one, user=chair) for one in Case.objects.all())
    with_authenticator(chair)

    assert told(proved(as_user(chair)), of_the_micro_home(records), FIELDS) == []


def test_a_chair_who_has_to_step_back_and_is_not_barred_yet_reads_nothing(records, chair, as_user):  # noqa: F811
    from households.models import Resident  # noqa: PLC0415

    person = records[Resident]
    for model in (Lead, Case):
        for row in model.objects.all():
            parties = [{**one, "resident": person.pk} for one in row.body["parties"]]
            row.body = {**row.body, "parties": parties}
            row.save()
    mediator = Mediator.objects.create(
        area=records[Lead].area, name="周敏", kind="cadre", user=chair, term_to="2999-12-31"
    )
    StepBack.objects.create(mediator=mediator, resident=person)
    with_authenticator(chair)
    client = proved(as_user(chair))

    answers = {
        (method, there): bare(getattr(client, method)(there, FIELDS)) == bare(getattr(client, method)(missing, FIELDS))
        for there, missing in of_the_micro_home(records)
        for method in ("get", "post")
    }

    assert [where for where, same in answers.items() if not same] == []
