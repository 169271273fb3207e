"""What is owed after the payment: assets, effect reports, the consumption tax, and every obligation."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from portal.kernel import clock
from subsidies import grant_states
from subsidies.grants import states as filing_states
from subsidies.grants.models import Filing
from subsidies.obligations import states
from subsidies.obligations.demo import effects_told
from subsidies.obligations.kinds import effects_with, opens_on
from subsidies.obligations.models import Asset, Obligation
from subsidies.obligations.rules import plan
from subsidies.obligations.selectors.facts import terms_of
from subsidies.obligations.services.assets import asset_of
from subsidies.obligations.services.sync import VOID
from subsidies.past import courses
from subsidies.past.told import Maker, Told
from subsidies.rules import due

WAIVED = "事業を終えて廃業したため、以後の報告を求めないこととした。"
# A grant is complete so long after its first report was due.
_SETTLING = dt.timedelta(days=60)
# Of the reports that are due, so many came in time, and so many late; the others are overdue.
_IN_TIME, _LATE = 0.74, 0.1
_CONFIRMED = 0.7
_EXEMPT = (("exempt", "免税事業者である。"), ("simplified", "簡易課税で申告した。"))
_DAY = dt.timedelta(days=1)


@dataclass
class Report:
    """A report that was handed in, with what its version freezes."""

    told: Told
    filing: Filing
    record: dict[str, Any] = field(default_factory=dict)


def reports(told: Told, maker: Maker, now: dt.datetime) -> Iterator[Report]:
    """Effect reports and 仕入控除税額報告 that were handed in until now."""
    if told.status != grant_states.PAID:
        return
    terms, ends_on = terms_of(told.scheme_rules), told.grant.project_ends_on
    for number in range(1, terms.follow_up_years + 1):
        due_on = plan.effect_due(ends_on, number, by=terms.follow_up_by)
        at = _handed_in(told, maker, due_on, now)
        if at is None:
            break
        content = {"report_number": number, **effects_told(told.grant, maker.rng, number)}
        filing = _filed(told, maker, plan.EFFECT_REPORT, content, at, now, number=number)
        on = clock.to_date(at)
        yield Report(told, filing, effects_with(content, (), due_on=due_on, on=on))
    if terms.tax_included:
        yield from _tax(told, maker, now)


def _tax(told: Told, maker: Maker, now: dt.datetime) -> Iterator[Report]:
    due_on = next(
        item.due_on
        for item in plan.plan(facts(told, [], [], status=grant_states.PAID))
        if item.kind == plan.TAX_CREDIT
    )
    if at := _handed_in(told, maker, due_on, now):
        result, comment = maker.rng.choice(_EXEMPT)
        ends = dt.date(clock.fiscal_year(told.grant.project_ends_on) + 1, 3, 31)
        content = {
            "period_end": ends.isoformat(),
            "result": result,
            "return_yen": "0",
            "comment": comment,
        }
        yield Report(told, _filed(told, maker, plan.TAX_CREDIT, content, at, now))


def is_closed(told: Told, now: dt.datetime) -> bool:
    """Whether nothing is owed any more: what was due is there, the rest was waived."""
    terms = terms_of(told.scheme_rules)
    first = plan.effect_due(told.grant.project_ends_on, 1, by=terms.follow_up_by)
    over = clock.to_date(now) > first + 2 * _SETTLING
    return told.course.way == courses.CLOSED and told.status == grant_states.PAID and over


def assets(told: Told, maker: Maker) -> Iterator[Asset]:
    """The ledger's lines of a settled report; of most an official has confirmed the useful life."""
    if told.status not in grant_states.SETTLED:
        return
    for item in told.record["assets"]:
        asset = asset_of(told.grant, item)
        asset.life_confirmed = maker.rng.random() < _CONFIRMED
        asset.entered_at = told.course.ruled_at
        yield asset


def facts(told: Told, handed_in: list[Filing], ledger: list[Asset], *, status: str) -> plan.Facts:
    """The grant as the plan of its obligations is told of it."""
    ruled = told.course.ruled_at or told.granted.decision.approved_at
    assert ruled is not None
    return plan.Facts(
        status=status,
        project_ends_on=told.grant.project_ends_on,
        report_due_on=told.grant.report_due_on,
        on=clock.to_date(ruled),
        terms=terms_of(told.scheme_rules),
        reported=frozenset(
            filing.content["report_number"]
            for filing in handed_in
            if filing.kind == plan.EFFECT_REPORT
        ),
        tax_reported=any(filing.kind == plan.TAX_CREDIT for filing in handed_in),
        restricted=tuple((asset.pk, asset.restricted_until, True) for asset in ledger),
    )


