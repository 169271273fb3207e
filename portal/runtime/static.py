"""Static files: collect, hash and compress them, but only when something changed."""

from portal.runtime import fingerprints
from portal.runtime.paths import log_dir, var_dir
from portal.runtime.processes import python
from portal.runtime.steps import Steps


def collect(steps: Steps, environment: dict[str, str]) -> bool:
    """Run collectstatic when own files or the locked packages changed. False if not needed."""
    stamp, wanted = var_dir() / "static.stamp", fingerprints.static_files()
    if stamp.exists() and stamp.read_text() == wanted and (var_dir() / "static").is_dir():
        return False
    steps.run(
        python("manage.py", "collectstatic", "--no-input"),
        environment=environment,
        log=log_dir() / "collectstatic.log",
    )
    stamp.write_text(wanted)
    return True
