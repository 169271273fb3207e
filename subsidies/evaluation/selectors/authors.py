"""Who typed which answer of an application."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from portal.accounts.models import User
from portal.kernel import clock
from programs.models import FirmMembership
from subsidies.evaluation.models import FieldAuthor
from subsidies.models import Application
from subsidies.progress import field_label
from subsidies.rules.scheme import SchemeRules
from subsidies.schemes.english import told


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """Who typed an answer. `is_outsider`: not of the firm when it was typed."""

    label: str
    name: str
    author: FieldAuthor
    is_outsider: bool


def authors(application: Application, rules: SchemeRules) -> list[AuthorRow]:
    """The record of who typed which answer, in the order of the form; a system's own is no typing.

    Of an application that the reader sees; the row policy opens the record with it.
    """
    wrote = User.objects.filter(pk=OuterRef("user_id")).values("name")
    recorded = FieldAuthor.objects.filter(application=application)
    rows = list(recorded.annotate(user_name=Subquery(wrote)))
    if not rows:
        return []
    periods = list(
        FirmMembership.objects.filter(firm_id=application.firm_id).values_list(
            "user_id", "valid_from", "valid_to"
        )
    )
    order = {f"answers.{item.code}": place for place, item in enumerate(rules.questions)}
    rows.sort(key=lambda row: (order.get(row.field, len(order)), row.field, row.first_at))
    return [
        AuthorRow(
            label=_author_label(rules, row.field),
            name=row.user_name or "",
            author=row,
            is_outsider=row.user_id != 0 and not _belonged(row, periods),
        )
        for row in rows
    ]


def _belonged(row: FieldAuthor, periods: Iterable[tuple[int, dt.date, dt.date | None]]) -> bool:
    """Whether the person was with the firm from the first typing to the last."""
    first, last = clock.to_date(row.first_at), clock.to_date(row.last_at)
    return any(
        user == row.user_id and since <= first and (until is None or last <= until)
        for user, since, until in periods
    )


def _author_label(rules: SchemeRules, field: str) -> str:
    kind, _dot, code = field.partition(".")
    criterion = rules.criterion(code) if kind == "eligibility" else None
    return told(criterion.question) if criterion else field_label(rules, field)
