"""Models of the mediation micro-home."""

from mediation.models.case import Case, CaseBar, CaseEntry
from mediation.models.lead import Lead, LeadBar, LeadEntry
from mediation.models.mediator import DutyTurn, Mediator, StepBack
from mediation.models.member import CaseMember
from mediation.models.screening import GridReport, ScreeningRound
from mediation.models.share import CaseShare

__all__ = [
    "Case", "CaseBar", "CaseEntry", "CaseMember", "CaseShare", "DutyTurn", "GridReport", "Lead", "LeadBar", "LeadEntry",
    "Mediator", "ScreeningRound", "StepBack",
]  # fmt: skip
