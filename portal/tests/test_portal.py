"""A woman's own pages: the way in, what is hers, what nobody else sees, leaving at once."""

import re
import uuid
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import LoginThrottle
from concerns.enums import Origin, Status
from concerns.models import Concern, Rating
from concerns.services.intake import CODE_LETTERS, raise_concern
from concerns.tests.factories import ConcernFactory
from fedhub.core import files
from fedhub.core.models import Attachment, AuditEvent, OnceKey
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.testing.twins import bare
from fedhub.core.testing.weight import MOST, loads, weight
from fedhub.core.tests.pictures import jpeg
from households.enums import ConsentPurpose
from households.models import Consent
from households.services.merge import merge_residents
from households.tests.factories import ConsentFactory, MembershipFactory, ResidentFactory
from portal.models import EntryCode, SentForm, Stay
from portal.services.entry import come_in, issue_code
from portal.services.say import forget_sent_forms
from safety.models import RiskReport
from safety.services.reports import report_risk
from safety.tests.factories_file import a_file, proved

pytestmark = pytest.mark.django_db
HOME, ENTER, MINE, CENTRE, SAY, ASK = "/r/", "/r/enter/", "/r/mine/", "/r/mine/data/", "/r/say/", "/r/ask/"
DAY = timedelta(days=1)
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def her(grid):
    """She lives with her husband, who is head of the household."""
    member = MembershipFactory(
        household__area=grid, household__head_name="张建国", resident__area=grid, resident__name="王桂兰",
        resident__birth="1985-03", relation="10",
    )  # fmt: skip
    return member.resident


@pytest.fixture
def him(her, grid):
    home = her.memberships.get().household
    return MembershipFactory(
        household=home, resident__area=grid, resident__name="张建国", resident__sex="1", resident__birth="1982-01",
        relation="02",
    ).resident  # fmt: skip


def signed_in(person, by):
    """A browser in which `person` is in."""
    client = Client()
    assert client.post(ENTER, {"code": issue_code(person, by=by)}).url == MINE
    return client


def said(person, **facts):
    return raise_concern(
        origin=Origin.PORTAL, area=person.area, resident=person, household=person.memberships.get().household, by=None,
        **{"title": "楼道灯不亮", **facts},
    )  # fmt: skip


def answered(concern, by, text="物业 7 月 4 日前换好。"):
    """`concern` with an answer that she was told."""
    Concern.objects.filter(pk=concern.pk).update(
        status=Status.ANSWERED, outcome="solved", answer=text, told="face", answered_at=timezone.now(),
        first_answered_at=timezone.now(), assigned_to=by, result="换好了",
    )  # fmt: skip
    concern.refresh_from_db()
    concern.replies.create(
        kind="final", text=text, outcome="solved", told="face", told_at=timezone.now(), heard="self", made_by=by
    )
    return concern


