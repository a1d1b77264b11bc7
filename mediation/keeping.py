"""How long the file of a case is kept when nobody says otherwise (handbook 7.4: by importance)."""

from mediation.enums import AgreementForm, Keep
from mediation.queries import standing_of

# An agreement about so much money (fen) or more, or about what is handed down, matters for longer.
MUCH = 5_000_000
LASTING_KINDS = {"0102", "0103", "0104", "0105", "0106", "0107"}


def keep_of(case):
    """The Keep that fits `case`: 15 years where a court was asked, much money or a lasting duty is agreed; 10 years for any other
    agreement in writing; else 5. What is kept for ever somebody says."""
    agreement = standing_of(case)
    if agreement is None:
        return Keep.SHORT
    money = sum(agreement.promises.exclude(amount=None).values_list("amount", flat=True))
    asked = getattr(agreement, "confirmation", None) is not None
    if asked or money >= MUCH or (case.kind in LASTING_KINDS and agreement.form == AgreementForm.WRITTEN):
        return Keep.LONGER
    return Keep.LONG if agreement.form == AgreementForm.WRITTEN else Keep.SHORT
