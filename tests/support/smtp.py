"""A real mail server on a port of this machine that refuses whom it is told to refuse; its reports."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

REPORT = """\
From: MAILER-DAEMON@mx.example.jp
To: bounce+{token}@portal.example.jp
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.jp

Original-Recipient: rfc822;a@example.jp
Final-Recipient: rfc822; a@example.jp
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--b
Content-Type: message/rfc822

Message-ID: <{inner}@portal.example.jp>
Subject: x

text
--b--
"""


@dataclass
class Box:
    """What came: (envelope sender, recipients, text). `refusals`: address → the answer to RCPT."""

    port: int = 0
    refusals: dict[str, str] = field(default_factory=dict)
    mails: list[tuple[str, list[str], str]] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[Box]:
    """Serve until the block ends."""
    box = Box()

    class Talk(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 test")
            sender, recipients = "", []
            for line in iter(self.rfile.readline, b""):
                words = line.decode().strip()
                verb = words[:4].upper()
                if verb == "MAIL":
                    sender, recipients = words.split("<")[1].split(">")[0], []
                    self.say("250 ok")
                elif verb == "RCPT":
                    address = words.split("<")[1].split(">")[0]
                    recipients.append(address)
                    self.say(box.refusals.get(address, "250 ok"))
                elif verb == "DATA":
                    self.say("354 go on")
                    text = b""
                    for part in iter(self.rfile.readline, b".\r\n"):
                        text += part
                    box.mails.append((sender, recipients, text.decode()))
                    self.say("250 ok")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()


def report(
    token: str = "", *, action: str = "failed", status: str = "5.1.1", inner: str = "x"
) -> bytes:
    """A report of RFC 3464 that a mail did not arrive."""
    return REPORT.format(token=token, action=action, status=status, inner=inner).encode()
