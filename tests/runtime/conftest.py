"""A runtime of its own per test: its own folder, its own servers, ended afterwards."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from portal.runtime import records, services
from portal.runtime.paths import ROOT
from portal.runtime.processes import python
from portal.runtime.state import read_state

# What the test run itself set, and a command of the runtime must not inherit.
OWN_SETTINGS = (
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "VALKEY_URL",
    "MEDIA_ROOT",
    "CACHE_PREFIX",
    "SITE_URL",
    "ALLOWED_HOSTS",
)

Run = Callable[..., subprocess.CompletedProcess[str]]


def environment_of(var: Path, **settings: str) -> Mapping[str, str]:
    """The environment of a command that shall use this folder and nothing of the test run."""
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
    return inherited | {"MACHIKOBA_VAR": str(var)} | settings


@pytest.fixture
def own_var(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty var folder; whatever runs from it afterwards is stopped and removed."""
    # Not tmp_path: that lies below a folder closed to the account PostgreSQL runs as.
    var = ROOT / "var" / f"test-runtime-{uuid.uuid4().hex[:8]}"
    var.mkdir(parents=True)
    monkeypatch.setenv("MACHIKOBA_VAR", str(var))
    yield var
    _remove(var)


@pytest.fixture
def closed_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A var folder below one that only its owner may enter, as /root is."""
    closed = tmp_path / "closed"
    var = closed / "var"
    var.mkdir(parents=True)
    closed.chmod(0o700)
    monkeypatch.setenv("MACHIKOBA_VAR", str(var))
    yield var
    _remove(var)


def _remove(var: Path) -> None:
    records.stop_demonstrations()
    data = read_state(services.demo_pair().postgres_home / "state.json").get("data")
    services.stop_everything()
    if data:
        shutil.rmtree(Path(data).parent)
    shutil.rmtree(var, ignore_errors=True)


@pytest.fixture
def runtime() -> Run:
    """A function that runs `python -m portal.runtime <command>` in a var folder and waits."""

    def run(command: str, var: Path, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            python("-m", "portal.runtime", *command.split()),
            cwd=ROOT,
            env=environment_of(var, **settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
