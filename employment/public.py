"""What residents are shown of job support: posts that are alive, and of somebody who is in what is hers."""

from django.db.models import Prefetch

from employment.enums import JobKind
from employment.matching import match
from employment.models import Application, JobWatch, Post, Seeker, Startup, StartupLoan
from employment.models.seeker import LOOKING
from employment.queries import fitting_posts, offer_of, wanting_of

MOST = 100


def public_posts(person=None):
    """Posts that are published, in their term, with a place left; near `person` where she is in. A dead one is never met."""
    # How an employer is reached is told to nobody here: it is not even opened.
    rows = Post.objects.alive().select_related("employer", "place_area").defer("employer__contact", "employer__phone")
    return rows.filter(area__code__startswith=person.area.community_code) if person else rows


def searched(rows, *, kind="", q=""):
    """At most MOST of `rows`, the newest first: of the JobKind `kind`, with `q` in the name of post or employer."""
    rows = rows.filter(kind=kind) if kind else rows
    if q:
        rows = rows.filter(title__icontains=q) | rows.filter(employer__name__icontains=q)
    return rows.order_by("-published_on", "-pk")[:MOST]


def own_seeker(person):
    """Her running registration, None where she has none."""
    rows = Seeker.objects.open().filter(resident=person).select_related("resident__area") if person else []
    return rows.first() if person else None


def fitting_for(person):
    """`[(Post, Match)]` that fit her, the best first; [] while she does not look for work."""
    seeker = own_seeker(person)
    return fitting_posts(seeker, public_posts(person), most=5) if seeker and seeker.state in LOOKING else []


def fit_of(person, post):
    """The Match of one post for her, None while she does not look for work."""
    seeker = own_seeker(person)
    if seeker is None or seeker.state not in LOOKING:
        return None
    return match(wanting_of(seeker), offer_of(post), words=dict(JobKind.choices))


def my_applications(person):
    """Her applications, the newest first."""
    rows = Application.objects.filter(seeker__resident=person).select_related("post__employer", "consent")
    return rows.order_by("-pk")


def my_startups(person):
    """Her start-ups with the loans that stand, the newest first."""
    loans = Prefetch("loans", StartupLoan.objects.valid(), to_attr="standing")
    return Startup.objects.filter(seeker__resident=person).prefetch_related(loans).order_by("-started_on", "-pk")


def my_watches(person):
    """Which kinds of posts she wants to hear of."""
    return JobWatch.objects.running().filter(resident=person)
