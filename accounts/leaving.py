"""What somebody still has in hand when her account is closed or a role ends: upper apps say it, the account's page shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from fedhub.core.registry import Registry

hands = Registry()


@dataclass(frozen=True)
class Hand:
    """One kind of work: `count(person, user)` of what `user` may hand over, `sentence` with {n}, `url(person)` to do it.

    Nothing sealed may be counted here.
    """

    key: str
    order: int
    permission: str
    sentence: str
    action: str
    count: Callable
    url: Callable


def left_in_hand(person, user):
    """`[(sentence, action, url)]` of what `person` still has in hand and `user` may hand over."""
    found = []
    for hand in hands:
        if user.has_perm(hand.permission) and (number := hand.count(person, user)):
            found.append((hand.sentence.format(n=f"{number:,}"), hand.action, hand.url(person)))
    return found
