"""The micro-home of the demo: who mediates, the last round of screening, and the leads of the years as rows.

The numbers that the micro-home is known for (68 screened, 29 prevented since 2021) are counted from these rows.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.demo.agreements import older_cases, settled_today
from mediation.models import Case, GridReport, Lead, Mediator, ScreeningRound
from mediation.services.cases import accept_case, begin_case, join_case, lead_to_case, mediate, tell_rights
from mediation.services.leads import (
    assign_lead,
    chat,
    close_lead,
    confirm_lead,
    look_again,
    record_lead,
    set_level,
    went_outside,
)
from mediation.services.mediators import name_mediator, put_on_duty
from mediation.services.rounds import answer_round, open_round

SINCE = date(2021, 3, 1)
# How many leads went which way: the first two ways were prevented, all but the last screened.
WAYS = {"settled": 24, "calmed": 5, "early": 30, "outside": 6, "running": 3, "heard": 2}
# Quarrels: kind, causes, words, root, advice.
QUARRELS = [
    ("0101", ["02", "01"], "为谁接送孩子、谁做饭天天吵，分房睡了一个月。", "下班都晚，没人说一声辛苦。", "排一张接送表；每周留半天一家人在一起。"),
    ("0109", ["06"], "婆婆和儿媳为带孙子的办法不合，摔了门。", "两代人想法不同，儿子不表态。", "儿子先把话说开；带孩子听年轻人的，家务听老人的。"),
    ("0104", ["08"], "三个子女为轮流照顾母亲推来推去。", "老大觉得房子分少了。", "先定每月怎么轮，房子的事另请律师说清楚。"),
    ("0101", ["03", "04"], "丈夫打牌输了两个月工资，妻子要回娘家。", "失业以后没事做。", "工资卡由妻子管；介绍去社区的招聘会。"),
    ("0103", ["01"], "分居以后为孩子跟谁过春节争起来。", "没有约定探望。", "一年一年地轮，写在纸上，孩子的话也要听。"),
    ("0106", ["08"], "父亲走后，兄妹为老房子翻脸。", "没有遗嘱，各说各的。", "请律师讲法定继承，先过户母亲那一半。"),
    ("0110", ["07"], "女儿不肯上学，父母互相埋怨。", "管得太紧，说话就吵。", "暂停补课；请学校心理老师一起谈。"),
    ("0101", ["09"], "丈夫常年在外地，妻子怀疑有别人。", "几天不通一次电话。", "每晚固定通话；国庆前回来一趟，当面谈。"),
]  # fmt: skip


@dataclass
class _Home:
    """What one lead needs: where, the two sides."""

    area: Area
    sides: list


class MicroHome:
    """Writes the micro-home through its services. `rnd` is the demo's own chance."""

    def __init__(self, demo, rnd):
        self.demo, self.rnd, self.today = demo, rnd, timezone.localdate()
        self.chair, self.mediator = demo.staff["zhoumin"], demo.staff["shenyun"]

    def write(self):
        people = self.people()
        for day in range(7):
            one = people[day % len(people)]
            put_on_duty(one, on=self.today + timedelta(days=day), slot="ab"[day % 2], by=self.chair)
        ways = [way for way, number in WAYS.items() for _ in range(number)]
        self.rnd.shuffle(ways)
        for home, way in zip(self.homes(len(ways)), ways, strict=True):
            self.lead(home, way)
        # Her own chance, so that whatever is written afterwards stays as it is.
        older_cases(MicroHome(self.demo, Random(5)).homes(2), self.mediator, self.today)  # noqa: S311 - demo data
        self.cases()
        self.round()

    def people(self):
        rows = [
            ("周敏", "cadre", "婚姻家庭咨询", self.chair), ("沈芸", "law", "二十年调解经验，会说本地话", self.mediator),
            ("郑岚", "lawyer", "律师执业证，婚姻家事", None), ("陈玉兰", "volunteer", "退休教师", None),
        ]  # fmt: skip
        start, end = date(self.today.year, 1, 1), date(self.today.year + 1, 12, 31)
        return [
            name_mediator(
                Mediator(area=self.demo.community, name=name, kind=kind, qualification=words, user=user,
                         term_from=start, term_to=end),
                by=self.chair,
            )
            for name, kind, words, user in rows
        ]  # fmt: skip

    def homes(self, count):
        """So many families of two grown people and more."""
        found = []
        for planted in self.demo.families:
            grown = [r for p, r in planted.living() if p.age(self.today) >= 22 and not r.left_on]
            if planted.household.is_open and len(grown) >= 2:
                found.append(_Home(planted.household.area, grown[:2]))
        return self.rnd.sample(found, count)

    def lead(self, home, way):
        """One lead, brought as far as `way` says."""
        kind, causes, words, root, advice = self.rnd.choice(QUARRELS)
        recent = way in ("running", "heard")
        found = self.today - timedelta(days=self.rnd.randrange(2, 20))
        if not recent:
            found = SINCE + timedelta(days=self.rnd.randrange((self.today - SINCE).days - 90))
        level = {"early": "green", "running": "yellow", "heard": "green"}.get(way) or self.rnd.choice(
            ["red", "yellow"]
        )
        body = {
            "parties": [{"name": one.name, "resident": one.pk} for one in home.sides], "contact": "", "words": words,
            "watch": [], "minors": kind in ("0103", "0110"), "elders": kind == "0104",
        }  # fmt: skip
        known = set(Lead.objects.values_list("pk", flat=True))
        record_lead(area=home.area, kind=kind, level=level, body=body, by=self.demo.staff["chenyulan"], found_on=found)
        lead = Lead.objects.exclude(pk__in=known).get()
        if way == "heard":
            return
        assign_lead(lead, self.mediator, by=self.chair)
        by, day = self.mediator, found + timedelta(days=1)
        confirm_lead(lead, on=day, level=level, words="两边都在家，愿意谈。", by=by)
        chat(lead, on=day, words=words, causes=causes, cause=root, advice=advice, by=by)
        if way == "outside":
            went_outside(lead, on=day + timedelta(days=9), words="一方已经到法院起诉。", by=by)
        if way == "calmed":
            set_level(lead, "green", on=day + timedelta(days=30), why="一个月没有再吵，还看一阵。", by=by)
            chat(lead, on=day + timedelta(days=62), words="又去看了一次，一家人在一起吃饭。", by=by)
        if way in ("settled", "early"):
            close_lead(lead, on=day + timedelta(days=40), words="和好了，回访都说过得去。", by=by)
            look_again(lead, on=day + timedelta(days=72), calm="yes", words="两边都说没有再闹。", by=by)

    def cases(self):
        """Cases of the leads that are being worked on: one waits for its check, one is being mediated, one is settled."""
        leads = Lead.objects.filter(state="confirmed", level="yellow", officer=self.mediator).order_by(
            "-found_on", "pk"
        )
        for far, lead in enumerate(leads[:3]):
            known = set(Case.objects.values_list("pk", flat=True))
            lead_to_case(lead, request="两边当面谈一次，把怎么办写清楚。", agreed=True, by=self.mediator)
            case = Case.objects.exclude(pk__in=known).get()
            if far:
                join_case(case, self.chair, by=self.chair)
                self.mediation(case, settled=far == 2)

    def mediation(self, case, *, settled):
        facts, everyone = {"on": self.today, "by": self.mediator}, range(len(case.parties))
        accept_case(case, agreed=everyone, **facts)
        tell_rights(case, signed=everyone, **facts)
        begin_case(case, words="两边都到了调解室。", **facts)
        mediate(case, words="各说了各的难处，下次带上一周的安排再谈。", **facts)
        if settled:
            settled_today(case, self.mediator, self.today)

    def round(self):
        """The round of this half month: most grids have answered, one with nothing found."""
        start = self.today - timedelta(days=6)
        title = f"{start.month}月家庭矛盾摸排"
        made = open_round(
            ScreeningRound(area=self.demo.community, title=title, starts_on=start, due_on=start + timedelta(days=14)),
            by=self.chair,
        )
        reports = list(GridReport.objects.filter(screening=made).select_related("screening").order_by("area__code"))
        for place, report in enumerate(reports[:-2]):
            answer = "zero" if place % 2 else "found"
            answer_round(report, answer, base_version=report.version, by=self.demo.staff["hexiaoyan"])
