"""Steps of the editor on a Questionnaire: each gives a new one. Pure. `out` is what was out already: its codes never go away."""

from dataclasses import replace

from surveys.definition.codes import fresh_question, recoded, renamed
from surveys.definition.questionnaire import Questionnaire, Section


def empty(questionnaire):
    """True without any question."""
    return not questionnaire.questions()


def place_of(questionnaire, code):
    """`(section, place in it)` of a question; None when it is not there."""
    for n, part in enumerate(questionnaire.sections):
        for m, question in enumerate(part.questions):
            if question.code == code:
                return n, m
    return None


def add(questionnaire, question, section=None, place=None):
    """With `question` in section number `section` (default the last, made where there is none) before `place` (default last)."""
    parts = list(questionnaire.sections) or [Section()]
    section = len(parts) - 1 if section is None else min(max(section, 0), len(parts) - 1)
    held = list(parts[section].questions)
    held.insert(len(held) if place is None else place, question)
    parts[section] = replace(parts[section], questions=tuple(held))
    return Questionnaire(tuple(parts))


def without(questionnaire, code):
    """Without the question of that code."""
    parts = (
        replace(part, questions=tuple(q for q in part.questions if q.code != code)) for part in questionnaire.sections
    )
    return Questionnaire(tuple(parts))


def move(questionnaire, code, section, place):
    """With the question at `place` of section number `section`."""
    question = questionnaire.question(code)
    return questionnaire if question is None else add(without(questionnaire, code), question, section, place)


def move_by(questionnaire, code, step):
    """One place up (-1) or down (1), past the edge into the neighbouring section."""
    found = place_of(questionnaire, code)
    if found is None:
        return questionnaire
    section, place = found
    target = place + step
    if 0 <= target < len(questionnaire.sections[section].questions):
        return move(questionnaire, code, section, target)
    if not 0 <= section + step < len(questionnaire.sections):
        return questionnaire
    there = len(questionnaire.sections[section + step].questions) if step < 0 else 0
    return move(questionnaire, code, section + step, there)


def take_out(questionnaire, code, out):
    """Retired when it was `out` already, gone otherwise."""
    question = questionnaire.question(code)
    if question is None:
        return questionnaire
    if out.question(code) is None:
        return without(questionnaire, code)
    return questionnaire.with_question(replace(question, retired=True))


def bring_back(questionnaire, code):
    """Asked again."""
    question = questionnaire.question(code)
    return questionnaire if question is None else questionnaire.with_question(replace(question, retired=False))


def double(questionnaire, code):
    """With a copy right behind it, under a code of its own."""
    found = place_of(questionnaire, code)
    if found is None:
        return questionnaire
    taken = {question.code for question in questionnaire.questions()}
    question = questionnaire.question(code)
    copy = replace(
        question, code=fresh_question(taken), label=f"{question.label}（复制）", jumps=(), retired=False,
        options=question.offered(), rows=tuple(row for row in question.rows if not row.retired),
    )  # fmt: skip
    return add(questionnaire, copy, found[0], found[1] + 1)


def join(questionnaire, other):
    """With the sections of `other` behind; its questions get codes of their own."""
    taken = {question.code for question in questionnaire.questions()}
    return Questionnaire((*questionnaire.sections, *recoded(other, taken).sections))


def pick(questionnaire, source, codes):
    """With those questions of `source` whose code is in `codes`, in its order, in a section of its own at the end. Conditions and
    jumps to what is not picked are left out."""
    parts = []
    for part in source.sections:
        held = tuple(
            replace(
                renamed(q, {}),
                shown_if=tuple(one for one in q.shown_if if one.question in codes),
                jumps=tuple(one for one in q.jumps if one.target in codes),
            )
            for q in part.questions
            if q.code in codes
        )
        if held:
            parts.append(replace(part, questions=held))
    return join(questionnaire, Questionnaire(tuple(parts)))


NOTHING, HELP, TELL = "", "help", "tell"


