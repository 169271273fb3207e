"""Accounting years, statistics, and the workbooks that are handed in."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from kpi.series.models import Accounts, Consent, Deflator, DeflatorYear, Edition, Statistic
from kpi.series.reading import books
from kpi.series.reading.forms import ACCOUNTS, STATISTICS
from kpi.series.rules import datasets

SUMIDA = 13107
# 円: A = 2 + 7 + 13 + 3 = 25 million, B = 12, C = 2.
FIGURES = {
    "sales": 80_000_000,
    "cost": 50_000_000,
    "wages": 13_000_000,
    "salaries": 7_000_000,
    "profit": 2_000_000,
    "depreciation": 3_000_000,
    "people": 8,
    "hours": 15_000,
}


def accounts(
    firm: Any, ends: dt.date, *, ward: int = SUMIDA, agreed: bool | None = True, **fields: Any
) -> Accounts:
    """A version of an accounting year with FIGURES; `fields` replace single columns."""
    last = Accounts.objects.filter(firm=firm, period_end=ends).order_by("-number").first()
    if agreed is not None:
        Consent.objects.create(firm=firm, ward_id=ward, agreed=agreed, text="試験")
    given = {
        "source": Accounts.Source.FIRM,
        "number": last.number + 1 if last else 1,
        **FIGURES,
        **fields,
    }
    return Accounts.objects.create(firm=firm, ward_id=ward, period_end=ends, **given)


def statistic(
    year: int, *, ward: int = SUMIDA, dataset: str = datasets.STRUCTURE, **fields: Any
) -> Statistic:
    """A ward's manufacturing as a whole: 10,000 people, 60,000 million yen of value added."""
    edition = Edition.objects.create(
        dataset=dataset,
        year=year,
        unit="million",
        is_break=datasets.BY_CODE[dataset].is_break,
        source="試験の統計表",
        published_on=dt.date(year + 1, 7, 31),
        retrieved_on=dt.date(year + 1, 8, 1),
        rows=1,
    )
    given = {
        "industry": datasets.WHOLE,
        "size": datasets.ALL,
        "establishments": 900,
        "employees": 10_000,
        "shipments": 150_000_000_000,
        "value_added": 60_000_000_000,
        **fields,
    }
    return Statistic.objects.create(
        edition=edition, dataset=dataset, year=year, ward_id=ward, **given
    )


def deflator(**index: float) -> Deflator:
    """In force, 100 in 2020; the indices as y2024=104.2."""
    series = Deflator.objects.create(
        name="製造業のデフレーター",
        base_year=2020,
        source="試験の統計表",
        published_on=dt.date(2025, 12, 26),
        retrieved_on=dt.date(2026, 1, 9),
    )
    DeflatorYear.objects.bulk_create(
        DeflatorYear(deflator=series, year=int(year[1:]), index=value)
        for year, value in {"y2020": 100.0, **index}.items()
    )
    return series


def line(**fields: Any) -> dict[str, Any]:
    """A row of the statistics' sheet, in 百万円."""
    return {
        "ward": "墨田区",
        "industry": "計",
        "size": "計",
        "establishments": 900,
        "employees": "１０，０００",
        "shipments": 150_000,
        "value_added": 60_000,
        **fields,
    }


def statistics_book(rows: Sequence[dict[str, Any]], **cover: Any) -> bytes:
    """The statistics' workbook, filled in."""
    given = {
        "dataset": "経済構造実態調査",
        "year": 2024,
        "unit": "百万円",
        "published_on": "2025/7/31",
        "source": "試験の統計表",
        **cover,
    }
    return books.template(STATISTICS, given, rows)


def account_line(firm: Any, **fields: Any) -> dict[str, Any]:
    """A row of the accounts' sheet, in 千円."""
    figures = {
        code: value // 1_000 if code not in {"people", "hours"} else value
        for code, value in FIGURES.items()
    }
    return {
        "number": firm.corporate_number or None,
        "name": firm.name,
        "period_end": "令和8年3月31日",
        **figures,
        **fields,
    }


def accounts_book(rows: Sequence[dict[str, Any]], **cover: Any) -> bytes:
    """The accounts' workbook, filled in."""
    return books.template(ACCOUNTS, {"unit": "千円", "source": "区が企業から集めた", **cover}, rows)


def changed(book: bytes, change: Any) -> bytes:
    """The workbook after `change(openpyxl book)`: what people do to a form."""
    opened = load_workbook(BytesIO(book))
    change(opened)
    stream = BytesIO()
    opened.save(stream)
    return stream.getvalue()
