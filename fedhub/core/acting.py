"""Who acts in the present request: set by the middleware, read by audit and history."""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Acting:
    """User id, display name and shortened network address of the present act."""

    user_id: int | None = None
    name: str = ""
    address: str = ""


NOBODY = Acting()
_acting = ContextVar("fedhub_acting", default=NOBODY)


def current():
    """The present Acting; an empty one outside requests."""
    return _acting.get()


@contextmanager
def acting_as(user, address=""):
    """Run a block as `user` (None for the system)."""
    token = _acting.set(
        Acting(user.pk, user.name, address)
        if user is not None and user.pk is not None
        else Acting(None, "系统", address)
    )
    try:
        yield
    finally:
        _acting.reset(token)


@contextmanager
def acting_named(name, address=""):
    """Run a block as somebody who has no account: a resident on her own page, or nobody that is known."""
    token = _acting.set(Acting(None, name, address))
    try:
        yield
    finally:
        _acting.reset(token)


def start(user, address):
    """Set the acting user for a request; return the token for `stop`."""
    known = user is not None and user.is_authenticated
    return _acting.set(Acting(user.pk if known else None, user.name if known else "", address))


def stop(token):
    """Undo `start`."""
    _acting.reset(token)
