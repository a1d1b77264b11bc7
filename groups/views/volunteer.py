"""Pages of volunteers: the list, one volunteer, her services, the notice before hours count, certificates."""

from django.http import Http404
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone

from fedhub.areas.models import Area
from fedhub.core.views import (
    FormView,
    ScopedCreateView,
    ScopedDetailView,
    ScopedListView,
    ScopedUpdateView,
    StaffPage,
    StepView,
)
from fedhub.reference.lookup import rule
from groups.enums import FreeTime, ServiceKind, ServiceState, VolunteerState
from groups.flow import volunteer_flow
from groups.forms.group import ToldWhyForm
from groups.forms.volunteer import (
    CertifyForm,
    CorrectForm,
    ServiceFilterForm,
    ServiceForm,
    VolunteerFilterForm,
    VolunteerForm,
)
from groups.hours import stars, to_next_star, words
from groups.models import Certificate, Service, Volunteer
from groups.need_enums import Strain, Tongue
from groups.need_queries import of_volunteer
from groups.need_states import OFFER_TONES, RECORD_TONES
from groups.public import labels
from groups.queries import noticed_services, shifts_of_today
from groups.services import hours, volunteers
from groups.services.helping import pairings_of
from groups.states import SERVICE_TONES, VOLUNTEER_TONES
from groups.views.lines import (
    CERTIFICATE_VALUES,
    LOST,
    SERVICE_VALUES,
    VOLUNTEER_VALUES,
    certificate_lines,
    service_lines,
    volunteer_lines,
)
from hardship.models import Pairing

SHOWN = 50
AT_ONCE = {"accept": volunteers.accept_volunteer, "resume": volunteers.resume_volunteer}
WITH_REASON = {
    "refuse": volunteers.refuse_volunteer,
    "pause": volunteers.pause_volunteer,
    "leave": volunteers.leave_volunteers,
}


def crumb():
    return ("志愿者", reverse("groups:volunteer_list"))


class VolunteerList(ScopedListView):
    permission = "groups.view_volunteer"
    model = Volunteer
    title = "志愿者"
    unit = "人"
    filter_class = VolunteerFilterForm
    sorts = {"updated": ("-updated_at", "最近更新"), "hours": ("-half_hours", "时长多的在前")}
    results_template = "groups/volunteer_list/_results.html"

    reads_alike = True

    def read(self, rows):
        return rows.values(*VOLUNTEER_VALUES)

    def page_rows(self, items):
        return volunteer_lines(items, rule("volunteer_stars"))

    def get_create_url(self):
        return reverse("groups:volunteer_create") if self.request.user.has_perm("groups.add_volunteer") else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(create_label="登记志愿者", **kwargs)


class VolunteerCreate(ScopedCreateView):
    permission = "groups.add_volunteer"
    model = Volunteer
    title = "登记志愿者"
    form_class = VolunteerForm

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb()]

    def get_back_url(self):
        return reverse("groups:volunteer_list")

    def save(self, form):
        return volunteers.register_volunteer(form.save(commit=False), by=self.request.user)


class VolunteerUpdate(ScopedUpdateView):
    permission = "groups.change_volunteer"
    model = Volunteer
    title = "改志愿者登记"
    form_class = VolunteerForm

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, self.get_row().get_absolute_url())]

    def save(self, form):
        version = form.cleaned_data["version"]
        return volunteers.change_volunteer(
            form.instance, list(form.proposed()), base_version=version, by=self.request.user
        )


