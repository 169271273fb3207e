"""What the database itself refuses, and columns that add up whatever happens in which order."""

import random

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.transitions import TransitionRefused
from subsidies.grants import services
from subsidies.grants.models import ClaimAccount, Hearing, Inspection, Payment, Recovery
from subsidies.models import BudgetEntry, Call, Grant
from tests.factories import subsidies as make
from tests.subsidies.grants.money import claim_begun, claimed, finalised, paid
from tests.subsidies.grants.people import approved, filed, proposed
from tests.subsidies.grants.test_revocation import give_back, heard, ordered, propose

pytestmark = pytest.mark.django_db


def test_a_firm_does_not_change_the_account_of_a_submitted_claim():
    grant = finalised(make.make_grant())
    filing, firm = claim_begun(grant)
    with acting(firm):
        assert ClaimAccount.objects.filter(filing=filing).update(branch_code="999") == 1
        services.filing_submit(actor=firm, filing_id=filing.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            ClaimAccount.objects.filter(filing=filing).update(branch_code="111")
    official = make.official_actor(grant.ward_id)
    with acting(official), pytest.raises(DatabaseError), transaction.atomic():
        ClaimAccount.objects.filter(filing=filing).update(branch_code="222")


def test_a_drafted_account_is_the_firms_alone():
    grant = finalised(make.make_grant())
    claim_begun(grant)
    with acting(make.official_actor(grant.ward_id)):
        assert not ClaimAccount.objects.exists()


def test_each_sees_its_own():
    grant = paid(make.make_grant())
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
def test_a_payment_never_changes(act):
    paid(make.make_grant())
    rows = Payment.objects.all()
    with acting(make.SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        rows.update(yen=1) if act == "update" else rows._raw_delete(rows.db)


def test_a_firm_tells_no_payment():
    from portal.kernel import outbox

    grant = finalised(make.make_grant())
    firm = make.owner_of(grant)
    with acting(firm), pytest.raises(DatabaseError), transaction.atomic():
        outbox.publish(
            name="subsidies.grant_paid",
            subject=str(grant.pk),
            ward_id=grant.ward_id,
            payload={"grant_id": grant.pk},
        )


def finalise(grant, dice):
    finalised(grant, net=dice.choice([300_000, 600_000, 900_000]))


def cancel(grant, dice):
    approved(proposed(filed(grant, "cancellation", why="やめる。", state="未発注。")))


def claim(grant, dice):
    claimed(grant)


def pay(grant, dice):
    official = make.official_actor(grant.ward_id)
    with acting(official):
        services.payment_record(actor=official, grant_id=grant.pk, paid_on=clock.today())


def revoke(grant, dice):
    approved(propose(grant, heard(grant), dice.choice([0, 1_000, 100_000])))


def recover(grant, dice):
    recovery = ordered(grant, dice.choice([1, 100_000]), surcharged=False)
    give_back(recovery, dice.randint(1, recovery.principal_yen))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_columns_add_up_whatever_happens(seed):
    dice = random.Random(seed)
    call = make.make_call()
    grants = [make.make_grant(call=call) for _number in range(3)]
    acts = [finalise, finalise, claim, pay, revoke, cancel, recover]
    done = 0
    for _step in range(14):
        grant = Grant.objects.select_related("application__version__scheme", "call").get(
            pk=dice.choice(grants).pk
        )
        try:
            with transaction.atomic():
                dice.choice(acts)(grant, dice)
            done += 1
        except TransitionRefused:
            pass
        _check(call)
    assert done >= 2


def _check(call):
    call = Call.objects.get(pk=call.pk)
    assert call.committed_yen == call.decided_yen + call.final_yen + call.paid_yen
    for column in BudgetEntry.Column:
        rows = BudgetEntry.objects.filter(call=call, column=column)
        total = rows.aggregate(yen=Sum("amount_yen"))["yen"] or 0
        assert total == getattr(call, f"{column.value}_yen")
    ordered_yen = Recovery.objects.filter(call=call).aggregate(yen=Sum("principal_yen"))["yen"]
    assert (ordered_yen or 0) <= sum(Payment.objects.values_list("yen", flat=True))
