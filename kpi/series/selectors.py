"""Reads of the room. What is asked without an actor is read with the rows of the running transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from kpi.series.models import Accounts, Consent, Statistic
from kpi.series.policies import visible_accounts, visible_consents
from kpi.series.rules import BY_CODE, LETTERS, FirmYear, datasets, per_head, value_added
from portal.kernel.actor import Actor
from portal.ui.markup import yen_text
from programs.models import Firm
from programs.policies import visible_firms
from programs.rules import fold

CODES = (*BY_CODE, "labour")
FULL_YEAR = 12
SHOWN_YEARS = 6
MOST_IN_SHEET = 5_000


def newest(rows: QuerySet[Accounts]) -> QuerySet[Accounts]:
    """The version of each accounting year that counts, by firm and day."""
    return rows.order_by("firm_id", "period_end", "-number").distinct("firm_id", "period_end")


def figures_of(row: Accounts) -> dict[str, int]:
    """The components that are known, by code."""
    return {code: value for code in CODES if (value := getattr(row, code)) is not None}


def consents(firms: list[int] | None = None) -> Mapping[int, bool]:
    """Firm → what it said last about the use for evaluation; a firm that was not asked is missing."""
    rows = Consent.objects.order_by("firm_id", "-id").distinct("firm_id")
    if firms is not None:
        rows = rows.filter(firm_id__in=firms)
    return dict(rows.values_list("firm_id", "agreed"))


def may_be_used(source: str, said: bool | None) -> bool:
    """Whether a row may serve an evaluation: the firm agreed, or it is from a report and it never refused."""
    return said is not False and (said is True or source == Accounts.Source.EFFECT)


@dataclass(frozen=True, slots=True)
class Closed:
    """An accounting year of 12 months that may serve evaluations; `added` is 付加価値額 in 円 by letter."""

    firm_id: int
    ward_id: int
    industry: str
    ends: date
    people: int | None
    added: Mapping[str, int]


def closed_years(
    *, first: date, last: date, ward_ids: Collection[int] | None = None
) -> list[Closed]:
    """Accounting years that end between these days, by firm and day. Run as the system: they name firms."""
    said = consents()
    rows = Accounts.objects.filter(period_end__gte=first, period_end__lte=last)
    if ward_ids is not None:
        rows = rows.filter(ward_id__in=ward_ids)
    columns = ("firm_id", "ward_id", "firm__jsic", "period_end", "months", "source", *CODES)
    found = []
    for firm, ward, jsic, ends, months, source, *values in newest(rows).values_list(*columns):
        if months != FULL_YEAR or not may_be_used(source, said.get(firm)):
            continue
        known = {
            code: value for code, value in zip(CODES, values, strict=True) if value is not None
        }
        found.append(Closed(firm, ward, jsic, ends, known.get("people"), value_added(known)))
    return found


def firm_years(*, first: int, last: int, ward_ids: Collection[int] | None = None) -> list[FirmYear]:
    """Accounting years of 12 months that end in the calendar years from `first` to `last`, by firm and year.

    Only what may be used for evaluation. Of two that end in one calendar year (a changed 決算期) the later
    counts. `ward_ids` are the wards of the rows, all by default. Run as the system: the rows name firms.
    """
    years = closed_years(first=date(first, 1, 1), last=date(last, 12, 31), ward_ids=ward_ids)
    # By firm and day: the later of one calendar year takes the place of the earlier.
    found = {(row.firm_id, row.ends.year): row for row in years}
    return [
        FirmYear(
            firm_id=row.firm_id,
            ward_id=row.ward_id,
            industry=row.industry,
            year=row.ends.year,
            employees=row.people,
            va_a=row.added.get("A"),
            va_b=row.added.get("B"),
            va_c=row.added.get("C"),
        )
        for row in found.values()
    ]


def told_of(row: Statistic) -> dict[str, int]:
    """The columns of a statistic that are told, by name; what is kept secret or unknown is missing."""
    return {
        column: value for column in datasets.COLUMNS if (value := getattr(row, column)) is not None
    }


@dataclass(frozen=True, slots=True)
class Head:
    """付加価値額 and 労働生産性 of a year by one formula, in words; — where components are missing."""

    added: str
    a_head: str


def heads_of(row: Accounts) -> dict[str, Head]:
    """A, B and C of a year. Nothing of it is kept."""
    added = value_added(figures_of(row))
    return {
        letter: Head(
            yen_text(added[letter]) if letter in added else "—",
            yen_text(round(head)) if (head := per_head(added.get(letter), row.people)) else "—",
        )
        for letter in LETTERS
    }


def only_newest(rows: Iterable[Accounts]) -> list[Accounts]:
    """The version that counts of each year of one firm; the rows come with the newest version first."""
    found: dict[date, Accounts] = {}
    for row in rows:
        found.setdefault(row.period_end, row)
    return list(found.values())


def years_of(actor: Actor) -> list[Accounts]:
    """The own firm's years, the newest first."""
    return only_newest(visible_accounts(actor).order_by("-period_end", "-number"))


