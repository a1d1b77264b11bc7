"""What is counted of job support, in one place: the figures page, the list that each figure opens and the export ask the same
(handbook 8.4, 8.5; acceptance F6.10).

A chain counts one set and narrows it step by step, so that no step is greater than the one before: those registered in the
period and what became of them; those sent to a post in the period, hired, still working; the intentions of the period's
fairs, hired from them, still working. People are counted once each, attendances each time.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min, Q, Sum
from django.utils import timezone

from employment.after import MONTHS, FollowUpState
from employment.business import StartupState
from employment.enums import ApplicationState, SeekerState
from employment.event_enums import EventKind, EventState, IntentionKind
from employment.event_queries import hired_from
from employment.frames import Source, frame_for
from employment.models import (
    Application,
    Attendance,
    CourseCertificate,
    Difficulty,
    Employer,
    Event,
    FollowUp,
    Intention,
    Post,
    Seeker,
    Startup,
    StartupLoan,
)
from fedhub.areas.models import SharedQuerySet
from fedhub.reference.periods import month_after

COMMUNITY = 12
AT_WORK = (SeekerState.EMPLOYED, SeekerState.STABLE)
SEEKERS, POSTS, EMPLOYERS, SENT, FOLLOWED, OWN, LENT, EVENTS, CAME, WANTED, PAPERS = (
    "seeker_list", "post_list", "employer_list", "application_list", "followup_list", "startup_list", "loan_list",
    "event_list", "attendance_list", "intention_list", "certificate_list",
)  # fmt: skip


SOURCES = {
    SEEKERS: Source(Seeker, "registered_on", "resident__area", "employment.view_seeker"),
    POSTS: Source(Post, "published_on", "area", "employment.view_post"),
    EMPLOYERS: Source(Employer, "", "area", "employment.view_post"),
    SENT: Source(Application, "recommended_on", "seeker__resident__area", "employment.view_seeker"),
    FOLLOWED: Source(FollowUp, "due_on", "seeker__resident__area", "employment.view_seeker"),
    OWN: Source(Startup, "started_on", "seeker__resident__area", "employment.view_seeker"),
    LENT: Source(StartupLoan, "lent_on", "startup__seeker__resident__area", "employment.view_seeker"),
    EVENTS: Source(Event, "first_on", "area", "employment.view_event"),
    CAME: Source(Attendance, "came_at", "signup", "employment.view_signup", is_moment=True),
    WANTED: Source(Intention, "on", "signup", "employment.view_signup"),
    PAPERS: Source(CourseCertificate, "issued_on", "signup", "employment.view_coursecertificate"),
}


@dataclass(frozen=True)
class Figure:
    """One number: its name, its unit, the rule in words, the list that it opens. `sums` names the field that is added up; without
    it rows are counted."""

    key: str
    group: str
    label: str
    unit: str
    words: str
    opens: str
    sums: str = ""

    @property
    def source(self):
        return SOURCES[self.opens]

    @property
    def is_shared(self):
        """True for what belongs to a whole community: a grid alone has none of it."""
        return issubclass(type(self.source.model.objects.all()), SharedQuerySet)


JOBS, PLACES, SENDING, AFTER, BUSINESS, LOANS, GATHERINGS, FAIRS, TRAINING = (
    "求职登记", "用人单位和岗位", "岗位推荐", "就业回访", "创业", "创业担保贷款", "招聘会、讲座、培训", "招聘会成效", "培训证书",
)  # fmt: skip
FIGURES = {
    one.key: one
    for one in (
        Figure("registered", JOBS, "登记求职", "人", "登记日期在这段时间里的。", SEEKERS),
        Figure("difficult", JOBS, "其中就业困难人员", "人", "登记的里面，到期末那天有有效的就业困难认定的。", SEEKERS),
        Figure("placed", JOBS, "其中已就业", "人", "登记的里面，现在是“已就业”或“稳定就业”的。", SEEKERS),
        Figure("placed_difficult", JOBS, "就业困难人员已就业", "人", "就业困难人员里面，现在已就业或稳定就业的。", SEEKERS),
        Figure("stable", JOBS, "其中稳定就业", "人", "登记的里面，现在是“稳定就业”的：满 6 个月回访还在上班。", SEEKERS),
        Figure("offering", PLACES, "发布岗位的单位", "个", "这段时间里有岗位发布的单位，一个单位算一次。", EMPLOYERS),
        Figure("published", PLACES, "发布岗位", "个", "发布日期在这段时间里的，后来关闭、招满的也算。", POSTS),
        Figure("vacancies", PLACES, "招聘人数", "人", "这些岗位一共招几人。", POSTS, sums="total"),
        Figure("sent", SENDING, "推荐", "人次", "推荐日期在这段时间里的，本人自己投的也算。", SENT),
        Figure("invited", SENDING, "安排面试", "人次", "推荐的里面，约过面试的。", SENT),
        Figure("hired", SENDING, "录用", "人次", "推荐的里面，到今天已经录用的。", SENT),
        *(
            Figure(f"kept{month}", SENDING, f"录用满 {month} 个月还在上班", "人次",
                   f"录用的里面，满 {month} 个月（或更久）的回访说还在上班的。", SENT)
            for month in MONTHS
        ),
        Figure("asked", AFTER, "该回访", "次", "回访日期在这段时间里的，不用再问的不算。", FOLLOWED),
        Figure("answered", AFTER, "已回访", "次", "该回访的里面，已经问过的。", FOLLOWED),
        Figure("working", AFTER, "还在上班", "次", "已回访的里面，还在上班的，换了单位、自己经营的也算。", FOLLOWED),
        *(
            Figure(f"working{month}", AFTER, f"满 {month} 个月还在上班", "次",
                   f"还在上班的里面，满 {month} 个月那一次的。", FOLLOWED)
            for month in MONTHS
        ),
        Figure("startups", BUSINESS, "创业", "户", "开办日期在这段时间里的，后来停办的也算。", OWN),
        *(
            Figure(f"lasts{month}", BUSINESS, f"满 {month} 个月还在经营", "户",
                   f"创业的里面，满 {month} 个月（或更久）的回访说还在经营的。", OWN)
            for month in MONTHS
        ),
        Figure("startups_running", BUSINESS, "现在经营中", "户", "创业的里面，没有停办的。", OWN),
        Figure("startups_employ", BUSINESS, "带动就业", "人", "经营中的，现在一共带动几人就业，不算本人。", OWN, sums="employs"),
        Figure("loans", LOANS, "贷款", "笔", "发放日期在这段时间里、没有作废的。", LENT),
        Figure("borrowers", LOANS, "贷款的人", "人", "贷款的里面，一个人只算一次。", LENT),
        Figure("loan_amount", LOANS, "贷款金额", "元", "这些贷款一共多少元。", LENT, sums="amount"),
        *(
            Figure(f"held_{kind}", GATHERINGS, kind.label, "场", f"第一场在这段时间里、没有取消的{kind.label}。", EVENTS)
            for kind in EventKind
        ),
        Figure("came", GATHERINGS, "参加", "人次", "这段时间里签到的，一场算一次。", CAME),
        Figure("people", GATHERINGS, "参加的人", "人", "签到的里面，一个人只算一次；还没有对上居民的一次登记算一个人。", CAME),
        *(
            Figure(f"people_{kind}", GATHERINGS, f"{kind.label}参加的人", "人", f"到过{kind.label}的，一个人只算一次。", CAME)
            for kind in EventKind
        ),
        Figure("papers", FAIRS, "收简历、达成意向", "人次", "招聘会上登记的，一个人一个岗位算一次。", WANTED),
        Figure("intents", FAIRS, "达成意向", "人次", "其中双方都愿意的。", WANTED),
        Figure("fair_hired", FAIRS, "意向录用", "人次", "达成意向的里面，后来由同一个岗位录用的。", WANTED),
        Figure("fair_kept", FAIRS, "录用满 1 个月还在上班", "人次", "意向录用的里面，满 1 个月（或更久）还在上班的。", WANTED),
        Figure("certified", TRAINING, "发证", "本", "发证日期在这段时间里、没有作废的。", PAPERS),
    )
}  # fmt: skip


# --- once each ----------------------------------------------------------------------------------------------------------
def once_each(attendances):
    """The first of `attendances` of each person; somebody whom nobody has found in the files is one person a sign-up."""
    known = attendances.filter(signup__resident__isnull=False).order_by().values("signup__resident")
    unknown = attendances.filter(signup__resident=None).order_by().values("signup")
    return attendances.filter(
        Q(pk__in=known.annotate(first=Min("pk")).values("first"))
        | Q(pk__in=unknown.annotate(first=Min("pk")).values("first"))
    )


def kept(month, of="application"):
    """Applications (`of` "startup": start-ups) of which a follow-up of `month` months or later says that she works."""
    return FollowUp.objects.kept().filter(month__gte=month, **{f"{of}__isnull": False}).values(of)


# --- the rows of each figure --------------------------------------------------------------------------------------------
def _seekers(key, rows, until):
    if key in ("difficult", "placed_difficult"):
        day = month_after(until) - timedelta(days=1) if until else timezone.localdate()
        valid = Difficulty.objects.valid_on(day)
        rows = rows.filter(pk__in=valid.values("seeker"))
    if key in ("placed", "placed_difficult"):
        rows = rows.filter(state__in=AT_WORK)
    return rows.filter(state=SeekerState.STABLE) if key == "stable" else rows


def _sent(key, rows):
    if key == "sent":
        return rows
    if key == "invited":
        return rows.filter(interview_on__isnull=False)
    rows = rows.filter(state=ApplicationState.HIRED)
    return rows if key == "hired" else rows.filter(pk__in=kept(int(key.removeprefix("kept"))))


def _followed(key, rows):
    rows = rows.exclude(state=FollowUpState.DROPPED)
    if key == "answered":
        return rows.filter(state=FollowUpState.DONE)
    if key.startswith("working"):
        rows = rows.kept()
        month = key.removeprefix("working")
        return rows.filter(month=int(month)) if month else rows
    return rows


def _own(key, rows):
    if key.startswith("lasts"):
        return rows.filter(pk__in=kept(int(key.removeprefix("lasts")), of="startup"))
    return rows if key == "startups" else rows.filter(state=StartupState.RUNNING)


def _lent(key, rows):
    rows = rows.valid()
    if key != "borrowers":
        return rows
    first = rows.order_by().values("startup__seeker__resident").annotate(first=Min("pk"))
    return rows.filter(pk__in=first.values("first"))


def _came(key, rows):
    if key == "came":
        return rows
    kind = key.removeprefix("people").removeprefix("_")
    return once_each(rows.filter(signup__event__kind=kind) if kind else rows)


def _wanted(key, rows):
    if key == "papers":
        return rows
    if key == "intents":
        return rows.filter(kind=IntentionKind.INTENT)
    return hired_from(rows, among=Application.objects.filter(pk__in=kept(1)) if key == "fair_kept" else None)


def counted(key, rows, frame):
    """Those of `rows` (all that somebody sees of what the figure's list shows) that the figure `key` counts in the Frame."""
    source = FIGURES[key].source
    if key == "offering":
        posts = frame.in_period(Post.objects.all(), SOURCES[POSTS])
        return frame.in_place(rows, source).filter(pk__in=posts.values("employer"))
    rows = frame.of(rows, source)
    match FIGURES[key].opens:
        case "seeker_list":
            return _seekers(key, rows, frame.until)
        case "application_list":
            return _sent(key, rows)
        case "followup_list":
            return _followed(key, rows)
        case "startup_list":
            return _own(key, rows)
        case "loan_list":
            return _lent(key, rows)
        case "event_list":
            kept_events = rows.filter(kind=key.removeprefix("held_"))
            return kept_events.exclude(state=EventState.CANCELLED)
        case "attendance_list":
            return _came(key, rows)
        case "intention_list":
            return _wanted(key, rows)
        case "certificate_list":
            return rows.valid()
    return rows


def figures_of(user, since, until, code="", permission=None):
    """`[(Figure, number)]` that `user` may see of the months, in the place of `code`; a grid has none of what belongs to its
    community. `permission`: of the rows of this right instead of each list's own (an export)."""
    found = []
    for figure in FIGURES.values():
        source = figure.source
        right = permission or source.permission
        if not user.has_perm(right) or (len(code) > COMMUNITY and figure.is_shared):
            continue
        frame = frame_for(user, right, since, until, code)
        rows = counted(figure.key, source.model.objects.visible_to(user, right), frame)
        number = rows.aggregate(n=Sum(figure.sums))["n"] or 0 if figure.sums else rows.count()
        found.append((figure, number))
    return found
