"""What allauth asks the house: no sign-up, lockout by table, sealed second-factor secrets."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone

from accounts import throttle
from accounts.second_factor import MFA_COLUMN
from fedhub.core import audit, crypto
from fedhub.core.network import address_prefix

# Changes of the own account that the library would mail about, as verbs of the audit.
NOTED = {
    "account/email/password_changed": "set_password",
    "mfa/email/totp_activated": "add_factor",
    "mfa/email/webauthn_added": "add_factor",
    "mfa/email/totp_deactivated": "remove_factor",
    "mfa/email/webauthn_removed": "remove_factor",
    "mfa/email/recovery_codes_generated": "make_codes",
}
SAID_BY_THE_PAGE = {
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
    "mfa/messages/recovery_codes_generated.txt",
}
# Ways to show once more who one is, in the words of the pages.
WAYS = {
    "reauthenticate": "用密码",
    "mfa_reauthenticate": "用验证器或备用码",
    "mfa_reauthenticate:webauthn": "用通行密钥",
}


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the office; failed sign-ins are counted in a table."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "账号或密码不对。连错 5 次会锁 15 分钟。",
    }

    def is_open_for_signup(self, request):
        return False

    def pre_authenticate(self, request, **credentials):
        super().pre_authenticate(request, **credentials)
        refusal = throttle.refusal(throttle.password_buckets(request, credentials.get("username", "")))
        if refusal:
            raise ValidationError(
                f"{refusal}用过的电脑、手机不受别人影响。忘了密码，或者急着用，请找妇联主席开一次性登录码。"
            )

    def authentication_failed(self, request, **credentials):
        super().authentication_failed(request, **credentials)
        throttle.count_failure(throttle.password_buckets(request, credentials.get("username", "")))
        audit.record("accounts.user.login", result="failed", network=address_prefix(request))

    def post_login(self, request, user, **kwargs):
        throttle.clear(throttle.password_buckets(request, user.username))
        request.session["signed_in_at"] = int(timezone.now().timestamp())
        audit.record("accounts.user.login", user, by=user, network=address_prefix(request))
        response = super().post_login(request, user, **kwargs)
        throttle.remember_device(request, response, user.username)
        return response

    def login(self, request, user):
        # The account may have been closed between the password and the second step.
        if not user.is_active:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)

    def respond_user_inactive(self, request, user):
        # A passkey or a code is right although the account is closed; the library's page for that is not mounted.
        messages.error(request, "这个账号已经停用，不能登录。有疑问请找妇联主席。")
        audit.record("accounts.user.login", user, by=user, result="refused", network=address_prefix(request))
        return redirect("account_login")

    def get_reauthentication_methods(self, user):
        return [{**way, "description": WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        # Nobody has an e-mail address here; what the library would write about belongs into the audit.
        verb = NOTED.get(template_prefix)
        if verb:
            audit.record(f"accounts.user.{verb}", user, by=user)

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        if message_template in SAID_BY_THE_PAGE:
            return
        super().add_message(request, level, message_template, message_context, extra_tags, message)

    def get_client_ip(self, request):
        # The session list stores an address: the prefix goes in without its length, which PostgreSQL refuses.
        return address_prefix(request).split("/")[0] or super().get_client_ip(request)


class StaffMFAAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted like every personal value."""

    def encrypt(self, text):
        return base64.b64encode(crypto.encrypt(text.encode(), column=MFA_COLUMN)).decode()

    def decrypt(self, encrypted_text):
        return crypto.decrypt(base64.b64decode(encrypted_text), column=MFA_COLUMN).decode()

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "数字不对，或者已经过期、用过。请填验证器现在显示的 6 位数字。",
    }

    def generate_authenticator_name(self, user, type):
        """A name for a passkey whose owner gave none."""
        if type != Authenticator.Type.WEBAUTHN:
            return super().generate_authenticator_name(user, type)
        return f"通行密钥 {user.authenticator_set.filter(type=type).count() + 1}"

    def get_public_key_credential_rp_entity(self):
        entity = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "社区妇联工作平台"}

    def get_public_key_credential_user_entity(self, user):
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.name}
