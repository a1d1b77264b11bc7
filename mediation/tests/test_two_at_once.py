"""Many who sign, and two who do the same, in the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from mediation.models import Agreement, FollowUp, PrivateNote
from mediation.services import agreements, closing
from mediation.services.followups import answer_followup
from mediation.services.notes import write_note
from mediation.tests.factories import a_draft, case_at

pytestmark = pytest.mark.django_db(transaction=True)
today = timezone.localdate


def at_once(work, tasks):
    """What `work(task)` answers for each of `tasks`, all in the same moment: "" when it was done, else the sentence."""

    def one(task):
        try:
            work(task)
        except ValidationError as error:
            return error.messages[0]
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(one, tasks))


def test_fifty_agreements_at_once_get_fifty_numbers_without_a_gap(grid, chair):
    drafts = [a_draft(case_at("mediating", grid, chair), chair, form="oral") for _ in range(50)]

    def sign(draft):
        agreements.sign_agreement(draft, on=today(), agreed=(0, 1), base_version=draft.version, by=chair)

    answers = at_once(sign, [*drafts, *drafts[:10]])

    year, name = today().year, grid.parent.name
    codes = sorted(Agreement.objects.values_list("code", flat=True))
    assert answers[:50] == [""] * 50
    assert {words[:6] for words in answers[50:]} <= {"别人刚才改过"}
    assert codes == [f"（{year}）{name}人调字第{n:03d}号" for n in range(1, 51)]
    assert FollowUp.objects.count() == 150


def test_of_eight_who_close_one_wins(grid, chair):
    case = case_at("failed", grid, chair)

    answers = at_once(lambda n: closing.close_case(case, on=today(), words="办完", by=chair), range(8))

    assert answers == ["", *["现在的状态是“已结案”，不能结案。请刷新后再看。"] * 7]
    assert case.entries.count() == 5


def test_of_eight_who_write_down_a_follow_up_one_wins(grid, chair):
    case = case_at("settled", grid, chair)
    visit = FollowUp.objects.select_related("agreement__case").get(days=7)

    answers = at_once(lambda n: answer_followup(visit, on=today(), result="kept", words="x", by=chair), range(8))

    assert answers == ["", *["别人刚才记了这次回访，请刷新后再看。"] * 7]
    assert case.entries.filter(kind="follow").count() == 1


def test_one_form_sent_eight_times_is_one_note_and_one_draft(grid, chair):
    case, key = case_at("mediating", grid, chair), "6f1c1a0e-0f43-4a3e-9d53-0d8f4a5d2f11"

    notes = at_once(lambda n: write_note(case, words="x", by=chair, key=key), range(8))
    drafts = at_once(
        lambda n: agreements.draft_agreement(case, form="oral", facts="x", dispute="x", by=chair, key=key), range(8)
    )

    assert (notes, drafts) == ([""] * 8, [""] * 8)
    assert (PrivateNote.objects.count(), Agreement.objects.count()) == (1, 1)
