"""Advisors as a next step of a diagnosis, and which firms an advisor accompanies."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from advisors import policies, states
from advisors.firm_history import accompanied
from portal.kernel.actor import Actor
from programs.diagnosis import offers, readers
from programs.diagnosis.models import Audience
from programs.diagnosis.offers import Offer
from programs.diagnosis.rules.steps import ADVICE


@offers.register
def advice(actor: Actor, wards: Collection[int], today: dt.date) -> Iterator[Offer]:
    """The running support, else the request that waits, else the way to ask."""
    running = policies.visible_engagements(actor).filter(status__in=states.PHASES).first()
    if running is not None:
        yield Offer(
            ADVICE,
            _("伴走中の相談員に、この結果を相談する"),
            _("次の訪問で話せるように、結果を見せておきましょう。"),
            reverse("advisors:support", args=[running.public_id]),
        )
        return
    open_ = (states.SENT, states.ASKED, states.TAKEN)
    waiting = policies.visible_requests(actor).filter(status__in=open_).first()
    if waiting is not None:
        yield Offer(
            ADVICE,
            _("依頼した相談員の返事を待つ"),
            _("依頼は区に届いています。状態を確かめられます。"),
            reverse("advisors:ask_status", args=[waiting.public_id]),
        )
        return
    yield Offer(
        ADVICE,
        _("この診断から、アドバイザーの派遣を依頼する"),
        _("IT担当と現場担当の2人が6か月訪問します。診断の結果が依頼に入ります。"),
        reverse("advisors:ask"),
    )


def accompanied_firms(actor: Actor) -> Collection[int]:
    """Those of the running engagements in whose team the advisor is now."""
    return accompanied(actor).keys()


readers.register(Audience.ADVISOR, accompanied_firms)
