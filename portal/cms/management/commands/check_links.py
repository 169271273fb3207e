"""`manage.py check_links [--outside]`: look for links of public pages that lead nowhere."""

import ipaddress
import socket
import urllib.error
import urllib.request
from argparse import ArgumentParser
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

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


class _Onward(urllib.request.HTTPRedirectHandler):
    """Follows a site to another address, not into the house."""

    def redirect_request(self, req: Any, *args: Any) -> urllib.request.Request | None:
        _refuse_inner(args[-1])
        return super().redirect_request(req, *args)


_opener = urllib.request.build_opener(_Onward)


def _refuse_inner(url: str) -> None:
    """What an editor links to is asked of the public network alone. Raises ValueError, OSError."""
    found = socket.getaddrinfo(urlsplit(url).hostname or "", None)
    if not all(ipaddress.ip_address(row[4][0]).is_global for row in found):
        raise ValueError("not a public address")


def _ask(url: str) -> tuple[int | None, str]:
    request = urllib.request.Request(url, method="HEAD", headers={"User-Agent": "machikoba"})  # noqa: S310
    try:
        _refuse_inner(url)
        with _opener.open(request, timeout=SECONDS) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, ""
    except (OSError, ValueError, HTTPException) as error:
        return None, str(error)[:200]
