"""全程, 闭环单 on paper and for Word, 查询码: what is read and handed out, nothing is changed here."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from concerns.chain import way_of
from concerns.closing import closing_paper, closing_values
from concerns.forms.code import CodeForm
from concerns.models import Concern
from concerns.queries import status_chip
from concerns.services.codes import concern_by_code
from fedhub.core import audit, crypto
from fedhub.core.papercheck import PaperError
from fedhub.core.papers import TYPE, fill
from fedhub.core.views import FormView, ScopedDetailView, StaffView, put_errors
from fedhub.reference.lookup import label


def crumbs_of(concern):
    """Pages above a page about `concern`."""
    return [("诉求", reverse("concerns:concern_list")), (concern.number, concern.get_absolute_url())]


class OfConcern:
    """A page about one concern."""

    permission = "concerns.view_concern"
    model = Concern

    def get_rows(self):
        rows = super().get_rows()
        return rows.select_related("area", "household", "resident", "assigned_to", "created_by")


class ConcernWay(OfConcern, ScopedDetailView):
    """全程: from the origin through every function to the rating, in the order of time."""

    title = "诉求全程"
    template_name = "concerns/concern_way.html"

    def get_title(self):
        return f"全程：{self.get_row().title}"

    def get_crumbs(self):
        return crumbs_of(self.get_row())

    def get_context_data(self, **kwargs):
        concern = self.get_row()
        return super().get_context_data(
            chip=status_chip(concern),
            topic=label("survey_topic", concern.topic),
            events=way_of(concern, self.request.user),
            **kwargs,
        )


class ClosingSheet(OfConcern, ScopedDetailView):
    """闭环单 on paper; the printing is logged."""

    title = "诉求闭环单"
    template_name = "concerns/closing_sheet.html"
    log_reading = False

    def get(self, request, *args, **kwargs):
        audit.record_read(self.get_row(), by=request.user, action="concerns.concern.print")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        concern = self.get_row()
        return super().get_context_data(
            sheet=closing_values(concern, self.request.user),
            back_url=reverse("concerns:concern_way", args=[concern.pk]),
            **kwargs,
        )


class ClosingPaper(OfConcern, StaffView):
    """闭环单 for Word. Every download is logged; the name of the file is the number alone."""

    def post(self, request, *args, **kwargs):
        concern = self.get_row()
        try:
            made = fill(closing_paper, closing_values(concern, request.user))
        except (OSError, crypto.Undecryptable):
            messages.error(request, "本单位的模板读不出来，没有生成。请在“文书模板”里恢复自带的模板。")
            return redirect("concerns:concern_way", concern.pk)
        except PaperError as error:
            messages.error(request, error.message)
            return redirect("concerns:concern_way", concern.pk)
        audit.record("concerns.concern.download", concern, by=request.user)
        name = f'attachment; filename="{concern.number}.docx"'
        return HttpResponse(
            made, content_type=TYPE, headers={"Content-Disposition": name, "Cache-Control": "no-store"}
        )


class CodeSlip(OfConcern, ScopedDetailView):
    """The code on a slip to take home: it names neither the federation nor the matter, whoever finds it."""

    title = "查询码"
    template_name = "concerns/code_slip.html"
    log_reading = False

    def get(self, request, *args, **kwargs):
        audit.record_read(self.get_row(), by=request.user, action="concerns.concern.slip")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(back_url=self.get_row().get_absolute_url(), **kwargs) | {
            "site_name": "社区服务"
        }


class ConcernByCode(FormView):
    """凭码查询: posted, so that no code stands in an address or a history; what is found is shown on the same page."""

    permission = "concerns.view_concern"
    title = "凭码查询"
    template_name = "concerns/code.html"
    form_class = CodeForm
    submit_label = "查询"
    once = False

    def get_form_kwargs(self):
        return {}

    def get_crumbs(self):
        return [("诉求", reverse("concerns:concern_list"))]

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            concern = concern_by_code(form.cleaned_data["code"], by=request.user)
        except ValidationError as error:
            put_errors(form, error)
            return self.show(form, status=429)
        if concern is not None:
            audit.record_read(concern, by=request.user)
        return self.render(
            form=self.get_form(), submit_label=self.submit_label, asked=True, concern=concern,
            chip=status_chip(concern) if concern else None,
        )  # fmt: skip
