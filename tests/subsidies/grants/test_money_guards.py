"""What the database itself refuses. Columns that always add up: test_replay.py."""

import pytest
from django.db import DatabaseError, transaction

from portal.kernel.database import acting
from subsidies.grants import services
from subsidies.grants.models import ClaimAccount, Hearing, Inspection, Payment
from tests.factories import subsidies as make
from tests.subsidies.grants.money import claim_begun, finalised, paid
from tests.subsidies.grants.taking_back import heard

pytestmark = pytest.mark.usefixtures("staged")


def test_a_firm_does_not_change_the_account_of_a_submitted_claim(stage):
    grant = stage(make.make_grant, finalised)
    filing, firm = claim_begun(grant)
    with acting(firm):
        assert ClaimAccount.objects.filter(filing=filing).update(branch_code="999") == 1
        services.filing_submit(actor=firm, filing_id=filing.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            ClaimAccount.objects.filter(filing=filing).update(branch_code="111")
    official = make.official_actor(grant.ward_id)
    with acting(official), pytest.raises(DatabaseError), transaction.atomic():
        ClaimAccount.objects.filter(filing=filing).update(branch_code="222")


def test_a_drafted_account_is_the_firms_alone(stage):
    grant = stage(make.make_grant, finalised)
    claim_begun(grant)
    with acting(make.official_actor(grant.ward_id)):
        assert not ClaimAccount.objects.exists()


def test_each_sees_its_own(stage):
    grant = stage(make.make_grant, paid)
    heard(grant)
    rows = {Payment: 1, Inspection: 1, Hearing: 1, ClaimAccount: 1}
    own, foreign = make.official_actor(grant.ward_id), make.official_actor(13111)
    firm, rival = make.owner_of(grant), make.firm_actor(make.make_firm())
    for model, count in rows.items():
        for actor, expected in ((own, count), (foreign, 0)):
            with acting(actor):
                assert model.objects.count() == expected, (model, actor.hat)
    for model in rows.keys() - {Inspection}:
        for actor, expected in ((firm, rows[model]), (rival, 0)):
            with acting(actor):
                assert model.objects.count() == expected, (model, actor.firm_id)
    for actor in (firm, rival):  # the inspection is the ward's own
        with acting(actor), pytest.raises(DatabaseError), transaction.atomic():
            Inspection.objects.count()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_a_payment_never_changes(stage, act):
    stage(make.make_grant, paid)
    rows = Payment.objects.all()
    with acting(make.SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        rows.update(yen=1) if act == "update" else rows._raw_delete(rows.db)


def test_a_firm_tells_no_payment(stage):
    from portal.kernel import outbox

    grant = stage(make.make_grant, finalised)
    firm = make.owner_of(grant)
    with acting(firm), pytest.raises(DatabaseError), transaction.atomic():
        outbox.publish(
            name="subsidies.grant_paid",
            subject=str(grant.pk),
            ward_id=grant.ward_id,
            payload={"grant_id": grant.pk},
        )
