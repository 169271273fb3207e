"""Transition tables: the sole writer of a status, with its audit row and its event."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from portal.kernel import transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow, OutboxEvent
from portal.kernel.transitions import (
    GuardFailed,
    ReasonMissing,
    RoleMissing,
    StaleState,
    State,
    Transition,
    TransitionTable,
)
from tests.kernel.things import OTA, SUMIDA, THING, Thing, official, rolled_back

ROLES = ("reviewer", "approver", "system", "stranger")
REVIEWER, APPROVER = official(SUMIDA, "reviewer"), official(SUMIDA, "approver", user_id=8)


def _thing(status: str = "new", **fields: object) -> Thing:
    return Thing.objects.create(**{"ward_id": SUMIDA, "status": status, "note": "済"} | fields)


def _actor(role: str) -> Actor:
    return Actor.system("job", ward_id=SUMIDA) if role == "system" else official(SUMIDA, role)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cell", transitions.matrix(THING, ROLES), ids=lambda c: f"{c.status}-{c.action}-{c.role}"
)
def test_every_state_action_and_role_ends_as_the_table_says(things, cell):
    thing = _thing(cell.status)

    def act() -> None:
        transitions.apply(
            table=THING, instance=thing, action=cell.action, actor=_actor(cell.role), reason="理由"
        )

    if cell.refusal:
        with pytest.raises(cell.refusal) as refused:
            act()
        assert str(refused.value)
    else:
        act()
    expected = cell.status if cell.refusal else THING.transition(cell.action).target
    thing.refresh_from_db()
    assert thing.status == expected
    assert AuditRow.objects.count() == (0 if cell.refusal else 1)


def test_the_matrix_is_complete():
    cells = transitions.matrix(THING, ROLES)
    assert len({cell[:3] for cell in cells}) == len(cells) == 4 * 4 * len(ROLES)
    assert {cell[:3] for cell in cells if not cell.refusal} == {
        ("new", "check", "reviewer"),
        ("checked", "back", "reviewer"),
        ("checked", "finish", "approver"),
        ("checked", "finish", "system"),
        ("new", "drop", "approver"),
        ("checked", "drop", "approver"),
    }


@pytest.mark.django_db
def test_a_transition_leaves_its_audit_row_and_its_event(things):
    thing = _thing()
    transitions.apply(
        table=THING,
        instance=thing,
        action="check",
        actor=REVIEWER,
        reason="  よい ",
        changes={"note": ["済", "確認"]},
        detail={"sha256": "ab"},
        payload={"n": 1},
        fields={"note": "確認"},
    )
    assert (thing.status, thing.note) == ("checked", "確認")
    row, event = AuditRow.objects.get(), OutboxEvent.objects.get()
    assert (row.action, row.from_state, row.to_state) == ("test.thing.check", "new", "checked")
    assert (row.chain, row.actor_id, row.actor_name, row.hat) == (SUMIDA, 7, "墨田 太郎", "ward")
    assert (row.reason, row.roles, row.request_id) == ("よい", "reviewer", "req-1")
    assert (row.object_type, row.object_id) == ("kernel_test.thing", str(thing.pk))
    assert (row.object_label, row.changes) == (f"thing {thing.pk}", {"note": ["済", "確認"]})
    assert (event.name, event.subject, event.ward_id) == (
        "test.thing_checked",
        str(thing.pk),
        SUMIDA,
    )
    assert event.payload == {"n": 1}


@pytest.mark.django_db
def test_a_transition_without_event_publishes_none(things):
    transitions.apply(table=THING, instance=_thing(), action="drop", actor=APPROVER, reason="誤り")
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_computed_columns_are_read_back(things):
    from django.db.models.functions import Upper

    thing = _thing(note="abc")
    transitions.apply(
        table=THING, instance=thing, action="check", actor=REVIEWER, fields={"note": Upper("note")}
    )
    assert thing.note == "ABC"


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_reason_is_asked_where_the_table_says_so(things, reason):
    thing = _thing()
    with pytest.raises(ReasonMissing):
        transitions.apply(table=THING, instance=thing, action="drop", actor=APPROVER, reason=reason)
    assert not AuditRow.objects.exists()


@pytest.mark.django_db
def test_a_guard_refuses_in_its_own_words(things):
    thing = _thing("checked", note="")
    assert THING.refusal(thing, "finish", APPROVER) == "メモを入力してください。"
    with pytest.raises(GuardFailed, match="メモを入力"):
        transitions.apply(table=THING, instance=thing, action="finish", actor=APPROVER)


@pytest.mark.django_db
def test_a_guard_nobody_registered_lets_nothing_pass(things, monkeypatch):
    monkeypatch.delitem(THING.guards, "has_note")
    thing = _thing("checked")
    with pytest.raises(KeyError, match="has_note"):
        transitions.apply(table=THING, instance=thing, action="finish", actor=APPROVER)
    thing.refresh_from_db()
    assert thing.status == "checked"


@pytest.mark.django_db
def test_a_stale_tab_loses_and_writes_nothing(things):
    thing = _thing()
    stale = Thing.objects.get(pk=thing.pk)
    transitions.apply(table=THING, instance=thing, action="check", actor=REVIEWER)
    # Also when the action would be open from the new state too: the tab showed another one.
    with pytest.raises(StaleState):
        transitions.apply(
            table=THING,
            instance=stale,
            action="drop",
            actor=APPROVER,
            reason="誤り",
            fields={"note": "上書き"},
        )
    assert (stale.status, stale.note) == ("new", "済")
    thing.refresh_from_db()
    assert (thing.status, thing.note) == ("checked", "済")
    assert AuditRow.objects.count() == OutboxEvent.objects.count() == 1


@pytest.mark.django_db
def test_a_role_is_refused_before_the_state_is_told(things):
    with pytest.raises(RoleMissing):
        transitions.apply(
            table=THING, instance=_thing("done"), action="check", actor=official(SUMIDA, "stranger")
        )


@pytest.mark.django_db
def test_status_audit_row_and_event_vanish_together(things):
    thing = _thing()
    with rolled_back():
        transitions.apply(table=THING, instance=thing, action="check", actor=REVIEWER)
    thing.refresh_from_db()
    assert thing.status == "new"
    assert not AuditRow.objects.exists()
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db
def test_an_official_of_another_ward_cannot_move_the_row(things):
    thing = _thing()
    with acting(official(OTA)), pytest.raises(StaleState):
        transitions.apply(table=THING, instance=thing, action="check", actor=official(OTA))
    thing.refresh_from_db()
    assert thing.status == "new"


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_one_wins(things):
    with acting(REVIEWER):
        thing = _thing()
    barrier = Barrier(16)

    def act(_: int) -> bool:
        mine = Thing(id=thing.pk, ward_id=SUMIDA, status="new", note="済")
        try:
            barrier.wait(30)
            with acting(Actor.system("test")):  # officials tell of applications only
                transitions.apply(table=THING, instance=mine, action="check", actor=REVIEWER)
        except StaleState:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(act, range(16)))
    assert results.count(True) == 1
    with acting(Actor.system("test")):
        assert AuditRow.objects.count() == OutboxEvent.objects.count() == 1


def test_buttons_come_from_the_table():
    assert [m.name for m in THING.allowed("new", {"reviewer"})] == ["check"]
    assert [m.name for m in THING.allowed("checked", {"reviewer", "approver"})] == [
        "back",
        "finish",
        "drop",
    ]
    assert THING.allowed("done", {"reviewer", "approver", "system"}) == []
    assert THING.state("done").terminal
    assert THING.transition("check").primary


@pytest.mark.parametrize(
    ("states", "moves", "problem"),
    [
        (("a", "a"), (), "named twice"),
        (("a", "b"), (("m", ("a",), "c"),), "unknown states"),
        (("a", "b!"), (("m", ("a",), "b!"), ("n", ("b!",), "a")), "leaves a terminal state"),
        (("a", "b"), (), "no transition reaches"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(states, moves, problem):
    with pytest.raises(ValueError, match=problem):
        TransitionTable(
            name="test.wrong",
            states=tuple(State(code, code, terminal=code.endswith("!")) for code in states),
            transitions=tuple(Transition(*move, roles={"x"}, label="x") for move in moves),
        )
    assert "test.wrong" not in transitions.TABLES


def test_a_name_is_taken_once(monkeypatch):
    monkeypatch.setitem(transitions.TABLES, THING.name, THING)
    with pytest.raises(ValueError, match="exists"):
        TransitionTable(name=THING.name, states=THING.states, transitions=THING.transitions)


def test_only_a_named_guard_can_be_registered():
    with pytest.raises(ValueError, match="no transition has the guard"):
        THING.guard("nobody_asks")


def test_the_diagram_shows_every_state_and_arrow():
    diagram = THING.mermaid()
    assert diagram.splitlines()[:3] == ["stateDiagram-v2", "    [*] --> new", "    new: 新規"]
    assert "    checked --> done: 完了する" in diagram
    assert "    new --> dropped: 取り消す" in diagram
    assert "    checked --> dropped: 取り消す" in diagram
    assert "    done --> [*]" in diagram


def test_stale_diagrams_fail_and_are_mended(tmp_path, monkeypatch):
    monkeypatch.setitem(transitions.TABLES, THING.name, THING)

    def run(**options: object) -> None:
        call_command("state_diagrams", into=tmp_path, stdout=StringIO(), **options)

    with pytest.raises(CommandError, match=r"test.thing.md"):
        run(check=True)
    run()
    run(check=True)
    written = tmp_path / "test.thing.md"
    assert "```mermaid\nstateDiagram-v2" in written.read_text()
    written.write_text(written.read_text().replace("確認する", "確かめる"))
    (tmp_path / "test.gone.md").write_text("old")
    with pytest.raises(CommandError, match=r"test.gone.md, test.thing.md"):
        run(check=True)
    run()
    assert not (tmp_path / "test.gone.md").exists()
    run(check=True)


def test_the_diagrams_in_docs_are_up_to_date():
    call_command("state_diagrams", check=True, stdout=StringIO())


def test_every_guard_that_a_table_names_exists():
    autodiscover_modules("services")
    for table in transitions.TABLES.values():
        named = {move.guard for move in table.transitions if move.guard}
        assert named == set(table.guards), table.name
