"""What the women of the invented community asked for, and what was done: concerns, front desk, children, consents."""

import uuid
from dataclasses import dataclass
from datetime import time, timedelta

from django.utils import timezone

from concerns.enums import (
    Heard,
    Origin,
    Outcome,
    ReceptionChannel,
    ReferralStatus,
    ReferralWay,
    ReplyKind,
    Status,
    Told,
)
from concerns.models import Concern, Rating, Reception, Referral, Reply
from concerns.services.answers import answer_concern, settle_on_spot
from concerns.services.handling import accept_concern, assign_concern, close_concern, finish_concern
from concerns.services.intake import raise_concern
from fedhub.core import crypto
from fedhub.core.history import write_history
from fedhub.core.models.numbers import take_numbers
from fedhub.demo.names import WOMAN
from fedhub.demo.questions import ask_questions
from fedhub.demo.spine import Spine
from fedhub.demo.texts import CANNOT, CONCERNS, RECEPTIONS, SOLVED
from fedhub.reference.calendar import due_by
from fedhub.reference.enums import AgencyKind
from grids.enums import Review
from grids.models import Visit
from grids.services.review import return_visit
from grids.services.visit import amend_visit, withdraw_visit
from households.enums import ChildKind, ConsentHow, ConsentPurpose, ContactChannel
from households.models import ChildFile, Consent, SafeContact
from households.services.child import close_child_file, open_child_file
from households.services.consent import give_consent, set_safe_contact, withdraw_consent
from households.services.minors import ask_access, grant_access
from portal.services.rights import ask_right
from portal.services.say import say
from safety.enums import ReportSource, Sign
from safety.services.circle import answer_opening, ask_to_open
from safety.services.files import add_entry, open_file
from safety.services.reports import report_risk

# Concerns of the past year, and how often each field is named.
PAST = 210
WEIGHTS = {"1": 19, "2": 18, "3": 8, "4": 12, "5": 12, "6": 11, "7": 14, "": 8}
AGENCY_OF_TOPIC = {
    "1": AgencyKind.LABOUR, "2": AgencyKind.SCHOOL, "3": AgencyKind.LEGAL_AID, "4": AgencyKind.JUSTICE,
    "5": AgencyKind.SOCIAL, "6": AgencyKind.HEALTH, "7": AgencyKind.CIVIL, "": AgencyKind.PROPERTY,
}  # fmt: skip
# Places in the past year of concerns that could not be met, or were taken back, whatever the day.
RARE_ENDS = {7: 0.25, 40: 0.29}
_CODE_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"


@dataclass
class Asked:
    """One concern to be written: who, where, when, from where, about what, and the visit it came up at."""

    planted: object
    person: object
    resident: object
    day: object
    origin: str
    topic: str
    words: tuple
    visit: object = None


