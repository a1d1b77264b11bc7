"""Concerns that show the whole way: the same lamp told three times, matters with other offices and before the chair."""

from datetime import timedelta

from django.utils import timezone

from concerns.enums import Heard, Origin, Outcome, PauseReason, ReceptionChannel, Told
from concerns.models import Reception, Referral
from concerns.services.answers import answer_concern, rate_concern, tell_progress, verdict_for
from concerns.services.approvals import ask_extension, ask_not_possible, pass_up
from concerns.services.clocks import pause_concern
from concerns.services.handling import accept_concern, assign_concern, close_concern, finish_concern
from concerns.services.intake import raise_concern
from concerns.services.referrals import offer_concern, referral_accepted, referral_answered
from concerns.services.register import register_reception
from concerns.services.together import join_concerns
from fedhub.reference.calendar import due_by, is_working_day
from fedhub.reference.enums import AgencyKind

LAMP = "3 幢 2 单元楼道"
TOLD = [
    (Origin.VISIT, "3 幢 2 单元楼道灯不亮", "晚上回家看不见台阶，老人怕摔。", "精诚公寓"),
    (Origin.SURVEY, "楼道的灯坏了一个多星期", "问卷最后一题写的，愿意留姓名。", "精诚公寓"),
    (
        Origin.FRONT_DESK,
        "精诚公寓楼道没有灯，报修没人管",
        "到窗口说的，有点着急：孩子昨晚在楼梯上绊了一下。",
        "精诚公寓",
    ),
]
# Matters under way: what, where, who waits for what.
PARKED = "老年食堂想晚上也开"
LIFT = "旧楼加装电梯，一楼住户不同意"
ROOM = "想要一间女职工备孕哺乳室"
NOISE = "广场舞音响太响，孩子睡不好"
SHELTER = "公交站没有雨棚，送孩子淋雨"
FENCE = "儿童游乐角的围栏松了，怕孩子磕着"