def rule_of(option):
    """What happens when `option` is chosen: NOTHING, HELP (where help is), TELL (and where the trained person is told)."""
    return TELL if option.tell else HELP if option.help else NOTHING


def with_rules(questionnaire, rules):
    """With what happens when an option is chosen: `rules` {(question, option): rule}; those that are not named stay."""
    for question in questionnaire.questions():
        options = tuple(_ruled(one, rules.get((question.code, one.code), rule_of(one))) for one in question.options)
        if options != question.options:
            questionnaire = questionnaire.with_question(replace(question, options=options))
    return questionnaire


def _ruled(option, rule):
    return replace(option, help=rule != NOTHING, tell=rule == TELL)


def put_section(questionnaire, number, title, note):
    """With section number `number` called `title`; a new one at the end where there is none of that number."""
    parts = list(questionnaire.sections)
    if 0 <= number < len(parts):
        parts[number] = replace(parts[number], title=title, note=note)
    else:
        parts.append(Section(title, note))
    return Questionnaire(tuple(parts))


def move_section(questionnaire, number, step):
    """With section number `number` one place up (-1) or down (1), its questions with it; the same at the edge."""
    parts, target = list(questionnaire.sections), number + step
    if not (0 <= number < len(parts) and 0 <= target < len(parts)):
        return questionnaire
    parts.insert(target, parts.pop(number))
    return Questionnaire(tuple(parts))


def drop_section(questionnaire, number):
    """Without section number `number`; its questions go to the one before (of the first: behind)."""
    parts = list(questionnaire.sections)
    if not 0 <= number < len(parts):
        return questionnaire
    gone = parts.pop(number)
    if not parts:
        return Questionnaire((Section(questions=gone.questions),))
    into = max(number - 1, 0)
    held = parts[into].questions + gone.questions if number else gone.questions + parts[into].questions
    parts[into] = replace(parts[into], questions=held)
    return Questionnaire(tuple(parts))


def ordered(questionnaire, order):
    """In the `order` [[codes of a section] …]. Raises ValueError when it does not name each question once."""
    codes = [code for part in order for code in part]
    known = [question.code for question in questionnaire.questions()]
    if sorted(codes) != sorted(known) or len(order) != len(questionnaire.sections):
        raise ValueError("The order names other questions.")
    parts = (
        replace(part, questions=tuple(questionnaire.question(code) for code in held))
        for part, held in zip(questionnaire.sections, order, strict=True)
    )
    return Questionnaire(tuple(parts))


def broken(out, new):
    """Sentences on what `new` does to what was `out`: nothing that was out goes away or becomes another kind of question, so that
    all answers line up; wordings may change, questions and options may be retired."""
    found = []
    for old in out.questions():
        now = new.question(old.code)
        if now is None:
            found.append(f"“{old.label[:20]}”已经发布过，不能删，只能停用。")
            continue
        if now.kind != old.kind:
            found.append(f"“{old.label[:20]}”已经发布过，不能改成{now.kind.label}题。")
        for name, before, after in (("选项", old.options, now.options), ("行", old.rows, now.rows)):
            codes = {one.code for one in after}
            found += [
                f"“{old.label[:20]}”的{name}“{one.label[:20]}”已经发布过，不能删，只能停用。"
                for one in before
                if one.code not in codes
            ]
    return found


def changes(out, new):
    """What a new edition would change, in words: [(what, wording)]."""
    found = []
    for now in new.questions():
        old = out.question(now.code)
        if old is None:
            if not now.retired:
                found.append(("加了", now.label))
        elif now.retired and not old.retired:
            found.append(("停用", now.label))
        elif old.retired and not now.retired:
            found.append(("恢复", now.label))
        elif now != old:
            found.append(("改了", now.label))
    kept = [q.code for q in new.questions() if out.question(q.code)]
    if [q.code for q in out.questions() if new.question(q.code)] != kept:
        found.append(("换了顺序", ""))
    if [(p.title, p.note) for p in out.sections] != [(p.title, p.note) for p in new.sections]:
        found.append(("改了分部分的标题、说明", ""))
    return found
