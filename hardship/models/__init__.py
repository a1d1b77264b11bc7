from hardship.models.aid import Batch, Delivery, Donor, Fund, Movement
from hardship.models.contents import Cause, Evidence, HomeFact, Measure, MemberFact, Need, Result, YearAccount
from hardship.models.file import FileReader, FileStage, HardshipFile, Review
from hardship.models.gifts import GiftRound, RoundHome, RoundItem, SignedSheet
from hardship.models.notice import Notice, Objection
from hardship.models.pairing import Helper, HelpRecord, Pairing
from hardship.models.period import AidPeriod, ReopenRequest
from hardship.models.policy import Policy, PolicyStep, PolicyWatch
from hardship.models.request import BankAccount, ChangeRequest

__all__ = [
    "AidPeriod", "BankAccount", "Batch", "Cause", "ChangeRequest", "Delivery", "Donor", "Evidence", "FileReader",
    "FileStage", "Fund", "GiftRound", "HardshipFile", "Helper", "HelpRecord", "HomeFact", "Measure", "MemberFact",
    "Movement", "Need", "Notice", "Objection", "Pairing", "Policy", "PolicyStep", "PolicyWatch", "ReopenRequest", "Result",
    "Review", "RoundHome", "RoundItem", "SignedSheet", "YearAccount",
]  # fmt: skip
