"""Addresses of job support for staff."""

from django.urls import path

from employment.event_urls import urlpatterns as event_urlpatterns
from employment.views import application, figures, followup, post, seeker, startup

app_name = "employment"
urlpatterns = [
    path("seekers/", seeker.SeekerList.as_view(), name="seeker_list"),
    path("seekers/new/", seeker.SeekerCreate.as_view(), name="seeker_create"),
    path("seekers/<int:pk>/", seeker.SeekerDetail.as_view(), name="seeker_detail"),
    path("seekers/<int:pk>/edit/", seeker.SeekerUpdate.as_view(), name="seeker_update"),
    path("seekers/<int:pk>/close/", seeker.SeekerClose.as_view(), name="seeker_close"),
    path("seekers/<int:pk>/step/<slug:step>/", seeker.SeekerStep.as_view(), name="seeker_step"),
    path("seekers/<int:pk>/difficulties/new/", seeker.DifficultyCreate.as_view(), name="difficulty_create"),
    path("seekers/<int:pk>/skills/new/", seeker.SkillCreate.as_view(), name="skill_create"),
    path("seekers/<int:pk>/circle/new/", seeker.CircleCreate.as_view(), name="circle_create"),
    path("difficulties/<int:pk>/end/", seeker.DifficultyEnd.as_view(), name="difficulty_end"),
    path("skills/<int:pk>/void/", seeker.SkillVoid.as_view(), name="skill_void"),
    path("circle/<int:pk>/end/", seeker.CircleEnd.as_view(), name="circle_end"),
]
urlpatterns += [
    path("employers/", post.EmployerList.as_view(), name="employer_list"),
    path("employers/new/", post.EmployerCreate.as_view(), name="employer_create"),
    path("employers/<int:pk>/", post.EmployerDetail.as_view(), name="employer_detail"),
    path("employers/<int:pk>/edit/", post.EmployerUpdate.as_view(), name="employer_update"),
    path("employers/<int:pk>/check/", post.EmployerCheck.as_view(), name="employer_check"),
    path("employers/<int:pk>/suspend/", post.EmployerSuspend.as_view(), name="employer_suspend"),
    path("employers/<int:pk>/resume/", post.EmployerResume.as_view(), name="employer_resume"),
    path("employers/<int:pk>/complaints/new/", post.ComplaintCreate.as_view(), name="complaint_create"),
    path("employers/<int:pk>/posts/new/", post.PostCreate.as_view(), name="post_create"),
    path("complaints/<int:pk>/dismiss/", post.ComplaintDismiss.as_view(), name="complaint_dismiss"),
    path("posts/", post.PostList.as_view(), name="post_list"),
    path("posts/<int:pk>/", post.PostDetail.as_view(), name="post_detail"),
    path("posts/<int:pk>/edit/", post.PostUpdate.as_view(), name="post_update"),
    path("posts/<int:pk>/publish/", post.PostPublish.as_view(), name="post_publish"),
    path("posts/<int:pk>/refresh/", post.PostRefresh.as_view(), name="post_refresh"),
    path("posts/<int:pk>/step/<slug:step>/", post.PostStep.as_view(), name="post_step"),
]
urlpatterns += [
    path("seekers/<int:pk>/recommend/", application.Recommend.as_view(), name="recommend"),
    path("applications/", application.ApplicationList.as_view(), name="application_list"),
    path("applications/<int:pk>/", application.ApplicationDetail.as_view(), name="application_detail"),
    path("applications/<int:pk>/step/<slug:step>/", application.ApplicationStep.as_view(), name="application_step"),
    path("applications/<int:pk>/withdraw/", application.ApplicationWithdraw.as_view(), name="application_withdraw"),
    path("applications/<int:pk>/sheet/", application.ApplicationSheet.as_view(), name="application_sheet"),
]
urlpatterns += event_urlpatterns
urlpatterns += [
    path("figures/", figures.JobFigures.as_view(), name="figures"),
    path("attendances/", figures.AttendanceList.as_view(), name="attendance_list"),
    path("intentions/", figures.IntentionList.as_view(), name="intention_list"),
]
urlpatterns += [
    path("followups/", followup.FollowUpList.as_view(), name="followup_list"),
    path("followups/<int:pk>/", followup.FollowUpDetail.as_view(), name="followup_detail"),
    path("followups/<int:pk>/record/", followup.FollowUpRecord.as_view(), name="followup_record"),
    path("followups/<int:pk>/drop/", followup.FollowUpDrop.as_view(), name="followup_drop"),
]
urlpatterns += [
    path("seekers/<int:pk>/startups/new/", startup.StartupCreate.as_view(), name="startup_create"),
    path("startups/", startup.StartupList.as_view(), name="startup_list"),
    path("startups/<int:pk>/", startup.StartupDetail.as_view(), name="startup_detail"),
    path("startups/<int:pk>/edit/", startup.StartupUpdate.as_view(), name="startup_update"),
    path("startups/<int:pk>/end/", startup.StartupEndView.as_view(), name="startup_end"),
    path("startups/<int:pk>/loans/new/", startup.LoanCreate.as_view(), name="loan_create"),
    path("loans/", startup.LoanList.as_view(), name="loan_list"),
    path("loans/<int:pk>/void/", startup.LoanVoid.as_view(), name="loan_void"),
]
