from django.urls import path

from accounts.views import signin, staff

app_name = "accounts"
urlpatterns = [
    path("me/", staff.Me.as_view(), name="me"),
    path("code/", signin.CodeSignIn.as_view(), name="code"),
    path("demo/", signin.DemoSignIn.as_view(), name="demo"),
    path("new-password/", signin.SetPassword.as_view(), name="set_password"),
    path("locked/", signin.Locked.as_view(), name="locked"),
    path("unlock/", signin.Unlock.as_view(), name="unlock"),
    path("staff/", staff.StaffList.as_view(), name="user_list"),
    path("staff/new/", staff.StaffCreate.as_view(), name="user_create"),
    path("staff/roles/", staff.RoleMatrix.as_view(), name="roles"),
    path("staff/<int:pk>/", staff.StaffDetail.as_view(), name="user_detail"),
    path("staff/<int:pk>/edit/", staff.StaffUpdate.as_view(), name="user_update"),
    path("staff/<int:pk>/disable/", staff.StaffDisable.as_view(), name="user_disable"),
    path("staff/<int:pk>/enable/", staff.StaffEnable.as_view(), name="user_enable"),
    path("staff/<int:pk>/code/", staff.StaffCode.as_view(), name="user_code"),
    path("staff/<int:pk>/reset-factors/", staff.StaffResetFactors.as_view(), name="user_reset_factors"),
    path("staff/<int:pk>/grants/new/", staff.GrantCreate.as_view(), name="grant_create"),
    path("grants/<int:pk>/end/", staff.GrantEnd.as_view(), name="grant_end"),
]
