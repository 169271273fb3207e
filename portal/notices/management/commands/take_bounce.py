"""`manage.py take_bounce < message`: the mail server's pipe for what comes back (RFC 3464).

Always ends well (exit code 0): a report that says nothing must not make the mail server send a
report about the report.
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices import services
from portal.notices.rules.bounces import MAX_BYTES


class Command(BaseCommand):
    help = "Take a report of a mail that did not arrive from standard input."

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(MAX_BYTES)
        with acting(Actor.system("notices.addresses")):
            taken = services.bounce_take(raw=raw, now=clock.now())
        self.stdout.write(str(taken))
