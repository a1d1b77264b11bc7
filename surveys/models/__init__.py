from surveys.models.finding import Finding, HelpContact
from surveys.models.response import Helped, Incoming, Marker, Response, Seat, Tally
from surveys.models.survey import Edition, OfSurveyQuerySet, Survey
from surveys.models.text import TextEntry, TextTag

__all__ = [
    "Edition",
    "Finding",
    "HelpContact",
    "Helped",
    "Incoming",
    "Marker",
    "OfSurveyQuerySet",
    "Response",
    "Seat",
    "Survey",
    "Tally",
    "TextEntry",
    "TextTag",
]
