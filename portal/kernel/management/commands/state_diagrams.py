"""`manage.py state_diagrams`: docs/states/, one page for each transition table."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.module_loading import autodiscover_modules

from portal.kernel.transitions import TABLES, TransitionTable

_HEADER = "| 操作 | から | へ | 役割 | 理由 | 条件 | 通知 |\n|---|---|---|---|---|---|---|"


class Command(BaseCommand):
    """The pages are derived, never edited; --check is part of the test run."""

    help = "Write docs/states/<table>.md for every transition table."

    def add_arguments(self, parser: CommandParser) -> None:
        """--check and --into."""
        parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")
        parser.add_argument("--into", type=Path, default=settings.BASE_DIR / "docs" / "states")

    def handle(self, *_: Any, check: bool, into: Path, **options: Any) -> None:
        """Write or compare; pages of tables that are gone are removed or reported."""
        autodiscover_modules("states")
        pages = {f"{name}.md": page(table) for name, table in sorted(TABLES.items())}
        present = {path.name: path.read_text() for path in into.glob("*.md")}
        stale = sorted(n for n in {*pages, *present} if pages.get(n) != present.get(n))
        if check and stale:
            raise CommandError(
                f"Stale: {', '.join(stale)}. Run manage.py state_diagrams and commit docs/states."
            )
        into.mkdir(parents=True, exist_ok=True)
        for name in stale:
            if name in pages:
                (into / name).write_text(pages[name])
            else:
                (into / name).unlink()
        self.stdout.write(f"{len(pages)} tables, {len(stale)} pages changed.")


def page(table: TransitionTable) -> str:
    """One table as Markdown: the diagram and the list of its transitions."""
    with translation.override("ja"):
        rows = [
            f"| {move.label} `{move.name}` | {', '.join(sorted(move.sources))} | {move.target}"
            f" | {', '.join(sorted(map(str, move.roles)))} | {'要' if move.needs_reason else ''}"
            f" | {_code(move.guard)} | {_code(move.event)} |"
            for move in table.transitions
        ]
        diagram = table.mermaid()
    return (
        f"# {table.name}\n\n"
        "Made by `manage.py state_diagrams` from the transition table; do not edit.\n\n"
        f"```mermaid\n{diagram}\n```\n\n{_HEADER}\n" + "\n".join(rows) + "\n"
    )


def _code(name: str | None) -> str:
    return f"`{name}`" if name else ""
