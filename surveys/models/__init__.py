from surveys.models.response import Helped, Incoming, Marker, Response, Seat, Tally
from surveys.models.survey import Edition, OfSurveyQuerySet, Survey

__all__ = ["Edition", "Helped", "Incoming", "Marker", "OfSurveyQuerySet", "Response", "Seat", "Survey", "Tally"]
