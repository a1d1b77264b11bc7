"""Models of the mediation micro-home."""

from mediation.models.agreement import Agreement, Confirmation, FollowUp, Opinion, Promise
from mediation.models.case import Case, CaseBar, CaseEntry
from mediation.models.lead import Lead, LeadBar, LeadEntry
from mediation.models.mark import CaseMark, LeadMark
from mediation.models.mediator import DutyTurn, Mediator, StepBack
from mediation.models.member import CaseMember
from mediation.models.screening import GridReport, ScreeningRound
from mediation.models.session import PrivateNote
from mediation.models.share import CaseShare

__all__ = [
    "Agreement", "Case", "CaseBar", "CaseEntry", "CaseMark", "CaseMember", "CaseShare", "Confirmation", "DutyTurn", "FollowUp",
    "GridReport", "Lead", "LeadBar", "LeadEntry", "LeadMark", "Mediator", "Opinion", "PrivateNote", "Promise",
    "ScreeningRound", "StepBack",
]  # fmt: skip
