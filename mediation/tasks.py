"""What the micro-home does by itself."""

from django.db import transaction
from django.utils import timezone

from fedhub.core.housekeeping import every_minute
from mediation.queries import accounts_with_conflicts
from mediation.services.bars import bar_user

MINUTE = 7


@every_minute
def follow_families():
    """Once an hour: who came to live with a party, or in her building, is kept from the matter as if it had always been so."""
    if timezone.localtime().minute == MINUTE:
        for user_id in accounts_with_conflicts():
            with transaction.atomic():
                bar_user(user_id)
