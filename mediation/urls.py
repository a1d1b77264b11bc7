"""Addresses of the mediation micro-home."""

from django.urls import path

from mediation.views import agreements, cases, leads, mediators, shares, team

app_name = "mediation"
urlpatterns = [
    path("people/", mediators.MediatorList.as_view(), name="mediator_list"),
    path("people/new/", mediators.MediatorCreate.as_view(), name="mediator_create"),
    path("people/<int:pk>/", mediators.MediatorDetail.as_view(), name="mediator_detail"),
    path("people/<int:pk>/edit/", mediators.MediatorUpdate.as_view(), name="mediator_update"),
    path("people/<int:pk>/end/", mediators.MediatorEnd.as_view(), name="mediator_end"),
    path("people/<int:pk>/back/", mediators.StepBackCreate.as_view(), name="step_back"),
    path("duty/", mediators.Roster.as_view(), name="roster"),
    path("duty/new/", mediators.TurnCreate.as_view(), name="turn_create"),
    path("duty/<int:pk>/remove/", mediators.TurnRemove.as_view(), name="turn_remove"),
    path("rounds/", mediators.RoundList.as_view(), name="round_list"),
    path("rounds/new/", mediators.RoundCreate.as_view(), name="round_create"),
    path("rounds/<int:pk>/", mediators.RoundDetail.as_view(), name="round_detail"),
    path("rounds/mine/", mediators.Answers.as_view(), name="answers"),
    path("rounds/mine/<int:pk>/", mediators.Answer.as_view(), name="answer"),
    path("leads/", leads.LeadList.as_view(), name="lead_list"),
    path("leads/new/", leads.LeadCreate.as_view(), name="lead_create"),
    path("leads/figures/", leads.Figures.as_view(), name="figures"),
    path("leads/ledger/", leads.Ledger.as_view(), name="ledger"),
    path("leads/<int:pk>/", leads.LeadDetail.as_view(), name="lead_detail"),
    path("leads/<int:pk>/assign/", leads.LeadAssign.as_view(), name="lead_assign"),
    path("leads/<int:pk>/do/<slug:kind>/", leads.LeadAct.as_view(), name="lead_act"),
    path("leads/<int:pk>/case/", leads.LeadToCase.as_view(), name="lead_to_case"),
    path("cases/", cases.CaseList.as_view(), name="case_list"),
    path("cases/new/", cases.CaseCreate.as_view(), name="case_create"),
    path("cases/<int:pk>/", cases.CaseDetail.as_view(), name="case_detail"),
    path("cases/<int:pk>/assign/", cases.CaseAssign.as_view(), name="case_assign"),
    path("cases/<int:pk>/join/", team.Join.as_view(), name="case_join"),
    path("cases/<int:pk>/leave/", team.Leave.as_view(), name="case_leave"),
    path("cases/<int:pk>/lend/", shares.Lend.as_view(), name="case_lend"),
    path("cases/<int:pk>/lend/shut/", shares.Shut.as_view(), name="case_shut"),
    path("cases/<int:pk>/do/<slug:kind>/", cases.CaseAct.as_view(), name="case_act"),
    path("cases/<int:pk>/agreement/", agreements.AgreementPage.as_view(), name="agreement"),
    path("cases/<int:pk>/agreement/do/<slug:kind>/", agreements.AgreementAct.as_view(), name="agreement_act"),
    path("cases/<int:pk>/notes/", agreements.Notes.as_view(), name="notes"),
    path("cases/<int:pk>/notes/<int:note>/remove/", agreements.NoteTear.as_view(), name="note_tear"),
    path("promises/<int:pk>/", agreements.PromiseAnswer.as_view(), name="promise"),
    path("promises/<int:pk>/remove/", agreements.TermDrop.as_view(), name="term_drop"),
    path("followups/<int:pk>/", agreements.FollowUpAnswer.as_view(), name="followup"),
    path("duties/", agreements.Duties.as_view(), name="duties"),
]
