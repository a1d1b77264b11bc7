"""The picker and the pictures: what they post, with and without script."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from fedhub.core.forms import FilterChoice, FilterForm
from fedhub.core.widgets import PhotosWidget, PickerWidget, SignWidget


def test_the_picker_shows_the_words_of_a_value_and_posts_the_id():
    widget = PickerWidget("desk:search", label_of=lambda value: f"第 {value} 户")

    html = widget.render("household", 12, {"id": "id_household"})

    assert 'data-url="/search/"' in html
    assert '<input type="hidden" name="household" value="12" data-picker-value>' in html
    assert 'name="household-text" value="第 12 户"' in html
    assert 'aria-controls="id_household-list"' in html


def test_the_picker_gives_the_id_or_nothing():
    widget = PickerWidget("desk:search")

    chosen = widget.value_from_datadict(QueryDict("household=12&household-text=x"), {}, "household")
    typed_only = widget.value_from_datadict(QueryDict("household=&household-text=x"), {}, "household")

    assert (chosen, typed_only) == ("12", None)


def test_the_pictures_are_one_file_input_with_a_limit():
    html = PhotosWidget(most=4).render("photos", None, {"id": "id_photos"})

    assert 'data-photos="4"' in html
    assert '<input type="file" name="photos" accept="image/jpeg,' in html
    assert '<label class="wf-shot" for="id_photos">' in html


def test_the_pictures_come_as_a_list():
    files = [SimpleUploadedFile("a.jpg", b"1"), SimpleUploadedFile("b.jpg", b"2")]

    found = PhotosWidget().value_from_datadict({}, MultiValueDict({"photos": files}), "photos")

    assert found == files
    assert PhotosWidget().value_from_datadict({}, MultiValueDict(), "photos") == []


def test_the_signature_is_a_sheet_and_a_file_input_that_gives_one_file():
    file = SimpleUploadedFile("signature.png", b"1")

    html = SignWidget().render("signature", None, {"id": "id_signature"})

    assert '<input type="file" name="signature" accept="image/png" hidden id="id_signature">' in html
    assert SignWidget().value_from_datadict({}, MultiValueDict({"signature": [file]}), "signature") == file
    assert SignWidget().value_from_datadict({}, MultiValueDict(), "signature") is None


class Offered(FilterForm):
    place = FilterChoice(label="网格", required=False, choices=[("", "全部")])


def test_what_one_filter_offers_is_not_offered_by_the_next():
    first, second = Offered({"place": "a"}), Offered({"place": "a"})
    first.fields["place"].offer([("", "全部"), ("a", "甲")])

    assert '<option value="a" selected>甲</option>' in str(first["place"])
    assert [form.is_valid() for form in (first, second)] == [True, False]
    assert "甲" not in str(second["place"])
