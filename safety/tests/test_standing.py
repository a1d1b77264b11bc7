"""How a case stands: what is due when, and why it cannot be closed. From entries alone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.chain import Record
from safety.enums import Kind
from safety.law import REPORT_LIMITED, REPORT_MINOR, waiver_in
from safety.standing import corrected, months_after, standing_of
from safety.tests.factories_file import ANSWERS, INTAKE

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def chain(*entries, **intake):
    """Records from (kind, hours after the start, facts)."""
    rows = [("intake", 0, {**INTAKE, **intake})]
    for kind, hours, *facts in entries:
        rows.append((kind, hours, {**ANSWERS.get(kind, {}), **(facts[0] if facts else {})}))
    return [Record(n, kind, START + hours * HOUR, "吴静", 1, data) for n, (kind, hours, data) in enumerate(rows, 1)]


def dues(records, now=None):
    state = standing_of(records, now or START)
    return {due.kind: (due.words, due.at) for due in state.dues}


@pytest.mark.parametrize(
    ("capacity", "duty"),
    [("full", None), ("minor", REPORT_MINOR), ("limited", REPORT_LIMITED), ("cannot", REPORT_LIMITED)],
)
def test_the_law_wants_a_report_for_whoever_cannot_decide(capacity, duty):
    state = standing_of(chain(capacity=capacity))

    assert (state.must_report, state.report_open) == (duty, duty is not None)
    assert [due.words for due in state.tonight] == (["必须报案"] if duty else []) + ["今晚安全吗", "能不能打电话给她"]


@pytest.mark.parametrize(
    ("capacity", "told", "open_after"),
    [
        ("minor", ["civil"], False),
        ("minor", ["education"], False),
        ("limited", ["civil"], True),
        ("limited", ["police"], False),
    ],
)
def test_which_report_discharges_the_duty(capacity, told, open_after):
    assert standing_of(chain(("report", 1, {"told": told}), capacity=capacity)).report_open is open_after


def test_the_head_s_written_decision_stands_in_place_of_the_report():
    state = standing_of(chain(("no_report", 1, {"why": "核实是摔伤"}), capacity="minor"))

    assert (state.report_open, state.excused, state.reported) == (False, True, False)


def test_the_questions_of_tonight_go_one_by_one():
    words = [
        [due.words for due in standing_of(chain(*[(kind, 1) for kind in ("danger", "contact", "plan")[:n]])).tonight]
        for n in range(4)
    ]

    assert words == [
        ["今晚安全吗", "能不能打电话给她"], ["能不能打电话给她", "和她一起定安全计划"], ["和她一起定安全计划"], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "words", "hours"),
    [
        ([], "满 24 小时回访", 24),
        ([20], "满 72 小时回访", 72),
        ([20, 30], "满 168 小时回访", 168),
        ([100], "满 168 小时回访", 168),
        ([20, 70, 160], "第 30 天一次的回访", 720),
        ([20, 70, 160, 1000], "第 30 天一次的回访", 1440),
    ],
)
def test_she_is_asked_again_after_a_day_three_a_week_and_monthly(asked, words, hours):
    assert dues(chain(*[("follow", hour) for hour in asked]))["follow"] == (words, START + hours * HOUR)


def test_under_a_warning_letter_both_are_visited_apart_for_six_months():
    letter = ("letter", 1, {"received_on": "2026-03-02"})
    first = standing_of(chain(letter))
    seen = standing_of(chain(letter, ("letter_visit", 2, {"letter": 2, "who": "victim", "on": "2026-03-04"})))
    over = standing_of(chain(
        letter, *[("letter_visit", 3, {"letter": 2, "who": who, "on": "2026-08-20"}) for who in ("victim", "offender")]
    ))  # fmt: skip

    def visits(state):
        return {(due.words, due.at.strftime("%Y-%m-%d")) for due in state.dues if due.kind == Kind.LETTER_VISIT}

    assert visits(first) == {
        ("查访受害人（告诫书 告2026001）", "2026-03-05"),
        ("查访加害人（告诫书 告2026001）", "2026-03-05"),
    }
    assert visits(seen) == {
        ("查访受害人（告诫书 告2026001）", "2026-04-04"),
        ("查访加害人（告诫书 告2026001）", "2026-03-05"),
    }
    assert visits(over) == set()


def test_the_last_day_of_an_order_is_watched():
    order = ("order", 1, {"since": "2026-03-02", "until": "2026-09-01"})
    talk = [
        ("order_talk", 2, {"number": "民保1", "on": day, "words": "要延长"})
        for day in ("2026-08-03", "2026-08-20", "2026-08-26")
    ]

    found = [dues(chain(order, *talk[:n]), START).get("order_talk", ("", None))[1] for n in range(4)]

    assert [at and at.strftime("%m-%d") for at in found] == ["08-02", "08-18", "08-25", None]


@pytest.mark.parametrize(("urgent", "hours"), [(True, 24), (False, 72)])
def test_the_court_s_hours_run_from_the_application(urgent, hours):
    asked = ("order", 1, {"step": "asked", "number": "", "urgent": urgent, "since": "", "until": ""})

    assert dues(chain(asked))["order"] == ("问法院保护令作出没有", START + (1 + hours) * HOUR)
    assert "order" not in dues(chain(asked, ("order", 5, {"since": "2026-03-02", "until": "2026-09-01"})))


@pytest.mark.parametrize(
    ("entries", "intake", "blocks"),
    [
        ([], {}, ["还没有评估危险。"]),
        ([("danger", 1)], {}, []),
        ([("danger", 1, {"level": "red"})], {}, ["最近一次危险评估是“高”，先重新评估。"]),
        (
            [("danger", 1)],
            {"capacity": "limited"},
            [f"还没有报案：{REPORT_LIMITED}先报案，或者由妇联负责人写明为什么不报。"],
        ),
        ([("danger", 1), ("report", 2)], {"capacity": "limited"}, []),
        ([("danger", 1), ("letter", 2, {"received_on": "2026-03-02"})], {}, ["告诫书的查访还没有到期满。"]),
    ],
)
def test_why_it_cannot_be_closed(entries, intake, blocks):
    assert standing_of(chain(*entries, **intake)).blocks == blocks


def test_a_closed_case_has_nothing_due_and_an_opened_one_has_again():
    closed = standing_of(chain(("danger", 1), ("close", 2, {"outcome": "safe"})))
    again = standing_of(chain(("danger", 1), ("close", 2, {"outcome": "safe"}), ("reopen", 3, {"why": "又打了"})))

    assert (closed.is_open, closed.dues, again.is_open, bool(again.dues)) == (False, [], True, True)


def test_a_correction_counts_and_the_gravest_that_was_said_stays():
    wrong = {"about": 1, "kind": "intake", "fields": {"name": "王桂花"}, "why": "写错"}

    assert corrected(chain(("amend", 1, wrong)))[0].data["name"] == "王桂花"
    assert len(corrected(chain(("amend", 1, wrong)))) == 1
    softer = {"about": 1, "kind": "intake", "fields": {"capacity": "limited"}, "why": "写错"}
    assert standing_of(chain(("amend", 1, softer), capacity="minor")).must_report == REPORT_MINOR


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("她保证以后不再报警", "不再报警"),
        ("自愿放弃起诉", "放弃起诉"),
        ("不得申请保护令", "不得申请保护令"),
        ("出具谅解书", "出具谅解"),
        ("先去姐姐家住几天", ""),
        ("有事马上报警", ""),
        ("", ""),
    ],
)
def test_words_that_give_up_police_or_court_are_found(text, found):
    assert waiver_in(text) == found


@given(st.dates(), st.integers(0, 60))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months):
    if day.year > 9990:
        return
    later = months_after(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)


kinds = st.sampled_from(
    ["danger", "contact", "plan", "report", "follow", "letter", "order", "note", "no_report", "close", "reopen"]
)


@given(
    st.lists(st.tuples(kinds, st.integers(0, 5000)), max_size=12),
    st.sampled_from(["full", "minor", "limited", "cannot"]),
)
def test_without_a_report_or_a_decision_no_case_that_needs_one_can_be_closed(entries, capacity):
    entries = sorted(entries, key=lambda one: one[1])
    state = standing_of(chain(*entries, capacity=capacity))
    filed = {kind for kind, _ in entries} & {"report", "no_report"}

    assert state.report_open == (capacity != "full" and not filed)
    assert not (state.is_open and state.report_open) or state.blocks != []
