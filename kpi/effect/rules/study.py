"""From firms and their accounting years to a panel that can be compared: who is in, who is out and why.

A user's cohort is the first calendar year in which a whole accounting year after the completion of
the first grant can end: the year after that of completion. With `ANTICIPATION` of one year the year in
which the project ran is no base, so that what is compared is VA₋₁ against VA₊₁ of 2-KGI.

Characteristics are classes of which rare ones are pooled. What is handed out to researchers has classes
so coarse that at least `FEWEST` firms of a cohort share them all.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import log

from kpi.effect.rules.cutoff import Scored
from kpi.effect.rules.panel import NEVER, BadPanel, Observation, Panel, Told, checked
from kpi.rules.ratios import Growth

ANTICIPATION = 1
FEWEST = 3
# A class with fewer of the firms is pooled with the other rare ones.
RARE = 0.05
# Users of the smallest cohort for each column of the comparison; with fewer, columns are left out.
USERS_A_COLUMN = 4
OTHER = "other"
UNKNOWN = "unknown"
# In the order in which they are kept; pooled in the opposite one.
TRAITS = ("value", "industry", "size", "score", "ward")
SIZES = ((5, "5"), (20, "20"), (50, "50"))
LARGEST = "51"


class Group(StrEnum):
    """Where a firm stands towards the support."""

    USERS = "users"
    WAITING = "waiting"
    REJECTED = "rejected"
    NEVER = "never"


class Out(StrEnum):
    """Why a firm is not compared."""

    NO_CONSENT = "no_consent"
    REVOKED = "revoked"
    NO_YEARS = "no_years"
    LOSS = "loss"
    NO_BEFORE = "no_before"
    NO_AFTER = "no_after"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm that might be compared. `cohort` is NEVER unless it is a user; `score` of the diagnosis."""

    firm_id: int
    group: Group
    cohort: int = NEVER
    score: int | None = None
    out: Out | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """A firm's accounting year that ends in the calendar year `year`; `value` is 付加価値額 in 円."""

    firm_id: int
    ward_id: int
    industry: str
    year: int
    employees: int | None
    value: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """An application of a call with a line: points above it (below: negative), in the year of selection."""

    firm_id: int
    year: int
    distance: float
    granted: bool


@dataclass(frozen=True, slots=True)
class Study:
    """What is estimated from. `flow` counts firms by group and outcome (None: compared).

    `open_panel` has coarser classes, so that it may be handed to a researcher.
    """

    panel: Panel
    open_panel: Panel
    flow: Mapping[tuple[Group, Out | None], int]
    users: tuple[Growth, ...]
    others: tuple[Growth, ...]
    scored: tuple[Scored, ...]
    a_year: float
    unused: tuple[str, ...] = field(default=())


def build(
    candidates: Iterable[Candidate], years: Iterable[Year], lines: Iterable[Line] = ()
) -> Study:
    """Raises BadPanel with the flow in `flow` where nothing can be compared."""
    of_firm: dict[int, list[Year]] = defaultdict(list)
    for row in years:
        of_firm[row.firm_id].append(row)
    last = max((row.year for rows in of_firm.values() for row in rows), default=0)
    placed = [_moved(one, last) for one in candidates]
    fates = {one.firm_id: _fate(one, of_firm.get(one.firm_id, [])) for one in placed}
    sizes = Counter(one.cohort for one in placed if fates[one.firm_id] is None)
    for one in placed:
        if fates[one.firm_id] is None and sizes[one.cohort] < FEWEST:
            fates[one.firm_id] = Out.FEW
    flow = Counter((one.group, fates[one.firm_id]) for one in placed)
    kept = [one for one in placed if fates[one.firm_id] is None]
    try:
        panel, open_panel, unused = _panel(kept, of_firm)
    except BadPanel as problem:
        raise Unfit(problem, flow) from problem
    users, others = _growths(kept, of_firm)
    counts = Counter(one.cohort for one in kept if one.cohort)
    return Study(
        panel=panel,
        open_panel=open_panel,
        flow=flow,
        users=tuple(users),
        others=tuple(others),
        scored=tuple(_scored(lines, of_firm, last)),
        a_year=sum(counts.values()) / len(counts) if counts else 0,
        unused=unused,
    )


class Unfit(BadPanel):
    """Nothing to compare; `flow` says where the firms went."""

    def __init__(self, problem: BadPanel, flow: Mapping[tuple[Group, Out | None], int]) -> None:
        super().__init__(problem.message, problem.code)
        self.flow = flow


