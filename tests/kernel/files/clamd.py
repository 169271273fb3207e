"""A clamd of our own for the tests: the real protocol over a real socket, EICAR its only virus."""

import io
import socketserver
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests.kernel.files.corpus import EICAR

MAX_LENGTH = 200_000


class Session(socketserver.StreamRequestHandler):
    """One INSTREAM, answered as clamd 1.4 answers."""

    server: "Server"

    def handle(self) -> None:
        if self._until_nul() != b"zINSTREAM":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        body = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            body += self.rfile.read(length)
            if len(body) > MAX_LENGTH:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return  # and hangs up with bytes unread, as the real one does
        self.server.seen.append(len(body))
        self.wfile.write(self.server.answer or _judge(body))

    def _until_nul(self) -> bytes:
        command = b""
        while (letter := self.rfile.read(1)) not in (b"\0", b""):
            command += letter
        return command


def _judge(body: bytes) -> bytes:
    parts = [body]
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            parts += [package.read(name) for name in package.namelist()]
    found = any(EICAR in part for part in parts)
    return b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if found else b"stream: OK\0"


class Server(socketserver.ThreadingTCPServer):
    """`answer` replaces the verdict; `seen` counts the bytes of each stream."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.answer = b""
        self.seen: list[int] = []

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
