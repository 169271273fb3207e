"""Settings of the workers in test_worker.py: the trial report comes along."""

from tests.support.worker_settings import *  # noqa: F403

CELERY_IMPORTS = ("tests.exports.worker_reports",)