class VolunteerDetail(ScopedDetailView):
    permission = "groups.view_volunteer"
    model = Volunteer
    title = "志愿者"
    template_name = "groups/volunteer_detail.html"

    def get_title(self):
        return self.get_row().name

    def get_crumbs(self):
        return [crumb()]

    def get_rows(self):
        return super().get_rows().select_related("area", "resident")

    def get_context_data(self, **kwargs):
        row, user, steps = self.get_row(), self.request.user, rule("volunteer_stars")
        kinds, times = dict(ServiceKind.choices), dict(FreeTime.choices)
        missing = to_next_star(row.half_hours, steps)
        services = row.services.select_related("confirmed_by").order_by("-started_at", "-pk")
        may_change = user.has_perm("groups.change_volunteer", row)
        offers, records, points = of_volunteer(row, user)
        pairings = Pairing.objects.visible_to(user).filter(pk__in=pairings_of(row).values("pk"))
        return super().get_context_data(
            chips=[(VOLUNTEER_TONES[row.state], row.get_state_display())],
            meta=[row.number, row.area.name],
            stars=stars(row.half_hours, steps), to_next=words(missing) if missing else "",
            is_minor=volunteers.is_minor(row),
            kinds=[kinds[k] for k in row.kinds if k in kinds], times=[times[k] for k in row.times if k in times],
            services=[(s, SERVICE_TONES[s.state]) for s in services[:SHOWN]],
            certificates=list(row.certificates.with_lost().order_by("-pk")),
            steps=[(s.label, step_url(row, s.name), s.name in AT_ONCE) for s in volunteer_flow.open_steps(row, user)],
            offers=[(one, OFFER_TONES[one.state]) for one in offers], points=points,
            records=[(one, RECORD_TONES[one.kind]) for one in records], pairings=list(pairings.select_related("household")),
            tongues=labels(Tongue.choices, row.tongues), limits=labels(Strain.choices, row.limits) if may_change else "",
            may_change=may_change,
            may_record=user.has_perm("groups.add_service", row) and row.state == VolunteerState.ACTIVE,
            may_confirm=user.has_perm("groups.confirm_service", row),
            may_certify=user.has_perm("groups.certify_service", row), **kwargs,
        )  # fmt: skip


def step_url(row, name):
    """Where a step is taken: at once by a button, or on a page that asks for the reason."""
    return reverse("groups:volunteer_step" if name in AT_ONCE else "groups:volunteer_reason", args=[row.pk, name])


class OfVolunteer:
    """A form about one volunteer."""

    permission = "groups.change_volunteer"
    model = Volunteer

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [crumb(), (self.get_row().name, self.get_row().get_absolute_url())]

    def get_back_url(self):
        return self.get_row().get_absolute_url()


class VolunteerStep(StepView):
    permission = "groups.change_volunteer"
    model = Volunteer

    def act(self, row):
        service = AT_ONCE.get(self.kwargs["step"])
        if service is None:
            raise Http404
        service(row, by=self.request.user)


class VolunteerReason(OfVolunteer, FormView):
    form_class = ToldWhyForm
    title = "志愿者"
    success_message = "已办理。"

    def dispatch(self, request, *args, **kwargs):
        if kwargs["step"] not in WITH_REASON:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_title(self):
        return f"{volunteer_flow.steps[self.kwargs['step']].label}：{self.get_row().name}"

    def save(self, form):
        act = WITH_REASON[self.kwargs["step"]]
        return act(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)


# --- services ---------------------------------------------------------------------------------------------------------
class ServiceCreate(OfVolunteer, FormView):
    permission = "groups.add_service"
    title = "登记服务"
    form_class = ServiceForm
    success_message = "已登记，等确认。"

    def save(self, form):
        service = form.save(commit=False)
        service.volunteer = self.get_row()
        hours.record_service(service, by=self.request.user)
        return self.get_back_url()


class ServiceList(ScopedListView):
    """What volunteers did; those that wait for confirmation are one choice away."""

    permission = "groups.view_service"
    model = Service
    title = "服务记录"
    filter_class = ServiceFilterForm
    sorts = {"started": ("-started_at", "最近的在前")}
    template_name = "groups/service_list.html"
    results_template = "groups/service_list/_results.html"

    reads_alike = True

    def read(self, rows):
        return rows.values(*SERVICE_VALUES)

    def may_confirm(self):
        return self.request.user.has_perm("groups.confirm_service")

    def page_rows(self, items):
        return service_lines(items, get_token(self.request) if self.may_confirm() else "")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            may_confirm=self.may_confirm(),
            notice_url=reverse("groups:service_notice"), shifts=shifts_of_today(self.request.user), **kwargs,
        )  # fmt: skip


