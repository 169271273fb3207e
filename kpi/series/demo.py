"""Invented statistics and accounting years: fixed seed, marked as invented, some missing, some losses.

One workbook of statistics goes the whole way through the services; one of firms' accounts waits with a figure
ten times too large. The years of the past are written directly, as they would stand there.
"""

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from kpi.series.models import Accounts, Consent, Edition, Statistic
from kpi.series.reading import books
from kpi.series.reading.deflators import DEFLATOR
from kpi.series.reading.forms import ACCOUNTS, STATISTICS
from kpi.series.rules import datasets
from kpi.series.services import growth_write, intakes, panel_refresh, productivity_write
from portal.accounts.demo import SUMIDA
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm, FirmWard
from programs.wards import WARDS
from subsidies import grant_states
from subsidies.grants.models import FilingVersion
from subsidies.models import Grant
from subsidies.obligations.rules.plan import EFFECT_REPORT
from subsidies.selection.models import Choice

SEED = 70_406
SOURCE = "架空の統計表（デモンストレーション）"
SAID = "デモンストレーションの企業の答え"
YEARS, STATISTIC_YEARS = 6, 3
SHARE, AGREED = 0.75, 0.85
# Roughly how the wards compare, in the order of their codes.
ESTABLISHMENTS = (
    *(180, 220, 160, 420, 260, 520, 900, 700, 480, 120, 1500, 210),
    *(90, 90, 110, 190, 430, 560, 800, 180, 1050, 950, 900),
)
INDUSTRIES = ("09", "15", "18", "24", "26", "29")
MILLION = 1_000_000
# Tenths; the third one is of the base year.
PRICE_LEVELS = (994, 998, 1000, 993, 988, 1017, 1036)
# Year-ends as firms have them; most close their books in March.
ENDS = ((3, 31), (3, 31), (3, 31), (12, 31), (9, 30))


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """Once; needs `acting(Actor.system(…))`. Returns a line with the numbers."""
    today = clock.to_date(now)
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    statistics = _statistics(today)
    rows = _accounts(rng, list(firms), today)
    handed_in = _handed_in(today)
    panel_refresh(as_of=today)
    productivity_write(years=range(today.year - STATISTIC_YEARS - 1, today.year), as_of=today)
    growth_write(as_of=today)
    return f"統計 {statistics:,}行、企業の決算 {rows:,}期、取り込んだファイル {handed_in}件"


def _statistics(today: dt.date) -> int:
    """The years before the newest one; that one is handed in as a workbook."""
    newest = today.year - 2
    made: list[Statistic] = []
    for year in range(newest - STATISTIC_YEARS + 1, newest):
        edition = Edition.objects.create(
            dataset=datasets.STRUCTURE,
            year=year,
            unit="million",
            source=SOURCE,
            published_on=dt.date(year + 1, 7, 31),
            retrieved_on=dt.date(year + 1, 8, 4),
            taken_by_name="政策担当",
        )
        rows = [
            Statistic(
                edition=edition,
                dataset=edition.dataset,
                year=year,
                ward_id=row["ward"],
                industry=row["industry"],
                size=datasets.ALL,
                hidden=["shipments", "value_added"] if row["value_added"] == "χ" else [],
                establishments=row["establishments"],
                employees=row["employees"],
                shipments=_yen(row["shipments"]),
                value_added=_yen(row["value_added"]),
            )
            for row in _figures(year - newest)
        ]
        Edition.objects.filter(pk=edition.pk).update(rows=len(rows))
        made += rows
    return len(Statistic.objects.bulk_create(made))


def _yen(million: int | str) -> int | None:
    return million * MILLION if isinstance(million, int) else None


def _figures(step: int) -> Iterator[dict[str, Any]]:
    """Every ward, as a whole and by some industries, in 百万円; `step` years from the newest one."""
    for place, ward in enumerate(WARDS):
        rng = random.Random(SEED + ward.code)  # noqa: S311
        establishments = ESTABLISHMENTS[place]
        head = rng.uniform(4.5, 8.5)  # 百万円 a head
        growth = rng.uniform(-0.005, 0.035)
        shares = [rng.uniform(0.02, 0.25) for _code in INDUSTRIES]
        for code, share in ((datasets.WHOLE, 1.0), *zip(INDUSTRIES, shares, strict=True)):
            count = (
                max(1, round(establishments * share / 3))
                if code != datasets.WHOLE
                else establishments
            )
            people = count * (9 + place % 7)
            added = round(people * head * (1 + growth) ** step)
            hidden = count <= 2
            yield {
                "ward": ward.code,
                "industry": code,
                "establishments": count,
                "employees": people,
                "shipments": "χ" if hidden else round(added * 2.6),
                "value_added": "χ" if hidden else added,
            }


