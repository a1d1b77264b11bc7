"""Backbone women of the invented community: what they can do, learned, were asked to do, were honoured for; and who could follow."""

from datetime import timedelta

from django.utils import timezone

from accounts.posts import posts_for
from groups.backbone_enums import BackboneEnd, BackboneLevel, BackboneSource, Grade, HonourKind, HonourLevel, Skill
from groups.enums import MemberRole
from groups.models import Backbone, BackboneTask, Evaluation, Honour, Member, Training
from groups.services import backbone, backbone_lines, succession
from groups.succession import candidates, facts_of
from households.models import Resident

# Skills, in words, source, who said so, level, days since she is one.
WOMEN = [
    ([Skill.MEDIATION, Skill.LAW], "退休前在司法所，会劝架", BackboneSource.COMMITTEE, "网格执委", BackboneLevel.DISTRICT, 900),
    ([Skill.EDUCATION, Skill.MIND], "小学班主任，有心理咨询师证", BackboneSource.VISIT, "", BackboneLevel.STREET, 620),
    ([Skill.ARTS, Skill.ORGANISING], "带过厂里的合唱队", BackboneSource.GROUP, "巾帼文艺宣传队", BackboneLevel.DISTRICT, 1100),
    ([Skill.CRAFT], "会盘扣、钩针，教过十几个人", BackboneSource.ACTIVITY, "", BackboneLevel.COMMUNITY, 300),
    ([Skill.COMMERCE, Skill.WRITING], "开网店六年，会拍短视频", BackboneSource.HERSELF, "", BackboneLevel.COMMUNITY, 210),
    ([Skill.MEDICAL, Skill.HOUSEKEEPING], "退休护士，会量血压、急救", BackboneSource.COMMITTEE, "", BackboneLevel.STREET, 760),
    ([Skill.LAW], "律师，每月来坐班半天", BackboneSource.UNIT, "区律师协会", BackboneLevel.CITY, 540),
    ([Skill.MEDIATION, Skill.ORGANISING], "三号院的热心人，谁家的事都知道", BackboneSource.VISIT, "", BackboneLevel.COMMUNITY, 150),
    ([Skill.EDUCATION], "幼儿园园长", BackboneSource.UNIT, "清和幼儿园", BackboneLevel.STREET, 480),
    ([Skill.ARTS], "会弹古筝", BackboneSource.GROUP, "", BackboneLevel.COMMUNITY, 90),
]  # fmt: skip
TRAININGS = [
    ("婚姻家庭矛盾调解", 8, "区妇联", "结业证"),
    ("妇女权益保障法、反家庭暴力法", 4, "街道司法所", ""),
    ("家庭教育指导师初级", 24, "市妇联", "家庭教育指导师（初级）"),
    ("短视频和直播带货", 12, "区人社局", "专项能力证书"),
    ("应急救护", 6, "区红十字会", "救护员证"),
]
TASKS = [
    ("约三号院的姐妹来听反家暴讲座", "来了十一个人，留下三个人的联系方式"),
    ("暑期托管班缺人手，请来两个下午", "来了四次，孩子们喜欢"),
    ("看看独居的老人有没有什么要帮忙的", "五家都去了，一家要修水管，已经告诉网格"),
    ("给妈妈互助组讲一次孩子情绪", "讲了一个半小时，九位妈妈参加"),
]
HONOURS = [
    (HonourKind.RED_FLAG, HonourLevel.DISTRICT, "区妇联"),
    (HonourKind.FAMILY, HonourLevel.CITY, "市妇联"),
    (HonourKind.MERIT, HonourLevel.DISTRICT, "区妇联"),
    (HonourKind.VOLUNTEER, HonourLevel.STREET, "街道办事处"),
]
WORDS = {
    Grade.EXCELLENT: "有威信，叫得动人，交办的事都有回音。",
    Grade.GOOD: "热心，时间不多，请她的事都办了。",
    Grade.BASIC: "这一年家里有事，来得少。",
}


def write_backbone(demo):
    """Through the services, by the chair and the 执委 of the grids; one is over, one said that a task is done, one declined."""
    rows = []
    for index, person in enumerate(_people(demo)):
        rows.append(_register(demo, person, index))
        _lines(demo, rows[-1], index)
    last = rows.pop()
    backbone.end_backbone(last, why=BackboneEnd.FAMILY, note="照看外孙，去了外地", by=demo.chair)
    _name(demo)


