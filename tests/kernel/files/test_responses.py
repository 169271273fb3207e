"""The answers of views: nothing a browser could run, names that cannot break the header."""

from collections.abc import Callable

import pytest
from django.core.checks import run_checks
from django.http.response import HttpResponseBase
from pytest_django import Settings

from portal.kernel.database import acting
from portal.kernel.files import responses, services
from portal.kernel.files.models import StoredFile
from tests.kernel.files import corpus as c
from tests.kernel.files.acts import OFFICIAL, upload

pytestmark = pytest.mark.django_db


def answer(stored: StoredFile) -> HttpResponseBase:
    with acting(OFFICIAL):
        reader = services.open_for_download(actor=OFFICIAL, stored=stored, may=True)
        return responses.file_response(stored, reader)


def test_download_is_an_attachment_nobody_runs_or_keeps() -> None:
    content = c.pdf()
    response = answer(upload(content, "../\r\nX: 見積.pdf"))
    assert response.getvalue() == content
    assert {name: response[name] for name in response.headers} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(content)),
        "Content-Disposition": (
            "attachment; filename=\"X.pdf\"; filename*=UTF-8''X_%20%E8%A6%8B%E7%A9%8D.pdf"
        ),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def test_the_web_server_may_send_the_bytes(settings: Settings) -> None:
    settings.X_ACCEL_PREFIX = "/_private/"
    stored = upload(c.pdf())
    response = answer(stored)
    assert response["X-Accel-Redirect"] == f"/_private/{stored.storage_key}"
    assert response["X-Accel-Redirect"].startswith("/_private/clean/")
    assert response.content == b""
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("address", "warned"), [("", True), ("tcp://clamd:3310", False)])
def test_deployment_check_tells_when_no_scanner_is_set(
    settings: Settings, address: str, *, warned: bool
) -> None:
    settings.CLAMD_ADDRESS = address
    found = {message.id for message in run_checks(include_deployment_checks=True)}
    assert ("kernel.W001" in found) is warned


def test_deployment_check_tells_when_private_files_have_addresses(
    settings: Settings, private_folder: Callable[[], object]
) -> None:
    assert "kernel.W002" not in {m.id for m in run_checks(include_deployment_checks=True)}
    options = settings.STORAGES["private"]["OPTIONS"] | {"base_url": "/media/private/"}
    settings.STORAGES = settings.STORAGES | {
        "private": settings.STORAGES["private"] | {"OPTIONS": options}
    }
    assert "kernel.W002" in {m.id for m in run_checks(include_deployment_checks=True)}
