"""Rules of the house, checked on the code itself; each one was seen to fail when broken."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.roles import PERMISSIONS
from concerns.tests.factories import ConcernFactory, ReceptionFactory
from employment.tests.event_factories import SignupFactory
from fedhub.core.access import PUBLIC, SIGNED_IN, permission_of
from fedhub.core.checks import own_models
from fedhub.core.models import AuditEvent
from fedhub.core.privacy import privacy_of, unclassed_fields
from fedhub.core.views import ScopedListView
from fedhub.ledgers.registry import ledgers
from grids.tests.factories import DutyFactory
from groups.tests.factories_activity import ActivityFactory
from groups.tests.factories_backbone import BackboneFactory
from hardship.tests.factories import HardshipFileFactory
from hardship.tests.factories_aid import delivery_at
from households.tests.factories import MembershipFactory, ResidentFactory, StatusFactory, VisitTaskFactory
from surveys.tests.factories import published

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


# Places asked for without a scope, one by one: names of those above one's own; the place a record has already.
LOOSE = {
    ("fedhub/areas/views.py", "Area.objects.filter"),
    ("fedhub/reference/forms.py", "Area.objects.filter"),
}


@pytest.mark.parametrize("path", list(sources("/views", "/forms")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_views_and_forms_query_through_the_row_rule(path):
    scoped = {m.__name__ for m in own_models() if hasattr(m._default_manager.all(), "visible_to")}
    tree = ast.parse(path.read_text())
    loose = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "objects"
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id in scoped
            and node.attr not in {"visible_to", "none"}
            and (path.relative_to(ROOT).as_posix(), ast.unparse(node)) not in LOOSE
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
    "ledgers:batch_columns", "ledgers:batch_sheet", "ledgers:export_file", "concerns:closing_paper", "hardship:file_paper",
    "notices:object", "council_resident:support", "council_resident:say", "council_resident:rate", "council:minutes_paper",
    "employment_resident:withdraw", "employment_resident:unwatch",
    "groups_resident:back", "groups_resident:leave", "groups_resident:stay", "groups_resident:join", "groups_resident:register",
    "groups_resident:task_done", "groups_resident:task_decline",
    "groups_resident:activity_join", "groups_resident:activity_back", "groups_resident:activity_rate",
    "groups_resident:activity_portrait", "groups_resident:lead_tick", "groups_resident:lead_meeting",
    "groups_resident:show_phone", "groups_resident:shift_come", "groups_resident:shift_drop",
    "survey:leave", "surveys:result_paper",
    "mediation:case_figures_file", "mediation:paper_file",
    "grids:pack_paper", "grids:handover_paper", "employment:certificate_file",
    "groups:shift_detail", "service_resident:sign_in", "service_resident:sign_out",
    "groups_resident:offer", "groups_resident:pause", "groups_resident:resume", "groups_resident:quit",
    "groups_resident:asked_accept", "groups_resident:asked_decline", "groups_resident:asked_back", "groups_resident:asked_start",
    "groups_resident:asked_stop", "groups_resident:help_agree", "groups_resident:help_refuse", "groups_resident:help_back",
}  # fmt: skip
# Pages of the sign-in, the lock and the first start; filters, which save nothing; an export, every time a new file. A
# resident is no user: her forms carry a key of their own (portal.SentForm), or can be sent twice without harm. A survey's answer
# is once by its mark or code; a code not used goes by itself; a letter said twice is one.
KEYLESS_PAGES = (
    "council/resident/propose.html", "desk/calendar_address.html", "mediation/expert_code.html", "mediation/rate.html",
    "employment/resident/",
    "hardship/resident/",
    "portal/ask.html", "portal/base.html", "portal/centre.html", "portal/concern.html", "portal/enter.html", "portal/right.html",
    "portal/say.html", "portal/phone.html", "portal/phone_code.html", "portal/asked.html", "portal/inbox.html",
    "portal/_rating.html", "portal/ward.html", "portal/choice.html", "portal/agree.html",
    "surveys/resident/", "surveys/assist.html", "surveys/paper.html", "surveys/codes.html",
    "surveys/conversation.html",
    "account/", "mfa/", "usersessions/", "accounts/code.html", "accounts/locked.html", "accounts/resend.html",
    "accounts/set_password.html", "components/passkey.html", "_templates.html", "desk/first_run.html",
    "surveys/help.html", "generic/export.html", "generic/list.html", "households/_filters.html", "grids/visit_pick.html",
)  # fmt: skip


def test_every_form_that_saves_carries_a_once_key():
    bad = []
    for path in (ROOT / "templates").rglob("*.html"):
        name = path.relative_to(ROOT / "templates").as_posix()
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL):
            posted = re.search(r"action=\"{% (?:page_)?url '([^']+)'", form)
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


# Who may call the sealed compartment, and for what: a number for the home page, and writing down what a visit noticed.
SEALED_CALLERS = {
    "employment/forms/followup.py": {"safety.enums.Sign"},
    "employment/services/followups.py": {"safety.enums.ReportSource", "safety.services.reports.report_risk"},
    "desk/queries.py": {"safety.queries.open_count"},
    "grids/forms/late.py": {"safety.enums.Sign"},
    "grids/forms/visit.py": {"safety.enums.Sign"},
    "grids/services/places.py": {"safety.services.reports.follow_area"},
    "mediation/forms/leads.py": {"safety.law.CIVIL_MATTERS"},
    "mediation/forms/cases.py": {"safety.law.CIVIL_MATTERS"},
    "mediation/forms/agreements.py": {"safety.law.CIVIL_MATTERS"},
    "mediation/services/agreements.py": {"safety.law.waiver_in"},
    "mediation/views/agreements.py": {"safety.views.parts.SealedForm", "safety.views.parts.SealedPage"},
    "mediation/views/figures.py": {"safety.views.parts.SealedPage"},
    "mediation/views/ratings.py": {"safety.views.parts.SealedPage"},
    "mediation/views/duties.py": {"safety.views.parts.SealedPage"},
    # The numbers of whole years that are over, hidden there where they are small.
    "mediation/figures.py": {"safety.figures.figures_of", "safety.figures.years"},
    "mediation/views/cases.py": {"safety.views.parts.SealedForm", "safety.views.parts.SealedPage"},
    "mediation/services/leads.py": {
        "safety.enums.ReportSource",
        "safety.enums.Sign",
        "safety.law.waiver_in",
        "safety.services.reports.report_risk",
    },
    "mediation/views/leads.py": {"safety.views.parts.SealedForm", "safety.views.parts.SealedPage"},
    "portal/services/say.py": {
        "safety.enums.ReportSource",
        "safety.enums.Sign",
        "safety.services.reports.report_risk",
    },
    "grids/services/visit.py": {"safety.enums.ReportSource", "safety.services.reports.report_risk"},
    "surveys/services/action.py": {
        "safety.enums.ReportSource",
        "safety.enums.Sign",
        "safety.services.reports.report_risk",
    },
    "fedhub/demo/matters.py": {
        "safety.enums.ReportSource",
        "safety.enums.Sign",
        "safety.services.circle.answer_opening",
        "safety.services.circle.ask_to_open",
        "safety.services.files.add_entry",
        "safety.services.files.open_file",
        "safety.services.reports.report_risk",
    },
}


def test_no_search_ledger_or_report_knows_the_sealed_compartment():
    found = {}
    for path in sources():
        relative = path.relative_to(ROOT).as_posix()
        if relative.startswith("safety/"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "safety":
                found.setdefault(relative, set()).update(f"{node.module}.{name.name}" for name in node.names)
            elif isinstance(node, ast.Import) and any(name.name.split(".")[0] == "safety" for name in node.names):
                found.setdefault(relative, set()).update(name.name for name in node.names)

    assert found == SEALED_CALLERS


def test_whoever_sends_asks_first_whether_she_may_be_written_to():
    """Security design 4.13: no sender goes past `may_contact`; below the records of people the gate stands for it."""
    senders = ("fedhub.notices.sms", "fedhub.notices.channels", "fedhub.notices.wechat.sending")
    bypassing = []
    for path in sources():
        relative = path.relative_to(ROOT).as_posix()
        text = path.read_text()
        own = relative.startswith(("fedhub/notices/sms/", "fedhub/notices/wechat/", "fedhub/notices/channels.py"))
        named = {
            name
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom) and node.module
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
        }
        if not own and named.intersection(senders) and not ("may_contact(" in text or "gate.ask(" in text):
            bypassing.append(relative)

    assert bypassing == []


# --- tests that must be there -------------------------------------------------------------------------------------
@cache
def row_tests():
    """Source of every test that runs with one and three rows and counts queries, by app: `{app: [source]}`."""
    found = {}
    for path in [
        *ROOT.glob("*/tests/test_*.py"),
        *ROOT.glob("fedhub/*/tests/test_*.py"),
        *ROOT.glob("tests/test_*.py"),
    ]:
        parts = path.relative_to(ROOT).parts
        app = parts[1] if parts[0] == "fedhub" else parts[0]
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                text = ast.unparse(node)
                if "parametrize('rows', [1, 3])" in text and (
                    "queries_beyond(" in text or "assert_num_queries(" in text
                ):
                    found.setdefault(app, []).append(text)
    return found


def list_addresses():
    """`(app, name)` of every address that answers with a scoped list."""
    for _, entry, name in patterns():
        view = getattr(entry.callback, "view_class", None)
        if view is not None and issubclass(view, ScopedListView):
            yield view.__module__.removeprefix("fedhub.").split(".")[0], name


@pytest.mark.parametrize(("app", "name"), sorted({*list_addresses()}), ids=lambda part: part)
def test_every_list_counts_its_queries_with_one_and_with_three_rows(app, name):
    tests = row_tests()
    named = [text for text in tests.get(app, []) if f"'{name}'" in text or f"{app}:{name}'" in text]
    above = [text for texts in tests.values() for text in texts if f"'{app}:{name}'" in text]

    assert named + above != [], f"write a test of {app}:{name} with rows 1 and 3 and one literal number of queries"


def test_every_flow_has_a_test_of_all_states_and_steps():
    flows = {}
    for path in sources():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Flow("):
                flows[path.relative_to(ROOT)] = node.targets[0].id

    assert flows != {}
    for path, name in flows.items():
        assert path.name == "flow.py", f"{path}: a flow lives in flow.py"
        test = ROOT / path.parent / "tests" / "test_flow.py"
        tree = ast.parse(test.read_text() if test.exists() else "")
        tables = [ast.unparse(d) for node in tree.body for d in getattr(node, "decorator_list", ())]
        whole = [table for table in tables if ".values" in table and f"{name}.steps" in table]
        assert whole != [], f"{test}: all states × all steps of {name}, in one table"


def test_every_right_to_export_belongs_to_a_ledger():
    declared = {name for name in known_permissions() if name.split(".")[1].startswith("export_")}
    used = {right for ledger in ledgers for right in (ledger.export_permission, ledger.full_permission)}

    assert declared == used


@pytest.mark.django_db
@pytest.mark.parametrize("key", [ledger.key for ledger in ledgers])
def test_every_export_leaves_a_line_in_the_audit(client, data_officer, grid, key):
    MembershipFactory(household__area=grid, resident=ResidentFactory(area=grid, sex="2", birth="1985-04-01"))
    StatusFactory(resident=ResidentFactory(area=grid, sex="2", birth="1985-04-01"))
    ConcernFactory(area=grid)
    ReceptionFactory(area=grid)
    DutyFactory(area=grid)
    VisitTaskFactory(household__area=grid)
    HardshipFileFactory(household__area=grid)
    delivery_at("delivered", household__area=grid)
    published(by=data_officer)
    SignupFactory(resident=ResidentFactory(area=grid))
    ActivityFactory()
    BackboneFactory()

    answer = client.post(reverse("ledgers:ledger_export", args=[key]), {"mode": "masked", "purpose": "核对"})

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.filter(action="ledgers.exportrecord.make", actor_id=data_officer.pk).count() == 1


def test_sealed_models_are_only_in_the_sealed_apps():
    sealed = {m._meta.label for m in own_models() if privacy_of(m).level == 4}

    own = {"RiskReport", "SafetyFile", "Entry", "Exhibit", "Informant", "CaseGrant", "Recusal", "UrgentOpening",
           "Destruction"}  # fmt: skip
    leads = {f"mediation.{name}" for name in (
        "Lead", "LeadEntry", "LeadBar", "Case", "CaseEntry", "CaseBar", "PrivateNote", "Agreement", "Promise", "FollowUp",
        "Confirmation", "Opinion", "CaseMember", "CaseShare", "Material", "MaterialPage", "Filing", "RatingSlip", "OwnRating",
        "LeadMark", "CaseMark",
    )}  # fmt: skip
    assert sealed == {*(f"safety.{name}" for name in own), *leads, "core.SealedEvent", "ledgers.ImportRow"}


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


def test_every_app_s_tests_are_run():
    root = Path(settings.BASE_DIR)
    run = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["testpaths"]
    there = {path.parts[len(root.parts)] for path in root.glob("[a-z]*/tests/test_*.py")} | {"fedhub", "tests"}

    assert set(run) == there
