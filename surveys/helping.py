"""Who may ask for help, and where she lives."""

from fedhub.areas.models import Area
from surveys.enums import Status
from surveys.models import Survey


def helping_survey(token):
    """The survey of that token, while it is or was out, or None."""
    out = (Status.OPEN, Status.PAUSED, Status.CLOSED, Status.TOLD)
    return Survey.objects.filter(token=token, status__in=out).select_related("area").first()


def help_places(survey):
    """`[(id, name)]` of the grids of the survey's place, and the place itself for whoever does not know hers."""
    grids = Area.objects.within(survey.area).active().homes().order_by("code").values_list("pk", "name")
    return [*grids, (survey.area_id, "不清楚")]


def place_with(pk):
    """The place a form chose."""
    return Area.objects.get(pk=pk)
