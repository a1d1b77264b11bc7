"""Settings common to every way of running; one block per topic. Secrets come from the keyring file."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

from fedhub.core.keyring import Keyring

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# --- where the data lies -----------------------------------------------------------------------------------------
# FEDHUB_HOME holds database, keyring, attachments and scratch files of one installation.
DEMO = False
DEBUG = False


def home_settings(home):
    """Settings that follow from the data folder `home` (a path): database, keyring, files, secrets."""
    home = Path(home)
    keyring = Keyring(Path(env("FEDHUB_KEYRING", default=str(home / "keys" / "keyring.json"))))
    return {
        "HOME": home,
        "KEYRING": keyring,
        "SECRET_KEY": keyring.django_secret(),
        "MEDIA_ROOT": Path(env("FEDHUB_MEDIA", default=str(home / "media"))),
        "SCRATCH_ROOT": home / "tmp",
        "BACKUP_ROOT": home / "backups",
        "DATABASES": {"default": database(home)},
    }


def database(home):
    """The database of `home`: PostgreSQL when DATABASE_URL is set, else a SQLite file opened read-write only.

    `mode=rw` refuses to make an empty file when the real one is missing (a fresh file would hide the loss and end the
    write-ahead log); only `manage.py init` creates it.
    """
    if env("DATABASE_URL", default=""):
        config = env.db_url("DATABASE_URL")
        config["CONN_MAX_AGE"] = 0
        config["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 4, "timeout": 10}}
        return config
    return sqlite(Path(env("FEDHUB_DB", default=str(home / "fedhub.sqlite3"))))


def sqlite(path):
    """A SQLite database setting for `path` with write-ahead log, full sync and write transactions taken at BEGIN.

    A request waits 20 s for another's write; background work, for which nobody waits, as long as FEDHUB_BUSY_SECONDS
    says (set by `serve`), so that the write of a long import does not make it stumble.
    """
    patience = env.int("FEDHUB_BUSY_SECONDS", default=20)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"file:{path}?mode=rw",
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "uri": True,
            "transaction_mode": "IMMEDIATE",
            "timeout": patience,
            "init_command": (
                "PRAGMA journal_mode=WAL;"
                f"PRAGMA synchronous={env('FEDHUB_SYNCHRONOUS', default='FULL')};"
                f"PRAGMA busy_timeout={patience * 1000};PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;"
                "PRAGMA secure_delete=ON;PRAGMA cache_size=-32000;PRAGMA mmap_size=16777216;PRAGMA temp_store=MEMORY;"
            ),
        },
    }


# --- applications -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "django_htmx",
    "django_filters",
    "csp",
    "simple_history",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "fedhub.core",
    "fedhub.areas",
    "fedhub.reference",
    "accounts",
    "fedhub.ledgers",
    "fedhub.notices",
    "households",
    "hardship",
    "concerns",
    "safety",
    "grids",
    "surveys",
    "council",
    "mediation",
    "employment",
    "groups",
    "desk",
    "portal",
    "fedhub.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fedhub.core.middleware.PolicyMiddleware",
    "fedhub.core.middleware.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fedhub.core.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fedhub.core.middleware.AccessMiddleware",
    "accounts.middleware.StaffSessionMiddleware",
]

# The base of residents' pages, for work apps that lie below the portal.
RESIDENT_PAGE = "portal.views.base.Page"
ROOT_URLCONF = "fedhub.urls"
WSGI_APPLICATION = "fedhub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fedhub.core.context.page",
            ],
            "builtins": ["fedhub.core.templatetags.ui", "fedhub.core.templatetags.fmt"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- static and uploaded files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "fedhub.core.storage.HashedStaticStorage"},
}
FILE_UPLOAD_HANDLERS = ["fedhub.core.uploads.CappedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
UPLOAD_MAX_BYTES = 16 * 1024 * 1024

# --- cache (lockouts do not live here: see accounts.models.LoginThrottle) ------------------------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_table",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# --- code tables and rules: how old the copy in memory may be outside requests (inside one it is compared once) ------
REFERENCE_RECHECK_SECONDS = 2
# --- surveys: how old may be what a page of a survey says (what is taken in is decided by the database each time) --------
SURVEY_RECHECK_SECONDS = 2
# --- numbers beside the menu entries: how old they may be -----------------------------------------------------------
MENU_COUNT_SECONDS = 30

# --- background work ----------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "slow"]}}

# --- identity -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# Who messages go to (ADR 17): as with the user, the app below names no model above it.
NOTICES_PERSON_MODEL = "households.Resident"
AUTHENTICATION_BACKENDS = ["accounts.backends.StaffBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.OfficeArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.validators.ContextPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_ADAPTER = "accounts.adapters.StaffAccountAdapter"
# An office sits behind one address: the table of failed sign-ins (accounts.LoginThrottle) guards each account.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "120/m/ip", "reauthenticate": "20/m/user"}
MFA_ADAPTER = "accounts.adapters.StaffMFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondStepForm",
    "authenticate_webauthn": "accounts.forms.SecondStepPasskeyForm",
    "reauthenticate": "accounts.forms.ConfirmCodeForm",
    "reauthenticate_webauthn": "accounts.forms.ConfirmPasskeyForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "login_webauthn": "accounts.forms.PasskeySignInForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "社区妇联工作平台"
MFA_TOTP_TOLERANCE = 1
# Roles that must use a second factor before they see anything (names of accounts.roles.Role, comma separated).
MFA_REQUIRED_ROLES = env.list("FEDHUB_MFA_ROLES", default=[])
MLPS_MODE = env.bool("FEDHUB_MLPS_MODE", default=False)
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_SECONDS_DESK = 15 * 60
IDLE_SECONDS_PHONE = 30 * 60
# A resident is in for so long at most; how soon an idle page leaves says the rule "idle_minutes_resident".
RESIDENT_STAY_HOURS = 2
# Where a resident's page goes when it has to look like something else at once.
QUIT_URL = "https://weather.cma.cn/"

# --- headers ------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "fedhub.core.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"


def site_settings(site_url):
    """Cookies, hosts and HTTPS that follow from the address people type (`site_url`), see decisions on cookies.

    https gives `__Host-` cookies, Secure and HSTS; http gives plain names (browsers refuse `__Host-` there).
    """
    secure = site_url.startswith("https://")
    prefix = "__Host-" if secure else ""
    host = site_url.split("://", 1)[1].split("/")[0].split(":")[0]
    return {
        "SITE_URL": site_url.rstrip("/"),
        "SITE_SECURE": secure,
        "ALLOWED_HOSTS": [host, "localhost", "127.0.0.1", *env.list("FEDHUB_HOSTS", default=[])],
        "CSRF_TRUSTED_ORIGINS": [site_url.rstrip("/")],
        "SESSION_COOKIE_NAME": prefix + "fedhub_session",
        "CSRF_COOKIE_NAME": prefix + "fedhub_csrf",
        "SEEN_COOKIE_NAME": prefix + "fedhub_seen",
        "DEVICE_COOKIE_NAME": prefix + "fedhub_device",
        "RESIDENT_COOKIE_NAME": prefix + "fedhub_mine",
        "SESSION_COOKIE_SECURE": secure,
        "CSRF_COOKIE_SECURE": secure,
        "SECURE_SSL_REDIRECT": secure,
        "SECURE_HSTS_SECONDS": 31_536_000 if secure else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": secure,
        "SECURE_HSTS_PRELOAD": secure,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")
        if env.bool("FEDHUB_BEHIND_PROXY", default=False)
        else None,
    }


# The office's WeChat service account; empty, and nothing of it exists.
WECHAT_APPID = env("WECHAT_APPID", default="")
WECHAT_SECRET = env("WECHAT_SECRET", default="")
WECHAT_TOKEN = env("WECHAT_TOKEN", default="")
WECHAT_AES_KEY = env("WECHAT_AES_KEY", default="")
# "MP_verify_xxx.txt:what stands in it": the file by which WeChat makes sure whose address this is.
WECHAT_VERIFY = env("WECHAT_VERIFY", default="")
# Reminders by WeChat: "template" (模板消息) or "subscribe" (订阅通知), the number of the approved template, and what stands
# in which of its places: {"thing1": "words", "time2": "day"}, as JSON. Empty: none.
WECHAT_NOTICE = env("WECHAT_NOTICE", default="")
WECHAT_NOTICE_TEMPLATE = env("WECHAT_NOTICE_TEMPLATE", default="")
WECHAT_NOTICE_FIELDS = env.json("WECHAT_NOTICE_FIELDS", default={})
WECHAT_API = "https://api.weixin.qq.com"
WECHAT_OPEN = "https://open.weixin.qq.com"

# --- short messages: who carries them, see fedhub.notices.sms -----------------------------------------------------
# "console" writes them below the data folder; "aliyun" and "tencent" need what follows; empty: there are none.
SMS_SENDER = env("SMS_SENDER", default="console")
SMS_KEY_ID = env("SMS_KEY_ID", default="")
SMS_KEY_SECRET = env("SMS_KEY_SECRET", default="")
SMS_SIGN = env("SMS_SIGN", default="")
# Tencent alone: the number of the application, the region.
SMS_APP_ID = env("SMS_APP_ID", default="")
SMS_REGION = env("SMS_REGION", default="ap-guangzhou")
# {"our template": "the carrier's number of it"}, as JSON.
SMS_TEMPLATES = env.json("SMS_TEMPLATES", default={})
# The secret (24 signs or more: letters, digits, - and _) in the address /sms/report/…/ to which the carrier reports what arrived.
SMS_REPORT_KEY = env("SMS_REPORT_KEY", default="")
SMS_ALIYUN_API = "https://dysmsapi.aliyuncs.com"
SMS_TENCENT_API = "https://sms.tencentcloudapi.com"

TRUSTED_PROXIES = env.int("FEDHUB_TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# Form of a grid's code within its 15 digits; some provinces put a digit for the kind after the community.
GRID_CODE_PATTERN = env("FEDHUB_GRID_CODE_PATTERN", default=r"\d{15}")

# --- logs: no personal data, see fedhub.core.logs -----------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"redact": {"()": "fedhub.core.logs.RedactFilter"}},
    "formatters": {"line": {"()": "fedhub.core.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["redact"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}

SIMPLE_HISTORY_HISTORY_ID_USE_UUID = False
SIMPLE_HISTORY_ENFORCE_HISTORY_MODEL_PERMISSIONS = False
IMPORT_EXPORT_USE_TRANSACTIONS = False
