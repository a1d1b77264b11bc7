"""The part of XLSForm (xlsform.org) that says what our questionnaires say: rows of its sheets to values and back. Pure.

Read: select_one, select_multiple, rank (with or_other), integer, decimal, range, date, text, note, acknowledge, image,
begin_group with end_group (a part, or with appearance table-list a matrix), required, relevant and constraint in the shapes that
we write. What is ours alone stands in columns of our own (`kind`, `sensitive`, `jumps` …), which other programs pass over.
"""

import re
from dataclasses import replace

from surveys.definition.codes import coded_options, coded_rows, fresh_question, yes_no
from surveys.definition.questionnaire import END, Condition, Jump, Option, Question, Questionnaire, Section
from surveys.definition.text import offered
from surveys.definition.textread import Reading
from surveys.definition.words import NONE_OF_THEM, RATHER_NOT
from surveys.enums import Kind

SURVEY = [
    "type", "name", "label", "hint", "required", "relevant", "constraint", "appearance", "parameters", "kind", "sensitive",
    "jumps",
]  # fmt: skip
FLAGS = ("other", "exclusive", "refuse", "help", "tell")
CHOICES = ["list_name", "name", "label", *FLAGS, "limit"]
SETTINGS = ["form_title", "form_id", "default_language"]
TYPES = {
    Kind.NUMBER: "integer", Kind.DATE: "date", Kind.TEXT: "text", Kind.AREA: "text", Kind.PHONE: "text", Kind.PHOTO: "image",
    Kind.NOTE: "note", Kind.CONSENT: "acknowledge", Kind.SINGLE: "select_one", Kind.YES_NO: "select_one",
    Kind.SCALE: "select_one", Kind.MULTIPLE: "select_multiple", Kind.RANKING: "rank",
}  # fmt: skip
KINDS = {
    "select_one": Kind.SINGLE, "select_multiple": Kind.MULTIPLE, "rank": Kind.RANKING, "integer": Kind.NUMBER,
    "int": Kind.NUMBER, "decimal": Kind.NUMBER, "range": Kind.NUMBER, "date": Kind.DATE, "text": Kind.TEXT, "note": Kind.NOTE,
    "acknowledge": Kind.CONSENT, "trigger": Kind.CONSENT, "image": Kind.PHOTO, "photo": Kind.PHOTO,
}  # fmt: skip
SILENT = {
    "start",
    "end",
    "today",
    "deviceid",
    "username",
    "audit",
    "phonenumber",
    "email",
    "simserial",
    "subscriberid",
}
LIKERT, TABLE, LONG = "likert", "table-list", "multiline"
YES = {"yes", "true", "true()", "1", "是", "y"}
NAME = re.compile(r"[A-Za-z_]\w{0,19}", re.ASCII)
OPTION_NAME = re.compile(r"[\w-]{1,20}", re.ASCII)


# --- out ------------------------------------------------------------------------------------------------------------------
def to_sheets(questionnaire, title=""):
    """{sheet: rows}, the heading first; texts and whole numbers alone."""
    rows, lists = [], []
    asked = offered(questionnaire)
    for n, part in enumerate(asked.sections, 1):
        group = bool(part.title or part.note or len(asked.sections) > 1)
        if group:
            rows.append({"type": "begin_group", "name": f"part{n}", "label": part.title})
            if part.note:
                rows.append({"type": "note", "name": f"part{n}_note", "label": part.note, "kind": "part_note"})
        for question in part.questions:
            rows += _matrix(question, lists) if question.kind == Kind.MATRIX else [_row(question, lists)]
        if group:
            rows.append({"type": "end_group"})
    return {
        "survey": [SURVEY, *([row.get(name, "") for name in SURVEY] for row in rows)],
        "choices": [CHOICES, *lists],
        "settings": [SETTINGS, [title, "survey", "zh"]],
    }


def _row(question, lists):
    kind = TYPES[question.kind]
    if question.kind == Kind.NUMBER and question.decimals:
        kind = "decimal"
    if question.options:
        kind = f"{kind} {question.code}"
        lists += _choices(question.code, question.options)
    return _common(question) | {
        "type": kind,
        "constraint": _constraint(question),
        "appearance": LIKERT if question.kind == Kind.SCALE else LONG if question.long else "",
        "parameters": "randomize=true"
        if question.shuffle
        else f"decimals={question.decimals}"
        if question.decimals
        else "",
    }


