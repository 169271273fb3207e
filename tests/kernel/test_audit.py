"""The audit trail: append-only by triggers and grants, chained by hash, verified, signed."""

import datetime as dt

import psycopg
import pytest
from django.db import ProgrammingError, connection

from portal.kernel import audit, audit_chain, clock
from portal.kernel.actor import Actor, Hat
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
