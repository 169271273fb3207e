"""What each row of the sheet would do to the register: pure, so that it can be asked twice.

The answer is shown as the preview. Right before the import it is worked out again from the stored
values; any difference means that the register has changed since, and nothing is imported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from programs.importing.columns import ReadRow
from programs.models import ImportRow
from programs.profiles import PROFILE_FIELDS, differences, plain
from programs.rules import bare_name

Outcome = ImportRow.Outcome
SoleKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KnownFirm:
    """A firm that the ward sees already."""

    pk: int
    profile: Mapping[str, Any]
    has_owner: bool
    sites: frozenset[str]  # folded names of its open sites in the ward


@dataclass(frozen=True, slots=True)
class Register:
    """What is known before the import. `elsewhere` holds numbers only other wards may see."""

    by_number: Mapping[str, KnownFirm] = field(default_factory=dict)
    by_sole: Mapping[SoleKey, KnownFirm] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row with what it would do."""

    number: int
    outcome: str
    label: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, list[Any]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    firm_id: int | None = None


def sole_key(values: Mapping[str, Any]) -> SoleKey:
    """What tells sole proprietors of a ward apart: the bare name and the postal code."""
    return bare_name(str(values.get("name", ""))), str(values.get("postal_code", ""))


def plan(rows: Iterable[ReadRow], register: Register) -> list[PlannedRow]:
    """Every row with its outcome; a firm that stands in two rows is an error in the second."""
    seen: dict[object, int] = {}
    return [_plan_row(row, register, seen) for row in rows]


def _plan_row(row: ReadRow, register: Register, seen: dict[object, int]) -> PlannedRow:
    values = dict(row.values)
    number = values.get("corporate_number", "")
    key = number or sole_key(values)
    errors = row.messages
    if number or not errors:
        first = seen.setdefault(key, row.number)
        if first != row.number:
            errors = [*errors, _twice(row.number, first, is_corporation=bool(number))]
    base: dict[str, Any] = {"number": row.number, "label": row.label, "values": values}
    if errors:
        return PlannedRow(**base, outcome=Outcome.ERROR, errors=errors)
    if number in register.elsewhere:
        return PlannedRow(**base, outcome=Outcome.ELSEWHERE)
    known = register.by_number.get(number) if number else register.by_sole.get(sole_key(values))
    if known is None:
        return PlannedRow(**base, outcome=Outcome.NEW)
    changes = _changes(known, values)
    if not changes:
        return PlannedRow(**base, outcome=Outcome.SAME, firm_id=known.pk)
    outcome = Outcome.KEPT if known.has_owner else Outcome.CHANGED
    return PlannedRow(**base, outcome=outcome, changes=changes, firm_id=known.pk)


def _changes(known: KnownFirm, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Differences in the columns that were filled in, and a site that is not there yet."""
    given = {name: values[name] for name in PROFILE_FIELDS if name in values}
    changes = differences({name: plain(known.profile.get(name)) for name in given}, given)
    site_name = values.get("site_name")
    if site_name and bare_name(site_name) not in known.sites:
        changes["site"] = [None, site_name]
    return changes


def _twice(number: int, first: int, *, is_corporation: bool) -> str:
    if is_corporation:
        return _(
            "A%(number)d：この法人番号は%(first)d行目にもあります。どちらかを消してください。"
        ) % {
            "number": number,
            "first": first,
        }
    return _(
        "B%(number)d：企業名と郵便番号が同じ個人事業主が%(first)d行目にもあります。"
        "どちらかを消してください。"
    ) % {"number": number, "first": first}
