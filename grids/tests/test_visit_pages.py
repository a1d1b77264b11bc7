"""The visit form on the phone and the pages that correct, amend and withdraw: taps, sentences, double submissions."""

import datetime
import io
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.roles import Role
from accounts.tests.factories import UserFactory, user_with
from concerns.models import Concern
from fedhub.core.files import attachments_of
from grids.enums import Hazard, Met
from grids.models import Visit, VisitChange
from grids.tests.factories import VisitFactory
from households.tests.factories import HouseholdFactory, MembershipFactory
from safety.enums import Sign
from safety.models import RiskReport

pytestmark = pytest.mark.django_db
# A page without rows, for the queries that every page makes.
SHELL = "/safety/help/"
DAY = datetime.timedelta(days=1)


def today():
    return timezone.localdate()


def no_change(member, **more):
    """What the form posts after four taps."""
    return {
        "once_key": str(uuid.uuid4()),
        "met": "met",
        "people": [member.resident.pk],
        "change": "no",
        "risk": "no",
        "visited_on": today().isoformat(),
        "mode": "home",
        "kind": "routine",
    } | more


def picture(name="a.jpg", colour="white"):
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


# --- logging a visit ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("named", [True, False])
def test_the_form_says_when_nobody_would_read_a_report_from_this_grid(as_user, worker, grid, community, named):
    household = HouseholdFactory(area=grid)
    if named:
        user_with(Role.SAFETY_OFFICER, community)

    page = as_user(worker).get(reverse("grids:visit_create", args=[household.pk])).content.decode()

    assert page.count("写在这里现在没有人看得到") == (0 if named else 1)


def test_a_visit_without_changes_is_saved_from_four_taps(client, worker, grid):
    member = MembershipFactory(household__area=grid)

    response = client.post(reverse("grids:visit_create", args=[member.household.pk]), no_change(member))

    visit = Visit.objects.get()
    assert response.url == visit.get_absolute_url()
    assert (visit.visitor, visit.met, visit.changed, list(visit.people.all())) == (
        worker, Met.MET, False, [member.resident],
    )  # fmt: skip


def test_the_only_person_at_home_is_ticked_already(client, worker, grid):
    member = MembershipFactory(household__area=grid)

    response = client.get(reverse("grids:visit_create", args=[member.household.pk]))

    boxes = re.findall(r'name="people" value="(\d+)"[^>]*checked', response.content.decode())
    assert boxes == [str(member.resident.pk)]


