"""Which work of all functions can carry a campaign (handbook 1.3): each kind by its own row rule. Nothing sealed is among them."""

from concerns.models import Concern
from council.models import Topic
from employment.models import Event
from grids.enums import Met
from grids.models import Visit
from groups.activity_enums import EntryState
from groups.activity_queries import public_photos
from groups.models import Activity, Entry
from hardship.enums import HANDED_OVER
from hardship.models import Batch, Delivery, GiftRound
from households.campaign_kinds import CampaignKind, campaign_kinds
from households.enums import MembershipKind
from households.models import Membership
from surveys.models import Survey


def given_homes(rounds, user):
    """Families to which a gift of these rounds was handed over, as far as `user` sees the gift."""
    gifts = Delivery.objects.visible_to(user).filter(round__in=rounds.values("pk"), state__in=HANDED_OVER)
    return gifts.values("household")


def homes_that_came(activities, user):
    """Families of whoever came to these activities, for a `user` who may see the names."""
    names = Entry.objects.visible_to(user, "groups.attend_activity").filter(
        activity__in=activities.values("pk"), state=EntryState.CAME
    )
    living = Membership.objects.filter(kind=MembershipKind.LIVES, valid_to=None)
    return living.filter(resident__in=names.values("resident")).values("household")


campaign_kinds.register(
    CampaignKind(
        "visits", 10, "走访", "次", "grids.view_visit", Visit, "visited_on",
        lambda user: Visit.objects.visible_to(user).kept().select_related("household"), place="household__area",
        words=lambda visit: f"{visit.household}：{visit.get_kind_display()}",
        homes=lambda rows, user: rows.filter(met=Met.MET).values("household"),
    )
)  # fmt: skip
campaign_kinds.register(
    CampaignKind(
        "rounds", 20, "节日慰问", "次", "hardship.view_giftround", GiftRound, "starts_on",
        lambda user: GiftRound.objects.visible_to(user), homes=given_homes,
    )
)  # fmt: skip
campaign_kinds.register(
    CampaignKind(
        "goods", 30, "物资批次", "批", "hardship.view_batch", Batch, "created_at",
        lambda user: Batch.objects.visible_to(user), words=lambda batch: f"{batch.number} {batch.item}",
    )
)  # fmt: skip
campaign_kinds.register(
    CampaignKind(
        "activities", 40, "活动", "场", "groups.view_activity", Activity, "starts_at",
        lambda user: Activity.objects.visible_to(user), photos=public_photos, homes=homes_that_came,
    )
)  # fmt: skip
campaign_kinds.register(
    CampaignKind(
        "surveys", 50, "问卷", "份", "surveys.view_survey", Survey, "starts_on",
        lambda user: Survey.objects.visible_to(user),
    )
)  # fmt: skip
campaign_kinds.register(
    CampaignKind(
        "concerns", 60, "诉求", "件", "concerns.view_concern", Concern, "raised_on",
        lambda user: Concern.objects.visible_to(user),
    )
)  # fmt: skip
campaign_kinds.register(
    CampaignKind(
        "events", 70, "招聘会、讲座、培训", "场", "employment.view_event", Event, "first_on",
        lambda user: Event.objects.visible_to(user).exclude(first_on=None),
    )
)  # fmt: skip
campaign_kinds.register(
    CampaignKind(
        "topics", 80, "议题", "件", "council.view_topic", Topic, "raised_on",
        lambda user: Topic.objects.visible_to(user),
    )
)  # fmt: skip
