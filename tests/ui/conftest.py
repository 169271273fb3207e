"""Serves the gallery to a real browser without any database."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import override_settings
from playwright.sync_api import Browser, ConsoleMessage, Page

TEMPLATES = Path(__file__).parent / "gallery" / "templates"


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """The gallery's requests are no news."""


def gallery_settings() -> dict:
    """The portal's own settings, reduced to what the screens need: no session, no database."""
    (templates,) = settings.TEMPLATES
    options = {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.messages.context_processors.messages",
            "portal.ui.context_processors.chrome",
        ]
    }
    return {
        "ROOT_URLCONF": "tests.ui.gallery.urls",
        "DEMO_MODE": True,
        "DEBUG_PROPAGATE_EXCEPTIONS": False,
        "ALLOWED_HOSTS": ["*"],
        "MESSAGE_STORAGE": "django.contrib.messages.storage.cookie.CookieStorage",
        "TEMPLATES": [
            {
                "BACKEND": templates["BACKEND"],
                "DIRS": [TEMPLATES, *templates["DIRS"]],
                "APP_DIRS": True,
                "OPTIONS": options,
            }
        ],
        "MIDDLEWARE": [
            "django.middleware.csp.ContentSecurityPolicyMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "tests.ui.gallery.views.ActorMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
    }


@pytest.fixture
def gallery_site() -> Iterator[None]:
    """The gallery's URLs and templates for Django's test client."""
    with override_settings(**gallery_settings()):
        yield


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The address of the served gallery."""
    with override_settings(**gallery_settings()):
        server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
        server.daemon_threads = True
        server.set_app(StaticFilesHandler(WSGIHandler()))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def open_gallery(browser: Browser, gallery: str) -> Iterator[Callable[..., Page]]:
    """`open_gallery("/path/", width=…, **context options)`; a CSP or script error fails the test."""
    faults: list[str] = []
    contexts = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(message.text)

    def open_page(path: str, *, width: int = 1280, **options: object) -> Page:
        options = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo"} | options
        context = browser.new_context(
            base_url=gallery, viewport={"width": width, "height": 900}, **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", console)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)
