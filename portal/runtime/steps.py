"""Progress on the terminal: which step, how long, what it is doing."""

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from portal.runtime.paths import ROOT, PlainError, tail

HEARTBEAT_SECONDS = 5


class Steps:
    """Numbers the steps of a command and shows each with its time."""

    def __init__(self, total: int, done: int = 0, *, silent: bool = False) -> None:
        self.total, self.number, self.silent = total, done, silent
        self._note = ""

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator["Steps"]:
        """Show the title at once, signs of life while it lasts, and the time at the end."""
        self.number += 1
        self._note = ""
        if self.silent:
            yield self
            return
        head = f"[{self.number}/{self.total}] {title} …"
        started, finished = time.monotonic(), threading.Event()
        print(head, end="", flush=True)
        alive = threading.Thread(target=self._show, args=(head, started, finished), daemon=True)
        alive.start()
        try:
            yield self
        except BaseException:
            finished.set()
            alive.join()
            print(flush=True)
            raise
        finished.set()
        alive.join()
        clear = f"\r\x1b[K{head}" if sys.stdout.isatty() else ""
        note = f" ({self._note})" if self._note else ""
        print(f"{clear} {time.monotonic() - started:.1f} s{note}", flush=True)

    def note(self, text: str) -> None:
        """What is being done now; the last one is shown behind the time."""
        self._note = text

    def _show(self, head: str, started: float, finished: threading.Event) -> None:
        """On a terminal rewrite the line; in a log add a dot now and then."""
        terminal = sys.stdout.isatty()
        while not finished.wait(0.5 if terminal else HEARTBEAT_SECONDS):
            seconds = int(time.monotonic() - started)
            line = f"\r\x1b[K{head} {seconds} s  {self._note[:60]}" if terminal else "."
            print(line, end="", flush=True)

    def run(self, command: Sequence[str], *, environment: Mapping[str, str], log: Path) -> str:
        """Run a command of this step, its output kept in the log. Returns its last line.

        Raises PlainError with the end of the log; a line "plain: …" of the command is taken as
        the whole message.
        """
        last = ""
        with log.open("w") as output:
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert child.stdout is not None
            for line in child.stdout:
                output.write(line)
                if line.strip():
                    last = line.strip()
                    self.note(last)
            code = child.wait()
        if code == 0:
            return last
        if last.startswith("plain: "):
            raise PlainError(last.removeprefix("plain: "))
        raise PlainError(f"This step failed; its log {log} ends:\n{tail(log, 25)}")