def _handed_in(today: dt.date) -> int:
    """A workbook of the newest statistic, taken over; one of a ward's accounts that waits for a word."""
    policy, reviewer = _person(Role.POLICY, None), _person(Role.REVIEWER, SUMIDA)
    count = 0
    if policy:
        year = today.year - 2
        rows = [{**row, "size": "計"} for row in _figures(0)]
        cover = {
            "dataset": "経済構造実態調査",
            "year": year,
            "unit": "百万円",
            "published_on": f"{year + 1}/7/31",
            "source": SOURCE,
        }
        content = books.template(STATISTICS, cover, rows)
        _hand_in(policy, content, f"製造業事業所調査_{year}年.xlsx", "statistics", take=True)
        _hand_in(policy, _deflator(year), f"デフレーター_{year}年.xlsx", "deflator", take=True)
        count += 2
    if reviewer:
        _hand_in(reviewer, _sheet(today), "決算_墨田区.xlsx", "accounts", take=False)
        count += 1
    return count


def _sheet(today: dt.date) -> bytes:
    """The newest accounting year of some firms of the ward; the first one's sales ten times too large."""
    ends = dt.date(today.year, 3, 31)
    known = (
        Accounts.objects.filter(ward_id=SUMIDA, period_end=dt.date(ends.year - 1, 3, 31))
        .exclude(firm__corporate_number="")
        .exclude(firm_id__in=Accounts.objects.filter(period_end=ends).values("firm_id"))
        .select_related("firm")
        .order_by("firm_id")[:8]
    )
    rows = []
    for place, row in enumerate(known):
        grown = {code: round(getattr(row, code) * 1.02 / 1_000) for code in _MONEY}
        if place == 0:
            grown["sales"] *= 10
            grown["cost"] *= 10
        rows.append(
            {
                "number": row.firm.corporate_number,
                "name": row.firm.name,
                "period_end": ends.isoformat(),
                **grown,
                "people": row.people,
                "hours": row.hours,
            }
        )
    cover = {"unit": "千円", "source": "区が企業から集めた"}
    return books.template(ACCOUNTS, cover, rows)


def _deflator(newest: int) -> bytes:
    """Price levels up to the newest statistic's year, 100 four years before: steady, then rising."""
    base = newest - 4
    rows = [
        {"year": str(base + at - 2), "index": index / 10} for at, index in enumerate(PRICE_LEVELS)
    ]
    cover = {
        "name": "製造業のデフレーター（架空）",
        "base_year": base,
        "published_on": f"{newest + 1}/12/8",
        "source": "架空のデフレーター（デモンストレーション）",
    }
    return books.template(DEFLATOR, cover, rows)


def _hand_in(actor: Actor, content: bytes, name: str, kind: str, *, take: bool) -> None:
    with acting(actor):
        intake = intakes.intake_upload(
            actor=actor, uploaded=SimpleUploadedFile(name, content), kind=kind
        )
        try:
            intake = intakes.intake_read(actor=actor, intake_id=intake.pk)
        except intakes.Waiting:
            return  # the scanner is not there; the worker reads it later
        if take:
            intakes.intake_confirm(actor=actor, intake_id=intake.pk)
            intakes.intake_take(actor=actor, intake_id=intake.pk)


def _person(role: str, ward_id: int | None) -> Actor | None:
    row = (
        Assignment.objects.filter(role=role, ward_id=ward_id)
        .select_related("user")
        .order_by("pk")
        .first()
    )
    if row is None:
        return None
    hat = Hat.POLICY if role == Role.POLICY else Hat.WARD
    return Actor(row.user_id, row.user.name, hat, frozenset({role}), ward_id=ward_id)


_MONEY = ("sales", "cost", "profit", "wages", "salaries", "depreciation")
CODES = (*_MONEY, "people", "hours")


