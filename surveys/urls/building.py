"""At the side of who asks: writing, review, publishing, sharing."""

from django.urls import path

from surveys.views import editor, exchange, rules, share, steps, survey

urlpatterns = [
    path("", survey.SurveyList.as_view(), name="survey_list"),
    path("new/", survey.SurveyCreate.as_view(), name="survey_create"),
    path("<int:pk>/", survey.SurveyDetail.as_view(), name="survey_detail"),
    path("<int:pk>/settings/", survey.SurveyUpdate.as_view(), name="survey_update"),
    path("<int:pk>/submit/", steps.SurveySubmit.as_view(), name="survey_submit"),
    path("<int:pk>/return/", steps.SurveyReturn.as_view(), name="survey_return"),
    path("<int:pk>/publish/", steps.SurveyPublish.as_view(), name="survey_publish"),
    path("<int:pk>/edition/", steps.EditionPublish.as_view(), name="edition_publish"),
    path("<int:pk>/pause/", steps.SurveyPause.as_view(), name="survey_pause"),
    path("<int:pk>/resume/", steps.SurveyResume.as_view(), name="survey_resume"),
    path("<int:pk>/drop/", steps.SurveyDrop.as_view(), name="survey_drop"),
    path("<int:pk>/share/", share.Share.as_view(), name="share"),
    path("<int:pk>/poster/", share.Poster.as_view(), name="poster"),
    path("<int:pk>/questions/", editor.Editor.as_view(), name="editor"),
    path("<int:pk>/questions/undo/", editor.Undo.as_view(), name="undo"),
    path("<int:pk>/questions/add/", editor.QuestionAdd.as_view(), name="question_add"),
    path("<int:pk>/questions/rules/", rules.Rules.as_view(), name="rules"),
    path("<int:pk>/questions/paste/", exchange.Paste.as_view(), name="paste"),
    path("<int:pk>/questions/xlsform/", exchange.TakeWorkbook.as_view(), name="take_workbook"),
    path("<int:pk>/questions/bank/<slug:topic>/", exchange.BankPage.as_view(), name="bank"),
    path("<int:pk>/questions/text.txt", exchange.TextOut.as_view(), name="text_out"),
    path("<int:pk>/questions/form.xlsx", exchange.XlsformOut.as_view(), name="xlsform_out"),
    path("<int:pk>/sections/<int:number>/", editor.SectionUpdate.as_view(), name="section"),
    path("<int:pk>/sections/<int:number>/up/", editor.SectionUp.as_view(), name="section_up"),
    path("<int:pk>/sections/<int:number>/down/", editor.SectionDown.as_view(), name="section_down"),
    path("<int:pk>/sections/<int:number>/drop/", editor.SectionDrop.as_view(), name="section_drop"),
    path("<int:pk>/question/<slug:code>/", editor.QuestionUpdate.as_view(), name="question"),
    path("<int:pk>/question/<slug:code>/preview/", editor.QuestionPreview.as_view(), name="question_preview"),
    path("<int:pk>/question/<slug:code>/up/", editor.QuestionUp.as_view(), name="question_up"),
    path("<int:pk>/question/<slug:code>/down/", editor.QuestionDown.as_view(), name="question_down"),
    path("<int:pk>/question/<slug:code>/double/", editor.QuestionDouble.as_view(), name="question_double"),
    path("<int:pk>/question/<slug:code>/out/", editor.QuestionTakeOut.as_view(), name="question_out"),
    path("<int:pk>/question/<slug:code>/back/", editor.QuestionBringBack.as_view(), name="question_back"),
]
