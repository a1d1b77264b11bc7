"""Families in hardship in the demo: files in every state, helpers, money and goods. Through the services; days in the past are
put back afterwards, since nobody worked with the demo on them."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from django.utils import timezone
from PIL import Image, ImageDraw

from fedhub.areas.models import Area
from fedhub.core.images import clean_image
from fedhub.reference.models import Rule
from fedhub.reference.services import change_rule, load_reference
from hardship.accounts import quarter_of
from hardship.enums import (
    CashHow,
    DonorKind,
    FileExit,
    FoundHow,
    HelperKind,
    HelpKind,
    MissWhy,
    MoveKind,
    NeedKind,
    NoticeKind,
    Occasion,
    PolicyStepKind,
    ReceiptKind,
)
from hardship.models import (
    Batch,
    Cause,
    ChangeRequest,
    Delivery,
    Donor,
    FileStage,
    Fund,
    GiftRound,
    HardshipFile,
    Helper,
    HelpRecord,
    Measure,
    Need,
    Notice,
    Pairing,
    Policy,
    PolicyStep,
    Review,
    RoundItem,
    YearAccount,
)
from hardship.queries import suggestion_for
from hardship.services.books import move, open_batch, open_fund
from hardship.services.contents import add_cause, add_measure, add_need, put_fact
from hardship.services.deliveries import approve_delivery, deliver, pledge, receipt, thank
from hardship.services.donors import create_donor
from hardship.services.files import (
    approve_file,
    check_file,
    close_file,
    find_file,
    propose_exit,
    propose_file,
    return_file,
    watch_file,
)
from hardship.services.gifts import approve_round, ask_round, create_round, hand_over, miss_home
from hardship.services.notices import draft_notice, object_to, publish_notice
from hardship.services.pairing import create_helper, log_help, pair
from hardship.services.policies import record_step, take_policies
from hardship.services.requests import ask_change
from households.enums import ConsentHow, ConsentPurpose
from households.minors import born_late
from households.models import Consent, Household
from households.queries import members_of
from households.services.consent import give_consent


def signature():
    """A name as a finger writes it: a line that stands for nobody's."""
    sheet, out = Image.new("RGB", (960, 480), "white"), BytesIO()
    places = [(140, 300), (240, 170), (300, 330), (420, 160), (520, 320), (640, 200), (820, 250)]
    ImageDraw.Draw(sheet).line(places, fill="#111", width=8, joint="curve")
    sheet.save(out, "PNG")
    return clean_image(out)


# In hardship by one of these categories, the heaviest first.
CATEGORIES = ["TK", "ZZ", "LA", "DB", "GG", "CJ", "DQMQ", "XG", "GXZC", "DBBY"]
SITUATIONS = {
    "ZZ": "查出重病，一年住了三次院，自己付的药费欠了亲戚。", "LA": "手术后在家休养，不能上班，孩子上高中。",
    "DB": "低保金是主要收入，房子漏雨没有钱修。", "GG": "一个人住，腿脚不便，买菜看病要人帮。",
    "CJ": "行动不便，家里只有老伴照料。", "DQMQ": "一个人带孩子，做钟点工，活不稳定。", "XG": "厂里裁员，一年没有找到活。",
    "TK": "没有收入，没有人赡养。", "GXZC": "孩子上学、老人看病，挣的不够花。", "DBBY": "收入刚过低保线，药费压得紧。",
}  # fmt: skip
CAUSES = {
    "ZZ": "01",
    "LA": "01",
    "CJ": "02",
    "XG": "06",
    "DQMQ": "10",
    "GG": "07",
    "TK": "07",
    "GXZC": "03",
    "DB": "06",
}
# (state, how many days ago it was found)
FILES = [
    ("active", 400), ("active", 380), ("active", 300), ("active", 240), ("active", 200), ("active", 150), ("watched", 560),
    ("exiting", 420), ("closed", 800), ("proposed", 12), ("returned", 20), ("checked", 8), ("found", 2),
]  # fmt: skip
HELPERS = [
    (HelperKind.UNIT, "春风粮油店", "周老板", [HelpKind.GOODS, HelpKind.JOB]),
    (HelperKind.LAWYER, "吴律师", "", [HelpKind.LAW]),
    (HelperKind.DOCTOR, "社区卫生站", "陈医生", [HelpKind.MEDICAL, HelpKind.MIND]),
    (HelperKind.NEIGHBOUR, "林桂英", "", [HelpKind.COMPANY, HelpKind.CARE]),
    (HelperKind.SCHOOL, "清和小学志愿队", "何老师", [HelpKind.LESSONS, HelpKind.COMPANY]),
]


