from fedhub.core.models.audit import AuditEvent, AuditLink, SealedEvent
from fedhub.core.models.base import Stamped
from fedhub.core.models.files import Attachment
from fedhub.core.models.jobs import Job
from fedhub.core.models.numbers import Sequence
from fedhub.core.models.once import OnceKey
from fedhub.core.models.saved import SavedFilter
from fedhub.core.models.setting import Setting

__all__ = [
    "Attachment",
    "AuditEvent",
    "AuditLink",
    "Job",
    "OnceKey",
    "SavedFilter",
    "SealedEvent",
    "Sequence",
    "Setting",
    "Stamped",
]
