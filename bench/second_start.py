"""`second_start`: how long a demonstration that was started before takes to be there again.

Given as times a bare `manage.py check` of the same run, the least any start of Django costs here.
The demonstration is a small one in a folder of its own, `var/bench-demo`.
"""

import os
import statistics
import subprocess
import time
from pathlib import Path

from portal.runtime import processes
from portal.runtime.paths import ROOT, PlainError, var_dir
from portal.runtime.state import free_port

READY, STARTS, PATIENCE_SECONDS = "Stop: Ctrl-C", 3, 900
SCALE = "0.02"
# Nothing of the measured instance may reach the demonstration's own processes.
_OWN = ("DATABASE_", "VALKEY_", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "DATA_KEYS", "BENCH_")


def measure() -> dict[str, object]:
    """The first start makes everything; the median of the next ones counts."""
    environment = _environment()
    _start(environment)
    seconds = statistics.median(_start(environment) for _start_number in range(STARTS))
    check = statistics.median(_check() for _check_number in range(STARTS))
    return {
        "value": round(seconds / check, 2),
        "unit": "× manage.py check",
        "goal": None,
        "ok": True,
        "seconds": round(seconds, 2),
        "check_seconds": round(check, 2),
    }


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    return kept | {
        "MACHIKOBA_VAR": str(var_dir() / "bench-demo"),
        "PORT": str(free_port()),
        "DEMO_SCALE": SCALE,
        "PYTHONUNBUFFERED": "1",
    }


def _start(environment: dict[str, str]) -> float:
    """Seconds until the demonstration says where it runs; then it is stopped."""
    log = Path(environment["MACHIKOBA_VAR"]) / "bench-start.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    with log.open("w") as written:
        demo = subprocess.Popen(
            processes.python("-m", "portal.runtime", "demo"),
            cwd=ROOT,
            env=environment,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        while READY not in log.read_text():
            if demo.poll() is not None or time.perf_counter() - begun > PATIENCE_SECONDS:
                raise PlainError(f"The demonstration did not start; its log is {log}.")
            time.sleep(0.02)
        return time.perf_counter() - begun
    finally:
        demo.terminate()
        demo.wait()


def _check() -> float:
    """Seconds of a bare `manage.py check`, with the settings of the bench."""
    begun = time.perf_counter()
    subprocess.run(
        processes.python("manage.py", "check"),
        cwd=ROOT,
        env=os.environ,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - begun
