"""An HTTP client that costs little itself: one connection, kept open, no parsing beyond need."""

import socket
import time
from dataclasses import dataclass
from urllib.parse import urlencode

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 60
# Django takes the cookie's secret itself as the form's token.
CSRF_SECRET = "benchbenchbenchbenchbenchbench12"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response. `seconds` from the first byte sent to the last byte received."""

    status: int
    head: bytes
    body: bytes
    seconds: float

    def header(self, name: str) -> str:
        """The value of a header, "" without it."""
        wanted = name.lower().encode() + b":"
        for line in self.head.split(b"\r\n")[1:]:
            if line.lower().startswith(wanted):
                return line.split(b":", 1)[1].strip().decode()
        return ""


class Connection:
    """One browser's connection. Opened at the first request and again when the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = None

    def get(self, path: str, *, session: str = "", headers: str = "") -> Answer:
        """GET, signed in where a session key is given; `headers` are whole lines."""
        return self._send(f"GET {path} HTTP/1.1", session, headers, b"")

    def post(self, path: str, form: dict[str, str], *, session: str, headers: str = "") -> Answer:
        """POST of a form with its token."""
        body = urlencode({"csrfmiddlewaretoken": CSRF_SECRET, **form}).encode()
        headers += (
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\nOrigin: http://{HOST}:{self.port}\r\n"
        )
        return self._send(f"POST {path} HTTP/1.1", session, headers, body)

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, line: str, session: str, headers: str, body: bytes) -> Answer:
        cookies = f"csrf={CSRF_SECRET}" + (f"; session={session}" if session else "")
        text = f"{line}\r\nHost: {HOST}:{self.port}\r\nAccept-Language: ja\r\n"
        request = f"{text}Cookie: {cookies}\r\n{headers}\r\n".encode() + body
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self.port), TIMEOUT_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        started = time.perf_counter()
        self._socket.sendall(request)
        head, found = self._read_head()
        length = _length(head)
        parts, missing = [found], length - len(found)
        while missing > 0:
            part = self._receive()
            parts.append(part)
            missing -= len(part)
        seconds = time.perf_counter() - started
        if b"connection: close" in head.lower():
            self.close()
        return Answer(int(head[9:12]), head, b"".join(parts), seconds)

    def _read_head(self) -> tuple[bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        head, _, rest = data.partition(b"\r\n\r\n")
        return head, rest

    def _receive(self) -> bytes:
        assert self._socket is not None
        data = self._socket.recv(262_144)
        if not data:
            self.close()
            raise ConnectionError("the server closed the connection in the middle of an answer")
        return data


def _length(head: bytes) -> int:
    lower = head.lower()
    place = lower.find(b"\r\ncontent-length:")
    if place < 0:
        return 0
    return int(lower[place + 17 :].split(b"\r\n", 1)[0])
