"""选了以后: what the page shows when an option is chosen. Nobody is told of it but she; what she does then is hers."""

from accounts.queries import is_held
from fedhub.core.views import FormView
from surveys.definition.edit import with_rules
from surveys.forms.rules import RulesForm
from surveys.services.writing import change_draft, written
from surveys.views.editor import OfDraft


class Rules(OfDraft, FormView):
    """The rules of all options on one page."""

    title = "选了以后"
    form_class = RulesForm
    template_name = "surveys/rules.html"

    def get_form_kwargs(self):
        survey = self.get_row()
        return {"questionnaire": written(survey), "version": survey.version}

    def get_context_data(self, **kwargs):
        survey = self.get_row()
        trained = is_held("safety.view_riskreport", survey.area)
        return super().get_context_data(object=survey, trained=trained, **kwargs)

    def save(self, form):
        rules = form.rules()
        change_draft(
            self.get_row(), lambda now: with_rules(now, rules), what="选了以后的规则", by=self.request.user,
            base_version=form.cleaned_data["version"],
        )  # fmt: skip
        return self.get_editor_url()
