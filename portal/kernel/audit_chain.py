"""Verifying the audit chains, and signing their heads.

A chain that was altered, thinned out or reordered contradicts itself. One whose tail was cut does
not: only heads that were signed and carried elsewhere prove that. See docs/adr/0005-audit-chain.md.
"""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection

FORMAT = "machikoba-audit-heads-1"
_FETCH = 2000

# What a row's digest covers, as in the trigger of migration 0002; hashed here, not there, so that
# a manipulated function in the database does not vouch for itself.
CANONICAL = """jsonb_build_array(
    r.chain, r.sequence,
    to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    r.action, r.actor_id, r.actor_name, r.hat, r.roles, r.firm_id,
    r.object_type, r.object_id, r.object_label, r.from_state, r.to_state,
    r.reason, r.changes, r.detail, r.request_id, r.previous
)::text"""

_ROWS = f"""
    SELECT r.chain, r.sequence, r.previous, r.digest, {CANONICAL}
    FROM kernel_auditrow r
    WHERE %(ward)s::int IS NULL OR r.chain = %(ward)s
    ORDER BY r.chain, r.sequence
"""  # noqa: S608 - no value from outside

_HEADS = """
    SELECT tip.chain, last.sequence, last.digest
    FROM kernel_auditchain tip
    CROSS JOIN LATERAL (
        SELECT sequence, digest FROM kernel_auditrow
        WHERE chain = tip.chain ORDER BY sequence DESC LIMIT 1
    ) last
    ORDER BY tip.chain
"""


class Head(NamedTuple):
    """The last row of a chain at some moment."""

    chain: int
    sequence: int
    digest: str


class Problem(NamedTuple):
    """One contradiction: `kind` is altered, removed, relinked or cut."""

    chain: int
    sequence: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"chain {self.chain}, row {self.sequence}: {self.kind}: {self.text}"


@dataclass
class Report:
    """What a verification read and found."""

    rows: int = 0
    tips: dict[int, Head] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def verify(*, ward: int | None = None, signed: Iterable[Head] = ()) -> Report:
    """Read every row (of one ward, if given) once and check it. Runs in `acting()`.

    `signed` are heads from `read_heads()`. Memory stays constant however long the chains are.
    """
    report = Report()
    signed = [head for head in signed if ward is None or head.chain == ward]
    watched = {(head.chain, head.sequence): head.digest for head in signed}
    for chain, sequence, previous, digest, canonical in _rows(ward):
        tip = report.tips.get(chain, Head(chain, 0, ""))
        report.problems += _row_problems(tip, sequence, previous, digest, canonical)
        if watched.get((chain, sequence), digest) != digest:
            report.problems.append(
                Problem(chain, sequence, "altered", "differs from the signed head")
            )
        report.tips[chain] = Head(chain, sequence, digest)
        report.rows += 1
    report.problems += _cut_tails(report.tips, _recorded_tips(ward), "the chain's head")
    report.problems += _cut_tails(report.tips, signed, "a signed head")
    return report


def _row_problems(
    tip: Head, sequence: int, previous: str, digest: str, canonical: str
) -> Iterator[Problem]:
    expected = tip.sequence + 1
    if sequence != expected:
        missing = f"{expected}" if sequence == expected + 1 else f"{expected} to {sequence - 1}"
        yield Problem(tip.chain, expected, "removed", f"row {missing} is missing")
    elif previous != tip.digest:
        yield Problem(tip.chain, sequence, "relinked", "does not follow from the row before it")
    if hashlib.sha256(canonical.encode()).hexdigest() != digest:
        yield Problem(tip.chain, sequence, "altered", "its content does not fit its digest")


def _cut_tails(tips: Mapping[int, Head], heads: Iterable[Head], source: str) -> Iterator[Problem]:
    for head in heads:
        tip = tips.get(head.chain, Head(head.chain, 0, ""))
        if tip.sequence < head.sequence:
            lost = head.sequence - tip.sequence
            text = f"{lost} rows after it are gone: {source} names row {head.sequence}"
            yield Problem(head.chain, tip.sequence, "cut", text)


def _rows(ward: int | None) -> Iterator[tuple[int, int, str, str, str]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, {"ward": ward})
        while rows := cursor.fetchmany(_FETCH):
            yield from rows


def _recorded_tips(ward: int | None) -> list[Head]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT chain, sequence, head FROM kernel_auditchain")
        tips = [Head(*row) for row in cursor.fetchall()]
    return [tip for tip in tips if ward is None or tip.chain == ward]


def current_heads() -> list[Head]:
    """The last row of every chain now. Runs in `acting()`."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS)
        return [Head(*row) for row in cursor.fetchall()]


def sign_heads(heads: Iterable[Head], *, key: Ed25519PrivateKey, made_at: dt.datetime) -> str:
    """A JSON document of the heads with its Ed25519 signature."""
    body = {
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "heads": [head._asdict() for head in heads],
    }
    signature = base64.b64encode(key.sign(_signed_bytes(body))).decode()
    return json.dumps(body | {"signature": signature}, indent=1, ensure_ascii=False) + "\n"


class BadHeads(ValueError):
    """The document of heads is damaged, of another kind, or not signed by the trusted key."""


def read_heads(document: str, *, key: Ed25519PublicKey) -> list[Head]:
    """The heads of a document that `key` signed. Raises BadHeads."""
    try:
        body: dict[str, Any] = json.loads(document)
        signature = base64.b64decode(body.pop("signature"), validate=True)
        key.verify(signature, _signed_bytes(body))
        if body["format"] != FORMAT:
            raise BadHeads(f"not a document of the kind {FORMAT}")
        return [Head(**head) for head in body["heads"]]
    except InvalidSignature as error:
        raise BadHeads("the signature is not the trusted key's") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadHeads(f"damaged: {error}") from error


def _signed_bytes(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signing_key(encoded: str) -> Ed25519PrivateKey:
    """The private key from base64 of its 32 bytes. Raises ValueError."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(encoded, validate=True))


def verify_key(encoded: str) -> Ed25519PublicKey:
    """The public key from base64 of its 32 bytes. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded, validate=True))


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key as base64."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


_OF_OBJECTS = f"""
    SELECT r.chain, r.sequence, r.previous, r.digest, {CANONICAL}
    FROM kernel_auditrow r
    JOIN unnest(%s::text[], %s::text[]) AS wanted (object_type, object_id)
      ON r.object_type = wanted.object_type AND r.object_id = wanted.object_id
    ORDER BY r.chain, r.sequence
"""  # noqa: S608 - no value from outside


class Linked(NamedTuple):
    """A row with the text that its digest covers."""

    chain: int
    sequence: int
    previous: str
    digest: str
    canonical: str

    @property
    def is_true(self) -> bool:
        """Whether the row's content fits its digest."""
        return hashlib.sha256(self.canonical.encode()).hexdigest() == self.digest


def rows_of(objects: Iterable[tuple[str, str]]) -> list[Linked]:
    """The rows about these objects (type, id), each once, in the order of their chains."""
    wanted = sorted(set(objects))
    with connection.cursor() as cursor:
        cursor.execute(_OF_OBJECTS, [[kind for kind, _pk in wanted], [pk for _kind, pk in wanted]])
        return [Linked(*row) for row in cursor.fetchall()]
