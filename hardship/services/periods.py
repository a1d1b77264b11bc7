"""Months of the books: locked with their figures, reopened by another person, restated with both values (acceptance F2.9)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.reference.lookup import rule
from fedhub.reference.periods import month_after
from hardship.enums import PeriodState
from hardship.figures import figures_of
from hardship.flow import reopen_flow
from hardship.models import AidPeriod, Batch, Fund, ReopenRequest


def community_of(area):
    """The community that `area` lies in (itself, for one above)."""
    return area if len(area.code) <= 12 else Area.objects.get(code=area.code[:12])


def check_open(area, on):
    """Raise ValidationError when the month of the day `on` is locked for the community of `area`, or is still to come."""
    if on > timezone.localdate():
        raise ValidationError("日期不能晚于今天。")
    period = AidPeriod.objects.filter(area=community_of(area), month=on.replace(day=1)).first()
    if period is not None and not is_open(period):
        raise ValidationError(f"{period}已经锁账，请记在还没锁的月份，或者申请重开。")


def is_open(period):
    """True while a month may be written into again; it locks itself after its last day."""
    return period.state == PeriodState.REOPENED and period.reopened_until >= timezone.localdate()


@transaction.atomic
def lock_period(area, month, *, by):
    """Lock the month (its first day) of the community of `area`, keeping its figures. Returns the AidPeriod.

    A month that was reopened is locked again; where its figures changed, they are kept beside those of the first lock.
    Raises ValidationError for a month that is not over, or locked.
    """
    community, today = community_of(area), timezone.localdate()
    if month_after(month) > today:
        raise ValidationError("这个月还没有过完，不能锁账。")
    _hold_books(community)
    period = AidPeriod.objects.select_for_update(of=("self",)).filter(area=community, month=month).first()
    figures = figures_of(community, month, month_after(month) - timedelta(days=1))
    if period is None:
        period = AidPeriod.objects.create(area=community, month=month, figures=figures, created_by=by)
    elif is_open(period) or period.state == PeriodState.REOPENED:
        relock(period, figures)
    else:
        raise ValidationError(f"{period}已经锁账了。")
    audit.record("hardship.aidperiod.lock", period, by=by, month=month.isoformat())
    return period


def _hold_books(community):
    """Wait for entries that are being written, and let later ones see the lock (books.post looks again after it has its row)."""
    for model in (Fund, Batch):
        rows = model.objects.filter(area__code__startswith=community.code).order_by("pk")
        list(rows.select_for_update(of=("self",)).values_list("pk"))


def relock(period, figures):
    """Lock a reopened month; what its figures are now is kept where it differs from what was known last."""
    known = period.restated[-1]["figures"] if period.restated else period.figures
    if figures != known:
        period.restated = [*period.restated, {"on": timezone.localdate().isoformat(), "figures": figures}]
    period.state, period.reopened_until = PeriodState.LOCKED, None
    period.version += 1
    period.save(update_fields=["restated", "state", "reopened_until", "version", "updated_at"])


@transaction.atomic
def lock_lapsed():
    """Lock the reopened months whose days are over (daily). Returns how many."""
    rows = AidPeriod.objects.filter(state=PeriodState.REOPENED, reopened_until__lt=timezone.localdate())
    lapsed = list(rows.select_for_update(of=("self",)).select_related("area"))
    for period in lapsed:
        relock(period, figures_of(period.area, period.month, month_after(period.month) - timedelta(days=1)))
    return len(lapsed)


@transaction.atomic
def ask_reopening(period, *, why, by):
    """Ask for a locked month to be opened again. Returns the ReopenRequest. Raises ValidationError."""
    if not why.strip():
        raise ValidationError({"why": "请写要重开的理由。"})
    if is_open(period):
        raise ValidationError("这个月现在开着，可以直接登记。")
    if period.requests.filter(state="asked").exists():
        raise ValidationError("已经有一份重开申请在等审批。")
    request = ReopenRequest.objects.create(period=period, why=why.strip()[:200], asked_by=by)
    audit.record("hardship.reopenrequest.ask", period, by=by)
    return request


@transaction.atomic
def grant_reopening(request, *, note="", by):
    """Open the month for rule "aid_reopen_days". Returns the AidPeriod. Raises ValidationError (one's own), FlowError."""
    _not_own(request, by)
    today = timezone.localdate()
    reopen_flow.walk(request, "grant", decided_by=by, decided_on=today, note=note[:200])
    period = request.period
    until = today + timedelta(days=rule("aid_reopen_days"))
    AidPeriod.objects.filter(pk=period.pk).update(
        state=PeriodState.REOPENED, reopened_until=until, version=period.version + 1, updated_at=timezone.now()
    )
    period.refresh_from_db()
    audit.record("hardship.reopenrequest.grant", period, by=by)
    return period


@transaction.atomic
def refuse_reopening(request, *, note, by):
    """The month stays locked. Returns the AidPeriod. Raises ValidationError, FlowError."""
    _not_own(request, by)
    if not note.strip():
        raise ValidationError({"note": "请写不同意的理由。"})
    reopen_flow.walk(request, "refuse", decided_by=by, decided_on=timezone.localdate(), note=note.strip()[:200])
    audit.record("hardship.reopenrequest.refuse", request.period, by=by)
    return request.period


def _not_own(request, by):
    if request.asked_by_id == by.pk:
        raise ValidationError("自己申请的，要由另一个人审批。")


def locked_months(area, since, until):
    """{first day: AidPeriod} of the community's months in these days that were locked at some time."""
    rows = AidPeriod.objects.filter(Q(area=community_of(area)), month__gte=since, month__lte=until)
    return {period.month: period for period in rows}
