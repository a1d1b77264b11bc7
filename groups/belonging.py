"""What a woman's and a household's page show of groups, volunteering and the backbone, in one."""

from dataclasses import dataclass, field

from groups.backbone_states import LEVEL_TONES
from groups.enums import MemberState, VolunteerState
from groups.models import Backbone, Member, Volunteer
from groups.queries import places_of
from groups.states import MEMBER_TONES, VOLUNTEER_TONES
from households.coverage import is_adult_woman
from households.enums import MembershipKind
from households.queries import members_of


@dataclass
class Belonging:
    """Of one woman: `places` [(Member, tone)], `volunteer` (Volunteer, tone) or None, `backbone` (Backbone, tone) or None."""

    person: object
    places: list = field(default_factory=list)
    volunteer: tuple | None = None
    backbone: tuple | None = None

    def __bool__(self):
        return bool(self.places or self.volunteer or self.backbone)


def _volunteers(people, user):
    """`{resident id: Volunteer}` of those who serve or wait, as far as `user` may see them."""
    rows = Volunteer.objects.visible_to(user).filter(resident__in=people)
    gone = (VolunteerState.LEFT, VolunteerState.REFUSED)
    return {row.resident_id: row for row in rows.exclude(state__in=gone).order_by("pk")}


def _backbone(people, user):
    """`{resident id: Backbone}` of today."""
    return {row.resident_id: row for row in Backbone.objects.visible_to(user).current().filter(resident__in=people)}


def belonging_of(resident, user):
    """Belonging of one woman, groups that she left too. Three queries."""
    found = Belonging(resident, [(one, MEMBER_TONES[one.state]) for one in places_of(resident, user)])
    _put(found, _volunteers([resident.pk], user), _backbone([resident.pk], user))
    return found


def belonging_in(household, user):
    """`[Belonging]` of the grown women who live in a household, those of today alone. Three queries beyond its members."""
    people = {m.resident_id: m.resident for m in members_of(household) if m.kind == MembershipKind.LIVES}
    women = {pk: Belonging(person) for pk, person in people.items() if is_adult_woman(person)}
    places = Member.objects.visible_to(user).filter(resident__in=list(women), state=MemberState.ACTIVE)
    for place in places.select_related("group").order_by("pk"):
        women[place.resident_id].places.append((place, MEMBER_TONES[place.state]))
    volunteers, backbone = _volunteers(list(women), user), _backbone(list(women), user)
    for one in women.values():
        _put(one, volunteers, backbone)
    return list(women.values())


def _put(found, volunteers, backbone):
    if row := volunteers.get(found.person.pk):
        found.volunteer = (row, VOLUNTEER_TONES[row.state])
    if row := backbone.get(found.person.pk):
        found.backbone = (row, LEVEL_TONES[row.level])
