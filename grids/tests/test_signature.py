"""The signature of the person visited: stored apart from the photos, seen with the visit, gone with its withdrawal."""

import io
import uuid

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from fedhub.core.files import attachments_of, read
from fedhub.core.images import clean_image
from fedhub.core.models import AuditEvent
from grids.forms.signature import REFUSED
from grids.models import Visit
from grids.services.signature import keep_signature
from grids.services.visit import withdraw_visit
from grids.tests.factories import VisitFactory
from grids.tests.test_visit_pages import fields_of, no_change, picture
from households.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def drawing():
    """What the phone sends: a black stroke on nothing, as PNG."""
    image, out = Image.new("RGBA", (960, 480)), io.BytesIO()
    ImageDraw.Draw(image).line([(100, 240), (860, 240)], fill=(17, 17, 17, 255), width=6)
    image.save(out, "PNG")
    return SimpleUploadedFile("signature.png", out.getvalue(), "image/png")


@pytest.fixture
def signed(worker, grid):
    """A visit with a signature; gives visit and attachment."""
    visit = VisitFactory(household__area=grid, visitor=worker, others="邻居")
    return visit, keep_signature(visit, clean_image(drawing()), by=worker)


def test_a_drawn_signature_is_stored_encrypted_and_opens_again_as_black_on_white(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    url = reverse("grids:visit_create", args=[member.household.pk])

    client.post(url, no_change(member, signature=drawing(), photos=[picture()]))

    visit = Visit.objects.get()
    stored = attachments_of(visit, kind="signature").get()
    image = Image.open(io.BytesIO(read(stored)))
    on_disk = (settings.MEDIA_ROOT / stored.uuid.hex[:2] / stored.uuid.hex).read_bytes()
    assert (image.format, image.size) == ("JPEG", (960, 480))
    assert (min(image.getpixel((480, 240))) < 40, min(image.getpixel((480, 60))) > 240) == (True, True)
    assert on_disk[:2] != b"\xff\xd8"
    assert [row.kind for row in attachments_of(visit)] == ["photo", "signature"]


def test_the_page_shows_it_under_its_own_name_and_not_among_the_photos(client, worker, signed):
    visit, stored = signed

    page = client.get(visit.get_absolute_url())

    url = reverse("core:file", args=[stored.uuid])
    assert page.context["photos"] == []
    assert page.context["signature"]["url"] == url
    assert page.content.decode().count(f'src="{url}"') == 1
    assert client.get(url).headers["Content-Type"] == "image/jpeg"


def test_who_does_not_see_the_visit_gets_nothing(as_user, stranger, signed):
    visit, stored = signed

    answers = [
        as_user(stranger).get(url) for url in (visit.get_absolute_url(), reverse("core:file", args=[stored.uuid]))
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b"\x89PNG\r\n\x1a\nnothing", b""])
def test_rubbish_is_named_in_one_sentence_and_the_visit_is_saved_without_it(client, worker, grid, content):
    member = MembershipFactory(household__area=grid)
    bad = SimpleUploadedFile("signature.png", content, "image/png")
    url = reverse("grids:visit_create", args=[member.household.pk])

    page = client.post(url, no_change(member, summary="说了很多", signature=bad), follow=True).content.decode()

    visit = Visit.objects.get()
    assert (visit.summary, attachments_of(visit).count(), page.count(REFUSED)) == ("说了很多", 0, 1)


def test_a_form_that_comes_back_says_that_she_must_sign_again(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    url = reverse("grids:visit_create", args=[member.household.pk])

    page = client.post(url, no_change(member, change="", signature=drawing())).content.decode()

    assert (page.count("请对方再签一次"), page.count("照片要重新选一次")) == (1, 0)
    assert '<details class="wf-more wf-if-met" data-sign hidden open>' in page


def test_where_nobody_was_met_nobody_signed(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    url = reverse("grids:visit_create", args=[member.household.pk])

    client.post(url, no_change(member, met="nobody", signature=drawing()))

    assert attachments_of(Visit.objects.get()).count() == 0


def test_a_correction_and_an_amendment_keep_it(as_user, worker, chair, signed):
    visit, stored = signed

    as_user(worker).post(reverse("grids:visit_correct", args=[visit.pk]), fields_of(visit, summary="改"))
    visit.refresh_from_db()
    data = fields_of(visit, summary="再改", amend_reason="漏记", once_key=str(uuid.uuid4()))
    as_user(chair).post(reverse("grids:visit_amend", args=[visit.pk]), data)

    visit.refresh_from_db()
    assert (visit.summary, visit.version) == ("再改", 3)
    assert list(attachments_of(visit, kind="signature")) == [stored]


def test_it_takes_no_place_of_a_photo(client, worker, signed):
    visit, _ = signed

    data = {"photos": [picture() for _ in range(9)], "once_key": str(uuid.uuid4())}
    client.post(reverse("grids:visit_photos", args=[visit.pk]), data)

    assert attachments_of(visit, kind="photo").count() == 9


def test_withdrawing_the_visit_deletes_signature_and_photos_and_those_of_no_other(
    worker, signed, client, django_capture_on_commit_callbacks
):
    visit, _ = signed
    other = VisitFactory(household=visit.household, visitor=worker)
    for one in (visit, other):
        data = {"photos": [picture()], "once_key": str(uuid.uuid4())}
        client.post(reverse("grids:visit_photos", args=[one.pk]), data)
    rows = [*attachments_of(visit), *attachments_of(other)]
    paths = [settings.MEDIA_ROOT / row.uuid.hex[:2] / row.uuid.hex for row in rows]
    lay_there = [path.exists() for path in paths]

    with django_capture_on_commit_callbacks(execute=True):
        withdraw_visit(visit, reason="走错了门", by=worker)

    assert [row.kind for row in rows] == ["signature", "photo", "photo"]
    assert (lay_there, [path.exists() for path in paths]) == ([True] * 3, [False, False, True])
    assert [client.get(reverse("core:file", args=[row.uuid])).status_code for row in rows] == [404, 404, 200]


def test_the_audit_says_that_she_signed_and_nothing_more(worker, signed):
    visit, _ = signed

    event = AuditEvent.objects.get(action="grids.visit.sign", target_id=visit.pk)

    assert (event.actor_id, event.area_id, event.detail) == (worker.pk, visit.household.area_id, {})
