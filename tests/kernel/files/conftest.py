"""A private storage per test, and a scanner."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.kernel.files import clamd


@pytest.fixture(autouse=True)
def private_folder(settings: Settings, tmp_path: Path) -> Path:
    """An empty private storage of this test alone."""
    folder = tmp_path / "private"
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder, "base_url": None},
        }
    }
    settings.CLAMD_ADDRESS = ""
    return folder


@pytest.fixture
def kept(private_folder: Path) -> Callable[[], set[str]]:
    """What lies in the private storage, as `prefix/…` keys."""
    return lambda: {
        str(path.relative_to(private_folder))
        for path in private_folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def scanner(settings: Settings) -> Iterator[clamd.Server]:
    with clamd.running() as server:
        settings.CLAMD_ADDRESS = server.address
        yield server
