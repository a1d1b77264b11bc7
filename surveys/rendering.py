"""What the page of a question is made of; `templates/surveys/resident/_question.html` writes it. Used by the pages that are
filled in and by the preview. Pure."""

from surveys.checking import MOST_LETTERS, MOST_LONG, YES
from surveys.enums import Kind
from surveys.logic import chosen, offered, piped

ONE_OF = (Kind.SINGLE, Kind.YES_NO, Kind.SCALE)


class Given:
    """What stands in the inputs: what was just posted, else what was answered before."""

    def __init__(self, answers=None, texts=None, posted=None):
        self.answers, self.texts, self.posted = answers or {}, texts or {}, posted

    def codes(self, question):
        if self.posted is not None:
            return self.posted.getlist(question.code)
        return chosen(self.answers.get(question.code))

    def words(self, question, option=None):
        if self.posted is not None:
            return self.posted.get(f"{question.code}:{option.code}" if option else question.code) or ""
        if option:
            return self.texts.get(f"{question.code}.{option.code}", "")
        value = self.answers.get(question.code)
        return self.texts.get(question.code, "") if value is None else str(value)

    def line(self, question, row):
        """The option chosen in a line of a matrix."""
        if self.posted is not None:
            return self.posted.get(f"{question.code}.{row.code}") or ""
        value = self.answers.get(question.code)
        return value.get(row.code, "") if isinstance(value, dict) else ""

    def place(self, question, option):
        """The place of an option in a ranking, as text."""
        if self.posted is not None:
            return self.posted.get(f"{question.code}.{option.code}") or ""
        value = self.answers.get(question.code)
        return str(value.index(option.code) + 1) if isinstance(value, list) and option.code in value else ""


def question_parts(question, questionnaire, given=None, *, error="", places=(), seed=None):
    """Dict that the template reads of one question. `given`: Given; `places`: [(code, name)] of the areas to choose from;
    `seed`: what mixes options. Words of earlier answers are filled in."""
    given = given or Given()
    fill = lambda text: piped(text, questionnaire, given.answers, given.texts)  # noqa: E731
    parts = {
        "code": question.code, "id": f"q-{question.code}", "kind": str(question.kind), "label": fill(question.label),
        "hint": fill(question.hint), "rule": rule_words(question), "required": question.required, "error": error,
        "described": " ".join(
            f"q-{question.code}-{name}" for name, there in (
                ("hint", question.hint or rule_words(question)), ("error", error),
            ) if there
        ),
    }  # fmt: skip
    if question.kind in (*ONE_OF, Kind.MULTIPLE):
        parts["input"] = "checkbox" if question.kind == Kind.MULTIPLE else "radio"
        parts["options"] = [_option(question, option, given) for option in offered(question, seed)]
        parts["short"] = question.kind == Kind.SCALE and all(len(option.label) <= 2 for option in question.offered())
    elif question.kind == Kind.MATRIX:
        parts["rows"] = [_row(question, row, given) for row in question.rows if not row.retired]
    elif question.kind == Kind.RANKING:
        options = offered(question, seed)
        numbers = [str(n) for n in range(1, len(options) + 1)]
        parts["options"] = [
            {"name": f"{question.code}.{one.code}", "label": one.label, "value": given.place(question, one)}
            for one in options
        ]
        parts["numbers"] = numbers
    elif question.kind == Kind.AREA:
        now = given.codes(question)
        parts["places"] = [(code, name, code in now) for code, name in places]
    elif question.kind == Kind.CONSENT:
        parts["value"], parts["checked"] = YES, bool(given.codes(question) and given.codes(question)[0])
    else:
        parts |= {"value": given.words(question), **_limits(question)}
    return parts


def _option(question, option, given):
    return {
        "code": option.code, "label": option.label, "checked": option.code in given.codes(question), "help": option.help,
        "tell": option.tell,
        "alone": option.exclusive or option.refuse, "other": f"{question.code}:{option.code}" if option.other else "",
        "words": given.words(question, option) if option.other else "", "most": MOST_LETTERS,
    }  # fmt: skip


def _row(question, row, given):
    now = given.line(question, row)
    return {
        "name": f"{question.code}.{row.code}", "label": row.label,
        "options": [(option.code, option.label, option.code == now) for option in question.offered()],
    }  # fmt: skip


def _limits(question):
    if question.kind == Kind.TEXT:
        most = question.most if isinstance(question.most, int) else MOST_LONG if question.long else MOST_LETTERS
        return {"long": question.long, "most": most}
    return {"mode": "decimal" if question.decimals else "numeric", "from": question.least, "to": question.most}


def rule_words(question):
    """What is asked of the answer, said before it is given: "选 1 到 3 项", '' without a rule."""
    least, most = question.least, question.most
    if least in (None, "") and most in (None, ""):
        return ""
    if question.kind in (Kind.MULTIPLE, Kind.RANKING):
        verb = "选" if question.kind == Kind.MULTIPLE else "排"
        if least and most:
            return f"{verb} {least} 项" if least == most else f"{verb} {least} 到 {most} 项"
        return f"最多{verb} {most} 项" if most else f"至少{verb} {least} 项" if least else ""
    if question.kind in (Kind.NUMBER, Kind.DATE):
        if least not in (None, "") and most not in (None, ""):
            return f"{least} 到 {most}"
        return f"最大 {most}" if most not in (None, "") and question.kind == Kind.NUMBER else ""
    return ""