def _moved(one: Candidate, last: int) -> Candidate:
    """A user whose first full year after completion is still to come is not a user yet."""
    if one.group == Group.USERS and one.cohort > last:
        return Candidate(one.firm_id, Group.WAITING, NEVER, one.score, one.out)
    return one


def _fate(one: Candidate, rows: Sequence[Year]) -> Out | None:
    if one.out:
        return one.out
    known = [row for row in rows if row.value is not None]
    good = [row.year for row in known if row.value is not None and row.value > 0]
    if len(known) < 2:
        return Out.NO_YEARS
    if len(good) < 2:
        return Out.LOSS
    if one.cohort:
        if not any(year < one.cohort - ANTICIPATION for year in good):
            return Out.NO_BEFORE
        if not any(year >= one.cohort for year in good):
            return Out.NO_AFTER
    return None


def _panel(
    kept: Sequence[Candidate], of_firm: Mapping[int, Sequence[Year]]
) -> tuple[Panel, Panel, tuple[str, ...]]:
    good = {
        one.firm_id: sorted(
            (row for row in of_firm[one.firm_id] if row.value is not None and row.value > 0),
            key=lambda row: row.year,
        )
        for one in kept
    }
    fine = classes({one.firm_id: _traits(one, good[one.firm_id][0]) for one in kept})
    cohorts = {one.firm_id: one.cohort for one in kept}
    names, columns, unused = _columns(kept, fine)
    told = [Told("columns", text=" ".join(unused))] if unused else []
    panel = _checked(kept, good, names, columns, told)
    names, columns, _unused = _columns(kept, coarse(fine, cohorts))
    return panel, _checked(kept, good, names, columns, ()), unused


def _checked(
    kept: Sequence[Candidate],
    good: Mapping[int, Sequence[Year]],
    names: tuple[str, ...],
    columns: Mapping[int, tuple[float, ...]],
    told: Iterable[Told],
) -> Panel:
    rows = [
        Observation(
            str(one.firm_id), row.year, one.cohort, log(row.value or 1), columns[one.firm_id]
        )
        for one in kept
        for row in good[one.firm_id]
    ]
    return checked(rows, names, anticipation=ANTICIPATION, warnings=told)


def _traits(one: Candidate, first: Year) -> tuple[str, ...]:
    return (
        str(first.value or 0),
        first.industry,
        size_class(first.employees),
        score_class(one.score),
        str(first.ward_id),
    )


def size_class(employees: int | None) -> str:
    """5 (and fewer), 20, 50, 51 (and more)."""
    if employees is None:
        return UNKNOWN
    return next((name for most, name in SIZES if employees <= most), LARGEST)


def score_class(score: int | None) -> str:
    """Thirds of the diagnosis's 100 points."""
    if score is None:
        return UNKNOWN
    return "low" if score < 34 else "middle" if score < 67 else "high"


Traits = dict[int, tuple[str, ...]]


