"""Menu entries of surveys."""

from fedhub.core.menu import Entry, menu
from surveys.models import Survey


def waiting_count(user):
    """How many surveys wait for `user` to review them; None for whoever reviews none."""
    return Survey.objects.waiting_for(user).count() if user.has_perm("surveys.publish_survey") else None


menu.register(
    Entry("surveys.list", "surveys", "问卷", "surveys:survey_list", "surveys.view_survey", 10, waiting_count)
)