def test_open_signs_with_their_severity_stand_in_the_visit_and_are_corrected_there(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    data = no_change(member, hazards=["", "debt:2", "fire:3", ""])
    client.post(reverse("grids:visit_create", args=[member.household.pk]), data)
    visit = Visit.objects.get()
    first = visit.hazards

    page = client.get(visit.get_absolute_url()).content.decode()
    form = client.get(reverse("grids:visit_correct", args=[visit.pk])).content.decode()
    data = no_change(member, hazards=["debt:1"], version=visit.version, once_key=str(uuid.uuid4()))
    client.post(reverse("grids:visit_correct", args=[visit.pk]), data)

    assert first == ["debt:2", "fire:3"]
    assert "欠债、被催债（明显）、火灾、用电用气隐患（严重）" in page
    assert re.findall(r'value="(\w+:\d)" selected', form) == ["debt:2", "fire:3"]
    assert Visit.objects.get().hazards == ["debt:1"]
    assert not RiskReport.objects.exists()


def test_a_sign_has_one_severity_and_violence_is_none_of_them(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    url = reverse("grids:visit_create", args=[member.household.pk])

    twice = client.post(url, no_change(member, hazards=["debt:1", "debt:2"])).context["form"].errors
    unknown = client.post(url, no_change(member, hazards=["fight:1"])).context["form"].errors

    assert twice["hazards"] == ["同一种情况只选一个程度。"]
    assert list(unknown) == ["hazards"]
    assert set(Hazard.values) & set(Sign.values) == set()
    assert Visit.objects.count() == 0


def test_a_clash_over_coded_lists_is_shown_in_words(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    client.post(reverse("grids:visit_create", args=[member.household.pk]), no_change(member, hazards=["debt:1"]))
    visit = Visit.objects.get()
    url = reverse("grids:visit_correct", args=[visit.pk])
    client.post(url, no_change(member, hazards=["fire:1"], version=1, once_key=str(uuid.uuid4())))

    clash = client.post(url, no_change(member, hazards=["mind:1"], version=1, once_key=str(uuid.uuid4())))
    rows = {row["name"]: (row["base"], row["theirs"], row["mine"]) for row in clash.context["fields"]}
    data = no_change(member, hazards=["mind:1"], version=2, resolving="1", take_hazards="theirs")
    client.post(url, data)

    assert rows["hazards"] == ("欠债、被催债（轻）", "火灾、用电用气隐患（轻）", "情绪、精神让人担心（轻）")
    assert Visit.objects.get().hazards == ["fire:1"]


def test_nobody_at_home_needs_two_taps(client, worker, grid):
    household = HouseholdFactory(area=grid)
    data = {"once_key": str(uuid.uuid4()), "met": "nobody", "visited_on": today().isoformat(), "mode": "home",
            "kind": "routine", "risk": "no"}  # fmt: skip

    client.post(reverse("grids:visit_create", args=[household.pk]), data)

    assert Visit.objects.get().met == Met.NOBODY


@pytest.mark.parametrize(("change", "field", "sentence"), [
    ({"people": []}, "people", "见到了谁？请至少选一位；不在名单里的写在“还见到”。"),
    ({"change": ""}, "change", "家里有没有变化？请选一项。"),
    ({"change": "yes"}, "changes", "请选变了什么。"),
    ({"change": "yes", "changes": ["job"]}, "job_value", "请选新情况，或者写一句说明。"),
    ({"change": "yes", "changes": ["phone"], "phone_value": "1380"}, "phone_value",
     "手机号应为 11 位，现在是 4 位，请核对。"),
    ({"risk": "yes"}, "signs", "请至少选一项，或者简单写几句。"),
    ({"request_1_answer": "办好了"}, "request_1_title", "写了怎么办好的，请把是什么事也写上。"),
    ({"started_at": "10:00", "ended_at": "09:00"}, "ended_at", "结束时间不能早于开始时间。"),
])  # fmt: skip
def test_what_is_missing_is_asked_for_in_one_sentence_and_the_rest_is_kept(
    client, worker, grid, change, field, sentence
):
    member = MembershipFactory(household__area=grid)

    data = no_change(member, summary="她说想找工作", **change)
    response = client.post(reverse("grids:visit_create", args=[member.household.pk]), data)

    assert response.context["form"].errors[field] == [sentence]
    assert "她说想找工作" in response.content.decode()
    assert Visit.objects.count() == 0


def test_a_visit_of_tomorrow_is_refused(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    data = no_change(member, visited_on=(today() + DAY).isoformat())

    response = client.post(reverse("grids:visit_create", args=[member.household.pk]), data)

    assert response.context["form"].errors["visited_on"] == ["走访日期不能晚于今天。"]


def test_changes_and_requests_of_the_form_become_proposals_and_concerns(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    data = no_change(
        member, change="yes", changes=["job", "members"], job_who=member.resident.pk, job_value="70",
        members_text="儿子去外地打工", request_1_title="想找离家近的工作", request_1_topic="1",
    )  # fmt: skip

    client.post(reverse("grids:visit_create", args=[member.household.pk]), data)

    assert set(VisitChange.objects.values_list("kind", "field", "resident")) == {
        ("job", "employment", member.resident.pk), ("members", "", None),
    }  # fmt: skip
    assert list(Concern.objects.values_list("title", "topic")) == [("想找离家近的工作", "1")]


def test_sending_the_form_again_leads_to_the_same_visit(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    url, data = reverse("grids:visit_create", args=[member.household.pk]), no_change(member)

    answers = {client.post(url, data).url for _ in range(3)}

    assert answers == {Visit.objects.get().get_absolute_url()}


@pytest.mark.django_db(transaction=True)
def test_ten_submissions_at_once_make_one_visit(worker, grid):
    member = MembershipFactory(household__area=grid)
    url, data = reverse("grids:visit_create", args=[member.household.pk]), no_change(member)

    def send(_):
        try:
            client = Client()
            client.force_login(worker, backend="accounts.backends.StaffBackend")
            return client.post(url, data).url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(send, range(10)))

    assert answers == {Visit.objects.get().get_absolute_url()}


def test_a_hostile_picture_is_named_and_everything_else_is_kept(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    bad = SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", "image/jpeg")
    data = no_change(member, summary="说了很多", photos=[picture(), bad, picture("c.jpg", "black")])

    response = client.post(reverse("grids:visit_create", args=[member.household.pk]), data, follow=True)

    visit = Visit.objects.get()
    assert (visit.summary, attachments_of(visit).count()) == ("说了很多", 2)
    assert "第 2 张照片没有收下" in response.content.decode()
    assert "其他内容都已保存" in response.content.decode()


def test_a_file_far_too_large_is_refused_in_a_sentence_and_every_answer_is_kept(
    client, worker, grid, settings, tmp_path
):
    settings.SCRATCH_ROOT, settings.UPLOAD_MAX_BYTES = tmp_path, 50_000
    member = MembershipFactory(household__area=grid)
    huge = SimpleUploadedFile("film.jpg", b"\xff\xd8\xff" + b"\0" * 120_000, "image/jpeg")
    data = {"photos": huge} | no_change(member, summary="说了很多", visited_on=(today() - DAY).isoformat())

    response = client.post(reverse("grids:visit_create", args=[member.household.pk]), data)

    form = response.context["form"]
    assert form.non_field_errors() == ["文件太大，超过 15 MB，没有收下。其他内容还在，请换小一点的文件再保存。"]
    assert (form["summary"].value(), form["visited_on"].value()) == ("说了很多", (today() - DAY).isoformat())
    assert Visit.objects.count() == 0


def test_a_picture_added_later_is_shown_and_a_bad_one_alone_is_refused(client, worker, grid):
    visit = VisitFactory(household__area=grid, visitor=worker)
    url = reverse("grids:visit_photos", args=[visit.pk])

    refused = client.post(url, {"photos": [SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")]})
    client.post(url, {"photos": [picture()], "once_key": str(uuid.uuid4())})

    assert "第 1 张照片没有收下" in refused.context["form"].errors["photos"][0]
    stored = attachments_of(visit).get()
    assert reverse("core:file", args=[stored.uuid]) in client.get(visit.get_absolute_url()).content.decode()


def test_a_colleague_who_covers_the_grid_can_be_named_as_second_visitor(client, worker, chair, grid):
    UserFactory(name="外人")
    member = MembershipFactory(household__area=grid)

    form = client.get(reverse("grids:visit_create", args=[member.household.pk])).context["form"]

    assert set(form.fields["partner"].queryset) == {worker, chair}


# --- gifts --------------------------------------------------------------------------------------------------------
def test_what_was_handed_over_is_told_on_the_page_and_corrected_there(client, worker, grid):
    member = MembershipFactory(household__area=grid)
    url = reverse("grids:visit_create", args=[member.household.pk])
    client.post(url, no_change(member, gifts="大米一袋、食用油一桶"))
    visit = Visit.objects.get()
    page = client.get(visit.get_absolute_url()).content.decode()

    client.post(reverse("grids:visit_correct", args=[visit.pk]), fields_of(visit, gifts="大米两袋"))

    assert "大米一袋、食用油一桶" in page
    assert Visit.objects.get().gifts == "大米两袋"


def test_an_amendment_of_what_was_handed_over_shows_before_and_after(client, worker, grid):
    visit = VisitFactory(household__area=grid, others="邻居", gifts="大米一袋")

    data = fields_of(visit, gifts="被子一床", amend_reason="记错")
    client.post(reverse("grids:visit_amend", args=[visit.pk]), data)

    page = client.get(visit.get_absolute_url())
    assert page.context["entries"][0]["text"] == "记错；送达物资由“大米一袋”改为“被子一床”"


def test_a_clash_over_what_was_handed_over_shows_both(client, worker, grid):
    visit = VisitFactory(household__area=grid, visitor=worker, others="邻居")
    url = reverse("grids:visit_correct", args=[visit.pk])
    stale = fields_of(visit, gifts="大米一袋")
    client.post(url, fields_of(visit, gifts="被子一床"))

    clash = client.post(url, stale)

    rows = {row["name"]: (row["theirs"], row["mine"]) for row in clash.context["fields"]}
    assert rows["gifts"] == ("被子一床", "大米一袋")


def test_the_empty_form_on_paper_has_lines_for_gifts_and_signature(client, worker):
    page = client.get(reverse("households:blank_visit_form")).content.decode()

    assert [page.count(word) for word in ("送达物资：＿", "被访人签名（可以不签）：＿")] == [1, 1]


# --- correcting, amending, withdrawing ----------------------------------------------------------------------------
def fields_of(visit, **changes):
    return {
        "version": visit.version, "once_key": str(uuid.uuid4()), "met": visit.met, "others": visit.others,
        "summary": visit.summary, "visited_on": visit.visited_on.isoformat(), "mode": visit.mode, "kind": visit.kind,
        "visitor": visit.visitor_id, "people": [p.pk for p in visit.people.all()],
    } | changes  # fmt: skip


def test_the_visitor_corrects_her_visit_on_its_page(client, worker, grid):
    visit = VisitFactory(household__area=grid, visitor=worker, others="邻居")

    client.post(reverse("grids:visit_correct", args=[visit.pk]), fields_of(visit, summary="记错了，改一下"))

    visit.refresh_from_db()
    assert (visit.summary, visit.version) == ("记错了，改一下", 2)


def test_anothers_visit_is_amended_not_corrected(client, worker, grid):
    visit = VisitFactory(household__area=grid, others="邻居")

    assert client.get(reverse("grids:visit_correct", args=[visit.pk])).status_code == 404
    client.post(
        reverse("grids:visit_amend", args=[visit.pk]), fields_of(visit, summary="更正后", amend_reason="本人来电")
    )

    page = client.get(visit.get_absolute_url()).content.decode()
    assert "更正后" in page
    assert "家里都好。" in page
    assert "本人来电" in page


def test_a_clash_shows_both_texts_and_overwrites_nothing(client, worker, grid):
    visit = VisitFactory(household__area=grid, visitor=worker, others="邻居")
    url = reverse("grids:visit_correct", args=[visit.pk])
    stale = fields_of(visit, summary="我改的")
    client.post(url, fields_of(visit, summary="先改的"))

    response = client.post(url, stale)

    visit.refresh_from_db()
    assert response.status_code == 409
    assert "先改的" in response.content.decode()
    assert "我改的" in response.content.decode()
    assert visit.summary == "先改的"


def test_a_withdrawn_visit_stays_readable_with_its_reason(client, chair, grid):
    visit = VisitFactory(household__area=grid)

    client.post(reverse("grids:visit_withdraw", args=[visit.pk]), {"reason": "走错门", "once_key": str(uuid.uuid4())})

    page = client.get(visit.get_absolute_url()).content.decode()
    assert "已作废" in page
    assert "走错门" in page


@pytest.mark.parametrize("people", [1, 3, 8])
def test_whom_a_change_is_about_can_be_chosen(client, worker, grid, people):
    home = HouseholdFactory(area=grid)
    names = [
        MembershipFactory(household=home, resident__name=f"赵小{n}", relation="20").resident.name
        for n in range(people)
    ]

    form = client.get(reverse("grids:visit_create", args=[home.pk])).context["form"]

    assert [label for _, label in form["job_who"].field.widget.choices if label != "请选"] == names
    assert form["job_who"].field.widget.input_type == ("radio" if people < 7 else "select")
    assert bool(form["job_who"].value()) == (people == 1)
