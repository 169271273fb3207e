"""業務の流れ: what a process costs in time, and where it waits and errs."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the process: minutes of work and of waiting each time, errors a month."""

    name: str
    who: str
    tool: str
    work: int
    wait: int
    errors: int


@dataclass(frozen=True, slots=True)
class Totals:
    """`times` a month the process runs; `slowest` and `faultiest` are places in the list, or None."""

    work: int
    wait: int
    errors: int
    times: int
    slowest: int | None
    faultiest: int | None

    @property
    def wait_percent(self) -> int:
        """Waiting as a part of the whole time, in per cent, cut off."""
        whole = self.work + self.wait
        return self.wait * 100 // whole if whole else 0

    @property
    def work_hours(self) -> Fraction:
        """Hours of work a month."""
        return Fraction(self.work * self.times, 60)


def totals(stages: Sequence[Stage], times: int) -> Totals:
    """The sums, and the stages that wait longest and err most (the first of equals)."""
    waits, errors = [stage.wait for stage in stages], [stage.errors for stage in stages]
    return Totals(
        work=sum(stage.work for stage in stages),
        wait=sum(waits),
        errors=sum(errors),
        times=times,
        slowest=waits.index(max(waits)) if any(waits) else None,
        faultiest=errors.index(max(errors)) if any(errors) else None,
    )
