"""Hearing, revocation, order to give back, return: what the stories of taking back share."""

import datetime as dt

from portal.kernel import clock
from portal.kernel.database import acting
from subsidies.grants import services
from subsidies.grants.models import Recovery
from subsidies.models import Grant
from tests.factories import subsidies as make
from tests.subsidies.grants.people import approved


def ask(grant, official=None, **changes):
    official = official or make.official_actor(grant.ward_id)
    given = {
        "grounds": ["purpose"],
        "facts": "機器が別の会社で使われていた。",
        "due_on": clock.today() + dt.timedelta(days=14),
        **changes,
    }
    with acting(official):
        return services.hearing_ask(actor=official, grant_id=grant.pk, **given)


def heard(grant, statement="貸したのは修理の間だけです。"):
    hearing = ask(grant)
    firm = make.owner_of(grant)
    with acting(firm):
        return services.hearing_state(actor=firm, hearing_id=hearing.pk, statement=statement)


def propose(grant, hearing, kept_yen=0):
    official = make.official_actor(grant.ward_id)
    with acting(official):
        return services.revocation_propose(
            actor=official,
            grant_id=grant.pk,
            hearing_id=hearing.pk,
            kept_yen=kept_yen,
            reason="他の用途に使用したため。",
        )


def revoked(grant, kept_yen=0):
    ruling = approved(propose(grant, heard(grant), kept_yen))
    return ruling, Grant.objects.get(pk=grant.pk)


def ordering(grant, yen=499_000, surcharged=True, cause=""):
    official = make.official_actor(grant.ward_id)
    with acting(official):
        return services.recovery_propose(
            actor=official,
            grant_id=grant.pk,
            principal_yen=yen,
            surcharged=surcharged,
            reason="取消により返還を命じる。",
            cause=cause,
        )


def ordered(grant, yen=499_000, surcharged=True, cause=""):
    ruling = ordering(grant, yen, surcharged, cause)
    approved(ruling)
    return Recovery.objects.select_related("ruling").get(ruling=ruling)


def give_back(recovery, yen, paid_on=None):
    official = make.official_actor(recovery.ward_id)
    with acting(official):
        return services.recovery_payment_record(
            actor=official, recovery_id=recovery.pk, yen=yen, paid_on=paid_on or clock.today()
        )
