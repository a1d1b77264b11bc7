"""Questions over job support."""

from datetime import timedelta
from functools import cache

from django.utils import timezone

from concerns.models import Concern
from concerns.queries import status_chip
from employment.ages import is_young_worker
from employment.enums import JobKind, Share, SkillLevel
from employment.matching import Offer, Wanting, match, ranked
from employment.models import FollowUp, Post, Seeker, Skill
from employment.models.seeker import LOOKING
from fedhub.reference.lookup import held_rule, label, rule
from households.contact import number_held
from households.enums import PhoneOwner
from households.models.resident import age_on


def warn_until(day=None):
    """The last day of a term that its keeper is reminded of today."""
    return (day or timezone.localdate()) + timedelta(days=rule("job_post_warn_days"))


def ending_count(user):
    """How many published posts that `user` keeps end within the days of the reminder; None for none."""
    if not user.has_perm("employment.change_post"):
        return None
    # The menu stands on every page: the rule as this process last read it.
    until = timezone.localdate() + timedelta(days=held_rule("job_post_warn_days"))
    return Post.objects.visible_to(user).filter(keeper=user).ending(until).count() or None


def concerns_of(seeker, user):
    """`[(Concern, tone, words)]` that came to this registration, as far as `user` sees them; [] for who may see none."""
    if not user.has_perm("concerns.view_concern"):
        return []
    rows = Concern.objects.visible_to(user).filter(in_employment__seeker=seeker).select_related("assigned_to")
    return [(concern, *status_chip(concern)) for concern in rows.order_by("-pk")]


def silent_days():
    """After how many days without a word she is told so."""
    return rule("job_silent_days")


def silent_since():
    """The last day on which something must have been heard."""
    return timezone.localdate() - timedelta(days=silent_days())


# --- follow-ups ---------------------------------------------------------------------------------------------------------
def follow_ups_of(seeker):
    """Her FollowUps of all jobs, the next first."""
    rows = FollowUp.objects.filter(seeker=seeker).select_related("application__post__employer", "startup")
    return list(rows.order_by("-application", "-startup", "due_on"))


def follow_ups_due(user):
    """Those whose day has come of whom `user` leads, the oldest first."""
    rows = FollowUp.objects.visible_to(user, "employment.change_seeker").waiting()
    return rows.filter(seeker__lead=user).order_by("due_on", "pk")


def follow_ups_due_count(user):
    """How many `follow_ups_due`; None for none."""
    return follow_ups_due(user).count() or None if user.has_perm("employment.change_seeker") else None


# --- matching -----------------------------------------------------------------------------------------------------------
MOST_SEEKERS = 2000
OFFER_VALUES = (
    "pk", "kind", "work_kind", "needs_certificate", "adults_only", "shift_from", "shift_to", "weekends", "pay_from",
    "pay_unit", "place_area__code", "walk_minutes",
)  # fmt: skip


# What matching reads of a seeker: nothing that is encrypted, so that thousands are compared without opening it.
WANTING_VALUES = (
    "wanted", "work_kinds", "free_from", "free_until", "free_weekends", "walk_minutes", "pay_from", "resident__area__code",
    "resident__birth",
)  # fmt: skip


def _wanting(values, skills, young):
    """The Wanting of WANTING_VALUES and `[(kind, level)]` of her skills that stand; `young(birth)` says whether 16 or 17."""
    wanted, work_kinds, free_from, free_until, weekends, walk_minutes, pay_from, place, birth = values
    return Wanting(
        wanted=frozenset(wanted), skills=frozenset(kind for kind, _ in skills),
        certificates=frozenset(kind for kind, level in skills if level != SkillLevel.NONE),
        work_kinds=frozenset(work_kinds), free_from=free_from, free_until=free_until, weekends=weekends,
        walk_minutes=walk_minutes, pay_from=pay_from, place=place, young=young(birth),
    )  # fmt: skip


def _young():
    today = timezone.localdate()
    return cache(lambda birth: is_young_worker(birth, today))


def wanting_of(seeker):
    """The Wanting of a Seeker."""
    skills = Skill.objects.filter(seeker=seeker, void_on=None).values_list("kind", "level")
    person = seeker.resident
    own = [getattr(seeker, name) for name in WANTING_VALUES[:7]]
    return _wanting([*own, person.area.code, person.birth], list(skills), _young())


