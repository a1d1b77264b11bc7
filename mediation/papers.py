"""The papers of a case: which there are, the words that their templates may use, and their parts for the page that is printed.

What a mediator keeps for herself (PrivateNote) and how a party is reached stand in no paper: they are read by nothing here.
"""

import re
from types import SimpleNamespace

from django.conf import settings

from fedhub.core.papers import Paper, papers
from mediation.layout import LAYOUTS
from mediation.paperwords import LISTS, WORDS

WHOLE = "file"


def _words_of(layout):
    """Words that stand in the parts of `layout`, lists aside."""
    for kind, *facts in layout.parts:
        if kind == "line":
            yield from re.findall(r"\{(\w+)\}", facts[0])
        elif kind == "facts":
            yield from (word for pair in facts[0] for word in pair)
        elif kind == "text":
            yield facts[0]


def _used(layouts):
    """`(words, lists)` that the parts of `layouts` name, with their examples."""
    words, lists = {}, {}
    for layout in layouts:
        # Which papers there are is asked by the whole file alone.
        words |= {layout.needs: WORDS[layout.needs]} if layout.needs and len(layouts) > 1 else {}
        row = LISTS[layout.each] if layout.each else {}
        if layout.each:
            lists[layout.each] = row
        words |= {word: WORDS[word] for word in _words_of(layout) if word not in row}
        for kind, *facts in layout.parts:
            if kind == "list":
                lists.setdefault(facts[1], {}).update({word: LISTS[facts[1]][word] for word in facts[2]})
            elif kind == "pages":
                lists[facts[0]] = LISTS[facts[0]]
    return words, lists


def _paper(key, words, layouts, order):
    named, lists = _used(layouts)
    return papers.register(
        Paper(
            key=f"mediation_{key}", label=words, words=named, lists=lists, order=order,
            shipped=settings.BASE_DIR / "templates" / "papers" / f"mediation_{key}.docx",
        )
    )  # fmt: skip


PAPERS = {
    **{key: _paper(key, f"调解：{one.title}", [one], 70 + n) for n, (key, one) in enumerate(LAYOUTS.items())},
    WHOLE: _paper(WHOLE, "调解：整本卷宗", list(LAYOUTS.values()), 69 + len(LAYOUTS) + 1),
}


def keys_of(values):
    """Keys of the papers that lie in the file of the case of these values, in the order of the file."""
    return [key for key, layout in LAYOUTS.items() if not layout.needs or values[layout.needs]]


def offered_keys(values):
    """Keys of the papers that may be printed one by one: also those that are to be signed first."""
    own = set(keys_of(values))
    return [key for key, one in LAYOUTS.items() if key in own or (one.offer and values[one.offer])]


def sheets_of(key, values):
    """`[parts]`: the sheets of one paper with its values, one for each row where it is made for each."""
    layout = LAYOUTS[key]
    if layout.each:
        return [_parts(layout, values | row) for row in values[layout.each]]
    return [_parts(layout, values)]


def _parts(layout, values):
    """Namespaces kind, text, place, rows, columns."""
    found = []
    for kind, *facts in layout.parts:
        if kind == "line":
            found.append(SimpleNamespace(kind=kind, text=facts[0].format(**values), place=facts[1]))
        elif kind == "facts":
            rows = [[(word, values[word]) for word in pair] for pair in facts[0]]
            found.append(SimpleNamespace(kind=kind, rows=rows))
        elif kind == "text":
            found.append(SimpleNamespace(kind=kind, word=facts[0], text=values[facts[0]]))
        elif kind == "total":
            found.append(SimpleNamespace(kind=kind, before=facts[0], after=facts[1]))
        elif kind == "pages":
            found.append(SimpleNamespace(kind=kind, rows=values[facts[0]]))
        elif values[facts[1]]:
            rows = [[row[column] for column in facts[2]] for row in values[facts[1]]]
            found.append(SimpleNamespace(kind=kind, title=facts[0], columns=list(facts[2].items()), rows=rows))
    return found
