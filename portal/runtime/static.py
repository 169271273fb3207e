"""Static files: collect, hash and compress them, but only when something changed."""

import hashlib

from portal.runtime.paths import ROOT, log_dir, var_dir
from portal.runtime.processes import python
from portal.runtime.steps import Steps

SOURCES = ("static", "portal/ui", "portal/settings")


def collect(steps: Steps, environment: dict[str, str]) -> bool:
    """Run collectstatic when own files or the locked packages changed. False if not needed."""
    stamp, wanted = var_dir() / "static.stamp", _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and (var_dir() / "static").is_dir():
        return False
    steps.run(
        python("manage.py", "collectstatic", "--no-input"),
        environment=environment,
        log=log_dir() / "collectstatic.log",
    )
    stamp.write_text(wanted)
    return True


def _fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                status = path.stat()
                digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns}".encode())
    return digest.hexdigest()
