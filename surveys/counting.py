"""What one response adds to the counts. Pure."""

from collections import Counter

from surveys.enums import Kind


def counted(questionnaire, answers, texts=()):
    """Counter {(question, row, option): 1} of one response: ("", "", "") for itself, (q, "", "") for each question it answered.

    `answers` as in Response.answers, `texts` the keys of its written words. Codes that the questionnaire does not know count
    nothing, so that a count never shows what cannot be named.
    """
    found = Counter({("", "", ""): 1})
    for question in questionnaire.questions():
        marks = _marks(question, answers.get(question.code))
        if marks or question.code in texts:
            found[question.code, "", ""] = 1
        found.update(dict.fromkeys(((question.code, row, option) for row, option in marks), 1))
    return found


def _marks(question, value):
    """Pairs (row, option) that `value` chose."""
    if value is None or value == "" or value == [] or value == {}:
        return []
    if question.kind == Kind.MATRIX:
        rows = {row.code for row in question.rows}
        return [(row, code) for row, code in value.items() if row in rows and question.option(code)]
    if question.kind == Kind.RANKING:
        return [(str(place), code) for place, code in enumerate(value, 1) if question.option(code)]
    if question.kind == Kind.MULTIPLE:
        return [("", code) for code in value if question.option(code)]
    if question.options:
        return [("", value)] if question.option(value) else []
    return [("", str(value))]