class Spine:
    """Writes concerns through the services, so that their pages show every step. `matters` gives people and staff."""

    def __init__(self, matters):
        self.matters, self.staff, self.rnd = matters, matters.staff, matters.rnd
        self.chair, self.officer, self.desk = matters.demo.chair, self.staff["hexiaoyan"], self.staff["fengxue"]
        self.agencies = matters.demo.agencies
        self.asked = set()

    def write(self):
        self.lamp()
        self.with_an_agency()
        self.before_the_chair()
        self.standing_still()
        self.overdue()

    def raised(self, title, *, days, origin=Origin.FRONT_DESK, detail="", topic="", place="", compound=None, by=None):
        """A concern raised `days` days ago by a woman of `compound` (or of anywhere), where the officer may answer her;
        each by another woman."""
        women = [
            w for w in self.matters.women
            if compound in (None, w[0].household.compound) and w[2].pk not in self.asked
            and self.officer.has_perm("concerns.answer_concern", w[0].household)
        ]  # fmt: skip
        planted, _, resident = self.rnd.choice(women)
        self.asked.add(resident.pk)
        return raise_concern(
            origin=origin, title=title, detail=detail, topic=topic, place=place, area=planted.household.area,
            household=planted.household, resident=resident, raised_on=self.matters.planter.day(days),
            by=by or self.desk,
        )  # fmt: skip

    def lamp(self):
        """Told at a visit, in a survey and at the desk; handled once, answered three times; one opens again."""
        told = [
            self.raised(title, days=6 - number, origin=origin, detail=detail, place=LAMP, compound=compound,
                        by=self.staff["liujianfang"] if origin == Origin.VISIT else self.desk)
            for number, (origin, title, detail, compound) in enumerate(TOLD)
        ]  # fmt: skip
        lead = told[0]
        self._at_the_desk(told[2])
        join_concerns(lead, told[1:], reason="同一个楼道的灯", by=self.desk)
        assign_concern(lead, person=self.officer, handle_by=lead.due_on, by=self.chair)
        referral = offer_concern(
            lead, agency=self.agencies[AgencyKind.PROPERTY], matter="请检查 3 幢 2 单元楼道灯和声控开关，换好后回话。",
            due_on=due_by(timezone.localdate(), "concern_first_answer"), by=self.chair,
        )  # fmt: skip
        tell_progress(lead, text="已转物业，三天内派人来看。", told=Told.FACE, by=self.officer)
        referral_accepted(referral, contact="高经理", by=self.officer)
        referral_answered(referral, reply="声控开关坏了，灯和开关都换了新的。", by=self.officer)
        finish_concern(lead, result="物业换了灯泡和声控开关，晚上去看过，三层都亮。", by=self.officer)
        answer = "楼道灯和声控开关都换了新的，昨晚去看过，三层都亮。再不亮随时说。"
        for concern, way in zip(told, (Told.HOME, Told.PHONE, Told.FACE), strict=True):
            concern.refresh_from_db()
            way = way if verdict_for(concern, way).ok else Told.FACE
            answer_concern(
                concern, answer=answer, told=way, outcome=Outcome.SOLVED, proof="本人听清楚了", by=self.officer
            )  # fmt: skip
        for concern in told:
            close_concern(concern, by=self.chair)
        rate_concern(told[0], score=5, words="很快，谢谢。", given_by=Told.FACE, by=self.officer)
        rate_concern(told[2], score=2, words="二楼亮了，三楼昨晚又不亮。", given_by=Told.FACE, by=self.desk)

    def _at_the_desk(self, concern):
        """The register entry that the third one came from."""
        entry = register_reception(
            Reception(
                channel=ReceptionChannel.FRONT_DESK, area=concern.area, resident=concern.resident,
                visitor_name=concern.resident.name, matter=concern.detail, handler=self.desk,
                opinion="登记为诉求，催物业。",
            ), by=self.desk,
        )  # fmt: skip
        Reception.objects.filter(pk=entry.pk).update(concern=concern)

    def with_an_agency(self):
        """One whose office is late, one that went up to the street."""
        noise = self.raised(NOISE, days=14, topic="2", place="中心广场")
        assign_concern(noise, person=self.officer, handle_by=noise.due_on, by=self.chair)
        late = offer_concern(
            noise, agency=self.agencies[AgencyKind.POLICE], matter="请晚上九点后到广场看一看，劝一劝。",
            due_on=timezone.localdate(), by=self.chair,
        )  # fmt: skip
        Referral.objects.filter(pk=late.pk).update(
            offered_on=timezone.localdate() - timedelta(days=12), due_on=timezone.localdate() - timedelta(days=4)
        )
        shelter = self.raised(SHELTER, days=8, place="文新路公交站")
        assign_concern(shelter, person=self.desk, handle_by=shelter.due_on, by=self.chair)
        pass_up(
            shelter, agency=self.agencies[AgencyKind.STREET], matter="请街道和公交公司商量在站台装雨棚。",
            due_on=due_by(timezone.localdate(), "concern_agency_reply"), by=self.chair,
        )  # fmt: skip
        tell_progress(shelter, text="已报街道，公交公司来量过。", told=Told.FACE, heard=Heard.SELF, by=self.desk)

    def before_the_chair(self):
        """An officer asks for time, another one for "not possible"."""
        room = self.raised(ROOM, days=12, topic="5", place="社区服务中心二楼")
        assign_concern(room, person=self.officer, handle_by=room.due_on, by=self.chair)
        after = room.due_on + timedelta(days=7)
        while not is_working_day(after):
            after += timedelta(days=1)
        ask_extension(room, after=after, reason="房间已腾出，等家具和冰箱到货。", by=self.officer)
        lift = self.raised(LIFT, days=10, topic="4", place="酒精厂旧院 5 幢")
        assign_concern(lift, person=self.officer, handle_by=lift.due_on, by=self.chair)
        ask_not_possible(lift, reason="一楼两户不同意，按规定要业主表决，社区没有权力决定。", by=self.officer)

    def standing_still(self):
        """One that waits for money that others decide on."""
        meals = self.raised(PARKED, days=7, topic="7", place="老年食堂")
        accept_concern(meals, by=self.chair)
        pause_concern(meals, reason=PauseReason.OTHER, note="等食堂和区里定下季度的补贴。", by=self.chair)

    def overdue(self):
        """One whose day has passed: the chair sees it on her first page."""
        fence = self.raised(FENCE, days=30, topic="2", place="中心广场")
        assign_concern(fence, person=self.officer, handle_by=fence.due_on, by=self.chair)
        tell_progress(fence, text="围栏先用绳子拦起来了，厂家来量过尺寸。", told=Told.FACE, by=self.officer)
