"""Addresses of results, below /surveys/."""

from django.urls import path

from surveys.views import findings, groups, photos, results, telling, texts

urlpatterns = [
    path("results/", results.ResultList.as_view(), name="result_list"),
    path("results/topics/", groups.ResultTopics.as_view(), name="result_topics"),
    path("<int:pk>/results/", results.SurveyResults.as_view(), name="results"),
    path("<int:pk>/results/sheet/", results.ResultSheet.as_view(), name="result_sheet"),
    path("<int:pk>/results/paper/", results.ResultPaper.as_view(), name="result_paper"),
    path("<int:pk>/results/reach/", results.SurveyReach.as_view(), name="reach"),
    path("<int:pk>/results/cross/", results.SurveyCross.as_view(), name="cross"),
    path("<int:pk>/results/groups/", groups.SurveyGroups.as_view(), name="groups"),
    path("<int:survey>/results/photos/", photos.PhotoList.as_view(), name="photo_list"),
    path("photos/<int:pk>/", photos.PhotoFile.as_view(), name="photo"),
    path("<int:survey>/results/texts/", texts.TextList.as_view(), name="text_list"),
    path("texts/<int:pk>/topics/", texts.TextTagging.as_view(), name="text_tag"),
    path("texts/<int:pk>/tell/", texts.TextTell.as_view(), name="text_tell"),
    path("<int:pk>/results/tell/", telling.SurveyTell.as_view(), name="survey_tell"),
    path("<int:pk>/results/untell/", telling.SurveyUntell.as_view(), name="survey_untell"),
    path("<int:pk>/findings/new/", findings.FindingCreate.as_view(), name="finding_create"),
    path("findings/<int:pk>/", findings.FindingDetail.as_view(), name="finding_detail"),
    path("findings/<int:pk>/edit/", findings.FindingUpdate.as_view(), name="finding_update"),
    path("findings/<int:pk>/raise/", findings.FindingRaise.as_view(), name="finding_raise"),
    path("findings/<int:pk>/send/", findings.FindingSend.as_view(), name="finding_send"),
    path("help/<int:pk>/", findings.HelpDetail.as_view(), name="help_detail"),
]
