"""Where the runtime keeps its data, and the one kind of error it shows to people."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"


class PlainError(Exception):
    """Something a person can mend, said in one clear sentence and shown without a traceback."""


def var_dir() -> Path:
    """The folder of everything this checkout makes at run time (MACHIKOBA_VAR, or ./var)."""
    return Path(os.environ.get("MACHIKOBA_VAR") or ROOT / "var").absolute()


def log_dir() -> Path:
    """The folder of the log files; made if missing."""
    folder = var_dir() / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log file, for a message about a process that died."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
