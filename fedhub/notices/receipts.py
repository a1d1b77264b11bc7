"""What every channel answers: the receipt, or one of three ways to fail."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Receipt:
    """Proof that a carrier took a message: its name and the number that it gave."""

    carrier: str
    number: str


class Failure(Enum):
    """What can be done after a failure."""

    # Never accepted, and the same again would not be either: wrong number, unknown template, wrong key.
    REFUSED = "refused"
    # Never accepted, but later it may be: no connection, too many at once.
    LATER = "later"
    # The request was on its way when the line broke: she may have it. A person decides, no machine sends it again.
    UNKNOWN = "unknown"


class NotSent(Exception):
    """A message that was not (surely) accepted. `code` is the carrier's word for it; it never holds number or text."""

    def __init__(self, code, failure):
        super().__init__(f"not sent: {code}")
        self.code, self.failure = str(code), failure
