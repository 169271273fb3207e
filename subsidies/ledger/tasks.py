"""What workers do for the open data."""

from celery import shared_task

from portal.kernel.actor import Actor
from portal.kernel.tasks import SystemTask
from subsidies.ledger import services


@shared_task(name="ledger.publish", base=SystemTask)
def publish() -> int:
    """Write the published recipients anew. Every night."""
    return services.publish(actor=Actor.system("ledger.publish"))
