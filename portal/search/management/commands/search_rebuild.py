"""`manage.py search_rebuild`: the documents of the public search, brought in line with what is public."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.search import services, sources


class Command(BaseCommand):
    """Writes what changed; with --anew everything, after a change of the table of variants, say."""

    help = "Bring the documents of the public search in line with what is public now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="write all of them again")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["anew"]:
            services.forget()
        for source in sources.registered():
            done = services.refresh(source)
            self.stdout.write(
                f"{source.name}: {done.written} written, {done.deleted} deleted, {done.kept} unchanged"
            )
