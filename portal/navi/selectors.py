"""What there is for a ward's firm today, against its answers. Public data, and the actor's own.

A constant number of queries: calls, cohorts, labs; of a firm also its facts, its past and what it has
begun. How it is told: portal.navi.items.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dojo.models import Cohort
from dojo.selectors import public as courses
from lab.booking.models import Lab
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.navi.rules import fitting
from portal.navi.rules.answering import Answers, key_of
from programs.policies import visible_firms
from programs.wards import WARDS
from subsidies import policies, selectors, states
from subsidies.contents import rules_of
from subsidies.facts import firm_facts, firm_past
from subsidies.models import Call
from subsidies.rules.eligibility import Verdict
from subsidies.rules.history import History
from subsidies.rules.scheme import Criterion, SchemeRules
from subsidies.schemes.definitions import common_questions

NAMES = {ward.code: ward.name for ward in WARDS}
ENDED = (states.WITHDRAWN, states.REFUSED)


@dataclass(frozen=True, slots=True)
class Judged:
    """A call of the ward with what its criteria say of the answers."""

    call: Call
    rules: SchemeRules
    verdict: Verdict
    begun: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What judging rests on: the ward's calls with their rules, the firm's facts where one is known."""

    calls: tuple[tuple[Call, SchemeRules], ...]
    wording: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    past: tuple[Any, ...] | None = None
    begun: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def criteria(self) -> tuple[Criterion, ...]:
        """All that the ward's calls ask, each wording once."""
        found: dict[str, Criterion] = {}
        for _call, rules in self.calls:
            for one in rules.criteria:
                found.setdefault(key_of(one), one)
        return tuple(found.values())

    def facts_for(self, call: Call, today: dt.date) -> dict[str, Any]:
        """As an application to that call would have them."""
        if self.past is None:
            return dict(self.facts)
        history = History(
            ward=call.ward_id,
            scheme=call.version.scheme.code,
            fiscal_year=call.fiscal_year,
            today=today,
            past=self.past,
        )
        return {**self.facts, "history": history}


def ground(actor: Actor, ward: int | None, now: dt.datetime) -> Ground:
    """One query for a visitor, four more for a firm."""
    if ward is None:
        return Ground((), {})
    calls = tuple(selectors.open_calls(now, ward, coming=True))
    pairs = tuple((call, rules_of(call.version)) for call in calls)
    wording = common_questions(NAMES[ward])
    firm = (
        visible_firms(actor).filter(pk=actor.firm_id or 0).first()
        if actor.hat == Hat.FIRM
        else None
    )
    if firm is None:
        return Ground(pairs, wording)
    today = clock.to_date(now)
    rows = policies.visible_applications(actor).filter(call__in=[call.pk for call in calls])
    begun = rows.exclude(status__in=ENDED).values_list("call_id", "status", "public_id")
    return Ground(
        calls=pairs,
        wording=wording,
        facts=firm_facts(firm, ward_id=ward, today=today),
        past=firm_past(firm.pk),
        begun={call: (status, str(public_id)) for call, status, public_id in begun},
    )


def own_criteria(base: Ground, answers: Answers, today: dt.date) -> tuple[Criterion, ...]:
    """What the ward's own page has to ask after the other answers."""
    said = fitting.told(answers, base.wording)
    return fitting.still_to_ask(
        fitting.verdict(rules, said, base.facts_for(call, today)) for call, rules in base.calls
    )


def own_answered(base: Ground, answers: Answers, today: dt.date) -> tuple[Criterion, ...]:
    """What is asked there, and what was answered there before the portal knew it of the firm."""
    asked = own_criteria(base, answers, today)
    given = tuple(one for one in base.criteria() if answers.own.get(key_of(one)))
    return tuple({key_of(one): one for one in (*asked, *given)}.values())


def judged_calls(base: Ground, answers: Answers, today: dt.date) -> list[Judged]:
    """Every call of the ward, judged as an application to it would be."""
    said = fitting.all_told(answers, base.wording, base.criteria())
    return [
        Judged(
            call,
            rules,
            fitting.verdict(rules, said, base.facts_for(call, today)),
            base.begun.get(call.pk),
        )
        for call, rules in base.calls
    ]


def rounds(
    actor: Actor, ward: int | None, today: dt.date
) -> dict[str, tuple[Sequence[Cohort], Sequence[Cohort]]]:
    """The cohorts of the ward's courses by course: (open, coming), the one that closes first at the head."""
    offered = courses.offers(actor, today=today, ward_id=ward) if ward else []
    return {offer.course.code: (offer.open, offer.coming) for offer in offered}


def nearest_lab(ward: int | None) -> Lab | None:
    """The ward's own lab, else the first there is."""
    labs = list(Lab.objects.order_by("ward_id", "pk"))
    return next((row for row in labs if row.ward_id == ward), labs[0] if labs else None)
