"""`manage.py courses_load`: bring in the versions of the courses in dojo/courses/*.json."""

from typing import Any

from django.core.management.base import BaseCommand

from dojo.services import courses_load
from portal.kernel.actor import Actor
from portal.kernel.database import acting


class Command(BaseCommand):
    help = "講座のデータを読み込みます（何度実行しても同じ結果になります）。"

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("courses_load")
        with acting(actor):
            made = courses_load(actor=actor)
        self.stdout.write(f"courses +{made}")
