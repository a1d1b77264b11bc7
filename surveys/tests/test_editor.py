"""The editor's pages: each step by a button, one question's form, text and workbooks in and out, the bank."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fedhub.core.testing.client import filled
from fedhub.reference.services import load_reference
from surveys.definition.bank import bank
from surveys.definition.edit import rule_of, with_rules
from surveys.definition.questionnaire import (
    END,
    Condition,
    Jump,
    Option,
    Question,
    Questionnaire,
    Section,
    to_data,
)
from surveys.definition.text import write_text
from surveys.definition.textread import read_text
from surveys.enums import Kind
from surveys.models import Survey
from surveys.services.writing import written
from surveys.services.xlsform import read_xlsform, write_xlsform
from surveys.tests.factories import WORK, SurveyFactory
from surveys.tests.test_flow import survey_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _topics():
    load_reference()


@pytest.fixture
def survey(community):
    return SurveyFactory(area=community)


def now(survey):
    return written(Survey.objects.get(pk=survey.pk))


def codes(survey):
    return [question.code for question in now(survey).questions()]


def at(name, survey, *more):
    return reverse(f"surveys:{name}", args=[survey.pk, *more])


@pytest.mark.parametrize(
    ("step", "code", "expected"),
    [
        ("question_up", "q3", ["q1", "q3", "q2"]),
        ("question_down", "q1", ["q2", "q1", "q3"]),
        ("question_up", "q1", ["q1", "q2", "q3"]),
        ("question_down", "q3", ["q1", "q2", "q3"]),
        ("question_double", "q1", ["q1", "q4", "q2", "q3"]),
        ("question_out", "q2", ["q1", "q3"]),
    ],
)
def test_a_step_by_its_button(client, chair, survey, step, code, expected):
    client.post(at(step, survey, code))

    assert codes(survey) == expected


def test_a_step_about_a_question_that_is_gone_is_not_found(client, chair, survey):
    assert client.post(at("question_up", survey, "q9")).status_code == 404
    assert client.get(at("question", survey, "q9")).status_code == 404


def test_past_the_edge_a_question_goes_to_the_next_part(client, chair, community):
    questionnaire = Questionnaire(
        (Section("一", "", (Question("q1", Kind.TEXT, "甲"),)), Section("二", "", (Question("q2", Kind.TEXT, "乙"),)))
    )
    survey = SurveyFactory(area=community, draft=to_data(questionnaire))

    client.post(at("question_down", survey, "q1"))

    assert [[q.code for q in part.questions] for part in now(survey).sections] == [[], ["q1", "q2"]]


def test_rules_are_set_on_one_page_and_go_out_as_marks(client, chair, survey):
    page = client.get(at("rules", survey))
    assert [(number, q.code, len(fields)) for number, q, fields in page.context["form"].groups] == [
        (1, "q1", 2),
        (2, "q2", 3),
    ]
    assert "这里还没有权益专人" in page.content.decode()
    answer = client.post(at("rules", survey), filled(page, q1_a="help", q2_b="tell"))

    assert answer.url == at("editor", survey)
    rules = {(q.code, o.code): rule_of(o) for q in now(survey).questions() for o in q.options}
    assert {key: rule for key, rule in rules.items() if rule} == {("q1", "a"): "help", ("q2", "b"): "tell"}
    text = write_text(now(survey))
    assert ("A. 在工作【求助】" in text, "B. 技能不够【告诉专人】" in text) == (True, True)
    assert now(survey) == read_text(text).questionnaire
    editor = client.get(at("editor", survey)).content.decode()
    assert "选“技能不够”显示求助电话，还问要不要只告诉专人" in editor
    assert "请在设置里勾上“涉及敏感话题”" in editor


def test_a_rule_that_is_none_and_a_stale_page_change_nothing(client, chair, survey):
    page = client.get(at("rules", survey))
    assert "q1_a" in client.post(at("rules", survey), filled(page, q1_a="call")).context["form"].errors
    client.post(at("rules", survey), filled(page, q1_a="help"))

    late = client.post(at("rules", survey), filled(page, q1_a="tell", once_key="0e0a3c0e-6a5a-4a8b-9f0a-3a6a1a1a1a1a"))
    assert late.status_code == 409
    assert [rule_of(o) for o in now(survey).question("q1").options] == ["help", ""]


def test_a_workbook_keeps_the_rules(client, chair, survey):
    ruled = with_rules(WORK, {("q1", "a"): "tell", ("q2", "b"): "help"})

    back = read_xlsform(BytesIO(write_xlsform(ruled)), "a.xlsx").questionnaire

    assert [(rule_of(o)) for q in back.questions() for o in q.options] == ["tell", "", "", "help", ""]


PARTS = Questionnaire(
    tuple(Section(title, "", (Question(f"q{n}", Kind.TEXT, title),)) for n, title in enumerate("甲乙丙", 1))
)


@pytest.mark.parametrize(
    ("step", "number", "expected"),
    [
        ("section_down", 0, "乙甲丙"),
        ("section_up", 2, "甲丙乙"),
        ("section_up", 0, "甲乙丙"),
        ("section_down", 2, "甲乙丙"),
        ("section_up", 9, "甲乙丙"),
    ],
)
def test_a_whole_part_moves_with_its_questions(client, chair, community, step, number, expected):
    survey = SurveyFactory(area=community, draft=to_data(PARTS))
    page = client.get(at("editor", survey)).content.decode()
    assert page.count("整个部分上移") == page.count("整个部分下移") == 2

    client.post(at(step, survey, number), {"version": survey.version})

    assert [(part.title, [q.label for q in part.questions]) for part in now(survey).sections] == [
        (title, [title]) for title in expected
    ]


@pytest.mark.parametrize("version", ["0", "", "x", "9" * 40])
def test_a_part_of_a_stale_page_does_not_move(client, chair, community, version):
    survey = SurveyFactory(area=community, draft=to_data(PARTS))

    page = client.post(at("section_down", survey, 0), {"version": version}, follow=True).content.decode()

    assert "这一步没有做" in page
    assert [part.title for part in now(survey).sections] == ["甲", "乙", "丙"]


def test_a_drag_is_one_step_and_a_stale_one_changes_nothing(client, chair, survey):
    page = client.get(at("editor", survey))
    client.post(at("editor", survey), filled_order(page, [["q3", "q1", "q2"]]))
    assert codes(survey) == ["q3", "q1", "q2"]

    again = client.post(at("editor", survey), filled_order(page, [["q1", "q2", "q3"]]))
    assert codes(survey) == ["q3", "q1", "q2"]
    assert again.status_code == 409


def filled_order(page, order):
    form = page.context["form"]
    return {"version": form["version"].value(), "order": json.dumps(order)}


@pytest.mark.parametrize(
    "order", ["", "null", "[]", '[["q1"]]', '[["q1","q2","q3","q9"]]', "{", '[["q1","q1","q2"]]', "[1]"]
)
def test_an_order_that_names_other_questions_changes_nothing(client, chair, survey, order):
    version = client.get(at("editor", survey)).context["form"]["version"].value()

    answer = client.post(at("editor", survey), {"version": version, "order": order})

    assert answer.status_code == 200
    assert codes(survey) == ["q1", "q2", "q3"]


def test_a_button_tapped_twice_moves_once(client, chair, survey):
    key = "0e0a3c0e-6a5a-4a8b-9f0a-3a6a1a1a1a1a"
    for _ in range(2):
        client.post(at("question_up", survey, "q3"), {"once_key": key})

    assert codes(survey) == ["q1", "q3", "q2"]


def test_undo_by_its_button(client, chair, survey):
    client.post(at("question_out", survey, "q2"))
    version = Survey.objects.get(pk=survey.pk).version

    client.post(at("undo", survey), {"version": version})

    assert now(survey) == WORK
    client.post(at("undo", survey), {"version": version})
    assert now(survey) == WORK
    client.post(at("undo", survey), {"version": "x"})
    assert now(survey) == WORK


@pytest.mark.parametrize("kind", Kind.values)
def test_a_question_of_every_kind_is_added_and_its_form_saves_what_it_shows(client, chair, survey, kind):
    answer = client.post(at("question_add", survey), {"kind": kind, "section": 0})
    page = client.get(answer.url)

    client.post(answer.url, filled(page, label="新的一题"))

    question = now(survey).question("q4")
    assert (question.kind, question.label) == (kind, "新的一题")
    assert client.get(at("editor", survey)).status_code == 200


@pytest.mark.parametrize("data", [{"kind": "guess", "section": 0}, {"kind": "text"}, {"kind": "text", "section": "x"}])
def test_a_kind_that_is_not_there_adds_nothing(client, chair, survey, data):
    client.post(at("question_add", survey), data)

    assert codes(survey) == ["q1", "q2", "q3"]


def test_the_form_of_a_question_says_options_conditions_and_jumps(client, chair, survey):
    page = client.get(at("question", survey, "q2"))
    client.post(
        at("question", survey, "q2"),
        filled(
            page, kind="single", options="孩子没人带【求助】\n技能不够【限20份】\n其他____\n不愿回答", shown=["q1:b"], asked="not",
            sensitive="on", label="难在哪里呢？",
        ),
    )  # fmt: skip
    page = client.get(at("question", survey, "q2"))
    client.post(at("question", survey, "q2"), filled(page, jump_a="end", jump_b="q3"))

    assert now(survey).question("q2") == Question(
        "q2", Kind.SINGLE, "难在哪里呢？", sensitive=True,
        options=(
            Option("a", "孩子没人带", help=True), Option("b", "技能不够", limit=20), Option("c", "其他", other=True),
            Option("d", "不愿回答", refuse=True),
        ),
        shown_if=(Condition("q1", ("b",), negate=True),),
        jumps=(Jump(("a",), END), Jump(("b",), "q3")),
    )  # fmt: skip


def test_a_form_saved_as_it_opened_changes_nothing(client, chair, survey):
    for code in ("q1", "q2", "q3"):
        client.post(at("question", survey, code), filled(client.get(at("question", survey, code))))

    assert now(survey) == WORK


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"options": ""}, "options", "请写选项，一行一个。"),
        ({"options": "甲（请跳至第3题）\n乙"}, "options", "第 1 行：跳题在下面选。"),
        ({"options": "【限5份】\n乙"}, "options", "第 1 行：这个选项没有写字。"),
        ({"least": "二"}, "least", "请写数。"),
        ({"label": ""}, "label", "这一项要填。"),
        ({"shown": ["q9:z"]}, "shown", "请从列表里选。"),
    ],
)
def test_what_a_form_cannot_take_is_named_at_its_field(client, chair, survey, changes, field, sentence):
    page = client.get(at("question", survey, "q2"))

    answer = client.post(at("question", survey, "q2"), filled(page, **changes))

    assert answer.context["form"].errors == {field: [sentence]}
    assert now(survey) == WORK


def test_options_that_were_out_keep_their_codes_and_are_retired_by_taking_out_their_line(client, chair, community):
    survey = survey_at("open", by=chair, area=community)
    page = client.get(at("question", survey, "q2"))
    assert page.context["form"]["options"].value() == "a) 孩子没人带\nb) 技能不够\nc) 其他____"

    client.post(at("question", survey, "q2"), filled(page, options="c) 别的____\na) 孩子、老人没人带\n身体不好"))

    assert now(survey).question("q2").options == (
        Option("c", "别的", other=True), Option("a", "孩子、老人没人带"), Option("d", "身体不好"),
        Option("b", "技能不够", retired=True),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "sentence"),
    [("z) 甲\n乙", "第 1 行：没有代码 z，新加的选项前面不写代码。"), ("a) 甲\na) 乙", "第 2 行：代码 a 写了两次。")],
)
def test_a_wrong_code_is_named_by_its_line(client, chair, community, options, sentence):
    survey = survey_at("open", by=chair, area=community)
    page = client.get(at("question", survey, "q2"))

    answer = client.post(at("question", survey, "q2"), filled(page, options=options))

    assert answer.context["form"].errors == {"options": [sentence]}


def test_two_at_one_question_one_wins_and_the_other_sees_both(client, chair, survey):
    first, second = client.get(at("question", survey, "q3")), client.get(at("question", survey, "q3"))
    other = client.get(at("question", survey, "q1"))
    client.post(at("question", survey, "q3"), filled(first, label="先存的"))

    answer = client.post(at("question", survey, "q3"), filled(second, label="后存的"))
    client.post(at("question", survey, "q1"), filled(other, label="另一题"))

    assert answer.status_code == 409
    assert [(row["label"], row["theirs"], row["mine"]) for row in answer.context["fields"]] == [
        ("问什么", "先存的", "后存的")
    ]
    assert (now(survey).question("q3").label, now(survey).question("q1").label) == ("先存的", "另一题")


def test_the_preview_shows_what_is_typed_and_saves_nothing(client, chair, survey):
    page = client.get(at("question", survey, "q1"))

    answer = client.post(at("question_preview", survey, "q1"), filled(page, label="<b>您上班吗</b>"))

    assert "&lt;b&gt;您上班吗&lt;/b&gt;" in answer.content.decode()
    assert now(survey) == WORK


def test_parts_get_titles_and_lose_them(client, chair, survey):
    client.post(at("section", survey, 1), filled(client.get(at("section", survey, 1)), title="想法", note="随便说说"))
    assert [(part.title, part.note) for part in now(survey).sections] == [("工作", ""), ("想法", "随便说说")]

    client.post(at("section_drop", survey, 0))
    assert [(part.title, len(part.questions)) for part in now(survey).sections] == [("想法", 3)]
    assert client.get(at("section", survey, 9)).status_code == 404


# --- in and out -----------------------------------------------------------------------------------------------------------
def test_pasted_text_goes_behind_or_in_place(client, chair, survey):
    text = "1. 您几岁 [数字题]\n\n2. 孩子几个 [单选题]\nA. 一个\nB. 两个"
    client.post(at("paste", survey), {"text": text, "how": "add"})
    assert codes(survey) == ["q1", "q2", "q3", "q4", "q5"]

    client.post(at("paste", survey), {"text": text, "how": "replace"})
    assert [(q.code, q.label) for q in now(survey).questions()] == [("q1", "您几岁"), ("q2", "孩子几个")]


def test_what_cannot_be_read_is_shown_by_line_before_anything_is_kept(client, chair, survey):
    text = "1. 您几岁 [数字题]\n2. 画画 [绘图题]"
    answer = client.post(at("paste", survey), {"text": text, "how": "add"})

    assert answer.context["reading"].errors == [(2, "没有“绘图题”这种题型，请改成图片题。")]
    assert "第 2 行" in answer.content.decode()
    assert text in answer.content.decode()
    assert now(survey) == WORK
    client.post(at("paste", survey), {"text": text, "how": "add", "anyway": "on"})
    assert [q.label for q in now(survey).questions()][3:] == ["您几岁", "画画"]


def test_nothing_readable_is_never_kept(client, chair, survey):
    answer = client.post(at("paste", survey), {"text": "随便", "how": "replace", "anyway": "on"})

    assert answer.status_code == 200
    assert now(survey) == WORK


def test_one_that_is_out_is_only_added_to(client, chair, community):
    survey = survey_at("open", by=chair, area=community)

    client.post(at("paste", survey), {"text": "1. 您几岁 [数字题]", "how": "replace"})

    assert codes(survey) == ["q1", "q2", "q3", "q4"]


def test_text_and_workbook_out_and_in_again(client, chair, survey):
    text = client.post(at("text_out", survey)).content.decode()
    book = client.post(at("xlsform_out", survey)).content
    assert text == write_text(WORK, survey.title, survey.purpose)

    client.post(at("paste", survey), {"text": text, "how": "replace"})
    assert now(survey) == WORK
    client.post(at("take_workbook", survey), {"file": SimpleUploadedFile("a.xlsx", book), "how": "replace"})
    assert now(survey) == WORK


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"MZ", b"", b"<script>alert(1)</script>"])
def test_a_hostile_workbook_is_refused_with_a_sentence(client, chair, survey, content):
    answer = client.post(at("take_workbook", survey), {"file": SimpleUploadedFile("a.xlsx", content), "how": "add"})

    assert answer.status_code == 200
    assert answer.context["form"].errors["file"][0].endswith("。")
    assert now(survey) == WORK


def test_a_workbook_with_rows_that_are_not_ours_is_shown_first(client, chair, survey):
    file = BytesIO(write_xlsform(Questionnaire((Section("", "", (Question("x", Kind.TEXT, "=1+1"),)),))))

    client.post(at("take_workbook", survey), {"file": SimpleUploadedFile("a.xlsx", file.read()), "how": "add"})

    assert now(survey).question("q4").label == "=1+1"


def test_the_bank_gives_some_questions_or_all(client, chair, survey):
    source = bank("5")[2]
    client.post(at("bank", survey, "5"), {"codes": ["q1", "q2"]})
    assert [q.label for q in now(survey).questions()][3:] == [q.label for q in source.questions()[:2]]

    client.post(at("bank", survey, "4"), {"codes": [q.code for q in bank("4")[2].questions()]})
    assert len(codes(survey)) == 3 + 2 + len(bank("4")[2].questions())
    assert client.post(at("bank", survey, "5"), {}).context["form"].errors == {"codes": ["请勾选要用的题目。"]}
    assert client.get(at("bank", survey, "9")).status_code == 404


def test_words_that_look_like_markup_are_only_words(client, chair, community):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    survey = SurveyFactory(
        area=community, title=evil[:60], draft=to_data(Questionnaire((Section(evil, evil, (
            Question("q1", Kind.SINGLE, evil, hint=evil, options=(Option("a", evil), Option("b", "乙"))),
            Question("q2", Kind.TEXT, "{q1}", shown_if=(Condition("q1", ("a",)),)),
        )),))),
    )  # fmt: skip

    for page in ("editor", "survey_detail", "paste"):
        html = client.get(at(page, survey)).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    html = client.get(at("question", survey, "q2")).content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    ("method", "name", "more"),
    [
        ("get", "editor", ()), ("get", "question", ("q1",)), ("post", "question_up", ("q1",)), ("post", "question_out", ("q1",)),
        ("get", "paste", ()), ("get", "bank", ("5",)), ("get", "take_workbook", ()), ("post", "undo", ()),
        ("post", "text_out", ()), ("get", "section", (0,)), ("post", "question_preview", ("q1",)),
    ],
)  # fmt: skip
def test_a_stranger_gets_nothing(as_user, stranger, survey, method, name, more):
    assert getattr(as_user(stranger), method)(at(name, survey, *more)).status_code == 404
    assert now(survey) == WORK


def test_a_question_that_was_taken_out_meanwhile_is_not_saved_and_she_is_told(client, chair, survey):
    page = client.get(at("question", survey, "q3"))
    client.post(at("question_out", survey, "q3"))

    answer = client.post(at("question", survey, "q3"), filled(page, label="还有什么？"), follow=True)

    assert "这一题刚被别人删掉了" in answer.content.decode()
    assert codes(survey) == ["q1", "q2"]
