"""Stages of one story, each built once for the tests that begin there.

As `tests/support/kept.py`, for files whose tests begin at different points of the same story. A
test asks for its stage before it writes anything:

    pytestmark = pytest.mark.usefixtures("staged")

    def test_…(stage):
        grant = stage(make.make_grant, finalised)

Each step is called with what the step before it gave, and its rows stay in a savepoint as long as
the next test begins there or further on; else they are rolled back and built anew. What a test
itself does is always undone behind it, so no test depends on another or on their order. A test that
asks for no stage finds nothing built.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.kept import check_foreign_keys, undone

Step = Callable[..., Any]


class Stages:
    """The steps that stand, what each gave, and the savepoint before each."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._gave: list[Any] = []
        self._before: list[str] = []

    def reach(self, *steps: Step) -> Any:
        """Build what is missing; a copy of what the last step gave."""
        from django.db import transaction

        same = 0
        for standing, wanted in zip(self._steps, steps, strict=False):
            if standing != wanted:
                break
            same += 1
        if same < len(self._steps):
            transaction.savepoint_rollback(self._before[same])
            for kept in (self._steps, self._gave, self._before):
                del kept[same:]
        for step in steps[same:]:
            before = transaction.savepoint_create()
            with transaction.atomic():  # one that fails leaves nothing behind
                given = step(*copy.deepcopy(self._gave[-1:]))
                check_foreign_keys()
            self._steps.append(step)
            self._gave.append(given)
            self._before.append(before)
        return copy.deepcopy(self._gave[-1]) if self._gave else None


@pytest.fixture(scope="module")
def _stages(kept_database: None) -> Stages:
    return Stages()


class Heard:
    """The statements since the test began, until its stage is reached."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        self.statements.append(sql)
        return execute(sql, *rest)

    def stop(self) -> None:
        from django.db import connection

        if self in connection.execute_wrappers:
            connection.execute_wrappers.remove(self)


@pytest.fixture
def _heard(_stages: Stages) -> Iterator[Heard]:
    from django.db import connection

    heard = Heard()
    connection.execute_wrappers.append(heard)
    yield heard
    heard.stop()


@pytest.fixture
def stage(_stages: Stages, _heard: Heard) -> Iterator[Callable[..., Any]]:
    """`stage(first, second, …)`: what the last of these steps gave, with all their rows."""
    begun: list[Step] = []
    with ExitStack() as test:

        def begin(*steps: Step) -> Any:
            assert not begun, "a test has one stage"
            heard = _heard.statements
            assert not heard, f"the stage would undo what came before it: {heard[0]}"
            _heard.stop()
            begun.extend(steps)
            given = _stages.reach(*steps)
            test.enter_context(undone())
            return given

        yield begin
    assert begun, "a test that asks for a stage begins with one"


@pytest.fixture
def staged(request: pytest.FixtureRequest, _stages: Stages, _heard: Heard) -> Iterator[None]:
    """The mark of a file: a test that asks for no stage begins with nothing."""
    if "stage" in request.fixturenames:
        yield
        return
    _heard.stop()
    _stages.reach()
    with undone():
        yield
