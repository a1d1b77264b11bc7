"""Income and outgo, and months of the books that are locked."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from fedhub.core.text import row_key
from fedhub.core.views import (
    FormView,
    ScopedDetailView,
    StaffPage,
)
from fedhub.reference.periods import PeriodForm, month_after, month_of, presets
from hardship.figures import by_batch, by_fund, by_home, by_occasion, totals
from hardship.forms.aid import (
    PeriodAskForm,
    PeriodDecideForm,
    offices,
)
from hardship.models import AidPeriod, Batch, Delivery, Fund, ReopenRequest
from hardship.queries import gifts_in_books
from hardship.services.periods import (
    ask_reopening,
    grant_reopening,
    is_open,
    lock_period,
    locked_months,
    refuse_reopening,
)
from hardship.views.aid import crumb
from households.models.household import household_title

HOMES = 20


# --- figures and locked months -------------------------------------------------------------------------------------------
class AidFigures(StaffPage):
    """Income and outgo by purse and goods, gifts by occasion; locked months with what was restated."""

    permission = "hardship.view_aidperiod"
    title = "救助收支"
    template_name = "hardship/aid_figures.html"

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        user, form = self.request.user, PeriodForm(self.request.GET)
        since, last = form.months()
        until = min(month_after(last) - timedelta(days=1), timezone.localdate())
        gifts, community = gifts_in_books(user), offices(user, self.permission).first()
        months = locked_months(community, since, last) if community else {}
        href = f"{reverse('hardship:delivery_list')}?state=given&since={since}&until={until}"
        times, homes, worth = totals(gifts, since, until)
        seen = Delivery.objects.visible_to(user, "hardship.view_delivery")
        families, hidden, more = by_home(gifts, seen, since, until, HOMES)
        return super().get_context_data(
            form=form, presets=presets(), since=since, until=until, last=last,
            funds=by_fund(Fund.objects.visible_to(user, self.permission), since, until),
            batches=by_batch(Batch.objects.visible_to(user, self.permission), since, until),
            occasions=[(*row, f"{href}&occasion={row[0]}") for row in by_occasion(gifts, since, until)],
            families=[(household_title(*names), *sums, f"{href}&household={pk}") for pk, names, *sums in families],
            hidden=hidden, more=more, most=HOMES, times=times, homes=homes, worth=worth, href=href, community=community,
            restated=[(p, changes_of(p)) for p in months.values() if p.restated],
            periods=AidPeriod.objects.visible_to(user, self.permission).order_by("-month", "-pk")[:24],
            may_lock=user.has_perm("hardship.add_aidperiod"), month=(timezone.localdate().replace(day=1)),
            **kwargs,
        )  # fmt: skip


def changes_of(period):
    """`[(day, words)]`: what was known at the lock and what it was restated to."""
    known, found = period.figures, []
    for one in period.restated:
        lines = []
        for table in ("funds", "goods"):
            keys = {**known.get(table, {}), **one["figures"].get(table, {})}
            for key in keys:
                before, after = known.get(table, {}).get(key), one["figures"].get(table, {}).get(key)
                if before != after:
                    name = (after or before)[0]
                    lines.append(f"{name}：收 {_of(before, 2)}→{_of(after, 2)}，支 {_of(before, 3)}→{_of(after, 3)}")
        found.append((one["on"], "；".join(lines) or "发放次数、户数有变化"))
        known = one["figures"]
    return found


def _of(row, place):
    return row[place] if row else "0.00"


class PeriodLock(StaffPage):
    """Lock one month: POST only, with its once-key."""

    permission = "hardship.add_aidperiod"

    def get(self, request, *args, **kwargs):
        raise Http404

    def post(self, request, *args, **kwargs):
        month = month_of(request.POST.get("month", ""))
        area = offices(request.user, self.permission).filter(pk=row_key(request.POST.get("area", "")) or 0).first()
        if month is None or area is None:
            messages.error(request, "请选要锁的月份。")
            return redirect("hardship:aid_figures")
        try:
            period = lock_period(area, month, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("hardship:aid_figures")
        messages.success(request, f"{period}已锁账。")
        return redirect(period)


class PeriodDetail(ScopedDetailView):
    permission = "hardship.view_aidperiod"
    model = AidPeriod
    title = "账期"
    template_name = "hardship/period_detail.html"
    log_reading = False

    def get_title(self):
        return f"{self.get_row()}账期"

    def get_crumbs(self):
        return [("救助收支", reverse("hardship:aid_figures"))]

    def get_context_data(self, **kwargs):
        period, user = self.get_row(), self.request.user
        requests = list(period.requests.select_related("asked_by", "decided_by").order_by("-pk"))
        return super().get_context_data(
            is_open=is_open(period), changes=changes_of(period), requests=requests,
            waiting=next((r for r in requests if r.state == "asked"), None),
            may_ask=not is_open(period) and user.has_perm("hardship.change_aidperiod", period),
            may_decide=user.has_perm("hardship.approve_delivery", period), **kwargs,
        )  # fmt: skip


class PeriodAsk(FormView):
    permission = "hardship.change_aidperiod"
    model = AidPeriod
    title = "申请重开账期"
    form_class = PeriodAskForm
    submit_label = "申请"
    success_message = "已申请，等另一个人审批。"

    def get_back_url(self):
        return self.get_row().get_absolute_url()

    def save(self, form):
        ask_reopening(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        return self.get_row()


class ReopenDecide(FormView):
    permission = "hardship.approve_delivery"
    model = ReopenRequest
    title = "审批重开账期"
    form_class = PeriodDecideForm
    submit_label = "决定"
    success_message = "已决定。"

    def get_rows(self):
        return super().get_rows().select_related("period__area")

    def get_back_url(self):
        return self.get_row().period.get_absolute_url()

    def save(self, form):
        data = form.cleaned_data
        act = grant_reopening if data["agree"] else refuse_reopening
        return act(self.get_row(), note=data["note"], by=self.request.user)