def _people(demo):
    """Women of the groups first, then others of middle age; as many as there are stories."""
    inside = Resident.objects.women().filter(
        area__code__startswith=demo.community.code, birth__gt="1955", birth__lt="1992"
    )
    led = Member.objects.active().exclude(role=MemberRole.LEADER).order_by("pk").values_list("resident_id", flat=True)
    rows = {one.pk: one for one in inside.filter(pk__in=list(led)[:24]).select_related("area")}
    ticked = list(inside.filter(is_backbone=True).select_related("area").order_by("pk")[:4])
    # Some whom the ledger calls one are left for whoever tries the page.
    chosen = {one.pk: one for one in [*ticked, *(rows[pk] for pk in led if pk in rows)]}
    return list(chosen.values())[: len(WOMEN)]


def _register(demo, person, index):
    skills, can_do, source, said_by, level, days = WOMEN[index]
    since = timezone.localdate() - timedelta(days=days)
    keeper = _keeper(demo, person)
    row = Backbone(
        resident=person, skills=skills, can_do=can_do, source=source, recommended_by=said_by, valid_from=since, keeper=keeper,
    )  # fmt: skip
    backbone.register_backbone(row, by=demo.chair)
    if level != BackboneLevel.COMMUNITY:
        on = since + timedelta(days=days // 2)
        backbone.set_level(row, level, since=on, ground=f"妇联〔{on.year}〕{3 + index}号", by=demo.chair)
    return Backbone.objects.select_related("resident__area").get(pk=row.pk)


def _keeper(demo, person):
    """The 执委 in charge of her grid, the chair where there is none."""
    found = [
        user for user in demo.staff.values()
        if user.duties.filter(area__code=person.area.code[:15], role="committee", valid_to=None).exists()
    ]  # fmt: skip
    return found[0] if found else demo.chair


def _lines(demo, row, index):
    today = timezone.localdate()
    for step in range(1 + index % 3):
        name, hours, organiser, paper = TRAININGS[(index + step) % len(TRAININGS)]
        on = max(row.valid_from, today - timedelta(days=40 + 70 * step + index))
        line = Training(backbone=row, on=on, name=name, hours=hours, organiser=organiser, certificate=paper)
        backbone_lines.add_line(line, by=demo.chair)
    if index % 2 == 0:
        kind, level, issuer = HONOURS[index // 2 % len(HONOURS)]
        year = today.year - 1
        honour = Honour(
            backbone=row, kind=kind, level=level, year=year, issuer=issuer, paper=f"妇〔{year}〕{7 + index}号"
        )
        backbone_lines.add_line(honour, by=demo.chair)
    if index < len(WOMEN) - 2:
        grade = (Grade.EXCELLENT, Grade.GOOD, Grade.GOOD, Grade.BASIC)[index % 4]
        one = Evaluation(backbone=row, year=today.year - 1, grade=grade, words=WORDS[grade])
        backbone_lines.add_line(one, by=demo.chair)
    what, result = TASKS[index % len(TASKS)]
    task = backbone_lines.give_task(
        BackboneTask(backbone=row, what=what, due_on=today + timedelta(days=3 + index)), by=row.keeper
    )
    if index % 4 == 0:
        backbone_lines.finish_task(task, on=today, result=result, by=row.keeper)
    elif index == 1:
        backbone_lines.say_done(task, said=result)
    elif index == 2:  # noqa: PLR2004 - the third of them
        backbone_lines.decline_task(task, said="这两周要排练演出，能不能换个人")


def _name(demo):
    """Successors for some posts: one on the list, some proposed; most posts have none yet."""
    women, wanted = facts_of(demo.chair), {"group_leader": 2, "grid_head": 1, "mediator": 1}
    for kind, post in posts_for(demo.chair):
        found = [pair for pair in candidates(kind, post, women) if pair[1]]
        if not found or not wanted.get(kind.key):
            continue
        wanted[kind.key] -= 1
        who, reasons = found[0]
        row = succession.nominate(kind, post, who, why="；".join(reasons)[:60], by=demo.chair)
        if kind.key == "group_leader" and wanted[kind.key]:
            succession.agree_successor(row, by=demo.chair)
