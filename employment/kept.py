"""What a kept job proposes to whoever looks after the family. Nothing here changes a hardship file."""

from django.urls import reverse

from employment.models import FollowUp
from hardship.enums import Deed
from hardship.models import HardshipFile
from households.enums import MembershipKind
from households.models import Membership

VIEW_FILE, ASK = "hardship.view_hardshipfile", "hardship.add_changerequest"


def file_of(resident, user):
    """The running hardship file of the family that `resident` lives with, None where there is none that `user` may see."""
    if not user.has_perm(VIEW_FILE):
        return None
    homes = Membership.objects.filter(resident=resident, kind=MembershipKind.LIVES, valid_to=None).values("household")
    return HardshipFile.objects.visible_to(user, VIEW_FILE).in_care().filter(household__in=homes).first()


def proposals_for(file, user):
    """`{"kept": the follow-ups of those of this family who kept a job and that came after its last review, "ask_url"}`."""
    people = Membership.objects.filter(household=file.household, kind=MembershipKind.LIVES, valid_to=None)
    rows = FollowUp.objects.visible_to(user, "employment.view_seeker").kept()
    rows = rows.filter(seeker__resident__in=people.values("resident"))
    if (last := file.reviews.order_by("-on").values_list("on", flat=True).first()) is not None:
        rows = rows.filter(done_on__gte=last)
    rows = rows.select_related("seeker__resident", "application__post__employer", "startup").order_by(
        "-done_on", "-pk"
    )
    return {"kept": list(rows[:5]), "ask_url": ask_url(file, user)}


def ask_url(file, user):
    """Where `user` asks for a change of a category of `file`; '' for who may not."""
    may = user.has_perm(ASK, file)
    return reverse("hardship:request_create", args=[file.pk, Deed.STATUS_END.value]) if may else ""
