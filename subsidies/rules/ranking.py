"""順位 and 採択の案 of a scored call: averages and bonus in, order and outcome out. Pure.

Points are exact fractions; amounts are yen. Source: domain.md A2 steps 3–4, A6.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import lcm

from django.utils.translation import gettext as _

from subsidies.rules.scoring import Scoring

# Named in every frozen result: change it with the meaning of the rules below, never for wording.
RULES_VERSION = 1

ARRIVAL, BONUS, AMOUNT = "arrival", "bonus", "amount"
# What a scheme's `ties` may name besides the codes of its criteria.
TIES = (BONUS, AMOUNT, ARRIVAL)


class Outcome(StrEnum):
    """採択・補欠・不採択."""

    SELECTED = "selected"
    WAITING = "waiting"
    NOT_SELECTED = "not_selected"


@dataclass(frozen=True, slots=True)
class Scored:
    """One application. `arrival` grows with the moment of its submission; `total` is the average.

    `total` None has not been scored. `held` is why officials took it out of the selection.
    """

    id: int
    arrival: int
    wanted_yen: int
    total: Fraction | None
    by_criterion: Mapping[str, Fraction] = field(default_factory=dict)
    bonus: int = 0
    held: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the scheme and the budget say. `ties`: what decides between equal totals, in order.

    Codes of criteria (the higher average first) and of `TIES`: more bonus, the smaller amount, the
    earlier arrival; arrival decides last of all. Where the bonus is only for ties it adds no points.
    `partial`: the first that does not fit whole may get what is left.
    """

    scoring: Scoring
    budget_yen: int
    ties: tuple[str, ...] = ()
    bonus_counts: bool = True
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where an application stands. `rank` is None where it cannot be selected; `reason` says why.

    `cumulative_yen` is what the selected ones up to and with this one take.
    """

    id: int
    rank: int | None
    points: Fraction
    outcome: Outcome
    amount_yen: int
    cumulative_yen: int
    reason: str = ""


def rank(entries: Iterable[Scored], terms: Terms) -> list[Place]:
    """Every application once: first those in order of rank, then those that cannot be selected.

    Money goes down the list in strict order: after the first that does not fit nobody is selected,
    not even somebody smaller, who would overtake.
    """
    every = list(entries)
    keys = _keys(every, terms)
    standing: list[Scored] = []
    out: list[tuple[Scored, str]] = []
    for entry in sorted(every, key=lambda entry: keys[entry.id]):
        reason = _why_not(entry, terms)
        if reason:
            out.append((entry, reason))
        else:
            standing.append(entry)
    places = _within_budget(standing, terms)
    spent = places[-1].cumulative_yen if places else 0
    return places + [
        Place(entry.id, None, _points(entry, terms), Outcome.NOT_SELECTED, 0, spent, reason)
        for entry, reason in out
    ]


def _within_budget(standing: Sequence[Scored], terms: Terms) -> list[Place]:
    places: list[Place] = []
    spent, is_open = 0, True
    cut, beyond = _("予算の残額まで減額"), _("予算の範囲に入らない")
    for number, entry in enumerate(standing, start=1):
        outcome, yen, reason = Outcome.WAITING, 0, beyond
        left = terms.budget_yen - spent
        if is_open and entry.wanted_yen <= left:
            outcome, yen, reason = Outcome.SELECTED, entry.wanted_yen, ""
        elif is_open:
            is_open = False
            if terms.partial and left > 0:
                outcome, yen, reason = Outcome.SELECTED, left, cut
        spent += yen
        places.append(Place(entry.id, number, _points(entry, terms), outcome, yen, spent, reason))
    return places


def _why_not(entry: Scored, terms: Terms) -> str:
    """Why the application cannot be selected whatever the budget, "" when it can."""
    if entry.held:
        return _("採択の対象から外した：%(why)s") % {"why": entry.held}
    if entry.total is None:
        return _("採点がない")
    if entry.wanted_yen <= 0:
        return _("補助額が0円")
    least = terms.scoring.minimum_total
    if least is not None and entry.total < least:
        return _("合計 %(points)s 点が最低合計点 %(least)s 点に届かない") % {
            "points": decimal(entry.total),
            "least": decimal(least),
        }
    for item in terms.scoring.criteria:
        given = entry.by_criterion.get(item.code, Fraction(0))
        if item.minimum is not None and given < item.minimum:
            return _("「%(name)s」%(points)s 点が最低点 %(least)s 点に届かない") % {
                "name": item.name,
                "points": decimal(given),
                "least": decimal(item.minimum),
            }
    return ""


def _points(entry: Scored, terms: Terms) -> Fraction:
    return (entry.total or Fraction(0)) + (entry.bonus if terms.bonus_counts else 0)


def _keys(entries: Sequence[Scored], terms: Terms) -> dict[int, tuple[int, ...]]:
    """Id → what it is sorted by; smaller stands first. The id ends what the arrival leaves open.

    Averages are brought to one denominator first: whole numbers compare many times faster.
    """
    codes = [name for name in terms.ties if name not in TIES]
    scale = lcm(
        *{entry.total.denominator for entry in entries if entry.total is not None},
        *{
            entry.by_criterion[code].denominator
            for code in codes
            for entry in entries
            if code in entry.by_criterion
        },
    )

    def whole(points: Fraction | None) -> int:
        return points.numerator * (scale // points.denominator) if points is not None else 0

    def key(entry: Scored) -> tuple[int, ...]:
        known = {BONUS: -entry.bonus, AMOUNT: entry.wanted_yen, ARRIVAL: entry.arrival}
        ties = [
            known[name] if name in known else -whole(entry.by_criterion.get(name))
            for name in terms.ties
        ]
        bonus = entry.bonus * scale if terms.bonus_counts else 0
        return (-whole(entry.total) - bonus, *ties, entry.arrival, entry.id)

    return {entry.id: key(entry) for entry in entries}


def decimal(points: Fraction) -> str:
    """Two places, rounded half up, without needless zeros: 82, 82.5, 82.67. For reading only."""
    hundredths = (points * 200 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02}".rstrip("0").rstrip(".")
