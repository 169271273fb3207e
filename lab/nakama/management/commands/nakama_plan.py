"""Plans the teams of a whole file of orders, and checks the plan independently."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lab.nakama.planning import files
from lab.nakama.planning.terms import PlanRefused

MOST_BYTES = 50_000_000


class Command(BaseCommand):
    """Prints JSON; no database is touched. The shape of the file: docs/nakama_plan.md."""

    help = "Plan teams for the orders of FILE.json (docs/nakama_plan.md) and print them as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            if file.stat().st_size > MOST_BYTES:
                raise CommandError(f"{file}: larger than {MOST_BYTES:,} bytes; plan in parts.")
            content = json.loads(file.read_text(encoding="utf-8"))
            found = files.answer(files.read(content))
        except OSError as error:
            raise CommandError(f"{file}: cannot be read ({error.strerror}).") from None
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{file}: not JSON in UTF-8 ({error}).") from None
        except (files.Unreadable, PlanRefused) as error:
            raise CommandError(f"{file}: {error}") from None
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        if found["violations"]:
            raise CommandError(f"The plan breaks {len(found['violations'])} rules.")
