"""Settings of the workers in test_outbox.py: the test handlers come along."""

from portal.settings.test import *  # noqa: F403

CELERY_IMPORTS = ("tests.kernel.worker_handlers",)
