"""The portal's routes and allauth's own OpenID Connect client beside them."""

from django.urls import include, path

from portal.urls import handler403, handler404, handler500  # noqa: F401
from portal.urls import urlpatterns as portal_patterns

urlpatterns = [
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    *portal_patterns,
]