# --- the code ---------------------------------------------------------------------------------------------------------
def test_a_code_opens_once_and_is_kept_nowhere(her, worker):
    code = issue_code(her, by=worker)

    assert re.fullmatch(f"[{CODE_LETTERS}]{{4}}-[{CODE_LETTERS}]{{4}}", code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_entrycode")
        assert code.replace("-", "") not in str(cursor.fetchall())
    assert come_in(code.lower().replace("-", " "))[0] == her
    assert come_in(code) is None
    assert [e.action for e in AuditEvent.objects.filter(action__startswith="portal.")] == [
        "portal.entrycode.issue", "portal.stay.begin",
    ]  # fmt: skip


def test_a_double_tap_and_a_lost_answer_do_not_burn_the_code(her, worker):
    code, client = issue_code(her, by=worker), Client()
    data = {"code": code, "nonce": str(uuid.uuid4())}

    assert [client.post(ENTER, data).url for _ in range(2)] == [MINE, MINE]
    # The answer never came: the same form once more, from a browser without the cookie.
    lost = Client()
    assert (lost.post(ENTER, data).url, lost.get(MINE).status_code) == (MINE, 200)
    other = Client().post(ENTER, {"code": code, "nonce": str(uuid.uuid4())})
    assert "这个码打不开" in other.content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert come_in(code, data["nonce"]) is None


def test_a_code_in_wrong_hands_is_closed_by_the_staff(as_user, her, worker):
    client, code = signed_in(her, worker), issue_code(her, by=worker)
    desk = as_user(worker)
    form = desk.get(f"{her.get_absolute_url()}?tab=portal")

    done = desk.post(reverse("portal:shut_out", args=[her.pk]), {"once_key": str(uuid.uuid4())})

    assert ("作废登录码，退出登录" in form.content.decode(), done.status_code) == (True, 302)
    assert (client.get(MINE).url, come_in(code)) == (ENTER, None)
    assert AuditEvent.objects.filter(action="portal.stay.end", actor_id=worker.pk).count() == 1


def test_another_site_cannot_throw_her_out(her, worker):
    client = signed_in(her, worker)

    # A form of another site is sent without her cookie (SameSite).
    answer = Client().post("/r/leave/")

    assert settings.RESIDENT_COOKIE_NAME not in answer.cookies
    assert client.get(MINE).status_code == 200


def test_at_the_office_s_pc_she_is_not_the_person_who_signed_in_there(as_user, chair, grid):
    desk = as_user(chair)
    desk.get("/")
    with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=False):
        page = desk.post(SAY, typed(area=grid.pk))
        assert (page.status_code, page.context["code"].replace("-", "")) == (200, Concern.objects.get().code)
        assert settings.SEEN_COOKIE_NAME not in page.cookies
        assert desk.get("/").status_code == 401


def test_a_new_code_takes_the_old_one_back_and_an_old_one_runs_out(her, worker):
    first, second = issue_code(her, by=worker), issue_code(her, by=worker)

    assert come_in(first) is None
    with time_machine.travel(timezone.now() + DAY + timedelta(minutes=1)):
        assert come_in(second) is None
    assert come_in(second)[0] == her


@pytest.mark.parametrize("text", ["", "-", "AAAA-AAAA", "' OR 1=1 --", "Ａ" * 50, "\x00"])
def test_what_is_no_code_opens_nothing(her, worker, text):
    issue_code(her, by=worker)

    assert come_in(text) is None


@pytest.mark.parametrize(("birth", "words"), [("2015-05", "未满 14 周岁"), ("", "未满 14 周岁")])
def test_for_a_child_the_guardian_comes(grid, worker, birth, words):
    child = ResidentFactory(area=grid, birth=birth)

    with pytest.raises(ValidationError, match=words):
        issue_code(child, by=worker)


def test_who_is_no_longer_on_the_books_gets_none_and_is_out(her, worker):
    client, code = signed_in(her, worker), issue_code(her, by=worker)
    type(her).objects.filter(pk=her.pk).update(state="deceased", left_on=timezone.localdate())
    her.refresh_from_db()

    assert come_in(code) is None
    assert client.get(MINE).url == ENTER
    with pytest.raises(ValidationError, match="不在册"):
        issue_code(her, by=worker)


def test_guessing_is_slowed_down(her, worker):
    client = Client()
    for _ in range(300):
        client.post(ENTER, {"code": "AAAA-AAAA"})

    answer = client.post(ENTER, {"code": issue_code(her, by=worker)})

    assert "次数太多" in answer.content.decode()
    assert Stay.objects.count() == 0


def test_the_worker_hands_it_out_on_the_page_of_her_own_grid(as_user, her, worker, auditor, other_grid):
    url = reverse("portal:issue_code", args=[her.pk])
    foreign = reverse("portal:issue_code", args=[ResidentFactory(area=other_grid).pk])
    client = as_user(worker)

    page = client.post(url)

    assert come_in(page.context["code"])[0] == her
    assert page.headers["Cache-Control"] == "no-store"
    assert her.name not in re.search(r"<section.*</section>", page.content.decode(), re.S).group()
    assert (client.get(foreign).status_code, client.post(foreign).status_code) == (404, 404)
    assert as_user(auditor).post(url).status_code == 404


