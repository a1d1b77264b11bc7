from django.urls import path

from fedhub.reference import views, views_papers, views_visits

app_name = "reference"
urlpatterns = [
    path("tables/", views.CodeTableList.as_view(), name="codetable_list"),
    path("tables/<int:pk>/", views.CodeTableDetail.as_view(), name="codetable_detail"),
    path("tables/<int:pk>/new/", views.CodeEntryCreate.as_view(), name="codeentry_create"),
    path("codes/<int:pk>/edit/", views.CodeEntryUpdate.as_view(), name="codeentry_update"),
    path("rules/", views.RuleList.as_view(), name="rule_list"),
    path("rules/<int:pk>/edit/", views.RuleUpdate.as_view(), name="rule_update"),
    path("visit-rules/", views_visits.VisitRuleList.as_view(), name="visitrule_list"),
    path("visit-rules/new/", views_visits.VisitRuleCreate.as_view(), name="visitrule_create"),
    path("visit-rules/follow/", views_visits.VisitRuleFollow.as_view(), name="visitrule_follow"),
    path("visit-rules/<int:pk>/edit/", views_visits.VisitRuleUpdate.as_view(), name="visitrule_update"),
    path("agencies/", views.AgencyList.as_view(), name="agency_list"),
    path("agencies/new/", views.AgencyCreate.as_view(), name="agency_create"),
    path("agencies/<int:pk>/edit/", views.AgencyUpdate.as_view(), name="agency_update"),
    path("venues/", views.VenueList.as_view(), name="venue_list"),
    path("venues/new/", views.VenueCreate.as_view(), name="venue_create"),
    path("venues/<int:pk>/edit/", views.VenueUpdate.as_view(), name="venue_update"),
    path("holidays/", views.HolidayList.as_view(), name="holiday_list"),
    path("holidays/file/", views.HolidayFile.as_view(), name="holiday_file"),
    path("holidays/new/", views.HolidayCreate.as_view(), name="holiday_create"),
    path("holidays/import/", views.HolidayImport.as_view(), name="holiday_import"),
    path("holidays/<int:pk>/remove/", views.HolidayRemove.as_view(), name="holiday_remove"),
    path("papers/", views_papers.PaperList.as_view(), name="paper_list"),
    path("papers/<slug:key>/", views_papers.PaperUpdate.as_view(), name="paper_update"),
    path("papers/<slug:key>/file/", views_papers.PaperFile.as_view(), name="paper_file"),
    path("papers/<slug:key>/restore/", views_papers.PaperRestore.as_view(), name="paper_restore"),
]
