"""A thing with a status, a ward and a firm, and its transition table."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import models, transaction

from portal.kernel.actor import Actor, Hat
from portal.kernel.transitions import TABLES, State, Transition, TransitionTable

SUMIDA, OTA = 13107, 13111

THING = TransitionTable(
    name="test.thing",
    states=(
        State("new", "新規", tone=""),
        State("checked", "確認済み"),
        State("done", "完了", tone="green", terminal=True),
        State("dropped", "取消し", tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "check",
            ("new",),
            "checked",
            {"reviewer"},
            "確認する",
            primary=True,
            event="test.thing_checked",
        ),
        Transition("back", ("checked",), "new", {"reviewer"}, "戻す", needs_reason=True),
        Transition(
            "finish",
            ("checked",),
            "done",
            {"approver", "system"},
            "完了する",
            guard="has_note",
            event="test.thing_done",
        ),
        Transition(
            "drop", ("new", "checked"), "dropped", {"approver"}, "取り消す", needs_reason=True
        ),
    ),
)
TABLES.pop(THING.name)  # no table of the portal


@THING.guard("has_note")
def has_note(thing: "Thing", actor: Actor) -> str | None:
    """A thing without a note cannot be finished."""
    return None if thing.note else "メモを入力してください。"


class Thing(models.Model):
    """Unmanaged: the fixture `things` makes the table."""

    ward_id = models.IntegerField()
    firm_id = models.BigIntegerField(null=True)
    status = models.TextField(default="new")
    note = models.TextField(default="")
    made_by_event = models.UUIDField(null=True)

    class Meta:
        app_label = "kernel_test"
        db_table = "kernel_thing"
        managed = False

    def __str__(self) -> str:
        return f"thing {self.pk}"


@contextmanager
def rolled_back() -> Iterator[None]:
    """A part of a transaction that fails in the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def official(ward_id: int = SUMIDA, *roles: str, user_id: int = 7) -> Actor:
    """An official of a ward."""
    return Actor(
        user_id=user_id,
        name="墨田 太郎",
        hat=Hat.WARD,
        roles=frozenset(roles or {"reviewer"}),
        ward_id=ward_id,
        request_id="req-1",
    )


def firm(firm_id: int = 55, *, user_id: int = 70) -> Actor:
    """Somebody of a firm."""
    return Actor(
        user_id=user_id,
        name="工場 花子",
        hat=Hat.FIRM,
        roles=frozenset({"firm_owner"}),
        firm_id=firm_id,
    )
