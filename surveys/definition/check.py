"""What is wrong with a questionnaire: what keeps it from going out, and what might be better (handbook 5.2). Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from surveys.definition.codes import PIPED
from surveys.definition.questionnaire import END, WITH_OPTIONS
from surveys.enums import Kind, Mode

# Handbook 5.2: at most 15–20 questions; a page or two of reading for each.
MANY, TOO_MANY = 20, 200
LONG_LABEL, MANY_OPTIONS = 60, 12
CHOSEN = (Kind.MULTIPLE, Kind.RANKING)
PERSONAL = (Kind.PHONE, Kind.PHOTO)


@dataclass(frozen=True)
class Problem:
    """One sentence about the question of `code` ("" for the whole). `blocks`: it must not go out like this."""

    code: str
    text: str
    blocks: bool = True


def problems(questionnaire, *, mode="", sensitive=False):
    """Every Problem of `questionnaire`, in the order of its questions; what concerns the whole comes first. `mode` and
    `sensitive` are those of the survey."""
    asked = [question for question in questionnaire.questions() if not question.retired]
    return [*_whole(questionnaire, asked, mode, sensitive), *(one for q in asked for one in _question(q, asked))]


def blocking(questionnaire, **of_survey):
    """Those problems that keep it from going out."""
    return [one for one in problems(questionnaire, **of_survey) if one.blocks]


def numbers(questionnaire):
    """{code: number as it is shown}, notes not counted."""
    counted = (q for q in questionnaire.questions() if not q.retired and q.kind != Kind.NOTE)
    return {question.code: n for n, question in enumerate(counted, 1)}


def _whole(questionnaire, asked, mode, sensitive):
    answers = [question for question in asked if question.kind != Kind.NOTE]
    if not answers:
        yield Problem("", "还没有题目。")
    for code, n in Counter(question.code for question in questionnaire.questions()).items():
        if n > 1:
            yield Problem(code, f"有 {n} 道题用了同一个代码 {code}。")
    if len(answers) > TOO_MANY:
        yield Problem("", f"一份问卷最多 {TOO_MANY} 题，现在 {len(answers)} 题。")
    elif len(answers) > MANY:
        yield Problem("", f"现在 {len(answers)} 题，超过 {MANY} 题很多人填不完，最好分开问。", blocks=False)
    if any(not part.title and not part.questions for part in questionnaire.sections):
        yield Problem("", "有一部分是空的。", blocks=False)
    if mode == Mode.ANONYMOUS and any(question.kind in PERSONAL and question.required for question in asked):
        yield Problem("", "不记名的问卷不能要求必须留电话或照片。")
    if any(question.sensitive for question in asked) and not sensitive:
        yield Problem("", "有标了“敏感”的题，请在设置里勾上“涉及敏感话题”。")
    elif any(option.tell for question in asked for option in question.offered()) and not sensitive:
        yield Problem("", "有“选了就问要不要告诉专人”的选项，请在设置里勾上“涉及敏感话题”。")


def _question(question, asked):
    found = [
        *_words(question),
        *_options(question),
        *_bounds(question),
        *_refusing(question),
        *_going(question, asked),
    ]
    return [Problem(question.code, text, blocks) for text, blocks in found]


def _words(question):
    if not question.label.strip():
        yield "没有写问什么。", True
    if len(question.label) > LONG_LABEL and question.kind not in (Kind.NOTE, Kind.CONSENT):
        yield f"问句超过 {LONG_LABEL} 个字，手机上不好读。", False
    if question.kind == Kind.NOTE and question.required:
        yield "说明不用回答，请去掉“必答”。", True


def _options(question):
    offered = question.offered()
    if question.kind in WITH_OPTIONS:
        if len(offered) < 2:
            yield ("矩阵题至少要两列。" if question.kind == Kind.MATRIX else "至少要两个选项。"), True
        if len(offered) > MANY_OPTIONS and question.kind != Kind.SCALE:
            yield f"选项有 {len(offered)} 个，超过 {MANY_OPTIONS} 个不好选。", False
    elif question.options:
        yield f"{question.kind.label}题不用选项。", True
    if question.kind == Kind.MATRIX and not [row for row in question.rows if not row.retired]:
        yield "矩阵题没有行。", True
    for name, items in (("选项", question.options), ("行", question.rows)):
        for code, n in Counter(one.code for one in items).items():
            if n > 1:
                yield f"有 {n} 个{name}用了同一个代码 {code}。", True
        for label, n in Counter(one.label.strip() for one in items if not one.retired).items():
            if not label:
                yield f"有一个{name}没有写字。", True
            elif n > 1:
                yield f"{name}“{label[:20]}”写了 {n} 遍。", True
    if any(option.limit == 0 for option in question.options):
        yield "选项的名额不能是 0。", True
    if any(option.limit for option in question.options) and question.kind not in (
        Kind.SINGLE,
        Kind.MULTIPLE,
        Kind.YES_NO,
    ):
        yield f"{question.kind.label}题的选项不能限名额。", True


def _bounds(question):
    least, most = question.least, question.most
    if question.kind in (*CHOSEN, Kind.NUMBER, Kind.TEXT):
        if any(isinstance(bound, str) for bound in (least, most)):
            yield "“最少、最多”要写数。", True
            return
    elif question.kind == Kind.DATE:
        if any(not _is_day(bound) for bound in (least, most) if bound is not None):
            yield "日期的范围写得不对。", True
            return
    elif least is not None or most is not None:
        yield f"{question.kind.label}题不用“最少、最多”。", True
        return
    if least is not None and most is not None and least > most:
        yield "“最少”比“最多”还大。", True
    if question.kind in CHOSEN:
        together = [option for option in question.offered() if not option.exclusive]
        if least is not None and least > len(together):
            yield f"至少要选 {least} 项，可是能一起选的只有 {len(together)} 项。", True
        if most is not None and most < 1:
            yield "最多要能选 1 项。", True
    if question.kind == Kind.TEXT and most is not None and most < 1:
        yield "最多字数要大于 0。", True


def _is_day(text):
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _refusing(question):
    """Who is asked something sensitive must be able not to answer (handbook 5.2)."""
    if not question.sensitive:
        return
    if question.kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.YES_NO, Kind.SCALE):
        if not any(option.refuse for option in question.offered()):
            yield "敏感的题要有“不愿回答”这个选项。", True
    elif question.required:
        yield "敏感的题不能必答。", True


def _going(question, asked):
    places = {one.code: n for n, one in enumerate(asked)}
    here = places[question.code]
    for condition in question.shown_if:
        source = next((one for one in asked if one.code == condition.question), None)
        if source is None:
            yield "显示条件里的那道题没有了。", True
        elif places[source.code] >= here:
            yield f"显示条件要看前面的题，“{source.label[:20]}”在它后面。", True
        elif source.kind == Kind.NOTE:
            yield "显示条件不能看说明。", True
        elif missing := set(condition.options) - {option.code for option in source.options}:
            yield f"显示条件里有 {len(missing)} 个选项没有了。", True
    codes = {option.code for option in question.options}
    for jump in question.jumps:
        if jump.target != END and jump.target not in places:
            yield "要跳去的那道题没有了。", True
        elif jump.target != END and places[jump.target] <= here:
            yield "只能往后跳，不能跳回前面的题。", True
        if not jump.options or not set(jump.options) <= codes:
            yield "跳题的选项没有了。", True
    if question.jumps and question.kind not in (Kind.SINGLE, Kind.YES_NO, Kind.SCALE):
        yield "只有单选、是非、打分题能跳题。", True
    for code in PIPED.findall(f"{question.label} {question.hint}"):
        if code not in places:
            yield f"问句里的 {{{code}}} 没有对应的题。", True
        elif places[code] >= here:
            yield f"问句里的 {{{code}}} 要用前面的题。", True
