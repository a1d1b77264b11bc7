"""Two officers take the same step in the same moment: one result, and a clear sentence for the other."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with
from concerns.enums import Status
from concerns.models import Approval, Extension, Joining, Rating, Referral, Reply
from concerns.services.answers import answer_concern
from concerns.services.clocks import extends_until
from concerns.tests.factories import ConcernFactory, concern_at
from fedhub.core.testing.client import filled
from fedhub.reference.tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once(chair, community):
    """`at_once(url, **typed)`: two chairs post to `url` together; gives what each was told, `(status, sentences)`."""
    other = user_with(Role.CHAIR, community, name="沈丽")

    def send(user, url, typed):
        try:
            client = Client()
            client.force_login(user, backend="accounts.backends.StaffBackend")
            page = client.get(url) if typed else None
            if page is not None and page.status_code != 200:
                # The other was done before this one opened the page.
                return "late", [str(m) for m in get_messages(page.wsgi_request)]
            data = (filled(page) if page else {}) | typed | {"once_key": str(uuid.uuid4())}
            response = client.post(url, data)
            form = getattr(response, "context", None) and response.context.get("form")
            errors = [sentence for found in form.errors.values() for sentence in found] if form else []
            return response.status_code, errors or [str(m) for m in get_messages(response.wsgi_request)][-1:]
        finally:
            connections.close_all()

    def both(url, **typed):
        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(lambda user: send(user, url, typed), [chair, other]), key=str)

    return both


def url(name, row):
    return reverse(f"concerns:{name}", args=[row.pk])


def test_two_who_close_at_once(at_once, chair, grid):
    concern = answer_concern(concern_at("done", area=grid), answer="好了。", told="face", outcome="solved", by=chair)

    told = at_once(url("concern_close", concern))

    concern.refresh_from_db()
    assert concern.status == Status.CLOSED
    assert sorted(words[0] for _, words in told) == ["已办结。", "现在的状态是“已办结”，不能办结。请刷新后再看。"]
    assert concern.history.filter(history_change_reason="办结").count() == 1


def test_two_who_take_it_in_at_once(at_once, grid):
    concern = ConcernFactory(area=grid)

    told = at_once(url("concern_accept", concern))

    assert sorted(words[0] for _, words in told) == ["已受理。", "现在的状态是“已受理”，不能受理。请刷新后再看。"]


def refused(told):
    """Sentences of the one that came second (a page shown again, 200 or 409, or one that opened no more)."""
    return [code for code, _ in told if code != 302]


def test_two_who_finish_answer_rate_and_extend_at_once(at_once, chair, grid):
    concern = concern_at("assigned", area=grid, due_on=timezone.localdate())

    extended = at_once(url("concern_extend", concern), after=extends_until(concern).isoformat(), reason="等配件")
    finished = at_once(url("concern_finish", concern), result="换了灯泡。")
    answered = at_once(url("concern_answer", concern), outcome="solved", answer="好了。", told="face")
    rated = at_once(url("concern_rate", concern), score="5")

    assert [len(refused(told)) for told in (extended, finished, answered, rated)] == [1, 1, 1, 1]
    assert (Extension.objects.count(), Reply.objects.count(), Rating.objects.count()) == (1, 1, 1)
    concern.refresh_from_db()
    assert (concern.status, concern.score, concern.extensions) == (Status.ANSWERED, 5, 1)


def test_two_who_hand_over_and_merge_at_once(at_once, grid):
    concern, other = concern_at("assigned", area=grid), ConcernFactory(area=grid)
    agency = AgencyFactory()

    offered = at_once(url("concern_offer", concern), agency=agency.pk, matter="请办。")
    merged = at_once(f"{url('concern_join_confirm', concern)}?ids={other.pk}", lead=concern.pk)

    assert len(refused(offered)) == 1
    assert Referral.objects.count() == 1
    assert len(refused(merged)) == 1
    assert Joining.objects.count() == 1


def test_two_who_decide_a_request_at_once(at_once, worker, grid):
    concern = concern_at("assigned", area=grid)
    approval = Approval.objects.create(concern=concern, kind="not_possible", reason="太窄。", asked_by=worker)

    told = at_once(url("approval_grant", approval))

    approval.refresh_from_db()
    assert approval.status == "granted"
    assert sorted(words[0] for _, words in told) == ["已同意。", "现在的状态是“同意”，不能同意。请刷新后再看。"]
