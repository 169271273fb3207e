"""`manage.py kpi_indicators FACTS.csv --as-of DATE`: the 18 indicators of a facts file (docs/kpi_facts.md)."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kpi.rules.compute import compute
from kpi.rules.facts_file import YEARS, moment, read
from kpi.rules.printed import printed
from kpi.rules.values import values


class Command(BaseCommand):
    help = "事実のファイル（docs/kpi_facts.md の形）から、18の指標を区と年度ごとに計算します。"
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--as-of", required=True, help="この日までの出来事を数える（2027-03-31）"
        )
        parser.add_argument(
            "--watermark", help="この時刻までに記録されたものだけを数える（2027-05-31T23:59）"
        )
        parser.add_argument(
            "--start", type=int, default=settings.PROGRAMME_START_FY, help="事業の1年目の年度"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            as_of = dt.date.fromisoformat(options["as_of"])
            if as_of.year not in YEARS:
                raise CommandError(f"--as-of {as_of}: from {YEARS[0]} to {YEARS[-1]}.")
            watermark = moment(options["watermark"]) if options["watermark"] else None
            text = options["file"].read_text("utf-8-sig")
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        rows, bad = read(text.splitlines())
        if bad:
            raise CommandError("\n".join(f"{line.line}行目：{line.text}" for line in bad))
        start = options["start"]
        figures = compute(rows, as_of=as_of, start=start, watermark=watermark)
        told = printed(values(figures, base_year=start - 1), as_of=as_of, watermark=watermark)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