def classes(firms: Traits) -> Traits:
    """Every firm's classes: thirds of 付加価値額, and rare classes pooled, for all firms alike."""
    values = sorted(int(traits[0]) for traits in firms.values())
    cuts = [values[len(values) // 3], values[2 * len(values) // 3]] if values else [0, 0]
    found = {
        firm: (
            "low" if int(traits[0]) < cuts[0] else "middle" if int(traits[0]) < cuts[1] else "high",
            *traits[1:],
        )
        for firm, traits in firms.items()
    }
    for at in range(1, len(TRAITS)):
        counts = Counter(traits[at] for traits in found.values())
        found = _pooled(found, at, {name for name, n in counts.items() if n < RARE * len(found)})
    return found


def coarse(firms: Traits, cohorts: Mapping[int, int]) -> Traits:
    """Classes that may leave the house: FEWEST firms or more of a cohort share them all.

    Trait by trait, the rarest class is pooled with `other` for all firms alike until that holds; what
    is left of a trait may be nothing. (Pooling a user's class alone would make it unlike its controls.)
    """
    found = {firm: (OTHER,) * len(TRAITS) for firm in firms}
    for at in range(len(TRAITS)):
        tried = {
            firm: (*found[firm][:at], traits[at], *found[firm][at + 1 :])
            for firm, traits in firms.items()
        }
        while min(_strata(tried, cohorts).values(), default=FEWEST) < FEWEST:
            counts = Counter(traits[at] for traits in tried.values())
            named = [name for name in counts if name != OTHER]
            if not named:
                break
            tried = _pooled(tried, at, {min(named, key=lambda name: (counts[name], name))})
        found = tried
    return found


def _pooled(found: Traits, at: int, names: Collection[str]) -> Traits:
    return {
        firm: (*traits[:at], OTHER, *traits[at + 1 :]) if traits[at] in names else traits
        for firm, traits in found.items()
    }


def _strata(found: Traits, cohorts: Mapping[int, int]) -> Counter:
    return Counter((cohorts[firm], *traits) for firm, traits in found.items())


def _columns(
    kept: Sequence[Candidate], traits: Mapping[int, tuple[str, ...]]
) -> tuple[tuple[str, ...], dict[int, tuple[float, ...]], tuple[str, ...]]:
    """Columns of 0 and 1 for all classes but the commonest; traits left out where users are few."""
    sizes = Counter(one.cohort for one in kept if one.cohort)
    most = min(sizes.values(), default=0) // USERS_A_COLUMN
    names: list[tuple[int, str]] = []
    unused: list[str] = []
    for at, trait in enumerate(TRAITS):
        users = Counter(traits[one.firm_id][at] for one in kept if one.cohort)
        others = Counter(traits[one.firm_id][at] for one in kept if not one.cohort)
        both = sorted(
            name for name in users if users[name] >= FEWEST and others.get(name, 0) >= FEWEST
        )
        if both:
            both.remove(max(both, key=lambda name: (users[name] + others[name], name)))
        if len(names) + len(both) > most:
            unused.append(trait)
        else:
            names += [(at, name) for name in both]
    columns = {
        one.firm_id: tuple(float(traits[one.firm_id][at] == name) for at, name in names)
        for one in kept
    }
    return tuple(f"{TRAITS[at]}={name}" for at, name in names), columns, tuple(unused)


def _growths(
    kept: Sequence[Candidate], of_firm: Mapping[int, Sequence[Year]]
) -> tuple[list[Growth], list[Growth]]:
    """VA₋₁ and VA₊₁ of the users, and of firms that were no users by then over the same years."""
    value = {(row.firm_id, row.year): row for rows in of_firm.values() for row in rows if row.value}
    users: list[Growth] = []
    others: list[Growth] = []
    for cohort in sorted({one.cohort for one in kept if one.cohort}):
        for one in kept:
            if one.cohort and one.cohort < cohort:
                continue
            before = value.get((one.firm_id, cohort - 1 - ANTICIPATION))
            after = value.get((one.firm_id, cohort))
            if before is None or after is None:
                continue
            growth = Growth(before.value or 0, after.value or 0, after.ward_id)
            (users if one.cohort == cohort else others).append(growth)
    return users, others


def _scored(
    lines: Iterable[Line], of_firm: Mapping[int, Sequence[Year]], last: int
) -> Iterable[Scored]:
    """Growth from the year before the selection to two years after it (or one, where no more is known)."""
    for line in lines:
        values = {row.year: row.value for row in of_firm.get(line.firm_id, [])}
        before = values.get(line.year - 1)
        after = values.get(line.year + (2 if line.year + 2 <= last else 1))
        if before and after and before > 0 and after > 0:
            yield Scored(line.distance, log(after / before), line.granted)


@dataclass(frozen=True, slots=True)
class Follower:
    """A firm of the smaller questions: whether it bought in the year before and after its day."""

    firm_id: int
    is_user: bool
    size: str
    before: bool
    after: bool


def two_years(followers: Iterable[Follower]) -> Panel:
    """The year before and the year after each firm's own day, as a panel of two periods. Raises BadPanel."""
    found = list(followers)
    sizes = Counter((one.is_user, one.size) for one in found)
    names = sorted(
        name
        for name in {one.size for one in found}
        if sizes[True, name] >= FEWEST and sizes[False, name] >= FEWEST
    )
    if names:
        names.remove(max(names, key=lambda name: sizes[True, name] + sizes[False, name]))
    users = sum(one.is_user for one in found)
    if len(names) > users // USERS_A_COLUMN:
        names = []
    rows = [
        Observation(
            str(one.firm_id),
            period,
            2 if one.is_user else NEVER,
            float(bought),
            tuple(float(one.size == name) for name in names),
        )
        for one in found
        for period, bought in ((1, one.before), (2, one.after))
    ]
    return checked(rows, tuple(f"size={name}" for name in names))