def _common(question):
    return {
        "name": question.code, "label": _dollar(question.label), "hint": _dollar(question.hint),
        "required": "yes" if question.required else "", "relevant": " and ".join(map(_relevant, question.shown_if)),
        "kind": str(question.kind), "sensitive": "yes" if question.sensitive else "",
        "jumps": "; ".join(f"{' '.join(jump.options)} > {jump.target}" for jump in question.jumps),
    }  # fmt: skip


def _matrix(question, lists):
    lists += _choices(question.code, question.options)
    head = _common(question) | {"type": "begin_group", "appearance": TABLE}
    if question.shuffle:
        head["parameters"] = "randomize=true"
    lines = [
        {
            "type": f"select_one {question.code}",
            "name": f"{question.code}_{row.code}",
            "label": row.label,
            "kind": "row",
        }
        for row in question.rows
    ]
    return [head, *lines, {"type": "end_group"}]


def _choices(name, options):
    return [
        [name, one.code, one.label, *("yes" if getattr(one, flag) else "" for flag in FLAGS), str(one.limit or "")]
        for one in options
    ]


def _dollar(text):
    return re.sub(r"\{(\w+)\}", r"${\1}", text)


def _relevant(condition):
    source = f"${{{condition.question}}}"
    if not condition.options:
        return f"{source} {'=' if condition.negate else '!='} ''"
    any_of = " or ".join(f"selected({source}, '{code}')" for code in condition.options)
    return f"not({any_of})" if condition.negate else f"({any_of})"


def _constraint(question):
    what = {Kind.MULTIPLE: "count-selected(.)", Kind.RANKING: "count-selected(.)", Kind.TEXT: "string-length(.)"}.get(
        question.kind, "."
    )
    quote = (lambda value: f"date('{value}')") if question.kind == Kind.DATE else str
    bounds = ((">=", question.least), ("<=", question.most))
    return " and ".join(f"{what} {sign} {quote(value)}" for sign, value in bounds if value is not None)


# --- in -------------------------------------------------------------------------------------------------------------------
def from_sheets(survey, choices, title=""):
    """The Reading of rows `[(number in the sheet, {column: text})]` of the sheets survey and choices."""
    return _Sheets(survey, choices, title).reading()


