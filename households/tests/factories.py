"""Households and people for tests: minimal valid rows, Chinese sample text; sub-objects share one area."""

import datetime

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from fedhub.areas.tests.factories import community, grid
from fedhub.core.pinyin import sort_key
from fedhub.core.validators import id_check_character
from households.enums import CampaignState, ChildKind, ConsentPurpose, ContactChannel, LinkKind, TaskKind, TaskState
from households.models import (
    Campaign,
    ChildFile,
    Consent,
    Household,
    HouseholdPlace,
    Link,
    Membership,
    MinorAccess,
    Phone,
    Resident,
    SafeContact,
    Status,
    VisitTask,
)
from households.searchkeys import compose_address, compound_and_room
from households.services.households import refresh_household, write_household_keys
from households.services.link import refresh_contacts
from households.services.residents import make_phone, set_id_number, write_resident_keys

TODAY = timezone.localdate


def id_number(birth="19850401", order=2, area="330106"):
    """A valid made-up identity number; an even `order` is a woman's."""
    body = f"{area}{birth}{order:03d}"
    return body + id_check_character(body)


class HouseholdFactory(factory.django.DjangoModelFactory):
    """精诚公寓 2 栋 1 单元, room by number, in the first grid."""

    class Meta:
        model = Household
        skip_postgeneration_save = True

    area = factory.LazyFunction(lambda: grid(1))
    number = factory.Sequence(lambda n: f"H330106003012-{n + 1:05d}")
    head_name = "王桂兰"
    head_sort = factory.LazyAttribute(lambda h: sort_key(h.head_name)[:60])
    compound = "精诚公寓"
    building = "2"
    stair = "1"
    room = factory.Sequence(lambda n: str(101 + n))
    address = factory.LazyAttribute(compose_address)
    address_key = factory.LazyAttribute(compound_and_room)
    next_due_on = factory.LazyFunction(lambda: TODAY() + datetime.timedelta(days=30))

    @factory.post_generation
    def place(self, create, extracted, **kwargs):
        HouseholdPlace.objects.create(
            household=self, area=self.area, valid_from=TODAY() - datetime.timedelta(days=365), reason="登记"
        )
        write_household_keys([self])


class ResidentFactory(factory.django.DjangoModelFactory):
    """赵小莉, a woman of the first grid. `id_number=` fills the blind index as the service does."""

    class Meta:
        model = Resident
        skip_postgeneration_save = True

    area = factory.LazyFunction(lambda: grid(1))
    name = "赵小莉"
    name_sort = factory.LazyAttribute(lambda r: sort_key(r.name)[:60])
    sex = "2"
    birth = "1985-04-01"

    @factory.post_generation
    def keys(self, create, extracted, **kwargs):
        if self.id_number:
            set_id_number(self, self.id_number)
            self.save(update_fields=["id_number", "id_blind", "id_note", "id_type", "birth", "sex"])
        write_resident_keys([self])


class MembershipFactory(factory.django.DjangoModelFactory):
    """A person who lives in a household of the same area; head and number of people follow."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    household = factory.SubFactory(HouseholdFactory)
    resident = factory.SubFactory(ResidentFactory, area=factory.SelfAttribute("..household.area"))
    relation = "02"
    valid_from = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=200))

    @factory.post_generation
    def refresh(self, create, extracted, **kwargs):
        """The days of visiting stay as the test says them."""
        home = self.household
        days = {"last_visit_on": home.last_visit_on, "next_due_on": home.next_due_on}
        refresh_household(home)
        Household.objects.filter(pk=home.pk).update(**days)
        home.last_visit_on, home.next_due_on = days.values()


class PhoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Phone

    resident = factory.SubFactory(ResidentFactory)
    number = "13800000417"
    blind = factory.LazyAttribute(lambda p: make_phone(None, p.number).blind)
    tail_blind = factory.LazyAttribute(lambda p: make_phone(None, p.number).tail_blind)


class StatusFactory(factory.django.DjangoModelFactory):
    """低保 of a person since the new year."""

    class Meta:
        model = Status

    resident = factory.SubFactory(ResidentFactory)
    category = "DB"
    valid_from = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=100))


class ConsentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Consent

    resident = factory.SubFactory(ResidentFactory)
    purpose = ConsentPurpose.CONTACT
    given_on = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=10))
    taken_by = factory.SubFactory(UserFactory)


class SafeContactFactory(factory.django.DjangoModelFactory):
    """By phone and at home, at any hour."""

    class Meta:
        model = SafeContact

    resident = factory.SubFactory(ResidentFactory)
    channels = factory.LazyFunction(lambda: [ContactChannel.PHONE, ContactChannel.HOME])


class LinkFactory(factory.django.DjangoModelFactory):
    """李秀英, head of her women's group, for a hundred days; what follows for the woman is worked out."""

    class Meta:
        model = Link
        skip_postgeneration_save = True

    resident = factory.SubFactory(ResidentFactory)
    kind = LinkKind.HEAD
    name = factory.LazyAttribute(lambda link: "" if link.person else "李秀英")
    person = None
    valid_from = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=100))

    @factory.post_generation
    def contacts(self, create, extracted, **kwargs):
        refresh_contacts([self.resident_id])
        self.resident.refresh_from_db()
        self.refresh_from_db()


