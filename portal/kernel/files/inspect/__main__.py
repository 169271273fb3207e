"""The sandbox process: `python -I __main__.py <file> <extension> [<preview>]`, verdict as JSON.

Started as a script, without Django, settings, environment or secrets. Limits itself before it
looks at the file.
"""

import json
import resource
import sys
import types
from dataclasses import asdict
from pathlib import Path

MEMORY = 640 * 1024**2
CPU_SECONDS = 10
PREVIEW_BYTES = 16 * 1024**2


def main() -> None:
    """Inspect one file and print the verdict."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (PREVIEW_BYTES, PREVIEW_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _enter_package()
    from portal.kernel.files.inspect.registry import inspect
    from portal.kernel.files.inspect.verdict import Sample

    path, extension, *preview = sys.argv[1:]
    sample = Sample(Path(path), extension, Path(preview[0]) if preview else None)
    sys.stdout.write(json.dumps(asdict(inspect(sample))))


def _enter_package() -> None:
    """Make `portal` importable without running it: importing it would start Celery (0.7 s)."""
    root = Path(__file__).resolve().parents[3]
    package = types.ModuleType("portal")
    package.__path__ = [str(root)]
    sys.modules["portal"] = package


main()
