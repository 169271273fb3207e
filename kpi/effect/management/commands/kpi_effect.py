"""Runs the estimator of the evaluation on anybody's panel, and prints JSON. No database is touched."""

import csv
import io
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from kpi.effect.rules import panel, staggered
from kpi.effect.rules.panel import BadPanel, Columns
from kpi.effect.rules.staggered import Estimate

MOST_BYTES = 200_000_000
ENCODINGS = ("utf-8-sig", "cp932")


class Command(BaseCommand):
    """The shape of the file and of what is printed: docs/kpi_effect.md."""

    help = (
        "Estimate the effect of a staggered treatment on PANEL.csv by Callaway–Sant'Anna "
        "(docs/kpi_effect.md) and print it as JSON."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="PANEL.csv")
        parser.add_argument("--unit", required=True, help="column that names the unit")
        parser.add_argument("--time", required=True, help="column with the period, a whole number")
        parser.add_argument(
            "--cohort",
            required=True,
            help="column with the first treated period; empty or 0: never",
        )
        parser.add_argument("--outcome", required=True, help="column with the outcome")
        parser.add_argument("--covariates", nargs="*", default=[], help="numeric columns")
        parser.add_argument("--control", choices=list(staggered.CONTROLS), default="never")
        parser.add_argument("--anticipation", type=int, default=0, help="periods, 0 by default")
        parser.add_argument("--language", choices=["ja", "en"], default="ja", help="of warnings")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        names = [name for part in options["covariates"] for name in part.split(",") if name]
        columns = Columns(
            options["unit"], options["time"], options["cohort"], options["outcome"], tuple(names)
        )
        if options["anticipation"] < 0:
            raise CommandError("--anticipation must be 0 or more.")
        with translation.override(options["language"]):
            try:
                header, rows = _rows(file)
                checked = panel.read(rows, columns, header, anticipation=options["anticipation"])
                with staggered.one_thread():
                    found = staggered.estimate(
                        checked, control=options["control"], anticipation=options["anticipation"]
                    )
            except BadPanel as problem:
                raise CommandError(str(problem.message)) from None
            self.stdout.write(
                json.dumps(_told(checked, found, options), ensure_ascii=False, indent=1)
            )


def _rows(file: Path) -> tuple[list[str], csv.DictReader]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise CommandError(f"{file}: larger than {MOST_BYTES:,} bytes.")
        content = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: cannot be read ({error.strerror}).") from None
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        reader = csv.DictReader(io.StringIO(text, newline=""))
        try:
            return list(reader.fieldnames or []), reader
        except csv.Error as error:
            raise CommandError(f"{file}: not a CSV file ({error}).") from None
    raise CommandError(f"{file}: neither UTF-8 nor Shift_JIS.")


def _told(
    checked: panel.Panel, found: staggered.Staggered, options: dict[str, Any]
) -> dict[str, Any]:
    overall = {
        name: _estimate(getattr(found, name)) for name in ("simple", "group", "dynamic", "calendar")
    }
    return {
        **overall,
        "att_gt": [
            {
                "cohort": cell.cohort,
                "time": cell.time,
                **_estimate(cell.estimate),
                "n_treated": cell.treated,
                "n_control": cell.controls,
            }
            for cell in found.cells
        ],
        "by_cohort": [
            {"cohort": cohort, **_estimate(one), "n": n} for cohort, one, n in found.cohorts
        ],
        "event_study": [
            {"after": event.after, **_estimate(event.estimate), "n": event.units}
            for event in found.events
        ],
        "pre_trend": None
        if found.trend is None
        else {
            "statistic": found.trend.statistic,
            "df": found.trend.freedom,
            "p": found.trend.p,
        },
        "n": {
            "rows": len(checked.rows),
            "units": found.units,
            "treated": found.treated,
            "never": found.never,
            "periods": list(checked.periods),
        },
        "control": options["control"],
        "anticipation": options["anticipation"],
        "covariates": list(checked.covariates),
        "warnings": [told.words for told in found.warnings],
    }


def _estimate(found: Estimate) -> dict[str, float]:
    return {"att": found.value, "se": found.error, "low": found.low, "high": found.high}