class ChildFileFactory(factory.django.DjangoModelFactory):
    """周子涵, seven years old, left behind."""

    class Meta:
        model = ChildFile

    resident = factory.SubFactory(
        ResidentFactory, name="周子涵", birth=factory.LazyFunction(lambda: f"{TODAY().year - 7}-01-01")
    )
    kinds = factory.LazyFunction(lambda: [ChildKind.LEFT_BEHIND])
    officer = factory.SubFactory(UserFactory)


class MinorAccessFactory(factory.django.DjangoModelFactory):
    """Somebody asks to see what is kept about 周子涵."""

    class Meta:
        model = MinorAccess

    resident = factory.LazyFunction(lambda: ChildFileFactory().resident)
    user = factory.SubFactory(UserFactory)
    why = "带她办残疾证，要核对证件号"


def access_at(state, **facts):
    """A leave in `state`; what was agreed to holds for a week."""
    if state != "asked":
        facts = {"decided_by": UserFactory(), "decided_on": TODAY()} | facts
    if state in ("granted", "ended"):
        facts = {"until": TODAY() + datetime.timedelta(days=7)} | facts
    if state == "refused":
        facts = {"decided_why": "不需要看"} | facts
    return MinorAccessFactory(state=state, **facts)


class CampaignFactory(factory.django.DjangoModelFactory):
    """重阳节走访 of the community, in preparation, for everybody."""

    class Meta:
        model = Campaign

    area = factory.LazyFunction(community)
    name = "重阳节走访"
    goods = "重阳糕一盒"
    starts_on = factory.LazyFunction(TODAY)
    ends_on = factory.LazyFunction(lambda: TODAY() + datetime.timedelta(days=9))
    created_by = factory.SubFactory(UserFactory)


def campaign_at(state, **facts):
    """A campaign in `state`."""
    more = {
        CampaignState.DRAFT: {},
        CampaignState.RUNNING: {"started_on": TODAY()},
        CampaignState.CLOSED: {"started_on": TODAY(), "closed_on": TODAY(), "closed_why": "活动结束"},
    }[CampaignState(state)]
    return CampaignFactory(state=state, **more, **facts)


class VisitTaskFactory(factory.django.DjangoModelFactory):
    """A must-visit after a death, due in two days."""

    class Meta:
        model = VisitTask

    household = factory.SubFactory(HouseholdFactory)
    kind = TaskKind.MUST
    rule_key = factory.Sequence(lambda n: f"event-{n}")
    why = "必访：家里有人去世"
    since = factory.LazyFunction(lambda: TODAY() - datetime.timedelta(days=1))
    earliest_on = factory.SelfAttribute("since")
    due_on = factory.LazyFunction(lambda: TODAY() + datetime.timedelta(days=2))
    latest_on = factory.SelfAttribute("due_on")


def task_at(state, **facts):
    """A visit task in `state`."""
    more = {
        TaskState.OPEN: {},
        TaskState.DONE: {"done_on": TODAY()},
        TaskState.CANCELLED: {"cancelled_on": TODAY(), "cancelled_why": "搬家了"},
    }[TaskState(state)]
    return VisitTaskFactory(state=state, **more, **facts)
