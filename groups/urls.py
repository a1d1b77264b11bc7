"""Addresses of groups, backbone women, volunteers and activities."""

from django.urls import path

from groups.views import activity, group, shift, shift_change, volunteer

app_name = "groups"
urlpatterns = [
    path("", group.GroupList.as_view(), name="group_list"),
    path("new/", group.GroupCreate.as_view(), name="group_create"),
    path("<int:pk>/", group.GroupDetail.as_view(), name="group_detail"),
    path("<int:pk>/edit/", group.GroupUpdate.as_view(), name="group_update"),
    path("<int:pk>/end/", group.GroupEnd.as_view(), name="group_end"),
    path("<int:pk>/step/<slug:step>/", group.GroupStep.as_view(), name="group_step"),
    path("<int:pk>/members/new/", group.TakeIn.as_view(), name="take_in"),
    path("<int:pk>/meetings/new/", group.MeetingCreate.as_view(), name="meeting_create"),
    path("meetings/<int:pk>/", group.MeetingDetail.as_view(), name="meeting_detail"),
    path("members/<int:pk>/accept/", group.MemberAccept.as_view(), name="member_accept"),
    path("members/<int:pk>/refuse/", group.MemberRefuse.as_view(), name="member_refuse"),
    path("members/<int:pk>/leave/", group.MemberLeave.as_view(), name="member_leave"),
    path("members/<int:pk>/let-go/", group.MemberLetGo.as_view(), name="member_let_go"),
    path("members/<int:pk>/role/", group.MemberRoleChange.as_view(), name="member_role"),
]
urlpatterns += [
    path("volunteers/", volunteer.VolunteerList.as_view(), name="volunteer_list"),
    path("volunteers/new/", volunteer.VolunteerCreate.as_view(), name="volunteer_create"),
    path("volunteers/<int:pk>/", volunteer.VolunteerDetail.as_view(), name="volunteer_detail"),
    path("volunteers/<int:pk>/edit/", volunteer.VolunteerUpdate.as_view(), name="volunteer_update"),
    path("volunteers/<int:pk>/step/<slug:step>/", volunteer.VolunteerStep.as_view(), name="volunteer_step"),
    path("volunteers/<int:pk>/reason/<slug:step>/", volunteer.VolunteerReason.as_view(), name="volunteer_reason"),
    path("volunteers/<int:pk>/services/new/", volunteer.ServiceCreate.as_view(), name="service_create"),
    path("volunteers/<int:pk>/certify/", volunteer.Certify.as_view(), name="certify"),
    path("services/", volunteer.ServiceList.as_view(), name="service_list"),
    path("services/notice/", volunteer.ServiceNotice.as_view(), name="service_notice"),
    path("services/<int:pk>/confirm/", volunteer.ServiceConfirm.as_view(), name="service_confirm"),
    path("services/<int:pk>/void/", volunteer.ServiceVoid.as_view(), name="service_void"),
    path("services/<int:pk>/correct/", volunteer.ServiceCorrect.as_view(), name="service_correct"),
    path("certificates/", volunteer.CertificateList.as_view(), name="certificate_list"),
    path("certificates/<int:pk>/", volunteer.CertificatePrint.as_view(), name="certificate"),
    path("shifts/", shift.ShiftList.as_view(), name="shift_list"),
    path("shifts/new/", shift.ShiftCreate.as_view(), name="shift_create"),
    path("shifts/<int:pk>/", shift.ShiftDetail.as_view(), name="shift_detail"),
    path("shifts/<int:pk>/in/<int:volunteer>/", shift.TapIn.as_view(), name="shift_in"),
    path("shifts/<int:pk>/out/<int:volunteer>/", shift.TapOut.as_view(), name="shift_out"),
    path("services/<int:pk>/time/", shift.PutRight.as_view(), name="service_time"),
]
urlpatterns += [
    path("<int:pk>/rehearse/", activity.Rehearse.as_view(), name="rehearse"),
    path("activities/", activity.ActivityList.as_view(), name="activity_list"),
    path("activities/new/", activity.ActivityCreate.as_view(), name="activity_create"),
    path("activities/<int:pk>/", activity.ActivityDetail.as_view(), name="activity_detail"),
    path("activities/<int:pk>/edit/", activity.ActivityUpdate.as_view(), name="activity_update"),
    path("activities/<int:pk>/cancel/", activity.ActivityCancel.as_view(), name="activity_cancel"),
    path("activities/<int:pk>/step/<slug:step>/", activity.ActivityStep.as_view(), name="activity_step"),
    path("activities/<int:pk>/summary/", activity.ActivitySum.as_view(), name="activity_sum"),
    path("activities/<int:pk>/print/", activity.ActivityPrint.as_view(), name="activity_print"),
    path("activities/<int:pk>/names/", activity.Names.as_view(), name="activity_door"),
    path("activities/<int:pk>/names/new/", activity.EntryCreate.as_view(), name="name_create"),
    path("activities/<int:pk>/photos/new/", activity.PhotoAdd.as_view(), name="photo_add"),
    path("names/<int:pk>/<slug:step>/", activity.EntryMark.as_view(), name="entry_mark"),
    path("photos/<int:pk>/agree/", activity.PhotoAgree.as_view(), name="photo_agree"),
    path("photos/<int:pk>/publish/", activity.PhotoPublish.as_view(), name="photo_publish"),
]
urlpatterns += [
    path("shifts/<int:pk>/edit/", shift_change.ShiftUpdate.as_view(), name="shift_update"),
    path("shifts/<int:pk>/call-off/", shift_change.ShiftCallOff.as_view(), name="shift_call_off"),
    path("shifts/<int:pk>/coming/new/", shift_change.ComingAdd.as_view(), name="coming_add"),
    path("coming/<int:pk>/drop/", shift_change.ComingDrop.as_view(), name="coming_drop"),
]
