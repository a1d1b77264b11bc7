"""Texts of consent as data: versions, what changed, and that a changed purpose is asked again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from households import consenttexts
from households.consenttexts import Text, all_texts, covered, current, is_outdated, newer_than, text_of
from households.enums import ConsentPurpose
from households.models import Consent
from households.services.consent import give_again, give_consent
from households.tests.factories import ConsentFactory, ResidentFactory

DAY = timedelta(days=1)


@pytest.fixture
def changed(monkeypatch):
    """`changed(again)`: since today there is a second text for sharing."""

    def change(again=True):
        texts = dict(all_texts())
        fresh = Text("share", "2", timezone.localdate(), "也给合作的医院。", "多了合作的医院", again)
        texts["share"] = [*texts["share"], fresh]
        monkeypatch.setattr(consenttexts, "all_texts", lambda: texts)

    return change


def test_each_purpose_has_a_text_and_each_version_is_there_once():
    texts = all_texts()

    assert set(texts) == {*ConsentPurpose.values, "child"}
    for rows in texts.values():
        assert len({row.version for row in rows}) == len(rows)
        assert [bool(row.changed) for row in rows] == [False] + [True] * (len(rows) - 1)
        assert all(20 <= len(row.words) <= 300 for row in rows)


def test_a_text_is_read_from_its_day_on(changed):
    changed()

    assert [current("share", timezone.localdate() - DAY).version, current("share").version] == ["1", "2"]
    assert current("share", date(1999, 1, 1)).version == "1"
    assert (text_of("share", "1").version, text_of("share", "2015年纸质版")) == ("1", None)
    assert [text.changed for text in newer_than("share", "1")] == ["多了合作的医院"]


@pytest.mark.django_db
@pytest.mark.parametrize("again", [True, False])
def test_a_changed_purpose_is_covered_no_more(changed, worker, again):
    consent = ConsentFactory(purpose="share", recipient="街道", taken_by=worker)
    other = ConsentFactory(purpose="contact", taken_by=worker)
    assert consent.in_force()

    changed(again)

    assert (consent.in_force(), consent.is_outdated, other.in_force()) == (not again, again, True)
    found = set(Consent.objects.filter(covered()))
    assert found == ({other} if again else {consent, other})
    assert is_outdated("share", "纸质旧版") is again


@pytest.mark.django_db
def test_she_agrees_again_herself_and_once(changed, worker):
    consent = ConsentFactory(purpose="share", recipient="街道", taken_by=worker)
    with pytest.raises(ValidationError, match="不用再同意"):
        give_again(consent)
    changed()

    fresh = give_again(consent)

    assert (fresh.text_version, fresh.recipient, fresh.how, fresh.taken_by, fresh.in_force()) == (
        "2", "街道", "online", None, True,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="已经同意过"):
        give_again(consent)


@pytest.mark.django_db
def test_the_version_is_that_of_the_day_on_which_it_was_given(changed, worker, grid):
    changed()
    early = Consent(
        resident=ResidentFactory(area=grid), purpose="share", recipient="街道", given_on=timezone.localdate() - DAY
    )

    assert give_consent(early, by=worker).text_version == "1"


@pytest.mark.django_db
def test_only_she_herself_gives_one_without_the_staff(worker, grid):
    consent = Consent(resident=ResidentFactory(area=grid), purpose="contact", how="paper")
    with pytest.raises(ValidationError, match="网上同意"):
        give_consent(consent, by=None)
    ConsentFactory(taken_by=worker)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE households_consent SET taken_by_id = NULL")
