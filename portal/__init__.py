"""The project package: settings, the kernel, accounts, notices, screens' building blocks."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
