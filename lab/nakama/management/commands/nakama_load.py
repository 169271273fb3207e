"""`manage.py nakama_load`: bring in processes, materials and words of lab/nakama/taxonomy/*.list."""

from typing import Any

from django.core.management.base import BaseCommand

from lab.nakama.services import lexicon_load
from portal.kernel.actor import Actor
from portal.kernel.database import acting


class Command(BaseCommand):
    help = "工程・材料の分類と別名を読み込みます（何度実行しても同じ結果になります）。"

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("nakama_load")
        with acting(actor):
            made = lexicon_load(actor=actor)
        self.stdout.write(f"words +{made}")
