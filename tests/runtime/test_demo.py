"""`make demo` as a person runs it: comes up, serves, and takes everything of its own down again."""

import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from portal.runtime import privileges, services
from portal.runtime.paths import LOOPBACK, ROOT
from portal.runtime.processes import python, wait_until_gone
from portal.runtime.state import free_port, port_is_free, read_state
from tests.runtime.conftest import environment_of
from tests.support.bootstrap import TestServices

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

READY = "Stop: Ctrl-C"


class Demo:
    """A demonstration in a session of its own, as in a terminal of its own."""

    def __init__(self, var: Path) -> None:
        self.port = free_port()
        self.output = var / "terminal.txt"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                python("-m", "portal.runtime", "demo"),
                cwd=ROOT,
                # Firms and people alone: with the rooms' stories it takes half a minute of processor
                # time more, even at a fiftieth of the applications. That the stories load, and that
                # a commit would take them, is told in tests/desk/test_load_demo.py.
                env=environment_of(var, PORT=str(self.port), DEMO_SCALE="0"),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.family: list[psutil.Process] = []

    def wait_until_ready(self, seconds: float = 200) -> None:
        """Wait for the address to be printed, then note every process it started."""
        deadline = time.monotonic() + seconds
        while READY not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)
        self.family = psutil.Process(self.process.pid).children(recursive=True)

    def get(self, path: str) -> str:
        """The text of a page."""
        with urllib.request.urlopen(f"http://{LOOPBACK}:{self.port}{path}") as response:
            assert response.status == 200
            return response.read().decode()


@pytest.fixture
def migrated_var(own_var: Path, live_services: TestServices, database_template: str) -> Path:
    """A var folder whose database has the schema already, copied from the tests' template."""
    programs = privileges.postgres_programs()
    server, _ = services.start_demo_postgres()
    source = live_services.database.url("postgres", database_template)
    target = server.url("postgres", services.DEMO_DATABASE)
    dump = subprocess.run(
        [programs / "pg_dump", source], check=True, capture_output=True, text=True
    ).stdout
    # The copy brings its own schema; the extension comments are the administrator's.
    subprocess.run(
        [programs / "psql", "--quiet", "--set=ON_ERROR_STOP=1", target],
        input=re.sub(
            r"^(CREATE SCHEMA public|COMMENT ON EXTENSION).*$", "", dump, flags=re.MULTILINE
        ),
        check=True,
        capture_output=True,
        text=True,
    )
    services.stop(services.demo_pair())
    return own_var


def _service_processes() -> list[psutil.Process]:
    pair = services.demo_pair()
    data = Path(read_state(pair.postgres_home / "state.json")["data"])
    postmaster = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    return [
        psutil.Process(postmaster),
        psutil.Process(read_state(pair.valkey_home / "state.json")["pid"]),
    ]


def test_demo_comes_up_goes_down_and_keeps_its_data(
    migrated_var: Path, live_services: TestServices
) -> None:
    demo = Demo(migrated_var)
    demo.wait_until_ready()
    assert demo.get("/healthz") == "ok"
    assert " s (loaded)\n" in demo.output.read_text()
    names = " ".join(" ".join(process.cmdline()) for process in demo.family)
    assert all(part in names for part in ("granian", "worker", "beat"))
    own_services = _service_processes()

    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0, demo.output.read_text()
    assert all(wait_until_gone(process, 5) for process in [*demo.family, *own_services])
    assert port_is_free(demo.port)
    assert list((migrated_var / "run").glob("demo-*.json")) == []
    with live_services.cache.client() as client:
        assert client.ping(), "the tests' Valkey was none of its business"
    live_services.database.connect().close()

    again = Demo(migrated_var)
    again.wait_until_ready()
    output = again.output.read_text()
    for told in ("unchanged", "up to date", "kept"):
        assert told in output, output
    _a_dying_child_ends_the_demonstration(again)


def _a_dying_child_ends_the_demonstration(demo: Demo) -> None:
    own_services = _service_processes()
    worker = next(process for process in demo.family if "worker" in process.cmdline())
    os.kill(worker.pid, signal.SIGKILL)
    assert demo.process.wait(60) == 1
    output = demo.output.read_text()
    assert "The worker has ended by itself; its log" in output
    assert "Traceback" not in output
    assert all(wait_until_gone(process, 5) for process in [*demo.family, *own_services])
