"""The three patterns of failure of 003, recognised from the weeks (version 1).

003 describes the patterns in words: ツール先行型 (the tool does not fit, input falters, no data gathers),
担当者孤立型 (one person carries it; when they go it dies), 一過性型 (used after the training, back to
paper by the third month). The thresholds are ours. A finding carries the figures it rests on;
what was told of the organisation only backs it, and never makes one by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from advisors.adoption.rules.weeks import TARGET, TARGET_WEEK, WINDOW, Week, light, mean

VERSION = 1
TOOL_FIRST, ALONE, FLASH = "tool_first", "alone", "flash"

# Fewer recorded weeks tell nothing, or not yet this.
FEWEST, FEWEST_FLASH = 6, 8
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
CARRIED = Fraction(1, 5)  # so much more is entered than people come
FALLEN = Fraction(3, 5)  # of what it was at first
ALIVE, DEAD = Fraction(2, 5), Fraction(1, 10)
DEAD_WEEKS = 3

Value = Fraction | int


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of the organisation. `prepared` are codes of what was done before the choice."""

    key_users: int = 0
    prepared: frozenset[str] = frozenset()
    owner_joins: bool = False
    reviews: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """A figure that a finding rests on, or a circumstance that backs it."""

    code: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One pattern with its grounds."""

    pattern: str
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`use` is the mean of the last four recorded weeks, None before there are so many."""

    use: Fraction | None = None
    light: str = ""
    last_number: int = 0
    is_young: bool = True
    findings: tuple[Finding, ...] = ()
    version: int = VERSION

    @property
    def patterns(self) -> list[str]:
        return [finding.pattern for finding in self.findings]

    @property
    def is_judged(self) -> bool:
        """Whether three months are over, so that the target holds in full."""
        return self.use is not None and self.last_number >= TARGET_WEEK

    @property
    def at_target(self) -> bool:
        return self.is_judged and self.use is not None and self.use >= TARGET


def diagnose(weeks: Sequence[Week], setting: Setting) -> Diagnosis:
    """`weeks` in their order; weeks that nobody recorded are left out."""
    if len(weeks) < WINDOW:
        return Diagnosis(last_number=weeks[-1].number if weeks else 0)
    now = mean([week.use for week in weeks[-WINDOW:]])
    if now is None:
        raise AssertionError("four weeks have a mean")
    last = weeks[-1].number
    return Diagnosis(
        use=now,
        light=light(now, last),
        last_number=last,
        is_young=len(weeks) < FEWEST,
        findings=tuple(_findings(weeks, setting)) if len(weeks) >= FEWEST else (),
    )


def _findings(weeks: Sequence[Week], setting: Setting) -> Iterator[Finding]:
    if found := tuple(_tool_first(weeks, setting)):
        yield Finding(TOOL_FIRST, found)
    if found := tuple(_alone(weeks, setting)):
        yield Finding(ALONE, found)
    elif found := tuple(_flash(weeks, setting)):
        yield Finding(FLASH, found)


def _tool_first(weeks: Sequence[Week], setting: Setting) -> Iterator[Ground]:
    """It never took off, and the work does not go in."""
    runs = [weeks[at : at + WINDOW] for at in range(len(weeks) - WINDOW + 1)]
    best = max(mean([week.use for week in run]) or Fraction(0) for run in runs)
    completion = _completion(weeks[-WINDOW:])
    if best >= HALF or (completion is not None and completion >= HALF):
        return
    yield Ground("best", (best,))
    if completion is not None:
        yield Ground("completion", (completion,))
    early, late = _errors(weeks[:WINDOW]), _errors(weeks[-WINDOW:])
    if early is not None and late is not None and late >= early and late > 0:
        yield Ground("errors", (early, late))
    missing = sum(code not in setting.prepared for code in ("visible", "improved", "simple"))
    if missing:
        yield Ground("unprepared", (missing,))


def _alone(weeks: Sequence[Week], setting: Setting) -> Iterator[Ground]:
    """A few carry the work of all, or it broke off at once although only one person knew it."""
    last = weeks[-WINDOW:]
    login = mean([week.login_rate for week in last]) or Fraction(0)
    completion = _completion(last)
    carried = completion is not None and login < THIRD and completion >= login + CARRIED
    broken = _broke_off(weeks) and setting.key_users <= 1
    if not carried and not broken:
        return
    if carried and completion is not None:
        yield Ground("few", (login, completion))
    if broken:
        before = weeks[-DEAD_WEEKS - 1]
        yield Ground("broke_off", (before.number, before.use, weeks[-1].use))
    if setting.key_users <= 1:
        yield Ground("key_users", (setting.key_users,))
    if not setting.owner_joins:
        yield Ground("owner_away")


def _flash(weeks: Sequence[Week], setting: Setting) -> Iterator[Ground]:
    """It was used at first, and has fallen by two fifths or more."""
    first = mean([week.use for week in weeks[:WINDOW]]) or Fraction(0)
    now = mean([week.use for week in weeks[-WINDOW:]]) or Fraction(0)
    if len(weeks) < FEWEST_FLASH or first < HALF or now > first * FALLEN or now >= TARGET:
        return
    yield Ground("fell", (first, now))
    peak = max(weeks, key=lambda week: week.use)
    yield Ground("peak", (peak.number, peak.use))
    if not setting.reviews and weeks[-1].number >= TARGET_WEEK:
        yield Ground("no_review")


def _broke_off(weeks: Sequence[Week]) -> bool:
    """Alive in one week, next to nothing in all three after it."""
    before, after = weeks[-DEAD_WEEKS - 1], weeks[-DEAD_WEEKS:]
    return before.use >= ALIVE and all(week.use <= DEAD for week in after)


def _completion(weeks: Sequence[Week]) -> Fraction | None:
    """Input of these weeks together; None where nobody counts it."""
    counted = [week for week in weeks if week.completion is not None]
    expected = sum(week.expected or 0 for week in counted)
    return Fraction(sum(week.entered or 0 for week in counted), expected) if expected else None


def _errors(weeks: Sequence[Week]) -> Fraction | None:
    """Errors in 100 entries; None where they are not counted."""
    counted = [week for week in weeks if week.errors is not None and week.entered]
    entered = sum(week.entered or 0 for week in counted)
    return Fraction(100 * sum(week.errors or 0 for week in counted), entered) if entered else None