def test_the_panel_says_whether_a_code_is_out(client, worker, her):
    issue_code(her, by=worker)

    page = client.get(f"{her.get_absolute_url()}?tab=portal").content.decode()

    assert "刘建芳 给过" in page
    assert "给一个登录码" in page


# --- being in ---------------------------------------------------------------------------------------------------------
def test_she_is_in_for_ten_idle_minutes_and_two_hours_at_most(her, worker):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client = signed_in(her, worker)
    with time_machine.travel(now + timedelta(minutes=9), tick=False):
        assert client.get(MINE).status_code == 200
    with time_machine.travel(now + timedelta(minutes=18), tick=False):
        assert client.get(MINE).status_code == 200
    with time_machine.travel(now + timedelta(minutes=29), tick=False):
        assert client.get(MINE).url == ENTER
    with time_machine.travel(now, tick=False):
        client = signed_in(her, worker)
    for minutes in range(9, 121, 9):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert client.get(MINE).status_code == 200
    with time_machine.travel(now + timedelta(minutes=121), tick=False):
        assert client.get(MINE).url == ENTER


def test_she_is_in_at_one_place(her, worker):
    first, second = signed_in(her, worker), signed_in(her, worker)

    assert (first.get(MINE).url, second.get(MINE).status_code) == (ENTER, 200)


def test_leaving_ends_it_and_turns_into_another_site(her, worker):
    client = signed_in(her, worker)
    cookie = client.cookies[settings.RESIDENT_COOKIE_NAME].value

    answer = client.post("/r/leave/")

    text = answer.content.decode()
    assert settings.QUIT_URL in text
    assert [word for word in ("社区", "妇联", "我的") if word in text] == []
    assert client.get(MINE).url == ENTER
    client.cookies[settings.RESIDENT_COOKIE_NAME] = cookie
    assert client.get(MINE).url == ENTER


def test_a_forged_cookie_opens_nothing(her, worker):
    client = Client()
    for value in ("", "x", "x:y:z", "W1siYSJdLDFd:1xxxxx:yyyy"):
        client.cookies[settings.RESIDENT_COOKIE_NAME] = value
        assert client.get(MINE).url == ENTER


def test_the_staff_s_own_session_is_no_way_in(as_user, chair):
    assert as_user(chair).get(MINE).url == ENTER


def test_a_merged_record_leads_to_the_one_that_stays(her, worker, chair, grid):
    client = signed_in(her, worker)
    kept = MembershipFactory(
        household=her.memberships.get().household, resident__area=grid, resident__name="王桂兰"
    ).resident
    merge_residents(kept, her, reason="同一个人", by=chair)

    page = client.get(CENTRE)

    assert page.context["person"] == kept


# --- her own concerns -------------------------------------------------------------------------------------------------
def test_she_sees_hers_reads_the_answer_and_rates_it(her, worker):
    client = signed_in(her, worker)
    running, ended = said(her), answered(said(her, title="托管班名额"), worker)

    page = client.get(MINE).context
    one = client.get(reverse("resident:concern", args=[ended.code]))
    client.post(reverse("resident:concern", args=[ended.code]), {"score": "5", "words": "谢谢"})

    assert ([row[0] for row in page["running"]], page["ended"]) == ([running], [ended])
    assert "物业 7 月 4 日前换好。" in one.content.decode()
    rating = Rating.objects.get()
    assert (rating.score, rating.words, rating.given_by, rating.taken_by) == (5, "谢谢", "portal", None)
    again = client.get(reverse("resident:concern", args=[ended.code]))
    assert (again.context["may_rate"], "您评了 5 分" in again.content.decode()) == (False, True)


def test_a_size_of_letters_in_the_address_swallows_nothing_that_is_sent(her, worker):
    client, concern = signed_in(her, worker), answered(said(her), worker)

    client.post(reverse("resident:concern", args=[concern.code]) + "?type=large", {"score": "4", "words": ""})

    assert Rating.objects.get().score == 4