class OfService:
    permission = "groups.confirm_service"
    model = Service

    def get_rows(self):
        return super().get_rows().select_related("volunteer__area")

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        volunteer = self.get_row().volunteer
        return [crumb(), (volunteer.name, volunteer.get_absolute_url())]

    def get_back_url(self):
        return self.get_row().volunteer.get_absolute_url()

    get_success_url = get_back_url


class ServiceConfirm(OfService, StepView):
    service = hours.confirm_service
    success_message = "已确认，公示期满自动计入。"


class ServiceVoid(OfService, FormView):
    title = "作废服务记录"
    form_class = ToldWhyForm
    submit_label = "作废"
    success_message = "已作废。"

    def save(self, form):
        hours.void_service(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
        return self.get_back_url()


class ServiceCorrect(OfService, FormView):
    title = "更正服务记录"
    form_class = CorrectForm
    submit_label = "更正"
    success_message = "已更正，等重新确认。"

    def get_form_kwargs(self):
        row = self.get_row()
        return {"initial": {name: getattr(row, name) for name in CorrectForm._meta.fields}}

    def get(self, request, *args, **kwargs):
        if self.get_row().state == ServiceState.VOID:
            raise Http404
        return super().get(request, *args, **kwargs)

    def save(self, form):
        why = form.cleaned_data["why"]
        hours.correct_service(self.get_row(), fields=form.given(), why=why, by=self.request.user)
        return self.get_back_url()


class ServiceNotice(StaffPage):
    """Hours that stand before the members now, to be printed and put up: names, hours, until when to object."""

    permission = "groups.view_service"
    title = "志愿服务时长公示"
    template_name = "groups/service_notice.html"

    def get_context_data(self, **kwargs):
        rows = noticed_services(self.request.user)
        places = Area.objects.visible_to(self.request.user, self.permission).filter(kind="community")
        return super().get_context_data(
            rows=rows, until=max((row.counts_on for row in rows), default=None), today=timezone.localdate(),
            place=places.order_by("code").first(), **kwargs,
        )  # fmt: skip


# --- certificates -----------------------------------------------------------------------------------------------------
class Certify(OfVolunteer, FormView):
    permission = "groups.certify_service"
    title = "开志愿服务证明"
    form_class = CertifyForm
    submit_label = "开证明"
    success_message = "已开，编号在证明上。"

    def get_form_kwargs(self):
        place = self.get_row().area
        return {"initial": {"issuer": f"{place.name}妇联", "head": self.request.user.name}}

    def save(self, form):
        names = ("since", "until", "issuer", "head", "contact", "purpose")
        given = {name: form.cleaned_data[name] for name in names}
        return hours.certify(self.get_row(), by=self.request.user, **given)


class CertificatePrint(ScopedDetailView):
    """The paper with its four parts: who, what and how long, who issues it, number and day."""

    permission = "groups.view_certificate"
    model = Certificate
    title = "志愿服务证明"
    template_name = "groups/certificate.html"

    def get_rows(self):
        return super().get_rows().select_related("volunteer__area", "issued_by")

    def get_crumbs(self):
        volunteer = self.get_row().volunteer
        return [crumb(), (volunteer.name, volunteer.get_absolute_url())]

    def get_context_data(self, **kwargs):
        paper = self.get_row()
        lost = list(paper.lost_services())
        return super().get_context_data(
            parts=[(label, words(n)) for label, n in paper.content], lost=lost,
            lost_hours=words(sum(service.half_hours for service in lost)), **kwargs,
        )  # fmt: skip


class CertificateList(ScopedListView):
    """The register of certificates."""

    permission = "groups.view_certificate"
    model = Certificate
    title = "证明登记"
    unit = "份"
    sorts = {"issued": ("-issued_on", "最近的在前")}
    results_template = "groups/certificate_list/_results.html"
    keeps_filters = False

    reads_alike = True

    def read(self, rows):
        return rows.annotate(lost=LOST).values(*CERTIFICATE_VALUES, "lost")

    def page_rows(self, items):
        return certificate_lines(items)

    def get_crumbs(self):
        return [crumb()]
