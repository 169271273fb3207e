"""`manage.py nakama_evaluate FILE.json`: measure an evaluation set (docs/nakama_evaluate.md)."""

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lab.nakama.rules.evaluation import NotASet, parse
from lab.nakama.services.evaluation import evaluate
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting


class Command(BaseCommand):
    help = "検索の評価データを、本番と同じ検索で測ります（登録は残りません）。"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = parse(json.loads(options["file"].read_text("utf-8")))
        except OSError as error:
            raise CommandError(f"{options['file']}: cannot be read ({error.strerror}).") from None
        except NotASet as error:
            raise CommandError(f"{options['file']}: {error}") from None
        except (ValueError, RecursionError) as error:
            raise CommandError(f"{options['file']}: not JSON in UTF-8 ({error}).") from None
        actor = Actor.system("nakama_evaluate")
        with acting(actor):
            told = evaluate(actor=actor, data=data, today=clock.today(), timer=time.perf_counter)
            transaction.set_rollback(True)
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
