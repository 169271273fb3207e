"""A real browser: Debian's Chromium, driven by Playwright.

Its headless shell where there is one: the same engine without the windows and services around it
that no test looks at, and with a quarter less work for each page.

Every page a test opens is watched: a blocked script or style (Content-Security-Policy), an
uncaught JavaScript error, or a request to another machine fails the test.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from portal.runtime.paths import LOOPBACK
from tests.support.processes import LiveApp

# Milliseconds a click, and what a page is expected to show, are waited for.
PATIENCE = 10_000
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(os.path.exists, ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")),
    "/usr/bin/chromium",
)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# The last list of features that Chromium is given is the one that counts: what Playwright itself
# switches off is named again. The last two give each page of a site a frame, and each context a
# process, of its own in advance: a third of what opening a page takes, and nothing a test looks at.
WITHOUT_FEATURES = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    *("RenderDocument", "SpareRendererForSitePerProcess"),
)
ARGUMENTS = [
    f"--disable-features={','.join(WITHOUT_FEATURES)}",
    "--no-sandbox",  # the tests may run as root, where Chromium has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}, EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole session."""
    # Playwright's synchronous interface keeps an event loop in this thread, which Django would
    # take for asynchronous code and refuse its ORM. Nothing here runs concurrently with it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Watch:
    """What went wrong in the watched pages; empty when nothing did."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def add(self, page: Page) -> None:
        """Watch one more page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"JavaScript error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        is_ours = parts.hostname in {LOOPBACK, "localhost"}
        if parts.scheme in {"http", "https", "ws", "wss"} and not is_ours:
            self.faults.append(f"request to another machine: {request.url}")


@pytest.fixture
def new_page(browser: Browser, live_app: LiveApp) -> Iterator[Callable[..., Page]]:
    """A function that opens a page in a context (cookies) of its own.

    `new_page(width=390, java_script_enabled=False, …)`: further keywords go to Playwright's
    `new_context`. Paths are relative to the served portal: `page.goto("/")`.
    """
    watch = Watch()
    contexts = []

    def open_page(*, width: int = WIDE["width"], **options: Any) -> Page:
        height = NARROW["height"] if width <= NARROW["width"] else WIDE["height"]
        options = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo"} | options
        context = browser.new_context(
            base_url=live_app.url, viewport={"width": width, "height": height}, **options
        )
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch.add(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not watch.faults, "\n".join(watch.faults)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page 1280 px wide on the served portal."""
    return new_page()


@pytest.fixture
def narrow_page(new_page: Callable[..., Page]) -> Page:
    """A page 390 px wide, as on a telephone."""
    return new_page(width=NARROW["width"])


@pytest.fixture
def signed_in(new_page: Callable[..., Page], live_app: LiveApp) -> Callable[..., Page]:
    """`signed_in(user, width=390)`: a page in which that person (or their id) has signed in.
    `hat` ("support:13107") says as what, for those who are several things.

    Signing in itself is told in tests/accounts; here it would only slow the story down.
    """
    from django.test import Client

    from portal.accounts.models import User
    from tests.support.people import sign_in

    def open_page(user: Any, hat: str = "", **options: Any) -> Page:
        client = Client()
        sign_in(client, User.objects.get(pk=getattr(user, "pk", user)), hat=hat)
        page = new_page(**options)
        for key, cookie in client.cookies.items():
            page.context.add_cookies([{"name": key, "value": cookie.value, "url": live_app.url}])
        return page

    return open_page
