"""Celery tasks of the rooms above all modules."""

import os
import subprocess
import sys

from celery import shared_task
from django.conf import settings
from django.db import connection

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

# The tables by name: a worker does without the models of the editor (docs/adr/0038-workers.md).
_DUE = """
    SELECT EXISTS (SELECT 1 FROM wagtailcore_revision WHERE approved_go_live_at < %(now)s)
        OR EXISTS (SELECT 1 FROM wagtailcore_page WHERE live AND expire_at < %(now)s)
"""


@shared_task(name="desk.publish_due")
def publish_due() -> bool:
    """Publish what is scheduled for by now, in a process with the editor; False when nothing is.

    Asking costs a query a minute; the process, which takes a second to start, runs only when it has
    something to do. Twice at the same time does no harm: a page is published once.
    """
    with acting(Actor.system("desk.publish_due")), connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": clock.now()})
        if not cursor.fetchone()[0]:
            return False
    _with_editor("publish_due", seconds=240)
    return True


@shared_task(name="desk.check_links")
def check_links() -> None:
    """Every night: which links of the public pages lead nowhere. Other sites are asked by hand."""
    _with_editor("check_links", seconds=500)


def _with_editor(command: str, *, seconds: int) -> None:
    """Run the command in a process with the editor and wait. Raises CalledProcessError, TimeoutExpired."""
    module = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if module == "portal.settings.worker":
        module = "portal.settings.base"
    subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": module},
        check=True,
        timeout=seconds,
    )
