"""Two at once: nothing is settled, paid or returned twice."""

from collections import Counter

import pytest

from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from subsidies.grants import services
from subsidies.grants.models import Payment, Recovery, RecoveryPayment
from tests.factories import subsidies as make
from tests.subsidies.grants.money import claimed, finalised, inspected, paid, reported
from tests.subsidies.grants.people import columns, proposed
from tests.subsidies.grants.taking_back import ordered
from tests.subsidies.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def as_actor(actor, act, **arguments):
    def job():
        with acting(actor):
            act(actor=actor, **arguments)
        return "done"

    return job


def test_two_approvers_settle_an_amount_once():
    with acting(make.SYSTEM):
        grant = make.make_grant()
        filing = reported(grant)
        inspected(filing)
        ruling = proposed(filing)
        approvers = [make.official_actor(grant.ward_id, Role.APPROVER) for _number in range(2)]
    jobs = [as_actor(who, services.ruling_approve, ruling_id=ruling.pk) for who in approvers]
    assert Counter(map(str, at_once(jobs)))["done"] == 1
    with acting(make.SYSTEM):
        assert columns(grant) == (499_000, 0, 499_000, 0)


def test_a_claim_is_paid_once():
    with acting(make.SYSTEM):
        grant = make.make_grant()
        finalised(grant)
        claimed(grant)
        officials = [make.official_actor(grant.ward_id) for _number in range(4)]
    jobs = [
        as_actor(who, services.payment_record, grant_id=grant.pk, paid_on=clock.today())
        for who in officials
    ]
    assert Counter(map(str, at_once(jobs)))["done"] == 1
    with acting(make.SYSTEM):
        assert Payment.objects.count() == 1
        assert columns(grant) == (499_000, 0, 0, 499_000)


def test_more_than_is_owed_never_comes_back():
    with acting(make.SYSTEM):
        grant = paid(make.make_grant())
        recovery = ordered(grant, 100_000, surcharged=False)
        officials = [make.official_actor(grant.ward_id) for _number in range(4)]
    jobs = [
        as_actor(
            who,
            services.recovery_payment_record,
            recovery_id=recovery.pk,
            yen=60_000,
            paid_on=clock.today(),
        )
        for who in officials
    ]
    assert Counter(map(str, at_once(jobs)))["done"] == 1
    with acting(make.SYSTEM):
        assert RecoveryPayment.objects.count() == 1
        assert Recovery.objects.get().status == "owed"
        assert columns(grant) == (439_000, 0, 0, 439_000)
