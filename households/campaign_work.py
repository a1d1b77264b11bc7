"""What belongs to a campaign, as far as somebody sees it."""

from datetime import timedelta

from django.db.models import Q

from fedhub.areas.models import Area
from households.campaign_kinds import kinds_for
from households.models import Campaign, CampaignTag

# Work of the weeks around a campaign is offered to be added: the newest rows of each kind.
AROUND, OFFERED = timedelta(days=30), 100


def tagged_rows(campaign, kind, user):
    """Rows of `kind` that belong to `campaign` and that `user` sees."""
    tags = CampaignTag.objects.filter(campaign=campaign, kind=kind.key)
    return kind.rows(user).filter(pk__in=tags.values("object_id"))


def tagged_kinds(campaign):
    """Keys of the kinds of which anything belongs to `campaign`. One query."""
    return set(CampaignTag.objects.filter(campaign=campaign).values_list("kind", flat=True).order_by().distinct())


def work_of(campaign, user, tagged):
    """`[(kind, number)]` of all kinds that `user` may look at; one query for each of those `tagged`."""
    return [(kind, tagged_rows(campaign, kind, user).count() if kind.key in tagged else 0) for kind in kinds_for(user)]


def offered_rows(campaign, kind, user):
    """Rows of `kind` in the place and around the days of `campaign` that do not belong to it yet, the newest first."""
    tags = CampaignTag.objects.filter(campaign=campaign, kind=kind.key)
    last = campaign.closed_on or campaign.ends_on
    date = "" if kind.model._meta.get_field(kind.day).get_internal_type() == "DateField" else "__date"
    rows = kind.rows(user).filter(
        **{
            f"{kind.place}__in": Area.objects.within(campaign.area),
            f"{kind.day}{date}__gte": campaign.starts_on - AROUND,
            f"{kind.day}{date}__lte": last + AROUND,
        }
    )
    return rows.exclude(pk__in=tags.values("object_id")).order_by(f"-{kind.day}", "-pk")


def campaigns_of(kind, pk, user):
    """Campaigns to which the row `pk` of the kind with this key belongs, as far as `user` sees them."""
    tags = CampaignTag.objects.filter(kind=kind, object_id=pk)
    return list(Campaign.objects.visible_to(user).filter(pk__in=tags.values("campaign")).order_by("-starts_on", "-pk"))


def public_photos(campaign, user, tagged):
    """`[{url, caption}]` of what the work of a campaign, of the kinds `tagged`, shows in public: with the consent of who is on
    it."""
    kinds = [kind for kind in kinds_for(user) if kind.photos is not None and kind.key in tagged]
    return [photo for kind in kinds for photo in kind.photos(tagged_rows(campaign, kind, user), user)]


def met_elsewhere(tasks, campaign, user, tagged):
    """Those of the VisitTasks `tasks` that are open though other work of the campaign, of the kinds `tagged`, reached the family
    already, as far as `user` sees that work."""
    kinds = [kind for kind in kinds_for(user) if kind.homes is not None and kind.key in tagged]
    if not kinds:
        return tasks.none()
    found = Q()
    for kind in kinds:
        found |= Q(household__in=kind.homes(tagged_rows(campaign, kind, user), user))
    return tasks.open().filter(found)


def hung_on(campaign, tasks, user):
    """What the page of a campaign shows of its other work: `work`, `met` (how many of `tasks` it reached) and `public_photos`."""
    tagged = tagged_kinds(campaign)
    return {
        "work": work_of(campaign, user, tagged), "met": met_elsewhere(tasks, campaign, user, tagged).count(),
        "public_photos": public_photos(campaign, user, tagged),
    }  # fmt: skip
