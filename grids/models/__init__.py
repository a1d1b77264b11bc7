from grids.models.areas import Community, Grid
from grids.models.duty import Duty
from grids.models.term import Term, TermMember
from grids.models.visit import Visit, VisitAmendment, VisitChange, VisitReview

__all__ = ["Community", "Duty", "Grid", "Term", "TermMember", "Visit", "VisitAmendment", "VisitChange", "VisitReview"]
