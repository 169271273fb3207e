"""概算払: up to the scheme's part of what is decided now, settled with the final amount."""

import datetime as dt

import pytest

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.transitions import TransitionRefused
from portal.letters.models import Letter
from portal.notices.models import Notice
from subsidies.grants import kinds, reports, services
from subsidies.grants.models import Filing, Payment
from subsidies.services.errors import Incomplete, Refused
from tests.factories import subsidies as make
from tests.subsidies.grants.money import (
    advanced,
    advancing,
    claimed,
    finalised,
)
from tests.subsidies.grants.people import approved, columns, filed, proposed
from tests.subsidies.grants.taking_back import ordered
from tests.subsidies.grants.test_letters import deliver, text_of
from tests.support.people import sign_in

pytestmark = pytest.mark.usefixtures("staged")


@pytest.fixture
def grant(stage):
    return stage(advancing)


def lowered(grant):
    """The grant after a change of the plan that leaves 150,000 yen of the decision."""
    lines = [{"category": "software", "description": "日報", "unit_price": "200000"}]
    lower = {"why": "台数を減らすため。", "purpose": "no", "lines": lines}
    approved(proposed(filed(grant, "change", **lower)))
    grant.refresh_from_db()
    assert grant.decided_yen == 150_000
    return grant


def test_only_where_the_scheme_allows_it():
    assert "advance" not in {kind.code for kind in kinds.fileable(make.make_grant())}


def test_up_to_the_schemes_part(grant):
    with pytest.raises(Incomplete) as refused:
        claimed(grant, "advance", wanted_yen="249501", why="前払いのため。")
    assert "249,500円" in refused.value.problems[0].text


def test_it_is_settled_at_the_end(grant):
    grant = advanced(grant)
    assert columns(grant) == (499_000, 299_000, 0, 200_000)
    grant = finalised(grant, net=600_000)
    assert columns(grant) == (450_000, 0, 250_000, 200_000)
    claimed(grant)
    official = make.official_actor(grant.ward_id)
    with acting(official):
        services.payment_record(actor=official, grant_id=grant.pk, paid_on=clock.today())
    grant.refresh_from_db()
    assert (grant.status, grant.paid_yen) == ("paid", 450_000)
    assert columns(grant) == (450_000, 0, 0, 450_000)


def test_more_than_the_final_amount_leaves_nothing_to_claim(grant):
    grant = finalised(advanced(grant), net=200_000)
    assert (grant.status, grant.final_yen, grant.paid_yen) == ("paid", 150_000, 200_000)
    assert columns(grant) == (200_000, 0, 0, 200_000)


def test_the_firm_has_it_in_a_numbered_letter_and_a_notice(grant, client):
    grant = advanced(grant)
    Notice.objects.all().delete()
    for _ in range(2):
        deliver("subsidies.advance_paid")
    payment = Payment.objects.get(grant=grant, kind="advance")
    letter = Letter.objects.get(key=f"payment:{payment.pk}")
    assert letter.document_no
    found = text_of(payment.letter)
    for part in (letter.document_no, "概算払により", "200,000円", "***4567", "精算します"):
        assert part in found, part
    told = Notice.objects.filter(subject__startswith="概算払が支払われました")
    assert told.count() == grant.firm.memberships.count()
    sign_in(client, User.objects.get(pk=make.owner_of(grant).user_id))
    page = client.get(f"/filings/{payment.filing.public_id}/claim/").content.decode()
    address = f"/grants/files/{payment.letter_id}/"
    assert address in page
    assert client.get(address).status_code == 200


def test_an_approved_one_stands_in_the_payments_list(grant):
    filing = claimed(grant, "advance", wanted_yen="200000", why="前払いのため。")
    approved(proposed(filing))
    official = make.official_actor(grant.ward_id)
    with acting(official):
        (row,) = reports.PAYABLE.rows(official, {})
    assert (row[0], row[6], row[-1]) == (grant.receipt_no, 200_000, "概算払")


