"""The audit trail: append-only by triggers and grants, chained by hash, verified, signed."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from portal.kernel import audit, audit_chain, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.audit_chain import BadHeads, Head
from portal.kernel.database import acting
from portal.kernel.models import AuditChain, AuditRow
from tests.kernel.things import OTA, SUMIDA, Thing, firm, official, rolled_back

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


@pytest.mark.django_db
def test_a_row_gets_place_time_and_digest_from_the_database():
    before = clock.database_now()
    _fill(count=3)
    rows = list(AuditRow.objects.order_by("sequence"))
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert rows[0].previous == ""
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:2]]
    assert before <= rows[0].at < rows[1].at < rows[2].at <= clock.database_now()
    assert AuditChain.objects.get().head == rows[2].digest


@pytest.mark.django_db
def test_each_ward_has_its_own_chain_and_wardless_acts_have_theirs():
    _fill(SUMIDA, 2)
    _fill(OTA, 1)
    audit.record(actor=Actor.public(name="?"), action="signin.refused")
    tips = {tip.chain: tip.sequence for tip in AuditChain.objects.all()}
    assert tips == {SUMIDA: 2, OTA: 1, audit.NO_WARD: 1}


@pytest.mark.django_db
def test_the_ward_comes_from_the_object_then_from_the_actor():
    audit.record(actor=official(OTA), action="a", obj=Thing(pk=1, ward_id=SUMIDA))
    audit.record(actor=official(OTA), action="b")
    audit.record(actor=official(OTA), action="c", ward_id=0)
    assert list(AuditRow.objects.order_by("id").values_list("chain", flat=True)) == [
        SUMIDA,
        OTA,
        audit.NO_WARD,
    ]


@pytest.mark.django_db
def test_what_the_caller_claims_of_place_and_digest_is_overwritten():
    _fill(count=1)
    AuditRow.objects.create(
        chain=SUMIDA,
        sequence=99,
        previous="x",
        digest="y",
        action="a",
        hat="ward",
        actor_name="n",
        at=clock.now() - dt.timedelta(days=400),
    )
    row = AuditRow.objects.get(action="a")
    assert (row.sequence, len(row.previous), len(row.digest)) == (2, 64, 64)
    assert clock.database_now() - row.at < dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_a_rolled_back_act_leaves_neither_row_nor_gap():
    _fill(count=1)
    with rolled_back():
        _fill(count=2)
    _fill(count=1)
    assert audit_chain.verify().problems == []
    assert AuditRow.objects.count() == 2


CHANGES = [
    "UPDATE kernel_auditrow SET reason = 'x'",
    "DELETE FROM kernel_auditrow",
    "TRUNCATE kernel_auditrow",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", CHANGES)
def test_no_role_changes_a_row(statement):
    _fill()
    with pytest.raises(ProgrammingError, match="permission denied"), acting(SYSTEM):
        connection.cursor().execute(statement)
    assert AuditRow.objects.count() == 5


@pytest.mark.parametrize("statement", CHANGES)
def test_not_even_the_owner_changes_a_row_while_the_triggers_are_on(owner, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        owner.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO kernel_auditchain VALUES (1, 1, 'x')",
        "UPDATE kernel_auditchain SET head = 'x'",
        "DELETE FROM kernel_auditchain",
        "TRUNCATE kernel_auditchain",
    ],
)
@pytest.mark.parametrize("hat", list(Hat))
def test_no_role_touches_the_heads(statement, hat):
    actor = Actor(user_id=1, name="x", hat=hat, ward_id=SUMIDA, firm_id=5)
    with pytest.raises(ProgrammingError, match="permission denied"), acting(actor):
        connection.cursor().execute(statement)


WHO = {
    "visitor": Actor.public(name="someone"),
    "signed in": Actor.public(user_id=3, name="someone"),
    "firm": firm(),
    "official": official(),
    "policy": Actor(user_id=4, name="p", hat=Hat.POLICY),
    "auditor": Actor(user_id=5, name="a", hat=Hat.AUDITOR),
    "support": Actor(user_id=6, name="s", hat=Hat.SUPPORT, ward_id=SUMIDA),
    "admin": Actor(user_id=9, name="s", hat=Hat.ADMIN),
}


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
def test_everybody_who_acts_can_be_recorded(who):
    with acting(WHO[who]):
        audit.record(actor=WHO[who], action="test.acted")
    assert AuditRow.objects.get().actor_id == WHO[who].user_id


@pytest.mark.django_db
def test_a_firm_is_recorded_in_the_ward_where_it_acts():
    with acting(firm()):
        audit.record(actor=firm(), action="test.acted", ward_id=OTA)
    row = AuditRow.objects.get()
    assert (row.chain, row.firm_id) == (OTA, 55)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "claimed"),
    [
        ("visitor", {"actor": official(), "ward_id": SUMIDA}),
        ("signed in", {"actor": official(), "ward_id": SUMIDA}),
        ("firm", {"actor": official(), "ward_id": SUMIDA}),
        ("firm", {"actor": firm(56)}),
        ("firm", {"actor": firm(55, user_id=71)}),
        ("official", {"actor": official(user_id=99)}),
        ("official", {"actor": official(), "ward_id": OTA}),
        ("auditor", {"actor": official(), "ward_id": SUMIDA}),
    ],
)
def test_nobody_is_recorded_under_a_name_or_ward_not_theirs(who, claimed):
    with pytest.raises(ProgrammingError, match="row-level security"), acting(WHO[who]):
        audit.record(**{"action": "test.forged"} | claimed)


@pytest.mark.django_db
def test_each_reads_only_what_concerns_them():
    for actor in (official(), official(OTA), firm(), firm(56)):
        audit.record(actor=actor, action="test.acted", ward_id=actor.ward_id or SUMIDA)

    def seen(actor: Actor) -> int:
        with acting(actor):
            return AuditRow.objects.count()

    assert seen(official()) == 3
    assert seen(official(OTA)) == 1
    assert seen(firm()) == 1
    assert seen(WHO["auditor"]) == 4
    for who in ("visitor", "signed in", "policy", "support", "admin"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            seen(WHO[who])


# --- verification -------------------------------------------------------------------------------


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
