"""The own PostgreSQL out of the wheel: made, started, found again and stopped.

One folder is one server. Two processes that start it at once get the same server (file lock).
It listens on loopback only (the tests' also on a socket beside its data) and asks for a password.
A managed server (DATABASE_URL) needs none of this.
"""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psutil
import psycopg
from psycopg import sql

from portal.runtime import locks, memory, privileges
from portal.runtime.paths import LOOPBACK, ROOT, PlainError, log_dir, tail
from portal.runtime.processes import is_alive, wait_until_gone
from portal.runtime.state import free_port, new_password, read_state, write_state

Kind = Literal["durable", "disposable"]
OWNER, APPLICATION, SUPERUSER = "machikoba_owner", "machikoba_app", "postgres"
ROLES_FILE, DATABASE_FILE = ROOT / "deploy/roles.sql", ROOT / "deploy/database.sql"
STARTING_SECONDS, STOPPING_SECONDS = 60, 30
LONGEST_FOLDER = 90
# A second one, because the first may find a server that is just dying or lose its port.
ATTEMPTS = 2

# max_parallel_workers_per_gather: parallel plans need more /dev/shm than many containers have.
COMMON_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "Asia/Tokyo",
    "log_timezone": "Asia/Tokyo",
    # Passwords here are 192 random bits: stretching them would only slow each connection.
    "scram_iterations": "64",
}
SETTINGS = {
    "durable": {"shared_buffers": "256MB", "max_connections": "150"},
    # Speed only, for databases that are thrown away: nothing about locks or isolation differs.
    "disposable": {
        "shared_buffers": "256MB",
        "max_connections": "500",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "1GB",
        "checkpoint_timeout": "30min",
        # What tests have rolled back would be counted as rows that are gone: a table in which a test
        # has just written ten thousand then looks empty to the planner.
        "autovacuum": "off",
        # Told to `ps` with every statement, and read by nobody.
        "update_process_title": "off",
    },
}


@dataclass(frozen=True)
class Server:
    """A running server and how to reach it."""

    port: int
    passwords: dict[str, str]

    def url(self, role: str, database: str) -> str:
        """The connection URL of a role for one database."""
        return f"postgres://{role}:{self.passwords[role]}@{LOOPBACK}:{self.port}/{database}"

    def connect(self, role: str = SUPERUSER, database: str = "postgres") -> psycopg.Connection:
        """An autocommit connection; the caller closes it."""
        return psycopg.connect(self.url(role, database), autocommit=True, connect_timeout=10)


def start(home: Path, kind: Kind) -> tuple[Server, bool]:
    """Make sure the server of this folder runs. Returns it, and whether this call started it.

    Raises PlainError when it cannot be made or started.
    """
    with locks.exclusive(home.with_suffix(".lock")):
        state = read_state(home / "state.json")
        if not state or not (Path(state["data"]) / "PG_VERSION").exists():
            state = _make_state(home, kind)
            _make_cluster(Path(state["data"]), state["passwords"][SUPERUSER])
        data = Path(state["data"])
        for _ in range(ATTEMPTS):
            process = _postmaster(data)
            started = process is None
            if process is None:
                state["port"] = free_port(state.get("port"))
                chosen = {
                    "port": str(state["port"]),
                    "unix_socket_directories": _socket_of(data, kind),
                }
                process = _launch(home, data, SETTINGS[kind] | chosen)
                write_state(home / "state.json", state)
            server = Server(port=state["port"], passwords=state["passwords"])
            if _becomes_ready(server, data, process):
                _apply_roles(server, state)
                write_state(home / "state.json", state)
                return server, started
        log = log_dir() / f"{home.name}.log"
        raise PlainError(f"PostgreSQL did not start; its log {log} ends:\n{tail(log)}")


def socket_folder(home: Path) -> str:
    """Where the disposable server of this folder also listens: a quicker way to it than loopback.

    Empty where it does not.
    """
    state = read_state(home / "state.json")
    folder = _socket_of(Path(state["data"]), "disposable")
    return folder if (Path(folder) / f".s.PGSQL.{state['port']}").exists() else ""


def _socket_of(data: Path, kind: Kind) -> str:
    """A path to a socket holds 107 bytes, and a comma would begin another folder."""
    folder = str(data)
    fits = len(os.fsencode(folder)) < LONGEST_FOLDER and "," not in folder
    return folder if kind == "disposable" and fits else ""


def stop(home: Path) -> bool:
    """Stop the server of this folder in good order. False if it was not running."""
    with locks.exclusive(home.with_suffix(".lock")):
        state = read_state(home / "state.json")
        process = _postmaster(Path(state["data"])) if state else None
        if process is None:
            return False
        _end(process)
        memory.give_back(Path(state["data"]).parent)
        return True


