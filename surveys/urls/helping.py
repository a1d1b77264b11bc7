"""At the side of who answers: filling in for somebody, paper, letters, the end of the collecting."""

from django.urls import path

from surveys.views import helping, letters

urlpatterns = [
    path("<int:pk>/collecting/", helping.Collecting.as_view(), name="collecting"),
    path("<int:pk>/assist/", helping.Assist.as_view(), name="assist"),
    path("<int:pk>/paper/", helping.Paper.as_view(), name="paper"),
    path("<int:pk>/codes/", helping.Codes.as_view(), name="codes"),
    path("<int:pk>/close/", helping.Close.as_view(), name="survey_close"),
    path("<int:pk>/archive/", helping.Archive.as_view(), name="survey_archive"),
    path("<int:pk>/letters/", letters.Letters.as_view(), name="letters"),
    path("letters/<int:pk>/", letters.Conversation.as_view(), name="letter"),
]
