"""The one question before anything goes out: may she be written to this way, now? Asked when a message is queued and
once more at the moment of sending.

This package lies below the records of people and knows nothing of them: whoever keeps those says here how it is answered and where
she is reached (`households.notifying`, `portal.hooks`), as `AUTH_USER_MODEL` says who a user is.
"""

from dataclasses import dataclass

from fedhub.notices.enums import Channel


@dataclass(frozen=True)
class Verdict:
    """`ok` to contact; `why` in one Chinese sentence; `neutral`: say only 社区服务, nothing of the matter.

    `careful`: make sure that it is she before a word is said, which no machine can. Of what is not ok: `hours`, it is only the
    hour; `never`, nothing is sent to her any more, by whatever way.
    """

    ok: bool
    why: str = ""
    neutral: bool = False
    careful: bool = False
    hours: bool = False
    never: bool = False


_asked, _books = [], {}


def answer_by(ask):
    """Let `ask(person, channel, at)` give the Verdict. One for the whole program; returns it."""
    if _asked:
        raise ValueError("the gate is answered by somebody already")
    _asked.append(ask)
    return ask


def ask(person, channel, at):
    """Verdict for writing to `person` by `channel` (Channel) at the moment `at`."""
    return _asked[0](person, Channel(channel).value, at)


def addresses_by(channel, find):
    """Let `find(person)` give her address for `channel`, '' for none that is hers alone."""
    _books[Channel(channel)] = find


def address(person, channel):
    """Her address for `channel`, ''."""
    find = _books.get(Channel(channel))
    return find(person) if find else ""
