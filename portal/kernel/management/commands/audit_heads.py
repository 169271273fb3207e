"""`manage.py audit_heads`: sign the heads of the audit chains, to be kept outside."""

import base64
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel import audit_chain, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


class Command(BaseCommand):
    """Run it every night and carry the file to where nobody of the portal can change it."""

    help = "Export the signed heads of all audit chains (AUDIT_SIGNING_KEY)."

    def add_arguments(self, parser: CommandParser) -> None:
        """One of --export and --new-key."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--export", type=Path, metavar="FILE", help="write the signed heads here")
        what.add_argument("--new-key", action="store_true", help="print a new pair of keys")

    def handle(self, *_: Any, export: Path | None, new_key: bool, **options: Any) -> None:
        """Write the file, or print keys."""
        if new_key or export is None:
            self._print_keys()
            return
        try:
            key = audit_chain.signing_key(settings.AUDIT_SIGNING_KEY)
        except ValueError as error:
            raise CommandError(
                "Set AUDIT_SIGNING_KEY first: manage.py audit_heads --new-key makes one."
            ) from error
        with acting(Actor.system("audit_heads")):
            heads = audit_chain.current_heads()
        export.write_text(audit_chain.sign_heads(heads, key=key, made_at=clock.now()))
        self.stdout.write(f"{export}: {len(heads)} heads signed.")

    def _print_keys(self) -> None:
        key = Ed25519PrivateKey.generate()
        private = base64.b64encode(key.private_bytes_raw()).decode()
        self.stdout.write(f"AUDIT_SIGNING_KEY={private}")
        self.stdout.write(f"AUDIT_VERIFY_KEY={audit_chain.public_text(key)}")
