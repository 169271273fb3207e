"""The Wagtail admin, without its own password form and password reset.

Both would take a password alone, unlimited (docs/adr/0003-sign-in.md); people sign in at
/accounts/login/ with a second factor. The admin's date pickers need inline scripts, so its pages,
and only they, carry a wider Content-Security-Policy.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.generic import RedirectView
from wagtail.admin.urls import urlpatterns as wagtail_patterns
from wagtail.utils.urlpatterns import decorate_urlpatterns

from portal.cms.fence import fenced

UNROUTED = {"wagtailadmin_login"}
UNROUTED_PREFIXES = ("password_reset/",)

ADMIN_CSP = settings.SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}

# Wagtail reverses this name when it sends somebody away; it leads to the one sign-in page.
_SIGN_IN = path(
    "login/",
    login_not_required(RedirectView.as_view(pattern_name="account_login", query_string=True)),
    name="wagtailadmin_login",
)

_ADMIN = [
    pattern
    for pattern in wagtail_patterns
    if getattr(pattern, "name", None) not in UNROUTED
    and not str(pattern.pattern).startswith(UNROUTED_PREFIXES)
]
urlpatterns = [
    _SIGN_IN,
    *decorate_urlpatterns(decorate_urlpatterns(_ADMIN, fenced), csp_override(ADMIN_CSP)),
]
