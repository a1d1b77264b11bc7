"""Models of the sealed compartment."""

from safety.models.file import CaseGrant, Entry, Exhibit, Informant, Recusal, SafetyFile, UrgentOpening
from safety.models.keeping import Destruction
from safety.models.report import RiskReport

__all__ = [
    "CaseGrant", "Destruction", "Entry", "Exhibit", "Informant", "Recusal", "RiskReport", "SafetyFile", "UrgentOpening",
]  # fmt: skip
