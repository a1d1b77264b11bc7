"""Settings pages: Word templates of the office's documents."""

from django.http import Http404, HttpResponse
from django.urls import reverse

from fedhub.core.papers import TYPE, drop_template, own_template, papers, put_template, template_bytes
from fedhub.core.views import FormView, StaffPage, StepView
from fedhub.reference.forms import PaperForm


class PaperList(StaffPage):
    permission = "reference.change_codetable"
    title = "文书模板"
    template_name = "reference/paper_list.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(papers=[(paper, own_template(paper)) for paper in papers], **kwargs)


class OfPaper:
    """A page about one kind of document; the key of an unknown one is no page."""

    permission = "reference.change_codetable"

    def get_row(self):
        key = self.kwargs["key"]
        if key not in papers:
            raise Http404
        return papers[key]


class PaperUpdate(OfPaper, FormView):
    """What the template may say, the one in use, and the office's own in its place."""

    template_name = "reference/paper_form.html"
    form_class = PaperForm
    title = "文书模板"
    submit_label = "换上这个模板"
    success_message = "模板已换上，以后下载的都用它。"

    def get_title(self):
        return f"模板：{self.get_row().label}"

    def get_crumbs(self):
        return [("文书模板", reverse("reference:paper_list"))]

    def get_back_url(self):
        return reverse("reference:paper_list")

    def get_form_kwargs(self):
        self.get_row()
        return {}

    def get_context_data(self, **kwargs):
        paper = self.get_row()
        lists = [(name, list(words.items())) for name, words in paper.lists.items()]
        return super().get_context_data(paper=paper, own=own_template(paper), lists=lists, **kwargs)

    def save(self, form):
        file = form.cleaned_data["file"]
        put_template(self.get_row(), file.read(), name=file.name, by=self.request.user)
        return reverse("reference:paper_update", args=[self.get_row().key])


class PaperFile(OfPaper, StaffPage):
    """The template in use, for changing it in Word."""

    def get(self, request, *args, **kwargs):
        paper = self.get_row()
        name = f'attachment; filename="{paper.key}.docx"'
        return HttpResponse(template_bytes(paper), content_type=TYPE, headers={"Content-Disposition": name})


class PaperRestore(OfPaper, StepView):
    """Back to the shipped template."""

    success_message = "已恢复自带的模板。"

    def act(self, row):
        drop_template(row, by=self.request.user)

    def get_success_url(self):
        return reverse("reference:paper_update", args=[self.get_row().key])
