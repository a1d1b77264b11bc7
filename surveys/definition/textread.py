"""Plain text in the common layout of 问卷星, read into a Questionnaire; what cannot be read is named by its line.

Read line by line: head (title, introduction), sections, questions with tags and marks, their options. Layouts differ from one
office to the next, so much is understood: numbers `1.` `1、` `Q1` `第1题`, stars before or behind, tags in any brackets or
none at all, options with letters, bullets or nothing, several on one line, rows of a matrix in a table or in a list.
"""

import re
from dataclasses import dataclass, field, replace

from surveys.definition.codes import coded_options, coded_rows, fresh_question, scale, yes_no
from surveys.definition.marks import MarkError, condition_of, jump_of, option_of, question_marks
from surveys.definition.questionnaire import Jump, Question, Questionnaire, Section
from surveys.definition.words import (
    BLANK,
    BRACKET,
    BULLETS,
    FOREIGN,
    KINDS,
    LONG_WORDS,
    MARKER,
    NUMBERED,
    ONLY_BLANK,
    PAGE_BREAK,
    RANGE_LINE,
    SECTION,
    SECTION_CHINESE,
    SECTION_MARK,
    nth,
)
from surveys.enums import Kind

MOST_LINES, LONGEST = 2000, 500
CHOOSE = (Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING, Kind.YES_NO, Kind.SCALE)
THANKS = re.compile(r"^(?:再次)?(?:感谢|谢谢)|^问卷(?:到此)?结束|^-+\s*(?:问卷)?结束")
_INVISIBLE = re.compile(r"[\u200b-\u200f\ufeff\u2028\u2029\x00-\x08\x0b-\x1f]")


@dataclass
class Reading:
    """What a text gave: the questionnaire of all that could be read, its title and introduction, and what could not be read
    as `(line, sentence)`; `lines` says on which line each question begins ({code: line})."""

    questionnaire: Questionnaire
    title: str = ""
    intro: str = ""
    errors: list = field(default_factory=list)
    lines: dict = field(default_factory=dict)


@dataclass
class _Draft:
    """A question while its lines are read."""

    line: int
    label: str
    kind: Kind | None
    marks: dict
    required: bool
    hint: str = ""
    options: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    part: str = ""
    read: list = field(default_factory=list)
    counted: int = 0
    lettered: bool = False


def read_text(text):
    """The Reading of `text`."""
    return _Reader().read(text)


class _Reader:
    def __init__(self):
        self.head, self.errors, self.parts = [], [], []
        self.current, self.number, self.blank = None, 0, False

    def read(self, text):
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if len(lines) > MOST_LINES:
            self.errors.append((MOST_LINES + 1, f"太长了，只读了前 {MOST_LINES} 行。"))
        for number, line in enumerate(lines[:MOST_LINES], 1):
            line = _INVISIBLE.sub("", line).replace("\xa0", " ").replace("\u3000", " ").replace("\t", "    ").strip()
            if len(line) > LONGEST:
                self.errors.append((number, f"这一行超过 {LONGEST} 个字，没有读。"))
            elif line:
                self.line(number, line)
                self.blank = False
            else:
                self.blank = True
        return _Builder(self).reading()

    def line(self, number, line):
        found = _question_line(line, self.number, self.current)
        if found:
            self.start_question(number, *found)
        elif PAGE_BREAK.match(line):
            self.start_part("")
        elif section := _section(line, self.current):
            self.start_part(section)
        elif self.current is None:
            self.words(number, line)
        else:
            self.inside(number, line)

    def start_part(self, title):
        self.current = None
        if self.parts and self.parts[-1] == ["", [], []]:
            self.parts[-1][0] = title
        else:
            self.parts.append([title, [], []])

    def words(self, number, line):
        """A line outside of any question."""
        if not self.parts:
            self.head.append(line)
        elif not self.parts[-1][2]:
            self.parts[-1][1].append(line)
        elif not THANKS.match(line):
            self.errors.append((number, f"这一行没有读进去：{line[:30]}"))

    def start_question(self, line, number, rest, star):
        label, kind, marks, wrong = _heading(rest)
        self.number = number or self.number + 1
        self.current = None
        if wrong:
            self.errors.append((line, wrong))
        if not label:
            self.errors.append((line, "这一题没有写问什么。"))
            return
        draft = _Draft(line, label, kind, marks, star or marks.pop("required", False))
        if not self.parts:
            self.parts.append(["", [], []])
        self.parts[-1][2].append(draft)
        self.current = draft

    def inside(self, number, line):
        """A line below the heading of a question: its hint, an option, a row of a matrix."""
        draft = self.current
        if line.startswith(("提示：", "提示:")):
            draft.hint = line[3:].strip()
        elif ONLY_BLANK.match(line):
            return
        elif self.blank and THANKS.match(line):
            self.current = None
        elif draft.kind == Kind.MATRIX:
            _matrix_line(draft, number, line)
        elif draft.kind in (None, *CHOOSE):
            self.options(number, line)
        elif not draft.options and not draft.hint and not self.blank:
            draft.hint = line
        elif self.blank:
            self.current = None
            self.words(number, line)
        else:
            self.errors.append((number, f"{draft.kind.label}题下面不用选项，这一行没有读进去：{line[:30]}"))

    def options(self, number, line):
        draft = self.current
        if draft.kind == Kind.SCALE and not draft.options and (span := RANGE_LINE.match(line)):
            first, last = int(span[1]), int(span[2])
            if first < last <= first + 20:
                draft.options = [(number, option.label) for option in scale(first, last)]
            else:
                self.errors.append((number, "分值要从小到大，最多 21 档。"))
            return
        pieces, lettered = _pieces(line, len(draft.options))
        if draft.lettered and not lettered and self.blank:
            # The options had letters; what stands alone below is no option any more.
            self.current = None
            self.words(number, line)
            return
        draft.lettered = draft.lettered or lettered
        marker = MARKER.match(line)
        draft.counted = int(marker["number"]) if marker and marker["number"] else 0
        draft.options += [(number, piece) for piece in pieces]


