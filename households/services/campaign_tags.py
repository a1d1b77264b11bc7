"""Work that belongs to a campaign, and a campaign made from an earlier one."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fedhub.core import audit
from households.campaign_work import offered_rows, tagged_rows
from households.enums import CampaignState
from households.models import Campaign, CampaignTag
from households.services.campaigns import create_campaign

COPIED = ("area", "name", "template", "visit_kind", "goods", "ask", "route", "criteria", "whom")


@transaction.atomic
def tag_work(campaign, kind, ids, *, by):
    """Let the rows `ids` of `kind` belong to `campaign`; what `by` does not see, what lies elsewhere and what belongs to it
    already is left out. Returns how many. Raises ValidationError before it has started."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("area").get(pk=campaign.pk)
    if campaign.state == CampaignState.DRAFT or campaign.started_on is None:
        raise ValidationError("还没有开始的专项，不能挂工作。")
    found = list(offered_rows(campaign, kind, by).filter(pk__in=ids).values_list("pk", flat=True))
    CampaignTag.objects.bulk_create(
        [CampaignTag(campaign=campaign, kind=kind.key, object_id=pk, tagged_by=by) for pk in found],
        ignore_conflicts=True,
    )
    if found:
        audit.record("households.campaign.tag", campaign, by=by, kind=kind.key, count=len(found))
    return len(found)


@transaction.atomic
def untag_work(campaign, kind, pk, *, by):
    """Take one row that `by` sees out of `campaign`; the row itself stays as it is. Taken out twice it is once."""
    if tagged_rows(campaign, kind, by).filter(pk=pk).exists():
        CampaignTag.objects.filter(campaign=campaign, kind=kind.key, object_id=pk).delete()
        audit.record("households.campaign.untag", campaign, by=by, kind=kind.key)


@transaction.atomic
def repeat_campaign(campaign, *, by):
    """A campaign of this year from one of an earlier year: the same families by rule, goods and words, the days moved by whole
    years until they lie ahead. Returns the new one, not started."""
    today, years = timezone.localdate(), 1
    while _later(campaign.ends_on, years) < today:
        years += 1
    fresh = Campaign(
        **{name: getattr(campaign, name) for name in COPIED},
        starts_on=_later(campaign.starts_on, years), ends_on=_later(campaign.ends_on, years),
    )  # fmt: skip
    create_campaign(fresh, by=by)
    audit.record("households.campaign.repeat", fresh, by=by, earlier=campaign.pk)
    return fresh


def _later(day, years):
    """The same day of the year so many `years` later; the last of February for the day that there is not."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + years, day=last)
