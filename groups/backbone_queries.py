"""What the pages of backbone women ask for."""

from django.db.models import Case, Count, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.prepared import Given, one_row, prepared
from groups.backbone_enums import PENDING
from groups.models import Backbone, BackboneTask, Evaluation, Training
from households.enums import ResidentState
from households.models import Resident

SHOWN, COUNTED = 20, 500


def _number_of(lines):
    """How many of `lines` each backbone woman has, as an expression."""
    own = lines.filter(backbone=OuterRef("pk")).order_by().values("backbone")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)


TRAININGS = _number_of(Training.objects.standing())
TASKS = _number_of(BackboneTask.objects.pending())


def _only_ticked(scoped):
    rows = Resident.objects.in_areas(Given("areas") if scoped else None)
    rows = rows.filter(is_backbone=True, sex="2", state=ResidentState.ACTIVE)
    return rows.exclude(pk__in=Backbone.objects.current().values("resident_id"))


@prepared
def _ticked(scoped):
    return _only_ticked(scoped).order_by("name_sort", "pk").values("pk", "name")[:COUNTED]


@prepared
def _ticked_number(scoped):
    return one_row(_only_ticked(scoped), Count("pk"))


def only_ticked(user):
    """`([{pk, name}], number)`: women whom the ledger calls 妇女骨干 and for whom `user` may open a file that is not there yet."""
    ids = user.scope("groups.add_backbone")
    found = _ticked.dicts(ids is not None, areas=ids)
    return found[:SHOWN], len(found) if len(found) < COUNTED else _ticked_number.rows(ids is not None, areas=ids)[0][0]


def other_files(backbone, user):
    """Her other files, ended ones and those of records that were merged into hers, the newest first."""
    person = backbone.resident_id
    rows = Backbone.objects.visible_to(user).filter(Q(resident=person) | Q(resident__merged_into=person))
    return list(rows.exclude(pk=backbone.pk).select_related("resident").order_by("-valid_from", "-pk"))


def evaluations_of(backbone, user):
    """How she was found, the newest year first, for whoever may read it."""
    rows = Evaluation.objects.visible_to(user).filter(backbone=backbone)
    return list(rows.select_related("recorded_by").order_by("-year", "-pk"))


def tasks_due(user, until=None):
    """Tasks that `user` gave and that ask something of her: due up to the day `until`, said to be done, or declined."""
    rows = BackboneTask.objects.visible_to(user, "groups.add_backbonetask").pending().given_by(user)
    until = until or timezone.localdate()
    return rows.filter(~Q(state="open") | Q(due_on__lte=until)).order_by("due_on", "pk")


def kept_by(person, user):
    """Backbone women of today whom `person` keeps contact with, where `user` may change that."""
    return Backbone.objects.visible_to(user, "groups.change_backbone").current().filter(keeper=person)


def given_by(person, user):
    """Tasks of `person` that are not settled, where `user` may change backbone women."""
    return BackboneTask.objects.visible_to(user, "groups.change_backbone").filter(given_by=person, state__in=PENDING)


def places_held(women, tasks):
    """The Areas in which the women and the tasks (querysets) lie."""
    ids = {*women.values_list("resident__area", flat=True), *tasks.values_list("backbone__resident__area", flat=True)}
    return list(Area.objects.filter(pk__in=ids).order_by("code"))


# --- her own page -------------------------------------------------------------------------------------------------------
def own_backbone(person):
    """Her own file of today, else the latest; None when she never was one."""
    rows = list(Backbone.objects.filter(resident=person).order_by("-valid_from", "-pk"))
    return next((one for one in rows if one.is_current), rows[0] if rows else None)


def _of(person):
    """Q of the tasks in her files, those of records that were merged into hers too."""
    return Q(backbone__resident=person) | Q(backbone__resident__merged_into=person)


def own_tasks(person):
    """What she was asked to do, in every file of hers, what is open first."""
    rows = BackboneTask.objects.filter(_of(person)).select_related("given_by", "backbone")
    first = Case(*(When(state=state, then=place) for place, state in enumerate(PENDING)), default=len(PENDING))
    return list(rows.annotate(place=first).order_by("place", "-given_on", "-pk")[:SHOWN])


def own_open_tasks(person):
    """How many things wait for her."""
    return BackboneTask.objects.filter(_of(person), state="open").count()