class _Builder:
    """Makes values of what was read; references to other questions are known only now."""

    def __init__(self, reader):
        self.reader, self.errors = reader, reader.errors
        self.drafts = [draft for part in reader.parts for draft in part[2]]
        self.codes, self.made = [], []
        for _ in self.drafts:
            self.codes.append(fresh_question(self.codes))

    def reading(self):
        for draft, code in zip(self.drafts, self.codes, strict=True):
            self.made.append(self.question(draft, code))
        made = iter([self.referring(d, q) for d, q in zip(self.drafts, self.made, strict=True)])
        sections = [
            Section(title, "\n".join(note), tuple(one for one in (next(made) for _ in drafts) if one))
            for title, note, drafts in self.reader.parts
        ]
        head = self.reader.head
        lines = {code: draft.line for draft, code in zip(self.drafts, self.codes, strict=True)}
        questionnaire = Questionnaire(tuple(part for part in sections if part.questions))
        if not self.drafts and not self.errors:
            self.errors.append((1, "没有找到题目：每题一行开头，像“1. 您的年龄段 [单选题]”，选项一行一个。"))
        title = head[0] if head else ""
        return Reading(questionnaire, title, "\n".join(head[1:]), sorted(self.errors), lines)

    def question(self, draft, code):
        kind = draft.kind or _guessed(draft)
        options = []
        for number, words in draft.options:
            try:
                options.append((number, *option_of(words, kind)))
            except MarkError as error:
                self.errors.append((number, str(error)))
        draft.read = options
        values = [option for _, option, _ in options]
        if kind == Kind.YES_NO and not values:
            values = list(yes_no())
        if kind == Kind.SCALE and not values:
            values = list(scale())
        enough = {Kind.MATRIX: 2, Kind.SINGLE: 2, Kind.MULTIPLE: 2, Kind.RANKING: 2, Kind.YES_NO: 2, Kind.SCALE: 2}
        if len(values) < enough.get(kind, 0):
            what = "列" if kind == Kind.MATRIX else "选项"
            self.errors.append((draft.line, f"{kind.label}题至少要两个{what}。"))
        if kind == Kind.MATRIX and not draft.rows:
            self.errors.append((draft.line, "矩阵题没有行。"))
        rows = tuple(option_of(words, Kind.MATRIX)[0] for _, words in draft.rows)
        bounds, wrong = question_marks(kind, draft.marks)
        self.errors += [(draft.line, sentence) for sentence in wrong]
        return Question(
            code, kind, draft.label, hint=draft.hint, required=draft.required and kind != Kind.NOTE,
            options=coded_options(kind, values), rows=coded_rows(rows), **bounds,
        )  # fmt: skip

    def referring(self, draft, question):
        """The same with its conditions and jumps, which name other questions by number."""
        known = dict(enumerate(self.made, 1))
        conditions, jumps = [], {}
        for words in draft.marks.get("shown_if", ()):
            try:
                conditions.append(condition_of(words, known))
            except MarkError as error:
                self.errors.append((draft.line, str(error)))
        for (number, _, jump), option in zip(draft.read, question.options, strict=False):
            if jump:
                try:
                    jumps.setdefault(jump_of(jump, known), []).append(option.code)
                except MarkError as error:
                    self.errors.append((number, str(error)))
        return replace(
            question,
            shown_if=tuple(conditions),
            jumps=tuple(Jump(tuple(codes), target) for target, codes in jumps.items()),
        )


def _section(line, current):
    """Title of the section that a line begins, "" when it begins none."""
    if found := SECTION.match(line):
        return found["title"].strip() or line
    if found := SECTION_MARK.match(line):
        return found["title"].strip()
    found = SECTION_CHINESE.match(line)
    return found["title"].strip() if found and len(line) <= 40 else ""


