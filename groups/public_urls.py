"""Residents' pages of groups and volunteering, below /r/groups/."""

from django.urls import path

from groups.views import own, own_backbone

app_name = "groups_resident"
urlpatterns = [
    path("", own.Groups.as_view(), name="groups"),
    path("mine/", own.Mine.as_view(), name="mine"),
    path("mine/serve/", own.Register.as_view(), name="register"),
    path("mine/certificates/<slug:number>/", own.OwnCertificate.as_view(), name="certificate"),
    path("<int:pk>/", own.OneGroup.as_view(), name="group"),
    path("<int:pk>/join/", own.Join.as_view(), name="join"),
    path("<int:pk>/back/", own.TakeBack.as_view(), name="back"),
    path("<int:pk>/leave/", own.Leave.as_view(), name="leave"),
    path("<int:pk>/stay/", own.Stay.as_view(), name="stay"),
]
urlpatterns += [
    path("mine/backbone/", own_backbone.OwnBackbone.as_view(), name="backbone"),
    path("mine/backbone/<int:pk>/done/", own_backbone.SayDone.as_view(), name="task_done"),
    path("mine/backbone/<int:pk>/no/", own_backbone.Decline.as_view(), name="task_decline"),
]
