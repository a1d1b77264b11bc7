"""The staff's side of the portal."""

from django.urls import path

from portal.views import guardians, menu, rights, staff

app_name = "portal"
urlpatterns = [
    path("wechat/menu/", menu.MenuJson.as_view(), name="menu_json"),
    path("residents/<int:pk>/code/", staff.IssueCode.as_view(), name="issue_code"),
    path("residents/<int:pk>/out/", staff.ShutOut.as_view(), name="shut_out"),
    path("residents/<int:pk>/request/", rights.RightsCreate.as_view(), name="rights_create"),
    path("residents/<int:pk>/guardian/", guardians.GuardianCreate.as_view(), name="guardian_create"),
    path("guardians/<int:pk>/code/", guardians.GuardianCode.as_view(), name="guardian_code"),
    path("guardians/<int:pk>/stop/", guardians.GuardianStop.as_view(), name="guardian_stop"),
    path("guardians/<int:pk>/resume/", guardians.GuardianResume.as_view(), name="guardian_resume"),
    path("guardians/<int:pk>/over/", guardians.GuardianOver.as_view(), name="guardian_over"),
    path("requests/", rights.RightsList.as_view(), name="rights_list"),
    path("requests/<int:pk>/", rights.RightsDetail.as_view(), name="rights_detail"),
    path("requests/<int:pk>/answer/", rights.RightsAnswer.as_view(), name="rights_answer"),
    path("requests/<int:pk>/copy/", rights.RightsCopy.as_view(), name="rights_copy"),
]
