"""`manage.py audit_verify`: read the audit trail and say whether it is whole."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel import audit_chain
from portal.kernel.actor import Actor
from portal.kernel.audit_chain import Head
from portal.kernel.database import acting


class Command(BaseCommand):
    """Exit code 0 when whole, 1 with every contradiction found otherwise."""

    help = (
        "Verify the audit trail: finds rows that were altered, removed or reordered, and with "
        "--heads also a tail that was cut off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """--ward and --heads."""
        parser.add_argument("--ward", type=int, help="only this ward's chain (0: no ward)")
        parser.add_argument("--heads", type=Path, help="file of audit_heads --export, kept outside")

    def handle(self, *_: Any, ward: int | None, heads: Path | None, **options: Any) -> None:
        """Verify and print."""
        signed = _signed_heads(heads) if heads else []
        start = time.monotonic()
        with acting(Actor.system("audit_verify")):
            report = audit_chain.verify(ward=ward, signed=signed)
        seconds = time.monotonic() - start
        for problem in report.problems:
            self.stderr.write(self.style.ERROR(str(problem)))
        speed = f"{report.rows / seconds:,.0f} rows/s"
        scale = f"{report.rows:,} rows in {len(report.tips)} chains, {seconds:.2f} s ({speed})"
        if report.problems:
            raise CommandError(f"The audit trail is not whole. {scale}")
        against = f", against {len(signed)} signed heads" if heads else ""
        self.stdout.write(f"The audit trail is whole: {scale}{against}.")


def _signed_heads(path: Path) -> list[Head]:
    try:
        if settings.AUDIT_VERIFY_KEY:
            key = audit_chain.verify_key(settings.AUDIT_VERIFY_KEY)
        else:
            key = audit_chain.signing_key(settings.AUDIT_SIGNING_KEY).public_key()
        return audit_chain.read_heads(path.read_text(), key=key)
    except audit_chain.BadHeads as error:
        raise CommandError(f"{path}: {error}") from error
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise CommandError(
            "Set AUDIT_VERIFY_KEY (or AUDIT_SIGNING_KEY) to base64 of the key's 32 bytes."
        ) from error
