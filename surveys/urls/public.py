"""Below /s/: filling in, by a random link, without an account."""

from django.urls import path

from surveys.views import answer, help, letters, ways

app_name = "survey"
urlpatterns = [
    path("<slug:token>/", answer.First.as_view(), name="first"),
    path("<slug:token>/<int:number>/", answer.OnePage.as_view(), name="page"),
    path("<slug:token>/all/", answer.AllPages.as_view(), name="all"),
    path("<slug:token>/end/", answer.End.as_view(), name="end"),
    path("<slug:token>/thanks/", answer.Thanks.as_view(), name="thanks"),
    path("<slug:token>/edit/", answer.Edit.as_view(), name="edit"),
    path("<slug:token>/on/", ways.CarryOn.as_view(), name="carry_on"),
    path("<slug:token>/code/", ways.ByCode.as_view(), name="code"),
    path("<slug:token>/with/<str:ticket>/", ways.With.as_view(), name="with"),
    path("<slug:token>/leave/", ways.Leave.as_view(), name="leave"),
    path("<slug:token>/who/", ways.ToWechat.as_view(), name="wechat"),
    path("<slug:token>/who/back/", ways.FromWechat.as_view(), name="wechat_back"),
    path("<slug:token>/help/", help.AskForHelp.as_view(), name="help"),
    path("<slug:token>/letter/", letters.Hers.as_view(), name="letter"),
]
