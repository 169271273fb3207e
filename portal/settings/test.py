"""Test settings: differ from base only for speed."""

from portal.settings.base import *
from portal.settings.base import DATABASES, STORAGES, env

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# The same server without the way over loopback, which takes eight of a short statement's thirty microseconds.
DATABASES["default"]["HOST"] = env("DATABASE_SOCKET", default="") or DATABASES["default"]["HOST"]
