"""Child processes: each in a process group of its own, with a log file, ended as a group."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from portal.runtime.paths import ROOT, PlainError, tail


class Child:
    """One process this one started, with everything that process starts in turn."""

    def __init__(
        self, name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path
    ) -> None:
        self.name, self.log = name, log
        log.parent.mkdir(parents=True, exist_ok=True)
        # The log of an earlier run would confuse whoever reads why this one died.
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.created = psutil.Process(self.process.pid).create_time()

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group."""
        return self.process.pid

    def is_alive(self) -> bool:
        """False once the process has ended."""
        return self.process.poll() is None

    def wait_for_line(self, text: str, seconds: float) -> None:
        """Wait until the log holds the text. Raises PlainError with the log's end otherwise."""
        deadline = time.monotonic() + seconds
        while text not in self.log.read_text(errors="replace"):
            if not self.is_alive() or time.monotonic() > deadline:
                state = "is still starting" if self.is_alive() else "has ended"
                raise PlainError(f"The {self.name} {state}; its log ends:\n{tail(self.log)}")
            time.sleep(0.05)

    def kill9(self) -> None:
        """End the whole group at once, as a power cut would."""
        self._signal(signal.SIGKILL)
        self.process.wait(10)

    def ask_to_stop(self) -> None:
        """Ask the process, not its children, to end in good order."""
        if self.is_alive():
            self.process.terminate()

    def stop(self, seconds: float = 10) -> None:
        """End in good order, by force after `seconds`, and leave no grandchild behind."""
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        self._signal(signal.SIGKILL)
        self.process.wait(10)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)


def python(*arguments: str) -> list[str]:
    """A command line for this environment's own Python."""
    return [sys.executable, *arguments]


def web_command(port: int, workers: int) -> list[str]:
    """The web server on loopback."""
    return python(
        *("-m", "granian", "--interface", "wsgi", "portal.wsgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
        *("--no-ws", "--blocking-threads", "2"),
    )


def worker_command(concurrency: int, name: str) -> list[str]:
    """A Celery worker; names tell workers on one broker apart."""
    return python(
        *("-m", "celery", "-A", "portal.celery", "worker", "--loglevel=INFO"),
        *(f"--concurrency={concurrency}", "--without-gossip", "--without-mingle"),
        f"--hostname={name}@%h",
    )


def beat_command(schedule: Path) -> list[str]:
    """The scheduler of recurring jobs."""
    return python(
        *("-m", "celery", "-A", "portal.celery", "beat", "--loglevel=INFO"),
        *(f"--schedule={schedule}", "--pidfile="),
    )


def is_alive(process: psutil.Process) -> bool:
    """False once the process has ended, also while its parent has not taken note of it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(process: psutil.Process, seconds: float) -> bool:
    """Wait for a process that need not be a child of this one. False if it outlives the time."""
    deadline = time.monotonic() + seconds
    while is_alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def process_with(pid: int, created: float) -> psutil.Process | None:
    """The process of that id if it is the one started then: ids are used again."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created) < 1
    except psutil.NoSuchProcess:
        return None
    return process if same and is_alive(process) else None
