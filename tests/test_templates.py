"""Templates, style sheets and scripts: contracts, sizes, classes, weight."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from fedhub.core.menu import GROUPS
from fedhub.core.templatetags.ui import icons
from tools import purge, vendor

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
SHARED = [name for name in PAGES if "/" not in name or name.split("/")[0] in {"generic", "components", "widgets"}]
# Asked for by Django and its packages.
ENTRY_POINTS = re.compile(r"^(400|403|404|413|429|500)\.html$|^(account|mfa|usersessions|allauth)/")
COMPONENT_CALL = re.compile(r'_render\(\s*context, "(\w+)"')
FIRST_LOAD = [
    "vendor/bootstrap-5.3.9/bootstrap.purged.css", "css/tokens.css", "css/base.css", "css/print.css",
    "django_htmx/htmx-2.min.js", "js/app.js",
    *[f"js/{name}" for name in re.findall(r'import "./(.+)"', (ROOT / "static/js/app.js").read_text())],
]  # fmt: skip
# Hooks for scripts and classes that forms or libraries put in, and that need no look of their own.
WITHOUT_LOOK = {"asteriskField", "requiredField", "htmx-request"}


def text_of(name):
    return (TEMPLATES / name).read_text()


def shipped_classes():
    """Classes that have a rule in the style sheets of the staff pages."""
    sheets = [purge.TARGET, *(path for path in (ROOT / "static/css").glob("*.css") if path.name != "resident.css")]
    return {name for sheet in sheets for name in purge.SELECTOR_CLASS.findall(sheet.read_text())}


@pytest.mark.parametrize("name", PAGES)
def test_every_template_compiles(name):
    assert get_template(name).template.name == name


@pytest.mark.parametrize("name", SHARED)
def test_every_shared_template_opens_with_its_contract(name):
    opening = re.sub(r"{% (extends|load) [^%]*%}", "", text_of(name)).lstrip()

    assert opening.startswith(("{#", "{% comment %}")), "say in a comment which blocks and context it has"


@pytest.mark.parametrize(("pattern", "most"), [("*.html", 120), ("generic/*.html", 60), ("components/*.html", 40)])
def test_shared_templates_stay_short(pattern, most):
    long = [path.name for path in TEMPLATES.glob(pattern) if len(path.read_text().splitlines()) > most]

    assert long == []


@pytest.mark.parametrize("name", PAGES)
def test_no_template_needs_an_inline_script_style_or_handler(name):
    text = re.sub(r"{%.*?%}", "", text_of(name))

    found = re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text, re.IGNORECASE)

    assert found == []


def test_every_template_is_used():
    code = "\n".join(path.read_text() for path in ROOT.rglob("*.py") if ".venv" not in path.parts)
    named = set(re.findall(r"[\w/.-]+\.html", code + "\n".join(map(text_of, PAGES))))
    named |= {f"components/{name}.html" for name in COMPONENT_CALL.findall(code)}

    unused = [name for name in PAGES if name not in named and not ENTRY_POINTS.match(name)]

    assert unused == []


def test_every_class_in_a_template_has_a_rule_in_the_shipped_sheets():
    known = shipped_classes() | WITHOUT_LOOK

    missing = {word: page for word, page in purge.template_classes().items() if word not in known}

    assert missing == {}, "a Bootstrap class: run tools/purge.py; a class of ours: write its rule"


def test_every_named_icon_is_drawn():
    named = {name for page in PAGES for name in re.findall(r'{% icon "(\w+)"', text_of(page))}

    assert (named | {icon for _, _, icon in GROUPS}) - set(icons()) == set()


def test_the_first_page_weighs_less_than_80_kilobytes(client, chair):
    page = client.get("/desk/components/").content
    files = [Path(finders.find(name)).read_bytes() for name in FIRST_LOAD]

    weight = sum(len(gzip.compress(data, 6)) for data in [page, *files])

    assert weight < 80 * 1024


@pytest.mark.parametrize("path", sorted((ROOT / "static/js").rglob("*.js")), ids=lambda path: path.name)
def test_scripts_are_short_and_evaluate_nothing(path):
    text = path.read_text()

    assert len(text.splitlines()) <= 100
    assert re.findall(r"\beval\(|new Function|document\.write|setAttribute\(\"style\"", text) == []


def test_vendored_files_are_as_recorded_and_name_no_missing_map():
    sheets = [path for path in vendor.VENDOR.rglob("*.css") if "sourceMappingURL" in path.read_text()]

    assert vendor.differences() == []
    assert sheets == []


def test_purging_keeps_elements_and_used_classes_only():
    css = '@charset "UTF-8";a{b:c}.btn,.x{d:e}.btn:not(.x,.y){f:g}@media (p){.x{h:i}.row>*{j:k}}@keyframes z{to{l:m}}'

    assert purge.purge(css, {"btn", "row"}) == '@charset "UTF-8";a{b:c}.btn{d:e}@media (p){.row>*{j:k}}'


def test_class_names_are_found_also_where_a_condition_builds_them():
    text = '<p class="a {% if x %}b{% endif %} c-{% if x %}d{% else %}e{% endif %} f-{{ g }}"></p>'

    assert purge.words_of(text) == {"a", "b", "c-d", "c-e"}


@pytest.mark.parametrize("size", ["", "large"])
def test_staff_page_renders_without_menu_banners_and_user(rf, size):
    html = get_template("staff_base.html").render({"type_size": size, "title": "页"}, rf.get("/"))

    assert ('data-type="large"' in html) == (size == "large")
    assert "<h1>页</h1>" in html


@pytest.mark.parametrize("name", ["400", "403", "404", "413", "429", "500", "csrf"])
def test_error_pages_say_in_chinese_what_happened_and_give_the_number(name):
    html = get_template(f"{name}.html").render({"number": "ab12cd34"})

    assert re.search("<h1>[\u4e00-\u9fff，]+</h1>", html)
    assert "ab12cd34" in html
