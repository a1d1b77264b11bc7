"""What is asked of whom: which questions are shown for given answers, on which pages, in which words. Pure."""

import random
import re

from surveys.definition.questionnaire import END
from surveys.enums import Kind

# So many questions stand on one page at most; those that need room stand alone.
MOST_ON_PAGE = 4
ALONE = (Kind.MATRIX, Kind.RANKING, Kind.PHOTO)
SLOT = re.compile(r"\{(\w{1,20})\}")


def is_answered(value):
    """True when `value`, as it stands in the answers, says something."""
    return value is not None and value not in ("", [], {})


def chosen(value):
    """Codes of the options that an answer chose, whatever its kind."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [value] if is_answered(value) else []


def holds(condition, answers, texts=()):
    """True when `condition` is met by the `answers` of shown questions."""
    value = answers.get(condition.question)
    if condition.options:
        met = bool(set(chosen(value)) & set(condition.options))
    else:
        met = is_answered(value) or condition.question in texts
    return met is not condition.negate


def shown(questionnaire, answers, texts=()):
    """Codes of the questions that are asked, in order, given `answers` ({code: value}) and `texts` ({code: words}).

    An answer counts only while its own question is asked; a jump leads forward or nowhere.
    """
    asked, valid, written, until = [], {}, set(), None
    questions = questionnaire.questions()
    places = {question.code: place for place, question in enumerate(questions)}
    for place, question in enumerate(questions):
        if until is not None and (until == END or question.code != until):
            continue
        until = None
        if question.retired or not all(holds(condition, valid, written) for condition in question.shown_if):
            continue
        asked.append(question.code)
        value = answers.get(question.code)
        if is_answered(value):
            valid[question.code] = value
        if question.code in texts:
            written.add(question.code)
        until = _target(question, value, place, places)
    return asked


def _target(question, value, place, places):
    taken = set(chosen(value))
    for jump in question.jumps:
        if taken & set(jump.options) and (jump.target == END or places.get(jump.target, -1) > place):
            return jump.target
    return None


def pages(questionnaire):
    """The questionnaire on short pages: lists of question codes. A note stands with what follows it; what depends on an
    answer begins a page, and what leads elsewhere ends one, so that no page changes while it is filled in."""
    made = []
    for section in questionnaire.sections:
        page, notes = [], 0
        for question in section.questions:
            if question.retired:
                continue
            asks = len(page) - notes
            depends = question.shown_if or _is_target(questionnaire, question.code)
            if page and asks and (depends or asks >= MOST_ON_PAGE or question.kind in ALONE):
                made.append(page)
                page, notes = [], 0
            page.append(question.code)
            notes += question.kind == Kind.NOTE
            if question.jumps or question.kind in ALONE:
                made.append(page)
                page, notes = [], 0
        if page:
            made.append(page)
    return made


def _is_target(questionnaire, code):
    return any(jump.target == code for question in questionnaire.questions() for jump in question.jumps)


def has_rules(questionnaire):
    """True when what is asked depends on answers."""
    return any(question.shown_if or question.jumps for question in questionnaire.questions() if not question.retired)


def next_page(questionnaire, answers, texts=(), after=0, step=1):
    """Number (from 1) of the next page with something to ask behind page `after` (with step -1: before it); None at the end."""
    made, asked = pages(questionnaire), set(shown(questionnaire, answers, texts))
    numbers = range(after + 1, len(made) + 1) if step > 0 else range(after - 1, 0, -1)
    return next((number for number in numbers if asked & set(made[number - 1])), None)


def progress(questionnaire, answers, texts=(), number=1):
    """Percent of the way that lies behind when page `number` is open."""
    made, asked = pages(questionnaire), set(shown(questionnaire, answers, texts))
    open_ones = [n for n, page in enumerate(made, 1) if asked & set(page)] or [1]
    return round(100 * sum(n < number for n in open_ones) / len(open_ones))


def said(question, answers, texts=()):
    """The answer to `question` in words, '' without one: what stands in a later wording for `{code}`."""
    value = answers.get(question.code)
    if question.kind == Kind.MATRIX or not is_answered(value):
        return "" if question.kind in (Kind.PHONE, Kind.PHOTO) or not texts else texts.get(question.code, "")[:60]
    if not question.options:
        return str(value)
    words = []
    for code in chosen(value):
        if option := question.option(code):
            other = texts.get(f"{question.code}.{code}", "") if texts and option.other else ""
            words.append(other[:60] or option.label)
    return "、".join(words)


def piped(text, questionnaire, answers, texts=()):
    """`text` with each `{code}` of a question replaced by the words of its answer; "……" where there is none yet."""

    def words(found):
        question = questionnaire.question(found[1])
        return found[0] if question is None else said(question, answers, texts) or "……"

    return SLOT.sub(words, text) if "{" in text else text


def offered(question, seed=None):
    """Options offered, mixed by `seed` where the question asks for it: those of "other", "none of these" and "I would rather
    not say" keep their places at the end."""
    options = question.offered()
    if not question.shuffle or seed is None:
        return options
    last = [option for option in options if option.other or option.exclusive or option.refuse]
    free = [option for option in options if option not in last]
    random.Random(f"{seed}:{question.code}").shuffle(free)  # noqa: S311 - an order, no secret
    return (*free, *last)


def shows_help(questionnaire, answers):
    """True when an option was chosen after which the page says where help is."""
    return any(option.help for option in _chosen_options(questionnaire, answers))


def offers_telling(questionnaire, answers):
    """True when an option was chosen after which the page says where the trained person is told."""
    return any(option.tell for option in _chosen_options(questionnaire, answers))


def _chosen_options(questionnaire, answers):
    for question in questionnaire.questions():
        for code in chosen(answers.get(question.code)):
            option = question.option(code) if isinstance(code, str) else None
            if option is not None:
                yield option
