"""Models of the mediation micro-home."""

from mediation.models.lead import Lead, LeadBar, LeadEntry
from mediation.models.mediator import DutyTurn, Mediator, StepBack
from mediation.models.screening import GridReport, ScreeningRound

__all__ = ["DutyTurn", "GridReport", "Lead", "LeadBar", "LeadEntry", "Mediator", "ScreeningRound", "StepBack"]
