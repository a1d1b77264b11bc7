import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedhub.core.logs import redact
from fedhub.core.privacy import Level, masked, privacy_of
from households.models import Household, Phone, Resident
from safety.models import RiskReport


@pytest.mark.parametrize(
    ("model", "field", "level", "sensitive"),
    [
        (Resident, "id_number", Level.PERSONAL, False),
        (Resident, "health_note", Level.PERSONAL, True),
        (Resident, "state", Level.INTERNAL, False),
        (Household, "income_note", Level.PERSONAL, True),
        (RiskReport, "text", Level.SEALED, False),
        (Resident.history.model, "health_note", Level.PERSONAL, True),
    ],
)
def test_fields_have_the_class_of_the_decisions(model, field, level, sensitive):
    found = privacy_of(model).fields[field]

    assert (found.level, found.sensitive) == (level, sensitive)


def test_the_level_of_a_model_is_its_highest_field():
    assert (privacy_of(Household).level, privacy_of(RiskReport).level) == (Level.PERSONAL, Level.SEALED)


def test_a_masked_value_shows_its_ends_alone():
    assert masked(Resident(id_number="11010519491231002X"), "id_number") == "110105********002X"
    assert masked(Phone(number="13800138000"), "number") == "138****8000"
    assert masked(Phone(number=""), "number") == ""


@given(st.from_regex(r"[1-9]\d{16}[\dX]", fullmatch=True), st.text(max_size=20))
def test_no_identity_number_reaches_a_log_line(number, around):
    assert number not in redact(f"{around}{number}{around}")
