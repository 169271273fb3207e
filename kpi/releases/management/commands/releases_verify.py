"""`manage.py releases_verify`: count the digests of every release anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kpi.releases.models import Release
from kpi.releases.services import verification
from portal.kernel.actor import Actor
from portal.kernel.database import acting


class Command(BaseCommand):
    """Exit code 0 when every release is as it was made, 1 with the others named otherwise."""

    help = "Count the SHA-256 of every release (or of those named) anew and compare."

    def add_arguments(self, parser: CommandParser) -> None:
        """CODE …"""
        parser.add_argument("codes", nargs="*", metavar="CODE", help="e.g. 2026-10 fy2025-r1")

    def handle(self, *_: Any, codes: list[str], **options: Any) -> None:
        """Compare and print."""
        with acting(Actor.system("releases_verify")):
            rows = Release.objects.select_related("revises").order_by("watermark", "pk")
            if codes:
                rows = rows.filter(code__in=codes)
                unknown = set(codes) - {row.code for row in rows}
                if unknown:
                    raise CommandError(f"no such release: {', '.join(sorted(unknown))}")
            wrong = []
            for row in rows:
                found = verification(row)
                self.stdout.write(
                    f"{'ok   ' if found.is_whole else 'WRONG'} {row.code} {row.digest}"
                )
                if not found.is_whole:
                    wrong.append(row.code)
        if wrong:
            raise CommandError(f"not as they were made: {', '.join(wrong)}")
        self.stdout.write(f"{len(rows)} releases are as they were made.")
