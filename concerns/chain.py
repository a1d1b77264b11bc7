"""全程: everything that happened to a concern, from the first word to the rating, in the order of time.

Every app that has a hand in a concern registers a Source with `sources` (decisions on engine 28); concerns tells its own
part in concerns.chapters. A source is asked only where the reader holds its permission, and gives only rows in her
scope, so the page needs no rule of its own. Nothing of the sealed compartment is a source.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.utils import timezone

from fedhub.core.registry import Registry

sources = Registry()


@dataclass(frozen=True)
class Event:
    """One thing that happened on `day`; `at` is when it was written down, which orders the events of one day.

    `facts`: ((label, text) …), empty texts are left out; `url` leads to the record; `place` is the number of the lead on
    which it was done, when it was not done on the concern itself; `key` names what the closing sheet shows elsewhere.
    """

    title: str
    day: date
    at: datetime | None = None
    who: str = ""
    text: str = ""
    facts: tuple = ()
    url: str = ""
    place: str = ""
    key: str = ""

    @property
    def hour(self):
        """The moment, when it was written down on the day it happened; None for what was written down later."""
        local = timezone.localtime(self.at) if self.at else None
        return local if local and local.date() == self.day else None

    @property
    def order(self):
        """What came first stands first; what was written down on a later day stands last in its own."""
        if self.at is None:
            return self.day, time.min
        return self.day, self.hour.time() if self.hour else time.max

    @property
    def told(self):
        """The facts that say something."""
        return [(label, text) for label, text in self.facts if text]


class Source:
    """One app's part of the way of a concern. Subclasses set key, order and permission and register with `sources`."""

    key = ""
    order = 50
    permission = None

    def events(self, concern, user):
        """Events of `concern` that `user` may read."""
        raise NotImplementedError


def happened_at(moment, **fields):
    """An Event whose day is that of the moment at which it was written down."""
    return Event(day=timezone.localtime(moment).date(), at=moment, **fields)


def way_of(concern, user):
    """All events of `concern` that `user` may read, oldest first."""
    found = []
    for source in sources:
        if source.permission is None or user.has_perm(source.permission):
            found += source.events(concern, user)
    return sorted(found, key=lambda event: event.order)


def on_the_lead(events, lead, since, until):
    """Those of `events` of the `lead` that were written down while a concern followed it, marked with its number."""
    return [
        replace(event, place=lead.number)
        for event in events
        if event.at is not None and since <= event.at and (until is None or event.at <= until)
    ]
