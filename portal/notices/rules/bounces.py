"""What a mail server's answer says of an address (RFC 3463, 5321), and reading a report of one
that came back (RFC 3464). Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

# No mail box, no such host, box closed, moved without an address: more mail will come back, too.
_GONE = re.compile(r"5\.(1\.(?!7|8)\d+|2\.1|4\.4|0\.0)")
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
# SMTP codes that speak of the mail box where no enhanced code stands beside them.
_BOX = frozenset({550, 551, 553})
# Reports are small; what is larger is cut before it is read.
MAX_BYTES = 512 * 1024
# «32 digits of the mail's id».«16 digits that only we can make»
TOKEN = re.compile(r"\b([0-9a-f]{32})\.([0-9a-f]{16})\b")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `code`: 5.1.1, or the bare SMTP code."""

    code: str
    is_gone: bool


def smtp_answer(code: int, text: bytes | str) -> Answer:
    """A refusal while sending. Policy, size and full boxes say nothing of the address."""
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    if found := _ENHANCED.search(words):
        return status_answer(found[1])
    return Answer(str(code), code in _BOX)


def status_answer(status: str) -> Answer:
    """A status of a report or an enhanced code."""
    return Answer(status, bool(_GONE.fullmatch(status)))


def is_passing(code: int) -> bool:
    """Whether the server only asks to come again."""
    return 400 <= code < 500


@dataclass(frozen=True, slots=True)
class Report:
    """A report that a mail did not arrive: of which mail, to whom, why."""

    mail_id: str
    mark: str
    address: str
    answer: Answer


def read(raw: bytes) -> Report | None:
    """The report in a message; None for anything else (delays, answers from holidays, spam).

    Headers are taken as they stand (compat32): the parser of the newer policy raises on hostile
    ones and takes seconds for long ones. Mails inside mails without end are no report either.
    """
    try:
        return _read(message_from_bytes(raw[:MAX_BYTES], policy=policy.compat32))
    except RecursionError:
        return None


def _read(message: Message) -> Report | None:
    failed = next((part for part in _recipients(message) if _is_failure(part)), None)
    token = _token(message)
    if failed is None or token is None:
        return None
    status = _ENHANCED.search(str(failed.get("Status", "")))
    answer = status_answer(status[1]) if status else Answer("", is_gone=False)
    return Report(token[1], token[2], _address(failed), answer)


def _recipients(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            fields = part.get_payload()
            yield from (
                (one for one in fields if isinstance(one, Message))
                if isinstance(fields, list)
                else ()
            )


def _is_failure(fields: Message) -> bool:
    return str(fields.get("Action", "")).strip().lower() == "failed"


def _address(fields: Message) -> str:
    """Where it was sent to: 「rfc822; name@host」 without its kind."""
    named = fields.get("Original-Recipient") or fields.get("Final-Recipient") or ""
    return str(named).rpartition(";")[2].strip().lower()


def _token(message: Message) -> re.Match[str] | None:
    """From the address that the report came to, else from the Message-ID of the mail inside."""
    for header in ("To", "Delivered-To", "X-Original-To"):
        for value in message.get_all(header, []):
            if found := TOKEN.search(str(value).lower()):
                return found
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(part.get_payload(), list):
            inner = part.get_payload(0)
            text = str(inner.get("Message-ID", "")) if isinstance(inner, Message) else ""
        elif kind == "text/rfc822-headers" and not part.is_multipart():
            content = part.get_payload(decode=True)
            text = content.decode("ascii", "replace") if isinstance(content, bytes) else ""
        else:
            continue
        if found := TOKEN.search(text.lower()):
            return found
    return None
