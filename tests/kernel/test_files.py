import pytest

from fedhub.core import crypto, files
from fedhub.core.models import Attachment
from fedhub.core.tests.pictures import jpeg
from households.models import Resident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def resident(grid):
    return Resident.objects.create(area=grid, name="王桂兰", sex="2")


def test_a_stored_picture_lies_encrypted_and_can_be_read(resident, worker, settings):
    stored = files.store_image(jpeg(comment=b"secret"), owner=resident, by=worker)

    path = settings.MEDIA_ROOT / stored.uuid.hex[:2] / stored.uuid.hex
    assert files.read(stored)[:2] == b"\xff\xd8"
    assert path.read_bytes()[:2] != b"\xff\xd8"
    assert b"secret" not in files.read(stored)
    assert (stored.content_type, stored.owner_label, stored.uploaded_by) == (
        "image/jpeg",
        "households.Resident",
        worker,
    )


def test_who_sees_the_owner_sees_the_file(resident, worker, stranger):
    stored = files.store_image(jpeg(), owner=resident, by=worker)

    assert files.visible_owner(stored, worker) == resident
    assert files.visible_owner(stored, stranger) is None


def test_a_sealed_file_never_opens_here(resident, worker):
    stored = files.store_image(jpeg(), owner=resident, by=worker, level=4)

    assert files.visible_owner(stored, worker) is None


def test_a_file_that_was_changed_on_disk_is_not_shown(resident, worker, settings):
    stored = files.store_image(jpeg(), owner=resident, by=worker)
    path = settings.MEDIA_ROOT / stored.uuid.hex[:2] / stored.uuid.hex
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))

    with pytest.raises(crypto.Undecryptable):
        files.read(stored)


def test_a_failed_save_leaves_no_file(resident, worker, settings):
    broken = type(resident)(pk=None)

    with pytest.raises(Exception, match="NOT NULL|null value"):
        files.store_image(jpeg(), owner=broken, by=worker)

    assert list(settings.MEDIA_ROOT.glob("??/*")) == []
    assert Attachment.objects.count() == 0


def test_a_removed_file_is_gone_from_table_and_disk_and_no_other(
    resident, worker, settings, django_capture_on_commit_callbacks
):
    kept = files.store_image(jpeg(), owner=resident, by=worker)
    files.store_image(jpeg(), owner=resident, by=worker, kind="signature")

    with django_capture_on_commit_callbacks(execute=True):
        files.remove(files.attachments_of(resident, kind="signature"))

    assert list(Attachment.objects.all()) == [kept]
    assert [path.name for path in settings.MEDIA_ROOT.glob("??/*")] == [kept.uuid.hex]
