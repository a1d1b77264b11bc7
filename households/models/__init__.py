from households.models.campaign import Campaign, CampaignTag
from households.models.child import ChildFile
from households.models.consent import Consent, SafeContact
from households.models.household import Household, HouseholdPlace
from households.models.keys import HouseholdKey, ResidentKey
from households.models.link import Link, LinkBatch
from households.models.minor import MinorAccess
from households.models.plan import VisitTask
from households.models.resident import Membership, Phone, Resident
from households.models.status import Status
from households.models.undo import BulkAssignment, ResidentMerge, TaskBatch

__all__ = [
    "BulkAssignment", "Campaign", "CampaignTag", "ChildFile", "Consent", "Household", "HouseholdKey", "HouseholdPlace",
    "Link", "LinkBatch", "Membership", "MinorAccess", "Phone", "Resident", "ResidentKey", "ResidentMerge", "SafeContact",
    "Status", "TaskBatch", "VisitTask",
]  # fmt: skip
