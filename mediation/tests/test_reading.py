"""A case that is over is read again with a reason: on every way to it, for a while, in one session."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import user_with, with_authenticator
from fedhub.core import once
from fedhub.core.models import SealedEvent
from fedhub.core.testing.client import filled
from mediation import urls
from mediation.models import Case
from mediation.papers import PAPERS
from mediation.services import closing
from mediation.services.notes import write_note
from mediation.services.shares import lend
from mediation.tests.factories import WORDS, case_at, finish, read_again, settle
from mediation.tests.test_filing import put
from mediation.views.agreements import ACTS as AGREEMENT_ACTS
from mediation.views.cases import ACTS
from mediation.views.reading import MINUTES, TITLE, AskedWhy
from safety.tests.factories_file import proved

pytestmark = pytest.mark.django_db
NOTE = "她其实想离婚"
SECRETS = (WORDS, "李丽", "张强", "第0周接孩子", "结婚证复印件", NOTE)
# Pages of a case that hold nothing of it.
OPEN = {"case_why"}


def routes():
    """`(name, view class)` of all addresses of the micro-home that name a record."""
    found = []
    for pattern in urls.urlpatterns:
        if "pk" in pattern.pattern.converters:
            found.append((pattern.name, pattern.callback.view_class))
    return found


OF_CASE = [name for name, view in routes() if issubclass(view, AskedWhy) and name not in OPEN]


@pytest.fixture
def case(grid, chair):
    """Closed, with all that can lie in a case."""
    made = case_at("mediating", grid, chair)
    write_note(made, words=NOTE, by=chair)
    sheet = put(made, chair)
    case_at_closed(made, chair)
    made = Case.objects.select_related("area").get(pk=made.pk)
    made.sample = SimpleNamespace(material=sheet.pk, sheet=sheet.pictures.get().pk)
    return made


def case_at_closed(case, by):
    finish(settle(case, by), by)
    closing.close_case(case, on=timezone.localdate(), words="办完", by=by, key=once.new_key())


@pytest.fixture
def desk(chair, as_user):
    with_authenticator(chair)
    return proved(as_user(chair))


def addresses(case):
    """Every address of the case that the map of addresses holds, each with all that it takes."""
    agreement, found = case.agreements.get(), []
    values = {
        "material": [case.sample.material], "sheet": [case.sample.sheet], "place": [0], "note": [1],
        "pk": [case.pk],
    }  # fmt: skip
    for name in OF_CASE:
        pattern = next(one for one in urls.urlpatterns if one.name == name)
        more = [one for one in pattern.pattern.converters if one not in ("pk", "kind")]
        pk = {"promise": agreement.promises.first().pk, "term_drop": agreement.promises.first().pk,
              "followup": agreement.followups.first().pk}.get(name, case.pk)  # fmt: skip
        kinds = {"case_act": ACTS, "agreement_act": AGREEMENT_ACTS, "case_paper": PAPERS, "paper_file": PAPERS}.get(
            name
        )
        fixed = {"pk": pk} | {one: values[one][0] for one in more}
        found += (
            [reverse(f"mediation:{name}", kwargs=fixed | {"kind": kind}) for kind in kinds]
            if kinds
            else [reverse(f"mediation:{name}", kwargs=fixed)]
        )
    return found


def reasons():
    rows = [one.content for one in SealedEvent.objects.all()]
    return [(row["actor_name"], row["reason"]) for row in rows if row["action"] == "mediation.case.reread"]


def test_every_address_that_leads_to_a_case_asks_why():
    about = {Case, *(one.related_model for one in Case._meta.related_objects)}
    deeper = {one.related_model for model in about - {Case} for one in model._meta.related_objects}
    left_out = [name for name, view in routes() if view.model in about | deeper and not issubclass(view, AskedWhy)]

    assert left_out == []
    assert len(OF_CASE) >= 18
    assert get_resolver("mediation.urls").url_patterns


@pytest.mark.parametrize("how", ["get", "head", "post", "typed"])
def test_without_a_reason_no_way_shows_anything_of_it(case, desk, how):
    bad = []
    for url in addresses(case):
        sent = {"once_key": once.new_key(), "words": "写了很久的话"} if how == "typed" else {}
        answer = desk.post(url, sent) if how in ("post", "typed") else getattr(desk, how)(url)
        text = answer.content.decode(errors="ignore")
        asked = answer.status_code in (302, 403, 404) and (
            answer.status_code != 302 or "/why/" in answer.headers["Location"]
        )
        kept = how != "typed" or answer.status_code != 403 or "写了很久的话" in text
        if not asked or not kept or any(word in text for word in SECRETS) or text[:2] == "PK":
            bad.append((url, answer.status_code))

    assert bad == []
    assert (reasons(), Case.objects.get().version) == ([], case.version)


def test_with_a_reason_she_goes_where_she_wanted_and_the_trail_says_why(case, desk, chair):
    wanted = reverse("mediation:case_paper", args=[case.pk, "agreement"])
    asked = desk.get(wanted)
    page = desk.get(asked.headers["Location"])
    sent = desk.post(asked.headers["Location"], filled(page, purpose="organ", words="法院来函调卷"))

    assert not any(word in page.content.decode() for word in SECRETS)
    assert sent.headers["Location"] == wanted
    assert "第0周接孩子" in desk.get(wanted).content.decode()
    assert NOTE in desk.get(reverse("mediation:notes", args=[case.pk])).content.decode()
    assert desk.post(reverse("mediation:paper_file", args=[case.pk, "file"])).content[:2] == b"PK"
    assert reasons() == [(chair.name, "法院、公安等单位依法调阅：法院来函调卷")]
    assert "法院来函调卷" in desk.get(case.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"), [({"words": "看"}, "至少四个字"), ({"purpose": ""}, ""), ({"words": ""}, "")]
)
def test_a_reason_says_something(case, desk, typed, words):
    page = read_again(desk, case, **typed)

    assert (page.status_code, words in page.content.decode(), reasons()) == (200, True, [])
    assert desk.get(case.get_absolute_url()).status_code == 302


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example/mediation/", "/desk/", "javascript:alert(1)"]
)
def test_it_leads_to_no_other_place(case, desk, onward):
    url = f"{reverse('mediation:case_why', args=[case.pk])}?next={onward}"
    sent = desk.post(url, filled(desk.get(url), purpose="check", words="案卷评查"))

    assert sent.headers["Location"] == case.get_absolute_url()


def test_after_a_while_she_is_asked_again_and_what_she_typed_in_time_is_saved(case, desk):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        proved(desk)
        read_again(desk, case)
        url = reverse("mediation:notes", args=[case.pk])
        sent = filled(desk.get(url), words="当事人来问过")
        for _ in range(3):
            clock.shift(timedelta(minutes=MINUTES / 3))
            proved(desk).get(reverse("mediation:case_list"))
        assert NOTE in desk.get(url).content.decode()
        clock.shift(timedelta(seconds=1))
        assert desk.get(url).status_code == 302
        empty = desk.post(url, {**sent, "words": ""}).content.decode()
        saved = desk.post(url, sent)
        taken = desk.post(reverse("mediation:paper_file", args=[case.pk, "cover"]))

    assert (NOTE in empty, saved.headers["Location"]) == (False, url)
    assert taken.status_code == 403


def test_after_a_while_no_form_that_comes_back_shows_anything_of_it(case, desk):
    bad = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        proved(desk)
        read_again(desk, case)
        for _ in range(4):
            clock.shift(timedelta(minutes=MINUTES / 3))
            proved(desk).get(reverse("mediation:case_list"))
        for url in addresses(case):
            for sent in (
                {"words": "写了很久的话"},
                {"words": "写了很久的话", "once_key": once.new_key(), "on": "昨天"},
            ):
                answer = desk.post(url, sent)
                text = answer.content.decode(errors="ignore")
                kept = answer.status_code != 403 or "写了很久的话" in text
                if answer.status_code == 200 or not kept or any(word in text for word in SECRETS):
                    bad.append((url, answer.status_code))

    assert bad == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("material_create", {"name": "转账截图原件"}),
        ("material_strike", {"why": "拿错了原件"}),
        ("person", {"job": "小学教师"}),
    ],
)
@pytest.mark.parametrize("in_time", [True, False])
def test_what_was_typed_before_it_ended_is_not_lost(grid, chair, desk, name, typed, in_time):
    case = case_at("mediating", grid, chair)
    more = {"material_strike": [put(case, chair).pk], "person": [0]}.get(name, [])
    url = reverse(f"mediation:{name}", args=[case.pk, *more])
    sent = filled(desk.get(url), **{**typed, **({"kind": "written", "source": "张强"} if "name" in typed else {})})
    case_at_closed(case, chair)
    if in_time:
        read_again(desk, case)
    answer = desk.post(url, sent)
    text = answer.content.decode()

    assert (answer.status_code, [word for word in typed.values() if word not in text]) == (200 if in_time else 403, [])
    assert ("案件已经结束，不能再改案卷" in text) is in_time
    assert desk.get(url).status_code == 404


def test_short_answers_are_kept_and_what_is_chosen_or_carried_is_not(grid, chair, desk):
    case = case_at("mediating", grid, chair)
    url = reverse("mediation:case_act", args=[case.pk, "inquiry"])
    sent = filled(desk.get(url), place="家", asked="王姨", kin="邻", sex="2", age="63", words="是")
    case_at_closed(case, chair)
    page = desk.post(url, sent)

    typed = [str(one) for one in page.context["typed"]]
    assert [one for one in typed if not one.startswith("日期")] == [
        "地点：家", "被调查人：王姨", "和当事人的关系：邻", "年龄：63", "调查内容：是",
    ]  # fmt: skip


def test_a_reason_is_hers_in_this_session_for_this_case(case, desk, grid, chair, as_user, community):
    other = case_at("closed", grid, chair)
    read_again(desk, case)
    second = proved(as_user(chair))
    leader = user_with(Role.CHAIR, community, username="c9")
    with_authenticator(leader)
    third = proved(as_user(leader))

    assert desk.get(case.get_absolute_url()).status_code == 200
    assert [one.get(case.get_absolute_url()).status_code for one in (second, third)] == [302, 302]
    assert desk.get(other.get_absolute_url()).status_code == 302


def test_her_session_names_no_case(case, desk):
    read_again(desk, case)

    assert str(case.pk) not in str(dict(desk.session))


@pytest.mark.parametrize("state", ["registered", "accepted", "mediating", "settled", "failed", "withdrawn", "ended"])
def test_a_case_that_goes_on_asks_nothing(grid, chair, desk, state):
    case = case_at(state, grid, chair)

    assert desk.get(case.get_absolute_url()).status_code == 200
    assert desk.get(reverse("mediation:case_why", args=[case.pk])).status_code == 404


@pytest.mark.parametrize("state", ["closed", "refused", "referred"])
def test_whatever_is_over_asks(grid, chair, desk, state):
    case = case_at(state, grid, chair)

    assert (
        desk.get(case.get_absolute_url()).headers["Location"].startswith(reverse("mediation:case_why", args=[case.pk]))
    )


def test_whoever_ends_it_just_now_goes_on_reading(grid, chair, desk):
    case = case_at("registered", grid, chair)
    url = reverse("mediation:case_act", args=[case.pk, "refuse"])
    desk.post(url, filled(desk.get(url), ground="court", words="等判决"))

    assert desk.get(case.get_absolute_url()).status_code == 200
    assert desk.get(reverse("mediation:case_paper", args=[case.pk, "refusal"])).status_code == 200
    assert reasons() == []


def test_who_may_not_see_the_case_is_not_asked(case, community, as_user):
    user = user_with(Role.MEDIATOR, community, username="m9")
    with_authenticator(user)
    client = proved(as_user(user))

    assert {client.get(url).status_code for url in addresses(case)} == {404}
    assert TITLE not in client.get(reverse("mediation:case_why", args=[case.pk])).content.decode()


def test_what_was_lent_ends_with_the_case(grid, chair):
    case = case_at("settled", grid, chair)
    secret, code = lend(
        case,
        name="郑岚",
        unit="",
        why="看",
        papers=["facts"],
        until=timezone.localdate() + timedelta(days=9),
        by=chair,
    )
    address = reverse("expert:read", args=[secret])
    assert Client().get(address).status_code == 200
    finish(case.agreements.get(), chair)
    closing.close_case(case, on=timezone.localdate(), words="办完", by=chair, key=once.new_key())

    assert (Client().get(address).status_code, Client().post(address, {"code": code}).status_code) == (404, 404)
