"""The lead that a case came from follows it: settled when the agreement was kept, marked when the matter went to the police or a
court, taken up again with the case; so 预防 and 化解 (LeadQuerySet) rest on what the case shows."""

from mediation.enums import OPEN, Kept, LeadState, Outcome
from mediation.models import FollowUp, Lead
from mediation.queries import observable_on, standing_of
from mediation.services.leads import end_settled, first_day, reopen_lead, went_outside


def lead_of(case):
    """The Lead that `case` was made of, None where there is none."""
    pk = None if case.is_broken() else case.body.get("lead")
    return Lead.objects.select_related("area").filter(pk=pk).first() if pk else None


def goes_outside(case, *, on, words, by):
    """The matter of `case` reached the police or a court."""
    lead = lead_of(case)
    if lead and lead.state in OPEN:
        went_outside(lead, on=max(on, lead.found_on), words=words, by=by)


def is_closed(case, outcome, *, on, by):
    """`case` was closed: where its agreement was kept the conflict is settled, since mediation itself was the talk. It is calm
    since the agreement took effect; a follow-up that found all kept, days enough later, has seen that. With any other outcome the
    lead stays with whoever has it."""
    lead = lead_of(case)
    if outcome != Outcome.KEPT or lead is None or lead.state != LeadState.CONFIRMED:
        return
    agreement = standing_of(case)
    lead.calm_on = max(agreement.effective_on, lead.confirmed_on)
    kept = FollowUp.objects.filter(agreement=agreement, result=Kept.KEPT, done_on__gte=observable_on(lead))
    seen = kept.order_by("done_on").values_list("done_on", flat=True).first()
    end_settled(
        lead, max(on, first_day(lead)), "调解协议已经履行，回访过。", by, calm_on=lead.calm_on, observed_on=seen
    )


def is_reopened(case, *, by):
    """`case` is mediated again: so is its lead."""
    lead = lead_of(case)
    if lead and lead.state == LeadState.CLOSED:
        reopen_lead(lead, words="调解案件重新办理。", by=by)