def test_what_it_paid_too_much_is_the_next_thing_to_order_back(grant, client):
    grant = finalised(advanced(grant), net=200_000)
    official = make.official_actor(grant.ward_id)
    sign_in(client, User.objects.get(pk=official.user_id))
    page = client.get(f"/staff/grants/{grant.receipt_no}/").content.decode()
    assert "概算払の精算：返還を起案してください" in page
    assert "50,000円" in page
    order = client.get(f"/staff/grants/{grant.receipt_no}/recovery/").content.decode()
    assert 'value="50000"' in order or 'value="50,000"' in order
    assert ordered(grant, 50_000, surcharged=False).principal_yen == 50_000
    page = client.get(f"/staff/grants/{grant.receipt_no}/").content.decode()
    assert "企業の返還を待っています" in page


def test_one_of_another_decided_amount_is_not_paid_and_is_claimed_anew(grant):
    """A change that lowers the decision after the ruling: the old advance is above its part."""
    filing = claimed(grant, "advance", wanted_yen="249500", why="前払いのため。")
    approved(proposed(filing))
    grant = lowered(grant)
    official = make.official_actor(grant.ward_id)
    with acting(official):
        assert list(reports.PAYABLE.rows(official, {})) == []
        with pytest.raises(Refused, match="請求し直し"):
            services.advance_record(actor=official, grant_id=grant.pk, paid_on=clock.today())
    assert columns(grant) == (150_000, 150_000, 0, 0)
    again = claimed(grant, "advance", wanted_yen="75000", why="前払いのため。")
    approved(proposed(again))
    with acting(official):
        services.advance_record(actor=official, grant_id=grant.pk, paid_on=clock.today())
    assert columns(grant) == (150_000, 75_000, 0, 75_000)


def test_a_claim_from_before_the_decision_fell_is_not_approved(grant, client):
    filing = claimed(grant, "advance", wanted_yen="75001", why="前払いのため。")
    lowered(grant)
    with pytest.raises(Refused, match="75,000円"):
        approved(proposed(filing))
    ruling = filing.rulings.get()
    official = make.official_actor(grant.ward_id, Role.APPROVER)
    with acting(official):
        services.ruling_send_back(actor=official, ruling_id=ruling.pk, reason="上限を超える。")
    sign_in(client, User.objects.get(pk=make.official_actor(grant.ward_id).user_id))
    page = client.get(f"/staff/filings/{filing.public_id}/claim/").content.decode()
    assert "概算払の上限（75,000円）を超えています" in page
    assert "起案する" not in page


def test_it_is_not_dated_before_its_ruling(grant):
    filing = claimed(grant, "advance", wanted_yen="200000", why="前払いのため。")
    yesterday = clock.today() - dt.timedelta(days=1)
    with acting(make.SYSTEM):
        Filing.objects.filter(pk=filing.pk).update(submitted_at=clock.now() - dt.timedelta(days=2))
    approved(proposed(Filing.objects.get(pk=filing.pk)))
    official = make.official_actor(grant.ward_id)
    with acting(official), pytest.raises(Refused, match="決裁した日から"):
        services.advance_record(actor=official, grant_id=grant.pk, paid_on=yesterday)


def test_it_is_paid_once(grant):
    grant = advanced(grant)
    official = make.official_actor(grant.ward_id)
    with acting(official), pytest.raises(TransitionRefused):
        services.advance_record(actor=official, grant_id=grant.pk, paid_on=clock.today())


def test_a_change_or_an_end_leaves_what_was_paid(grant):
    grant = advanced(grant)
    from tests.subsidies.grants.people import filed

    filing = filed(grant, "cancellation", why="やめる。", state="未発注。")
    approved(proposed(filing))
    grant.refresh_from_db()
    assert (grant.status, columns(grant)) == ("cancelled", (200_000, 0, 0, 200_000))
