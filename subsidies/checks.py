"""The state of an application's check list (書類点検表)."""

from collections.abc import Sequence
from dataclasses import dataclass

from subsidies.contents import submitted_rules
from subsidies.models import Application, Correction, DocumentCheck
from subsidies.rules import checklist
from subsidies.rules.checklist import CheckItem
from subsidies.rules.scheme import SchemeRules


@dataclass(frozen=True, slots=True)
class CheckLine:
    """An item with its verdict. `outdated`: the firm has mended it since it was checked."""

    item: CheckItem
    check: DocumentCheck | None
    outdated: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the item stands in nobody's way."""
        return (
            self.check is not None
            and not self.outdated
            and self.check.verdict != DocumentCheck.Verdict.NOT_OK
        )


def check_lines(
    application: Application,
    *,
    checks: Sequence[DocumentCheck] | None = None,
    corrections: Sequence[Correction] | None = None,
    rules: SchemeRules | None = None,
) -> tuple[CheckLine, ...]:
    """The whole list; rows that are at hand already may be given."""
    rows = list(application.checks.select_related("checked_by")) if checks is None else checks
    answered = list(application.corrections.all()) if corrections is None else corrections
    by_item = {check.item: check for check in rows}
    lines = []
    for item in checklist.items(rules or submitted_rules(application)):
        check = by_item.get(item.code)
        outdated = check is not None and _outdated(check, item, answered)
        lines.append(CheckLine(item, check, outdated))
    return tuple(lines)


def unchecked(application: Application) -> tuple[CheckItem, ...]:
    """What still stands against 書類確認の完了."""
    return tuple(line.item for line in check_lines(application) if not line.is_done)


def _outdated(check: DocumentCheck, item: CheckItem, corrections: Sequence[Correction]) -> bool:
    about = {item.code, *item.rests_on}
    return any(
        correction.answered_at is not None
        and check.checked_at < correction.answered_at
        and not about.isdisjoint(_item_of(field) for field in correction.fields)
        for correction in corrections
    )


def _item_of(field: str) -> str:
    """The check list's item that a correctable field belongs to."""
    return "answers" if field.startswith("answers.") else field
