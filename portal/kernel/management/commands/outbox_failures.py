"""`manage.py outbox_failures`: what was given up, and another try for it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.kernel import outbox
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import FailedDelivery


class Command(BaseCommand):
    """Mend the cause first, then --retry."""

    help = "List the event deliveries that failed; --retry gives those given up a fresh start."

    def add_arguments(self, parser: CommandParser) -> None:
        """--retry."""
        parser.add_argument("--retry", action="store_true")

    def handle(self, *_: Any, retry: bool, **options: Any) -> None:
        """List or retry."""
        with acting(Actor.system("outbox_failures")):
            if retry:
                self.stdout.write(f"{outbox.retry_given_up()} deliveries start afresh.")
                return
            for failure in FailedDelivery.objects.select_related("event").order_by("failed_at"):
                state = "given up" if failure.given_up_at else "retrying"
                self.stdout.write(
                    f"{failure.event.name} {failure.event_id} {failure.handler}:"
                    f" {failure.attempts} attempts, {state}, {failure.last_error}"
                )
