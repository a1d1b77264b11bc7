"""Where volunteers serve together: the page for the telephone of whoever leads it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from fedhub.core.qr import qr_squares
from fedhub.core.text import normalise
from fedhub.core.views import FormView, ScopedCreateView, ScopedListView, StaffView, StepView
from groups.forms.shift import ShiftForm, TimeForm
from groups.hours import LONG_DAY, words
from groups.models import Service, Shift, Volunteer
from groups.queries import coming_to, halves_of_day, not_there, services_on_the_spot, shift_services
from groups.services import shifts
from groups.states import SERVICE_TONES
from groups.views.lines import SHIFT_VALUES, shift_lines

ADD = "groups.add_service"


def crumb():
    return ("服务场次", reverse("groups:shift_list"))


class ShiftList(ScopedListView):
    permission = "groups.view_service"
    model = Shift
    title = "服务场次"
    unit = "场"
    sorts = {"on": ("-on", "最近的在前")}
    results_template = "groups/shift_list/_results.html"
    keeps_filters = False

    reads_alike = True

    def read(self, rows):
        return rows.values(*SHIFT_VALUES)

    def page_rows(self, items):
        return shift_lines(items)

    def get_create_url(self):
        return reverse("groups:shift_create") if self.request.user.has_perm("groups.confirm_service") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="登记一场服务", **kwargs)


class ShiftCreate(ScopedCreateView):
    permission = "groups.confirm_service"
    model = Shift
    title = "登记一场服务"
    form_class = ShiftForm

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("groups:shift_list")

    def save(self, form):
        return shifts.open_shift(form.save(commit=False), by=self.request.user)


class ShiftDetail(StaffView):
    """One tap in, one tap out; a name that is looked for is posted and stands in no address."""

    permission = "groups.view_service"
    model = Shift
    title = "服务签到"
    template_name = "groups/shift_detail.html"

    def get_crumbs(self):
        return [crumb()]

    def get(self, request, *args, **kwargs):
        return self.page("")

    def post(self, request, *args, **kwargs):
        return self.page(normalise(request.POST.get("q", ""))[:40])

    def page(self, sought):
        shift = self.get_row()
        may_tap = Shift.objects.visible_to(self.request.user, ADD).filter(pk=shift.pk).exists()
        open_today = may_tap and shift.on == timezone.localdate() and shift.off_on is None
        services = shift_services(shift)
        others, more = not_there(shift, services, self.request.user, sought) if open_today else ([], False)
        url = self.request.build_absolute_uri(reverse("service_resident:here", args=[shift.key]))
        return self.render(
            object=shift, is_today=shift.on == timezone.localdate(), may_tap=may_tap, rows=lines(shift, services),
            there=sum(row.ended_at is None for row in services), others=others, more=more, sought=sought,
            squares=qr_squares(url), coming=coming_to(shift, self.request.user),
            may_keep=self.request.user.has_perm("groups.confirm_service", shift) and shift.off_on is None
            and shift.on >= timezone.localdate(), takes=shift.off_on is None and shift.on >= timezone.localdate(),
        )  # fmt: skip


def lines(shift, services):
    """`[(Service, tone, may be put right here, hours of a long day in words or '')]`."""
    sums = halves_of_day([row.volunteer_id for row in services], shift.on)
    long = {pk: words(halves) for pk, halves in sums.items() if halves > LONG_DAY}
    return [
        (row, SERVICE_TONES[row.state], row.state in shifts.UNCONFIRMED, long.get(row.volunteer_id, ""))
        for row in services
    ]


class Tap(StepView):
    """One tap; the volunteer is one of the community that serves."""

    permission = ADD
    model = Shift

    def get_volunteer(self, shift):
        rows = Volunteer.objects.visible_to(self.request.user).filter(area=shift.area_id)
        return get_object_or_404(rows, pk=self.kwargs["volunteer"])


class TapIn(Tap):
    success_message = "已签到。"

    def act(self, shift):
        shifts.tap_in(shift, self.get_volunteer(shift), by=self.request.user)


class TapOut(Tap):
    def act(self, shift):
        done = shifts.tap_out(shift, self.get_volunteer(shift), by=self.request.user)
        self.success_message = f"{done.volunteer.name}：{shifts.said_of(done)}"


class PutRight(FormView):
    """The time as it was, before somebody confirms it."""

    permission = ADD
    model = Service
    title = "更正时间"
    form_class = TimeForm
    submit_label = "更正"
    success_message = ""

    def get_rows(self):
        rows = services_on_the_spot(self.request.user).filter(state__in=shifts.UNCONFIRMED)
        return rows.select_related("volunteer", "shift")

    def get_title(self):
        return f"更正时间：{self.get_row().volunteer.name}"

    def get_crumbs(self):
        shift = self.get_row().shift
        return [crumb(), (shift.what, shift.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().shift.get_absolute_url()

    def get_initial(self):
        row = self.get_row()
        return {"started_at": row.started_at, "ended_at": row.ended_at or timezone.now()}

    def save(self, form):
        data = form.cleaned_data
        given = {name: data[name] for name in ("started_at", "ended_at", "why")}
        right = shifts.put_right(self.get_row(), by=self.request.user, **given)
        messages.success(self.request, f"已更正。{right.volunteer.name}：{shifts.said_of(right)}")
        return self.get_back_url()
