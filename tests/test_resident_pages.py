"""Every page for residents outside the portal, found from the addresses: light, kept nowhere, and of hers nothing for others."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from council.models import Topic
from council.tests.factories import topic_at
from employment.tests.event_factories import (
    AttendanceFactory,
    CourseCertificateFactory,
    SignupFactory,
    event_on,
)
from employment.tests.factories import PostFactory, SeekerFactory, application_at
from fedhub.core.testing.weight import MOST, weight
from fedhub.reference.services import load_reference
from groups.services.hours import certify
from groups.tests.factories import GroupFactory, MemberFactory, ShiftFactory, VolunteerFactory, at, service_at
from groups.tests.factories_activity import ActivityFactory, entry_at
from groups.tests.factories_backbone import BackboneFactory, BackboneTaskFactory, TrainingFactory
from groups.tests.factories_need import RecordFactory, home, need_of, offer_at
from hardship.models import Policy
from hardship.services.policies import take_policies
from hardship.tests.test_notices import file, on, published  # noqa: F401
from households.tests.factories import ResidentFactory
from mediation.services.ratings import give_slip
from mediation.tests.factories import case_at
from portal.services.entry import issue_code

pytestmark = pytest.mark.django_db
SPACES = {
    "employment_resident",
    "council_resident",
    "policies_resident",
    "events_resident",
    "groups_resident",
    "service_resident",
    "results",
    "notices",
    "told",
    "say",
}
# What leads elsewhere when it is opened by its address, or is a picture; surveys have tests of their own of what is told.
LEAD_ON = {
    "employment_resident:withdraw", "employment_resident:watch", "employment_resident:unwatch", "employment_resident:apply",
    "events_resident:join", "events_resident:confirm", "events_resident:leave", "events_resident:rate",
    "policies_resident:watch", "policies_resident:unwatch",
    "service_resident:sign_in", "service_resident:sign_out",
    "council_resident:support", "council_resident:say", "council_resident:rate", "results:picture", "told:results",
    "groups_resident:join", "groups_resident:back", "groups_resident:leave", "groups_resident:stay",
    "groups_resident:task_done", "groups_resident:task_decline",
    "groups_resident:pause", "groups_resident:resume", "groups_resident:asked_accept", "groups_resident:asked_decline",
    "groups_resident:asked_back", "groups_resident:asked_start", "groups_resident:asked_stop", "groups_resident:help_agree",
    "groups_resident:help_refuse", "groups_resident:help_back",
    "groups_resident:activity_join", "groups_resident:activity_back", "groups_resident:activity_rate",
    "groups_resident:activity_portrait", "groups_resident:activity_picture",
    "groups_resident:lead_tick", "groups_resident:show_phone", "groups_resident:shift_come", "groups_resident:shift_drop",
}  # fmt: skip
HERS = {
    "employment_resident:mine", "policies_resident:mine", "events_resident:mine", "events_resident:certificate",
    "council_resident:propose", "groups_resident:mine", "groups_resident:register", "groups_resident:certificate",
    "groups_resident:backbone",
    "groups_resident:offer", "groups_resident:quit", "groups_resident:asked",
    "groups_resident:my_activities", "groups_resident:shifts", "groups_resident:lead", "groups_resident:lead_names",
    "groups_resident:lead_meeting",
}  # fmt: skip


@pytest.fixture
def woman(grid):
    return ResidentFactory(area=grid, name="王桂兰", birth="1980-01-01")


@pytest.fixture
def phone(woman, chair):
    client = Client()
    client.post("/r/enter/", {"code": issue_code(woman, by=chair), "nonce": "x"})
    return client


def served(woman, community, chair):
    """`(Group, Certificate, Offer)` of a woman with a long record: many groups, services without number, papers of each."""
    row = VolunteerFactory(area=community, resident=woman)
    for number in range(60):
        service_at("counted", volunteer=row, what=f"陪独居老人去医院 {number}", started_at=at(days=number + 1))
    for number in range(8):
        team = GroupFactory(area=community, name=f"队伍 {number}", about="唱歌、跳舞" * 10, works="小品" * 30)
        MemberFactory(group=team, resident=woman)
    since, until = timezone.localdate() - timedelta(days=90), timezone.localdate()
    papers = [
        certify(row, since=since, until=until, issuer="清和社区妇联", head="沈", contact="1", by=chair)
        for _ in range(5)
    ]
    led = BackboneFactory(resident=woman)
    for _ in range(30):
        BackboneTaskFactory(backbone=led, what="约人" * 50)
        TrainingFactory(backbone=led)
    for _ in range(5):
        RecordFactory(volunteer=row)
    neighbour = home(woman.area)
    asked = [offer_at("agreed", need_of(neighbour, detail="三楼" * 50), volunteer=row) for _ in range(5)]
    offer_at("accepted", need_of(home(woman.area)))
    return team, papers[0], asked[0]


@pytest.fixture
def addresses(woman, grid, community, chair, worker, on, file):  # noqa: F811
    """`{name: address}` of a page each, with as much on it as there ever is of one."""
    load_reference()
    today = timezone.localdate()
    event = event_on(3, title="育婴班", about="讲什么、带什么。" * 60)
    signup = SignupFactory(event=event, resident=woman)
    paper = CourseCertificateFactory(signup=SignupFactory(event=event_on(-3, state="draft"), resident=woman))
    AttendanceFactory(signup=signup, session=event.sessions.first())
    seeker = SeekerFactory(resident=woman)
    posts = [PostFactory(title=f"收银员 {number}", area=community) for number in range(8)]
    application_at("refused", seeker=seeker, post=posts[0])
    topic = topic_at("accepted", shown=True, title="停车", detail="院子里没有地方停。" * 60)
    result = topic_at("published", public_from=today, public_to=today, solved=True, result="划了 46 个车位")
    Topic.objects.filter(pk=result.pk).update(public_from=today, public_to=today)
    take_policies(by=chair)
    Policy.objects.update(checked_on=today)
    notice = published(file, worker, chair)
    team, honour, asked = served(woman, community, chair)
    led = MemberFactory(group=GroupFactory(area=community, name="带的队"), resident=woman, role="leader").group
    ActivityFactory(group=led, starts_at=timezone.now(), title="今天的排练")
    arguments = {
        **{f"groups_resident:{name}": [led.pk] for name in ("lead", "lead_names", "lead_meeting")},
        "employment_resident:post": [posts[1].pk], "events_resident:event": [event.key],
        "events_resident:arrive": [event.sessions.first().key], "events_resident:certificate": [paper.number],
        "service_resident:here": [ShiftFactory().key],
        "council_resident:topic": [topic.key], "policies_resident:policy": [Policy.objects.first().pk],
        "results:result": [result.key], "notices:notice": [notice.pk], "notices:object": [notice.pk],
        "notices:thanks": [notice.pk], "groups_resident:group": [team.pk], "groups_resident:certificate": [honour.number],
        "groups_resident:asked": [asked.key],
        "groups_resident:activity": [entry_at("came", resident=woman).activity_id],
    }  # fmt: skip
    arguments["say:rate"] = [give_slip(case_at("settled", grid, chair), party=0, taken=True, by=chair)]
    resolver, found = get_resolver(), {}
    for space in SPACES:
        for entry in resolver.namespace_dict[space][1].url_patterns:
            name = f"{space}:{entry.name}"
            if name not in LEAD_ON:
                found[name] = reverse(name, args=arguments.get(name, []))
    return found


def test_each_page_is_light_closed_and_kept_nowhere(addresses, phone):
    seen = {}
    for name, address in addresses.items():
        page = phone.get(address)
        seen[name] = (
            page.status_code,
            page.headers["Cache-Control"],
            page.headers["X-Robots-Tag"],
            weight(page) <= MOST,
        )

    expected = (200, "no-store", "noindex, nofollow", True)
    assert {name: facts for name, facts in seen.items() if facts != expected} == {}
    assert len(seen) == 39


def test_the_pages_below_r_are_neutral_in_their_title(addresses, phone):
    titles = {
        name: re.search("<title>(.*)</title>", phone.get(address).content.decode())[1]
        for name, address in addresses.items() if address.startswith("/r/")
    }  # fmt: skip

    assert set(titles.values()) == {"社区服务"}


def test_what_is_hers_opens_for_nobody_who_is_not_in(addresses):
    found = {name: Client().get(address) for name, address in addresses.items()}

    assert {name: page.url for name, page in found.items() if page.status_code == 302} == dict.fromkeys(
        HERS, "/r/enter/"
    )
    assert {page.status_code for page in found.values()} == {200, 302}


def test_no_address_of_a_resident_is_left_out():
    names = re.findall(
        r'path\("[rp]/\w*/?", include\("([\w.]+)"\)\)', Path(settings.BASE_DIR, "fedhub/urls.py").read_text()
    )
    spaces = {__import__(name, fromlist=["app_name"]).app_name for name in names}

    # The portal has its own (portal/tests/test_weight.py), and an expert who reads a case is no resident (test_shares.py).
    assert spaces - {"resident", "expert"} == SPACES


def test_the_way_out_of_a_page_for_everybody_leads_out(addresses, settings):
    for name in ("told:list", "results:result", "notices:notice", "policies_resident:list"):
        page = Client().get(addresses[name]).content.decode()
        assert (f'data-to="{settings.QUIT_URL}"' in page, 'class="r-brand" href="/r/"' in page) == (True, True), name
        assert Client().get(addresses[name], {"type": "large"}).cookies["type_size"].value == "large"
