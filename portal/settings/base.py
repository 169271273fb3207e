"""Settings, all from the environment (`.env.example` lists each variable with its meaning)."""

from pathlib import Path

import environ
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", False)
DEMO_MODE = env.bool("DEMO_MODE", False)
SECRET_KEY = env("SECRET_KEY")
# Keys of encrypted fields, newest first: "id:base64 of 32 bytes,…". Never the SECRET_KEY.
DATA_KEYS = env.list("DATA_KEYS")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
# The fiscal year in which the policy of 001 began (R1): its first year on every path of targets.
PROGRAMME_START_FY = env.int("PROGRAMME_START_FY", 2024)
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
VAR_DIR = Path(env("MACHIKOBA_VAR", default=str(BASE_DIR / "var")))

# The editor's part. Background workers do without it (portal/settings/worker.py).
CMS_APPS = [
    "portal.cms",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
]
INSTALLED_APPS = [
    "portal.kernel",
    "portal.accounts",
    "portal.notices",
    "portal.ui",
    "portal.exports",
    "portal.letters",
    "programs",
    "programs.diagnosis",
    "subsidies",
    "subsidies.grants",
    "subsidies.bulk",
    "subsidies.office",
    "subsidies.evaluation",
    "subsidies.committee",
    "subsidies.ledger",
    "subsidies.selection",
    "subsidies.obligations",
    "subsidies.consultations",
    "subsidies.watch",
    "subsidies.retention",
    "dojo",
    "advisors",
    "advisors.adoption",
    "advisors.claims",
    "dojo.worksheets",
    "dojo.followup",
    "lab.booking",
    "lab.events",
    "lab.nakama",
    "lab.nakama.cases",
    "lab.nakama.exchange",
    "lab.consortium",
    "kpi",
    "kpi.series",
    "kpi.surveys",
    "kpi.releases",
    "kpi.effect",
    "kpi.policy",
    "portal.navi",
    "portal.personal",
    "portal.search",
    "portal.auditing",
    "portal.manuals",
    "portal.duty",
    "portal.cms.mailing",
    "portal.desk",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "portal.accounts.gbizid",
    "django_htmx",
    "django_tables2",
    "django_filters",
    *CMS_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.kernel.middleware.RequestIdMiddleware",
    "portal.kernel.middleware.NulMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "portal.accounts.middleware.ResponseHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.accounts.middleware.ActorMiddleware",
    "portal.accounts.middleware.SecondFactorMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.csp",
                "django.contrib.messages.context_processors.messages",
                "portal.ui.context_processors.chrome",
            ],
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# The application logs in as a role that owns nothing and sees no business table before
# portal.kernel.database.acting() has set its role (docs/adr/0002-isolation.md).
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(
    {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "connect_timeout": 5,
            "options": "-c statement_timeout={} -c lock_timeout={} -c timezone=Asia/Tokyo".format(
                env.int("DATABASE_STATEMENT_TIMEOUT_MS", 15_000),
                env.int("DATABASE_LOCK_TIMEOUT_MS", 5_000),
            ),
        },
    }
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

VALKEY_URL = env("VALKEY_URL")
CACHE_PREFIX = env("CACHE_PREFIX", default="machikoba")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": VALKEY_URL,
        "KEY_PREFIX": CACHE_PREFIX,
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.ui.views.csrf_failure"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "ja"
# Each named in itself, untranslated: Wagtail's own catalogue would call English 英語(米国).
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.ui.finders.PackageFinder",
]
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT / "private",
            "base_url": None,
            "file_permissions_mode": 0o640,
            "directory_permissions_mode": 0o750,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")
X_ACCEL_PREFIX = env("X_ACCEL_PREFIX", default="")
FILES_FIRM_QUOTA_BYTES = env.int("FILES_FIRM_QUOTA_BYTES", 2 * 1024**3)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024**2

_mail = env.email_url("EMAIL_URL", default="consolemail://")
MAILERS = {"default": {"BACKEND": _mail["EMAIL_BACKEND"]}}
if _mail["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
    MAILERS["default"]["OPTIONS"] = {
        "host": _mail["EMAIL_HOST"],
        "port": _mail["EMAIL_PORT"],
        "username": _mail["EMAIL_HOST_USER"] or "",
        "password": _mail["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": _mail.get("EMAIL_USE_TLS", False),
        "use_ssl": _mail.get("EMAIL_USE_SSL", False),
    }
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="machikoba@localhost")
# Mail that comes back: 「bounce@example.jp」 makes every mail leave with a sender of its own
# (bounce+…@example.jp), whose pipe is `manage.py take_bounce`. Empty: the Message-ID has to do.
BOUNCE_ADDRESS = env("BOUNCE_ADDRESS", default="")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

CELERY_BROKER_URL = VALKEY_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Seconds until the task of a killed child is handed out again; handlers bear doubles.
CELERY_WORKER_LOST_WAIT = 2
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Longer than three times the hard limit, or Valkey would hand a running task out again.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", 1900),
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "global_keyprefix": f"{CACHE_PREFIX}:",
    "socket_keepalive": True,
    # Without Valkey a request must not wait for it: the relay catches up later.
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
# An event that no worker has finished after this long is sent again.
OUTBOX_SWEEP_SECONDS = env.int("OUTBOX_SWEEP_SECONDS", 900)
# Ed25519 keys of the audit heads, base64 of 32 bytes (`manage.py audit_heads --new-key`).
AUDIT_SIGNING_KEY = env("AUDIT_SIGNING_KEY", default="")
AUDIT_VERIFY_KEY = env("AUDIT_VERIFY_KEY", default="")

WAGTAIL_SITE_NAME = "町工場DXポータル"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# A page is for everybody, for whoever is signed in, or for groups; a shared password is neither.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# A change while somebody reads it begins the approval anew.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "portal.cms.search_backend"}}
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024**2
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.cms.image_form.DescribedImageForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "csv"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.cms.file_form.FixedDocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
# Days after which a subscription that nobody confirmed, or that was stopped, is deleted.
NEWS_MAIL_KEEP_DAYS = 30

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
    # A line for each index entry of each page saved; who did what stands in the audit trail.
    "loggers": {name: {"level": "WARNING"} for name in ("django_tasks", "wagtail")},
}

from portal.settings.accounts import *  # noqa: E402
from portal.settings.schedule import CELERY_BEAT_SCHEDULE  # noqa: E402
