"""Freezing what was submitted into an immutable version."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import override

from portal.kernel.actor import Actor
from subsidies.contents import rules_of, standing
from subsidies.facts import firm_snapshot
from subsidies.models import Application, ApplicationVersion, ExpenseLine
from subsidies.rules import amount, expenses, quotes, snapshot, values
from subsidies.rules.form import Content, for_content
from subsidies.rules.scheme import Criterion, Question, SchemeRules
from subsidies.services import attachments, moves
from subsidies.services.errors import IdempotencyConflict

# The layout of the payload; raised when its keys change.
LAYOUT = 3


def arrival(call_id: int) -> tuple[dt.datetime, dt.datetime, dt.datetime]:
    """(arrived, opens_at, closes_at) by the database's clock, the call share-locked.

    The arrival is PostgreSQL's statement_timestamp(): a wait for the lock does not make it later,
    and an extension of the deadline that is under way is waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT arrived, opens, closes FROM subsidies_arrival(%s)", [call_id])
        arrived, opens_at, closes_at = cursor.fetchone()
    return arrived, opens_at, closes_at


def earlier(actor: Actor, key: uuid.UUID) -> ApplicationVersion | None:
    """The version this person has submitted with the same key."""
    rows = ApplicationVersion.objects.select_related("application")
    return rows.filter(submitted_by_id=actor.user_id, idempotency_key=key).first()


def same_or_conflict(
    version: ApplicationVersion, *, application_id: int, correction: bool
) -> ApplicationVersion:
    """The earlier result for a repeated request. Raises IdempotencyConflict for another one."""
    if version.application_id != application_id or (version.number > 1) is not correction:
        raise IdempotencyConflict
    return version


def payload_of(application: Application, content: Content) -> dict[str, Any]:
    """Everything that is submitted, in a form that has one canonical JSON text."""
    rules = for_content(rules_of(application.version), content)
    items = expenses.read_lines(rules, content.expenses).items
    return {
        "layout": LAYOUT,
        "application": str(application.public_id),
        "ward": application.ward_id,
        "call": application.call_id,
        "scheme": application.version.scheme.name,
        "scheme_version": application.version_id,
        "firm": firm_snapshot(application.firm),
        "applicant_class": content.applicant_class,
        "eligibility": _answers(rules.criteria, {**_prefilled(rules, content)}),
        "answers": _answers(rules.questions, content.answers),
        "expenses": [expenses.as_input(item) for item in items],
        "quotes": [quotes.as_record(quotes.read(line)) for line in content.expenses],
        "calculation": calculation_record(official_calculation(rules, items)),
        "documents": _documents(application),
    }


def official_calculation(
    rules: SchemeRules, items: Sequence[amount.ExpenseItem]
) -> amount.Calculation:
    """The calculation for the record and the letters: in Japanese, whoever asks for it."""
    with override("ja"):
        return amount.calculate(rules, items)


def calculation_record(calculation: amount.Calculation) -> dict[str, Any]:
    """The calculation as JSON: amounts in yen and every step in words."""
    return {
        "eligible_yen": calculation.eligible_yen,
        "subsidy_yen": calculation.subsidy_yen,
        "total_gross_yen": calculation.total_gross_yen,
        "lines": [
            {
                "description": line.item.description,
                "counted_yen": line.counted_yen,
                "note": line.note,
            }
            for line in calculation.lines
        ],
        "steps": [
            {"label": step.label, "formula": step.formula, "value": step.value}
            for step in calculation.steps
        ],
    }


def freeze(
    *,
    actor: Actor,
    application: Application,
    payload: dict[str, Any],
    number: int,
    arrived: dt.datetime,
    deadline: dt.datetime,
    key: uuid.UUID,
) -> ApplicationVersion:
    """Write the version and the expense lines that reports count."""
    version = ApplicationVersion.objects.create(
        application=application,
        number=number,
        payload=payload,
        sha256=snapshot.digest(payload),
        submitted_at=arrived,
        deadline=deadline,
        submitted_by_id=moves.person(actor),
        idempotency_key=key,
    )
    attachments.hand_over(actor=actor, application=application)
    application.expenses.all().delete()
    ExpenseLine.objects.bulk_create(
        ExpenseLine(application=application, position=position, **line)
        for position, line in enumerate(payload["expenses"])
    )
    return version


def items_of(version: ApplicationVersion) -> tuple[amount.ExpenseItem, ...]:
    """The submitted lines, to calculate with."""
    return tuple(amount.ExpenseItem(**line) for line in version.payload["expenses"])


def _prefilled(rules: SchemeRules, content: Content) -> dict[str, Any]:
    """Answers of the eligibility check with the firm's facts where nothing was typed."""
    return {
        criterion.code: content.facts.get(criterion.source)
        if values.is_blank(content.eligibility.get(criterion.code))
        else content.eligibility[criterion.code]
        for criterion in rules.criteria
    }


def _answers(
    asked: tuple[Question, ...] | tuple[Criterion, ...], typed: Any
) -> dict[str, str | int | bool | None]:
    """Code → value; what cannot be read (and is not needed) stays as typed."""
    found: dict[str, str | int | bool | None] = {}
    for item in asked:
        raw = typed.get(item.code)
        try:
            found[item.code] = values.plain(values.read(item.kind, raw, choices=item.choices))
        except values.Unreadable:
            found[item.code] = str(raw)
    return found


def _documents(application: Application) -> list[dict[str, Any]]:
    rows = application.documents.filter(standing()).select_related("stored_file").order_by("id")
    return [
        {
            "id": row.pk,
            "requirement": row.requirement,
            "file": str(row.stored_file_id),
            "name": row.stored_file.original_name,
            "size": row.stored_file.size,
            "sha256": row.stored_file.sha256,
        }
        for row in rows
    ]