def test_a_low_score_opens_it_again_with_her_words(her, worker):
    client, concern = signed_in(her, worker), answered(said(her), worker)
    url = reverse("resident:concern", args=[concern.code])

    refused = client.post(url, {"score": "1", "words": ""})
    client.post(url, {"score": "1", "words": "灯还是不亮"})

    concern.refresh_from_db()
    assert "不满意的请写下" in refused.content.decode()
    assert (concern.status, concern.reopened, concern.score) == (Status.ACCEPTED, 1, 1)


def test_an_answer_that_nobody_told_her_is_not_shown_and_waits(her, worker):
    concern = answered(said(her), worker)
    concern.replies.update(told="not_yet", told_at=None, heard="")

    page = signed_in(her, worker).get(reverse("resident:concern", args=[concern.code])).context

    assert page["replies"] == []


def test_a_double_tap_rates_once(her, worker):
    client, concern = signed_in(her, worker), answered(said(her), worker)
    url = reverse("resident:concern", args=[concern.code])

    answers = [client.post(url, {"score": "4", "words": ""}).status_code for _ in range(2)]

    assert (answers, Rating.objects.count()) == ([302, 200], 1)
    again = client.post(url, {"score": "4", "words": "写了很多"})
    assert "这次答复已经评价过了" in again.content.decode()
    assert again.context["form"]["words"].value() == "写了很多"


def test_her_husband_tries_every_address_and_learns_nothing(her, him, worker, grid):
    """He is head of the household; with and without what is hers, each of his pages is the same."""
    client = signed_in(him, worker)
    codes = [said(him).code, *(f"ACDEFGH{letter}" for letter in CODE_LETTERS)]

    def pages():
        addresses = [HOME, ENTER, MINE, CENTRE, SAY, ASK, "/r/notice/", *(f"/r/mine/{code}/" for code in codes)]
        addresses += [f"/r/mine/data/{n}/withdraw/" for n in range(1, 40)]
        found = {address: bare(client.get(address)) for address in addresses}
        found |= {f"POST {n}": bare(client.post(f"/r/mine/data/{n}/withdraw/")) for n in range(1, 40)}
        return found

    with time_machine.travel(timezone.now(), tick=False):
        before = pages()
        hers = answered(said(her, title="想离开这个家"), worker)
        ConsentFactory(resident=her, taken_by=worker)
        report_risk(area=grid, source="visit", by=worker, signs=["injury"], resident=her)
        a_file(grid, worker, name=her.name, resident=her.pk)
        signed_in(her, worker)
        codes.append(hers.code)
        after = pages()

    assert len(after) > 60
    assert {address: page for address, page in after.items() if before.get(address, page) != page} == {}
    assert after[f"/r/mine/{hers.code}/"] == after["/r/mine/ACDEFGHA/"]
    assert Consent.objects.get(resident=her).withdrawn_on is None


@pytest.mark.parametrize("rows", [1, 3])
def test_her_list_costs_the_same_for_any_number_of_rows(her, worker, rows):
    client = signed_in(her, worker)
    for _ in range(rows):
        said(her)

    page, queries = queries_beyond(client, MINE, "/r/notice/")

    assert len(page.context["running"]) == rows
    assert queries == 6


# --- what is kept, who read it, consents ------------------------------------------------------------------------------
def test_she_sees_who_opened_her_record_and_takes_a_consent_back(as_user, her, worker):
    as_user(worker).get(her.get_absolute_url())
    consent = ConsentFactory(resident=her, taken_by=worker, purpose=ConsentPurpose.SHARE, recipient="爱心粮油店")
    client = signed_in(her, worker)

    page = client.get(CENTRE)
    client.post(reverse("resident:withdraw", args=[consent.pk]))

    consent.refresh_from_db()
    assert page.context["readers"] == [("刘建芳", timezone.localdate())]
    assert consent.withdrawn_on == timezone.localdate()
    event = AuditEvent.objects.get(action="households.consent.withdraw")
    assert (event.actor_id, event.actor_name) == (None, "本人（居民端）")
    assert "撤回这条同意" not in client.get(CENTRE).content.decode()
    again = client.post(reverse("resident:withdraw", args=[consent.pk]), follow=True)
    assert "已经撤回" in again.content.decode()


