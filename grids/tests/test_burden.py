"""What the visit form costs: time, answers, questions that nobody uses. The declared uses are held against the code."""

import ast
import re
from datetime import timedelta
from fnmatch import fnmatch
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from fedhub.core.images import clean_image
from fedhub.core.models import AuditEvent
from fedhub.core.testing.client import filled
from fedhub.core.testing.queries import queries_beyond
from fedhub.core.tests.pictures import scene
from grids.burden import answers, in_words, times, unchanging
from grids.enums import TimedForm
from grids.forms.opened import opened_now, seconds_since
from grids.forms.questions import QUESTIONS
from grids.forms.visit import VisitForm
from grids.models import FormTime, Visit
from grids.services.burden import count_time
from grids.services.visit import Request, log_visit
from grids.tests.factories import VisitFactory
from households.tests.factories import HouseholdFactory, MembershipFactory
from tests.test_house_rules import ROOT, sources

PAGE = reverse("grids:burden")
SHELL = "/safety/help/"


# --- what the answers are used for --------------------------------------------------------------------------------
# The form, what saves and corrects it, the record's own page, the paper form, and this measuring: no use by themselves.
OWN = {
    "grids/forms/visit.py", "grids/forms/questions.py", "grids/services/visit.py", "grids/services/review.py",
    "grids/views/visit.py", "grids/burden.py", "templates/grids/visit_form.html", "templates/grids/visit_detail.html",
}  # fmt: skip
ASKING = {
    "filter", "exclude", "annotate", "aggregate", "values", "values_list", "order_by", "Q", "F", "Count", "Sum", "Avg",
}  # fmt: skip


def mentioned(column, text):
    return re.search(rf"(^-?|__){column}(__|$)", text) is not None


