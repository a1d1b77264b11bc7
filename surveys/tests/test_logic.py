"""Which questions are asked, on which pages, in which words: examples, and rules that hold for any questionnaire."""

from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.questionnaire import END, Condition, Jump, Option, Question, Questionnaire, Section
from surveys.enums import Kind
from surveys.logic import has_rules, next_page, offered, offers_telling, pages, piped, progress, shown, shows_help

OPTIONS = (Option("a", "是"), Option("b", "否"), Option("c", "其他", other=True), Option("d", "不愿回答", refuse=True))


def single(code, **more):
    return Question(code, Kind.SINGLE, f"问题 {code}", options=OPTIONS, **more)


def asked_of(*questions):
    return Questionnaire((Section("", questions=questions),))


def test_a_question_is_asked_when_its_condition_is_met():
    paper = asked_of(single("q1"), single("q2", shown_if=(Condition("q1", ("a",)),)))

    assert shown(paper, {}) == ["q1"]
    assert shown(paper, {"q1": "b"}) == ["q1"]
    assert shown(paper, {"q1": "a"}) == ["q1", "q2"]


def test_negation_and_being_answered_at_all_are_conditions():
    paper = asked_of(
        single("q1"),
        Question("q2", Kind.TEXT, "字"),
        single("q3", shown_if=(Condition("q1", ("a",), negate=True),)),
        single("q4", shown_if=(Condition("q2"),)),
    )

    assert shown(paper, {"q1": "a"}) == ["q1", "q2"]
    assert shown(paper, {"q1": "b"}, {"q2": "话"}) == ["q1", "q2", "q3", "q4"]


def test_an_answer_to_what_is_not_asked_any_more_opens_nothing():
    paper = asked_of(
        single("q1"),
        single("q2", shown_if=(Condition("q1", ("a",)),)),
        single("q3", shown_if=(Condition("q2", ("a",)),)),
    )

    assert shown(paper, {"q1": "b", "q2": "a"}) == ["q1"]


def test_a_jump_leaves_out_what_lies_between_and_may_end_it():
    paper = asked_of(
        single("q1", jumps=(Jump(("b",), "q3"), Jump(("d",), END))), single("q2"), single("q3"), single("q4")
    )

    assert shown(paper, {"q1": "a"}) == ["q1", "q2", "q3", "q4"]
    assert shown(paper, {"q1": "b"}) == ["q1", "q3", "q4"]
    assert shown(paper, {"q1": "d"}) == ["q1"]


def test_a_jump_never_leads_back():
    paper = asked_of(single("q1"), single("q2", jumps=(Jump(("a",), "q1"),)), single("q3"))

    assert shown(paper, {"q2": "a"}) == ["q1", "q2", "q3"]


def test_the_target_of_a_jump_is_subject_to_its_own_condition():
    paper = asked_of(
        single("q1", jumps=(Jump(("a",), "q2"),)), single("q2", shown_if=(Condition("q1", ("b",)),)), single("q3")
    )

    assert shown(paper, {"q1": "a"}) == ["q1", "q3"]


def test_retired_questions_are_asked_of_nobody():
    assert shown(asked_of(single("q1", retired=True), single("q2")), {"q1": "a"}) == ["q2"]


def test_pages_are_short_and_break_where_an_answer_decides():
    paper = asked_of(
        Question("n1", Kind.NOTE, "说明"), single("q1"), single("q2"), single("q3"), single("q4"), single("q5"),
        single("q6", jumps=(Jump(("a",), "q8"),)), single("q7"), single("q8"),
        Question("q9", Kind.PHOTO, "照片"), single("q10"),
    )  # fmt: skip

    assert pages(paper) == [["n1", "q1", "q2", "q3", "q4"], ["q5", "q6"], ["q7"], ["q8"], ["q9"], ["q10"]]
    assert has_rules(paper)


def test_the_way_leads_over_pages_with_nothing_to_ask():
    paper = asked_of(
        single("q1"), single("q2", shown_if=(Condition("q1", ("a",)),)), single("q3", shown_if=(Condition("q1"),))
    )

    assert next_page(paper, {"q1": "b"}, after=1) == 3
    assert next_page(paper, {"q1": "b"}, after=3, step=-1) == 1
    assert next_page(paper, {"q1": "b"}, after=3) is None
    assert [progress(paper, {"q1": "b"}, number=n) for n in (1, 3)] == [0, 50]


