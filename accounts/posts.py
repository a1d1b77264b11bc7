"""Posts that somebody holds for a time and that have to be filled again: upper apps say which, the list of successors asks.

Nothing sealed may stand here, and nothing of what somebody does in a post.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fedhub.core.registry import Registry

posts = Registry()


@dataclass(frozen=True)
class Post:
    """One post: `ref` names it within its kind for good, `name` as people call it, where it lies (`area_id`, `code` of the place),
    who holds it now (`holders`, names; `people`: ids of residents, where known), until when (None: not said), its page."""

    ref: int
    name: str
    area_id: int
    code: str
    holders: tuple = ()
    people: frozenset = frozenset()
    until: object = None
    url: str = ""
    # What else helps to find somebody: words that the kind understands (the kind of a group).
    hint: str = ""


@dataclass(frozen=True)
class PostKind:
    """A kind of post. `find(user)` gives the Posts that `user` (who holds `permission`) may see; `skills`: codes of which
    one helps, `must`: without one of them nobody is suggested; `law`: what has to be known of how it is filled."""

    key: str
    order: int
    label: str
    permission: str
    find: Callable
    skills: tuple = ()
    must: bool = False
    law: str = ""


def posts_for(user):
    """`[(PostKind, Post)]` of all posts that `user` may see."""
    return [(kind, post) for kind in posts if user.has_perm(kind.permission) for post in kind.find(user)]
