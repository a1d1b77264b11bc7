"""Whether somebody answered already, by her mark alone."""

from surveys.models import Marker


def has_answered(survey, mark):
    """True when `mark` answered `survey`."""
    return Marker.objects.filter(survey=survey, mark=mark).exists()