def test_words_of_an_earlier_answer_stand_in_a_later_wording():
    paper = asked_of(single("q1"), Question("q2", Kind.NUMBER, "岁数"))

    assert piped("您说“{q1}”，{q2} 岁，{q9}", paper, {"q1": "a", "q2": 3}) == "您说“是”，3 岁，{q9}"
    assert piped("{q1}", paper, {}) == "……"
    assert piped("{q1}", paper, {"q1": "c"}, {"q1.c": "在家做工"}) == "在家做工"


def test_mixed_options_keep_their_order_for_one_person_and_the_last_ones_stay_last():
    many = Question(
        "q1", Kind.MULTIPLE, "选", shuffle=True, options=(*(Option(f"o{n}", str(n)) for n in range(8)), *OPTIONS[2:])
    )
    orders = {tuple(one.code for one in offered(many, seed)) for seed in "abcdef"}

    assert len(orders) > 1
    assert {order[-2:] for order in orders} == {("c", "d")}
    assert offered(many, "a") == offered(many, "a")
    assert offered(many) == many.options


def test_help_is_shown_after_an_option_that_asks_for_it():
    paper = asked_of(
        Question("q1", Kind.MULTIPLE, "选", options=(Option("a", "打人", help=True), Option("b", "别的")))
    )

    assert shows_help(paper, {"q1": ["b", "a"]})
    assert not shows_help(paper, {"q1": ["b"]})


def test_the_trained_person_is_offered_after_an_option_that_asks_for_it():
    paper = asked_of(
        Question(
            "q1",
            Kind.SINGLE,
            "选",
            options=(Option("a", "打人", help=True, tell=True), Option("b", "吵架", help=True)),
        )
    )

    assert [offers_telling(paper, {"q1": code}) for code in ("a", "b", "")] == [True, False, False]


# --- any questionnaire ----------------------------------------------------------------------------------------------
CODES = [f"q{n}" for n in range(1, 8)]
some = st.lists(st.sampled_from("abcd"), max_size=2).map(tuple)
questions = st.lists(
    st.builds(
        lambda kind, retired, shown_if, jumps: (kind, retired, shown_if, jumps),
        st.sampled_from([Kind.SINGLE, Kind.MULTIPLE, Kind.NOTE, Kind.TEXT, Kind.PHOTO]),
        st.booleans(),
        st.lists(st.builds(Condition, st.sampled_from(CODES), some, st.booleans()), max_size=2).map(tuple),
        st.lists(st.builds(Jump, some, st.sampled_from([*CODES, END])), max_size=2).map(tuple),
    ),
    min_size=1, max_size=7,
).map(
    lambda made: asked_of(*(
        Question(code, kind, code, options=OPTIONS if kind in (Kind.SINGLE, Kind.MULTIPLE) else (), retired=retired,
                 shown_if=shown_if, jumps=jumps)
        for code, (kind, retired, shown_if, jumps) in zip(CODES, made, strict=False)
    ))
)  # fmt: skip
answers = st.dictionaries(st.sampled_from(CODES), st.sampled_from(["a", "b", ["a"], ["b", "c"], None, ""]))


@given(questions, answers)
def test_what_is_asked_keeps_the_order_and_holds_nothing_retired(paper, given_answers):
    asked = shown(paper, given_answers)
    order = [question.code for question in paper.questions() if not question.retired]

    assert asked == [code for code in order if code in asked]


@given(questions, answers)
def test_answers_to_what_is_not_asked_change_nothing(paper, given_answers):
    asked = shown(paper, given_answers)

    assert shown(paper, {code: value for code, value in given_answers.items() if code in asked}) == asked


@given(questions)
def test_each_question_stands_on_one_page(paper):
    made = pages(paper)

    assert [code for page in made for code in page] == [q.code for q in paper.questions() if not q.retired]
    assert all(page for page in made)


@given(questions, answers)
def test_no_page_changes_by_what_is_answered_on_it(paper, given_answers):
    for page in pages(paper):
        before = {code: value for code, value in given_answers.items() if code not in page}
        assert [c for c in shown(paper, before) if c in page] == [c for c in shown(paper, given_answers) if c in page]


@given(questions, answers)
def test_every_asked_question_is_reached_by_walking_on(paper, given_answers):
    number, seen = 0, []
    while number := next_page(paper, given_answers, after=number):
        seen.append(number)
    asked = set(shown(paper, given_answers))

    assert seen == [n for n, page in enumerate(pages(paper), 1) if asked & set(page)]
