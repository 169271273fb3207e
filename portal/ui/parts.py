"""What the components of templates/components/ are given: small frozen records, no behaviour."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of the same list. `count` None shows no number."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the breadcrumb; the last one has no `url`."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a summary list; `change_url` adds the 変更 link."""

    label: str
    value: object
    change_url: str = ""
    changed: bool = False


class TaskState(StrEnum):
    """How far a task of a task list is."""

    DONE = "done"
    STARTED = "started"
    TODO = "todo"
    LOCKED = "locked"

    @property
    def label(self) -> str:
        return _TASK_LABELS[self]

    @property
    def tone(self) -> str:
        return {"done": "green", "started": "orange", "todo": "blue", "locked": ""}[self]


_TASK_LABELS = {
    TaskState.DONE: _("完了"),
    TaskState.STARTED: _("入力中"),
    TaskState.TODO: _("未着手"),
    TaskState.LOCKED: _("まだ始められません"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the task list. `hint` says what it asks, or why it cannot be begun yet."""

    label: str
    state: TaskState
    url: str = ""
    hint: str = ""


class StepState(StrEnum):
    """Where a step of a procedure stands."""

    DONE = "done"
    CURRENT = "current"
    AHEAD = "ahead"

    @property
    def label(self) -> str:
        return _STEP_LABELS[self]


_STEP_LABELS = {
    StepState.DONE: pgettext_lazy("step", "済み"),
    StepState.CURRENT: pgettext_lazy("step", "いまここ"),
    StepState.AHEAD: pgettext_lazy("step", "これから"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the step indicator; `note` is a date or a few words."""

    label: str
    state: StepState
    note: str = ""


def steps(labels: Sequence[str], current: int) -> list[Step]:
    """Steps from their labels; `current` counts from 0, and len(labels) means all are done."""
    return [
        Step(
            label,
            StepState.DONE
            if index < current
            else StepState.CURRENT
            if index == current
            else StepState.AHEAD,
        )
        for index, label in enumerate(labels)
    ]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of the timeline (経緯), newest or oldest first as the caller orders them."""

    at: dt.datetime
    text: str
    who: str = ""
    note: str = ""
    tone: str = ""
    links: tuple[Crumb, ...] = field(default=())
    is_day: bool = False  # nobody knows the hour: the day alone is shown
