"""Sign-in: allauth with a second factor for every staff role (docs/adr/0003-sign-in.md)."""

import environ

_env = environ.Env()

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:landing"
LOGOUT_REDIRECT_URL = "/"

# Behind a reverse proxy: how many of them append to X-Forwarded-For. 0 ignores the header, or
# anybody could choose the address that the rate limits count.
ALLAUTH_TRUSTED_PROXY_COUNT = _env.int("TRUSTED_PROXY_COUNT", 0)

ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.LoginForm",
    "signup": "portal.accounts.forms.SignupForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = (
    "https" if _env("SITE_URL", default="").startswith("https://") else "http"
)
# The 6th failure per account in 5 minutes, and the 11th per address in a minute, are refused.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "signup": "20/m/ip",
    "reauthenticate": "10/m/user",
    # Looks at whether a certificate of a course holds (dojo.views.public).
    "certificate": "30/m/ip",
    # Addresses entered for news by mail (portal.cms.mailing.views).
    "news_mail": "10/m/ip",
    # Diagnoses begun without signing in (programs.diagnosis.views.trying): a class may share one.
    "diagnosis_try": "60/m/ip",
}

MFA_ADAPTER = "portal.accounts.adapters.MfaAdapter"
MFA_FORMS = {
    "activate_totp": "portal.accounts.forms.ActivateTotpForm",
    "add_webauthn": "portal.accounts.forms.AddPasskeyForm",
    "authenticate": "portal.accounts.forms.AuthenticateForm",
    "reauthenticate": "portal.accounts.forms.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "町工場DXポータル"
# One step of 30 s either way for telephones whose clock is off.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers allow passkeys over plain HTTP on localhost alone; there is nothing to relax elsewhere.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ACCOUNT_DEFAULT_HTTP_PROTOCOL == "http"
MFA_TRUST_ENABLED = False

USERSESSIONS_TRACK_ACTIVITY = False

# The editor changes neither addresses nor passwords: both have one place, under /accounts/.
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False

# Limits of a session, in seconds (security.md 2, item 16).
SESSION_ABSOLUTE_SECONDS = _env.int("SESSION_ABSOLUTE_SECONDS", 12 * 3600)
SESSION_IDLE_SECONDS_STAFF = _env.int("SESSION_IDLE_SECONDS_STAFF", 15 * 60)
SESSION_IDLE_SECONDS = _env.int("SESSION_IDLE_SECONDS", 60 * 60)

# Pages tell so many seconds before the idle limit (login.gov: 2.5 minutes; WCAG 2.2.1: at least 20
# seconds).
SESSION_WARNING_SECONDS = _env.int("SESSION_WARNING_SECONDS", 180)

# Yearly confirmation of staff roles (年次の権限確認, security.md 3: a yearly recertification list,
# without further figures). A role not confirmed for so many days sleeps; its administrators are
# reminded so many days before.
ROLE_CONFIRMATION_DAYS = _env.int("ROLE_CONFIRMATION_DAYS", 365)
ROLE_CONFIRMATION_NOTICE_DAYS = _env.int("ROLE_CONFIRMATION_NOTICE_DAYS", 28)

# Where people land after sign-in: by their only role, else by hat; a name that is not routed
# means the home page.
LANDING = {
    "ward_admin": "duty:inbox",
    "firm": "desk:my",
    "ward": "duty:inbox",
    "lab_staff": "duty:inbox",
    "review": "committee:home",
    "advisor": "evaluation:home",
    "lecturer": "dojo:teach",
    "policy": "kpi:current",
    "auditor": "desk:audit",
    "admin": "people:list",
}

# --- Sign-in with GビズID (docs/adr/0006-gbizid.md) -------------------------------------------
# Off until GBIZID_CLIENT_ID is set. The e-mail of another provider never opens an account.
from portal.settings.base import SECURE_CSP as _CSP  # noqa: E402  base imports this file at its end

GBIZID_ISSUER = _env("GBIZID_ISSUER", default="https://gbiz-id.go.jp/oauth/")
GBIZID_CLIENT_ID = _env("GBIZID_CLIENT_ID", default="")
GBIZID_CLIENT_SECRET = _env("GBIZID_CLIENT_SECRET", default="")
GBIZID_SCOPES = _env.list("GBIZID_SCOPES", default=["openid", "profile", "email"])
if GBIZID_CLIENT_ID:
    # Browsers apply form-action to the redirect that follows our button as well.
    _CSP["form-action"].append("/".join(GBIZID_ISSUER.split("/", 3)[:3]))

SOCIALACCOUNT_ADAPTER = "portal.accounts.gbizid.adapter.GbizSocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, dict] = {}
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_STORE_TOKENS = False
# --- end of GビズID -----------------------------------------------------------------------------
