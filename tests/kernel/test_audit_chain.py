"""Verifying the chains: tampering by the schema's owner, triggers off, is found."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from portal.kernel import audit, audit_chain, clock
from portal.kernel.actor import Actor
from portal.kernel.audit_chain import BadHeads, Head
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.kernel.things import OTA, SUMIDA

SYSTEM = Actor.system("test")


def _fill(chain: int = SUMIDA, count: int = 5) -> None:
    for number in range(count):
        audit.record(
            actor=SYSTEM,
            ward_id=chain,
            action=f"test.act{number}",
            reason='理由「引用"符」\n改行',
            changes={"amount": [None, number]},
            detail={"on": dt.date(2026, 11, 21)},
        )


@pytest.fixture
def tamper(owner):
    """Run a statement as somebody who owns the schema and turns the triggers off."""

    def run(statement: str) -> None:
        owner.execute("ALTER TABLE kernel_auditrow DISABLE TRIGGER USER")
        owner.execute(statement)
        owner.execute("ALTER TABLE kernel_auditrow ENABLE TRIGGER USER")

    return run


def _verify(**options: object) -> list[str]:
    with acting(SYSTEM):
        report = audit_chain.verify(**options)
    return [f"{p.chain}/{p.sequence} {p.kind}" for p in report.problems]


@pytest.fixture
def chains(transactional_db):
    with acting(SYSTEM):
        _fill(SUMIDA, 6)
        _fill(OTA, 4)


def test_an_untouched_trail_is_whole(chains):
    with acting(SYSTEM):
        report = audit_chain.verify()
    assert (report.rows, report.problems) == (10, [])
    assert {head.chain: head.sequence for head in report.tips.values()} == {SUMIDA: 6, OTA: 4}


COLUMNS = {
    "at": "at + interval '1 second'",
    "action": "'x'",
    "actor_id": "3",
    "actor_name": "'x'",
    "hat": "'x'",
    "roles": "'x'",
    "firm_id": "3",
    "object_type": "'x'",
    "object_id": "'x'",
    "object_label": "'x'",
    "from_state": "'x'",
    "to_state": "'x'",
    "reason": "'x'",
    "changes": "'{}'",
    "detail": '\'{"on": "2026-11-22"}\'',
    "request_id": "'x'",
    "digest": "repeat('0', 64)",
}


def test_every_column_is_covered():
    covered = {*COLUMNS, "id", "chain", "sequence", "previous"}
    assert covered == {field.column for field in AuditRow._meta.concrete_fields}


def test_an_altered_row_is_found_whatever_the_column(transactional_db, tamper):
    with acting(SYSTEM):
        for chain in range(len(COLUMNS) + 1):
            _fill(chain, 3)
    for chain, (column, value) in enumerate(COLUMNS.items(), start=1):
        tamper(
            f"UPDATE kernel_auditrow SET {column} = {value} WHERE chain = {chain} AND sequence = 3"
        )
    assert _verify() == [f"{chain}/3 altered" for chain in range(1, len(COLUMNS) + 1)]
    assert _verify(ward=0) == []


def test_an_altered_row_with_a_digest_to_fit_is_found_by_the_next(chains, tamper):
    tamper(
        "UPDATE kernel_auditrow r SET reason = 'x', digest = encode(sha256(convert_to("
        + audit_chain.CANONICAL.replace("r.reason", "'x'")
        + f", 'UTF8')), 'hex') WHERE chain = {SUMIDA} AND sequence = 3"
    )
    assert _verify() == [f"{SUMIDA}/4 relinked"]


def test_removed_rows_are_found(chains, tamper):
    tamper(f"DELETE FROM kernel_auditrow WHERE chain = {SUMIDA} AND sequence IN (1, 3, 4)")
    assert _verify() == [f"{SUMIDA}/1 removed", f"{SUMIDA}/3 removed"]


def test_removed_rows_are_found_when_the_rest_is_renumbered(chains, tamper):
    tamper(f"DELETE FROM kernel_auditrow WHERE chain = {SUMIDA} AND sequence = 3")
    for sequence in (4, 5, 6):
        tamper(
            f"UPDATE kernel_auditrow SET sequence = {sequence - 1}"
            f" WHERE chain = {SUMIDA} AND sequence = {sequence}"
        )
    assert f"{SUMIDA}/3 relinked" in _verify()
    assert f"{SUMIDA}/3 altered" in _verify()


def test_reordered_rows_are_found(chains, tamper):
    for old, new in ((3, 99), (4, 3), (99, 4)):
        tamper(
            f"UPDATE kernel_auditrow SET sequence = {new} WHERE chain = {SUMIDA}"
            f" AND sequence = {old}"
        )
    found = _verify()
    assert f"{SUMIDA}/3 relinked" in found
    assert f"{SUMIDA}/4 relinked" in found


def test_a_row_moved_to_another_ward_is_found(chains, tamper):
    tamper(
        f"UPDATE kernel_auditrow SET chain = {OTA}, sequence = 5 WHERE chain = {SUMIDA} AND sequence = 6"
    )
    assert f"{OTA}/5 relinked" in _verify()


def test_a_cut_tail_is_found_by_the_chains_head(chains, tamper):
    tamper(f"DELETE FROM kernel_auditrow WHERE chain = {SUMIDA} AND sequence > 4")
    assert _verify() == [f"{SUMIDA}/4 cut"]


def _cut_well(tamper, chain: int, after: int) -> None:
    """Cut the tail and make the chain's head fit, as a careful owner of the schema would."""
    tamper(f"DELETE FROM kernel_auditrow WHERE chain = {chain} AND sequence > {after}")
    tamper(
        f"UPDATE kernel_auditchain SET sequence = {after}, head = coalesce((SELECT digest"
        f" FROM kernel_auditrow WHERE chain = {chain} AND sequence = {after}), '')"
        f" WHERE chain = {chain}"
    )


