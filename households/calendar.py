"""Visit campaigns in the shared calendar: the day on which each begins."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from fedhub.core.agenda import Happening, Source, agenda
from households.enums import CampaignState
from households.models import Campaign


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time()))


def campaigns_between(user, since, until):
    """Campaigns beyond their draft that begin between two moments, as far as `user` sees them."""
    rows = Campaign.objects.visible_to(user, "households.view_campaign").exclude(state=CampaignState.DRAFT)
    rows = rows.filter(starts_on__gte=timezone.localdate(since), starts_on__lte=timezone.localdate(until))
    found = [
        Happening(
            uid=f"households-campaign-{one.pk}", title=one.name, starts_at=_midnight(one.starts_on),
            ends_at=_midnight(one.ends_on + timedelta(days=1)), url=one.get_absolute_url(), version=one.version,
            all_day=True,
        )
        for one in rows
    ]  # fmt: skip
    return [one for one in found if since <= one.starts_at < until]


agenda.register(Source("campaigns", 40, "专项走访开始", "households.view_campaign", campaigns_between))
