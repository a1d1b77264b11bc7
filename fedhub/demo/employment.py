"""Job support in the invented community: four employers with posts, ten women who look for work, a few results."""

from datetime import time, timedelta

from django.utils import timezone

from employment.business import BusinessKind, Guarantee
from employment.enums import CheckPaper, JobKind, RefusedWhy, SkillLevel, WorkKind
from employment.models import Application, Difficulty, Employer, FollowUp, Post, Seeker, Skill, Startup, StartupLoan
from employment.queries import suggested_posts
from employment.services import applications, followups, posts, seekers, startups
from households.enums import ConsentHow
from households.models import Resident

EMPLOYERS = [
    ("春风连锁超市", "日用百货零售", "清波路 18 号"),
    ("康乐养老服务中心", "养老护理、日间照料", "望江路 3 号"),
    ("巧手家政服务部", "保洁、月嫂、钟点工", "清波路 66 号"),
    ("锦绣服装工作室", "服装加工、居家手工", "文创园 2 幢"),
]
# Title, kind, employer, places, hours, weekends, pay, work kind, minutes on foot, conditions.
POSTS = [
    ("收银员（上午班）", JobKind.SHOP, 0, 2, (9, 13), False, 2600, WorkKind.PART, 10, "会用手机收款，男女不限。"),
    ("理货员（全天）", JobKind.SHOP, 0, 3, (8, 17), True, 4200, WorkKind.FULL, 10, "能搬 10 公斤的货。"),
    ("护理员", JobKind.CARE, 1, 4, (8, 18), True, 5200, WorkKind.FULL, 25, "有养老护理证书的优先。"),
    ("助餐员（午间）", JobKind.COOK, 1, 2, (9, 14), False, 2400, WorkKind.PART, 25, "有健康证。"),
    ("钟点工", JobKind.CLEAN, 2, 6, None, False, 3000, WorkKind.DOMESTIC, 12, "认真、守时。"),
    ("手工编织（居家）", JobKind.SEW, 3, 10, None, False, 1500, WorkKind.HOME, None, "会编织，不会的先教。"),
]
# What a post that stays a draft would say.
STOPPED = "已婚已育优先，形象气质佳。"
# Characters of a unified social credit code (GB 32100-2015).
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WANTED = [JobKind.SHOP, JobKind.CARE, JobKind.CLEAN, JobKind.SEW, JobKind.COOK]


def write_employment(demo):
    """Through the services, by the job officer."""
    officer = demo.staff["maqing"]
    made = [_employer(demo, number, *told, by=officer) for number, told in enumerate(EMPLOYERS)]
    for told in POSTS:
        _post(made, *told, by=officer)
    _draft(made[0], by=officer)
    women = Resident.objects.women().filter(
        area__code__startswith=demo.community.code, birth__gt="1972", birth__lt="2000", job_seeking=None
    )
    for number, woman in enumerate(women.order_by("-pk").select_related("area")[:10]):
        _seeker(woman, number, by=officer)


def credit_code(number):
    """A code with the right check digit that no office ever gave: its first places are of no registrar."""
    first = f"99330199MA{number:07d}"
    total = sum(CREDIT.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return first + CREDIT[(31 - total % 31) % 31]


def _employer(demo, number, name, business, address, *, by):
    row = Employer(
        area=demo.community, name=name, code=credit_code(number), business=business, address=address, contact="招聘负责人",
        phone=f"0571-0000{number:04d}",
    )  # fmt: skip
    posts.create_employer(row, by=by)
    return posts.check_employer(row, paper=CheckPaper.LICENCE, on=timezone.localdate() - timedelta(days=20), by=by)


def _post(made, title, kind, employer, total, hours, weekends, pay, work_kind, walk, conditions, *, by):
    start, end = (time(hours[0]), time(hours[1])) if hours else (None, None)
    row = Post(
        employer=made[employer], title=title, kind=kind, total=total, work_kind=work_kind, duties=f"{title}的日常工作。",
        conditions=conditions, place=made[employer].address, walk_minutes=walk, shift_from=start, shift_to=end,
        weekends=weekends, pay_from=pay, pay_day="每月 15 日", insurance="五险" if work_kind == WorkKind.FULL else "意外险",
    )  # fmt: skip
    return posts.publish_post(posts.create_post(row, by=by), by=by)


def _draft(employer, *, by):
    posts.create_post(
        Post(
            employer=employer, title="前台接待", kind=JobKind.OFFICE, duties="接待、接电话。", conditions=STOPPED,
            place=employer.address, walk_minutes=10, pay_from=4000, pay_day="每月 15 日", insurance="五险",
        ),
        by=by,
    )  # fmt: skip


def _seeker(woman, number, *, by):
    """Every other one has mornings only; the first five are sent somewhere, two work for themselves."""
    wanted = [WANTED[number % 5], WANTED[(number + 2) % 5]]
    hours = {"free_from": time(8, 30), "free_until": time(15, 30)} if number % 2 == 0 else {"free_weekends": True}
    row = seekers.register_seeker(
        Seeker(
            resident=woman, wanted=wanted, walk_minutes=20 + 5 * (number % 4), wants_training=number % 3 == 0, **hours
        ),
        by=by,
    )
    seekers.add_skill(
        Skill(seeker=row, kind=wanted[0], level=SkillLevel.SPECIAL if number % 4 == 1 else SkillLevel.NONE), by=by
    )
    if number % 4 == 2:
        seekers.add_difficulty(Difficulty(seeker=row, kind="05", authority="区人力社保局"), by=by)
    if number in (6, 8):
        _startup(row, number, by=by)
        return
    found = suggested_posts(row, by)
    if number >= 5 or not found:
        return
    sent = applications.recommend(
        Application(seeker=row, post=found[0][0], shares=["skills", "hours"]), how=ConsentHow.PAPER, by=by
    )
    if number == 1:
        applications.invite(sent, on=timezone.localdate() + timedelta(days=2), by=by)
    elif number == 2:
        applications.hire(sent, on=timezone.localdate() - timedelta(days=35), note="已经到岗。", by=by)
    elif number == 3:
        applications.refuse(sent, why=RefusedWhy.HOURS, note="单位要求能上晚班。", by=by)


def _startup(seeker, number, *, by):
    """A breakfast shop with a loan, asked after once; and somebody who sells online since last week."""
    today = timezone.localdate()
    if number == 8:
        told = {"kind": BusinessKind.ONLINE, "trade": "直播卖土产", "started_on": today - timedelta(days=7)}
        startups.register_startup(Startup(seeker=seeker, **told), by=by)
        return
    shop = Startup(
        seeker=seeker, kind=BusinessKind.SOLE, trade="早餐店", name="清和早点铺", licence=credit_code(900), employs=1,
        place="小区北门口", started_on=today - timedelta(days=70),
    )  # fmt: skip
    startups.register_startup(shop, by=by)
    loan = StartupLoan(
        startup=shop, amount=100_000, bank="社区旁的农商银行", guarantee=Guarantee.NONE, months=36,
        lent_on=today - timedelta(days=60),
    )  # fmt: skip
    startups.add_loan(loan, by=by)
    first = FollowUp.objects.get(startup=shop, month=1)
    followups.record_follow_up(
        first, works="same", on=first.due_on, pay=5500, employs=2, note="早上忙不过来，请了两个人。", by=by
    )
