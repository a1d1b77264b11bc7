"""How a questionnaire looks on a phone: the very markup of the pages that are filled in."""

from surveys.definition.check import numbers
from surveys.definition.questionnaire import END
from surveys.enums import Kind
from surveys.rendering import question_parts

# Stands for the grids of the survey, which the page of the resident knows.
SOME_GRIDS = (("1", "第一网格"), ("2", "第二网格"))


def shown_questions(questionnaire):
    """[(section title, note, [(number, parts of the question for its template, [what is said beside it])])]."""
    places = numbers(questionnaire)
    return [
        (
            part.title,
            part.note,
            [
                (places.get(q.code), phone_parts(q, questionnaire), remarks(q, questionnaire, places))
                for q in part.questions
                if not q.retired
            ],
        )
        for part in questionnaire.sections
    ]


def phone_parts(question, questionnaire):
    """What the template of one question reads, nothing filled in."""
    return question_parts(question, questionnaire, places=SOME_GRIDS)


def remarks(question, questionnaire, places):
    """What the staff should know of a question beside how it looks: when it is asked, where it leads, its limits."""
    found = [condition_words(one, questionnaire, places) for one in question.shown_if]
    labels = {option.code: option.label for option in question.options}
    for jump in question.jumps:
        chosen = "、".join(labels.get(code, "？")[:12] for code in jump.options)
        target = "结束" if jump.target == END else f"第 {places.get(jump.target, '？')} 题"
        found.append(f"选“{chosen}”后去{target}")
    found += [
        f"选“{one.label[:12]}”显示求助电话{'，还问要不要只告诉专人' if one.tell else ''}"
        for one in question.offered()
        if one.help
    ]
    found += [f"“{one.label[:12]}”限 {one.limit} 份" for one in question.offered() if one.limit]
    if question.shuffle:
        found.append("选项随机排列")
    if question.sensitive:
        found.append("敏感，旁边有求助电话")
    return found


def condition_words(condition, questionnaire, places):
    """ "第 1 题选“在工作”时问"."""
    source = questionnaire.question(condition.question)
    number = f"第 {places.get(condition.question, '？')} 题"
    if source is None or not condition.options:
        return f"{number}{'没有答' if condition.negate else '答了'}才问"
    labels = {option.code: option.label for option in source.options}
    chosen = "、".join(labels.get(code, "？")[:12] for code in condition.options)
    return f"{number}{'没选' if condition.negate else '选'}“{chosen}”才问"


def listed(questionnaire, out):
    """Sections of the editor: [(number of the section, Section, [dict of each question])]; `out` is what was out."""
    places = numbers(questionnaire)
    return [
        (
            n,
            part,
            [
                {
                    "question": q, "number": places.get(q.code), "retired": q.retired,
                    "remarks": remarks(q, questionnaire, places), "out": out.question(q.code) is not None,
                    "options": [] if q.kind in (Kind.TEXT, Kind.NOTE) else q.offered(),
                }
                for q in part.questions
            ],
        )
        for n, part in enumerate(questionnaire.sections)
    ]  # fmt: skip