def _end(process: psutil.Process) -> None:
    process.send_signal(2)  # SIGINT: PostgreSQL's "fast" shutdown ends sessions first
    if not wait_until_gone(process, STOPPING_SECONDS):
        process.send_signal(3)  # SIGQUIT: at once; the next start recovers from the log
        wait_until_gone(process, STOPPING_SECONDS)


def create_database(server: Server, name: str) -> bool:
    """Make the database if missing, owned by machikoba_owner. False if it was there.

    The caller sees to it that nobody makes the same one at the same time.
    """
    with server.connect() as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
    with server.connect(OWNER) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with server.connect(OWNER, name) as connection:
        connection.execute(DATABASE_FILE.read_text())
    return True


def drop_database(server: Server, name: str) -> None:
    """Remove the database of an own server, ending whatever sessions it has."""
    with server.connect() as connection:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(statement.format(sql.Identifier(name)))


def _make_state(home: Path, kind: Kind) -> dict[str, Any]:
    in_memory = memory.folder_for(home) if kind == "disposable" else None
    data = (in_memory or privileges.reachable_home(home)) / "data"
    if in_memory and data.exists():
        # Left by a checkout whose own folder was removed: nobody knows its passwords any more.
        if (process := _postmaster(data)) is not None:
            _end(process)
        shutil.rmtree(data)
    passwords = {role: new_password() for role in (SUPERUSER, OWNER, APPLICATION)}
    state: dict[str, Any] = {"data": str(data), "passwords": passwords}
    write_state(home / "state.json", state)
    return state


def _make_cluster(data: Path, password: str) -> None:
    """Run initdb into a new folder, then move it in place: a cut-off initdb leaves nothing."""
    fresh, password_file = data.with_name("data.new"), data.with_name("password.new")
    subprocess.run(["/bin/rm", "-rf", str(fresh)], check=True)
    fresh.mkdir(mode=0o700)
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    privileges.give(fresh)
    privileges.give(password_file)
    command = [
        str(privileges.postgres_programs() / "initdb"),
        f"--pgdata={fresh}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-instructions",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd="/", **privileges.run_as()
    )
    password_file.unlink()
    (log_dir() / f"{data.parent.name}-initdb.log").write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        reason = (done.stderr.strip() or "no message").splitlines()[-1]
        raise PlainError(f"PostgreSQL could not make its data folder {data}: {reason}")
    fresh.rename(data)


def _postmaster(data: Path) -> psutil.Process | None:
    """The running server of this folder. A pid file left over by a crash is removed."""
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    try:
        process = psutil.Process(pid)
        if is_alive(process) and str(data) in process.cmdline():
            return process
    except psutil.NoSuchProcess:
        pass
    # The number may belong to another program by now, and PostgreSQL would then refuse to start.
    pid_file.unlink(missing_ok=True)
    return None


def _launch(home: Path, data: Path, settings: dict[str, str]) -> psutil.Process:
    """Start the server in a session of its own, so that Ctrl-C in a terminal passes it by."""
    command = [str(privileges.postgres_programs() / "postgres"), "-D", str(data)]
    for name, value in (COMMON_SETTINGS | settings).items():
        command += ["-c", f"{name}={value}"]
    with (log_dir() / f"{home.name}.log").open("ab") as log:
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            **privileges.run_as(),
        )
    return psutil.Process(started.pid)


def _becomes_ready(server: Server, data: Path, process: psutil.Process) -> bool:
    """Wait for the server to take connections; after a crash it first replays its log.

    False if the process ends, or time does, before it does. Raises PlainError on a lost password.
    """
    deadline = time.monotonic() + STARTING_SECONDS
    while is_alive(process) and time.monotonic() < deadline:
        try:
            server.connect().close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise PlainError(
                    f"The PostgreSQL in {data} does not know its password any more:"
                    " remove that folder or set DATABASE_URL."
                ) from None
            time.sleep(0.05)
        else:
            return True
    return False


def _apply_roles(server: Server, state: dict[str, Any]) -> None:
    """Bring the roles to deploy/roles.sql when that file has changed since the last time."""
    wanted = ROLES_FILE.read_text()
    if state.get("roles") == wanted:
        return
    with server.connect() as connection:
        connection.execute(wanted)
        for role in (OWNER, APPLICATION):
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
            password = sql.Literal(server.passwords[role])
            connection.execute(statement.format(sql.Identifier(role), password))
    state["roles"] = wanted