def _accounts(rng: random.Random, firms: list[Firm], today: dt.date) -> int:
    """Years of most firms, around what their effect reports tell; those reports' own years beside them."""
    wards = dict(FirmWard.objects.order_by("-pk").values_list("firm_id", "ward_id"))
    # Wards ask whoever applied to a ranked round for the years after, selected or not.
    asked = set(Choice.objects.order_by().values_list("firm_id", flat=True))
    chosen = [
        firm for firm in firms if firm.pk in wards and (rng.random() < SHARE or firm.pk in asked)
    ]
    told, base = _reported()
    completed = _completed()
    rows: dict[tuple[int, dt.date], Accounts] = {}
    for firm in chosen:
        figures = base.get(firm.pk) or _invented(rng, firm)
        place = (firm, figures, completed.get(firm.pk), wards[firm.pk])
        for row in _years(rng, *place, today, asked=firm.pk in asked):
            rows[firm.pk, row.period_end] = row
    rows.update(told)
    Consent.objects.bulk_create(
        Consent(
            firm_id=firm.pk,
            ward_id=wards[firm.pk],
            agreed=rng.random() < AGREED,
            text=SAID,
            said_by_name="企業の担当者",
        )
        for firm in chosen
    )
    # Reports that were accepted in the load itself have told their years already.
    known = set(Accounts.objects.values_list("firm_id", "period_end"))
    new = [row for key, row in rows.items() if key not in known]
    return len(Accounts.objects.bulk_create(new, batch_size=1_000))


def _invented(rng: random.Random, firm: Firm) -> dict[str, int]:
    """A year of a firm of that size, in the proportions of small metalworkers."""
    people = firm.employees or 2
    sales = people * rng.randint(8_000_000, 13_000_000)
    margin = rng.randint(-2, 7)
    return {
        "sales": sales,
        "cost": sales * 62 // 100,
        "profit": sales * margin // 100,
        "wages": sales * rng.randint(14, 19) // 100,
        "salaries": sales * rng.randint(7, 10) // 100,
        "depreciation": sales * rng.randint(2, 4) // 100,
        "people": people,
        "hours": people * 1_960,
    }


def _years(
    rng: random.Random,
    firm: Firm,
    base: Mapping[str, int],
    completed_on: dt.date | None,
    ward_id: int,
    today: dt.date,
    *,
    asked: bool,
) -> Iterator[Accounts]:
    """Six years that end before today; some are missing, a grant lifts those after it a little.

    `asked`: the ward has asked for the newest one already.
    """
    month, day = rng.choice(ENDS)
    level = rng.uniform(0.9, 1.05)
    for year in range(today.year - YEARS + 1, today.year + 1):
        ends = dt.date(year, month, day)
        level *= rng.gauss(1.015, 0.06)
        is_late = ends <= today and year == today.year and rng.random() < 0.35 and not asked
        if ends > today or rng.random() < 0.08 or is_late:
            continue
        lift = 1.05 if completed_on and ends > completed_on + dt.timedelta(days=365) else 1.0
        figures = {code: round(base[code] * level) for code in _MONEY}
        figures["profit"] = round(
            base["profit"] * level + base["sales"] * (rng.gauss(0, 0.02) + lift - 1)
        )
        overhead = figures["sales"] - figures["cost"] - figures["profit"]
        figures["salaries"] = max(0, min(figures["salaries"], overhead))
        yield Accounts(
            firm_id=firm.pk,
            ward_id=ward_id,
            period_end=ends,
            number=1,
            source=rng.choice([Accounts.Source.FIRM, Accounts.Source.IMPORT]),
            recorded_by_name="デモンストレーション",
            people=base["people"],
            hours=base["hours"] if rng.random() < 0.8 else None,
            **figures,
        )


def _reported() -> tuple[dict[tuple[int, dt.date], Accounts], dict[int, dict[str, int]]]:
    """Accounting years of accepted effect reports, and the figures before of each firm."""
    told: dict[tuple[int, dt.date], Accounts] = {}
    base: dict[int, dict[str, int]] = {}
    rows = FilingVersion.objects.filter(
        filing__kind=EFFECT_REPORT, filing__status="accepted"
    ).order_by("filing__firm_id", "pk")
    for version in rows.select_related("filing"):
        filing, record = version.filing, version.payload["record"]
        ends = dt.date.fromisoformat(version.payload["answers"]["period_end"])
        if set(CODES) <= record["before"].keys():
            base.setdefault(filing.firm_id, record["before"])
        told[filing.firm_id, ends] = Accounts(
            firm_id=filing.firm_id,
            ward_id=filing.ward_id,
            period_end=ends,
            number=1,
            source=Accounts.Source.EFFECT,
            source_ref=str(filing.pk),
            **{code: record["after"].get(code) for code in CODES},
        )
    return told, base


def _completed() -> dict[int, dt.date]:
    """The end of each firm's first settled project."""
    rows = Grant.objects.filter(status__in=grant_states.SETTLED, completed_on__isnull=False)
    ordered = rows.order_by("-completed_on").values_list("firm_id", "completed_on")
    return {firm: day for firm, day in ordered if day is not None}