class _Sheets:
    def __init__(self, survey, choices, title):
        self.rows, self.title, self.errors = survey, title, []
        self.lists, self.names, self.parts = {}, {}, [["", "", []]]
        self.lines, self.relevant, self.jumps = {}, {}, {}
        self.table, self.depth, self.line = None, [], 0
        for number, row in choices:
            self.choice(number, row)

    def wrong(self, sentence):
        self.errors.append((self.line, sentence))

    def choice(self, number, row):
        name, code, label = _column(row, "list_name", "list name"), _column(row, "name", "value"), _label(row)
        if not name or not (code or label):
            return
        self.line = number
        if code and not OPTION_NAME.fullmatch(code):
            code = ""
        flags = {flag: _column(row, flag).lower() in YES for flag in FLAGS}
        flags["help"] = flags["help"] or flags["tell"]
        limit = _column(row, "limit")
        option = Option(
            code, label or code, limit=int(limit) if limit.isdecimal() and len(limit) < 7 else None, **flags
        )
        self.lists.setdefault(name, []).append(option)

    def reading(self):
        for number, row in self.rows:
            self.line = number
            words = _column(row, "type").split()
            if words:
                self.row(words[0].lower().replace("begin_group", "begin group"), words[1:], row)
        if self.depth:
            self.wrong("有一个 begin_group 没有 end_group。")
        parts = (Section(title, note, tuple(map(self.referring, held))) for title, note, held in self.parts)
        questionnaire = Questionnaire(tuple(part for part in parts if part.questions))
        if not questionnaire.sections and not self.errors:
            self.errors.append((1, "survey 表里没有题目。"))
        return Reading(questionnaire, self.title, "", sorted(self.errors), self.lines)

    def row(self, kind, rest, row):
        if kind == "begin" and rest[:1] == ["group"]:
            kind = "begin group"
        if kind == "begin group":
            self.begin(row)
        elif kind in ("end_group", "end") and (kind == "end_group" or rest[:1] == ["group"]):
            self.end()
        elif kind in SILENT:
            return
        elif kind in ("begin_repeat", "end_repeat", "begin", "calculate", "hidden"):
            self.wrong(f"没有“{' '.join([kind, *rest])[:30]}”这一种，这一行没有读。")
        elif kind == "note" and _column(row, "kind") == "part_note":
            self.parts[-1][1] = _label(row)
        elif self.table is not None:
            self.table[1].append(Option(self.row_code(row), _label(row)))
            self.table[2].append(rest[0] if rest else "")
        else:
            self.question(kind, rest, row)

    def row_code(self, row):
        name = _column(row, "name").removeprefix(f"{_column(self.table[0], 'name')}_")
        return name if _column(row, "kind") == "row" and OPTION_NAME.fullmatch(name) else ""

    def begin(self, row):
        if TABLE in _column(row, "appearance") and self.table is None:
            self.table = (row, [], [], self.line)
            self.depth.append("table")
            return
        self.depth.append("part")
        if self.parts[-1][2] or self.parts[-1][0]:
            self.parts.append(["", "", []])
        self.parts[-1][0] = _label(row)

    def end(self):
        if not self.depth:
            self.wrong("有一个 end_group 没有 begin_group。")
        elif self.depth.pop() == "table":
            row, rows, lists, self.line = self.table
            self.table = None
            if not rows or len(set(lists)) != 1 or len(self.lists.get(lists[0], ())) < 2:
                self.wrong("矩阵题的每一行要用同一个选项表，至少两列。")
                return
            options = coded_options(Kind.MATRIX, self.lists[lists[0]])
            self.put(row, Kind.MATRIX, options=options, rows=coded_rows(rows))
        elif self.parts[-1][2]:
            self.parts.append(["", "", []])

    def question(self, word, rest, row):
        kind = KINDS.get(word)
        if kind is None:
            self.wrong(f"没有“{word[:30]}”这种题型，这一行没有读。")
            return
        said = _column(row, "kind")
        if (
            said in Kind.values
            and TYPES.get(Kind(said), "").split()[0:1] == [word]
            or (said, word) == ("number", "decimal")
        ):
            kind = Kind(said)
        elif word == "select_one" and LIKERT in _column(row, "appearance"):
            kind = Kind.SCALE
        options = ()
        if word in ("select_one", "select_multiple", "rank"):
            options = self.options(kind, rest)
            if options is None:
                return
        self.put(row, kind, options=options)

    def options(self, kind, rest):
        found = list(self.lists.get(rest[0] if rest else "", ()))
        if not found and rest[:1] in (["yes_no"], ["yesno"]):
            found = list(yes_no())
        if len(found) < 2:
            self.wrong(f"choices 表里“{(rest or ['？'])[0][:30]}”不到两个选项，这一题没有读。")
            return None
        if rest[1:2] == ["or_other"]:
            found.append(Option("", "其他", other=True))
        implied = kind == Kind.MULTIPLE
        found = [
            replace(
                one, refuse=one.refuse or bool(RATHER_NOT.match(one.label)),
                exclusive=one.exclusive or implied and bool(NONE_OF_THEM.match(one.label) or RATHER_NOT.match(one.label)),
            )
            for one in found
        ]  # fmt: skip
        return coded_options(kind, _unlike(found))

    def put(self, row, kind, **values):
        label, name = _label(row), _column(row, "name")
        if not label:
            self.wrong("这一题没有写问什么（label）。")
            return
        if name in self.names:
            self.wrong(f"name “{name[:30]}”用了两次，这一题没有读。")
            return
        taken = set(self.names.values())
        code = name if NAME.fullmatch(name) and name not in taken and name != END else fresh_question(taken)
        self.names[name or code] = code
        self.lines[code] = self.line
        bounds, wrong = _bounds(_column(row, "constraint"), kind)
        if wrong:
            self.wrong(wrong)
        parameters = _column(row, "parameters")
        decimals = re.search(r"decimals=(\d)", parameters)
        if kind == Kind.NUMBER and (decimals or _column(row, "type") == "decimal"):
            values["decimals"] = int(decimals[1]) if decimals else 2
        question = Question(
            code, kind, label, hint=_column(row, "hint", "hint::中文", "hint::chinese (zh)"),
            required=_column(row, "required").lower() in YES and kind != Kind.NOTE,
            long=kind == Kind.TEXT and LONG in _column(row, "appearance"), shuffle="randomize=true" in parameters,
            sensitive=_column(row, "sensitive").lower() in YES, **bounds, **values,
        )  # fmt: skip
        self.relevant[code], self.jumps[code] = _column(row, "relevant"), _column(row, "jumps")
        self.parts[-1][2].append(question)

    def referring(self, question):
        """With its conditions, jumps and piped words, which name other questions."""
        self.line = self.lines[question.code]
        conditions = _conditions(self.relevant[question.code], self.names)
        if conditions is None:
            self.wrong(f"relevant 看不懂，没有用上：{self.relevant[question.code][:60]}")
        jumps = []
        for part in filter(None, (words.strip() for words in self.jumps[question.code].split(";"))):
            codes, _, target = (words.strip() for words in part.partition(">"))
            if target != END and target not in self.names:
                self.wrong(f"jumps 看不懂，没有用上：{part[:40]}")
                continue
            jumps.append(Jump(tuple(codes.split()), target if target == END else self.names[target]))
        word = lambda text: re.sub(r"\$\{(\w+)\}", lambda m: f"{{{self.names.get(m[1], m[1])}}}", text)  # noqa: E731
        return replace(
            question,
            label=word(question.label),
            hint=word(question.hint),
            shown_if=conditions or (),
            jumps=tuple(jumps),
        )


