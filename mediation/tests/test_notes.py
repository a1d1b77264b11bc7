"""Private notes: their author's alone, and nothing else differs because there is one."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core.models import AuditEvent, OnceKey, SealedEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.twins import bare
from mediation.models import Case, CaseBar, PrivateNote
from mediation.services.notes import write_note
from mediation.tests.factories import a_case, a_mediator, case_at
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
SECRET = "我看她没有说实话"


@pytest.fixture
def mediator(community):
    """调解员 of the community with an account."""
    user = user_with(Role.MEDIATOR, community, username="mediator", name="郑和")
    a_mediator(community, user=user)
    return user


def desk(user, as_user):
    with_authenticator(user)
    return proved(as_user(user))


def notes_of(case):
    return reverse("mediation:notes", args=[case.pk])


def test_a_note_is_written_once_read_by_its_author_and_torn(grid, chair, mediator, as_user):
    case = case_at("mediating", grid, chair, officer=mediator)
    client, url = desk(mediator, as_user), notes_of(case)
    sent = filled(client.get(url), words=SECRET)
    client.post(url, sent)
    client.post(url, sent)
    seen, note = client.get(url).content.decode(), PrivateNote.objects.get()
    tear = reverse("mediation:note_tear", args=[case.pk, note.pk])
    client.post(tear, filled(client.get(tear)))

    assert (seen.count(SECRET), note.author) == (1, mediator)
    assert (PrivateNote.objects.count(), client.get(tear).status_code) == (0, 404)


def test_nothing_of_a_note_is_anywhere_else(grid, chair, mediator, as_user):
    case = case_at("mediating", grid, chair, officer=mediator)
    one, url = desk(mediator, as_user), reverse("mediation:case_detail", args=[case.pk])
    two = desk(chair, as_user)
    pages = [url, notes_of(case), reverse("mediation:case_list"), reverse("mediation:agreement", args=[case.pk])]

    def seen():
        case.refresh_from_db()
        return [bare(two.get(page)) for page in pages], [bare(one.get(url))], case.version, case.updated_at

    before = seen()
    write_note(case, words=SECRET, by=mediator)

    assert seen() == before
    assert case.entries.filter(kind="session").count() == 0
    assert (AuditEvent.objects.filter(action__startswith="mediation.").count(), OnceKey.objects.count()) == (0, 0)
    assert SealedEvent.objects.filter(pk__isnull=False).count() > 0
    assert not ContentType.objects.filter(model="historicalprivatenote").exists()


def test_the_words_lie_sealed_and_in_no_trail(grid, chair):
    write_note(a_case(grid, chair), words=SECRET, by=chair)
    raw = b""
    with connection.cursor() as cursor:
        for table in ("mediation_privatenote", "mediation_caseentry", "core_sealedevent", "core_auditevent"):
            cursor.execute(f"SELECT * FROM {table}")
            raw += b"|".join(
                bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for row in cursor for v in row
            )

    assert SECRET.encode() not in raw


def test_another_s_note_answers_as_none(grid, chair, mediator, as_user):
    case = case_at("mediating", grid, chair, officer=mediator)
    write_note(case, words=SECRET, by=mediator)
    client, note = desk(chair, as_user), PrivateNote.objects.get()

    answers = [client.get(reverse("mediation:note_tear", args=[case.pk, pk])) for pk in (note.pk, 5)]

    assert bare(answers[0]) == bare(answers[1])
    assert answers[0].status_code == 404


def test_whoever_is_excused_later_reads_her_own_note_no_more(grid, chair, mediator):
    case = case_at("mediating", grid, chair, officer=mediator)
    write_note(case, words=SECRET, by=mediator)
    before = PrivateNote.objects.of(mediator).count()
    CaseBar.objects.create(case=case, user=mediator)
    Case.objects.update(officer=None)

    assert (before, PrivateNote.objects.of(type(mediator).objects.get(pk=mediator.pk)).count()) == (1, 0)
