"""Invite somebody to a staff role from the command line: how the first administrator comes in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.accounts import mails, services
from portal.accounts.roles import STAFF_ROLES, Role, codes, scope_error
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


class Command(BaseCommand):
    help = "Invite an e-mail address to a staff role and print the link (used once, 72 hours)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", default=Role.SYSADMIN.value, choices=codes(STAFF_ROLES))
        parser.add_argument("--ward", type=int, help="JIS code of the ward, e.g. 13107")

    def handle(self, *args: Any, **options: Any) -> None:
        role, ward_id = Role(options["role"]), options["ward"]
        if error := scope_error(role, ward_id=ward_id, firm_id=None):
            raise CommandError(error)
        actor = Actor.system("invite_staff")
        with acting(actor):
            invitation, token = services.invitation_create(
                actor=actor, email=options["email"], role=role, ward_id=ward_id, now=clock.now()
            )
        self.stdout.write(f"{invitation.email}: {mails.invitation_url(token)}")