def test_no_number_of_hers_stands_on_her_pages(her, worker):
    her.phones.create(number="13800138000", position=1)
    type(her).objects.filter(pk=her.pk).update(id_number="330106198503010022")

    text = signed_in(her, worker).get(CENTRE).content.decode()

    assert [number for number in ("13800138000", "330106198503010022", "8000") if number in text] == []
    assert "1 个，加密保存" in text


# --- saying something -------------------------------------------------------------------------------------------------
def typed(**more):
    return {"title": "楼道灯不亮", "detail": "三楼", "place": "3 栋", "topic": "", "key": str(uuid.uuid4()), **more}


def test_she_says_something_for_herself_and_the_staff_finds_it(as_user, her, worker, chair):
    client = signed_in(her, worker)

    page = client.post(SAY, typed())

    concern = Concern.objects.get()
    assert page.context["code"].replace("-", "") == concern.code
    assert (concern.resident, concern.household, concern.origin, concern.area, concern.created_by) == (
        her, her.memberships.get().household, Origin.PORTAL, her.area, None,
    )  # fmt: skip
    assert (concern.title, concern.detail, concern.place) == ("楼道灯不亮", "三楼", "3 栋")
    pages = [
        concern.get_absolute_url(),
        *(reverse(f"concerns:{name}", args=[concern.pk]) for name in ("concern_way", "closing_sheet")),
    ]
    assert [as_user(chair).get(page).status_code for page in pages] == [200] * 3
    assert "居民端" in as_user(chair).get(pages[0]).content.decode()


def test_her_pictures_are_seen_by_her_and_the_office_alone(as_user, her, him, worker, stranger):
    client = signed_in(her, worker)
    client.post(SAY, {**typed(), "pictures": [jpeg(name="a.jpg"), jpeg(name="b.jpg")]})

    concern, (row, other) = Concern.objects.get(), Attachment.objects.order_by("pk")
    own = reverse("resident:picture", args=[concern.code, row.uuid])
    staff = reverse("core:file", args=[row.uuid])
    page = client.get(reverse("resident:concern", args=[concern.code])).content.decode()
    assert (row.level, row.uploaded_by, own in page) == (3, None, True)
    answer = client.get(own)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content[:3]) == (
        200,
        "image/jpeg",
        b"\xff\xd8\xff",
    )
    shown = as_user(worker).get(concern.get_absolute_url())
    assert [one["url"] for one in shown.context["pictures"]] == [staff, reverse("core:file", args=[other.uuid])]
    assert (as_user(worker).get(staff).status_code, as_user(stranger).get(staff).status_code) == (200, 404)
    assert signed_in(him, worker).get(own).status_code == 404
    assert Client().get(own).url == ENTER


def test_a_picture_that_cannot_be_kept_is_named_and_nothing_is_raised(her, worker):
    bad = SimpleUploadedFile("b.jpg", b"GIF89a", "image/jpeg")

    page = signed_in(her, worker).post(SAY, {**typed(), "pictures": [jpeg(), bad]})

    assert page.context["form"].errors["pictures"][0].startswith("第 2 张没有收下")
    assert page.context["form"]["title"].value() == "楼道灯不亮"
    assert (Concern.objects.count(), Attachment.objects.count()) == (0, 0)


def test_without_a_name_nobody_is_noted(grid):
    client = Client(REMOTE_ADDR="10.1.2.3")

    page = client.post(SAY, {**typed(area=grid.pk), "pictures": [jpeg()]})

    concern, (picture,) = Concern.objects.get(), Attachment.objects.all()
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    assert (concern.anonymous, concern.resident, concern.household, concern.area) == (True, None, None, grid)
    assert AuditEvent.objects.count() == 0
    assert {concern.created_at, concern.updated_at, concern.history.get().history_date, picture.uploaded_at} == {
        midnight
    }
    assert (files._path(picture).stat().st_mtime, concern.history.get().history_user_id) == (
        midnight.timestamp(),
        None,
    )
    (bucket,) = LoginThrottle.objects.all()
    assert (bucket.first_at.minute, bucket.first_at.second, bucket.first_at.microsecond) == (0, 0, 0)
    assert page.context["code"].replace("-", "") == concern.code


