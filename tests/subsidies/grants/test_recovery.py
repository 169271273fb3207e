"""返還: what is to be ordered back of which cause, the order, and what comes back."""

import datetime as dt

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from portal.kernel.transitions import StaleState
from subsidies import grant_states
from subsidies.grants import money_states
from subsidies.grants.models import Payment
from subsidies.grants.services import recovery as recoveries
from subsidies.grants.services.owing import owings
from subsidies.models import Call
from subsidies.obligations.models import Obligation
from subsidies.obligations.services import closing, obligations_sync
from subsidies.services.errors import Refused
from tests.factories import subsidies as make
from tests.factories.obligations import make_asset
from tests.subsidies.grants.money import advanced, advancing, finalised, paid
from tests.subsidies.grants.people import approved, columns
from tests.subsidies.grants.taking_back import (
    give_back,
    ordered,
    ordering,
    revoked,
)
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("staged")


def test_after_the_payment_the_money_is_ordered_back(stage):
    grant = stage(make.make_grant, paid)
    ruling, grant = revoked(grant)
    assert (grant.status, ruling.terms["return_yen"]) == (grant_states.REVOKED, 499_000)
    assert columns(grant) == (499_000, 0, 0, 499_000)
    recovery = ordered(grant)
    account = recoveries.account_of(recovery, clock.today())
    assert (account.surcharge.yen, account.late.yen) == (149, 0)
    give_back(recovery, 200_000)
    assert columns(grant) == (299_000, 0, 0, 299_000)
    assert OutboxEvent.objects.filter(name="grants.recovery_returned").count() == 1
    give_back(recovery, 299_149)
    recovery.refresh_from_db()
    assert recovery.status == money_states.RETURNED
    assert columns(grant) == (0, 0, 0, 0)
    assert OutboxEvent.objects.filter(name="grants.recovery_settled").count() == 1


def test_a_part_after_the_payment_leaves_the_grant_and_orders_the_difference(stage):
    grant = stage(make.make_grant, paid)
    ruling, grant = revoked(grant, kept_yen=400_000)
    assert (grant.status, ruling.terms["return_yen"]) == (grant_states.PAID, 99_000)
    recovery = ordered(grant, 99_000)
    assert recovery.principal_yen == 99_000
    with acting(make.SYSTEM):
        assert owings(grant) == []  # an order that names no cause covers it
    ruling, grant = revoked(grant, kept_yen=100_000)
    with acting(make.SYSTEM):
        assert [item.yen for item in owings(grant)] == [300_000]
    assert (ruling.terms["standing_yen"], ruling.terms["revoked_yen"]) == (400_000, 300_000)


def test_a_part_after_the_payment_is_the_next_thing_to_order_back_and_keeps_the_grant_open(
    stage, client
):
    grant = stage(make.make_grant, paid)
    ruling, grant = revoked(grant, kept_yen=400_000)
    official = make.official_actor(grant.ward_id)
    with acting(official):
        (owed,) = owings(grant)
    assert (owed.cause, owed.yen, owed.surcharged) == (f"revocation:{ruling.pk}", 99_000, True)
    with acting(make.SYSTEM):
        # Everything else is settled: what was not ordered back alone keeps it open.
        obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=clock.today())
        Obligation.objects.filter(grant=grant).update(
            status="waived", reason="済", settled_at=clock.now()
        )
        refusal = str(grant_states.GRANT.refusal(grant, "close", make.SYSTEM))
        assert closing.grants_close(actor=make.SYSTEM) == 0
    assert "99,000円" in refusal
    sign_in(client, User.objects.get(pk=official.user_id))
    page = client.get(f"/staff/grants/{grant.receipt_no}/").content.decode()
    assert "一部取消に伴う返還を起案してください" in page
    answer = client.post(
        f"/staff/grants/{grant.receipt_no}/recovery/",
        {"principal_yen": "99000", "surcharged": "on", "reason": "一部取消。", "cause": owed.cause},
    )
    assert answer.status_code == 302
    with acting(official):
        assert owings(grant) == []


def test_what_is_listed_for_several_causes_is_together_no_more_than_was_paid(stage):
    grant = stage(make.make_grant, paid)
    _ruling, grant = revoked(grant, kept_yen=400_000)
    for _number in range(2):
        make_asset(grant, returned_yen=300_000)
    with acting(make.SYSTEM):
        listed = owings(grant)
        assert [item.yen for item in listed] == [99_000, 300_000, 100_000]
        assert "100,000円" in listed[-1].text
    waits = ordering(grant, 300_000)
    # 499,000 yen were paid. The causes ask for 99,000 and twice 300,000, which is more than the
    # 199,000 that an order of 300,000 leaves to be ordered back, before it is approved and after.
    left = grant.paid_yen - 300_000
    with acting(make.SYSTEM):
        assert sum(item.yen for item in owings(grant)) == left == 199_000
    approved(waits)
    with acting(make.SYSTEM):
        # The order names no cause: it counts for the revocation first, the assets ask for the rest.
        assert [item.yen for item in owings(grant)] == [left]


