"""What the pages and the desk ask of hardship files."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.models import Setting
from fedhub.reference.enums import RiskLevel
from fedhub.reference.lookup import rule
from hardship.accounts import sums_of
from hardship.enums import FileState, Level
from hardship.matching import Candidate, Place, ranked
from hardship.models import (
    Batch,
    ChangeRequest,
    Delivery,
    Evidence,
    HardshipFile,
    Helper,
    Notice,
    Objection,
    Pairing,
    Review,
)
from hardship.models.file import ASKED, UNDECIDED
from hardship.score import KEYS, SHIPPED, Facts, suggest
from households.enums import HousingKind
from households.models import Household
from households.queries import categories_of_household, households_in_category
from households.services.households import living_members

WEIGHTS = "hardship:weights"
COLOURS = {
    Level.FIRST: RiskLevel.RED,
    Level.SECOND: RiskLevel.ORANGE,
    Level.THIRD: RiskLevel.YELLOW,
    Level.FOURTH: RiskLevel.GREEN,
}
TONES = {
    FileState.FOUND: "warn",
    FileState.CHECKED: "warn",
    FileState.PROPOSED: "warn",
    FileState.RETURNED: "bad",
    FileState.ACTIVE: "ok",
    FileState.EXITING: "warn",
    FileState.WATCHED: "info",
    FileState.CLOSED: "quiet",
}
LEVEL_TONES = {Level.FIRST: "bad", Level.SECOND: "warn", Level.THIRD: "info", Level.FOURTH: "quiet"}
CHILD_UNTIL, OLD_FROM = 16, 80
# Codes of employment_status of those who earn nothing: unemployed, retired and others are told apart in GB/T 2261.4.
SEVERE, DANGEROUS = ("1", "2"), ("C", "D")
EARNING = ("11", "13", "17", "21", "24", "27", "51", "54")


def weights():
    """{key: points} of the score sheet in use."""
    row = Setting.objects.filter(key=WEIGHTS).values_list("value", flat=True).first() or {}
    return SHIPPED | {key: int(row[key]) for key in KEYS if key in row}


def facts_of(household):
    """The Facts of a family today: from its ledger, and from what its open file says of the home, the members and the
    money of the latest year."""
    people = [m.resident for m in living_members(household)]
    ages = [age for person in people if (age := person.age()) is not None]
    file = open_file_of(household)
    members = list(file.members.all()) if file else []
    home = getattr(file, "home", None) if file else None
    account = file.accounts.order_by("-year").first() if file else None
    known = [person.employment for person in people if person.employment]
    standard = rule("dibao_standard_month")
    return Facts(
        categories=frozenset(categories_of_household(household)),
        people=len(people),
        dependants=sum(age < CHILD_UNTIL or age >= OLD_FROM for age in ages),
        workers=sum(code in EARNING for code in known) if known else None,
        severe=any(fact.disability_grade in SEVERE for fact in members),
        owns_home=household.housing in ("", HousingKind.OWN),
        dangerous=home is not None and (home.old_courtyard or home.danger in DANGEROUS),
        income=float(sums_of(account).head_month) if account else None,
        standard=standard,
    )


def suggestion_for(household):
    """The Suggestion of the score sheet for a family as it is today."""
    return suggest(facts_of(household), weights())


def open_file_of(household):
    """The file of a family that is not closed, or None; not narrowed to what somebody may see."""
    return HardshipFile.objects.open().filter(household=household).first()


# --- what waits ------------------------------------------------------------------------------------------------------
def waiting_for_approval(user):
    """Files that were proposed, or whose exit was, in the places where `user` decides."""
    rows = HardshipFile.objects.visible_to(user, "hardship.approve_hardshipfile").open()
    return rows.filter(ASKED)


def waiting_reviews(user):
    """Level changes that wait for somebody else's word, in the places where `user` decides."""
    return Review.objects.visible_to(user, "hardship.approve_hardshipfile").filter(UNDECIDED)


def review_due(user, day=None):
    """Files in care whose review is due by `day` (default today): one's own, and all for whoever decides."""
    rows = HardshipFile.objects.visible_to(user, "hardship.change_hardshipfile").in_care()
    rows = rows.filter(review_due_on__lte=day or timezone.localdate())
    places = user.scope("hardship.approve_hardshipfile")
    return rows if places is None else rows.filter(Q(officer=user) | Q(area_id__in=places))


def returned_to(user):
    """Files that were sent back to `user`."""
    return HardshipFile.objects.visible_to(user).open().filter(state=FileState.RETURNED, officer=user)


# --- aid ---------------------------------------------------------------------------------------------------------------
def gifts_in_books(user):
    """Everything given in the places whose books `user` reads: gifts to guarded families count in the sums."""
    return Delivery.objects.filter(area__in=Area.objects.visible_to(user, "hardship.view_aidperiod").values("pk"))


