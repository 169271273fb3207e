"""Decisions of the past: their numbers, their money, and the grants that began with them."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F

from portal.kernel import clock
from portal.kernel.actor import Actor
from subsidies import states
from subsidies.demo import stories
from subsidies.demo.afterwards import Afterwards, Granted, Numbered
from subsidies.demo.people import Cast
from subsidies.demo.planning import Case
from subsidies.demo.series import Series
from subsidies.models import Application, ApplicationVersion, BudgetEntry, Call, Decision, Grant
from subsidies.rules.scheme import SchemeRules
from subsidies.services.decision import frozen_conditions
from subsidies.services.grants import grant_of

_DAY = dt.timedelta(days=1)


@dataclass
class Entry:
    """A case with the rows made for it so far."""

    case: Case
    application: Application
    rules: SchemeRules
    versions: list[ApplicationVersion] = field(default_factory=list)
    decision: Decision | None = None


@dataclass
class Deciding:
    """Decides first, so that letters can be made, and stores when they are."""

    rng: random.Random
    cast: Cast
    series: Series
    afterwards: Afterwards
    granted: list[Granted] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def decide(self, entries: Iterable[Entry], *, now: dt.datetime) -> None:
        """Decisions, not stored yet, with their 文書番号 in the order of all letters of the past."""
        decided = [entry for entry in entries if entry.application.status in states.DECIDED]
        decided.sort(key=lambda entry: (entry.case.decided_at, entry.application.pk))
        for entry in decided:
            decision = entry.decision = self._decision(entry)
            self.decisions.append(decision)
            if decision.outcome == Decision.Outcome.GRANT:
                self.granted.append(
                    Granted(entry.case, entry.application, entry.versions[-1], decision)
                )
        self._number(self.afterwards.plan(self.granted, self.cast, now=now))

    def store(self, committed: Counter[int], *, actor: Actor) -> None:
        """Store the decisions, write the ledger, take the amounts from the budgets, begin the
        grants. `committed`: call → yen."""
        Decision.objects.bulk_create(self.decisions)
        BudgetEntry.objects.bulk_create(
            BudgetEntry(
                call_id=item.application.call_id,
                application=item.application,
                amount_yen=item.decision.amount_yen,
                kind="grant",
                recorded_at=item.decision.approved_at,
            )
            for item in self.granted
        )
        for call_id, yen in committed.items():
            Call.objects.filter(pk=call_id).update(
                committed_yen=F("committed_yen") + yen, decided_yen=F("decided_yen") + yen
            )
        grants = Grant.objects.bulk_create(
            grant_of(item.application, item.decision, **self.afterwards.reached(item.application))
            for item in self.granted
        )
        self.afterwards.write(grants, actor=actor)

    def _number(self, later: Iterable[Numbered]) -> None:
        own = [Numbered(row.application.ward_id, _approved_at(row)) for row in self.decisions]
        for letter in sorted([*own, *later], key=lambda letter: letter.at):
            day = clock.to_date(letter.at)
            letter.document_no = self.series.document_no(letter.ward_id, day)
        for decision, letter in zip(self.decisions, own, strict=True):
            decision.document_no = letter.document_no

    def _decision(self, entry: Entry) -> Decision:
        application, moment = entry.application, entry.case.decided_at
        assert moment is not None
        last = entry.versions[-1]
        granted = application.status == states.GRANTED
        outcome = Decision.Outcome.GRANT if granted else Decision.Outcome.REFUSE
        reasons = stories.GRANT_REASONS if granted else stories.REFUSALS
        if entry.case.corrected and not granted:
            reasons = (*reasons, stories.REFUSED_AFTER_CORRECTION)
        return Decision(
            application=application,
            outcome=outcome,
            amount_yen=application.requested_yen if granted else 0,
            reason=self.rng.choice(reasons),
            calculation=last.payload["calculation"],
            conditions=frozen_conditions(application, last, outcome),
            prepared_by_id=application.assignee_id,
            prepared_at=moment - _DAY,
            approved_by_id=self.cast.offices[application.ward_id].approver.user_id,
            approved_at=moment,
            decided_on=clock.to_date(moment),
        )


def _approved_at(decision: Decision) -> dt.datetime:
    assert decision.approved_at is not None
    return decision.approved_at
