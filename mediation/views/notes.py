"""A mediator's own notes of a case."""

from django.http import Http404
from django.urls import reverse

from mediation.forms import agreements as forms
from mediation.models import PrivateNote
from mediation.services.notes import tear_note, write_note
from mediation.views.cases import CaseForm
from mediation.views.leads import key_of


class Notes(CaseForm):
    """Her own notes of a case, and the form for one more."""

    template_name = "mediation/notes.html"
    success_message = "已记下，只有您看得到。"
    submit_label = "记下"

    def get_title(self):
        return "我的私人笔记"

    def get_form(self, data=None, files=None):
        return forms.NoteForm(data, files, user=self.request.user)

    def get_context_data(self, **kwargs):
        notes = PrivateNote.objects.of(self.request.user).filter(case=self.get_row()).order_by("-on", "-pk")
        notes = notes if self.may_read else notes.none()
        return super().get_context_data(case=self.get_row(), notes=notes, **kwargs)

    def save(self, form):
        write_note(self.get_row(), words=form.cleaned_data["words"], by=self.request.user, key=key_of(form))
        return reverse("mediation:notes", args=[self.get_row().pk])


class NoteTear(CaseForm):
    """Delete one of her own notes; another's answers as none."""

    submit_label = "删去"
    success_message = "已删去。"

    def check_row(self):
        super().check_row()
        self.note = (
            PrivateNote.objects.of(self.request.user).filter(case=self.get_row(), pk=self.kwargs["note"]).first()
        )
        if self.note is None:
            raise Http404

    def get_title(self):
        return "删去这条笔记"

    def get_form(self, data=None, files=None):
        return forms.OfCase(data, files, user=self.request.user, case=self.get_row())

    def get_back_url(self):
        return reverse("mediation:notes", args=[self.get_row().pk])

    def save(self, form):
        tear_note(self.note, by=self.request.user)
        return self.get_back_url()
