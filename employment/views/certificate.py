"""Certificates of a course: giving them, the register, the paper."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from employment.certificate_paper import CERTIFICATE, values_of
from employment.forms.signup import CertificateFilterForm, GraduateForm, WhyForm
from employment.models import CourseCertificate
from employment.services import certificates
from employment.views.event import OfEvent, crumb
from fedhub.core import audit, crypto
from fedhub.core.papercheck import PaperError
from fedhub.core.papers import TYPE, fill
from fedhub.core.views import FormView, ScopedDetailView, ScopedListView, StaffView
from fedhub.ledgers.services.export import office_of

VIEW, ISSUE = "employment.view_coursecertificate", "employment.add_coursecertificate"


class CertificateList(ScopedListView):
    """证书登记簿: every number that was given, those that were struck out too."""

    permission = VIEW
    model = CourseCertificate
    title = "培训证书"
    unit = "本"
    filter_class = CertificateFilterForm
    results_template = "employment/certificate_list/_results.html"
    sorts = {"number": ("-number", "编号大的在前")}

    def get_crumbs(self):
        return [crumb()]

    def get_context_data(self, **kwargs):
        return super().get_context_data(may_void=self.request.user.has_perm(ISSUE), **kwargs)


class CertificateIssue(OfEvent, FormView):
    permission = ISSUE
    title = "发证"
    form_class = GraduateForm
    submit_label = "发证"
    success_message = ""
    template_name = "employment/certificate_issue.html"

    def get_form_kwargs(self):
        event = self.get_row()
        return {"event": event, "initial": {"issuer": event.organiser or office_of(event.area)}}

    def save(self, form):
        data = form.cleaned_data
        made = certificates.issue_certificates(
            self.get_row(), data["chosen"], issuer=data["issuer"], by=self.request.user
        )
        messages.success(self.request, f"发了 {len(made)} 本证书：{made[0].number} 到 {made[-1].number}。")
        return reverse("employment:certificate_list")


class OfCertificate:
    permission = VIEW
    model = CourseCertificate

    def get_rows(self):
        return super().get_rows().select_related("signup__event__area", "signup__resident", "issued_by")

    def get_crumbs(self):
        return [crumb(), ("培训证书", reverse("employment:certificate_list"))]

    def get_back_url(self):
        return reverse("employment:certificate_list")


class Certificate(OfCertificate, ScopedDetailView):
    """The paper, to be printed."""

    title = "培训证书"
    template_name = "employment/certificate.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(back_url=self.get_back_url(), **kwargs)


class CertificateFile(OfCertificate, StaffView):
    """The same for Word, from the office's own template."""

    def post(self, request, *args, **kwargs):
        paper = self.get_row()
        try:
            made = fill(CERTIFICATE, values_of(paper))
        except (OSError, crypto.Undecryptable):
            messages.error(request, "本单位的模板读不出来，没有生成。请在“文书模板”里恢复自带的模板。")
            return redirect(paper)
        except PaperError as error:
            messages.error(request, error.message)
            return redirect(paper)
        audit.record("employment.coursecertificate.download", paper, by=request.user)
        return HttpResponse(
            made, content_type=TYPE,
            headers={"Content-Disposition": 'attachment; filename="certificate.docx"', "Cache-Control": "no-store"},
        )  # fmt: skip


class CertificateVoid(OfCertificate, FormView):
    permission = ISSUE
    title = "作废证书"
    form_class = WhyForm
    submit_label = "作废"
    success_message = "已作废，编号不再使用。"

    def get_form_kwargs(self):
        return {}

    def save(self, form):
        return certificates.void_certificate(self.get_row(), why=form.cleaned_data["why"], by=self.request.user)
