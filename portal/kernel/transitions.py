"""States and transitions as data, and the only code that writes a status.

An app's `states.py` builds a `TransitionTable` of pure tuples; its services call `apply()`, which
moves the row by compare-and-set (a stale tab loses with a clear message) and writes the audit row
and the outbox event in the same transaction. Buttons, the diagram in docs/states/ and the
state × action × role test all derive from the same table.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Actor, Hat

# Columns that name who prepared what is decided (起案した人), by the rooms' words for it.
PREPARERS = ("prepared_by_id", "proposed_by_id", "checked_by_id", "written_by_id", "begun_by_id")
SYSTEM_ROLE = "system"  # in a transition's roles: scheduled jobs and handlers may do it

# Says why the transition is refused (a lazy, translated sentence), or None when it may go on.
Guard = Callable[[Any, Actor], Any]


class TransitionRefused(Exception):
    """The transition does not happen; `message` is a sentence for the person who asked."""

    message: Any = _("この操作はできません。")

    def __init__(self, message: Any = None) -> None:
        self.message = message or type(self).message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class StaleState(TransitionRefused):
    """The row is not (or no longer) in a state from which the action leads on."""

    message = _("ほかの操作で状態が変わっています。画面を開き直して確かめてください。")


class RoleMissing(TransitionRefused):
    """None of the actor's roles may take the action."""

    message = _("いまの役割では、この操作はできません。")


class ReasonMissing(TransitionRefused):
    """The table asks for a reason and none was given."""

    message = _("理由を入力してください。")


class GuardFailed(TransitionRefused):
    """The transition's guard refused; the message is the guard's own."""


class OwnDraft(TransitionRefused):
    """A deputy would decide on behalf of who prepared it."""

    message = _(
        "不在の方が起案したものは、その方の代わりに決裁できません。ほかの決裁者に依頼してください。"
    )


@dataclass(frozen=True, slots=True)
class State:
    """One value of a status column. `tone` is the colour of its tag: blue, green, orange, red."""

    code: str
    label: Any
    tone: str = "blue"
    terminal: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """One action: from which states, to which, by whom, and with which button text.

    `guard` names a condition that a service registers with `TransitionTable.guard()`; `event` is
    the outbox event that tells of it; `primary` marks the main button, `confirm` its warning.
    """

    name: str
    sources: Collection[str]
    target: str
    roles: Collection[str]
    label: Any
    needs_reason: bool = False
    guard: str | None = None
    event: str | None = None
    primary: bool = False
    confirm: Any = ""

    def open_to(self, roles: Collection[str]) -> bool:
        """Whether somebody with `roles` may take it at all."""
        return not set(self.roles).isdisjoint(roles)


class Cell(NamedTuple):
    """One case of the state × action × role test; `refusal` is the error expected, or None."""

    status: str
    action: str
    role: str
    refusal: type[TransitionRefused] | None


# Every table built in this process, by name.
TABLES: dict[str, "TransitionTable"] = {}


@dataclass(frozen=True)
class TransitionTable:
    """All states and transitions of one kind of object; the first state is the initial one.

    Registers itself in `TABLES`. Raises ValueError when the data contradict themselves.
    """

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    guards: dict[str, Guard] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if problem := next(self._problems(), None):
            raise ValueError(f"{self.name}: {problem}")
        TABLES[self.name] = self

    def _problems(self) -> Iterator[str]:
        codes, names = [s.code for s in self.states], [t.name for t in self.transitions]
        if self.name in TABLES:
            yield "a table of this name exists"
        if len(set(codes)) < len(codes) or len(set(names)) < len(names):
            yield "a state or a transition is named twice"
        ends = {state.code for state in self.states if state.terminal}
        for move in self.transitions:
            if unknown := {move.target, *move.sources} - set(codes):
                yield f"{move.name} names unknown states {sorted(unknown)}"
            if ends.intersection(move.sources):
                yield f"{move.name} leaves a terminal state"
        targets = {move.target for move in self.transitions}
        if lost := set(codes[1:]) - targets:
            yield f"no transition reaches {sorted(lost)}"

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.code: state for state in self.states}

    @cached_property
    def _transitions(self) -> dict[str, Transition]:
        return {move.name: move for move in self.transitions}

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """The states as choices of a model's or a form's field."""
        return [(state.code, state.label) for state in self.states]

    def state(self, code: str) -> State:
        """The state of that code. Raises KeyError."""
        return self._states[code]

    def transition(self, name: str) -> Transition:
        """The transition of that name. Raises KeyError."""
        return self._transitions[name]

    def allowed(self, status: str, roles: Collection[str]) -> list[Transition]:
        """The actions somebody with `roles` finds on an object in `status`: its buttons."""
        return [m for m in self.transitions if status in m.sources and m.open_to(roles)]

    def guard(self, name: str) -> Callable[[Guard], Guard]:
        """Decorator for services: `@APPLICATION.guard("approver_is_not_preparer")`.

        The function gets (instance, actor) and returns the refusal as a translated sentence, or
        None. A transition whose guard nobody registered cannot be applied.
        """
        if name not in {move.guard for move in self.transitions}:
            raise ValueError(f"{self.name}: no transition has the guard {name}")

        def register(function: Guard) -> Guard:
            self.guards[name] = function
            return function

        return register

    def refusal(self, instance: models.Model, action: str, actor: Actor) -> Any:
        """Why the action's guard would refuse now, or None (for a button shown as unavailable)."""
        move = self.transition(action)
        return self.guards[move.guard](instance, actor) if move.guard else None

    def matrix(self, roles: Collection[str]) -> list[Cell]:
        """Every state × action × role with the refusal that must come, guards left aside."""
        return [
            Cell(state.code, move.name, role, _expected(move, state.code, role))
            for state in self.states
            for move in self.transitions
            for role in sorted({*roles, *move.roles})
        ]

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.states[0].code}"]
        lines += [f"    {state.code}: {state.label}" for state in self.states]
        lines += [
            f"    {source} --> {move.target}: {move.label}"
            for move in self.transitions
            for source in (s.code for s in self.states)
            if source in move.sources
        ]
        lines += [f"    {state.code} --> [*]" for state in self.states if state.terminal]
        return "\n".join(lines)