def next_year(rows: Sequence[Accounts], today: date) -> date | None:
    """The day of the newest accounting year that has ended and nobody told, gaps included; None while there
    is none. `rows` come with the newest year first.
    """
    days = [row.period_end for row in rows]
    for later, day in zip([today + timedelta(days=1), *days], days, strict=False):
        following = _a_year_on(day)
        if following < later:
            return following
    return None


def _a_year_on(day: date) -> date:
    """The same day a year later; the last day of February stays the last."""
    if (day.month, day.day) in {(2, 28), (2, 29)}:
        return date(day.year + 1, 3, 1) - timedelta(days=1)
    return day.replace(year=day.year + 1)


def own_consent(actor: Actor) -> Consent | None:
    """What the firm said last."""
    return visible_consents(actor).order_by("-pk").first()


def firms_with_accounts(actor: Actor, query: str) -> QuerySet[Firm]:
    """Firms that have told an accounting year, by name."""
    firms = Firm.objects.filter(pk__in=visible_accounts(actor).values("firm_id"))
    for word in query.split():
        firms = firms.filter(search_text__contains=fold(word))
    return firms.order_by("name_kana", "name", "pk")


@dataclass(frozen=True, slots=True)
class FirmLine:
    """A firm of the list with its newest year."""

    firm: Firm
    row: Accounts
    years: int
    heads: Mapping[str, Head]


def newest_of(actor: Actor, firms: Iterable[Firm]) -> list[FirmLine]:
    """One query for the page's firms."""
    listed = list(firms)
    rows = visible_accounts(actor).filter(firm_id__in=[firm.pk for firm in listed])
    by_firm: dict[int, list[Accounts]] = {}
    for row in rows.order_by("-period_end", "-number"):
        by_firm.setdefault(row.firm_id, []).append(row)
    return [
        FirmLine(firm, years[0], len(years), heads_of(years[0]))
        for firm in listed
        if (years := only_newest(by_firm.get(firm.pk, [])))
    ]


def template_rows(actor: Actor) -> list[dict[str, object]]:
    """The ward's firms for the sheet, each with the day of its next year: nothing known is typed again."""
    last = dict(newest(visible_accounts(actor)).values_list("firm_id", "period_end"))
    rows = visible_firms(actor).filter(is_active=True).order_by("name_kana", "name", "pk")
    found: list[dict[str, object]] = []
    for firm in rows.only("pk", "name", "corporate_number")[:MOST_IN_SHEET]:
        day = last.get(firm.pk)
        found.append(
            {
                "number": firm.corporate_number or None,
                "name": firm.name,
                "period_end": _a_year_on(day) if day else None,
                "months": 12 if day else None,
            }
        )
    return found
