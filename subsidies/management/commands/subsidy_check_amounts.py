"""`manage.py subsidy_check_amounts FILE.csv`: anybody's cases through the production's arithmetic."""

import io
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from subsidies.rules import amount_cases


class Command(BaseCommand):
    """Prints each case whose amount is another than expected; exit code 1 if there is any."""

    help = (
        "補助額の計算を確かめます。CSVの列："
        f"{', '.join(amount_cases.COLUMNS)}。linesは「経費区分:税抜:消費税」を;でつなぎます。"
        "一致しない行や読めない行があれば表示し、終了コード1で終わります。"
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, UTF-8 with or without BOM."""
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_options: Any) -> None:
        """Read, run, tell."""
        count = wrong = unreadable = 0
        try:
            for finding in amount_cases.check(io.StringIO(_text(file), newline="")):
                count += 1
                wrong += finding.is_mismatch
                unreadable += bool(finding.problem and not finding.is_mismatch)
                if finding.problem:
                    self.stdout.write(f"{finding.line}行目 {finding.case}：{finding.problem}")
        except amount_cases.Unreadable as error:
            raise CommandError(str(error)) from error
        if not count:
            raise CommandError("確かめる行がありません。2行目から1行に1件を書いてください。")
        summary = (
            f"{count}件：一致{count - wrong - unreadable}、不一致{wrong}、読めない行{unreadable}"
        )
        if wrong or unreadable:
            raise CommandError(summary)
        self.stdout.write(summary)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{file}を開けません（{error.strerror}）。") from error
    except UnicodeDecodeError as error:
        raise CommandError(
            f"{file}はUTF-8ではありません。「CSV UTF-8」を選んで保存し直してください。"
        ) from error
