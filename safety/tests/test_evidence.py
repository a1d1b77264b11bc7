"""Evidence of a safety file: pictures under the file's own key, never changed, seen by its circle alone."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.roles import Role
from accounts.tests.factories import user_with
from fedhub.core.models import Attachment, AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.twins import bare
from fedhub.core.tests.pictures import jpeg
from safety.chain import fault_of, picture_fault, records
from safety.enums import Part
from safety.forms.entries import shown
from safety.models import Exhibit, SafetyFile
from safety.services import circle
from safety.services.files import add_entry
from safety.tests.factories_file import a_file, proved

pytestmark = pytest.mark.django_db
FACTS = {"what": "medical", "on": "2026-11-21", "source": "她本人", "original": "她保管", "words": "左臂软组织挫伤"}


@pytest.fixture
def file(safety_officer, grid):
    return a_file(grid, safety_officer)


def hand_in(client, file, *pictures, **facts):
    """Post the form of evidence with `pictures`."""
    url = reverse("safety:entry_create", args=[file.pk, "evidence"])
    return client.post(url, {**filled(client.get(url), **{**FACTS, **facts}), "pictures": list(pictures)})


def picture_urls(client, file):
    page = client.get(reverse("safety:file_detail", args=[file.pk]))
    return [picture["url"] for line in page.context["lines"] for picture in line["pictures"]]


def test_evidence_is_kept_with_its_pictures_and_shown_to_the_circle(client, safety_officer, file):
    done = hand_in(proved(client), file, jpeg(name="a.jpg"), jpeg(colour=(1, 2, 3), name="b.jpg"))

    record = records(SafetyFile.objects.get())[-1]
    kept = {exhibit.pk: exhibit.fingerprint() for exhibit in Exhibit.objects.all()}
    assert done.url == reverse("safety:file_detail", args=[file.pk])
    assert {one["id"]: one["sha256"] for one in record.data["pictures"]} == kept
    assert shown(record)[-1] == ("附图", "2 张")
    answers = [client.get(url) for url in picture_urls(client, file)]
    assert [(a.status_code, a["Content-Type"], a["Cache-Control"]) for a in answers] == [
        (200, "image/jpeg", "no-store")
    ] * 2
    assert [Image.open(io.BytesIO(a.content)).size for a in answers] == [(640, 480)] * 2


def test_nothing_of_a_picture_lies_in_clear_and_none_in_the_store_of_attachments(client, safety_officer, file):
    hand_in(proved(client), file, jpeg())

    (exhibit,) = Exhibit.objects.all()
    assert b"\xff\xd8\xff" not in bytes(exhibit.body)[:64]
    assert exhibit.open(file.cipher()).startswith(b"\xff\xd8\xff")
    assert (Attachment.objects.count(), AuditEvent.objects.filter(action__startswith="safety.").count()) == (0, 0)


def test_a_form_sent_twice_keeps_its_pictures_once(client, safety_officer, file):
    url = reverse("safety:entry_create", args=[file.pk, "evidence"])
    data = filled(proved(client).get(url), **FACTS)
    for _ in range(2):
        client.post(url, {**data, "pictures": [jpeg()]})

    file.refresh_from_db()
    assert (Exhibit.objects.count(), file.entries) == (1, 2)


def test_a_bad_picture_is_named_and_nothing_is_written(client, safety_officer, file):
    answer = hand_in(proved(client), file, jpeg(), SimpleUploadedFile("b.jpg", b"GIF89a", "image/jpeg"))

    (error,) = answer.context["form"].errors["pictures"]
    assert error.startswith("第 2 张没有收下：")
    assert answer.context["form"]["words"].value() == FACTS["words"]
    assert Exhibit.objects.count() == 0


@pytest.mark.parametrize("role", [Role.CHAIR, Role.SAFETY_OFFICER, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_a_picture_is_there_for_nobody_else(as_user, safety_officer, file, grid, role):
    hand_in(proved(as_user(safety_officer)), file, jpeg())
    (url,) = picture_urls(proved(as_user(safety_officer)), file)
    other = proved(as_user(user_with(role, grid.parent, username="other")))

    there, missing = other.get(url), other.get(url.replace(str(file.pk), "1"))

    assert there.status_code == 404
    assert bare(there) == bare(missing)


def test_a_picture_opens_under_its_own_file_alone(client, safety_officer, file, grid):
    hand_in(proved(client), file, jpeg())
    (url,) = picture_urls(client, file)
    other = a_file(grid, safety_officer)

    assert client.get(url.replace(str(file.pk), str(other.pk))).status_code == 404


def test_a_named_reader_sees_the_picture_and_the_correction_keeps_it(as_user, safety_officer, chair, file):
    circle.let_in(file, user=chair, part=Part.CHAIR, why="决定", until=timezone.localdate(), by=safety_officer)
    hand_in(proved(as_user(safety_officer)), file, jpeg())
    url = reverse("safety:entry_amend", args=[file.pk, 2])
    hers = proved(as_user(safety_officer))
    form = hers.get(url)
    hers.post(url, filled(form, words="右臂", amend_why="写错了左右"))

    assert "pictures" not in form.context["form"].fields
    assert records(SafetyFile.objects.get())[-1].data["fields"] == {"words": "右臂"}
    (picture,) = picture_urls(proved(as_user(chair)), file)
    assert proved(as_user(chair)).get(picture).status_code == 200


def test_pictures_stand_in_the_certified_copy(client, safety_officer, file):
    hand_in(proved(client), file, jpeg())
    (picture,) = picture_urls(client, file)
    copy = add_entry(file, "copy", {"to": "区法院", "why": "申请保护令"}, by=safety_officer)

    page = client.get(reverse("safety:copy", args=[file.pk, copy.number])).content.decode()

    assert f'<img src="{picture}"' in page
    assert ("诊疗记录" in page, "记录不完整" in page) == (True, False)


@pytest.mark.parametrize("sql", ["UPDATE safety_exhibit SET file_id = file_id", "DELETE FROM safety_exhibit"])
def test_the_database_lets_no_picture_be_changed(client, safety_officer, file, sql):
    hand_in(proved(client), file, jpeg())
    if sql.startswith("DELETE") and connection.vendor == "sqlite":
        # Tests empty their tables, so that this trigger is not there (conftest).
        sql = "UPDATE safety_exhibit SET id = 7"

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("gone", [True, False])
def test_a_picture_that_was_changed_or_taken_out_behind_the_program_s_back_is_found(
    client, safety_officer, file, capsys, gone
):
    hand_in(proved(client), file, jpeg())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS safety_exhibit_no_{verb}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE safety_exhibit DISABLE TRIGGER USER")
        body = bytes(Exhibit.objects.get().body)
        if gone:
            cursor.execute("DELETE FROM safety_exhibit")
        else:
            cursor.execute("UPDATE safety_exhibit SET body = %s", [body[:-1] + bytes([body[-1] ^ 1])])

    file.refresh_from_db()
    assert (fault_of(file), picture_fault(file)) == ("", "第 2 条的附图不见了或者被换过")
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert "第 2 条的附图不见了或者被换过" in capsys.readouterr().err
    copy = add_entry(file, "copy", {"to": "区法院", "why": "申请保护令"}, by=safety_officer)
    page = client.get(reverse("safety:copy", args=[file.pk, copy.number])).content.decode()
    assert "不能作为核对无误的副本使用" in page
