"""Does every call's budget agree with its ledger? Exit 1 and one line per figure where not."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.models import Call
from subsidies.office.selectors import mismatches


class Command(BaseCommand):
    help = "Compare the budget columns of all calls with their ledger; exit 1 on a difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--ward", type=int, help="JIS code of one ward, e.g. 13107")

    def handle(self, *args, **options) -> None:
        with acting(Actor.system("office.budget_check")):
            found = mismatches(options["ward"])
            count = Call.objects.count()
        for item in found:
            self.stdout.write(
                f"{item.call}: {item.what} {item.stands_yen:,} yen, ledger {item.should_yen:,} yen"
            )
        if found:
            raise CommandError(f"{len(found)} figures do not add up")
        self.stdout.write(f"{count} calls: every column agrees with its ledger")
