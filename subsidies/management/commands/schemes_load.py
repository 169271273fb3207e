"""`manage.py schemes_load`: bring schemes and calls in line with subsidies/schemes/*.json."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.services.schemes import schemes_load


class Command(BaseCommand):
    help = "補助制度と公募のデータを読み込みます（何度実行しても同じ結果になります）。"

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system("schemes_load")
        with acting(actor):
            loaded = schemes_load(actor=actor, now=clock.now())
        self.stdout.write(
            f"schemes +{loaded.schemes}, versions +{loaded.versions}, calls +{loaded.calls}; "
            f"left as their wards changed them: {loaded.kept}"
        )