def test_a_form_that_promised_no_name_keeps_it_whoever_is_in_meanwhile(him, worker, grid):
    """On a shared phone her nameless words would stand among his own."""
    client = signed_in(him, worker)

    page = client.post(SAY, typed(area=grid.pk))

    concern = Concern.objects.get()
    assert (concern.anonymous, concern.resident, page.context["nameless"]) == (True, None, True)
    assert AuditEvent.objects.filter(action="concerns.concern.raise").count() == 0
    assert client.get(MINE).context["running"] == []


def test_the_page_with_the_code_cannot_be_left_by_the_size_of_its_letters(grid):
    page = Client().post(SAY, typed(area=grid.pk)).content.decode()

    assert "大字版" not in page
    assert "大字版" in Client().get(SAY).content.decode()


def test_a_form_with_a_spoilt_key_gets_a_new_one_and_says_so(grid):
    page = Client().post(SAY, typed(area=grid.pk) | {"key": "x"})

    assert "内容都在，请再交一次。" in page.content.decode()
    assert uuid.UUID(page.context["form"]["key"].value())
    assert page.context["form"]["title"].value() == "楼道灯不亮"


def test_a_form_sent_twice_is_one_concern_with_one_code(grid):
    data, client = typed(area=grid.pk), Client()

    codes = {client.post(SAY, data).context["code"] for _ in range(2)}

    assert (len(codes), Concern.objects.count()) == (1, 1)
    with time_machine.travel(timezone.now() + 2 * DAY):
        forget_sent_forms()
    assert SentForm.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": ""}, "title"), ({"title": "长" * 81}, "title"), ({"area": "x"}, "area"), ({"area": 10**30}, "area"),
     ({"topic": "99"}, "topic"), ({"key": "x"}, "key"), ({"detail": "长" * 2001}, "detail")],
)  # fmt: skip
def test_what_cannot_be_taken_stays_in_the_form(grid, change, field):
    page = Client().post(SAY, typed(area=grid.pk) | change)

    assert (page.status_code, field in page.context["form"].errors, Concern.objects.count()) == (200, True, 0)


def test_too_many_from_one_network_wait(grid):
    client = Client()
    for _ in range(60):
        client.post(SAY, typed(area=grid.pk))

    page = client.post(SAY, typed(area=grid.pk))

    assert Concern.objects.count() == 60
    assert "次数太多" in page.content.decode()


# --- what only the trained person may read ----------------------------------------------------------------------------
def stored():
    """Every row of the open tables that could tell of it."""
    tables = (Concern, SentForm, AuditEvent, Attachment, OnceKey)
    return {model: sorted(str(row) for row in model.objects.values()) for model in tables}


def test_what_is_told_to_the_trained_person_alone_leaves_nothing_else(as_user, her, worker, safety_officer, chair):
    client = signed_in(her, worker)
    before, pages = stored(), [bare(client.get(path)) for path in (MINE, CENTRE)]
    data = typed(only="on", title="他又动手了", detail="孩子看见了", reach="上午打我姐的电话")

    answers = [client.post(SAY, data).content.decode() for _ in range(2)]

    (report,) = RiskReport.objects.all()
    assert (report.source, report.area, report.subject["resident"], report.reporter["id"]) == (
        "portal", her.area, her.pk, None,
    )  # fmt: skip
    assert report.text == "他又动手了\n孩子看见了\n地点：3 栋\n怎么找她才安全：上午打我姐的电话"
    assert all("只有专门的人看得到" in answer for answer in answers)
    assert (stored(), [bare(client.get(path)) for path in (MINE, CENTRE)]) == (before, pages)
    page = proved(as_user(safety_officer)).get(f"/safety/files/new/?report={report.pk}").context["form"]
    assert (page["how"].value(), page["resident"].value(), page["informant"].value()) == (
        "portal",
        her.pk,
        "本人（居民端）",
    )


def test_without_a_name_it_reaches_her_too(grid, safety_officer):
    page = Client().post(SAY, typed(only="on", area=grid.pk))

    (report,) = RiskReport.objects.all()
    assert (report.area, report.subject["name"], page.context["heard"]) == (grid, "没有留姓名", True)
    assert report.reporter["name"] == "居民端，没有留姓名"
    assert AuditEvent.objects.count() == 0


