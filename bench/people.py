"""Signed-in sessions without going through the sign-in page: the same records, second factor too."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

from portal.accounts.models import User
from portal.kernel import clock

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in(user: User) -> str:
    """The session key of a session that has proven a password and a code of an app."""
    now = clock.now().timestamp()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "password", "at": now, "email": user.email},
        {"method": "mfa", "at": now, "type": "totp"},
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    assert session.session_key is not None
    return session.session_key
