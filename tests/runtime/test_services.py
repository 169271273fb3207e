"""The own PostgreSQL and Valkey: started once however many ask, found again after a crash."""

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from portal.runtime import postgres, privileges, services, valkey
from portal.runtime.paths import ROOT
from portal.runtime.processes import is_alive, python, wait_until_gone
from portal.runtime.state import read_state
from tests.runtime.conftest import Run, environment_of

pytestmark = pytest.mark.slow


def _postmaster_of(home: Path) -> psutil.Process:
    data = Path(read_state(home / "state.json")["data"])
    return psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))


def test_two_starts_at_once_share_one_server(own_var: Path, runtime: Run) -> None:
    command = python("-m", "portal.runtime", "services")
    both = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment_of(own_var), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1]
    servers = [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if str(own_var) in " ".join(process.info["cmdline"] or [])
        and "-D" in process.info["cmdline"]
    ]
    assert len(servers) == 1
    assert "Stopped: Valkey, PostgreSQL." in runtime("stop", own_var).stdout
    assert not is_alive(servers[0])
    assert "Nothing was running." in runtime("stop", own_var).stdout


def test_data_outlives_a_kill_and_a_stale_pid_file(own_var: Path) -> None:
    home = services.demo_pair().postgres_home
    server, started = services.start_demo_postgres()
    assert started
    with server.connect(postgres.OWNER, services.DEMO_DATABASE) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    postmaster = _postmaster_of(home)
    family = [postmaster, *postmaster.children()]
    for process in family:
        process.send_signal(signal.SIGKILL)
    assert all(wait_until_gone(process, 10) for process in family)

    # The pid in the file may by now be another program's, such as this test's.
    pid_file = Path(read_state(home / "state.json")["data"]) / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    server, started = services.start_demo_postgres()
    assert started
    with server.connect(postgres.OWNER, services.DEMO_DATABASE) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_valkey_is_started_anew_after_a_kill(own_var: Path) -> None:
    home = services.demo_pair().valkey_home
    assert valkey.start(home)[1]
    os.kill(read_state(home / "state.json")["pid"], signal.SIGKILL)
    server, started = valkey.start(home)  # at once: the killed one may still be going
    assert started
    with server.client() as client:
        assert client.ping()


def test_services_ask_for_their_password_and_listen_on_loopback_only(own_var: Path) -> None:
    server, _ = services.start_demo_postgres()
    cache, _ = valkey.start(services.demo_pair().valkey_home)
    for process in (
        _postmaster_of(services.demo_pair().postgres_home),
        psutil.Process(read_state(services.demo_pair().valkey_home / "state.json")["pid"]),
    ):
        listening = {
            c.laddr.ip for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN
        }
        assert listening == {"127.0.0.1"}
    wrong = postgres.Server(server.port, dict.fromkeys(server.passwords, "guess"))
    with pytest.raises(postgres.psycopg.OperationalError, match="password authentication failed"):
        wrong.connect()
    with (
        valkey.Server(cache.port, "guess").client() as client,
        pytest.raises(valkey.redis.AuthenticationError),
    ):
        client.ping()


def test_a_checkout_closed_to_others_still_gets_a_server(closed_var: Path) -> None:
    server, started = services.start_demo_postgres()
    assert started
    with server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    data = Path(read_state(services.demo_pair().postgres_home / "state.json")["data"])
    below_closed = data.is_relative_to(closed_var)
    assert below_closed == (not privileges.run_as())
    assert closed_var.parent.stat().st_mode & 0o777 == 0o700, "nothing was opened up"
