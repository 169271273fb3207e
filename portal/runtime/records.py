"""Which demonstrations run from this checkout, and with which child processes.

Written while they run, so that `make stop` and the next start can end what a killed
demonstration left behind, and nothing else: a process counts only if its id and its start time
both agree.
"""

import contextlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from portal.runtime.paths import var_dir
from portal.runtime.processes import Child, process_with, wait_until_gone
from portal.runtime.state import read_state, write_state

STOPPING_SECONDS = 60


def _folder() -> Path:
    return var_dir() / "run"


def write(children: Sequence[Child], *, port: int) -> None:
    """Note this process and its children."""
    me = {"pid": os.getpid(), "created": psutil.Process().create_time(), "port": port}
    entries = [{"name": c.name, "pid": c.pid, "created": c.created} for c in children]
    write_state(_own(), me | {"children": entries})


def forget() -> None:
    """Remove the note: the children have ended."""
    _own().unlink(missing_ok=True)


def _own() -> Path:
    return _folder() / f"demo-{os.getpid()}.json"


def _all() -> list[tuple[Path, dict[str, Any]]]:
    found = [(path, read_state(path)) for path in sorted(_folder().glob("demo-*.json"))]
    return [(path, record) for path, record in found if record]


def end_leftovers() -> list[str]:
    """End the children of demonstrations that were killed. Returns the names of the children."""
    ended = []
    for path, record in _all():
        if process_with(record["pid"], record["created"]):
            continue
        for child in record["children"]:
            process = process_with(child["pid"], child["created"])
            if process:
                _end_group(process)
                ended.append(child["name"])
        path.unlink(missing_ok=True)
    return ended


def _end_group(leader: psutil.Process) -> None:
    """Kill a child's whole group and wait until it is gone, and with it the port it listens on."""
    with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
        family = [leader, *leader.children(recursive=True)]
        os.killpg(leader.pid, signal.SIGKILL)
        for process in family:
            wait_until_gone(process, 10)


def running_on(port: int) -> bool:
    """True if a demonstration of this checkout serves that port now."""
    return any(
        record["port"] == port and process_with(record["pid"], record["created"])
        for _, record in _all()
    )


def stop_demonstrations() -> int:
    """Ask every running demonstration of this checkout to stop, and wait. Returns how many."""
    running = [process_with(record["pid"], record["created"]) for _, record in _all()]
    asked = [process for process in running if process]
    for process in asked:
        process.terminate()
    for process in asked:
        wait_until_gone(process, STOPPING_SECONDS)
    end_leftovers()
    return len(asked)
