"""Quorum, majority and counting of votes; no database. Where no law says it, the council's charter does (handbook 6.4)."""

from dataclasses import dataclass

from council.enums import Choice, Share

_OF = {Share.TWO_THIRDS: (2, 3), Share.THREE_QUARTERS: (3, 4)}


def needed(share, of):
    """How many of `of` people are enough by `share` (Share): more than half, or the fraction rounded up; at least 1."""
    if share == Share.HALF:
        return of // 2 + 1
    part, whole = _OF[Share(share)]
    return max(1, -(-of * part // whole))


def is_quorate(share, *, expected, present):
    """True when `present` of the `expected` members are enough to decide (expected 0: never)."""
    return expected > 0 and present >= needed(share, expected)


@dataclass(frozen=True)
class Tally:
    """Votes of one motion; `present` are those who could vote: together they are all of them."""

    agree: int
    against: int
    abstain: int
    present: int

    @property
    def not_voted(self):
        """How many could vote and did not."""
        return self.present - self.agree - self.against - self.abstain

    @property
    def voted(self):
        """How many took part, abstentions with them."""
        return self.agree + self.against + self.abstain

    def passes(self, share):
        """True when more than the share of those present agree; abstaining and staying silent count against it."""
        return self.present > 0 and self.agree >= needed(share, self.present)


def tally(choices, present):
    """Tally of `choices` (Choice values) among `present` people. Raises ValueError when there are more votes than people."""
    counted = dict.fromkeys(Choice, 0)
    for choice in choices:
        counted[Choice(choice)] += 1
    found = Tally(counted[Choice.AGREE], counted[Choice.AGAINST], counted[Choice.ABSTAIN], present)
    if found.not_voted < 0:
        raise ValueError("more votes than people")
    return found


def light(due_on, today, *, ended=False):
    """Traffic light of an action: green while more than 7 days are left, yellow up to 7, red when overdue, '' once ended."""
    if ended:
        return ""
    left = (due_on - today).days
    return "red" if left < 0 else "yellow" if left <= 7 else "green"


# Below this the result is heard again (handbook 6.6); so many voices make an average worth anything.
CONTENT, VOICES = 3, 3


def reopens(scores, proposers=()):
    """True when a result has to be heard again: a proposer is not content, or at least VOICES people are not, on average.

    `scores` are those of everybody, `proposers` those of the proposers among them; one to five each.
    """
    if any(score < CONTENT for score in proposers):
        return True
    return len(scores) >= VOICES and sum(scores) < CONTENT * len(scores)
