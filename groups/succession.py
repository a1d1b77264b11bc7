"""Who could follow in a post: which of the backbone women fit, and why. Pure but for `facts_of`, which reads them all at once."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from accounts.posts import posts_for
from groups.backbone_enums import BackboneLevel, Grade, TaskState, skill_label
from groups.backbone_states import SUCCESSOR_TONES
from groups.enums import MemberRole, MemberState
from groups.models import Backbone, BackboneTask, Evaluation, Honour, Member, Successor, Training
from groups.posts import SKILLS
from households.enums import ResidentState

LEVELS = {BackboneLevel.STREET: 1, BackboneLevel.DISTRICT: 2, BackboneLevel.CITY: 3}
GRADES = {Grade.EXCELLENT: 4, Grade.GOOD: 2, Grade.BASIC: -2, Grade.POOR: -8}
ROLES = {MemberRole.LEADER: 2, MemberRole.DEPUTY: 5, MemberRole.MEMBER: 3}
MOST_TASKS, MOST_LINES = 5, 3
LEVEL_WORDS = dict(BackboneLevel.choices)
SUGGESTED = 3


@dataclass
class Facts:
    """What speaks for a backbone woman. `grade`: (year, Grade) of the latest evaluation, or None; `roles`: {group id: role}."""

    backbone: object
    grade: tuple | None = None
    done: int = 0
    trainings: int = 0
    honours: int = 0
    roles: dict = field(default_factory=dict)


def facts_of(user):
    """Facts of all backbone women of today whom `user` sees and whose record stands; six queries, whatever their number."""
    rows = Backbone.objects.visible_to(user).current().filter(resident__state=ResidentState.ACTIVE)
    women = {one.pk: Facts(one) for one in rows.select_related("resident__area")}
    lines = {"backbone__in": list(women)}
    for row in Evaluation.objects.visible_to(user).standing().filter(**lines).order_by("year", "pk"):
        women[row.backbone_id].grade = (row.year, Grade(row.grade))
    counted = (
        ("done", BackboneTask.objects.filter(state=TaskState.DONE, **lines)),
        ("trainings", Training.objects.standing().filter(**lines)),
        ("honours", Honour.objects.standing().filter(**lines)),
    )
    for name, found in counted:
        for pk, number in Counter(found.values_list("backbone_id", flat=True)).items():
            setattr(women[pk], name, number)
    by_person = {one.backbone.resident_id: one for one in women.values()}
    places = Member.objects.filter(state=MemberState.ACTIVE, resident__in=list(by_person))
    for person, group, role in places.values_list("resident_id", "group_id", "role"):
        by_person[person].roles[group] = role
    return list(women.values())


def wanted_skills(kind, post):
    """Codes of the skills that help in a post."""
    return SKILLS.get(post.hint, kind.skills) if post.hint else kind.skills


def fits(kind, post, facts):
    """`(score, [reason])` of one woman for a post, None when she is not to be thought of."""
    backbone = facts.backbone
    person = backbone.resident
    if person.pk in post.people or not person.area.code.startswith(post.code[:12]):
        return None
    skills = [code for code in wanted_skills(kind, post) if code in backbone.skills]
    if kind.must and not skills:
        return None
    score, reasons = 4 * len(skills), []
    if skills:
        reasons.append(f"擅长{'、'.join(skill_label(code) for code in skills)}")
    if kind.key == "group_leader" and post.ref in facts.roles:
        role = facts.roles[post.ref]
        score += ROLES[role]
        reasons.append(f"在队里是{MemberRole(role).label}")
    if len(post.code) > 12 and person.area.code.startswith(post.code):
        score += 3
        reasons.append("住在本网格")
    if backbone.level in LEVELS:
        score += LEVELS[backbone.level]
        reasons.append(f"{LEVEL_WORDS[backbone.level]}骨干")
    if facts.grade:
        year, grade = facts.grade
        score += GRADES[grade]
        reasons.append(f"{year} 年评价{grade.label}")
    for number, most, words in (
        (facts.done, MOST_TASKS, "办好任务 {} 件"), (facts.trainings, MOST_LINES, "参加培训 {} 次"),
        (facts.honours, MOST_LINES, "获荣誉 {} 项"),
    ):  # fmt: skip
        if number:
            score += min(number, most)
            reasons.append(words.format(number))
    if person.name in post.holders:
        score -= 20
        reasons.append("和现任同名，请核对")
    return score, reasons


def candidates(kind, post, women):
    """`[(Backbone, [reason])]` for a post, who fits best first; who has nothing that speaks for her comes last."""
    found = [(fits(kind, post, one), one.backbone) for one in women]
    found = [(*fit, backbone) for fit, backbone in found if fit is not None]
    found.sort(key=lambda row: (-row[0], row[2].resident.name_sort, row[2].pk))
    return [(backbone, reasons) for _, reasons, backbone in found]


@dataclass
class Line:
    """A post on the list: `standing` [(Successor, tone)], `suggested` [(Backbone, [reason])] of those who do not stand for it."""

    kind: object
    post: object
    standing: list
    suggested: list


def positions(user, code=""):
    """`([Line], [Successor])`: all posts that `user` sees below the place `code`, those without a successor first, then
    those that are vacant or whose term ends soonest; and who stands for a post that is no more."""
    women, lines, named = facts_of(user), [], {}
    rows = Successor.objects.visible_to(user).standing().filter(area__code__startswith=code)
    for row in rows.select_related("backbone__resident", "proposed_by", "area").order_by("pk"):
        named.setdefault((row.kind, row.ref), []).append(row)
    for kind, post in posts_for(user):
        standing = named.pop((kind.key, post.ref), [])
        if not post.code.startswith(code):
            continue
        there = {row.backbone_id for row in standing}
        fit = [pair for pair in candidates(kind, post, women) if pair[0].pk not in there and pair[1]]
        lines.append(Line(kind, post, [(row, SUCCESSOR_TONES[row.state]) for row in standing], fit[:SUGGESTED]))
    lines.sort(key=lambda line: (
        bool(line.standing), bool(line.post.holders), line.post.until or date.max, line.kind.order, line.post.code,
        line.post.name,
    ))  # fmt: skip
    return lines, [row for rows in named.values() for row in rows]
