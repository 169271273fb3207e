"""`manage.py check_links [--outside]`: look for links of public pages that lead nowhere."""

import urllib.error
import urllib.request
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from portal.cms.links import links_check
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

SECONDS = 10


class Command(BaseCommand):
    help = "Follows every link of the public pages; with --outside also those to other sites."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--outside", action="store_true", help="ask other sites too")

    def handle(self, *args: object, **options: object) -> None:
        with acting(Actor.system("cms.check_links")):
            count = links_check(now=clock.now(), ask=_ask if options["outside"] else None)
        self.stdout.write(f"{count} links lead nowhere.")


def _ask(url: str) -> tuple[int | None, str]:
    request = urllib.request.Request(url, method="HEAD", headers={"User-Agent": "machikoba"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, ""
    except (OSError, ValueError) as error:
        return None, str(error)[:200]
