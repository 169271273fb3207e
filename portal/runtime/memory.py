"""A folder in memory for databases that are thrown away: cloning one there takes a tenth of the time.

Only where the machine has such a file system with room to spare; containers often have none, and
everything works without it.
"""

import hashlib
import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
LEAST_FREE_BYTES = 4 * 2**30


def folder_for(home: Path) -> Path | None:
    """The folder that stands for `home` in memory; None where there is no room for it.

    It is the same one each time, made so that every account can enter it.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < LEAST_FREE_BYTES:
        return None
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    folder = MEMORY / f"machikoba-{os.geteuid()}-{digest}"
    folder.mkdir(exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        return None  # somebody else's: whoever owns a folder may put another one in its place
    folder.chmod(0o755)
    return folder


def give_back(folder: Path) -> None:
    """Remove a folder that `folder_for` made; leaves any other alone."""
    if folder.parent == MEMORY:
        shutil.rmtree(folder, ignore_errors=True)
