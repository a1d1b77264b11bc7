from households.models.child import ChildFile
from households.models.consent import Consent, SafeContact
from households.models.household import Household, HouseholdPlace
from households.models.keys import HouseholdKey, ResidentKey
from households.models.resident import Membership, Phone, Resident
from households.models.status import Status
from households.models.undo import BulkAssignment, ResidentMerge

__all__ = [
    "BulkAssignment", "ChildFile", "Consent", "Household", "HouseholdKey", "HouseholdPlace", "Membership", "Phone",
    "Resident", "ResidentKey", "ResidentMerge", "SafeContact", "Status",
]  # fmt: skip
