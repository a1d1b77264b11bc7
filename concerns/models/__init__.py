from concerns.models.concern import Concern
from concerns.models.file import FileConcern
from concerns.models.handling import Approval, Extension, Pause, Referral
from concerns.models.reception import Reception
from concerns.models.reply import Rating, Reply
from concerns.models.together import AssignmentBatch, Joining

__all__ = [
    "Approval", "AssignmentBatch", "Concern", "Extension", "FileConcern", "Joining", "Pause", "Rating", "Reception", "Referral",
    "Reply",
]  # fmt: skip
