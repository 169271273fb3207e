"""`manage.py publish_due`: publish and take down what the editors have scheduled for by now.

Begun by the scheduler's task `desk.publish_due` whenever something is due.
"""

from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal.kernel.actor import Actor
from portal.kernel.database import acting


class Command(BaseCommand):
    help = "Publishes and takes down the pages whose time has come."

    def handle(self, *args: object, **options: object) -> None:
        with acting(Actor.system("cms.publish_due")):
            call_command("publish_scheduled", stdout=self.stdout)
