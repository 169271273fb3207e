"""Everything under /accounts/: our own pages, then allauth's."""

from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from portal.accounts.views import demo, factors, invitations, own

own_patterns = [
    path("landing/", own.landing, name="landing"),
    path("hat/", own.choose_hat, name="hats"),
    path("me/", own.own_settings, name="settings"),
    path("session/", own.session, name="session"),
    path("second-factor/", own.second_factor, name="second_factor"),
    path("prove-again/", own.prove_again, name="prove_again"),
    path("invitation/<str:token>/", invitations.accept, name="invitation"),
    path("demo/", demo.sign_in, name="demo"),
]

urlpatterns = [
    path("", include((own_patterns, "accounts"))),
    # Before allauth's own: they lack a rule of ours.
    path("2fa/webauthn/login/", login_not_required(login_webauthn), name="mfa_login_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", factors.remove_passkey, name="mfa_remove_webauthn"),
    path("", include("allauth.urls")),
]