def test_a_well_cut_tail_is_found_only_by_signed_heads(chains, tamper):
    with acting(SYSTEM):
        heads = audit_chain.current_heads()
    _cut_well(tamper, SUMIDA, 4)
    assert _verify() == []
    assert _verify(signed=heads) == [f"{SUMIDA}/4 cut"]
    assert _verify(signed=heads, ward=OTA) == []


def test_a_whole_chain_that_vanished_is_found_by_signed_heads(chains, tamper):
    with acting(SYSTEM):
        heads = audit_chain.current_heads()
    tamper(f"DELETE FROM kernel_auditrow WHERE chain = {OTA}")
    tamper(f"DELETE FROM kernel_auditchain WHERE chain = {OTA}")
    assert _verify() == []
    assert _verify(signed=heads) == [f"{OTA}/0 cut"]


def test_a_rewritten_tail_is_found_by_signed_heads(chains, tamper):
    with acting(SYSTEM):
        heads = audit_chain.current_heads()
    _cut_well(tamper, SUMIDA, 4)
    with acting(SYSTEM):
        _fill(SUMIDA, 3)
    assert _verify() == []
    assert _verify(signed=heads) == [f"{SUMIDA}/6 altered"]


def test_signed_heads_stay_valid_while_the_chain_grows(chains):
    with acting(SYSTEM):
        heads = audit_chain.current_heads()
        _fill(SUMIDA, 3)
    assert _verify(signed=heads) == []


KEY = Ed25519PrivateKey.generate()
HEADS = [Head(SUMIDA, 6, "ab" * 32), Head(OTA, 4, "cd" * 32)]


def _document() -> str:
    return audit_chain.sign_heads(HEADS, key=KEY, made_at=clock.now())


def test_signed_heads_are_read_back():
    assert audit_chain.read_heads(_document(), key=KEY.public_key()) == HEADS


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d | {"heads": d["heads"][:1]},
        lambda d: d | {"made_at": "2026-01-01T00:00:00+09:00"},
        lambda d: d | {"heads": [d["heads"][0] | {"sequence": 5}, d["heads"][1]]},
        lambda d: d | {"signature": "AAAA"},
        lambda d: {key: value for key, value in d.items() if key != "signature"},
        lambda d: [d],
    ],
)
def test_spoiled_heads_are_refused(spoil):
    with pytest.raises(BadHeads):
        audit_chain.read_heads(json.dumps(spoil(json.loads(_document()))), key=KEY.public_key())


def test_heads_signed_by_another_key_are_refused():
    with pytest.raises(BadHeads, match="trusted key"):
        audit_chain.read_heads(_document(), key=Ed25519PrivateKey.generate().public_key())


def test_the_commands_tell_a_cut_tail(chains, tamper, settings, tmp_path):
    out = StringIO()
    call_command("audit_heads", "--new-key", stdout=out)
    keys = dict(line.split("=", 1) for line in out.getvalue().split())
    path = tmp_path / "heads.json"
    with pytest.raises(CommandError, match="AUDIT_SIGNING_KEY"):
        call_command("audit_heads", export=path)
    settings.AUDIT_SIGNING_KEY = keys["AUDIT_SIGNING_KEY"]
    call_command("audit_heads", export=path, stdout=out)
    # Who verifies needs the public key alone.
    settings.AUDIT_SIGNING_KEY, settings.AUDIT_VERIFY_KEY = "", keys["AUDIT_VERIFY_KEY"]
    call_command("audit_verify", heads=path, stdout=out)
    assert "whole: 10 rows in 2 chains" in out.getvalue()
    _cut_well(tamper, SUMIDA, 4)
    call_command("audit_verify", stdout=out)
    errors = StringIO()
    with pytest.raises(CommandError, match="not whole"):
        call_command("audit_verify", heads=path, stdout=out, stderr=errors)
    assert f"chain {SUMIDA}, row 4: cut: 2 rows after it are gone" in errors.getvalue()
    settings.AUDIT_VERIFY_KEY = ""
    with pytest.raises(CommandError, match="AUDIT_VERIFY_KEY"):
        call_command("audit_verify", heads=path)


@pytest.mark.django_db(transaction=True)
def test_thirty_two_writers_keep_two_chains_whole():
    def write(number: int) -> None:
        try:
            for round_ in range(10):
                with acting(SYSTEM), transaction.atomic():
                    _fill((SUMIDA, OTA)[number % 2], 1)
                    if round_ % 5 == 4:
                        transaction.set_rollback(True)
        finally:
            connection.close()

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(write, range(32)))
    with acting(SYSTEM):
        report = audit_chain.verify()
    assert (report.rows, report.problems) == (32 * 8, [])