def in_hardship(demo):
    """Files, helpers, pairings, money and goods of a Demo."""
    Hardship(demo).write()


class Hardship:
    def __init__(self, demo):
        self.demo, self.today = demo, timezone.localdate()
        self.worker, self.chair = demo.staff["liujianfang"], demo.chair
        self.second = next(u for key, u in demo.staff.items() if u.has_perm("hardship.add_fund") and u != self.chair)

    def day(self, ago):
        return self.today - timedelta(days=ago)

    def write(self):
        homes = self.chosen()
        self.files = [self.file(home, code, *plan) for (home, code), plan in zip(homes, FILES, strict=False)]
        active = [file for file in self.files if file.state == "active"]
        for file in active[:4]:
            self.contents(file)
        self.helpers = [self.helper(*row) for row in HELPERS]
        self.pairings(active)
        self.aid(active)
        self.round()
        self.request(active[1])
        self.policies(active)
        self.notices(active)

    def chosen(self):
        """(family, category) of as many families as there are plans, worked on by the worker."""
        found = []
        rows = Household.objects.active().filter(people__gt=0).select_related("area__parent").order_by("pk")
        for code in CATEGORIES:
            people = rows.filter(memberships__resident__statuses__category=code, memberships__valid_to=None,
                                 memberships__resident__statuses__valid_to=None).distinct()  # fmt: skip
            taken = {home.pk for home, _ in found}
            mine = [home for home in people if home.pk not in taken and self.worker.has_perm("grids.add_visit", home)]
            found += [(home, code) for home in mine[:4]]
        return found[: len(FILES)]

    # --- files ---------------------------------------------------------------------------------------------------------
    def file(self, home, code, state, ago):
        subject = next((m.resident for m in members_of(home)), None)
        file = HardshipFile(
            household=home, subject=subject, category=code, found_how=FoundHow.VISIT, officer=self.worker,
            situation=SITUATIONS.get(code, "家里有困难。"),
        )  # fmt: skip
        find_file(file, by=self.worker)
        if state != "found":
            check_file(file, findings="上门看了，和邻居说的一样；收入、药费单都看过。", by=self.worker)
        if state not in ("found", "checked"):
            propose_file(file, level=suggestion_for(home).level, reason="按评分表。", by=self.worker)
        if state == "returned":
            return_file(file, reason="缺诊断证明，请补上。", by=self.chair)
        if state in ("active", "watched", "exiting", "closed"):
            approve_file(file, by=self.chair)
        if state in ("watched", "exiting", "closed"):
            propose_exit(file, exit_reason=FileExit.WORK, reason="两口子都上班了，药费也报了。", by=self.worker)
        if state in ("watched", "closed"):
            watch_file(file, reason="同意，再看半年。", by=self.chair)
        if state == "closed":
            close_file(file, exit_reason=FileExit.WORK, reason="半年里收入稳定。", by=self.chair)
        self.put_back(file, ago)
        return file

    def put_back(self, file, ago):
        """Spread the stages of a file over the days since it was found."""
        stages = list(FileStage.objects.filter(file=file).order_by("pk"))
        days = [ago - step * min(ago // max(len(stages), 1), 12) for step in range(len(stages))]
        if file.state in ("watched", "closed", "exiting"):
            days = [ago - ago * step // len(stages) for step in range(len(stages))]
        for stage, left, until in zip(stages, days, [*days[1:], None], strict=True):
            end = None if stage.valid_to is None or until is None else self.day(until)
            FileStage.objects.filter(pk=stage.pk).update(valid_from=self.day(left), valid_to=end)
        approved = self.day(days[3]) if len(days) > 3 and file.approved_on else None
        review = file.review_due_on and max(self.day(5), self.today + timedelta(days=30 - ago % 60))
        HardshipFile.objects.filter(pk=file.pk).update(
            found_on=self.day(ago), approved_on=approved, review_due_on=review if approved else None,
            closed_on=self.day(days[-1]) if file.closed_on else None,
        )  # fmt: skip
        Review.objects.filter(file=file).update(on=self.day(days[min(2, len(days) - 1)]))
        file.refresh_from_db()

    def contents(self, file):
        year = self.today.year - 1
        account = YearAccount(file=file, year=year, people=max(file.household.people, 1), wages=18000, transfers=6000,
                              illness=15000, schooling=4000, other=9000)  # fmt: skip
        put_fact(account, ["wages"], by=self.worker)
        cause = Cause(file=file, code=CAUSES.get(file.category, "99"), is_main=True, found_on=file.found_on)
        add_cause(cause, by=self.worker)
        add_measure(
            Measure(
                file=file, cause=cause, quarter=quarter_of(self.today), goal="药费能报的都报上", item="带她去医保窗口办大病保险",
                responsible=self.worker,
            ),
            by=self.worker,
        )  # fmt: skip
        for kind, detail in ((NeedKind.MEDICAL, "住院费报销"), (NeedKind.GOODS, "过冬的被子")):
            add_need(Need(file=file, kind=kind, detail=detail), by=self.worker)

    # --- pairing ---------------------------------------------------------------------------------------------------------
    def helper(self, kind, name, contact, skills):
        helper = Helper(area=self.demo.community, kind=kind, name=name, contact=contact, skills=skills)
        return create_helper(helper, by=self.second)

    def pairings(self, active):
        for number, (file, helper) in enumerate(zip(active, self.helpers, strict=False)):
            person = file.subject
            consent = Consent(
                resident=person, purpose=ConsentPurpose.SHARE, recipient=helper.name, how=ConsentHow.PAPER,
                given_on=self.day(90), expires_on=self.today + timedelta(days=[275, 20, 275, 275, 275][number]),
            )  # fmt: skip
            give_consent(consent, by=self.worker)
            pairing = Pairing(
                file=file, helper=helper, kinds=helper.skills[:1], every_days=30, starts_on=self.day(85),
                until=self.today + timedelta(days=280), consent=consent, promise="每个月上门一次，缺什么先问家里。",
            )  # fmt: skip
            pair(pairing, by=self.worker)
            for ago in ([70, 40, 12], [75, 50], [60, 25, 3], [80, 20], [66, 36, 8])[number]:
                done = HelpRecord(
                    pairing=pairing, on=self.day(ago), half_hours=3, done="上门看望，带去东西，说了会儿话。"
                )
                log_help(done, by=self.worker)

    # --- money and goods ---------------------------------------------------------------------------------------------------
    def aid(self, active):
        place = self.demo.community
        donor = create_donor(Donor(area=place, name="春风粮油店", kind=DonorKind.UNIT), by=self.second)
        charity = create_donor(Donor(area=place, name="区慈善总会", kind=DonorKind.FUND), by=self.second)
        rice = Batch(area=place, item="大米", kind="米面油", unit="袋", value=Decimal(60), donor=donor, received_on=self.day(80),
                     expires_on=self.today + timedelta(days=25))  # fmt: skip
        open_batch(rice, quantity=Decimal(40), by=self.second)
        quilts = Batch(area=place, item="棉被", kind="被服", unit="床", value=Decimal(120), donor=charity,
                       received_on=self.day(30))  # fmt: skip
        open_batch(quilts, quantity=Decimal(12), by=self.second)
        fund = open_fund(Fund(area=place, name="爱心帮扶款", donor=charity, received_on=self.day(100)), by=self.second)
        move(fund, MoveKind.RECEIVED, Decimal(20000), on=self.day(100), note="慈善一日捐", by=self.second)
        for number, file in enumerate(active):
            self.give(file, batch=rice, quantity=Decimal(1 + number % 2), ago=60 - number * 6, steps=4)
        self.give(active[0], fund=fund, quantity=Decimal(800), ago=20, steps=3, occasion=Occasion.URGENT)
        self.give(active[2], batch=quilts, quantity=Decimal(1), ago=4, steps=2)
        self.give(active[3], batch=quilts, quantity=Decimal(1), ago=2, steps=1)
        self.give(active[4], fund=fund, quantity=Decimal(500), ago=1, steps=0)

    def give(self, file, *, ago, steps, **facts):
        facts = {"occasion": Occasion.DAILY} | facts
        gift = Delivery(household=file.household, resident=file.subject, asked_on=self.day(ago), **facts)
        pledge(gift, by=self.worker)
        if steps > 0:
            approve_delivery(gift, by=self.chair)
        if steps > 1:
            how = CashHow.BANK if gift.fund_id else ""
            deliver(gift, on=self.day(max(ago - 2, 0)), cash_how=how, bank_tail="8901" if how else "", by=self.worker)
        if steps > 2:
            kind, picture = (ReceiptKind.BANK, None) if gift.is_money else (ReceiptKind.SIGNATURE, signature())
            receipt(gift, received_by=file.subject.name, kind=kind, picture=picture, by=self.worker)
        if steps > 3:
            thank(gift, by=self.second)

    # --- policies --------------------------------------------------------------------------------------------------------
    def policies(self, active):
        """The library as it comes, most of it compared with local figures; one told, one applied for."""
        take_policies(by=self.second)
        Policy.objects.exclude(title__startswith="农村").update(checked_on=self.day(40))
        told = Policy.objects.get(title="临时救助")
        for number, step in enumerate((PolicyStepKind.TOLD, PolicyStepKind.APPLIED)):
            words = ["到街道民政窗口问过，要带诊断证明。", "材料齐了，已经交上去。"][number]
            record_step(
                PolicyStep(file=active[0], policy=told, step=step, on=self.day(15 - 9 * number), note=words),
                by=self.worker,
            )

    # --- public notice ---------------------------------------------------------------------------------------------------
    def notices(self, active):
        """The demo office publishes: one notice in force, with an objection that waits."""
        load_reference()
        rule = Rule.objects.get(key="hardship_notice_on")
        change_rule(rule, value=1, base_version=rule.version, by=self.chair)
        grown = [f for f in active if f.subject and f.subject.birth and not born_late(f.subject.birth)]
        for file in grown[:2]:
            give_consent(
                Consent(
                    resident=file.subject, purpose=ConsentPurpose.NOTICE, how=ConsentHow.PAPER, given_on=self.day(3)
                ),
                by=self.worker,
            )
        running = Notice(file=grown[0], kind=NoticeKind.MONEY, amount=Decimal(800), phone="0571-88001234")
        publish_notice(draft_notice(running, by=self.worker), by=self.chair)
        object_to(running, text="听说她家另有一套房子出租，请核实。", name="", contact="")
        draft_notice(Notice(file=grown[1], kind=NoticeKind.GOODS, phone="0571-88001234"), by=self.worker)

    def round(self):
        """重阳慰问 of those who are 75 and older, half of it handed over: at the door, on a signed sheet, one not reached."""
        place, began = self.demo.community, self.day(9)
        oil = Batch(
            area=place, item="慰问礼包", kind="慰问礼包", unit="份", value=Decimal(98), received_on=self.day(15)
        )
        open_batch(oil, quantity=Decimal(200), by=self.second)
        grid = self.worker.scope("grids.add_visit")
        area = self.demo.community if grid is None else Area.objects.filter(pk__in=grid, kind="grid").first()
        gift_round = create_round(
            GiftRound(
                area=area, title="重阳节慰问", occasion=Occasion.ELDERS, starts_on=began, ends_on=self.today + timedelta(days=5),
                criteria={"age_from": 75}, note="带上社区服务卡，问一问身体怎么样。",
            ),
            [RoundItem(batch=oil, quantity=Decimal(1))], by=self.second,
        )  # fmt: skip
        out = gift_round.homes.order_by("-order")[60:].values_list("pk", flat=True)
        gift_round.homes.filter(pk__in=list(out)).delete()
        if not gift_round.homes.listed().exists():
            return
        ask_round(gift_round, by=self.second)
        GiftRound.objects.filter(pk=gift_round.pk).update(asked_on=began)
        gift_round.refresh_from_db()
        approve_round(gift_round, None, by=self.chair)
        GiftRound.objects.filter(pk=gift_round.pk).update(approved_on=began + timedelta(days=1))
        homes = [one.household for one in gift_round.homes.listed().select_related("household").order_by("order")]
        half = len(homes) // 2
        for number, home in enumerate(homes[:3]):
            if number == 1:
                miss_home(gift_round, home, why=MissWhy.AWAY.label, by=self.worker)
                continue
            hand_over(
                gift_round, [home.pk], on=self.day(4), received_by=home.called or "家人", kind=ReceiptKind.SIGNATURE,
                picture=signature(), by=self.worker,
            )  # fmt: skip
        if homes[3:half]:
            hand_over(
                gift_round, [home.pk for home in homes[3:half]], on=self.day(3), sheet=signature(), by=self.worker
            )

    def request(self, file):
        ask_change(
            ChangeRequest(
                file=file, deed="status_open", resident=file.subject, reason="上个月批下来的，通知书看过。",
                proposal={"category": "DBBY", "valid_from": self.day(20).isoformat(), "authority": "区民政局", "proof": ""},
            ),
            by=self.worker,
        )  # fmt: skip
