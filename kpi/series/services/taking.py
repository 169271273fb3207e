"""Planning against what is there, and writing what was confirmed. Runs as the system, after the right was asked."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kpi.series import selectors
from kpi.series.models import Accounts, Consent, Edition, Intake, IntakeRow, Statistic
from kpi.series.reading.books import ReadRow
from kpi.series.reading.planning import (
    Key,
    KnownFigures,
    KnownFirm,
    KnownFirms,
    PlannedRow,
    plan_accounts,
    plan_statistics,
)
from kpi.series.rules import BY_CODE, datasets, merged
from kpi.series.services.panel import panel_refresh, productivity_write
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.importing.workbook import UnreadableWorkbook
from programs.models import Firm
from programs.rules import bare_name
from programs.selectors import ward_names

CHUNK = 500
Tick = Callable[[int], None]
CONSENT_IN_SHEET = "区に渡した決算の表で答えたもの"


def statistics_planned(
    intake: Intake, about: Mapping[str, Any], rows: Sequence[ReadRow]
) -> list[PlannedRow]:
    """The rows of a statistic against what is there. Raises UnreadableWorkbook."""
    if intake.ward_id is not None and about["dataset"] not in {datasets.WARD, datasets.OTHER}:
        raise UnreadableWorkbook(
            _(
                "区の職員が取り込めるのは「区の実態調査」と「その他」です。国の統計は政策担当が取り込みます。"
            )
        )
    if "year" in about:
        rows = [
            ReadRow(row.number, {"year": about["year"], **row.values}, row.places, row.errors)
            for row in rows
        ]
    years = {row.values["year"] for row in rows if "year" in row.values}
    return plan_statistics(
        rows,
        _known_figures(about["dataset"], {*years, *(year - 1 for year in years)}),
        names=ward_names(),
        own_ward=intake.ward_id,
    )


def _known_figures(dataset: str, years: Iterable[int]) -> KnownFigures:
    rows = Statistic.objects.filter(dataset=dataset, year__in=sorted(years), replaced_at=None)
    return KnownFigures(
        {
            _key(row): {**selectors.told_of(row), "hidden": row.hidden}
            for row in rows.iterator(chunk_size=CHUNK)
        }
    )


def _key(row: Statistic) -> Key:
    return (row.year, row.ward_id, row.industry, row.size)


def statistics_take(actor: Actor, intake: Intake, rows: Sequence[IntakeRow], *, tick: Tick) -> None:
    """An edition for each year, the old rows marked as replaced, the new ones beside them, then 1-KGI."""
    about = intake.about
    now = clock.database_now()
    by_year: dict[int, list[IntakeRow]] = defaultdict(list)
    for row in rows:
        by_year[row.values["year"]].append(row)
    done = 0
    for year, lines in sorted(by_year.items()):
        edition = Edition.objects.create(
            dataset=about["dataset"],
            year=year,
            ward_id=intake.ward_id,
            unit=about.get("unit", "yen"),
            is_break=datasets.BY_CODE[about["dataset"]].is_break,
            source=about["source"],
            published_on=about.get("published_on"),
            retrieved_on=about.get("retrieved_on") or clock.to_date(now),
            intake=intake,
            rows=len(lines),
            taken_by_id=actor.user_id,
            taken_by_name=actor.name,
        )
        there = {
            _key(row): row.pk
            for row in Statistic.objects.filter(
                dataset=about["dataset"], year=year, replaced_at=None
            ).only("year", "ward_id", "industry", "size")
        }
        for start in range(0, len(lines), CHUNK):
            made = [_statistic(edition, row.values) for row in lines[start : start + CHUNK]]
            old = [there[key] for row in made if (key := _key(row)) in there]
            Statistic.objects.filter(pk__in=old).update(replaced_at=now)
            Statistic.objects.bulk_create(made)
            done += len(made)
            tick(done)
    if datasets.BY_CODE[about["dataset"]].official:
        productivity_write(years=list(by_year), as_of=clock.to_date(now))


def _statistic(edition: Edition, values: Mapping[str, Any]) -> Statistic:
    return Statistic(
        edition=edition,
        dataset=edition.dataset,
        year=edition.year,
        ward_id=values["ward"],
        industry=values["industry"],
        size=values["size"],
        hidden=values.get("hidden", []),
        **{name: values.get(name) for name in datasets.COLUMNS},
    )


def accounts_planned(intake: Intake, rows: Sequence[ReadRow]) -> list[PlannedRow]:
    """The rows of firms' accounts against the ward's firms and their years."""
    numbers = {row.values["number"] for row in rows if row.values.get("number")}
    names = {
        bare_name(str(row.values.get("name", ""))) for row in rows if not row.values.get("number")
    }
    assert intake.ward_id is not None
    seen = Firm.objects.filter(wards__ward_id=intake.ward_id).only(
        "corporate_number", "name", "kind"
    )
    firms = list(seen.filter(corporate_number__in=numbers))
    if names:
        sole = seen.filter(kind=Firm.Kind.SOLE)
        firms += [firm for firm in sole if bare_name(firm.name) in names]
    years = _years_of([firm.pk for firm in firms])
    known = [(firm, KnownFirm(firm.pk, firm.name, years.get(firm.pk, {}))) for firm in firms]
    return plan_accounts(
        rows,
        KnownFirms(
            by_number={
                firm.corporate_number: item for firm, item in known if firm.corporate_number
            },
            by_name={
                bare_name(firm.name): item for firm, item in known if not firm.corporate_number
            },
        ),
        today=clock.today().isoformat(),
    )


def _years_of(firms: Sequence[int]) -> dict[int, dict[str, tuple[int, dict[str, int]]]]:
    found: dict[int, dict[str, tuple[int, dict[str, int]]]] = defaultdict(dict)
    for row in selectors.newest(Accounts.objects.filter(firm_id__in=firms)):
        found[row.firm_id][row.period_end.isoformat()] = (row.months, selectors.figures_of(row))
    return found


def accounts_take(actor: Actor, intake: Intake, rows: Sequence[IntakeRow], *, tick: Tick) -> None:
    """A version for each row, what the firm said of its use, then the panel of the wards concerned."""
    firms = sorted({row.firm_id for row in rows if row.firm_id is not None})
    versions = {
        (row.firm_id, row.period_end): row
        for row in selectors.newest(Accounts.objects.filter(firm_id__in=firms))
    }
    ward_id = intake.ward_id
    assert ward_id is not None
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        Accounts.objects.bulk_create(
            row for line in chunk if (row := _accounts(actor, intake, line, versions))
        )
        Consent.objects.bulk_create(
            Consent(
                firm_id=line.firm_id,
                ward_id=ward_id,
                agreed=line.values["agreed"],
                text=CONSENT_IN_SHEET,
                said_by_id=actor.user_id,
                said_by_name=actor.name,
            )
            for line in chunk
            if "agreed" in line.values and line.firm_id is not None
        )
        tick(start + len(chunk))
    wards = {ward_id, *(row.ward_id for row in versions.values())}
    panel_refresh(ward_ids=wards, as_of=clock.today())


def _accounts(
    actor: Actor,
    intake: Intake,
    line: IntakeRow,
    versions: Mapping[tuple[int, dt.date], Accounts],
) -> Accounts | None:
    """None where the sheet tells nothing but what the firm said of the use."""
    assert line.firm_id is not None
    assert intake.ward_id is not None
    if not line.changes:
        return None
    ends = dt.date.fromisoformat(line.values["period_end"])
    before = versions.get((line.firm_id, ends))
    given = {code: line.values[code] for code in BY_CODE if code in line.values}
    said = {"reason": line.reason, "by": line.confirmed_by_name}
    at = line.confirmed_at.isoformat() if line.confirmed_at else ""
    return Accounts(
        firm_id=line.firm_id,
        ward_id=before.ward_id if before else intake.ward_id,
        period_end=ends,
        months=line.values.get("months") or (before.months if before else selectors.FULL_YEAR),
        number=before.number + 1 if before else 1,
        source=intake.about["source"],
        source_ref=str(intake.public_id),
        confirmed=[{**item, **said, "at": at} for item in line.held],
        recorded_by_id=actor.user_id,
        recorded_by_name=actor.name,
        **merged(selectors.figures_of(before) if before else {}, given),
    )