def uses_in_python(path, column):
    """True when the file reads `column` of a visit: `visit.column`, or in what it asks of visits."""
    text = path.read_text()
    if not re.search(r"\bvisits?\b", text, re.IGNORECASE):
        return False
    about_visits = re.search(r"import .*\bVisit\b|household\.visits|\.visits\.", text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).split(".")[-1] in {"visit", "other_visit"}:
            if node.attr in {column, f"get_{column}_display", f"{column}_id"}:
                return True
        elif isinstance(node, ast.FunctionDef) and node.name == f"filter_{column}":
            if "visits" in [argument.arg for argument in node.args.args]:
                return True
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ASKING:
            words = [k.arg or "" for k in node.keywords]
            words += [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            plain = [w for w in words if mentioned(column, w) and (about_visits or "visit" in w)]
            if plain and column not in EVERYWHERE:
                return True
            if any(re.search(rf"visits?__{column}(__|$)", word) for word in words):
                return True
    return False


# Names that other records have too: only `visit.reason` and `visits__reason` count.
EVERYWHERE = {"reason", "kind", "people"}


def found_uses(column):
    """Files, except OWN, that read a column of visits."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path in sources() if "/demo/" not in path.as_posix() and uses_in_python(path, column)
    ]  # fmt: skip
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        if re.search(rf"\bvisit\.(get_)?{column}(_display|_id)?\b", path.read_text()):
            found.append(path.relative_to(ROOT).as_posix())
    return sorted(set(found) - OWN)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.label)
def test_a_question_is_called_unused_only_when_nothing_reads_its_answer(question):
    found = {column: found_uses(column) for column in question.columns}

    if question.uses:
        assert all((ROOT / use.path).read_text().count(use.words) for use in question.uses)
    else:
        assert {column: files for column, files in found.items() if files} == {}


def test_the_search_for_uses_finds_some():
    assert "grids/field.py" in found_uses("next_on")
    assert "templates/grids/visit_list/_results.html" in found_uses("mode")
    assert "grids/forms/visit_edit.py" in found_uses("met")
    assert "grids/hooks.py" in found_uses("partner")
    assert "desk/queries.py" in found_uses("visited_on")


@pytest.mark.django_db
def test_every_input_of_the_form_belongs_to_one_question(worker, grid):
    form = VisitForm(household=HouseholdFactory(area=grid), user=worker)
    shown = [name for name, field in form.fields.items() if not field.widget.is_hidden or name == "signature"]

    owners = {name: [q.label for q in QUESTIONS if any(fnmatch(name, p) for p in q.fields)] for name in shown}

    assert {name: found for name, found in owners.items() if len(found) != 1} == {}
    assert all(any(fnmatch(name, p) for name in shown) for q in QUESTIONS for p in q.fields)


# --- time ---------------------------------------------------------------------------------------------------------
def test_the_time_is_signed_and_a_form_that_lay_about_does_not_count():
    with time_machine.travel("2026-03-02 09:00", tick=False) as clock:
        opened = opened_now()
        clock.shift(timedelta(seconds=95))
        assert seconds_since(opened) == 95
        assert seconds_since(opened[:-1]) is None
        assert seconds_since("") is None
        clock.shift(timedelta(hours=1))
        assert seconds_since(opened) is None


@pytest.mark.django_db
def test_saving_a_visit_counts_its_time_for_the_community_alone(as_user, worker, grid, community):
    client, url = as_user(worker), reverse("grids:visit_create", args=[HouseholdFactory(area=grid).pk])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        page = client.get(url)
        clock.shift(timedelta(seconds=42))
        wrong = client.post(url, filled(page, met="met", others="本人", change=None))
        assert wrong.status_code == 200
        clock.shift(timedelta(seconds=42))
        client.post(url, filled(wrong, change="no"))

    visit = Visit.objects.get()
    assert list(FormTime.objects.values_list("area", "form", "seconds", "times")) == [(community.pk, "visit", 90, 1)]
    assert not AuditEvent.objects.filter(target_label="grids.FormTime").exists()
    assert "opened" not in {field.name for field in visit._meta.get_fields()}


@pytest.mark.django_db
def test_a_visit_without_a_believable_time_is_saved_and_not_counted(as_user, worker, grid):
    url = reverse("grids:visit_create", args=[HouseholdFactory(area=grid).pk])
    client = as_user(worker)

    client.post(url, filled(client.get(url), met="met", others="本人", change="no", opened="x"))

    assert (Visit.objects.count(), FormTime.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_half_and_nine_of_ten_in_words_and_few_say_nothing(chair, stranger, grid):
    for seconds, number in ((30, 2), (100, 5), (130, 2), (600, 1)):
        for _ in range(number):
            count_time(TimedForm.VISIT, seconds, area=grid)

    found = times(chair)

    assert (found.number, found.half, found.most) == (10, "1 分 40 秒", "2 分 10 秒")
    assert (times(stranger).number, times(stranger).half) == (0, "")
    assert times(chair, day=timezone.localdate() + timedelta(days=200)).number == 0
    assert [in_words(seconds) for seconds in (0, 40, 60, 150)] == ["0 秒", "40 秒", "1 分", "2 分 30 秒"]


# --- answers ------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_share_of_each_question_counts_only_those_who_were_asked(chair, worker, grid, other_grid):
    member = MembershipFactory(household__area=grid)
    log_visit(
        Visit(household=member.household, summary="都好。", gifts="大米", satisfaction=5, hazards=["debt:1"]),
        people=[member.resident], requests=[Request(title="楼道灯不亮")], photos=[clean_image(scene())], by=worker,
    )  # fmt: skip
    log_visit(Visit(household=member.household, met="nobody", summary="没人。"), by=worker)

    rows, total = answers(chair, QUESTIONS)

    found = {row.question.label: (row.given, row.asked) for row in rows}
    assert total == 2
    assert [found[label] for label in ("见到人了吗", "见到了谁", "还见到谁", "说了什么", "需要留意的情况")] == [
        (2, 2), (1, 1), (0, 1), (2, 2), (1, 2),
    ]  # fmt: skip
    assert [found[label] for label in ("要帮她办的事", "照片", "送达物资", "满意度", "宣传了什么", "对方签名")] == [
        (1, 2), (1, 2), (1, 2), (1, 1), (0, 2), (0, 2),
    ]  # fmt: skip
    assert found["要马上报告的"] == (None, None)


@pytest.mark.django_db
def test_whose_visits_never_tell_anything_new(chair, worker, committee, stranger, grid):
    home = HouseholdFactory(area=grid)
    for number in range(20):
        for person in (worker, committee):
            VisitFactory(household=home, grid=grid, visitor=person, changed=person == committee and number == 3)
    VisitFactory(household=home, grid=grid, visitor=worker, changed=True,
                 visited_on=timezone.localdate() - timedelta(days=5))  # fmt: skip

    assert unchanging(chair) == [(worker, 20)]
    assert unchanging(stranger) == []
    log_visit(Visit(household=home, others="本人"), requests=[Request(title="楼道灯不亮")], by=worker)
    assert unchanging(chair) == []


# --- the page -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("rows", [20, 40])
def test_the_page_names_what_could_go_and_costs_the_same(as_user, chair, worker, grid, rows):
    home = HouseholdFactory(area=grid)
    for _ in range(rows):
        VisitFactory(household=home, grid=grid, visitor=worker)
        count_time(TimedForm.VISIT, 100, area=grid)

    page, queries = queries_beyond(as_user(chair), PAGE, SHELL)

    text = page.content.decode()
    assert {row.question.label for row in page.context["could_go"]} == {
        question.label for question in QUESTIONS if not question.uses
    }  # fmt: skip
    assert "现在没有一张报表、清单、筛选或台账用到" in text
    assert "1 分 40 秒" in text
    assert [person for person, _ in page.context["unchanging"]] == [worker]
    assert queries == 5


@pytest.mark.django_db
def test_only_those_who_review_see_it(as_user, worker, stranger, grid):
    VisitFactory(household=HouseholdFactory(area=grid), grid=grid, visitor=worker)

    assert as_user(worker).get(PAGE).status_code == 404
    assert as_user(stranger).get(PAGE).context["counted"] == "近 12 周 0 次走访"
