"""Forms of accounts, grants, codes and passwords."""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import throttle
from accounts.models import RoleGrant, User
from accounts.roles import Role
from accounts.services import grantable_roles
from fedhub.areas.models import Area
from fedhub.core import audit
from fedhub.core.forms import FilterForm, MaskedField, StaffForm, StaffModelForm


class StaffUserForm(StaffModelForm):
    phone = MaskedField(label="联系电话", max_length=30, required=False)

    class Meta:
        model = User
        fields = ["username", "name", "title", "phone"]
        help_texts = {"username": "登录用，2—30 个字母或数字，例如姓名拼音。"}

    sections = [("账号", ["name username", "title phone"])]

    def clean_username(self):
        name = self.cleaned_data["username"].strip()
        if len(name) < 2 or not name.replace("_", "").replace(".", "").isalnum() or not name.isascii():
            raise ValidationError("账号要用 2—30 个字母、数字、点或下划线。")
        return name


class GrantForm(StaffForm):
    role = forms.ChoiceField(label="角色")
    area = forms.ModelChoiceField(label="范围", queryset=Area.objects.none())
    valid_from = forms.DateField(
        label="起始日期", initial=timezone.localdate, widget=forms.DateInput({"type": "date"})
    )
    valid_to = forms.DateField(
        label="截止日期", required=False, widget=forms.DateInput({"type": "date"}), help_text="不填表示一直有效。"
    )
    source = forms.CharField(label="依据", max_length=100, required=False, help_text="例如换届决定、任命文件。")

    sections = [("授予角色", ["role area", "valid_from valid_to", "source"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        allowed = grantable_roles(self.user)
        self.fields["role"].choices = [(r.value, r.label) for r in Role if r in allowed]
        self.fields["area"].queryset = Area.objects.visible_to(self.user, "accounts.grant_role").active()

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", "截止日期不能早于起始日期。")
        return cleaned


class StaffFilterForm(FilterForm):
    q = forms.CharField(label="姓名或账号", required=False)
    role = forms.ChoiceField(label="角色", choices=[("", "全部角色"), *Role.choices], required=False)
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), ("on", "在用"), ("off", "已停用")], required=False)

    def filter_q(self, users, value):
        return users.filter(name__contains=value) | users.filter(username__contains=value)

    def filter_role(self, users, value):
        return users.filter(pk__in=RoleGrant.objects.in_force().filter(role=value).values("user_id"))

    def filter_state(self, users, value):
        return users.filter(is_active=value == "on")


class CodeSignInForm(forms.Form):
    username = forms.CharField(label="账号", max_length=30, widget=forms.TextInput({"autocomplete": "username"}))
    code = forms.CharField(
        label="一次性登录码",
        max_length=20,
        help_text="12 个字符，向妇联主席或管理员领取，24 小时内用一次。",
        widget=forms.TextInput({"autocomplete": "one-time-code"}),
    )


class NewPasswordForm(forms.Form):
    password1 = forms.CharField(
        label="新密码", strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    password2 = forms.CharField(
        label="再输一遍", strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = password_validators_help_text_html()

    def clean(self):
        cleaned = super().clean()
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "两遍输的不一样，请重输。")
        elif first:
            try:
                validate_password(first, self.user)
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class CountedCode:
    """Wrong codes of the second step count like wrong passwords, and a code of the authenticator works once."""

    def clean_code(self):
        buckets = throttle.password_buckets(context.request, self.user.username)
        if refusal := throttle.refusal(buckets):
            raise ValidationError(refusal)
        try:
            code = super().clean_code()
            self._use_up(code)
        except ValidationError:
            throttle.count_failure(buckets)
            audit.record("accounts.user.second_step", self.user, by=self.user, result="failed")
            raise
        return code

    def _use_up(self, code):
        """The library forgets a used code after one period, but takes it for as long as its tolerance."""
        if self.authenticator.type != Authenticator.Type.TOTP:
            return
        life = 30 * (2 * settings.MFA_TOTP_TOLERANCE + 1)
        if not cache.add(f"accounts.code.{self.user.pk}.{code.strip()}", 1, timeout=life):
            raise ValidationError("这个数字刚才用过了，请等验证器换下一个。")


class SecondStepForm(CountedCode, AuthenticateForm):
    """Code after the password; the page asks only for what the account has."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = set(self.user.authenticator_set.values_list("type", flat=True))
        self.has_authenticator = Authenticator.Type.TOTP in kinds
        self.has_passkey = Authenticator.Type.WEBAUTHN in kinds

    def clean_code(self):
        try:
            return super().clean_code()
        except ValidationError as error:
            if self.has_authenticator or error.code != "incorrect_code":
                raise
            raise ValidationError("这个备用码不对，或者已经用过了。") from None


class ConfirmCodeForm(CountedCode, ReauthenticateForm):
    """Code before the protection itself is changed."""


class PasskeyForm(AddWebAuthnForm):
    """A new passkey, by default one that signs in without a password."""

    passwordless = forms.BooleanField(
        label="可以只用它登录，不输密码",
        required=False,
        initial=True,
        help_text="要用指纹、人脸或开机密码确认。老式的安全钥匙做不到，就不勾：输完密码再用它。",
    )

    def clean(self):
        try:
            return super().clean()
        except ValidationError:
            raise ValidationError("这把通行密钥没有加上，请再试一次。") from None


class PasskeyAnswer:
    """The library has one sentence for codes and passkeys; here a passkey has its own."""

    refusal = "通行密钥没有通过，请再试一次。"

    def clean_credential(self):
        try:
            return super().clean_credential()
        except ValidationError:
            audit.record("accounts.user.second_step", self.user, by=self.user, result="failed")
            raise ValidationError(self.refusal) from None


class SecondStepPasskeyForm(PasskeyAnswer, AuthenticateWebAuthnForm):
    """Passkey after the password."""


class ConfirmPasskeyForm(PasskeyAnswer, ReauthenticateWebAuthnForm):
    """Passkey before the protection itself is changed."""


class PasskeySignInForm(PasskeyAnswer, LoginWebAuthnForm):
    """Passkey instead of name and password."""

    refusal = "这把通行密钥没有登记在这里，或者已经删掉了。请改用密码登录。"
