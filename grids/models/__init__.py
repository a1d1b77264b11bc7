from grids.models.areas import Community, Grid
from grids.models.burden import FormTime
from grids.models.doubt import PhotoPrint, VisitDoubt, VisitPrint
from grids.models.duty import Duty
from grids.models.gifts import VisitDelivery
from grids.models.handover import HandOver
from grids.models.offline import Device, Envelope
from grids.models.term import Term, TermMember
from grids.models.visit import Visit, VisitAmendment, VisitChange, VisitReview

__all__ = [
    "Community", "Device", "Duty", "Envelope", "FormTime", "Grid", "HandOver", "PhotoPrint", "Term", "TermMember",
    "Visit", "VisitAmendment", "VisitChange", "VisitDelivery", "VisitDoubt", "VisitPrint", "VisitReview",
]  # fmt: skip
