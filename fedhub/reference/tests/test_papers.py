"""Settings pages of the Word templates."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from fedhub.core.papers import TYPE, own_template, papers

pytestmark = pytest.mark.django_db
PAGES = [("paper_list", []), ("paper_update", ["closing"]), ("paper_file", ["closing"])]


def upload(text, name="本单位.docx"):
    document, out = Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return SimpleUploadedFile(name, out.getvalue(), TYPE)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_only_who_keeps_the_office_opens_the_templates(
    as_user, chair, data_officer, worker, safety_officer, name, args
):
    url = reverse(f"reference:{name}", args=args)

    assert [as_user(user).get(url).status_code for user in (chair, data_officer)] == [200, 200]
    assert [as_user(user).get(url).status_code for user in (worker, safety_officer)] == [404, 404]


def test_an_unknown_kind_of_document_is_no_page(client, chair):
    urls = [reverse(f"reference:{name}", args=["nothing"]) for name in ("paper_update", "paper_file")]

    assert [client.get(url).status_code for url in urls] == [404, 404]
    assert client.post(reverse("reference:paper_restore", args=["nothing"])).status_code == 404


def test_the_own_template_is_put_in_place_downloaded_and_taken_back(client, chair):
    url, file = reverse("reference:paper_update", args=["closing"]), reverse("reference:paper_file", args=["closing"])
    shipped = client.get(file)
    mine = upload("{{ 编号 }} {{ 结果 }}")

    answer = client.post(url, {"file": mine})
    own, downloaded = own_template(papers["closing"]), client.get(file)
    page = client.get(url).content.decode()
    client.post(reverse("reference:paper_restore", args=["closing"]))

    mine.seek(0)
    assert (answer.url, own["name"]) == (url, "本单位.docx")
    assert downloaded.content == mine.read()
    assert downloaded.headers["Content-Disposition"] == 'attachment; filename="closing.docx"'
    assert "本单位.docx" in page
    assert client.get(file).content == shipped.content


def test_a_wrong_template_changes_nothing_and_says_why(client, chair):
    url = reverse("reference:paper_update", args=["closing"])

    page = client.post(url, {"file": upload("{{ 编号 }}{{ 身份证号 }}")})

    assert "第 1 段的“身份证号”不是这种文书的名称" in page.content.decode()
    assert own_template(papers["closing"]) is None


def test_who_may_not_change_settings_puts_no_template(client, worker):
    answers = [
        client.post(reverse("reference:paper_update", args=["closing"]), {"file": upload("{{ 编号 }}")}),
        client.post(reverse("reference:paper_restore", args=["closing"])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert own_template(papers["closing"]) is None