def _expected(move: Transition, status: str, role: str) -> type[TransitionRefused] | None:
    if not move.open_to({role}):
        return RoleMissing
    return None if status in move.sources else StaleState


def matrix(table: TransitionTable, roles: Collection[str] = ()) -> list[Cell]:
    """See `TransitionTable.matrix`."""
    return table.matrix(roles)


def roles_of(actor: Actor) -> frozenset[str]:
    """The actor's roles; the system itself has the role "system"."""
    return actor.roles | {SYSTEM_ROLE} if actor.hat is Hat.SYSTEM else actor.roles


def apply(
    *,
    table: TransitionTable,
    instance: models.Model,
    action: str,
    actor: Actor,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
    payload: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> None:
    """Move `instance` by the transition `action`, with its audit row and its event.

    `fields` are further columns for the same UPDATE; `changes` and `detail` go to the audit row,
    `payload` to the event. The instance carries the new values afterwards.

    The audit row locks its ward's chain until the transaction ends: call this late.

    Raises RoleMissing, StaleState, ReasonMissing or GuardFailed, and then writes nothing.
    """
    move = table.transition(action)
    status = _check(table, move, instance, actor, reason)
    with transaction.atomic():
        _compare_and_set(instance, status, move.target, fields or {})
        _tell(table, move, instance, status, actor, reason.strip(), changes, detail, payload or {})


def _check(
    table: TransitionTable, move: Transition, instance: Any, actor: Actor, reason: str
) -> str:
    """The status the instance leaves. Raises the refusal."""
    if not move.open_to(roles_of(actor)):
        raise RoleMissing
    if is_lent(move, actor) and _prepared_by(instance) & set(actor.persons):
        raise OwnDraft
    status: str = instance.status
    if status not in move.sources:
        raise StaleState
    if move.needs_reason and not reason.strip():
        raise ReasonMissing
    if refusal := table.refusal(instance, move.name, actor):
        raise GuardFailed(refusal)
    return status


def is_lent(move: Transition, actor: Actor) -> bool:
    """Whether the actor may take it only as somebody's deputy (代決)."""
    return bool(actor.lent) and not move.open_to(actor.roles - actor.lent)


def _prepared_by(instance: Any) -> set[int]:
    """Who prepared it, as far as the row says."""
    named = (getattr(instance, column, None) for column in PREPARERS)
    return {person for person in named if person}


def _compare_and_set(instance: Any, status: str, target: str, fields: Mapping[str, Any]) -> None:
    """The one UPDATE of a status. Raises StaleState when somebody was quicker."""
    rows = type(instance)._base_manager.filter(pk=instance.pk, status=status)
    if rows.update(**fields, status=target) != 1:
        raise StaleState
    computed = [name for name, value in fields.items() if hasattr(value, "resolve_expression")]
    for name, value in fields.items():
        if name not in computed:
            setattr(instance, name, value)
    instance.status = target
    if computed:
        instance.refresh_from_db(fields=computed)


def _tell(
    table: TransitionTable,
    move: Transition,
    instance: Any,
    status: str,
    actor: Actor,
    reason: str,
    changes: Mapping[str, Any] | None,
    detail: Mapping[str, Any] | None,
    payload: Mapping[str, Any],
) -> None:
    # Not at the top: states.py is imported by models, the kernel's own included.
    from portal.kernel import audit, outbox

    if move.event:
        outbox.publish(
            name=move.event,
            subject=str(instance.pk),
            ward_id=getattr(instance, "ward_id", None) or actor.ward_id,
            payload=payload,
        )
    if is_lent(move, actor):
        detail = {**(detail or {}), **audit.behalf_of(actor)}
    audit.record(
        actor=actor,
        action=f"{table.name}.{move.name}",
        obj=instance,
        from_state=status,
        to_state=move.target,
        reason=reason,
        changes=changes,
        detail=detail,
    )
