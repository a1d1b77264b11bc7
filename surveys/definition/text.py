"""A questionnaire as plain text: `write_text` gives the layout that `surveys.definition.textread` reads, word for word.

What the text says: number, wording, tag of the kind, marks in 【】, `*` where an answer is needed; options with letters, `____`
where words may follow, marks of their own, where to go on. Codes are not said: they are made anew, in order, when it is read.
Retired questions and options are left out.
"""

from dataclasses import replace

from surveys.definition.codes import recoded
from surveys.definition.questionnaire import END, Questionnaire
from surveys.definition.words import (
    END_WORDS,
    LONG,
    NONE_OF_THEM,
    OTHER,
    PAGE,
    RATHER_NOT,
    TAGS,
    nth,
)
from surveys.enums import Kind


def write_text(questionnaire, title="", intro=""):
    """The text of `questionnaire` under its `title` and `intro`."""
    asked = recoded(offered(questionnaire))
    numbers = {question.code: n for n, question in enumerate(asked.questions(), 1)}
    lines = [line for line in (title, *intro.splitlines()) if line.strip()]
    for place, part in enumerate(asked.sections):
        if place or part.title or part.note:
            lines += ["", f"第{place + 1}部分 {part.title}" if part.title else PAGE]
            lines += [line for line in part.note.splitlines() if line.strip()]
        for question in part.questions:
            lines += ["", *_question(question, numbers, asked)]
    return "\n".join(lines).strip("\n") + "\n"


def offered(questionnaire):
    """`questionnaire` without what is retired, and without sections that hold nothing any more."""
    parts = [
        replace(
            part,
            questions=tuple(
                replace(q, options=q.offered(), rows=tuple(row for row in q.rows if not row.retired))
                for q in part.questions
                if not q.retired
            ),
        )
        for part in questionnaire.sections
    ]
    return Questionnaire(tuple(part for part in parts if part.questions))


def _question(question, numbers, asked):
    tag = LONG if question.kind == Kind.TEXT and question.long else TAGS[question.kind]
    marks = "".join(f"【{mark}】" for mark in _marks(question, numbers, asked))
    star = " *" if question.required else ""
    lines = [f"{numbers[question.code]}. {question.label} [{tag}]{marks}{star}"]
    if question.hint:
        lines.append(f"提示：{question.hint}")
    if question.kind == Kind.MATRIX:
        lines += ["行：", *(f"- {row.label}" for row in question.rows), "列："]
    return lines + [_option(question, place, option, numbers) for place, option in enumerate(question.options)]


def _marks(question, numbers, asked):
    """Marks behind the tag, in the order in which they are always written."""
    least, most = question.least, question.most
    if question.kind in (Kind.MULTIPLE, Kind.RANKING):
        yield from ([f"至少选择{least}项"] if least is not None else []) + (
            [f"最多选择{most}项"] if most is not None else []
        )
    elif question.kind == Kind.TEXT:
        yield from ([f"至少{least}字"] if least is not None else []) + ([f"最多{most}字"] if most is not None else [])
    elif question.kind in (Kind.NUMBER, Kind.DATE):
        yield from ([f"不小于{least}"] if least is not None else []) + ([f"不大于{most}"] if most is not None else [])
    if question.decimals:
        yield f"{question.decimals}位小数"
    if question.shuffle:
        yield "选项随机"
    if question.sensitive:
        yield "敏感"
    for one in question.shown_if:
        yield f"显示条件：{_condition(one, numbers, asked)}"


def _condition(condition, numbers, asked):
    number = f"第{numbers.get(condition.question, 0)}题"
    if not condition.options:
        return f"{number}{'没有答' if condition.negate else '已答'}"
    source = asked.question(condition.question)
    places = {option.code: nth(n) for n, option in enumerate(source.options)} if source else {}
    chosen = "、".join(places[code] for code in condition.options if code in places)
    return f"{number}{'没选' if condition.negate else '选'}{chosen}"


def _option(question, place, option, numbers):
    words = option.label
    if option.other:
        words += "____"
    if option.exclusive and not _implied(question, option):
        words += "【互斥】"
    if option.refuse and not RATHER_NOT.match(option.label):
        words += "【不愿回答】"
    if option.help:
        words += "【告诉专人】" if option.tell else "【求助】"
    if option.limit is not None:
        words += f"【限{option.limit}份】"
    for jump in question.jumps:
        if option.code in jump.options:
            words += f"（{END_WORDS}）" if jump.target == END else f"（请跳至第{numbers.get(jump.target, 0)}题）"
    return f"{nth(place)}. {words}"


def _implied(question, option):
    """True when the words of an option say by themselves that it stands alone."""
    return question.kind == Kind.MULTIPLE and bool(NONE_OF_THEM.match(option.label) or RATHER_NOT.match(option.label))


def is_other(label):
    """True when the words of an option invite to say what else."""
    return bool(OTHER.match(label)) and len(label) <= 12