def _offer(row):
    named = dict(zip(OFFER_VALUES, row, strict=True))
    return Offer(key=named.pop("pk"), place=named.pop("place_area__code") or "", **named)


def offer_of(post):
    """The Offer of a Post."""
    place = post.place_area.code if post.place_area else ""
    names = [name for name in OFFER_VALUES if name not in ("pk", "place_area__code")]
    return Offer(key=post.pk, place=place, **{name: getattr(post, name) for name in names})


def suggested_posts(seeker, user, most=10):
    """`[(Post, Match)]` of the posts alive that fit her, the best first: of what she wishes or can do."""
    return fitting_posts(seeker, Post.objects.visible_to(user).alive(), most=most)


def fitting_posts(seeker, rows, most=10):
    """`[(Post, Match)]` of the posts `rows` that fit her, the best first: of what she wishes or can do."""
    her = wanting_of(seeker)
    rows = rows.filter(kind__in=her.wanted | her.skills)
    found = ranked(her, map(_offer, rows.values_list(*OFFER_VALUES)), words=dict(JobKind.choices), most=most)
    posts = Post.objects.select_related("employer").in_bulk([one.key for one in found])
    return [(posts[one.key], one) for one in found]


def suggested_seekers(post, user, most=10):
    """`[(Seeker, Match)]` of those who look for work and whom `post` fits, the best first; of very many the latest."""
    offer, rows = offer_of(post), Seeker.objects.visible_to(user).filter(state__in=LOOKING)
    able = Skill.objects.filter(kind=post.kind, void_on=None).values("seeker")
    ids = {*rows.who_want(post.kind).order_by("-updated_at", "-pk").values_list("pk", flat=True)[:MOST_SEEKERS],
           *rows.filter(pk__in=able).order_by("-updated_at", "-pk").values_list("pk", flat=True)[:MOST_SEEKERS]}  # fmt: skip
    skills, found, words, young = {}, [], dict(JobKind.choices), _young()
    lines = Skill.objects.filter(seeker__in=ids, void_on=None).values_list("seeker", "kind", "level")
    for pk, *skill in lines:
        skills.setdefault(pk, []).append(skill)
    for pk, *values in Seeker.objects.filter(pk__in=ids).values_list("pk", *WANTING_VALUES):
        fit = match(_wanting(values, skills.get(pk, []), young), offer, words=words)
        if not fit.stops and fit.reasons:
            found.append((pk, fit))
    found = sorted(found, key=lambda pair: (-pair[1].score, pair[0]))[:most]
    seekers = Seeker.objects.select_related("resident__area").in_bulk([pk for pk, _ in found])
    return [(seekers[pk], fit) for pk, fit in found]


PASSED_ON = "请通过社区妇联转告本人"


def number_for(resident):
    """The number that an employer may call: her own, that nobody shares. Whoever gets it calls at any hour and tells whoever
    answers, so where she may not be called without a condition (`number_held`), or has no such number, the office passes it on."""
    if number_held(resident):
        return PASSED_ON
    own = resident.phones.filter(usable=True, shared=False, owner_kind=PhoneOwner.SELF).first()
    return own.number if own else PASSED_ON


def sheet_of(application):
    """`[(label, words)]` that the employer is told: her name and what she agreed to, no more."""
    seeker, resident = application.seeker, application.seeker.resident
    age = age_on(resident.birth, timezone.localdate())
    told = {
        Share.PHONE: number_for(resident) if Share.PHONE in application.shares else "",
        Share.AGE: f"{age} 周岁" if age is not None else "",
        Share.EDUCATION: label("education", resident.education), Share.HOURS: seeker.hours_words or "不限",
        Share.SKILLS: "、".join(
            f"{one.get_kind_display()}{'' if one.level == SkillLevel.NONE else f'（{one.get_level_display()}）'}"
            for one in seeker.skills.filter(void_on=None)
        ),
    }  # fmt: skip
    shown = [(share.label, told[share]) for share in Share if share in application.shares]
    return [("姓名", resident.name), *((name, words or "没有登记") for name, words in shown)]
