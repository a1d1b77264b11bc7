"""Children in a file: its tabs, papers and pictures tell what is kept about them by leave alone."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from fedhub.core import files
from fedhub.core.models import AuditEvent
from fedhub.core.tests.pictures import jpeg
from hardship.models import BankAccount, MemberFact
from hardship.services.requests import approve_request, ask_change
from hardship.tests.factories import file_at
from hardship.tests.factories_contents import EvidenceFactory, MemberFactFactory
from hardship.tests.factories_request import ChangeRequestFactory
from households.minors import USE
from households.tests.factories import ChildFileFactory, MembershipFactory, StatusFactory, access_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(grid, chair):
    """A girl of seven in a family in care; of her and of her mother the file knows the same."""
    mother = MembershipFactory(household__area=grid, resident__area=grid)
    file = file_at("active", household=mother.household)
    girl = ChildFileFactory(resident__area=grid).resident
    MembershipFactory(household=file.household, resident=girl)
    girl.file, girl.mother = file, mother.resident
    for person, word in ((girl, "女孩"), (mother.resident, "妈妈")):
        MemberFactFactory(file=file, resident=person, school=f"{word}的学校", illness="哮喘", benefits=f"{word}的补助")
        StatusFactory(resident=person, category="CJ", authority=f"{word}的残联")
        proof = EvidenceFactory(file=file, resident=person, number="ZD-1")
        files.store_image(jpeg(), owner=proof, by=chair)
    return girl


def told(client, child):
    """Which words about the girl the file, its paper and its form tell; those about her mother always stand there."""
    url = child.file.get_absolute_url()
    pages = [f"{url}?tab=members", reverse("hardship:file_sheet", args=[child.file.pk])]
    text = "".join(client.get(page).content.decode() for page in pages)
    made = client.post(reverse("hardship:file_paper", args=[child.file.pk]))
    with zipfile.ZipFile(io.BytesIO(made.content)) as packed:
        text += packed.read("word/document.xml").decode()
    form = client.get(reverse("hardship:fact_update", args=[child.file.pk, child.pk]), follow=True).content.decode()
    assert [word in text for word in ("妈妈的学校", "妈妈的补助", "妈妈的残联")] == [True, True, True]
    return {word for word in ("女孩的学校", "女孩的补助", "女孩的残联") if word in text + form}


def pictures(client, child):
    """Addresses of files that the tab of papers shows, and what the girl's own picture answers."""
    page = client.get(f"{child.file.get_absolute_url()}?tab=evidence").content.decode()
    answers = {}
    for proof in child.file.evidence.all():
        url = reverse("core:file", args=[files.attachments_of(proof).get().uuid])
        answers[proof.resident_id] = (url in page, client.get(url).status_code)
    return answers[child.pk], answers[child.mother.pk]


def reveal(client, row, field):
    data = {"label": row._meta.label_lower, "pk": row.pk, "field": field, "reason": "check"}
    return client.post(reverse("core:reveal"), data).status_code


def test_without_a_leave_the_file_tells_nothing_about_the_child(client, worker, child):
    facts = {fact.resident_id: fact for fact in MemberFact.objects.all()}
    proofs = {proof.resident_id: proof for proof in child.file.evidence.all()}

    assert told(client, child) == set()
    assert pictures(client, child) == ((False, 403), (True, 200))
    for who, status in ((child, 403), (child.mother, 200)):
        assert reveal(client, facts[who.pk], "illness") == status
        assert reveal(client, proofs[who.pk], "number") == status
    assert AuditEvent.objects.filter(action=USE).count() == 0
    assert "周子涵" in client.get(f"{child.file.get_absolute_url()}?tab=members").content.decode()


def test_with_a_leave_it_does_and_that_is_written_down(client, worker, child):
    access = access_at("granted", resident=child, user=worker)

    assert told(client, child) == {"女孩的学校", "女孩的补助", "女孩的残联"}
    assert pictures(client, child) == ((True, 200), (True, 200))
    assert reveal(client, MemberFact.objects.get(resident=child), "illness") == 200

    rows = AuditEvent.objects.filter(action=USE, target_id=child.pk).order_by("pk")
    assert [row.detail for row in rows] == [
        {"access": access.pk, "what": what} for what in ("page", "file", "illness")
    ]  # fmt: skip


def test_an_account_in_a_childs_name_opens_by_leave_alone(as_user, worker, chair, child):
    given = {"bank": "农商银行", "holder": "周子涵", "number": "6228480012345678901"}
    request = ChangeRequestFactory.build(file=child.file, deed="bank", resident=child, proposal=given, created_by=None)
    approve_request(ask_change(request, by=worker), by=chair)
    account = BankAccount.objects.get()

    before = reveal(as_user(chair), account, "number")
    access_at("granted", resident=child, user=chair, own_word=True, decided_by=chair, until=timezone.localdate())

    assert (before, reveal(as_user(chair), account, "number")) == (403, 200)