def _question_line(line, last, current):
    """`(number, words, star)` of a line that begins a question; None for any other."""
    found, tagged = NUMBERED.match(line), _tag(line)
    if not found:
        bare = line.lstrip("*＊ ")
        if tagged and not (current and current.kind in CHOOSE and MARKER.match(line)):
            chinese = SECTION_CHINESE.match(bare)
            return 0, chinese["title"] if chinese else bare, bare != line
        return (
            (0, bare, True)
            if bare != line and line[0] in "*＊" and len(bare) > 3 and bare != "" and current is None
            else None
        )
    number = int(next(value for value in found.group("q", "n", "b", "c") if value))
    rest, star = found["rest"], bool(found["star"])
    if tagged or found["q"] or star:
        return number, rest, star
    if found["b"] or found["c"]:
        return (number, rest, star) if current is None and number == last + 1 else None
    if current is not None and current.counted and number == current.counted + 1 and number != last + 1:
        return None
    if current is not None and current.counted == number - 1 and current.counted and current.kind in CHOOSE:
        return None
    return (number, rest, star) if number == last + 1 else None


def _tag(line):
    """The word in brackets that says of which kind a question is, known or foreign; None without."""
    for found in BRACKET.finditer(line):
        word = found[1].strip()
        if word in KINDS or word in FOREIGN or (found[0][0] in "[【" and re.fullmatch(r"\w{1,8}题", word)):
            return word
    return None


def _heading(rest):
    """`(wording, Kind or None, marks, sentence of what is wrong)` of the first line of a question."""
    kind, marks, wrong, kept, end = None, {}, "", [], 0
    for found in BRACKET.finditer(rest):
        word = found[1].strip()
        understood = True
        if word in KINDS and (kind is None or word in ("可多选", "多选")):
            kind = KINDS[word]
            marks["long"] = word in LONG_WORDS
        elif word in FOREIGN:
            wrong = f"没有“{word}”这种题型，{FOREIGN[word]}。"
        elif found[0][0] in "[【" and re.fullmatch(r"\w{1,8}题", word) and kind is None:
            wrong = f"没有“{word}”这种题型。"
        else:
            understood = question_marks.note(word, marks)
        if understood:
            kept.append(rest[end : found.start()])
            end = found.end()
    label = ("".join(kept) + rest[end:]).strip()
    if label.endswith(("*", "＊")) or label.startswith(("*", "＊")):
        label, marks["required"] = label.strip("*＊ "), True
    return label.strip(), kind, marks, wrong


def _guessed(draft):
    """Kind of a question without a tag: what its wording and its options make of it."""
    if len(draft.options) < 2:
        return Kind.TEXT if not draft.options else Kind.SINGLE
    many = "most" in draft.marks or "least" in draft.marks or re.search(r"多选|哪些|限选", draft.label)
    return Kind.MULTIPLE if many else Kind.SINGLE


def _pieces(line, before):
    """`([words of each option on the line], whether they had letters)`; `before`: how many options stand above."""
    marker = MARKER.match(line)
    if marker and marker["bare"] and marker["bare"] != nth(before):
        marker = None
    if marker and marker["letter"] and marker["letter"].upper() != nth(before) and len(marker["letter"]) > 1:
        marker = None
    if marker is None:
        return [line], False
    if line[0] in BULLETS:
        return [piece.strip() for piece in re.split(f"[{BULLETS}]", line) if piece.strip()], False
    rest = marker["rest"]
    lettered = bool(marker["letter"] or marker["bare"] or (marker["inner"] or "").isalpha())
    pieces, place = [], before + 1
    while lettered and (found := re.search(rf"\s+{_next_marker(place)}(?=\S)", rest)):
        pieces.append(rest[: found.start()].strip())
        rest, place = rest[found.end() :], place + 1
    return [*pieces, rest.strip()], lettered


def _next_marker(place):
    return rf"[（(]?{nth(place)}(?:\s*[.．、:：)）]\s*|\s+|(?=[^\x00-\x7f]))"


def _matrix_line(draft, number, line):
    """A line of a matrix: 行：/列： with lists below, or the columns first and then the rows."""
    if re.fullmatch(r"(?:行|列)\s*[:：]", line):
        draft.part = line[0]
        return
    if found := re.match(r"^(行|列)\s*[:：]\s*(\S.*)$", line):
        into = draft.rows if found[1] == "行" else draft.options
        into += [(number, word) for word in re.split(r"\s*[,，、;；|/]\s*|\s{2,}|\s", found[2]) if word]
        return
    if draft.part == "行":
        draft.rows.append((number, re.sub(r"^[-–•·]\s*", "", line)))
    elif draft.part == "列":
        pieces, _ = _pieces(line, len(draft.options))
        draft.options += [(number, piece) for piece in pieces]
    elif not draft.options:
        words = [word for word in re.split(r"\s+", re.sub(f"[{BULLETS}|]", " ", line)) if word]
        draft.options = [(number, word) for word in words]
    else:
        words = re.sub(rf"[\s{BULLETS}|]+(?:\d{{0,2}}[\s{BULLETS}|]*)*$", "", re.sub(r"^[-–•·]\s*", "", line))
        words = BLANK.sub("", words).strip()
        marker = re.match(r"^(?:\d{1,2}\s*[.．、)）]|[①-⑳]|[A-Za-z]\s*[.．、)）])\s*(?=\S)", words)
        draft.rows.append((number, words[marker.end() :] if marker else words))
