"""Registering a case, by itself or of a lead, and its parties."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from fedhub.core import audit
from mediation.enums import CaseEntryKind, CaseState, EntryKind, LeadState, Origin, Side
from mediation.models import Case, Lead, LeadEntry
from mediation.services import team
from mediation.services.bars import bar_people
from mediation.services.cases.base import locked, once_mark, told_of, was_sent, write_entry
from mediation.services.leads import VIOLENCE_KIND, refer_lead, tell_safety


@transaction.atomic
def register_case(*, area, kind, origin, body, by, applied_on=None, violence=False, officer=None, key=None):
    """Register what somebody asks to have mediated. Returns nothing: where violence is told there is a sealed report instead of a
    case, and nothing here differs. `body` as in Case."""
    if was_sent(key):
        return
    if violence or kind == VIOLENCE_KIND:
        tell_safety(area, body, told_of(body), by, (), key)
        return
    case = Case(
        area=area, kind=kind, origin=origin, body=body, recorded_by=by,
        applied_on=applied_on or timezone.localdate(), once=once_mark(key, "mediation.Case.once"),
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        if not was_sent(key):
            raise
        return
    if officer:
        team.lead(case, officer)
    bar_people(case)
    audit.record_sealed("mediation.case.write", case, by=by)


@transaction.atomic
def lead_to_case(lead, *, request, contact="", agreed=False, violence=False, by, key=None):
    """Make a case of a confirmed lead; only when both sides want it, once a lead. With `violence` the lead is passed on instead.
    Raises ValidationError."""
    lead = Lead.objects.select_for_update(of=("self",)).select_related("area").get(pk=lead.pk)
    if key and LeadEntry.objects.filter(once=once_mark(key, "mediation.LeadEntry.once")).exists():
        return
    if lead.state != LeadState.CONFIRMED or lead.is_broken():
        raise ValidationError("上门核实过、还在化解的线索才能转为案件。")
    if violence:
        tell_safety(
            lead.area, {**lead.body, "contact": contact or lead.body.get("contact", "")}, [request], by, (), key
        )
        refer_lead(lead, to="", by=by, key=key)
        return
    if not agreed:
        raise ValidationError({"agreed": "有一方不同意的，不能调解。"})
    mark = f"lead:{lead.pk}"
    if was_sent(mark):
        raise ValidationError("这条线索已经转为案件。")
    sides = [
        {**one, "side": Side.ASKED if place else Side.ASKING, "agent": "", "contact": contact if not place else ""}
        for place, one in enumerate(lead.parties)
    ]
    body = {"parties": sides, "facts": lead.body["words"], "request": request, "lead": lead.pk}
    register_case(
        area=lead.area, kind=lead.kind, origin=Origin.OFFER, body=body, by=by, officer=lead.officer, key=mark
    )
    LeadEntry.objects.create(
        lead=lead, number=lead.entries.count() + 1, kind=EntryKind.STEP, on=timezone.localdate(),
        body={"by": by.name, "words": "双方同意，转为调解案件。"}, once=once_mark(key, "mediation.LeadEntry.once"),
    )  # fmt: skip
    audit.record_sealed("mediation.lead.case", lead, by=by)


@transaction.atomic
def add_party(case, party, *, by, key=None):
    """One more party (`{"name", "resident", "side", "agent", "contact"}`); who must not see it is barred at once. Only before the
    case is taken: whoever joins has to agree. Raises ValidationError."""
    case = locked(case)
    if was_sent(key):
        return
    if case.state != CaseState.REGISTERED or case.is_broken():
        raise ValidationError("受理以前才能加当事人。")
    body = {**case.body, "parties": [*case.parties, party]}
    write_entry(case, CaseEntryKind.PARTY, timezone.localdate(), f"加当事人：{party['name']}", by=by, key=key)
    case.body, case.version = body, case.version + 1
    case.save(update_fields=["body", "version", "updated_at"])
    bar_people(case)
    audit.record_sealed("mediation.case.party", case, by=by)
