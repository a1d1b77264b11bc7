"""交接单 on paper and for Word: of what somebody is in charge of now, or of a hand-over that was made."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from fedhub.core import audit, crypto
from fedhub.core.papercheck import PaperError
from fedhub.core.papers import TYPE, fill
from fedhub.core.views import ScopedDetailView, StaffView
from grids.models import HandOver
from grids.pack import given_pack, pack_paper, running_pack
from grids.queries import people_of_packs


class OfPerson:
    """Of now: her own, or of somebody whose duties the reader arranges."""

    permission = "grids.view_duty"
    model = User
    page_name = "grids:pack"

    def get_rows(self):
        return people_of_packs(self.request.user)

    def person(self):
        """Whose sheet it is."""
        return self.get_row()

    def values(self):
        return running_pack(self.get_row(), self.request.user)


class OfHandOver:
    """Of a hand-over that was not taken back."""

    permission = "grids.change_duty"
    model = HandOver
    page_name = "grids:handover_pack"

    def get_rows(self):
        return super().get_rows().filter(undone_at=None).select_related("from_person")

    def person(self):
        """Whose sheet it is."""
        return self.get_row().from_person

    def values(self):
        return given_pack(self.get_row(), self.request.user)


class Sheet(ScopedDetailView):
    """The sheet; opening it is logged as the printing that it is for."""

    title = "交接单"
    template_name = "grids/pack.html"
    log_reading = False

    def get(self, request, *args, **kwargs):
        audit.record_read(self.person(), by=request.user, action="grids.pack.print")
        return super().get(request, *args, **kwargs)

    def get_back_url(self):
        """Where the reader came from: what she may open."""
        if not self.request.user.has_perm("grids.change_duty"):
            return reverse("grids:my_record")
        if self.model is HandOver:
            return reverse("grids:handover_list")
        return reverse("grids:handover_create", args=[self.person().pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            sheet=self.values(), given=self.model is HandOver, back_url=self.get_back_url(), **kwargs
        )


class Word(StaffView):
    """The document. Every download is logged; the name of the file says nothing about whom."""

    def post(self, request, *args, **kwargs):
        row = self.get_row()
        try:
            made = fill(pack_paper, self.values())
        except (OSError, crypto.Undecryptable):
            messages.error(request, "本单位的模板读不出来，没有生成。请在“文书模板”里恢复自带的模板。")
            return redirect(self.page_name, row.pk)
        except PaperError as error:
            messages.error(request, error.message)
            return redirect(self.page_name, row.pk)
        audit.record("grids.pack.download", self.person(), by=request.user)
        headers = {"Content-Disposition": 'attachment; filename="handover.docx"', "Cache-Control": "no-store"}
        return HttpResponse(made, content_type=TYPE, headers=headers)


class Pack(OfPerson, Sheet):
    pass


class PackPaper(OfPerson, Word):
    pass


class HandOverPack(OfHandOver, Sheet):
    pass


class HandOverPaper(OfHandOver, Word):
    pass
