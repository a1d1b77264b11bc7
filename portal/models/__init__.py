"""Models of the portal."""

from portal.models.entry import Binding, EntryCode, PhoneCode, SentForm, Stay
from portal.models.guardian import Guardian, GuardianWord
from portal.models.rights import RightsRequest

__all__ = ["Binding", "EntryCode", "Guardian", "GuardianWord", "PhoneCode", "RightsRequest", "SentForm", "Stay"]
