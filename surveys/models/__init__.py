from surveys.models.answering import Contact, Draft, Letter, Pass, Picture, Thread
from surveys.models.finding import Finding, HelpContact
from surveys.models.response import Helped, Incoming, Marker, Response, Seat, Tally
from surveys.models.survey import Edition, OfSurveyQuerySet, Survey
from surveys.models.text import TextEntry, TextTag

__all__ = [
    "Contact", "Draft", "Edition", "Finding", "HelpContact", "Helped", "Incoming", "Letter", "Marker", "OfSurveyQuerySet", "Pass",
    "Picture", "Response", "Seat", "Survey", "Tally", "TextEntry", "TextTag", "Thread",
]  # fmt: skip
