"""A questionnaire as a value: sections of questions with their options and rules. Pure; reads and writes plain data.

Every text form of a questionnaire (the editor, pasted text, XLSForm, the bank) is turned into these values, and every page,
check, count and export is made from them. Questions and options keep their codes through all editions, so that answers of
different editions line up; a wording may change, a code never.
"""

from dataclasses import dataclass, fields, replace

from surveys.enums import Kind

END = "end"
WITH_OPTIONS = (Kind.SINGLE, Kind.MULTIPLE, Kind.YES_NO, Kind.SCALE, Kind.MATRIX, Kind.RANKING)


class DefinitionError(ValueError):
    """The data is no questionnaire; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Option:
    """One thing to choose. `other`: a text may follow; `exclusive`: alone or not at all; `refuse`: she would rather not say;
    `limit`: so many may take it; `retired`: answered before, not offered any more; `help`: choosing it shows where help is;
    `tell`: choosing it also shows where she can, if she wants, tell the trained person alone."""

    code: str
    label: str
    other: bool = False
    exclusive: bool = False
    refuse: bool = False
    limit: int | None = None
    retired: bool = False
    help: bool = False
    tell: bool = False


@dataclass(frozen=True)
class Condition:
    """True when one of `options` was chosen in `question` (with `negate`: none of them); without options, when it was answered."""

    question: str
    options: tuple[str, ...] = ()
    negate: bool = False


@dataclass(frozen=True)
class Jump:
    """After this question, go on at `target` (a question's code, or END) when one of `options` was chosen."""

    options: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Question:
    """One question. `least` and `most` bound what is chosen (multiple, ranking), written (number: the value, text: the
    letters) or told (date: as text "2026-01-31"); `rows` are the lines of a matrix; `shown_if` must all be true for it to
    be asked; the wording may hold `{q1}`, which is filled with the words of that answer."""

    code: str
    kind: Kind
    label: str
    hint: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    least: int | str | None = None
    most: int | str | None = None
    decimals: int = 0
    long: bool = False
    shuffle: bool = False
    sensitive: bool = False
    retired: bool = False
    shown_if: tuple[Condition, ...] = ()
    jumps: tuple[Jump, ...] = ()

    def offered(self):
        """Options that are still offered."""
        return tuple(option for option in self.options if not option.retired)

    def option(self, code):
        """The Option of that code, retired ones too, or None."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True)
class Section:
    """Questions that stand together, under a heading."""

    title: str = ""
    note: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    """All of it, in order."""

    sections: tuple[Section, ...] = ()

    def questions(self):
        """Every question in order, retired ones too."""
        return [question for section in self.sections for question in section.questions]

    def question(self, code):
        """The Question of that code, or None."""
        return next((question for question in self.questions() if question.code == code), None)

    def with_question(self, changed):
        """The same with the question of that code replaced by `changed`."""
        parts = tuple(
            replace(part, questions=tuple(changed if one.code == changed.code else one for one in part.questions))
            for part in self.sections
        )
        return replace(self, sections=parts)


def to_data(questionnaire):
    """Plain data (dicts, lists, texts) of a Questionnaire, without what is at its default: for a JSON column."""
    return _plain(questionnaire)


def _plain(value):
    if hasattr(value, "__dataclass_fields__"):
        named = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: _plain(kept) for field, kept in named if kept != field.default}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Kind) else value


# What each list of a value holds.
_PARTS = {
    (Questionnaire, "sections"): Section,
    (Section, "questions"): Question,
    (Question, "options"): Option,
    (Question, "rows"): Option,
    (Question, "shown_if"): Condition,
    (Question, "jumps"): Jump,
}
_TEXTS = {"code", "label", "title", "note", "hint", "question", "target"}
_FLAGS = {
    "other",
    "exclusive",
    "refuse",
    "retired",
    "help",
    "tell",
    "required",
    "long",
    "shuffle",
    "sensitive",
    "negate",
}


def from_data(data):
    """The Questionnaire that plain `data` means; the other way of `to_data`. Raises DefinitionError for anything else."""
    return _read(Questionnaire, data)


def _read(shape, data):
    if not isinstance(data, dict):
        raise DefinitionError("问卷的内容读不出来。")
    known = {field.name for field in fields(shape)}
    if unknown := set(data) - known:
        raise DefinitionError(f"问卷里有认不出的内容：{'、'.join(sorted(map(str, unknown)))[:60]}。")
    try:
        return shape(**{name: _value(shape, name, value) for name, value in data.items()})
    except TypeError as error:
        raise DefinitionError("问卷里有一题缺了内容。") from error


def _value(shape, name, value):
    if part := _PARTS.get((shape, name)):
        if not isinstance(value, list):
            raise DefinitionError("问卷的内容读不出来。")
        return tuple(_read(part, one) for one in value)
    if name == "kind":
        if value not in Kind.values:
            raise DefinitionError(f"没有这种题型：{str(value)[:20]}。")
        return Kind(value)
    if name == "options":
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            raise DefinitionError("问卷的条件读不出来。")
        return tuple(value)
    right = _is_text(name, value) or _is_flag(name, value) or _is_number(name, value)
    if not right:
        raise DefinitionError("问卷的内容读不出来。")
    return value


def _is_text(name, value):
    return name in _TEXTS and isinstance(value, str)


def _is_flag(name, value):
    return name in _FLAGS and isinstance(value, bool)


def _is_number(name, value):
    if name in {"least", "most"}:
        return value is None or (isinstance(value, int | str) and not isinstance(value, bool))
    whole = isinstance(value, int) and not isinstance(value, bool)
    return (name == "limit" and (value is None or whole)) or (name == "decimals" and whole)
