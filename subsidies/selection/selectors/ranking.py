"""The ranking of a scored call as it stands now: averages, bonus and marks put together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.actor import Actor
from subsidies import states as application_states
from subsidies.committee.rules.statistics import Average
from subsidies.committee.selectors import averages, scoring_of
from subsidies.contents import rules_of
from subsidies.models import Application, Call
from subsidies.policies import visible_applications
from subsidies.rules import bonus as bonus_rules
from subsidies.rules import ranking as ranking_rules
from subsidies.rules import snapshot
from subsidies.rules.bonus import BonusLine
from subsidies.rules.ranking import Outcome, Place, Scored, Terms
from subsidies.rules.scheme import SchemeRules
from subsidies.selection.models import Mark
from subsidies.selectors.bonus import bonus_of

# Still in question: decided ones hold their money already, withdrawn ones want none.
CANDIDATES = (
    application_states.SUBMITTED,
    application_states.CHECKING,
    application_states.CORRECTION,
    application_states.REVIEWING,
)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Other terms to look at, never stored. None leaves a term as it is.

    `bonus`: whoever has any bonus gets that many points instead.
    """

    budget_yen: int | None = None
    bonus: int | None = None
    minimum_total: int | None = None

    @property
    def is_real(self) -> bool:
        return self == WhatIf()


@dataclass(frozen=True, slots=True)
class Line:
    """One application of the ranking. `ends_budget`: the first one the money does not reach."""

    application: Application
    place: Place
    average: Average | None
    bonus: tuple[BonusLine, ...]
    points_of_bonus: int
    marks: tuple[Mark, ...]
    ends_budget: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything the page and the papers show. `is_scored`: nobody owes a sheet any more."""

    call: Call
    rules: SchemeRules
    terms: Terms
    lines: tuple[Line, ...]
    is_scored: bool

    def count(self, outcome: Outcome) -> int:
        """How many end that way."""
        return sum(line.place.outcome == outcome for line in self.lines)

    @property
    def spent_yen(self) -> int:
        return sum(line.place.amount_yen for line in self.lines)


def ranking(call: Call, *, actor: Actor, what_if: WhatIf | None = None) -> Ranking:
    """The ranking now, or as it would be. A handful of queries, however many applications."""
    wish = what_if or WhatIf()
    rules = rules_of(call.review.version)
    found = averages(call, actor=actor)
    applications = list(
        visible_applications(actor)
        .filter(call=call, status__in=CANDIDATES)
        .order_by("submitted_at", "id")
    )
    bonus = bonus_of(applications, rules.bonus)
    marks = _marks(applications)
    terms = _terms(call, rules, wish)
    extra = {pk: _points(lines, wish) for pk, lines in bonus.items()}
    scored = [
        _scored(number, application, found.get(application.pk), extra[application.pk], marks)
        for number, application in enumerate(applications)
    ]
    by_id = {application.pk: application for application in applications}
    places = ranking_rules.rank(scored, terms)
    first_out = next((p.id for p in places if p.outcome == Outcome.WAITING), None)
    lines = tuple(
        Line(
            by_id[place.id],
            place,
            found.get(place.id),
            bonus[place.id],
            extra[place.id],
            marks.get(place.id, ()),
            place.id == first_out,
        )
        for place in places
    )
    return Ranking(call, rules, terms, lines, call.review.revealed_at is not None)


def result(found: Ranking) -> dict[str, Any]:
    """The ranking as it is frozen: whole numbers, fractions as text, Japanese reasons."""
    scoring = found.terms.scoring
    return {
        "rules": {"bonus": bonus_rules.RULES_VERSION, "ranking": ranking_rules.RULES_VERSION},
        "scheme_version_id": found.call.review.version_id,
        "rules_sha256": snapshot.digest(found.call.review.version.rules),
        "budget_yen": found.terms.budget_yen,
        "minimum_total": _text(scoring.minimum_total),
        "ties": list(found.terms.ties),
        "bonus_counts": found.terms.bonus_counts,
        "partial": found.terms.partial,
        "criteria": [
            {"code": item.code, "name": item.name, "minimum": _text(item.minimum)}
            for item in scoring.criteria
        ],
        "lines": [_frozen(line) for line in found.lines],
    }


def _frozen(line: Line) -> dict[str, Any]:
    place, average, application = line.place, line.average, line.application
    return {
        "application_id": application.pk,
        "receipt_no": application.receipt_no,
        "firm_id": application.firm_id,
        "firm_name": application.firm_name,
        "title": application.title,
        "rank": place.rank,
        "outcome": str(place.outcome),
        "average": _text(average.total) if average else "",
        "by_criterion": {
            code: _text(points)
            for code, points in (average.by_criterion if average else {}).items()
        },
        "spread": _text(average.spread) if average else "",
        "bonus": [
            {"code": item.code, "points": item.points, "text": item.text, "fact_id": item.fact_id}
            for item in line.bonus
        ],
        "points": _text(place.points),
        "wanted_yen": application.requested_yen or 0,
        "amount_yen": place.amount_yen,
        "cumulative_yen": place.cumulative_yen,
        "reason": place.reason,
        "marks": [f"{mark.get_kind_display()}：{mark.reason}" for mark in line.marks],
    }


def _terms(call: Call, rules: SchemeRules, wish: WhatIf) -> Terms:
    scoring = scoring_of(call.review)
    if wish.minimum_total is not None:
        scoring = replace(scoring, minimum_total=Fraction(wish.minimum_total))
    counts = rules.bonus_use == "points"
    ties = rules.ties
    if not counts and ranking_rules.BONUS not in ties:
        ties = (ranking_rules.BONUS, *ties)
    return Terms(
        scoring=scoring,
        budget_yen=max(0, call.left_yen if wish.budget_yen is None else wish.budget_yen),
        ties=ties,
        bonus_counts=counts,
        partial=rules.partial_grant,
    )


def _points(lines: tuple[BonusLine, ...], wish: WhatIf) -> int:
    given = bonus_rules.total_points(lines)
    return given if wish.bonus is None else (wish.bonus if given else 0)


def _scored(
    number: int,
    application: Application,
    average: Average | None,
    bonus: int,
    marks: Mapping[int, tuple[Mark, ...]],
) -> Scored:
    held = next((mark.reason for mark in marks.get(application.pk, ()) if mark.is_held), "")
    if not held and application.status != application_states.REVIEWING:
        held = _("書類確認が終わっていない")
    return Scored(
        id=application.pk,
        arrival=number,
        wanted_yen=application.requested_yen or 0,
        total=average.total if average else None,
        by_criterion=average.by_criterion if average else {},
        bonus=bonus,
        held=held,
    )


def _marks(applications: list[Application]) -> dict[int, tuple[Mark, ...]]:
    found: dict[int, tuple[Mark, ...]] = {}
    for mark in Mark.objects.filter(application__in=applications, lifted_at=None):
        found[mark.application_id] = (*found.get(mark.application_id, ()), mark)
    return found


def _text(points: Fraction | None) -> str:
    return "" if points is None else str(points)
