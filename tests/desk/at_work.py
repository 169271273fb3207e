"""What officials find beside the cases: firms that no mail reaches, a request to delete data."""

from portal.duty.selectors.inbox import Wanted, inbox
from portal.kernel import clock
from portal.kernel.database import acting
from portal.personal.models import DeletionRequest
from programs import reaching
from tests.desk.demo_people import official


def test_mails_came_back_and_a_deletion_waits(demo):
    actor = official("reviewer")
    with acting(actor):
        told = reaching.unreached(actor)
        firms = list(reaching.dead_firms(actor))
        found = inbox(actor, Wanted(room="firms"), today=clock.today())
    assert told
    assert firms
    assert found.total == len(told) + len(firms)
    assert DeletionRequest.objects.get().status == "asked"