class Matters:
    """Writes what happened in the community of a Demo. `planter` gives the random series and the writer."""

    def __init__(self, demo, planter):
        self.demo, self.planter, self.writer = demo, planter, planter.writer
        self.inventor, self.rnd, self.today = planter.inventor, planter.inventor.rnd, planter.today
        self.staff = demo.staff
        self.women = self._women()

    def write(self):
        """Everything, oldest first; the solved stories and the newest concerns go through the services."""
        self.solve_stories()
        asked = self._asked()
        linked = [self.past_concern(one, RARE_ENDS.get(place)) for place, one in enumerate(asked)]
        self.past_receptions(linked)
        self.writer.finish()
        self.new_concerns()
        Spine(self).write()
        self.children()
        self.consents()
        self.visits_put_right()
        ask_questions(self.staff, self.today)
        self.sealed_reports()

    def _women(self):
        """(planted, person, resident) of grown women who live here."""
        return [
            (planted, person, resident)
            for planted in self.demo.families if planted.household.is_open
            for person, resident in planted.living()
            if person.sex == WOMAN and 18 <= person.age(self.today) < 85 and resident.left_on is None
        ]  # fmt: skip

    # --- concerns -------------------------------------------------------------------------------------------------
    def solve_stories(self):
        """Three known matters, each taken in, given to somebody, done, answered and closed.

        The steps are written down today, as an office enters what was settled earlier; the dates are those of then.
        """
        desk, helper = self.demo.chair, self.staff["hexiaoyan"]
        for place, (compound, topic, title, detail, _, result, answer, took) in enumerate(SOLVED):
            planted, _, resident = self.rnd.choice([w for w in self.women if w[0].household.compound == compound])
            raised = self.planter.day(300 - 22 * place)
            concern = raise_concern(
                origin=Origin.VISIT, title=title, area=planted.household.area, household=planted.household,
                resident=resident, detail=detail, topic=topic, raised_on=raised, by=helper,
            )  # fmt: skip
            accept_concern(concern, by=desk)
            assign_concern(concern, person=helper, handle_by=raised + timedelta(days=took + 10), by=desk)
            finish_concern(concern, result=result, by=helper)
            answer_concern(concern, answer=answer, told=Told.FACE, outcome=Outcome.SOLVED, by=helper)
            close_concern(concern, by=desk)
            done = self.planter.moment(raised + timedelta(days=took))
            concern.answered_at, concern.closed_at = done, done + timedelta(days=1)
            Concern.objects.filter(pk=concern.pk).update(answered_at=done, closed_at=concern.closed_at)
            write_history([concern], reason="按当时日期补录")

    def _asked(self):
        """The concerns of the past year, oldest first."""
        found = []
        for _ in range(PAST):
            topic = self.rnd.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            planted, person, resident = self._who(topic)
            day = self.planter.day(self.rnd.randrange(3, 364))
            origin = self.rnd.choices(
                [Origin.VISIT, Origin.FRONT_DESK, Origin.HOTLINE, Origin.UPPER], [60, 26, 10, 4]
            )[0]
            visit = None
            if origin == Origin.VISIT:
                visits = [v for v in self.demo.visits.get(planted.household.pk, []) if v.counts]
                visit = self.rnd.choice(visits) if visits else None
                origin = Origin.VISIT if visit else Origin.FRONT_DESK
                day = visit.visited_on if visit else day
            words = self.rnd.choice(CONCERNS[topic])
            found.append(Asked(planted, person, resident, day, origin, topic, words, visit))
        return sorted(found, key=lambda one: (one.day, one.planted.household.pk))

    def _who(self, topic):
        """A woman whom the topic suits: in hardship, with a child, without work, of any kind."""
        suits = {
            "1": lambda p, f: p.employment in ("70", "24", "51") and p.age(self.today) < 55,
            "2": lambda p, f: any(6 <= c.age(self.today) < 16 for c in f.people) and p.age(self.today) < 60,
            "4": lambda p, f: len(f.people) > 1,
            "5": lambda p, f: any(c.age(self.today) < 8 for c in f.people) and 22 < p.age(self.today) < 45,
            "6": lambda p, f: p.age(self.today) > 30,
            "7": lambda p, f: bool(f.categories),
        }.get(topic, lambda p, f: True)
        return self.rnd.choice([w for w in self.women if suits(w[1], w[0].family)])

    def past_concern(self, one, draw=None):
        """Write one concern of the past as it stands today, by `draw` (0–1, default random); returns (Asked, Concern)."""
        rnd, age = self.rnd, (self.today - one.day).days
        raised = self.planter.moment(one.day)
        by = one.visit.visitor if one.visit else self.staff["fengxue"]
        household = one.planted.household
        title, detail, result, answer = one.words
        concern = Concern(
            number=f"SQ{one.day:%Y}-{take_numbers(f'concern:{one.day:%Y}'):04d}",
            code="".join(rnd.choice(_CODE_LETTERS) for _ in range(8)), title=title, detail=detail, topic=one.topic,
            origin=one.origin, area=household.area, household=household, resident=one.resident, raised_on=one.day,
            due_on=due_by(one.day, "concern_close"), first_due_on=due_by(one.day, "concern_first_answer"),
            created_by=by, created_at=raised, updated_at=raised,
        )  # fmt: skip
        draw = rnd.random() if draw is None else draw
        if draw >= 0.23 and age > 4 and rnd.random() < 0.93:
            concern.first_answered_at = raised + timedelta(days=rnd.choice([1, 1, 2, 2, 3, 6]))
        if age > 4 and draw < 0.23:
            self._settled(concern, raised, answer)
        elif age > 20 and draw < 0.27:
            self._told_no(concern, raised)
        elif age > 20 and draw < 0.30:
            self._closed(concern, raised + timedelta(days=2), Outcome.WITHDRAWN, steps=1)
        elif age > 60 or (age > 20 and draw < 0.93):
            self._handled(concern, raised, min(rnd.randrange(2, 16), age - 3), result, answer)
        else:
            self._under_way(concern, raised, age, result, answer)
        if concern.answered_at:
            concern.first_answered_at = min(concern.first_answered_at or concern.answered_at, concern.answered_at)
        self.writer.add(concern)
        self._told_and_rated(concern)
        self.writer.add_history(concern, at=concern.updated_at, user=by)
        if one.visit is not None:
            self.writer.add_rows(
                type(one.visit).concerns.through, ("visit_id", "concern_id"), [(one.visit.pk, concern.pk)]
            )
        return one, concern

    def _told_and_rated(self, concern):
        """What she was told, what she thought of it, and the office it went to, of a concern of the past."""
        rnd, by = self.rnd, concern.assigned_to or self.staff["fengxue"]
        if concern.outcome in (Outcome.HANDED_OVER, Outcome.PASSED_UP):
            up = concern.outcome == Outcome.PASSED_UP
            kind = AgencyKind.STREET if up else AGENCY_OF_TOPIC[concern.topic]
            offered = concern.raised_on + timedelta(days=1)
            self.writer.add(
                Referral(
                    concern=concern, way=ReferralWay.UP if up else ReferralWay.ACROSS, agency=self.demo.agencies[kind],
                    status=ReferralStatus.ANSWERED, matter=concern.title, offered_by=by, offered_on=offered,
                    due_on=due_by(offered, "concern_agency_reply"), accepted_on=offered, reply=concern.result,
                    ended_on=concern.answered_at.date(), created_at=concern.created_at, updated_at=concern.answered_at,
                )
            )  # fmt: skip
        if concern.answered_at is None:
            return
        not_yet = concern.told == Told.NOT_YET
        reply = self.writer.add(
            Reply(
                concern=concern, kind=ReplyKind.FINAL, text=concern.answer, outcome=concern.outcome, told=concern.told,
                told_at=None if not_yet else concern.answered_at, heard="" if not_yet else Heard.SELF, made_by=by,
                made_at=concern.answered_at,
            )
        )  # fmt: skip
        if concern.status == Status.CLOSED and rnd.random() < 0.55:
            most = 3 if concern.outcome == Outcome.NOT_POSSIBLE else 5
            concern.score = min(most, rnd.choices([3, 4, 5], [12, 33, 55])[0])
            self.writer.add(
                Rating(
                    concern=concern, reply=reply, score=concern.score, given_by=Told.PHONE, taken_by=by,
                    made_at=concern.closed_at,
                )
            )  # fmt: skip

    def _settled(self, concern, raised, answer):
        concern.answer, concern.told, concern.answered_at = answer, Told.FACE, raised
        concern.first_answered_at = raised
        self._closed(concern, raised, Outcome.ON_SPOT, steps=1)

    def _told_no(self, concern, raised):
        concern.title, concern.result, concern.answer = self.rnd.choice(CANNOT)
        concern.topic, concern.detail = "", ""
        self._given_to(concern)
        concern.told, concern.answered_at = Told.FACE, raised + timedelta(days=6)
        self._closed(concern, raised + timedelta(days=7), Outcome.NOT_POSSIBLE, steps=5)

    def _handled(self, concern, raised, took, result, answer):
        self._given_to(concern)
        concern.result, concern.answer = result, answer
        concern.told = self.rnd.choices([Told.FACE, Told.PHONE, Told.WECHAT], [40, 45, 15])[0]
        concern.answered_at = raised + timedelta(days=took)
        outcome = self.rnd.choices([Outcome.SOLVED, Outcome.HANDED_OVER, Outcome.PASSED_UP], [85, 11, 4])[0]
        self._closed(concern, concern.answered_at + timedelta(days=self.rnd.randrange(3)), outcome, steps=5)

    def _closed(self, concern, at, outcome, *, steps):
        concern.status, concern.outcome = Status.CLOSED, outcome
        concern.closed_at = concern.updated_at = min(at, timezone.now())
        concern.version += steps

    def _given_to(self, concern):
        code = concern.area.code[:15]
        grid = next(number for number, grid in enumerate(self.demo.grids, start=1) if grid.code == code)
        concern.assigned_to = self.staff[self.rnd.choice(["fengxue", "zhoumin", *self._in_charge(grid)])]
        concern.handle_by = concern.due_on

    @staticmethod
    def _in_charge(grid):
        return {
            1: ["mengxiaohong"],
            2: ["hexiaoyan", "liujianfang"],
            5: ["hexiaoyan", "fanxiaohong"],
            3: ["shiyafang", "jiangwenjing"],
            4: ["luchunyan"],
            6: ["yaoli"],
        }.get(grid, [])

    def _under_way(self, concern, raised, age, result, answer):
        """Not closed yet: accepted, with somebody, done or answered; the old ones are late."""
        if age <= 6:
            concern.status, concern.version = self.rnd.choice([(Status.NEW, 1), (Status.ACCEPTED, 2)])
            return
        self._given_to(concern)
        concern.status, concern.version = Status.ASSIGNED, 3
        draw = self.rnd.random()
        if draw < 0.35:
            concern.status, concern.version, concern.result = Status.DONE, 4, result
        if draw < 0.2:
            concern.status, concern.version, concern.answer = Status.ANSWERED, 5, answer
            concern.outcome, concern.told = Outcome.SOLVED, self.rnd.choice([Told.NOT_YET, Told.PHONE])
            concern.answered_at = raised + timedelta(days=min(8, age - 1))
        concern.updated_at = raised + timedelta(days=min(5, age - 1))

    def new_concerns(self):
        """Concerns of these days through the services, so that their pages show every step."""
        desk = self.demo.chair
        for place, topic in enumerate(["2", "1", "6", "7", "5", "4", "1", "", "2", "3", "7", "6"]):
            planted, _, resident = self._who(topic)
            title, detail, result, answer = CONCERNS[topic][place % len(CONCERNS[topic])]
            origin = [Origin.VISIT, Origin.FRONT_DESK, Origin.HOTLINE][place % 3]
            concern = raise_concern(
                origin=origin, title=title, area=planted.household.area, household=planted.household,
                resident=resident, detail=detail, topic=topic, raised_on=self.planter.day(place // 3),
                by=self.staff["fengxue" if place % 3 else "liujianfang"],
            )  # fmt: skip
            if place % 4 == 3:
                settle_on_spot(concern, answer=answer, by=self.staff["fengxue"])
            if place in (1, 4, 6, 8, 9, 10):
                accept_concern(concern, by=desk)
            if place in (4, 6, 8, 9, 10):
                person = self.staff["hexiaoyan"]
                if place % 2 or not person.has_perm("concerns.answer_concern", concern):
                    person = self.staff["fengxue"]
                assign_concern(concern, person=person, handle_by=concern.due_on, by=desk)
            if place in (8, 10):
                finish_concern(concern, result=result, by=concern.assigned_to)
            if place == 10:
                answer_concern(concern, answer=answer, told=Told.PHONE, outcome=Outcome.SOLVED, by=concern.assigned_to)

    # --- front desk and 12338 -------------------------------------------------------------------------------------
    def past_receptions(self, linked):
        """The register: entries that became concerns, and those answered at once; numbered by day."""
        channels = {Origin.FRONT_DESK: ReceptionChannel.FRONT_DESK, Origin.HOTLINE: ReceptionChannel.HOTLINE,
                    Origin.UPPER: ReceptionChannel.UPPER}  # fmt: skip
        rows = [
            (concern.created_at, channels[one.origin], one.person, one.resident, one.topic, concern.detail or
             concern.title, "登记为诉求，转承办人。", "", concern)
            for one, concern in linked if one.origin in channels
        ]  # fmt: skip
        for _ in range(26):
            _, person, resident = self.rnd.choice(self.women)
            topic, matter, opinion, result = self.rnd.choice(RECEPTIONS)
            channel = self.rnd.choices(
                [ReceptionChannel.FRONT_DESK, ReceptionChannel.HOTLINE, ReceptionChannel.PHONE], [50, 25, 25]
            )[0]
            at = self.planter.moment(self.planter.day(self.rnd.randrange(0, 360)))
            rows.append((at, channel, person, resident, topic, matter, opinion, result, None))
        for at, channel, person, resident, topic, matter, opinion, result, concern in sorted(
            rows, key=lambda row: (row[0], row[3].pk)
        ):
            phone = person.phones[0][0] if person.phones else ""
            handler = self.staff[self.rnd.choice(["fengxue", "fengxue", "zhoumin", "sunli"])]
            day = timezone.localdate(at)
            entry = Reception(
                area=self.demo.community, created_by=handler, channel=channel, received_at=at, place="社区服务中心",
                number=f"JD{day:%Y}-{take_numbers(f'reception:{day:%Y}'):04d}", visitor_name=resident.name, phone=phone,
                phone_blind=crypto.blind(phone, column="households.Phone.number"), resident=resident, topic=topic,
                matter=matter, handler=handler, opinion=opinion, result=result, concern=concern, created_at=at,
                updated_at=at,
            )  # fmt: skip
            if channel == ReceptionChannel.HOTLINE:
                entry.place = "12338"
            self.writer.add(entry)
            self.writer.add_history(entry, at=at, user=handler)

    # --- children, consent, contact -------------------------------------------------------------------------------
    def children(self):
        """Left-behind and difficult children, each with a named officer (未成年人保护法 art. 43)."""
        officer, opened = self.staff["fengxue"], []
        for planted in self.demo.families:
            for person, resident in planted.living():
                kinds = self._kinds(planted, person)
                if not kinds or resident.left_on or not planted.household.is_open:
                    continue
                carer = planted.people[0]
                child = ChildFile(
                    resident=resident, kinds=kinds, guardian=carer.name, guardian_relation="", carer=carer.name,
                    school="文新小学" if person.age(self.today) < 13 else "文澜中学",
                    parents="父母在外地务工，每周视频" if ChildKind.LEFT_BEHIND in kinds else "", officer=officer,
                    opened_on=self.planter.day(min(planted.family.known_for, self.rnd.randrange(30, 600))),
                )  # fmt: skip
                if person.age(self.today) < 6:
                    child.school = ""
                opened.append(open_child_file(child, by=officer))
        for child in opened[:2]:
            close_child_file(child, on=self.planter.day(10), why="随父母到外地生活", by=officer)
        # Two workers want to see what is kept about a child; one of them may, the other waits for the chair.
        reasons = ("带她办残疾证，要核对证件号", "开学入户慰问，要核对就读学校")
        for child, why, agreed in zip(opened[2:4], reasons, (True, False), strict=False):
            access = ask_access(child.resident, why=why, by=self.staff["liujianfang"])
            if agreed:
                grant_access(access, by=self.demo.chair)

    def _kinds(self, planted, person):
        if not 1 <= person.age(self.today) < 16:
            return []
        if any(mark.category == "LSET" for mark in person.marks):
            return [ChildKind.LEFT_BEHIND.value]
        if any(mark.category == "CJ" for mark in person.marks):
            return [ChildKind.DISABLED.value]
        return [ChildKind.HARDSHIP.value] if set(planted.family.categories) & {"DB", "DBBY", "GXZC"} else []

    def consents(self):
        """Consents on paper by purpose, a few taken back, and safe ways of contact that some women asked for."""
        given = []
        for planted, person, resident in self.rnd.sample(self.women, 110):
            purposes = [ConsentPurpose.RECORD, ConsentPurpose.CONTACT]
            if person.marks:
                purposes.append(ConsentPurpose.SENSITIVE)
            visits = self.demo.visits.get(planted.household.pk) or []
            day = visits[0].visited_on if visits else self.today
            for purpose in purposes:
                consent = Consent(resident=resident, purpose=purpose, how=ConsentHow.PAPER, given_on=day)
                given.append(give_consent(consent, by=self.staff["liujianfang"]))
        for consent in self.rnd.sample([c for c in given if c.purpose == ConsentPurpose.CONTACT], 3):
            withdraw_consent(consent, by=self.staff["fengxue"])
        ways = [
            ([ContactChannel.PHONE], time(9), time(11, 30), True, True),
            ([ContactChannel.WECHAT], None, None, True, False),
            ([ContactChannel.HOME, ContactChannel.PHONE], time(19), time(21), False, False),
            ([ContactChannel.PHONE], time(14), time(17), True, True),
            ([ContactChannel.HOME], None, None, False, False),
        ]
        for (channels, start, end, neutral, spouse), (_, _, resident) in zip(
            ways, self.rnd.sample(self.women, len(ways)), strict=True
        ):
            safe = SafeContact(
                resident=resident, channels=[c.value for c in channels], hour_from=start, hour_to=end,
                neutral=neutral, spouse_may_answer=spouse,
            )  # fmt: skip
            set_safe_contact(safe, ["channels"], by=self.staff["wujing"])

    # --- visits put right, sealed reports ---------------------------------------------------------------------------
    def visits_put_right(self):
        """One visit amended with its reason, one withdrawn and one sent back, so that the pages have something to show."""
        told = [p for p in self.demo.families if p.story and p.story.visits]
        amended = self.demo.visits[told[0].household.pk][0]
        amended.next_step = "七月复核前再核一次收入"
        amend_visit(
            amended, ["next_step"], reason="漏写下一步", base_version=amended.version, by=self.staff["fengxue"]
        )
        wrong = next(
            rows[0] for rows in self.demo.visits.values() if len(rows) > 2 and not rows[0].changed and rows[0].counts
        )
        withdraw_visit(wrong, reason="记错了户，另有一条正确的记录", by=self.staff["fengxue"])
        newest = Visit.objects.kept().filter(review=Review.PENDING, visitor=self.staff["liujianfang"], next_step="")
        if one := newest.order_by("-visited_on", "-pk").first():
            return_visit(one, note="“下一步”没有写，请补上：打算什么时候再去，要带什么。", by=self.staff["fengxue"])

    def sealed_reports(self):
        """Two sealed reports for the trained person; nothing else in the files tells of them."""
        for sign, text in (
            ([Sign.FIGHT, Sign.THREAT], "夜里争吵摔东西，邻居说不止一次。她不愿多说，约了白天再谈。"),
            ([Sign.CHILD_ALONE], "孩子放学后一个人在楼下到晚上九点。"),
        ):
            planted, _, resident = self.rnd.choice(self.women)
            report_risk(
                area=planted.household.area, source=ReportSource.VISIT, by=self.staff["liujianfang"], signs=sign,
                text=text, household=planted.household, resident=resident,
            )  # fmt: skip
        self.sealed_file()

    def sealed_file(self):
        """One file that the trained person leads: the first night done, the court asked for an order."""
        officer, (planted, _, resident) = self.staff["wujing"], self.rnd.choice(self.women)
        now = timezone.localtime().replace(second=0, microsecond=0)
        file = open_file(
            area=planted.household.area, informant={"name": "楼下邻居", "phone": ""}, by=officer,
            intake={
                "told_at": now.isoformat(), "how": "desk", "name": resident.name, "resident": resident.pk, "capacity": "full",
                "harms": ["beating", "threat"],
                "offender": "丈夫", "happened": "昨晚喝酒后动手，右臂青紫；说过要让她好看。孩子在隔壁房间。",
                "wants": "想先住到姐姐家，问离婚怎么办。",
            },
        )  # fmt: skip
        for kind, data in (
            ("danger", {"safe": "yes", "level": "yellow", "drink": "yes", "worse": "yes", "why": "已到姐姐家"}),
            (
                "contact",
                {
                    "ways": ["visit", "third"],
                    "hours": "工作日上午",
                    "words": "社区来登记信息",
                    "never": "不打家里座机",
                },
            ),
            ("plan", {"exit": "后门，坐 2 路车到姐姐家", "bag": "证件、药放在姐姐家"}),
            ("order", {"step": "asked", "court": "区人民法院", "by": "self"}),
            ("help", {"what": "legal", "agency": "区法律援助中心", "step": "accepted"}),
            ("evidence", {"what": "medical", "on": now.date().isoformat(), "source": "她本人", "original": "她保管"}),
            ("more", {"told_at": now.isoformat(), "how": "phone", "happened": "楼下邻居来电：白天又听到砸门。"}),
        ):
            add_entry(file, kind, data, by=officer)
        # What women ask and say on their own pages.
        grown = [one for _, _, one in self.women if one.birth and one.birth < "1990"][:3]
        for person, title in zip(grown, ("小区门口路灯不亮", "想问暑期托管班"), strict=False):
            say(
                key=uuid.UUID(int=self.rnd.getrandbits(128)), person=person, title=title, detail="", place="", topic=""
            )
        ask_right(grown[0], kind="copy")
        ask_right(grown[1], kind="correct", words="电话换了，旧的不用了。")
        # Somebody asked in an emergency and was refused: the auditor finds both names.
        asked = ask_to_open(
            area=self.staff["zhoumin"].grants.first().area,
            who="陈某",
            why="派出所来电问情况",
            by=self.staff["zhoumin"],
        )
        answer_opening(asked, agrees=False, by=officer)
