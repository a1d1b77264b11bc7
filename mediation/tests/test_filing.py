"""What lies in the file of a case: materials, inquiries, what papers say of the parties, how long it is kept."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core import once
from fedhub.core.images import clean_image
from fedhub.core.models import Attachment, SealedEvent
from fedhub.core.papers import fill
from fedhub.core.testing.client import filled
from households.tests.factories import HouseholdFactory, MembershipFactory, ResidentFactory
from mediation.keeping import MUCH, keep_of
from mediation.models import Case, Filing, Material, MaterialPage
from mediation.papers import PAPERS, WHOLE, keys_of, offered_keys
from mediation.papervalues import values_of
from mediation.services import agreements, cases, closing, filing
from mediation.tests.factories import a_case, a_draft, case_at, finish, settle
from safety.models import RiskReport
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate
HOME, PHONE = "和平路 12 号 3 门", "13800000000"


def full(case):
    return Case.objects.select_related("area", "officer", "recorded_by").get(pk=case.pk)


def picture(name="a.jpg"):
    data = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def described(case, place, by, *, contact="", agent="", mandate=None, **facts):
    filing.describe_party(
        case, place, facts=facts, contact=contact, agent=agent, mandate=mandate, base_version=full(case).version, by=by
    )


def values(case, by):
    return values_of(full(case), "清和社区妇联", by)


def put(case, by, kind="written", name="结婚证复印件", pages=2, pictures=1):
    sheets = [clean_image(picture()) for _ in range(pictures)]
    filing.add_material(
        case, kind=kind, name=name, source="李丽", on=today(), pages=pages, pictures=sheets, by=by, key=once.new_key()
    )
    return Material.objects.order_by("-number").first()


@pytest.fixture
def case(grid, chair):
    return case_at("mediating", grid, chair)


@pytest.fixture
def desk(chair, as_user):
    with_authenticator(chair)
    return proved(as_user(chair))


# --- what papers say of the parties -----------------------------------------------------------------------------------
def test_a_party_in_the_files_is_described_by_her_record(grid, chair):
    her = ResidentFactory(area=grid, sex="2", birth="1985-04-01", ethnic="01", workplace="小学教师")
    MembershipFactory(resident=her, household=HouseholdFactory(area=grid, address="清和里 3 栋 201"))
    rows = values(a_case(grid, chair, her, "张强"), chair)

    assert [rows["当事人内部"][0][word] for word in ("性别", "民族", "职业", "住址")] == [
        "女", "汉族", "小学教师", "清和里 3 栋 201",
    ]  # fmt: skip
    assert rows["当事人内部"][0]["年龄"] == str(today().year - 1985 - ((today().month, today().day) < (4, 1)))
    assert {rows["当事人内部"][1][word] for word in ("性别", "民族", "年龄", "职业", "住址")} == {""}


def test_a_record_that_was_joined_to_another_is_followed(grid, chair):
    kept = ResidentFactory(area=grid, sex="2")
    gone = ResidentFactory(area=grid, sex="1")
    made = a_case(grid, chair, gone, "张强")
    type(gone).objects.filter(pk=gone.pk).update(state="merged", merged_into=kept)

    assert values(made, chair)["当事人"][0]["性别"] == "女"


def test_what_she_told_for_this_case_goes_before_the_record(grid, chair):
    made = a_case(grid, chair, ResidentFactory(area=grid, workplace="教师"), "张强")
    described(made, 0, chair, job="退休教师")

    assert values(made, chair)["当事人"][0]["职业"] == "退休教师"


@pytest.mark.parametrize(("agreed", "shown"), [(True, HOME), (False, "")])
def test_where_she_lives_stands_in_papers_of_both_only_when_she_agrees(case, chair, agreed, shown):
    described(case, 0, chair, address=HOME, **({"open": True} if agreed else {}))
    said = values(case, chair)

    assert (said["当事人"][0]["单位或住址"], said["当事人内部"][0]["住址"]) == (shown, HOME)


@pytest.mark.parametrize("together", [True, False])
def test_who_live_together_know_where_they_live(grid, chair, together):
    home = HouseholdFactory(area=grid, address=HOME)
    two = [ResidentFactory(area=grid) for _ in range(2)]
    MembershipFactory(resident=two[0], household=home)
    MembershipFactory(resident=two[1], household=home if together else HouseholdFactory(area=grid, address="别处"))
    rows = values(a_case(grid, chair, *two), chair)["当事人"]

    assert [one["单位或住址"] for one in rows] == ([HOME, HOME] if together else ["", ""])


def test_an_address_told_for_this_case_is_hers_alone_also_where_the_record_has_both_in_one_home(grid, chair):
    home = HouseholdFactory(area=grid, address=HOME)
    two = [ResidentFactory(area=grid) for _ in range(2)]
    for one in two:
        MembershipFactory(resident=one, household=home)
    made = a_case(grid, chair, *two)
    described(made, 0, chair, address="娘家 9 号")
    hidden = values(made, chair)
    described(made, 0, chair, address="娘家 9 号", open=True)
    shown = values(made, chair)

    assert [one["单位或住址"] for one in hidden["当事人"]] == ["", HOME]
    assert [one["住址"] for one in hidden["当事人内部"]] == ["娘家 9 号", HOME]
    assert [one["单位或住址"] for one in shown["当事人"]] == ["娘家 9 号", HOME]


def test_where_she_works_by_the_record_stands_in_no_paper_that_both_read(grid, chair):
    made = a_case(grid, chair, ResidentFactory(area=grid, workplace="实验小学"), "张强")
    said = values(made, chair)
    both = [key for key in PAPERS if key not in ("closing", WHOLE)]
    texts = {}
    for key in both:
        book = zipfile.ZipFile(io.BytesIO(fill(PAPERS[key], said)))
        texts[key] = b"".join(book.read(name) for name in book.namelist()).decode(errors="ignore")

    assert (said["当事人"][0]["职业"], said["当事人内部"][0]["职业"]) == ("", "实验小学")
    assert [key for key, text in texts.items() if "实验小学" in text] == []


def test_no_paper_that_both_read_and_no_file_property_tells_how_a_party_is_reached(case, chair):
    described(case, 0, chair, address=HOME, contact=PHONE)
    described(case, 1, chair, address="别处 9 号", contact="13911111111")
    settle(case, chair)
    said, inside = values(case, chair), ("closing", WHOLE)
    files = {key: zipfile.ZipFile(io.BytesIO(fill(PAPERS[key], said))) for key in [*offered_keys(said), WHOLE]}
    texts = {
        key: b"".join(one.read(name) for name in one.namelist()).decode(errors="ignore") for key, one in files.items()
    }

    assert [key for key, text in texts.items() for way in (PHONE, "13911111111") if way in text] == []
    assert [key for key, text in texts.items() if key not in inside and (HOME in text or "别处 9 号" in text)] == []
    assert HOME in texts[WHOLE] if "closing" in keys_of(said) else True
    names = [one.read("docProps/core.xml").decode() for one in files.values()]
    assert [text for text in names if "李丽" in text or chair.name in text] == []


def test_a_party_is_described_on_a_page_and_an_older_page_saves_nothing(case, desk):
    url = reverse("mediation:person", args=[case.pk, 0])
    sent = filled(
        desk.get(url), sex="2", birth="1985", ethnic="01", job="教师", address=HOME, agent="李红", power="special",
        scope="签订协议", since="2026-05-01", until="2026-06-01", contact=PHONE,
    )  # fmt: skip
    old = filled(desk.get(url), job="别的")
    assert desk.post(url, sent).status_code == 302
    again = desk.post(url, old)

    party = full(case).parties[0]
    assert party["facts"] == {"sex": "2", "birth": "1985", "ethnic": "01", "job": "教师", "address": HOME}
    assert party["mandate"] == {"power": "special", "scope": "签订协议", "since": "2026-05-01", "until": "2026-06-01"}
    assert (party["agent"], party["contact"]) == ("李红", PHONE)
    assert ("别人刚才改过" in again.content.decode(), 'value="别的"' in again.content.decode()) == (True, True)


def test_what_others_do_in_the_case_meanwhile_does_not_stand_in_the_way(case, desk, chair):
    url = reverse("mediation:person", args=[case.pk, 0])
    sent = filled(desk.get(url), job="教师")
    put(case, chair)
    described(case, 1, chair, job="司机")
    answer = desk.post(url, sent)

    assert answer.status_code == 302
    assert [one["facts"]["job"] for one in full(case).parties] == ["教师", "司机"]
    without = desk.post(url, {**filled(desk.get(url), job="别的"), "seen": ""})
    assert ("别人刚才改过" in without.content.decode(), full(case).parties[0]["facts"]["job"]) == (True, "教师")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"scope": "签订协议"}, "请写代理人是谁"),
        ({"agent": "李红", "power": "special"}, "请逐项写明授权的事项"),
        ({"agent": "李红", "since": "2026-06-01", "until": "2026-05-01"}, "不早于开始的日期"),
        ({"birth": "八五年"}, ""),
    ],
)
def test_a_mandate_says_who_for_what_and_how_long(case, desk, typed, words):
    url = reverse("mediation:person", args=[case.pk, 0])
    page = desk.post(url, filled(desk.get(url), **typed))

    assert (page.status_code, words in page.content.decode()) == (200, True)
    assert "mandate" not in full(case).parties[0]


def test_each_party_that_somebody_acts_for_gives_a_mandate_of_her_own(case, chair):
    described(case, 0, chair, agent="李红", mandate={"power": "special", "scope": "签订协议", "since": "2026-05-01"})
    described(case, 1, chair, agent="王律师", mandate={"power": "plain"})
    said = values(case, chair)

    assert [(one["委托人"], one["受托人"], one["代理权限"]) for one in said["委托书"]] == [
        ("李丽", "李红", "特别授权"), ("张强", "王律师", "一般代理"),
    ]  # fmt: skip
    assert said["委托书"][0]["委托期限"] == "自2026年5月1日至＿＿年＿＿月＿＿日"
    assert "mandate" in keys_of(said)


# --- materials ---------------------------------------------------------------------------------------------------------
def test_a_material_is_taken_with_its_pictures_and_shown_to_whoever_sees_the_case(case, desk, community, as_user):
    url = reverse("mediation:material_create", args=[case.pk])
    sent = filled(desk.get(url), kind="written", name="转账截图", source="张强", pages="2")
    desk.post(url, {**sent, "pictures": [picture(), picture("b.jpg")]})
    sheet = MaterialPage.objects.order_by("number").first()
    address = reverse("mediation:material_sheet", args=[case.pk, sheet.pk])
    shown = desk.get(address)

    assert (Material.objects.get().said["name"], MaterialPage.objects.count()) == ("转账截图", 2)
    assert (shown.headers["Content-Type"], shown.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert "转账截图" in desk.get(case.get_absolute_url()).content.decode()
    stranger = user_with(Role.MEDIATOR, community, username="m9")
    with_authenticator(stranger)
    other = proved(as_user(stranger))
    assert {other.get(one).status_code for one in (address, url)} == {404}


def test_nothing_of_a_material_lies_in_clear_or_in_the_store_of_attachments(case, chair):
    made = put(case, chair)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM mediation_material")
        raw = bytes(cursor.fetchone()[0])
        cursor.execute("SELECT picture FROM mediation_materialpage")
        sheet = bytes(cursor.fetchone()[0])

    assert ("结婚证".encode() in raw, b"/9j/" in sheet, Attachment.objects.count()) == (False, False, 0)
    assert made.pictures.get().get()[:2] == b"\xff\xd8"


def test_the_same_form_twice_is_one_material(case, chair):
    key = once.new_key()
    for _ in range(2):
        filing.add_material(case, kind="other", name="信", source="李丽", on=today(), pages=1, by=chair, key=key)

    assert Material.objects.count() == 1


def test_each_material_lies_behind_its_own_paper_with_a_sheet_for_every_page(case, chair):
    settle(case, chair)
    for kind, pages in (("identity", 1), ("written", 2), ("proof", 1), ("court", 1)):
        put(case, chair, kind=kind, name=f"材料{kind}", pages=pages, pictures=0)
    said = values(case, chair)

    assert [[one["名称"] for one in said[name]] for name in ("身份证明", "证据", "凭证", "法院文书")] == [
        ["材料identity"], ["材料written"], ["材料proof"], ["材料court"],
    ]  # fmt: skip
    assert [(one["页"], one["共"]) for one in said["证据附页"]] == [("1", "2"), ("2", "2")]
    assert {"evidence", "proofs"} <= set(keys_of(said))


def test_what_was_put_in_by_mistake_stays_with_its_reason_and_leaves_the_papers(case, chair, desk):
    made = put(case, chair)
    url = reverse("mediation:material_strike", args=[case.pk, made.pk])
    desk.post(url, filled(desk.get(url), why="拿错了"))
    page = desk.get(case.get_absolute_url()).content.decode()

    assert ("拿错了" in page, values(case, chair)["证据"]) == (True, [])
    assert desk.get(url).status_code == 404
    with pytest.raises(ValidationError, match="已经作废"):
        filing.strike_material(made, why="再来", by=chair)


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"pages": 1, "pictures": [1, 2]}, "不能比它少"), ({"on": today() + timedelta(days=1)}, "不能晚于今天")],
)
def test_what_no_material_can_be(case, chair, facts, words):
    given = {"kind": "other", "name": "信", "source": "李丽", "on": today(), "pages": 2, **facts}
    with pytest.raises(ValidationError, match=words):
        filing.add_material(case, **given, by=chair)
    assert Material.objects.count() == 0


def test_the_file_of_a_case_that_is_over_stays_as_it_is(grid, chair, desk):
    case = case_at("refused", grid, chair)

    for act in (
        lambda: put(case, chair),
        lambda: described(case, 0, chair),
        lambda: filing.inquire(case, on=today(), asked="王", words="听到", by=chair),
    ):
        with pytest.raises(ValidationError):
            act()
    urls = [reverse("mediation:material_create", args=[case.pk]), reverse("mediation:person", args=[case.pk, 0])]
    assert {desk.get(url).status_code for url in urls} == {404}


@pytest.mark.parametrize("column", ["kind = 'x'", "pages = 0"])
def test_the_database_takes_no_material_that_is_none(case, chair, column):
    put(case, chair)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE mediation_material SET {column}")


# --- inquiries -----------------------------------------------------------------------------------------------------------
def test_an_inquiry_is_a_paper_of_its_own(case, desk, chair):
    url = reverse("mediation:case_act", args=[case.pk, "inquiry"])
    sent = filled(desk.get(url), place="楼下", asked="王大妈", kin="邻居", sex="2", age="63", words="听到过争吵")
    desk.post(url, sent)
    desk.post(url, sent)
    said = values(case, chair)

    assert [
        (one["被调查人"], one["和当事人的关系"], one["性别"], one["年龄"], one["调查内容"]) for one in said["调查"]
    ] == [("王大妈", "邻居", "女", "63", "听到过争吵")]
    assert "inquiry" in keys_of(said)
    assert "问了王大妈（邻居）" in desk.get(case.get_absolute_url()).content.decode()


def test_violence_found_by_asking_leaves_nothing_here(case, chair):
    filing.inquire(case, on=today(), asked="王大妈", words="她被打了", violence=True, by=chair, key=once.new_key())

    assert (full(case).state, RiskReport.objects.count()) == ("referred", 1)
    assert not any("被打" in str(one.body) for one in case.entries.all())


def test_all_that_was_written_of_a_witness_goes_to_the_sealed_report(case, desk):
    url = reverse("mediation:case_act", args=[case.pk, "inquiry"])
    sent = filled(
        desk.get(url), place="3 号楼下", asked="王大妈", kin="邻居", sex="2", age="63", others="民警小赵",
        words="夜里听到哭喊", violence="on",
    )  # fmt: skip
    desk.post(url, sent)
    told = RiskReport.objects.get().text

    wanted = ("夜里听到哭喊", "3 号楼下", "王大妈", "邻居", "性别：女", "年龄：63", "民警小赵", str(today().year))
    assert [word for word in wanted if word not in told] == []
    assert [one for one in case.entries.all() if "王大妈" in str(one.body)] == []


def test_all_that_was_written_of_a_meeting_goes_to_the_sealed_report(case, desk):
    url = reverse("mediation:case_act", args=[case.pk, "session"])
    sent = filled(
        desk.get(url),
        place="社区二楼",
        present=["1"],
        others="马青",
        words="她说被打了",
        violence="on",
        result="stuck",
    )
    desk.post(url, sent)
    told = RiskReport.objects.get().text

    assert [word for word in ("她说被打了", "社区二楼", "到场的当事人：张强", "马青") if word not in told] == []
    assert [one for one in case.entries.all() if "社区二楼" in str(one.body)] == []


# --- how long it is kept -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("form", "kind", "fen", "court", "keep"),
    [
        ("oral", "0101", None, False, "short"),
        ("written", "0101", None, False, "long"),
        ("written", "0106", None, False, "longer"),
        ("oral", "0101", MUCH, False, "longer"),
        ("written", "0101", MUCH - 1, False, "long"),
        ("written", "0101", None, True, "longer"),
    ],
)
def test_how_long_a_file_is_kept_follows_what_it_is_about(grid, chair, form, kind, fen, court, keep):
    case = case_at("mediating", grid, chair, kind=kind)
    draft = a_draft(case, chair, form=form)
    draft.promises.update(amount=fen)
    signed = {"signed": [today()] * 2, "mediator_on": today(), "stamped_on": today()}
    oral = {"on": today(), "agreed": range(2)}
    agreements.sign_agreement(
        draft, **(signed if form == "written" else oral), base_version=draft.version, by=chair, key=once.new_key()
    )
    if court:
        agreements.ask_confirmation(draft, on=today(), court="区法院", agreed=["0", "1"], by=chair, key=once.new_key())

    assert keep_of(full(case)) == keep


def test_the_closing_says_how_long_and_what_is_missing(grid, chair, desk):
    case = case_at("settled", grid, chair)
    finish(case.agreements.get(), chair)
    url = reverse("mediation:case_act", args=[case.pk, "close"])
    page = desk.get(url)
    assert filled(page)["keep"] == "long"
    desk.post(url, filled(page, words="办完", keep="forever", checker="沈芸", remarks="原件已还"))
    said = values(case, chair)

    assert [said[word] for word in ("保管期限", "检查人", "情况说明", "立卷人")] == [
        "永久",
        "沈芸",
        "原件已还",
        chair.name,
    ]
    assert "remarks" in keys_of(said)


def test_a_file_taken_up_again_is_filed_anew(grid, chair):
    case = case_at("closed", grid, chair)
    closing.reopen_case(case, words="又吵", agreed=["0", "1"], by=chair, key=once.new_key())
    assert values(case, chair)["保管期限"] == ""
    cases.fail_case(case, on=today(), words="谈不拢", by=chair, key=once.new_key())
    closing.close_case(case, on=today(), words="办完", keep="forever", by=chair, key=once.new_key())

    assert (Filing.objects.count(), values(case, chair)["保管期限"]) == (1, "永久")


# --- other papers ---------------------------------------------------------------------------------------------------------
def test_who_is_refused_reads_why_and_where_else_to_go(grid, chair):
    case = case_at("refused", grid, chair)
    said = values(case, chair)

    assert [said[word] for word in ("不予受理的依据", "建议的途径", "申请人")] == [
        "法院已经受理或者判决",
        "等判决",
        "李丽",
    ]


@pytest.mark.parametrize(
    ("state", "end"),
    [
        ("failed", "调解不成"),
        ("withdrawn", "当事人撤回"),
        ("ended", "依法终止：一方已经起诉，法院已经受理"),
        ("referred", ""),
    ],
)
def test_how_it_ended_is_told_without_what_was_written_down(grid, chair, state, end):
    case = case_at(state, grid, chair)
    said = values(case, chair)

    assert (said["终止的原因"], "ending" in keys_of(said)) == (end, bool(end))
    if end and state != "ended":
        closing.close_case(case, on=today(), words="办完", by=chair, key=once.new_key())
        assert values(case, chair)["终止的原因"] == end


def test_the_joint_application_is_offered_while_a_court_may_be_asked_and_lies_in_the_file_once_it_was(case, chair):
    agreement = settle(case, chair)
    before = values(case, chair)
    agreements.ask_confirmation(agreement, on=today(), court="区法院", agreed=["0", "1"], by=chair, key=once.new_key())
    agreements.court_answers(agreement, step="accept", on=today(), words="3 号", by=chair, key=once.new_key())
    after = values(case, chair)

    assert ("confirmation" in keys_of(before), "confirmation" in offered_keys(before)) == (False, True)
    assert {"confirmation", "court"} <= set(keys_of(after))
    assert (after["法院"], [one["内容"] for one in after["法院办理"]]) == (
        "区法院", ["双方向区法院申请司法确认。", "司法确认：法院受理。3 号"],
    )  # fmt: skip


def test_what_is_done_in_the_file_stands_in_the_sealed_trail_alone(case, chair):
    put(case, chair)
    described(case, 0, chair)
    filing.inquire(case, on=today(), asked="王", words="听到", by=chair, key=once.new_key())

    acts = [one.content["action"] for one in SealedEvent.objects.all()]
    assert [acts.count(f"mediation.case.{one}") for one in ("material", "person", "inquiry")] == [1, 1, 1]