def obligations(
    told: Told, handed_in: list[Filing], ledger: list[Asset], now: dt.datetime
) -> Iterator[Obligation]:
    """Every obligation that the grant has brought, settled when it was."""
    for item in plan.plan(facts(told, handed_in, ledger, status=told.grant.status)):
        if item.void and item.kind != plan.COMPLETION_REPORT:
            continue  # ended before it was owed
        row = Obligation(
            grant=told.grant,
            ward_id=told.grant.ward_id,
            firm_id=told.grant.firm_id,
            kind=item.kind,
            number=item.number,
            due_on=item.due_on,
            owner_id=told.granted.application.assignee_id,
            firm_name=told.grant.firm_name,
            receipt_no=told.grant.receipt_no,
            created_at=_begun(told, item.kind),
            **_settled(told, item, handed_in, now),
        )
        if row.settled_at is None and item.due_on < clock.to_date(now):
            row.reminders, row.reminded_on = _reminded(item.due_on, clock.to_date(now))
        yield row


def _settled(
    told: Told, item: plan.Item, handed_in: list[Filing], now: dt.datetime
) -> dict[str, Any]:
    """State, moment, and whose doing it was."""
    course = told.course
    if item.void:
        return {"status": states.WAIVED, "settled_at": course.cancelled_at, "reason": VOID}
    if item.done:
        moments = {plan.COMPLETION_REPORT: course.reported_at, plan.CLAIM: course.claimed_at}
        if item.kind in moments:
            return {"status": states.DONE, "settled_at": moments[item.kind]}
        numbers = {(filing.kind, filing.number): filing.submitted_at for filing in handed_in}
        return {"status": states.DONE, "settled_at": numbers[item.kind, item.number]}
    if told.grant.status == grant_states.CLOSED and item.kind in plan.CLOSING:
        return {
            "status": states.WAIVED,
            "settled_at": now - _SETTLING,
            "settled_by_id": told.office.approver.user_id,
            "reason": WAIVED,
        }
    return {"status": states.OPEN}


def _handed_in(told: Told, maker: Maker, due_on: dt.date, now: dt.datetime) -> dt.datetime | None:
    """When a report came that may be handed in from the beginning of its fiscal year."""
    first, chance = opens_on(due_on), maker.rng.random()
    if told.course.way == courses.CLOSED:
        chance = 0.0  # all that was due was there
    if chance > _IN_TIME + _LATE:
        return None
    day = first + maker.rng.randint(12, max(12, (due_on - first).days)) * _DAY
    if chance > _IN_TIME:
        day = due_on + maker.rng.randint(3, 150) * _DAY
    at = dt.datetime.combine(day, dt.time(10, maker.rng.randrange(60)), tzinfo=clock.TOKYO)
    return at if at < now else None


def _filed(
    told: Told,
    maker: Maker,
    kind: str,
    content: dict[str, Any],
    at: dt.datetime,
    now: dt.datetime,
    *,
    number: int = 1,
) -> Filing:
    """Accepted some days later, where they have passed."""
    day = due.next_open(clock.to_date(at) + maker.rng.randint(2, 20) * _DAY)
    accepted = dt.datetime.combine(day, dt.time(15, 20), tzinfo=clock.TOKYO)
    done = accepted < now
    return maker.filing(
        told,
        kind,
        content,
        at,
        status=filing_states.ACCEPTED if done else filing_states.SUBMITTED,
        settled_at=accepted if done else None,
        number=number,
    )


def _begun(told: Told, kind: str) -> dt.datetime:
    """When the obligation came up."""
    course, decision = told.course, told.granted.decision
    assert decision.approved_at is not None
    if kind == plan.COMPLETION_REPORT:
        return decision.approved_at
    if kind in (plan.CLAIM, plan.RESTRICTION_END):
        return course.ruled_at or decision.approved_at
    return course.paid_at or course.cancelled_at or decision.approved_at


def _reminded(due_on: dt.date, today: dt.date) -> tuple[int, dt.date | None]:
    """督促: the day after and every week, as the worker does; the last one before today."""
    weeks = ((today - due_on).days - 2) // due.REMIND_AGAIN_DAYS
    if weeks < 0:
        return 0, None
    return weeks + 1, due_on + _DAY + weeks * due.REMIND_AGAIN_DAYS * _DAY
