"""What a started service remembers between runs: a small JSON file only its owner can read."""

import json
import os
import secrets
import socket
from pathlib import Path
from typing import Any

from portal.runtime.paths import LOOPBACK


def read_state(path: Path) -> dict[str, Any]:
    """The remembered values; empty when there are none or the file was cut short."""
    try:
        content = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return content if isinstance(content, dict) else {}


def write_state(path: Path, values: dict[str, Any]) -> None:
    """Write all values at once, never half, readable by the owner alone (it has passwords)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(values, handle, indent=1)
    fresh.replace(path)


def new_password() -> str:
    """A random password that needs no quoting in a URL."""
    return secrets.token_urlsafe(24)


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    """True if a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(preferred: int | None = None) -> int:
    """The preferred port of an earlier run if it is free, else any free one."""
    if preferred and port_is_free(preferred):
        return preferred
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
