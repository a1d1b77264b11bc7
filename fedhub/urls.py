"""All addresses: staff at /, allauth at /accounts/auth/, files, health (decisions on URLs)."""

from allauth.account import views as account
from allauth.mfa import urls as mfa_urls
from allauth.usersessions import urls as sessions_urls
from django.urls import include, path, re_path

from accounts.views.signin import SecondStep
from grids.views.offline import ServiceWorker
from portal.views.sms import SmsReports
from portal.views.wechat import Callback, VerifyFile

handler400 = "fedhub.core.errors.bad_request"
handler403 = "fedhub.core.errors.forbidden"
handler404 = "fedhub.core.errors.not_found"
handler500 = "fedhub.core.errors.server_error"

# Sign-up, e-mail and password mail of the library are not mounted: accounts are opened by the office.
auth_urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("2fa/authenticate/", SecondStep.as_view(), name="mfa_authenticate"),
    path("2fa/", include(mfa_urls)),
    path("sessions/", include(sessions_urls)),
]

urlpatterns = [
    # First, since a link in an article is opened by many at once: the addresses below are tried one after the other.
    path("s/", include("surveys.urls.public")),
    path("", include("desk.urls")),
    path("", include("fedhub.core.urls")),
    path("sw.js", ServiceWorker.as_view(), name="service_worker"),
    path("accounts/auth/", include(auth_urlpatterns)),
    path("accounts/", include("accounts.urls")),
    path("areas/", include("fedhub.areas.urls")),
    path("reference/", include("fedhub.reference.urls")),
    path("households/", include("households.urls")),
    path("hardship/", include("hardship.urls")),
    path("employment/", include("employment.urls")),
    path("wx/", Callback.as_view(), name="wechat_callback"),
    path("sms/report/<slug:key>/", SmsReports.as_view(), name="sms_reports"),
    re_path(r"^(?P<name>MP_verify_\w{1,40}\.txt)$", VerifyFile.as_view(), name="wechat_verify"),
    path("r/jobs/", include("employment.public_urls")),
    path("r/council/", include("council.public_urls")),
    path("r/policies/", include("hardship.policy_urls")),
    path("r/groups/", include("groups.public_urls")),
    path("r/events/", include("employment.event_public_urls")),
    path("p/expert/", include("mediation.expert_urls")),
    path("p/say/", include("mediation.say_urls")),
    path("r/service/", include("groups.sign_urls")),
    path("p/results/", include("council.result_urls")),
    path("r/", include("portal.public_urls")),
    path("portal/", include("portal.urls")),
    path("surveys/", include("surveys.urls")),
    path("p/notices/", include("hardship.public_urls")),
    path("p/surveys/", include("surveys.urls.told")),
    path("concerns/", include("concerns.urls")),
    path("council/", include("council.urls")),
    path("safety/", include("safety.urls")),
    path("mediation/", include("mediation.urls")),
    path("grids/", include("grids.urls")),
    path("groups/", include("groups.urls")),
    path("ledgers/", include("fedhub.ledgers.urls")),
]
