from django.urls import path

from concerns.views import answers, clocks, concern, reception, referrals, steps, together

app_name = "concerns"
urlpatterns = [
    path("", concern.ConcernList.as_view(), name="concern_list"),
    path("new/", concern.ConcernCreate.as_view(), name="concern_create"),
    path("<int:pk>/", concern.ConcernDetail.as_view(), name="concern_detail"),
    # Working on a concern, one address a step.
    path("<int:pk>/accept/", steps.ConcernAccept.as_view(), name="concern_accept"),
    path("<int:pk>/assign/", steps.ConcernAssign.as_view(), name="concern_assign"),
    path("<int:pk>/finish/", steps.ConcernFinish.as_view(), name="concern_finish"),
    path("<int:pk>/close/", steps.ConcernClose.as_view(), name="concern_close"),
    path("<int:pk>/settle/", steps.ConcernSettle.as_view(), name="concern_settle"),
    path("<int:pk>/withdraw/", steps.ConcernWithdraw.as_view(), name="concern_withdraw"),
    path("<int:pk>/route/", steps.ConcernRoute.as_view(), name="concern_route"),
    path("<int:pk>/tell/", answers.ConcernTell.as_view(), name="concern_tell"),
    path("<int:pk>/answer/", answers.ConcernAnswer.as_view(), name="concern_answer"),
    path("<int:pk>/answers/", answers.Worksheet.as_view(), name="concern_worksheet"),
    path("<int:pk>/rate/", answers.ConcernRate.as_view(), name="concern_rate"),
    path("<int:pk>/reopen/", answers.ConcernReopen.as_view(), name="concern_reopen"),
    path("<int:pk>/pause/", clocks.ConcernPause.as_view(), name="concern_pause"),
    path("<int:pk>/resume/", clocks.ConcernResume.as_view(), name="concern_resume"),
    path("<int:pk>/extend/", clocks.ConcernExtend.as_view(), name="concern_extend"),
    path("<int:pk>/not-possible/", clocks.ConcernNotPossible.as_view(), name="concern_not_possible"),
    path("<int:pk>/offer/", referrals.ConcernOffer.as_view(), name="concern_offer"),
    path("<int:pk>/up/", referrals.ConcernPassUp.as_view(), name="concern_pass_up"),
    path("<int:pk>/join/", together.ConcernJoin.as_view(), name="concern_join"),
    path("<int:pk>/join/confirm/", together.ConcernJoinConfirm.as_view(), name="concern_join_confirm"),
    path("<int:pk>/part/", together.ConcernPart.as_view(), name="concern_part"),
    path("referrals/", referrals.ReferralList.as_view(), name="referral_list"),
    path("referrals/<int:pk>/accept/", referrals.ReferralAccept.as_view(), name="referral_accept"),
    path("referrals/<int:pk>/refuse/", referrals.ReferralRefuse.as_view(), name="referral_refuse"),
    path("referrals/<int:pk>/answer/", referrals.ReferralAnswer.as_view(), name="referral_answer"),
    path("referrals/<int:pk>/back/", referrals.ReferralTakeBack.as_view(), name="referral_take_back"),
    path("approvals/", clocks.ApprovalList.as_view(), name="approval_list"),
    path("approvals/<int:pk>/grant/", clocks.ApprovalGrant.as_view(), name="approval_grant"),
    path("approvals/<int:pk>/return/", clocks.ApprovalReturn.as_view(), name="approval_return"),
    path("approvals/<int:pk>/drop/", clocks.ApprovalDrop.as_view(), name="approval_drop"),
    # The register of the front desk.
    path("receptions/", reception.ReceptionList.as_view(), name="reception_list"),
    path("receptions/new/", reception.ReceptionCreate.as_view(), name="reception_create"),
    path("receptions/<int:pk>/", reception.ReceptionDetail.as_view(), name="reception_detail"),
    path("receptions/<int:pk>/edit/", reception.ReceptionUpdate.as_view(), name="reception_update"),
    path("receptions/<int:pk>/concern/", reception.ReceptionToConcern.as_view(), name="reception_to_concern"),
]
