"""ClamAV over its own protocol (INSTREAM of clamd): anything but a clear OK is not clean.

https://docs.clamav.net/manual/Usage/Scanning.html#clamd – commands prefixed with `z` end in NUL.
"""

import socket
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from django.conf import settings

CONNECT_SECONDS = 2
ANSWER_SECONDS = 60
CHUNK = 64 * 1024


class Outcome(StrEnum):
    """What the scan found."""

    CLEAN = "clean"
    INFECTED = "infected"
    LIMIT = "limit"  # too large or too deep for the scanner: nobody has looked at all of it
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Scan:
    """An outcome; `signature` names what was found."""

    outcome: Outcome
    signature: str = ""


def is_configured() -> bool:
    """Whether a scanner is set; without one the structure alone decides."""
    return bool(settings.CLAMD_ADDRESS)


def scan(stream: IO[bytes]) -> Scan:
    """Send the bytes to clamd. Every trouble on the way means DOWN or LIMIT, never CLEAN."""
    try:
        with _connect(settings.CLAMD_ADDRESS) as connection:
            connection.settimeout(ANSWER_SECONDS)
            return _judge(_exchange(connection, stream))
    except (OSError, ValueError):
        return Scan(Outcome.DOWN)


def _connect(address: str) -> socket.socket:
    """`unix:/run/clamav/clamd.ctl`, `/run/…`, `tcp://host:3310` or `host:3310`."""
    path = address.removeprefix("unix:")
    if path.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(path)
        return connection
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)


def _exchange(connection: socket.socket, stream: IO[bytes]) -> str:
    try:
        connection.sendall(b"zINSTREAM\0")
        while chunk := stream.read(CHUNK):
            connection.sendall(struct.pack("!I", len(chunk)) + chunk)
        connection.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # clamd hangs up when StreamMaxLength is passed; it may have said so before
    answer = b""
    while not answer.endswith(b"\0") and (piece := connection.recv(4096)):
        answer += piece
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _judge(answer: str) -> Scan:
    if answer == "stream: OK":
        return Scan(Outcome.CLEAN)
    if "size limit exceeded" in answer or "Limits.Exceeded" in answer:
        return Scan(Outcome.LIMIT)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Scan(Outcome.INFECTED, answer.removeprefix("stream: ").removesuffix(" FOUND"))
    return Scan(Outcome.DOWN)
