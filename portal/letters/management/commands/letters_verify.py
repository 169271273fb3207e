"""`manage.py letters_verify`: make every letter again and compare it byte for byte."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.letters import services


class Command(BaseCommand):
    """Exit code 0 when all are the same, 1 with every difference found otherwise."""

    help = (
        "Make every official letter again from its frozen data and template, and compare its "
        "SHA-256 with the one that was issued."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--ward."""
        parser.add_argument("--ward", type=int, help="only this ward's letters (13101–13123)")

    def handle(self, *_: Any, ward: int | None, **options: Any) -> None:
        """Compare and print."""
        start = time.monotonic()
        count = wrong = 0
        with acting(Actor.system("letters_verify")):
            for letter in services.letters(ward_id=ward):
                count += 1
                if found := services.difference(letter):
                    wrong += 1
                    self.stderr.write(self.style.ERROR(str(found)))
        seconds = time.monotonic() - start
        scale = f"{count:,} letters, {seconds:.2f} s ({count / seconds:,.0f} letters/s)"
        if wrong:
            raise CommandError(f"{wrong:,} letters differ from what was issued. {scale}")
        self.stdout.write(f"Every letter comes out as it was issued: {scale}.")
