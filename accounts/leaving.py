"""What somebody still has in hand when her account is closed or a role ends: upper apps say it, the account's page shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from fedhub.core.registry import Registry

hands = Registry()


@dataclass(frozen=True)
class Hand:
    """One kind of work: `count(person, user)` of what `user` (who holds `permission`) may hand over, `sentence` with {n},
    `action` and `url(person)` to do it; `needs` is the right without which `person` can no longer do it.

    Nothing sealed may be counted here.
    """

    key: str
    order: int
    permission: str
    needs: str
    sentence: str
    action: str
    count: Callable
    url: Callable


def left_in_hand(person, user, but=()):
    """`[(sentence, action, url, stranded)]` of what `person` still has in hand and `user` may hand over, the kinds (keys)
    `but` left out; `stranded` when she can no longer do it."""
    found = []
    for hand in hands:
        if hand.key not in but and user.has_perm(hand.permission) and (number := hand.count(person, user)):
            stranded = not person.has_perm(hand.needs)
            found.append((hand.sentence.format(n=f"{number:,}"), hand.action, hand.url(person), stranded))
    return found
