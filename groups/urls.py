"""Addresses of groups, backbone women, volunteers and activities."""

from django.urls import path

from groups.views import group

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
    path("members/<int:pk>/role/", group.MemberRoleChange.as_view(), name="member_role"),
]
