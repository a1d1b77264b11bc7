"""What the lists of what is kept apart from the answers share (texts, pictures): one survey, enough answers, readers logged."""

from django.http import Http404

from fedhub.core import audit
from surveys.models import Survey
from surveys.results import Results
from surveys.states import OUT
from surveys.views.results import crumbs_of


class OfOneSurvey:
    """A list of the survey in the address. `read_action`: the audit word; `questions()`: [(code, label)] with something here."""

    read_action = ""
    keeps_filters = False

    def get_survey(self):
        if not hasattr(self, "survey"):
            rows = Survey.objects.visible_to(self.request.user, self.permission).filter(status__in=OUT)
            self.survey = rows.select_related("area").filter(pk=self.kwargs["survey"]).first()
            if self.survey is None:
                raise Http404
        return self.survey

    def get_crumbs(self):
        return crumbs_of(self.get_survey())

    def get(self, request, *args, **kwargs):
        self.results = Results(self.get_survey())
        answer = super().get(request, *args, **kwargs)
        audit.record_read(self.get_survey(), by=request.user, action=self.read_action)
        return answer

    def get_list(self):
        rows = self.get_rows().filter(survey=self.get_survey())
        return rows if self.results.enough else rows.none()

    def filtered(self, rows):
        form = self.filter_form = self.filter_class(self.query, user=self.request.user, questions=self.questions())
        return form.apply(rows)

    def get_context_data(self, **kwargs):
        return super().get_context_data(results=self.results, survey=self.get_survey(), **kwargs)
