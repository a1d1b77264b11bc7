"""What allauth asks the house: no sign-up, lockout by table, sealed second-factor secrets."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import throttle
from accounts.second_factor import MFA_COLUMN
from fedhub.core import audit, crypto
from fedhub.core.network import address_prefix


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

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        if message_template in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
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

    def get_public_key_credential_rp_entity(self):
        entity = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "社区妇联工作平台"}
