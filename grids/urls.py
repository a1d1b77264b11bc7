from django.urls import path

from grids.views import change, duty, place, term, today, visit

app_name = "grids"
urlpatterns = [
    path("today/", today.Today.as_view(), name="today"),
    path("visits/", visit.VisitList.as_view(), name="visit_list"),
    path("visits/pick/", today.VisitPick.as_view(), name="visit_pick"),
    path("visits/new/<int:pk>/", visit.VisitCreate.as_view(), name="visit_create"),
    path("visits/<int:pk>/", visit.VisitDetail.as_view(), name="visit_detail"),
    path("visits/<int:pk>/correct/", visit.VisitCorrect.as_view(), name="visit_correct"),
    path("visits/<int:pk>/amend/", visit.VisitAmend.as_view(), name="visit_amend"),
    path("visits/<int:pk>/withdraw/", visit.VisitWithdraw.as_view(), name="visit_withdraw"),
    path("visits/<int:pk>/photos/", visit.VisitPhotos.as_view(), name="visit_photos"),
    path("changes/", change.ChangeList.as_view(), name="change_list"),
    path("changes/<int:pk>/accept/", change.ChangeAccept.as_view(), name="change_accept"),
    path("changes/<int:pk>/refuse/", change.ChangeRefuse.as_view(), name="change_refuse"),
    path("places/", place.GridList.as_view(), name="grid_list"),
    path("places/new/", place.GridCreate.as_view(), name="grid_create"),
    path("places/<int:pk>/", place.GridDetail.as_view(), name="grid_detail"),
    path("places/<int:pk>/edit/", place.GridUpdate.as_view(), name="grid_update"),
    path("places/<int:pk>/split/", place.GridSplit.as_view(), name="grid_split"),
    path("places/<int:pk>/merge/", place.GridMerge.as_view(), name="grid_merge"),
    path("places/<int:pk>/close/", place.GridClose.as_view(), name="grid_close"),
    path("places/communities/<int:pk>/", place.CommunityDetail.as_view(), name="community_detail"),
    path("places/duties/", duty.DutyList.as_view(), name="duty_list"),
    path("places/duties/new/", duty.DutyCreate.as_view(), name="duty_create"),
    path("places/duties/<int:pk>/end/", duty.DutyEnd.as_view(), name="duty_end"),
    path("terms/", term.TermList.as_view(), name="term_list"),
    path("terms/new/", term.TermCreate.as_view(), name="term_create"),
    path("terms/<int:pk>/", term.TermDetail.as_view(), name="term_detail"),
    path("terms/<int:pk>/edit/", term.TermUpdate.as_view(), name="term_update"),
    path("terms/<int:pk>/members/new/", term.MemberCreate.as_view(), name="member_create"),
    path("terms/members/<int:pk>/edit/", term.MemberUpdate.as_view(), name="member_update"),
]
