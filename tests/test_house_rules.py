"""Rules of the house, checked on the code itself; each one was seen to fail when broken."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.roles import PERMISSIONS
from fedhub.core.access import PUBLIC, SIGNED_IN, permission_of
from fedhub.core.checks import own_models
from fedhub.core.privacy import privacy_of, unclassed_fields

ROOT = Path(settings.BASE_DIR)
APPS = [c for c in apps.get_app_configs() if (ROOT / c.name.replace(".", "/")).is_dir()]
OWN = {c.name.split(".")[0] for c in APPS}
FOLDERS = [ROOT / c.name.replace(".", "/") for c in APPS]


def sources(*parts):
    """Python files of our apps (no tests, no migrations), or only those whose path contains one of `parts`."""
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.py")):
            relative = path.relative_to(ROOT).as_posix()
            if "/tests/" in relative or "/migrations/" in relative:
                continue
            if not parts or any(part in f"/{relative}" for part in parts):
                yield path


def patterns(resolver=None, prefix=""):
    """`(route, pattern, name)` of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry, entry.name


def known_permissions():
    """Permissions that the models declare."""
    found = set()
    for model in apps.get_models():
        options = model._meta
        found |= {f"{options.app_label}.{verb}_{options.model_name}" for verb in options.default_permissions}
        found |= {f"{options.app_label}.{code}" for code, _ in options.permissions}
    return found


def test_every_address_says_who_may_open_it():
    silent = [route for route, entry, name in patterns() if permission_of(entry.callback, name) is None]

    assert silent == []


def test_views_name_only_existing_permissions():
    known = known_permissions() | {PUBLIC, SIGNED_IN}
    wrong = {
        (route, permission_of(entry.callback, name))
        for route, entry, name in patterns()
        if permission_of(entry.callback, name) not in known
    }

    assert wrong == set()


def test_roles_name_only_existing_permissions():
    assert set().union(*PERMISSIONS.values()) - known_permissions() == set()


def test_every_permission_of_a_view_is_held_by_some_role():
    held = set().union(*PERMISSIONS.values()) | {PUBLIC, SIGNED_IN}
    unheld = {permission_of(entry.callback, name) for _, entry, name in patterns()} - held

    assert unheld == set()


@pytest.mark.parametrize("path", list(sources("/views", "/forms")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_views_and_forms_query_through_the_row_rule(path):
    scoped = {m.__name__ for m in own_models() if hasattr(m._default_manager.all(), "visible_to")}
    allowed = {"Area"}
    tree = ast.parse(path.read_text())
    loose = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "objects"
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id in scoped - allowed
            and node.attr not in {"visible_to", "none"}
        ):
            loose.append((node.lineno, ast.unparse(node)))

    assert loose == []


@pytest.mark.parametrize("model", own_models(), ids=lambda m: m._meta.label)
def test_every_field_has_one_privacy_class(model):
    assert unclassed_fields(model) == []
    assert privacy_of(model).doubles == []


@pytest.mark.parametrize(
    "model", [m for m in own_models() if not m.__name__.startswith("Historical")], ids=lambda m: m._meta.label
)
def test_every_status_column_has_a_check(model):
    names = {"status", "state"} & {f.name for f in model._meta.concrete_fields}
    checks = [str(c.condition) for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]

    assert [name for name in names if not any(f"{name}__in" in check for check in checks)] == []


@pytest.mark.parametrize("path", list(sources()), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_signal_receivers(path):
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

    assert [f.lineno for f in functions if any("receiver" in ast.unparse(d) for d in f.decorator_list)] == []


@pytest.mark.parametrize("model", own_models(), ids=lambda m: m._meta.label)
def test_no_model_saves_with_side_effects(model):
    assert [
        base.__name__ for base in model.__mro__ if "save" in base.__dict__ and base.__module__.split(".")[0] in OWN
    ] == []


@pytest.mark.parametrize("path", list(sources("/views")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_view_writes_a_status(path):
    tree = ast.parse(path.read_text())
    found = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr in {"status", "state"}
    ]

    assert found == []


def test_no_module_is_called_utils():
    assert [p for p in sources() if p.stem in {"utils", "helpers", "misc"}] == []


def test_templates_have_no_inline_script_style_or_handler():
    bad = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        if re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", text):
            bad.append(path.relative_to(ROOT).as_posix())

    assert bad == []


# Posts that save no record of the trade: coming twice they change nothing more.
KEYLESS_POSTS = {
    "account_logout", "accounts:demo", "accounts:unlock", "accounts:user_code", "desk:type_size", "desk:search",
    "ledgers:batch_columns", "ledgers:batch_sheet", "ledgers:export_file",
}  # fmt: skip
# Pages of the sign-in, the lock and the first start; filters, which save nothing; an export, every time a new file.
KEYLESS_PAGES = (
    "account/", "mfa/", "usersessions/", "accounts/code.html", "accounts/locked.html", "accounts/resend.html",
    "accounts/set_password.html", "components/passkey.html", "_templates.html", "desk/first_run.html",
    "generic/export.html", "generic/list.html", "households/_filters.html", "grids/visit_pick.html",
)  # fmt: skip


def test_every_form_that_saves_carries_a_once_key():
    bad = []
    for path in (ROOT / "templates").rglob("*.html"):
        name = path.relative_to(ROOT / "templates").as_posix()
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL):
            posted = re.search(r"action=\"{% url '([^']+)'", form)
            keyless = posted and posted[1] in KEYLESS_POSTS
            keyed = any(
                mark in form
                for mark in ("{% once_field %}", "{% crispy form %}", "{{ form.once_key }}", " in carried %}")
            )
            if not (keyless or keyed or name.startswith(KEYLESS_PAGES)):
                bad.append((name, form[:80]))

    assert bad == []


def test_the_desk_knows_of_the_sealed_compartment_only_a_number():
    used = set()
    for path in sources("/desk/"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "safety":
                used |= {f"{node.module}.{a.name}" for a in node.names}

    assert used == {"safety.queries.open_count"}


def test_sealed_models_are_only_in_the_sealed_apps():
    sealed = {m._meta.label for m in own_models() if privacy_of(m).level == 4}

    assert {label.split(".")[0] for label in sealed} == {"safety"}


def test_no_file_of_the_repository_names_a_machine_path_or_a_package_index():
    pattern = re.compile(r"/(?:work|root|farm|opt/pypi)/|--(?:extra-)?index-url|--find-links")
    found = []
    for path in ROOT.rglob("*"):
        relative = path.relative_to(ROOT)
        if not path.is_file() or relative.parts[0] in {".git", ".venv", "var", "staticfiles"}:
            continue
        if (
            path.suffix in {".py", ".md", ".txt", ".in", ".toml", ".html", ".js", ".css", ".json"}
            or path.name == "Makefile"
        ):
            text = path.read_text(errors="ignore")
            if relative.as_posix() != "tests/test_house_rules.py" and pattern.search(text):
                found.append(relative.as_posix())

    assert found == []
