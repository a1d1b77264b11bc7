import pytest

from accounts.forms import StaffUserForm
from accounts.models import User
from fedhub.core.forms import KEEP, MaskedField

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("posted", "cleaned"),
    [(("", False), KEEP), (("13900139000", False), "13900139000"), (("", True), "")],
)
def test_an_empty_masked_input_keeps_text_replaces_and_the_tick_deletes(posted, cleaned):
    assert MaskedField(required=False).clean(posted) == cleaned


@pytest.mark.parametrize(("posted", "sentence"), [(("138****8000", False), "带星号"), (("1", True), "只选一样")])
def test_a_mask_or_a_contradiction_is_refused(posted, sentence):
    with pytest.raises(Exception, match=sentence):
        MaskedField(required=False).clean(posted)


@pytest.fixture
def person(worker):
    worker.phone = "13800138000"
    worker.save()
    return User.objects.get(pk=worker.pk)


def bound(person, chair, **data):
    values = {"username": person.username, "name": person.name, "title": "", "version": person.version, "phone": ""}
    return StaffUserForm(values | data, instance=person, user=chair)


def test_the_page_holds_the_mask_and_never_the_number(person, chair):
    html = str(StaffUserForm(instance=person, user=chair))

    assert "138****8000" in html
    assert "13800138000" not in html


def test_leaving_the_masked_input_empty_changes_nothing(person, chair):
    form = bound(person, chair)

    assert form.is_valid(), form.errors
    assert form.proposed() == {}
    assert form.instance.phone == "13800138000"


def test_the_tick_deletes_the_number(person, chair):
    form = bound(person, chair, **{"phone-clear": "1"})

    assert form.is_valid(), form.errors
    assert form.proposed() == {"phone": ""}
    assert form.instance.phone == ""


def test_an_edit_form_carries_key_and_version_and_a_new_one_only_the_key(person, chair):
    assert {"once_key", "version"} <= set(StaffUserForm(instance=person, user=chair).fields)
    assert "version" not in StaffUserForm(user=chair).fields
