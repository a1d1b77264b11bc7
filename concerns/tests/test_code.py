"""Asking by the code: what is found, for whom, and how often one may ask."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from concerns.tests.factories import ConcernFactory, concern_at
from fedhub.core.models import AuditEvent
from fedhub.core.testing.queries import queries_beyond
from fedhub.reference.lookup import rule

pytestmark = pytest.mark.django_db
ACTION = "concerns.concern.ask_code"


def ask(client, code):
    return client.post(reverse("concerns:concern_code"), {"code": code})


@pytest.mark.parametrize("typed", ["ACDE4679", "acde4679", " acde 4679 ", "ACDE-4679", "ＡＣＤＥ４６７９"])
def test_a_code_is_found_however_it_is_typed(client, worker, grid, typed):
    concern = concern_at("answered", area=grid, code="ACDE4679", anonymous=True)

    page = ask(client, typed)

    assert page.context["concern"] == concern
    assert "已装好新灯。" in page.content.decode()
    assert concern.get_absolute_url() in page.content.decode()


def test_the_code_stands_in_no_address_and_in_no_audit_row(client, worker, grid):
    concern = ConcernFactory(area=grid, code="ACDE4679")

    ask(client, "ACDE4679")
    ask(client, "AAAAAAAA")

    rows = AuditEvent.objects.filter(action=ACTION).order_by("id")
    assert [(row.target_id, row.result, row.detail) for row in rows] == [(concern.pk, "ok", {}), (None, "none", {})]
    assert AuditEvent.objects.filter(action="concerns.concern.read", target_id=concern.pk).count() == 1
    assert client.get(reverse("concerns:concern_code"), {"code": "ACDE4679"}).context.get("concern") is None


def test_a_code_of_another_place_is_answered_as_one_that_does_not_exist(
    client, worker, other_grid, django_assert_num_queries
):
    ConcernFactory(area=other_grid, code="ACDE4679")
    ask(client, "AAAAAAAA")

    counts, texts = [], []
    for code in ("ACDE4679", "AAAAAAAA"):
        with django_assert_num_queries(13) as asked:
            page = ask(client, code)
        counts.append(len(asked))
        texts.append(page.context["concern"])
        assert "没有查到。请核对查询码" in page.content.decode()

    assert texts == [None, None]


def test_nobody_tries_codes_out(as_user, client, worker, grid):
    ConcernFactory(area=grid, code="ACDE4679")
    for _ in range(rule("concern_code_tries")):
        ask(client, "AAAAAAAA")

    refused = ask(client, "ACDE4679")
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1), tick=False):
        later = ask(as_user(worker), "ACDE4679")

    assert (refused.status_code, "一小时里已经查了 20 次" in refused.content.decode()) == (429, True)
    assert "concern" not in refused.context
    assert later.context["concern"].code == "ACDE4679"
    assert AuditEvent.objects.filter(action=ACTION, result="budget").count() == 1


def test_the_limit_is_each_ones_own(as_user, worker, chair, grid):
    ConcernFactory(area=grid, code="ACDE4679")
    for _ in range(rule("concern_code_tries") + 1):
        ask(as_user(worker), "AAAAAAAA")

    assert ask(as_user(chair), "ACDE4679").context["concern"] is not None


def test_an_empty_code_asks_nothing(client, worker):
    assert ask(client, " ").context["form"].errors["code"] == ["这一项要填。"]
    assert AuditEvent.objects.filter(action=ACTION).count() == 0


def test_who_reads_no_concerns_asks_for_none(client, auditor, grid):
    ConcernFactory(area=grid, code="ACDE4679")

    assert client.get(reverse("concerns:concern_code")).status_code == 404
    assert ask(client, "ACDE4679").status_code == 404


def test_the_page_of_a_concern_leads_to_its_way_and_its_slip(client, worker, grid):
    concern = ConcernFactory(area=grid)

    page = client.get(concern.get_absolute_url()).content.decode()

    assert [reverse(f"concerns:{name}", args=[concern.pk]) in page for name in ("concern_way", "code_slip")] == [
        True
    ] * 2


def test_the_empty_form_costs_nothing(client, worker):
    assert queries_beyond(client, reverse("concerns:concern_code"), "/safety/help/")[1] == 0