def test_where_nobody_reads_it_she_is_told_whom_to_ring(grid):
    page = Client().post(SAY, typed(only="on", area=grid.pk))

    assert "现在还没有专门的人看" in page.content.decode()
    assert RiskReport.objects.count() == 1


def test_pictures_of_it_are_not_sent(her, worker):
    page = signed_in(her, worker).post(SAY, {**typed(only="on"), "pictures": [jpeg()]})

    assert page.context["form"].errors["pictures"] == ["只给专门的人看的，照片当面交。请去掉照片再交一次。"]
    assert (RiskReport.objects.count(), Attachment.objects.count()) == (0, 0)


# --- asking by a code -------------------------------------------------------------------------------------------------
def test_with_the_code_of_a_nameless_one_the_answer_is_read(grid, worker):
    concern = answered(ConcernFactory(area=grid, anonymous=True, household=None, resident=None), worker)

    page = Client().post(ASK, {"code": concern.code.lower()})

    assert "物业 7 月 4 日前换好。" in page.content.decode()


def test_with_the_code_of_a_named_one_only_how_it_stands(her, worker):
    concern = answered(said(her, title="想离开这个家", detail="他打人"), worker)

    text = Client().post(ASK, {"code": concern.code}).content.decode()

    assert "已答复" in text
    assert [word for word in ("离开这个家", "他打人", "物业", her.name, concern.number) if word in text] == []


def test_asking_is_slowed_down(grid):
    client, concern = Client(), ConcernFactory(area=grid, anonymous=True, household=None, resident=None)
    for _ in range(10):
        assert client.post(ASK, {"code": concern.code}).context["concern"] == concern
    for _ in range(300):
        assert "没有这个查询码" in client.post(ASK, {"code": "AAAAAAAA"}).content.decode()

    assert "次数太多" in client.post(ASK, {"code": concern.code}).content.decode()


# --- neutral and light ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [HOME, ENTER, MINE, CENTRE, SAY, ASK, "/r/notice/"])
def test_each_page_is_neutral_closed_and_light(her, worker, path):
    client = signed_in(her, worker) if path in (MINE, CENTRE) else Client()
    said(her)

    page = client.get(path, HTTP_ACCEPT_ENCODING="identity")

    text = page.content.decode()
    assert (page.status_code, page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == (
        200, "no-store", "noindex, nofollow",
    )  # fmt: skip
    assert re.search("<title>(.*)</title>", text).group(1) == "社区服务"
    assert "快速离开" in text
    # Where nothing is hers there is nothing to hide: the home of a stranger runs no script.
    loaded = ["css/portal.css", *(["js/portal.js"] if path != HOME else [])]
    assert loads(page) == loaded
    assert weight(page) <= MOST


@pytest.mark.parametrize(
    ("path", "status", "words"), [("/r/nothing/", 404, "没有这一页"), ("/r/enter/", 403, "这一页放得太久了")]
)
def test_an_error_says_nothing_of_the_office(path, status, words):
    client = Client(enforce_csrf_checks=True)

    page = client.post(path, {"code": "x"}) if status == 403 else client.get(path)

    text = page.content.decode()
    assert (page.status_code, words in text, "快速离开" in text) == (status, True, True)
    assert [word for word in ("工作台", "工作平台", "妇联", "管理员") if word in text] == []


def test_large_type_is_kept(client):
    answer = client.get(HOME, {"type": "large"})

    assert answer.url == HOME
    assert 'data-type="large"' in client.get(HOME).content.decode()
    client.get(HOME, {"type": "usual"})
    assert 'data-type="large"' not in client.get(HOME).content.decode()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE portal_entrycode SET expires_at = issued_at",
        "UPDATE portal_entrycode SET used_at = issued_at, dropped_at = issued_at",
    ],
)
def test_the_database_refuses_a_code_that_cannot_be(her, worker, sql):
    issue_code(her, by=worker)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert EntryCode.objects.count() == 1
