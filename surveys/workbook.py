"""The sheets of a survey's export: codebook, results, answers as words and as codes. A text is always a text cell."""

import json
import random

from fedhub.ledgers.stream import Col, Sheet
from surveys.enums import Kind, Way
from surveys.models import TextEntry
from surveys.report import rows_of

CHUNK = 2000
HEAD = [Col("edition", "版次", "int", 6), Col("grid", "网格", width=12), Col("way", "怎样填的", width=12)]
_order = random.SystemRandom()


def _sheet(results, layout, name, columns, rows):
    title = f"{results.survey.title} {name}"
    return Sheet(**(layout | {"title": title, "name": name, "total_row": None}), columns=columns, rows=rows)


def codebook(results, layout):
    """Every question and option of all editions with its code."""
    rows = []
    for question in results.questionnaire.questions():
        if question.kind == Kind.NOTE:
            continue
        said = "；".join(f"第{n}版{text}" for n, text in results.changes().get(question.code, []))
        out = "不再问" if question.retired else ""
        rows.append([question.code, question.kind.label, question.label, "", "", out, said])
        for what, options in (("行", question.rows), ("选项", question.options)):
            rows += [
                [question.code, what, "", o.code, o.label, "不再提供" if o.retired else "", ""] for o in options
            ]  # fmt: skip
    columns = [
        Col("q", "题号", "code", 10), Col("kind", "题型", "code", 10), Col("label", "题目", width=40),
        Col("code", "编码", "code", 8), Col("option", "选项", width=28), Col("state", "现状", "code", 10),
        Col("said", "各版变化", width=40),
    ]  # fmt: skip
    return _sheet(results, layout, "编码本", columns, rows)


def result_sheet(results, layout, watch):
    """The counts of every question, small ones hidden."""

    def rows():
        for figure in results.figures:
            for row in rows_of(figure):
                yield list(row.values())

    columns = [
        Col("q", "题目", width=40), Col("base", "答的份数", "auto", 10), Col("option", "选项", width=28),
        Col("n", "份数", "auto", 8), Col("percent", "百分比", "code", 10),
    ]  # fmt: skip
    for _ in range(results.total):
        watch({})
    return _sheet(results, layout, "结果", columns, rows())


def answer_sheets(results, responses, layout, watch, *, many):
    """逐份答案 as words and as codes: all editions in the same columns, the edition beside them; no words she wrote, no day."""
    fields = columns_of(results.questionnaire, many=many)

    def rows(show):
        for response in responses.iterator(CHUNK):
            yield [
                response.edition, response.area.name, Way(response.way).label,
                *(read(response.answers.get(question.code), show) for question, _, read in fields),
            ]  # fmt: skip

    def counted_rows():
        for row in rows(show=True):
            watch({})
            yield row

    columns = [*HEAD, *(Col(str(k), heading, "auto", 16) for k, (_, heading, _) in enumerate(fields))]
    coded = [*HEAD, *(Col(str(k), code_heading(q, heading), "auto", 14) for k, (q, heading, _) in enumerate(fields))]
    return [
        _sheet(results, layout, "答案", columns, counted_rows()),
        _sheet(results, layout, "答案编码", coded, rows(show=False)),
    ]


def text_sheet(results, layout):
    """What was written, covered, apart from every answer and in no order."""
    asked = {q.code: q.label for q in results.questionnaire.questions()}
    entries = list(TextEntry.objects.filter(survey=results.survey, scanned=True).order_by("id"))
    _order.shuffle(entries)
    entries.sort(key=lambda entry: entry.question)
    rows = ([asked.get(entry.question, entry.question), entry.clean] for entry in entries)
    columns = [Col("q", "题目", width=40), Col("words", "文字答案", width=80)]
    return _sheet(results, layout, "文字答案", columns, rows)


def code_heading(question, heading):
    """The code of the question, with the row, place or option that the column is for."""
    return heading.replace(question.label, question.code, 1)


def columns_of(questionnaire, *, many):
    """`[(question, heading, read)]`; `read(value, show)` gives the cell, as words where `show` is true."""
    found = []
    for question in questionnaire.questions():
        if question.kind in (Kind.NOTE, Kind.TEXT, Kind.PHONE, Kind.PHOTO, Kind.AREA):
            continue
        if question.kind == Kind.MATRIX:
            found += [
                (question, f"{question.label} {row.label}", _of_row(question, row.code)) for row in question.rows
            ]
        elif question.kind == Kind.RANKING:
            found += [
                (question, f"{question.label} 第{k + 1}位", _at_place(question, k))
                for k in range(len(question.options))
            ]
        elif question.kind == Kind.MULTIPLE and many:
            found += [(question, f"{question.label} {o.label}", _chosen(o.code)) for o in question.options]
        else:
            found.append((question, question.label, _plain(question)))
    return found


def _word(question, code, show):
    option = question.option(code) if show else None
    return option.label if option else code


def _plain(question):
    def read(value, show):
        if isinstance(value, list):
            return "、".join(_word(question, code, show) for code in value)
        if isinstance(value, bool):
            return ("是" if value else "否") if show else int(value)
        if isinstance(value, dict):
            return json.dumps(value, ensure_ascii=False)
        return _word(question, value, show) if isinstance(value, str) else value

    return read


def _of_row(question, row):
    return lambda value, show: _word(question, value.get(row, ""), show) if isinstance(value, dict) else None


def _at_place(question, place):
    def read(value, show):
        found = isinstance(value, list) and place < len(value)
        return _word(question, value[place], show) if found else None

    return read


def _chosen(code):
    def read(value, show):
        if not isinstance(value, list):
            return None
        return ("选了" if code in value else "") if show else int(code in value)

    return read
