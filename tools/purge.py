"""Make bootstrap.purged.css: Bootstrap's rules for elements, and for the classes that our pages use.

    python tools/purge.py             write the file (and its checksum into docs/vendor.md)
    python tools/purge.py --check     say whether it is up to date

Classes are collected from templates, from the form templates of crispy-bootstrap5, and from Python code that names
widget classes. Run it after using a new Bootstrap class; a test tells when that is needed.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import vendor  # noqa: E402

SOURCE = vendor.PACKAGES[0].folder / "bootstrap.min.css"
TARGET = vendor.PACKAGES[0].folder / "bootstrap.purged.css"
# Written by form libraries from Python, so that no template shows them.
FORM_CLASSES = {
    "form-control", "form-select", "form-check", "form-check-input", "form-check-label", "form-text", "form-label",
    "is-invalid", "is-valid", "invalid-feedback", "valid-feedback", "input-group", "input-group-text", "row", "col",
    "col-md", "col-md-6", "mb-0", "mb-3", "text-muted", "alert", "alert-danger", "btn", "d-none", "visually-hidden",
    "fs-6", "active", "disabled", "show",
}  # fmt: skip
CLASS_ATTRIBUTE = re.compile(r"""\bclass(?:=|"\s*:\s*|'\s*:\s*|_class=)\s*["']([^"']*)["']""")
PYTHON_STRING = re.compile(r"""["']([\w\- ]+)["']""")
TEMPLATE_CODE = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
TAG, VALUE = "\1", "\0"
SELECTOR_CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")


def words_of(text):
    """Class names in the class attributes of a template.

    `wf-row-{% if x %}bad{% else %}warn{% endif %}` gives both names; names that end in a variable are left out.
    """
    found = set()
    for value in CLASS_ATTRIBUTE.findall(TEMPLATE_CODE.sub(lambda m: TAG if m[0].startswith("{%") else VALUE, text)):
        for word in value.split():
            head, *rest = word.split(TAG)
            parts = [head + part for part in rest if part] if head.endswith("-") else [head, *rest]
            found.update(part for part in parts if part and VALUE not in part)
    return found


def template_classes():
    """`{class name: one template that uses it}` of our templates."""
    found = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for word in words_of(path.read_text()):
            found.setdefault(word, path.relative_to(ROOT).as_posix())
    return found


def python_words():
    """Words in the string literals of our Python code (widget classes, layouts)."""
    folders = ["fedhub", "accounts", "households", "hardship", "concerns", "safety", "grids", "desk", "portal"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "tests" not in path.parts]
    return {word for path in files for text in PYTHON_STRING.findall(path.read_text()) for word in text.split()}


def used_classes():
    """Every class name that a page may carry; Python words count only when they look like Bootstrap's own."""
    own = re.compile(r"^(btn|col|row|g|m[bt]?|p[bt]?|d|text|form|input|alert|is|visually)(-[\w-]+)?$")
    return FORM_CLASSES | set(template_classes()) | {word for word in python_words() if own.match(word)}


def blocks(css):
    """`(head, body)` of the rules at the top level of `css`; body None for a statement such as @charset."""
    at = 0
    while at < len(css):
        start, end = css.find("{", at), css.find(";", at)
        if start == -1:
            return
        if end != -1 and end < start:
            yield css[at : end + 1].strip(), None
            at = end + 1
            continue
        depth, close = 1, start + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[close], 0)
            close += 1
        yield css[at:start].strip(), css[start + 1 : close - 1]
        at = close


def purge(css, used):
    """`css` without the selectors that need a class outside `used`, an unused theme, or an unused animation."""
    kept = []
    for head, body in blocks(css):
        if body is None:
            kept.append(head)
        elif head.startswith("@media"):
            inner = purge(body, used)
            if inner:
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            continue
        else:
            wanted = [s for s in split_selectors(head) if set(SELECTOR_CLASS.findall(s)) <= used and is_ours(s)]
            if wanted:
                kept.append(f"{','.join(wanted)}{{{body}}}")
    return "".join(kept)


def split_selectors(head):
    """The selectors of a rule; commas inside brackets do not part."""
    return [part.strip() for part in re.split(r",(?![^(\[]*[)\]])", head)]


def is_ours(selector):
    """False for Bootstrap's own dark theme: ours follows the system through the tokens."""
    return "data-bs-theme=dark" not in selector and "-theme=dark" not in selector


def build():
    """The text of bootstrap.purged.css."""
    css = re.sub(r"/\*(?!!).*?\*/", "", SOURCE.read_text(), flags=re.DOTALL)
    licence, rest = re.match(r"(\s*(?:@charset[^;]*;)?\s*/\*!.*?\*/)(.*)", css, re.DOTALL).groups()
    note = "/* Shortened by tools/purge.py to the rules our pages use. */"
    return f"{licence.strip()}\n{note}\n{purge(rest, used_classes())}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        same = TARGET.read_text() == build()
        print("up to date" if same else "out of date: run tools/purge.py")
        sys.exit(0 if same else 1)
    TARGET.write_text(build())
    vendor.write_report()


if __name__ == "__main__":
    main()
