"""The papers of a case: what stands in each, what stands in none, and who may print them."""

import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core.models import SealedEvent
from fedhub.core.papercheck import check_template
from fedhub.core.papers import example, fill, render
from mediation.layout import COVERS, LAYOUTS
from mediation.models import Case
from mediation.papers import PAPERS, WHOLE, keys_of
from mediation.papervalues import values_of
from mediation.services import cases
from mediation.services.notes import write_note
from mediation.tests.factories import WORDS, a_case, case_at, finish, settle
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
today = timezone.localdate
NOTE, PHONE = "她其实想离婚，别让对方知道", "13800000000"


def full(case):
    return Case.objects.select_related("area", "officer", "recorded_by").get(pk=case.pk)


@pytest.fixture
def case(grid, chair):
    """A case with a session, an agreement in writing that is kept and followed up, a private note, a way to reach a party."""
    made = case_at("mediating", grid, chair)
    body = made.body
    body["parties"][0]["contact"] = PHONE
    made.body = body
    made.save(update_fields=["body"])
    write_note(made, words=NOTE, by=chair)
    cases.mediate(
        made,
        on=today(),
        words="两边各让一步",
        place="微家",
        present=["0", "1"],
        others="马青",
        result="agreed",
        by=chair,
    )
    finish(settle(made, chair, terms=2), chair)
    return full(made)


EVERY = [
    "cover", "application", "acceptance", "rights", "identity", "session", "agreement", "proofs", "followup", "closing", "back",
]  # fmt: skip


def text_of(key, values):
    """Every line of the filled file."""
    data = fill(PAPERS[key], values)
    document = Document(io.BytesIO(data))
    lines = [p.text for p in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*lines, *cells])
    assert re.search(r"\{\{|\{%", text) is None
    return text


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("cover", ["人民调解卷宗", "李丽、张强夫妻关系纠纷", "周敏"]),
        ("application", ["人民调解申请书", WORDS, "商量好谁接送孩子", "申请人"]),
        ("acceptance", ["受理登记表", "当事人申请", WORDS]),
        ("rights", ["第二十三条", "第二十四条", "李丽", "张强", "报警、起诉"]),
        ("session", ["微家", "李丽、张强、马青", "两边各让一步", "谈成了"]),
        ("agreement", ["协议书", "第0周接孩子", "第1周接孩子", "谁接送"]),
        ("followup", ["都在履行", "问过", "已履行"]),
        ("closing", ["结案报告表", "开始调解", WORDS]),
    ],
)
def test_each_paper_says_what_the_case_says(case, chair, key, words):
    text = text_of(key, values_of(case, "清和社区妇联", chair))

    assert [one for one in words if one not in text] == []


def test_the_whole_file_has_all_papers_with_their_pages_in_the_contents(case, chair):
    values = values_of(case, "清和社区妇联", chair)
    text = text_of(WHOLE, values)
    xml = Document(io.BytesIO(fill(PAPERS[WHOLE], values))).element.xml

    has = [LAYOUTS[key].title for key in keys_of(values)]
    assert keys_of(values) == EVERY
    # Once as its own heading, once in the contents; the covers are not in them.
    assert [title for title in has[1:-1] if text.count(title) < 2] == []
    assert [LAYOUTS[key].title for key in LAYOUTS if key not in EVERY and LAYOUTS[key].title in text] == []
    named = set(re.findall(r'w:instr="PAGEREF (\w+)', xml))
    assert named == {f"{key}_1" for key in EVERY if key not in COVERS} | {"end_1"}
    assert named <= set(re.findall(r'<w:bookmarkStart[^>]*w:name="(\w+)"', xml))


def test_an_oral_agreement_is_a_register_entry(grid, chair):
    made = case_at("mediating", grid, chair)
    agreement = settle(made, chair, form="oral")
    values = values_of(full(made), "清和社区妇联", chair)

    assert ("oral" in keys_of(values), "agreement" in keys_of(values)) == (True, False)
    assert agreement.code in text_of("oral", values)


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        ("registered", ["cover", "application", "acceptance", "rights", "identity", "back"]),
        ("refused", ["cover", "application", "acceptance", "refusal", "rights", "identity", "closing", "back"]),
        ("failed", ["cover", "application", "acceptance", "rights", "identity", "ending", "closing", "back"]),
        ("ended", ["cover", "application", "acceptance", "rights", "identity", "ending", "closing", "back"]),
        ("referred", ["cover", "application", "acceptance", "rights", "identity", "closing", "back"]),
    ],
)
def test_a_paper_that_the_case_has_not_is_not_there(grid, chair, state, keys):
    values = values_of(full(case_at(state, grid, chair)), "", chair)

    assert keys_of(values) == keys


def test_no_paper_holds_a_private_note_or_how_a_party_is_reached(case, chair):
    values = values_of(case, "清和社区妇联", chair)
    texts = [text_of(key, values) for key in [*keys_of(values), WHOLE] if key in PAPERS]

    assert [word for text in texts for word in (NOTE, PHONE) if word in text] == []


# --- the pages -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def desk(chair, as_user):
    with_authenticator(chair)
    return proved(as_user(chair))


def prints():
    return [
        one.content["detail"] for one in SealedEvent.objects.all() if one.content["action"] == "mediation.case.print"
    ]


def test_papers_are_printed_and_taken_along_with_a_trace(case, desk):
    page = desk.get(reverse("mediation:case_papers", args=[case.pk])).content.decode()
    sheet = desk.get(reverse("mediation:case_paper", args=[case.pk, "agreement"])).content.decode()
    whole = desk.get(reverse("mediation:case_paper", args=[case.pk, WHOLE])).content.decode()
    made = desk.post(reverse("mediation:paper_file", args=[case.pk, WHOLE]))

    assert [title in page for title in ("整本卷宗", "人民调解协议书", "人民调解口头协议登记表")] == [True, True, False]
    assert ("第0周接孩子" in sheet, "卷内目录" in whole, "卷宗封底" in whole) == (True, True, True)
    assert [word in sheet + whole for word in (NOTE, PHONE)] == [False, False]
    assert made.content[:2] == b"PK"
    assert made.headers["Content-Disposition"] == 'attachment; filename="wenshu.docx"'
    assert sorted(map(str, prints())) == sorted(
        map(str, [{"paper": "agreement"}, {"paper": WHOLE}, {"paper": WHOLE, "word": True}])
    )


@pytest.mark.parametrize("kind", ["oral", "court", "nothing"])
def test_what_is_no_paper_of_the_case_is_no_page(case, desk, kind):
    assert desk.get(reverse("mediation:case_paper", args=[case.pk, kind])).status_code == 404
    assert prints() == []


def test_a_mediator_prints_her_own_cases_alone(grid, community, chair, as_user):
    user = user_with(Role.MEDIATOR, community, username="m9")
    with_authenticator(user)
    client = proved(as_user(user))
    own, other = a_case(grid, chair, officer=user), a_case(grid, chair)

    assert [client.get(reverse("mediation:case_papers", args=[one.pk])).status_code for one in (own, other)] == [
        200,
        404,
    ]


@pytest.mark.parametrize("key", list(PAPERS))
def test_an_office_may_hand_in_every_shipped_template_again(key):
    paper = PAPERS[key]

    assert (
        check_template(paper, paper.shipped.read_bytes(), lambda data: render(data, example(paper), strict=True))
        is None
    )