def _unlike(options):
    """`options` where a code that stands twice is made anew."""
    seen, found = set(), []
    for one in options:
        found.append(replace(one, code="") if one.code in seen else one)
        seen.add(one.code)
    return found


def _column(row, *names):
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")


def _label(row):
    """The label, in Chinese where there are several."""
    named = [name for name in row if name.startswith("label::") and re.search(r"中文|chinese|zh|cn", name)]
    return " ".join(_column(row, *named, "label", *(name for name in row if name.startswith("label::"))).split())


_BOUND = re.compile(
    r"(?:\.|count-selected\(\s*\.\s*\)|string-length\(\s*\.\s*\))\s*(>=|<=|>|<|=)\s*(?:date\(\s*'(\d{4}-\d{2}-\d{2})'\s*\)|(-?\d{1,9}))$"
)


def _bounds(text, kind):
    """({least, most}, sentence of what could not be read) of a constraint."""
    if not text:
        return {}, ""
    found = {}
    for part in re.split(
        r"\s+and\s+", text.strip().strip("()") if text.count("(") == 1 and text[0] == "(" else text.strip()
    ):
        bound = _BOUND.fullmatch(part.strip())
        if (
            bound is None
            or bool(bound[2]) != (kind == Kind.DATE)
            or (kind == Kind.DATE and bound[1] not in (">=", "<="))
        ):
            return {}, f"constraint 看不懂，没有用上：{text[:60]}"
        value = bound[2] or int(bound[3])
        if bound[1] in (">=", "=", ">"):
            found["least"] = value + 1 if bound[1] == ">" else value
        if bound[1] in ("<=", "=", "<"):
            found["most"] = value - 1 if bound[1] == "<" else value
    return found, ""


_SELECTED = re.compile(r"selected\(\s*\$\{(\w+)\}\s*,\s*'([\w-]+)'\s*\)")
_EQUALS = re.compile(r"\$\{(\w+)\}\s*(!?=)\s*'([\w-]*)'")


def _conditions(text, names):
    """Conditions of a relevant column: parts joined by `and`, each any of some options of one question; None when it says more."""
    found = []
    for part in filter(None, (one.strip() for one in re.split(r"\s+and\s+(?![^()]*\))", text.strip()))):
        negate = part.startswith("not(") and part.endswith(")")
        inner = part[4:-1] if negate else part[1:-1] if part.startswith("(") and part.endswith(")") else part
        tests = [_test(one.strip()) for one in re.split(r"\s+or\s+", inner)]
        if None in tests or len({test[0] for test in tests}) != 1 or tests[0][0] not in names:
            return None
        source, codes, flipped = names[tests[0][0]], tuple(t[1] for t in tests), {t[2] for t in tests}
        if len(flipped) != 1 or (len(tests) > 1 and flipped == {True}):
            return None
        if codes == ("",):
            # `!= ''` says that it was answered.
            found.append(Condition(source, (), negate ^ (not tests[0][2])))
        elif "" in codes:
            return None
        else:
            found.append(Condition(source, codes, negate ^ tests[0][2]))
    return tuple(found)


def _test(text):
    """`(question, code, whether it says "not")` of one comparison; None for anything else."""
    if found := _SELECTED.fullmatch(text):
        return found[1], found[2], False
    if found := _EQUALS.fullmatch(text):
        return found[1], found[3], found[2] == "!="
    return None
