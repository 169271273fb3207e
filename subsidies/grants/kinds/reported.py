"""What a completion report freezes, worked out from rows at hand.

Asks the database nothing: `completion` brings today's rows and rules, the demonstration's past those
of its day.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from subsidies.grants.quoted import Named
from subsidies.grants.rules import evidence
from subsidies.grants.rules.final_amount import final_amount
from subsidies.grants.rules.spent import Quoted, ReadLine, SpentLine, line_of, read_line
from subsidies.models import Grant
from subsidies.rules import due, values
from subsidies.rules.scheme import SchemeRules


def report_due_with(grant: Grant, rules: SchemeRules, completed_on: dt.date | None) -> dt.date:
    """The day the report is due once the completion is known; the grant's own day before."""
    return due.report_due(
        grant.project_ends_on,
        days=rules.report_days,
        completed_on=completed_on,
        latest=rules.report_latest,
    )


def terms_with(grant: Grant, rules: SchemeRules, *, today: dt.date) -> evidence.Terms:
    """What the grant's expenses are held against on that day."""
    quotes = rules.quotes
    return evidence.Terms(
        decided_on=grant.decided_on,
        ends_on=grant.project_ends_on,
        today=today,
        firm_name=grant.firm_name,
        request_needed=bool(quotes and quotes.dated_request),
    )


def lines_of(content: Mapping[str, Any]) -> list[SpentLine]:
    """The lines of a report as they are stored."""
    return [line_of(raw) for raw in content.get("spent") or ()]


def read_with(
    content: Mapping[str, Any],
    terms: evidence.Terms,
    papers: Mapping[str, frozenset[str]],
    quoted: Mapping[Named, Quoted],
) -> list[ReadLine]:
    """Every line that was bought, with its chain; `papers` and `quoted` by line."""
    return [
        read_line(
            line,
            terms,
            papers.get(line.key, frozenset()),
            quoted.get((line.category, line.description)),
        )
        for line in lines_of(content)
        if line.bought
    ]


def record_with(
    grant: Grant,
    content: Mapping[str, Any],
    rules: SchemeRules,
    read: Sequence[ReadLine],
    *,
    on: dt.date,
) -> dict[str, Any]:
    """What a submission on the day `on` freezes: lines with their chains, assets, balance, lateness."""
    found = final_amount(rules, [item.spent for item in read], decided_yen=grant.decided_yen)
    completed_on = _day(content.get("completed_on"))
    due_on = report_due_with(grant, rules, completed_on)
    gross = sum(item.expense.net_yen + item.expense.tax_yen for item in read)
    other = _yen(content.get("other_yen"))
    return {
        "decided_yen": grant.decided_yen,
        "expected_yen": found.final_yen,
        "due_on": due_on.isoformat(),
        "late": on > due_on,
        "lines": [_frozen(item) for item in read],
        "not_bought": [
            {"key": line.key, "description": line.description, "planned_yen": line.planned_yen}
            for line in lines_of(content)
            if not line.bought
        ],
        # What the subsidy has no part in is the firm's own to dispose of.
        "assets": [
            _asset(item)
            for item in read
            if item.chain.net_yen and item.unit_yen >= rules.asset_unit_yen
        ],
        "balance": {
            "spent_yen": gross,
            "subsidy_yen": found.final_yen,
            "other_yen": other,
            "own_yen": gross - found.final_yen - other,
        },
    }


def _frozen(item: ReadLine) -> dict[str, Any]:
    expense, chain = item.expense, item.chain
    return {
        "key": item.line.key,
        "category": item.line.category,
        "description": item.line.description,
        "tax_percent": item.line.tax_percent,
        "is_used": item.line.is_used,
        "vendor": expense.vendor,
        "planned_yen": item.line.planned_yen,
        "net_yen": expense.net_yen,
        "tax_yen": expense.tax_yen,
        "quantity": item.quantity,
        "method": expense.method,
        "invoice_yen": expense.invoice_yen,
        "paid_yen": expense.paid_yen,
        "explanation": expense.explanation,
        "eligible_net_yen": chain.net_yen,
        "eligible_tax_yen": chain.tax_yen,
        "note": chain.note,
        "quoted": _quoted(item.quoted),
        "links": [
            {
                "step": link.step,
                "tone": link.tone,
                "on": link.on.isoformat() if link.on else None,
                "text": link.text,
            }
            for link in chain.links
        ],
    }


def _quoted(quoted: Quoted | None) -> dict[str, Any] | None:
    """The chosen quote of the application, for whoever inspects the line."""
    if quoted is None:
        return None
    return {
        "vendor": quoted.vendor,
        "amount_yen": quoted.amount_yen,
        "file": quoted.file,
        "file_name": quoted.file_name,
    }


def _asset(item: ReadLine) -> dict[str, Any]:
    """A line for the 取得財産等管理台帳."""
    delivered = item.expense.dates.get("acceptance") or item.expense.dates.get("delivery")
    return {
        "key": item.line.key,
        "category": item.line.category,
        "description": item.line.description,
        "quantity": item.quantity,
        "unit_yen": item.unit_yen,
        "net_yen": item.expense.net_yen,
        "acquired_on": delivered.isoformat() if delivered else None,
        "place": str(item.line.typed.get("place") or ""),
        "vendor": item.expense.vendor,
    }


def _day(raw: Any) -> dt.date | None:
    try:
        found = values.read("date", raw)
    except values.Unreadable:
        return None
    return found if isinstance(found, dt.date) else None


def _yen(raw: Any) -> int:
    try:
        found = values.read("yen", raw)
    except values.Unreadable:
        return 0
    return found if isinstance(found, int) else 0
