"""Models of the mediation micro-home."""

from mediation.models.agreement import Agreement, Confirmation, FollowUp, Opinion, Promise
from mediation.models.case import Case, CaseBar, CaseEntry
from mediation.models.filing import Filing, Material, MaterialPage
from mediation.models.lead import Lead, LeadBar, LeadEntry
from mediation.models.mark import CaseMark, LeadMark
from mediation.models.mediator import DutyTurn, Mediator, StepBack
from mediation.models.member import CaseMember
from mediation.models.rating import OwnRating, RatingSlip
from mediation.models.screening import GridReport, ScreeningRound
from mediation.models.session import PrivateNote
from mediation.models.share import CaseShare

__all__ = [
    "Agreement", "Case", "CaseBar", "CaseEntry", "CaseMark", "CaseMember", "CaseShare", "Confirmation", "DutyTurn", "Filing",
    "FollowUp", "GridReport", "Lead", "LeadBar", "LeadEntry", "LeadMark", "Material", "MaterialPage", "Mediator", "Opinion",
    "OwnRating", "PrivateNote", "Promise", "RatingSlip", "ScreeningRound", "StepBack",
]  # fmt: skip
