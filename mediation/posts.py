"""The mediators of each place as one post, for the list of successors. Nothing of what they mediate."""

from django.urls import reverse

from accounts.posts import Post, PostKind, posts
from fedhub.areas.models import Area
from mediation.models import Mediator


def mediators(user):
    """The mediators in term of each place, a community without one as vacant; the first term to end says until when."""
    communities = Area.objects.visible_to(user, "mediation.view_mediator").active().communities()
    found = {area: [] for area in communities.order_by("code")}
    rows = Mediator.objects.visible_to(user, "mediation.view_mediator").in_term()
    for one in rows.select_related("area").order_by("area__code", "name", "pk"):
        found.setdefault(one.area, []).append(one)
    return [
        Post(
            ref=area.pk, name=f"{area.name}调解员", area_id=area.pk, code=area.code,
            holders=tuple(one.name for one in held), until=min((one.term_to for one in held), default=None),
            people=frozenset(one.resident_id for one in held if one.resident_id), url=reverse("mediation:mediator_list"),
        )
        for area, held in found.items()
    ]  # fmt: skip


posts.register(
    PostKind(
        "mediator", 40, "调解员", "mediation.view_mediator", mediators, ("mediation", "law"), must=True,
        law="由人民调解委员会推选或者聘任，要公道正派、热心调解、懂法律政策（人民调解法第十三、十四条）。",
    )
)  # fmt: skip
