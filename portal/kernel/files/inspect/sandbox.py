"""Runs the inspection in a process with limits, so that no file can hurt the one that asks."""

import json
import subprocess
import sys
from pathlib import Path

from portal.kernel.files.inspect.verdict import Verdict

SCRIPT = Path(__file__).with_name("__main__.py")
# Far beyond the CPU limit: only a machine under great load gets here.
WALL_SECONDS = 60


class InspectionFailed(Exception):
    """No verdict: the inspection itself could not run. The file must stay in quarantine."""


def inspect(path: Path, extension: str, *, preview: Path | None = None) -> Verdict:
    """The verdict on the file at `path`; for an image its preview is written to `preview`.

    A file that kills the process or exceeds its limits is refused (`too_heavy`). Raises
    InspectionFailed when the machine, not the file, is to blame.
    """
    command = [sys.executable, "-I", "-B", str(SCRIPT), str(path), extension]
    if preview is not None:
        command.append(str(preview))
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InspectionFailed(str(error)) from error
    if done.returncode == 0:
        try:
            return Verdict(**json.loads(done.stdout))
        except (ValueError, TypeError) as error:
            raise InspectionFailed("the inspection gave no verdict") from error
    if done.returncode < 0:  # ended by a signal: over its limits, or the file crashed a library
        return Verdict(ok=False, reason_code="too_heavy")
    raise InspectionFailed(done.stderr.decode(errors="replace")[-2000:])
