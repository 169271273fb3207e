"""Settings of the workers in test_outbox.py: the test handlers come along."""

from tests.support.worker_settings import *  # noqa: F403

CELERY_IMPORTS = ("tests.kernel.worker_handlers",)
