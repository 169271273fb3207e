"""The client against a server that speaks clamd's protocol over a socket."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.kernel.files import clamav
from portal.kernel.files.clamav import Outcome
from tests.kernel.files import clamd
from tests.kernel.files import corpus as c


@pytest.fixture
def server(settings: Settings) -> Iterator[clamd.Server]:
    with clamd.running() as server:
        settings.CLAMD_ADDRESS = server.address
        yield server


def scan(data: bytes) -> clamav.Scan:
    return clamav.scan(io.BytesIO(data))


def test_clean(server: clamd.Server) -> None:
    data = b"x" * (clamav.CHUNK * 2 + 1)
    assert scan(data) == clamav.Scan(Outcome.CLEAN)
    assert server.seen == [len(data)]


@pytest.mark.parametrize(
    "data", [c.EICAR, c.archive({"a.com": c.EICAR}), c.document(extra={"word/x.com": c.EICAR})]
)
def test_eicar_plain_and_inside(server: clamd.Server, data: bytes) -> None:
    assert scan(data) == clamav.Scan(Outcome.INFECTED, "Win.Test.EICAR_HDB-1")


def test_too_long_for_the_scanner_is_not_clean(server: clamd.Server) -> None:
    """clamd answers and hangs up while we still send; whichever we notice, it is not clean."""
    assert scan(b"x" * 5_000_000).outcome in {Outcome.LIMIT, Outcome.DOWN}
    assert scan(b"x" * (clamd.MAX_LENGTH + 1)).outcome in {Outcome.LIMIT, Outcome.DOWN}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0", Outcome.LIMIT),
        (b"INSTREAM size limit exceeded. ERROR\0", Outcome.LIMIT),
        (b"stream: Can't allocate memory ERROR\0", Outcome.DOWN),
        (b"stream: NOT OK\0", Outcome.DOWN),
        (b"nonsense: OK\0", Outcome.DOWN),
        (b"\0", Outcome.DOWN),
    ],
)
def test_only_a_clear_ok_is_clean(server: clamd.Server, answer: bytes, outcome: Outcome) -> None:
    server.answer = answer
    assert scan(b"harmless").outcome == outcome


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:/nowhere/clamd.ctl", "nonsense"])
def test_unreachable_is_down(settings: Settings, address: str) -> None:
    settings.CLAMD_ADDRESS = address
    assert scan(b"harmless").outcome == Outcome.DOWN


def test_silence_is_down(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clamav, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{silent.getsockname()[1]}"
        assert scan(b"harmless").outcome == Outcome.DOWN


def test_unix_socket(settings: Settings, tmp_path: Path) -> None:
    """The usual way on one machine: reached, then nobody answers."""
    path = tmp_path / "clamd.ctl"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        settings.CLAMD_ADDRESS = f"unix:{path}"
        with clamav._connect(settings.CLAMD_ADDRESS) as connection:
            assert connection.family == socket.AF_UNIX
