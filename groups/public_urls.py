"""Residents' pages of groups and volunteering, below /r/groups/."""

from django.urls import path

from groups.views import own, own_activities, own_backbone, own_lead, own_serving, own_shifts

app_name = "groups_resident"
urlpatterns = [
    path("", own.Groups.as_view(), name="groups"),
    path("mine/", own.Mine.as_view(), name="mine"),
    path("mine/serve/", own_serving.Register.as_view(), name="register"),
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
urlpatterns += [
    path("mine/offer/", own_serving.ChangeOffer.as_view(), name="offer"),
    path("mine/pause/", own_serving.Pause.as_view(), name="pause"),
    path("mine/resume/", own_serving.Resume.as_view(), name="resume"),
    path("mine/quit/", own_serving.Quit.as_view(), name="quit"),
    path("mine/asked/<slug:key>/", own_serving.Asked.as_view(), name="asked"),
    path("mine/asked/<slug:key>/accept/", own_serving.Accept.as_view(), name="asked_accept"),
    path("mine/asked/<slug:key>/decline/", own_serving.Decline.as_view(), name="asked_decline"),
    path("mine/asked/<slug:key>/back/", own_serving.OfferBack.as_view(), name="asked_back"),
    path("mine/asked/<slug:key>/start/", own_serving.Start.as_view(), name="asked_start"),
    path("mine/asked/<slug:key>/stop/", own_serving.Stop.as_view(), name="asked_stop"),
    path("mine/help/<slug:key>/agree/", own_serving.HelpAgree.as_view(), name="help_agree"),
    path("mine/help/<slug:key>/refuse/", own_serving.HelpRefuse.as_view(), name="help_refuse"),
    path("mine/help/<slug:key>/back/", own_serving.HelpBack.as_view(), name="help_back"),
]
urlpatterns += [
    path("activities/", own_activities.Activities.as_view(), name="activities"),
    path("activities/mine/", own_activities.MyActivities.as_view(), name="my_activities"),
    path("activities/<int:pk>/", own_activities.OneActivity.as_view(), name="activity"),
    path("activities/<int:pk>/join/", own_activities.SignUp.as_view(), name="activity_join"),
    path("activities/<int:pk>/back/", own_activities.TakeBack.as_view(), name="activity_back"),
    path("activities/<int:pk>/rate/", own_activities.Rate.as_view(), name="activity_rate"),
    path("activities/<int:pk>/portrait/<slug:word>/", own_activities.Portrait.as_view(), name="activity_portrait"),
    path("activities/<int:pk>/<uuid:picture>/", own_activities.Picture.as_view(), name="activity_picture"),
]
urlpatterns += [
    path("shifts/", own_shifts.Ahead.as_view(), name="shifts"),
    path("shifts/<int:pk>/come/", own_shifts.Come.as_view(), name="shift_come"),
    path("shifts/<int:pk>/drop/", own_shifts.Drop.as_view(), name="shift_drop"),
]
urlpatterns += [
    path("<int:pk>/phone/<slug:word>/", own_lead.ShowPhone.as_view(), name="show_phone"),
    path("<int:pk>/lead/", own_lead.Lead.as_view(), name="lead"),
    path("<int:pk>/lead/names/", own_lead.Names.as_view(), name="lead_names"),
    path("<int:pk>/lead/names/<int:entry>/<slug:step>/", own_lead.Tick.as_view(), name="lead_tick"),
    path("<int:pk>/lead/today/", own_lead.Rehearsal.as_view(), name="lead_meeting"),
]
