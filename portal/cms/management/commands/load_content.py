"""`manage.py load_content`: the texts that the portal brings with it, as pages of the site."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.cms import searching
from portal.cms.content.filling import fill
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.search import services


class Command(BaseCommand):
    help = (
        "記事、事例、よくある質問などのページを作ります（何度実行しても同じ結果になります）。"
        "編集者が一度でも保存したページには触れません。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("load_content")
        with acting(actor):
            filled = fill(actor, now=clock.now())
        services.refresh(searching.SOURCE)
        self.stdout.write(f"pages {filled}")
