"""Settings of the workers in test_worker.py: the trial report comes along."""

from portal.settings.test import *  # noqa: F403

CELERY_IMPORTS = ("tests.exports.worker_reports",)
