"""`export`: the ledger as CSV and as XLSX, by the portal's own report, in a process apart.

`python -m bench.export FORMAT ROWS` (settings from the environment: `measure` gives a worker's)
writes so many rows, refuses fewer, and prints one line of JSON. The peak is that of the whole
process, Django included.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

import django

FORMATS = ("csv", "xlsx")
ROWS_PER_SECOND, PEAK_MB = 5_000, 150


def measure(rows: int) -> dict[str, object]:
    """Both formats, `rows` of the ledger; the slower and the larger one count."""
    found = {name: _apart(name, rows) for name in FORMATS}
    slowest = min(entry["rows_per_second"] for entry in found.values())
    peak = max(entry["peak_mb"] for entry in found.values())
    return {
        "value": slowest,
        "unit": "rows/s",
        "goal": ROWS_PER_SECOND,
        "ok": slowest >= ROWS_PER_SECOND and peak < PEAK_MB,
        "rows": found["csv"]["rows"],
        "peak_mb": peak,
        "goal_peak_mb": PEAK_MB,
        "formats": found,
    }


def _apart(file_format: str, rows: int) -> dict[str, float]:
    from bench.instance import WORKER

    done = subprocess.run(
        [sys.executable, "-m", "bench.export", file_format, str(rows)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | WORKER,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(file_format: str, wanted: int) -> None:
    """Write the ledger once and tell how fast and how large. Raises RuntimeError for too few."""
    django.setup()
    from portal.exports import services
    from portal.kernel.actor import Actor, Hat
    from portal.kernel.database import acting
    from subsidies.ledger.report import LEDGER

    before = _peak_mb()
    # As an auditor: every ward's rows, through the row policies.
    actor = Actor(None, "bench", Hat.AUDITOR, frozenset({"auditor"}))
    with tempfile.TemporaryFile() as stream, acting(actor):
        started = time.perf_counter()
        rows = services.write(
            actor=actor,
            report=replace(LEDGER, rows=lambda *asked: islice(LEDGER.rows(*asked), wanted)),
            params={},
            file_format=file_format,
            stream=stream,
            tick=lambda _rows: None,
        )
        seconds = time.perf_counter() - started
        size = stream.seek(0, 2)
    if rows != wanted:
        raise RuntimeError(f"the ledger has {rows} rows, {wanted} were to be written")
    found = {
        "rows": rows,
        "rows_per_second": round(rows / seconds, 1),
        "peak_mb": round(_peak_mb(), 1),
        "before_mb": round(before, 1),
        "bytes": size,
    }
    print(json.dumps(found))


def _peak_mb() -> float:
    """Of this program alone: `ru_maxrss` would count the parent's memory before the start as well."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1_000_000


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
