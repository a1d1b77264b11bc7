"""Through whom the women of the invented community are reached: group heads, 执委, groups, WeChat, volunteers."""

from datetime import timedelta

from django.utils import timezone

from fedhub.demo.names import WOMAN
from households.enums import ContactHow, LinkEnd, LinkKind
from households.models import Link
from households.services.link import refresh_contacts

TROUPES = ["合唱队", "广场舞队", "编织小组", "太极队", "读书会"]
# Some buildings have no head yet: their women are the gaps that the page shows.
WITHOUT_HEAD = 0.16
CAREFUL = {"DB", "TK", "CJ", "LA", "SD", "ZZ", "ZH", "KC", "DQMQ", "LSET", "KJET", "GE"}


class Links:
    """Writes the links of all grown women of a Demo; `planter` gives the random series and the writer."""

    def __init__(self, demo, planter, teams):
        self.demo, self.teams, self.writer = demo, teams, planter.writer
        self.rnd, self.today = planter.inventor.rnd, planter.today
        self.by = demo.staff["sunli"]

    def write(self):
        """The links, then what follows from them and from the visits of the year for everybody in the files."""
        heads, ids = {}, []
        for planted in self.demo.families:
            ids += [resident.pk for resident in planted.people]
            if not planted.household.is_open:
                continue
            home = planted.household
            team = self.teams[home.area.code[:15]]
            for person, resident in planted.living():
                age = person.age(self.today)
                if person.sex == WOMAN and age >= 18 and resident.left_on is None:
                    head = self._head(heads, (home.compound, home.building), resident.name, age)
                    self._link(resident, home, planted.family.categories, age, head, team)
        self.writer.finish()
        refresh_contacts(ids)

    def _head(self, heads, building, name, age):
        """Name of the head of a building: the first fitting woman who lives there, '' where nobody does it yet."""
        if building not in heads:
            heads[building] = None if self.rnd.random() < WITHOUT_HEAD else ""
        if heads[building] == "" and 35 <= age < 70:
            heads[building] = name
        return heads[building] or ""

    def _link(self, resident, home, categories, age, head, team):
        rnd = self.rnd
        if head and head != resident.name and rnd.random() < 0.8:
            self._add(resident, LinkKind.HEAD, name=head, often=0.75)
        if rnd.random() < (0.85 if CAREFUL & set(categories) else 0.18):
            # What she visited stands there already: the visits count by themselves.
            self._add(resident, LinkKind.COMMITTEE, person=team.committee, often=0.2)
        if age < 65 and rnd.random() < 0.62:
            self._add(resident, LinkKind.WECHAT, name=f"{home.compound}姐妹群", often=0.5, how=ContactHow.WECHAT)
        if rnd.random() < 0.08:
            self._add(resident, LinkKind.GROUP, name=rnd.choice(TROUPES), often=0.7, how=ContactHow.ACTIVITY)
        if age >= 70 and rnd.random() < 0.12:
            self._add(resident, LinkKind.VOLUNTEER, name=rnd.choice(["张丽萍", "陈美琴", "胡月芳"]), often=0.8)

    def _add(self, resident, kind, *, often, person=None, name="", how=None):
        """One link since some day of the last two years; `often` is how likely a contact was noted."""
        rnd = self.rnd
        known = timezone.localdate(resident.created_at)
        since = max(known, self.today - timedelta(days=rnd.randrange(20, 700)))
        link = Link(resident=resident, kind=kind, person=person, name=name, valid_from=since)
        if rnd.random() < often:
            ago = min(int(rnd.expovariate(1 / 60)), (self.today - since).days)
            link.noted_on = self.today - timedelta(days=ago)
            link.noted_how = how or rnd.choice([ContactHow.PHONE, ContactHow.MEET, ContactHow.MEET, ContactHow.WECHAT])
        if rnd.random() < 0.03 and since < self.today - timedelta(days=60):
            link.valid_to = self.today - timedelta(days=rnd.randrange(5, 50))
            link.end_reason = LinkEnd.GROUP if kind in (LinkKind.GROUP, LinkKind.WECHAT) else LinkEnd.CHANGED
            link.noted_on, link.noted_how = None, ""
        at = timezone.now()
        link.created_at = link.updated_at = at
        self.writer.add(link)
        self.writer.add_history(link, at=at, user=self.by)
