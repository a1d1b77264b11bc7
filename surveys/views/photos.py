"""照片: apart from their answers, in no order; cleaned when they came, looked at by whoever looks after the survey alone."""

from django.http import Http404
from django.urls import reverse

from fedhub.core import audit
from fedhub.core.answers import kept_file
from fedhub.core.views import ScopedListView, StaffView
from surveys.enums import Kind
from surveys.forms.photos import PhotoFilterForm
from surveys.models import Picture
from surveys.results import Results
from surveys.services.pictures import picture_bytes
from surveys.states import OUT
from surveys.views.apart import OfOneSurvey
from surveys.views.results import CHANGE

READ = "surveys.survey.photos"


class OfPhotos:
    """Pictures of answers that were put in; what still waits is looked at by nobody."""

    permission = CHANGE
    model = Picture

    def get_rows(self):
        return super().get_rows().put_in().filter(survey__status__in=OUT)


class PhotoList(OfOneSurvey, OfPhotos, ScopedListView):
    """The pictures of a survey, by question; whoever opens them is logged."""

    title = "照片"
    read_action = READ
    filter_class = PhotoFilterForm
    sorts = {"mixed": ("id", "打乱的顺序")}
    unit = "张"
    page_size = 24
    results_template = "surveys/photo_list/_results.html"

    def get_list(self):
        return super().get_list().defer("sealed")

    def questions(self):
        return [(q.code, q.label) for q in self.results.questionnaire.questions() if q.kind == Kind.PHOTO]

    def page_rows(self, items):
        asked = dict(self.questions())
        return [
            {"url": reverse("surveys:photo", args=[item.pk]), "caption": asked.get(item.question, "照片")}
            for item in items
        ]


class PhotoFile(OfPhotos, StaffView):
    """One picture, behind the same check; kept by no browser."""

    def get(self, request, pk):
        picture = self.get_row()
        if not Results(picture.survey).enough:
            raise Http404
        audit.record_read(picture.survey, by=request.user, action=READ)
        return kept_file(picture_bytes(picture), "image/jpeg", "照片.jpg")