def causes(grant):
    with acting(make.SYSTEM):
        return [(item.cause, item.yen) for item in owings(grant)]


def test_an_order_for_the_second_revocation_leaves_the_first_to_be_ordered(stage):
    grant = stage(make.make_grant, paid)
    first, grant = revoked(grant, kept_yen=400_000)
    second, grant = revoked(grant, kept_yen=100_000)
    assert causes(grant) == [
        (f"revocation:{second.pk}", 300_000),
        (f"revocation:{first.pk}", 99_000),
    ]
    ordered(grant, 300_000, cause=f"revocation:{second.pk}")
    assert causes(grant) == [(f"revocation:{first.pk}", 99_000)]
    ordered(grant, 99_000)
    assert causes(grant) == []


def test_what_an_order_for_a_revocation_left_out_is_not_asked_for_under_another(stage):
    grant = stage(make.make_grant, paid)
    _first, grant = revoked(grant, kept_yen=400_000)
    ordered(grant, 99_000)
    second, grant = revoked(grant, kept_yen=100_000)
    ordered(grant, 200_000, cause=f"revocation:{second.pk}")
    assert causes(grant) == []


def test_an_advance_that_was_ordered_back_is_not_ordered_back_again_with_a_revocation(stage):
    """200,000 yen in advance, 150,000 in the end, of which two revocations leave 60,000."""
    grant = stage(advancing)
    grant = finalised(advanced(grant), net=200_000)
    assert causes(grant) == [("advance", 50_000)]
    ordered(grant, 50_000, surcharged=False, cause="advance")
    _first, grant = revoked(grant, kept_yen=100_000)
    ordered(grant, 50_000)
    second, grant = revoked(grant, kept_yen=60_000)
    assert causes(grant) == [(f"revocation:{second.pk}", 40_000)]


def test_an_order_for_something_else_leaves_the_advance_to_be_ordered_back(stage):
    """200,000 yen in advance, 150,000 in the end, 100,000 after a revocation that is ordered first."""
    grant = stage(advancing)
    grant = finalised(advanced(grant), net=200_000)
    ruling, grant = revoked(grant, kept_yen=100_000)
    ordered(grant, 50_000, cause=f"revocation:{ruling.pk}")
    assert causes(grant) == [("advance", 50_000)]
    ordered(grant, 50_000, surcharged=False, cause="advance")
    assert causes(grant) == []


def test_never_more_than_was_paid_is_ordered_back(stage):
    grant = stage(make.make_grant, paid)
    _ruling, grant = revoked(grant)
    ordered(grant, 400_000)
    with pytest.raises(Refused, match="99,000円"):
        ordered(grant, 99_001)


def test_money_that_comes_back_after_the_years_accounts_is_not_the_calls(stage):
    grant = stage(make.make_grant, paid)
    Call.objects.filter(pk=grant.call_id).update(fiscal_year=2024)
    _ruling, grant = revoked(grant)
    give_back(ordered(grant), 499_149)
    assert columns(grant) == (499_000, 0, 0, 499_000)


@pytest.mark.parametrize("yen", [0, 499_150])
def test_what_comes_back_is_at_most_what_is_owed(stage, yen):
    grant = stage(make.make_grant, paid)
    _ruling, grant = revoked(grant)
    recovery = ordered(grant)
    with pytest.raises(Refused, match="499,149円"):
        give_back(recovery, yen)
    with pytest.raises(Refused, match="納付日"):
        give_back(recovery, 1, clock.today() + dt.timedelta(days=1))


def test_a_return_without_fault_bears_no_surcharge(stage):
    grant = stage(make.make_grant, paid)
    recovery = ordered(grant, 45_363, surcharged=False)
    give_back(recovery, 45_363)
    recovery.refresh_from_db()
    assert recovery.status == money_states.RETURNED
    with pytest.raises(StaleState):
        give_back(recovery, 1)


def test_the_order_freezes_rule_and_receipts(stage):
    grant = stage(make.make_grant, paid)
    terms = ordered(grant).ruling.terms
    assert terms["rule"]["surcharge_rate"] == 1095
    assert terms["received"] == [{"on": Payment.objects.get().paid_on.isoformat(), "yen": 499_000}]


def test_the_same_return_sent_twice_is_counted_once(stage, client):
    grant = stage(make.make_grant, paid)
    revoked(grant)
    recovery = ordered(grant)
    official = make.official_actor(grant.ward_id)
    sign_in(client, User.objects.get(pk=official.user_id))
    page = reverse("grants:recovery", args=[grant.receipt_no])
    assert 'name="seen" value="0"' in client.get(page).content.decode()
    typed = {"recovery": recovery.pk, "yen": "100000", "paid_on": clock.today(), "seen": "0"}
    answers = [client.post(page, typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    text = answers[1].content.decode()
    assert "納付の一覧を確かめてから" in text
    assert 'name="seen" value="1"' in text
    assert [payment.yen for payment in recovery.payments.all()] == [100_000]
    assert columns(grant) == (399_000, 0, 0, 399_000)
