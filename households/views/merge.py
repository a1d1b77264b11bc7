"""Merging two records of one person: pick, compare, confirm, take back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from fedhub.core.views import FormView, StaffView, StepView
from households.forms.life import MergeForm, MergePickForm
from households.models import Resident, ResidentMerge
from households.queries import for_comparing
from households.services.merge import merge_residents, preview_merge, undo_merge
from households.services.residents import likely_duplicates
from households.trail import said
from households.views.minor import NeedsBasis
from households.views.resident import OfResident


def words(name, value):
    """A fact as the comparison shows it: labels for codes, a mask for numbers."""
    masks = Resident.Privacy.masks
    return masks[name](value) if value and name in masks else said(Resident._meta.get_field(name), value)


class MergePick(OfResident, StaffView):
    """Which other record: the likely ones first, or any by searching."""

    permission = "households.merge_resident"
    title = "合并重复的人"
    template_name = "households/merge_pick.html"

    def get(self, request, *args, **kwargs):
        return self.show(MergePickForm(user=request.user, person=self.get_row()))

    def post(self, request, *args, **kwargs):
        form = MergePickForm(request.POST, user=request.user, person=self.get_row())
        if form.is_valid():
            return redirect("households:merge", pk=self.get_row().pk, gone=form.cleaned_data["other"].pk)
        return self.show(form)

    def show(self, form):
        request, person = self.request, self.get_row()
        found = likely_duplicates(request.user, name=person.name, birth=person.birth, exclude=person)
        return self.render(object=person, form=form, found=found, back_url=self.get_back_url())


class Merge(NeedsBasis, OfResident, FormView):
    """Both records side by side; nothing is written before the reason is given."""

    permission = "households.merge_resident"
    title = "核对后合并"
    form_class = MergeForm
    template_name = "households/merge.html"
    submit_label = "合并"
    success_message = "已合并。发现不对可以在这个人的页面撤销。"

    def get_rows(self):
        return for_comparing(super().get_rows())

    def get_people(self):
        return [self.get_row(), self.get_gone()]

    def get_gone(self):
        if not hasattr(self, "gone"):
            self.gone = self.get_rows().filter(pk=self.kwargs["gone"]).first()
            if self.gone is None:
                raise Http404
        return self.gone

    def get_preview(self):
        if not hasattr(self, "preview"):
            self.preview = preview_merge(self.get_row(), self.get_gone(), self.request.user)
        return self.preview

    def get_form_kwargs(self):
        return {"clashes": self.get_preview().clashes}

    def get_context_data(self, **kwargs):
        kept, gone, preview = self.get_row(), self.get_gone(), self.get_preview()
        rows = [
            {
                "label": pair.label,
                "kept": words(pair.name, pair.kept),
                "gone": words(pair.name, pair.gone),
                "clashes": pair.clashes,
            }
            for pair in preview.facts
            if pair.kept or pair.gone
        ]
        return super().get_context_data(
            kept=kept, gone=gone, preview=preview, rows=rows,
            swap_url=reverse("households:merge", args=[gone.pk, kept.pk]), **kwargs,
        )  # fmt: skip

    def save(self, form):
        reason = form.cleaned_data["reason"]
        merge_residents(self.get_row(), self.get_gone(), take=form.taken(), reason=reason, by=self.request.user)
        return self.get_row().get_absolute_url()


class MergeUndo(StepView):
    permission = "households.merge_resident"
    model = ResidentMerge
    success_message = "已撤销合并，两条记录都回来了。"

    def get_rows(self):
        return super().get_rows().select_related("kept", "gone")

    def act(self, row):
        left = undo_merge(row, by=self.request.user)
        if left:
            messages.warning(self.request, f"这些内容合并后又改过，没有还原，请核对：{'、'.join(left)}。")

    def get_success_url(self):
        return self.get_row().kept.get_absolute_url()