def waiting_gifts(user):
    """What was asked for and waits for `user` to decide; her own requests for money wait for somebody else."""
    rows = Delivery.objects.visible_to(user, "hardship.approve_delivery").filter(state="pledged")
    return rows.exclude(batch=None, created_by=user)


def expiring_goods(user, day=None):
    """Batches with something left that expire by `day` (default rule "aid_expiry_warn_days" from today)."""
    day = day or timezone.localdate() + timedelta(days=rule("aid_expiry_warn_days"))
    return Batch.objects.visible_to(user, "hardship.add_batch").open().filter(expires_on__lte=day)


# --- pairing ------------------------------------------------------------------------------------------------------------
def silent_pairings(user, day=None):
    """Pairings whose rhythm has passed without a word: the officer's own, those one helps in, all for whoever decides."""
    rows = Pairing.objects.visible_to(user).silent(day)
    places = user.scope("hardship.sign_pairing")
    return (
        rows if places is None else rows.filter(Q(file__officer=user) | Q(helper__user=user) | Q(area_id__in=places))
    )


def waiting_pairings(user):
    """Pairings that wait for a second signature that `user` may give."""
    return Pairing.objects.visible_to(user, "hardship.sign_pairing").filter(state="waiting").exclude(created_by=user)


def lonely_files(user):
    """Files of the first two levels without a running pairing (handbook 4.4)."""
    paired = Pairing.objects.filter(file=OuterRef("pk"), state="active")
    rows = HardshipFile.objects.visible_to(user, "hardship.add_pairing").in_care()
    return rows.filter(level__lte=Level.SECOND).exclude(state=FileState.WATCHED).filter(~Exists(paired))


def ending_consents(user, day=None):
    """Running pairings whose consent is over, taken back, or ends within 30 days of `day`."""
    day = day or timezone.localdate()
    ends = Q(consent__expires_on__lte=day + timedelta(days=30)) | Q(consent__withdrawn_on__lte=day)
    return Pairing.objects.visible_to(user, "hardship.change_pairing").alive().filter(ends)


def suggested_helpers(file, wanted, user, most=8):
    """`[(Helper, Match)]` for a file whose family wants `wanted` (codes of HelpKind), the best first. Two queries."""
    home = file.household
    rows = Helper.objects.visible_to(user, "hardship.view_helper").active().select_related("area")
    rows = rows.exclude(pairings__in=file.pairings.filter(ended_on=None))
    helpers = {helper.pk: helper for helper in rows.with_load()}
    candidates = [
        Candidate(
            pk, frozenset(helper.skills), Place(helper.area.code, helper.compound, helper.building), helper.load,
            helper.cap,
        )
        for pk, helper in helpers.items()
    ]  # fmt: skip
    place = Place(home.area.code[:15], home.compound, home.building)
    return [(helpers[one.key], one) for one in ranked(candidates, wanted, place)[:most]]


def own_pairings(user):
    """Pairings that `user` helps in herself, while they run and the consent holds; whatever her places are."""
    return Pairing.objects.own(user).select_related("household__area", "helper", "file__subject")


def expiring_proofs(user, day=None):
    """Papers of open files that expire by `day` (default rule "hardship_proof_warn_days" from today)."""
    day = day or timezone.localdate() + timedelta(days=rule("hardship_proof_warn_days"))
    rows = Evidence.objects.visible_to(user, "hardship.change_hardshipfile")
    return rows.filter(file__closed_on=None, replaced_on=None, valid_until__lte=day)


def waiting_requests(user):
    """Change requests that wait for `user` to decide."""
    rows = ChangeRequest.objects.visible_to(user, "hardship.decide_changerequest").filter(state="open")
    return rows.exclude(created_by=user)


# --- policies -----------------------------------------------------------------------------------------------------------
def files_to_compare(policy, user):
    """Files in care that `user` may see, of the families in a category that `policy` asks for; the rest is compared one by one."""
    rows = HardshipFile.objects.visible_to(user).in_care().select_related("household", "area")
    if codes := policy.conditions.get("categories"):
        asked = reduce(or_, (households_in_category(code) for code in codes))
        rows = rows.filter(household__in=Household.objects.filter(asked))
    return rows


# --- public notice ------------------------------------------------------------------------------------------------------
def public_notices():
    """What anybody reads today, by community."""
    return Notice.objects.in_force().order_by("community", "since", "pk")


def waiting_notices(user):
    """Drafts of notices that wait for `user` to publish; her own wait for somebody else."""
    rows = Notice.objects.visible_to(user, "hardship.approve_hardshipfile").filter(state="draft")
    return rows.exclude(made_by=user)


def waiting_objections(user):
    """Objections to notices that nobody has looked into."""
    return Objection.objects.visible_to(user).filter(state="open")
