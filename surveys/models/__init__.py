from surveys.models.answering import Contact, Draft, Letter, Pass, Picture, Thread
from surveys.models.response import Helped, Incoming, Marker, Response, Seat, Tally
from surveys.models.survey import Edition, OfSurveyQuerySet, Survey

__all__ = [
    "Contact", "Draft", "Edition", "Helped", "Incoming", "Letter", "Marker", "OfSurveyQuerySet", "Pass", "Picture", "Response",
    "Seat", "Survey", "Tally", "Thread",
]  # fmt: skip
