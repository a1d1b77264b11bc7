"""Posts of grid work for the list of successors: heads of grids, and the seats of the running term."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.posts import Post, PostKind, posts
from fedhub.areas.models import Area
from grids.enums import DutyRole, TermRole
from grids.models import Duty, Term


def grid_heads(user):
    """Each grid with its heads of today; one without stands as vacant. Two queries."""
    grids = list(Area.objects.visible_to(user, "areas.view_area").active().grids().order_by("code"))
    held = {}
    duties = Duty.objects.in_force().filter(role=DutyRole.HEAD, area__in=[one.pk for one in grids])
    for duty in duties.select_related("person").order_by("pk"):
        held.setdefault(duty.area_id, []).append(duty)
    return [
        Post(
            ref=grid.pk, name=f"{grid.name}网格长", area_id=grid.pk, code=grid.code,
            holders=tuple(duty.person.name for duty in held.get(grid.pk, ())),
            until=min((duty.valid_to for duty in held.get(grid.pk, ()) if duty.valid_to), default=None),
            url=reverse("grids:grid_detail", args=[grid.pk]),
        )
        for grid in grids
    ]  # fmt: skip


def seats_of(role):
    """Function `(user)`: the seats of `role` in the running term of each place, as one post."""

    def find(user):
        today = timezone.localdate()
        running = Q(ends_on=None) | Q(ends_on__gte=today)
        terms = Term.objects.visible_to(user, "grids.view_term").filter(running, starts_on__lte=today)
        return [
            Post(
                ref=term.area_id, name=f"{term.area.name}妇联{role.label}", area_id=term.area_id, code=term.area.code,
                holders=tuple(
                    member.name for member in term.members.all()
                    if member.role == role and (member.ends_on is None or member.ends_on >= today)
                ),
                until=term.ends_on, url=term.get_absolute_url(),
            )
            for term in latest(terms.select_related("area").prefetch_related("members").order_by("-starts_on", "-pk"))
        ]  # fmt: skip

    return find


def latest(terms):
    """The first of each place, in the order of the places."""
    found = {}
    for term in terms:
        found.setdefault(term.area_id, term)
    return sorted(found.values(), key=lambda term: term.area.code)


posts.register(PostKind("grid_head", 20, "网格长", "areas.view_area", grid_heads, ("mediation", "organising")))
BY_VOTE = "由妇女代表大会或执委会选举产生，名单只供推荐考虑。"
for place, role in enumerate((TermRole.CHAIR, TermRole.VICE_CHAIR, TermRole.COMMITTEE)):
    posts.register(
        PostKind(
            f"seat_{role}", 30 + place, role.label, "grids.view_term", seats_of(role), ("organising", "mediation"),
            law=BY_VOTE,
        )
    )  # fmt: skip
