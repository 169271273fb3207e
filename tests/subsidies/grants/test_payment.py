"""請求 and 支払: the account, the money's way, never twice."""

import dataclasses
import datetime as dt

import pytest
from django.db import connection

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, RoleMissing, StaleState
from subsidies import grant_states
from subsidies.grants import kinds, services, states
from subsidies.grants.models import ClaimAccount, Payment
from subsidies.models import Call
from subsidies.services.errors import Incomplete, NotEditable, Refused
from tests.factories import subsidies as make
from tests.factories.programs import MembershipFactory
from tests.subsidies.grants.money import (
    ACCOUNT,
    claim_begun,
    claimed,
    finalised,
    inspected,
    paid,
    reported,
)
from tests.subsidies.grants.people import approved, begun, columns, filed, proposed

pytestmark = pytest.mark.usefixtures("staged")


@pytest.fixture
def grant(stage):
    return stage(make.make_grant)


def pay(grant, paid_on=None, official=None):
    official = official or make.official_actor(grant.ward_id)
    with acting(official):
        return services.payment_record(
            actor=official, grant_id=grant.pk, paid_on=paid_on or clock.today()
        )


def test_the_account_is_kept_as_banks_write_it_and_encrypted(stage):
    grant = stage(make.make_grant, finalised)
    filing, _firm = claim_begun(grant)
    account = ClaimAccount.objects.get(filing=filing)
    assert (account.number, account.holder) == ("1234567", "ｶ)ｼｹﾝ")
    assert account.masked == "墨田銀行 両国支店 普通 ***4567"
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, holder FROM grants_claimaccount")
        number, holder = (bytes(value) for value in cursor.fetchone())
    assert b"1234567" not in number
    assert "ｼｹﾝ".encode() not in holder


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"bank_code": "1"}, "bank_code"),
        ({"branch_code": "12a"}, "branch_code"),
        ({"number": "12345678"}, "number"),
        ({"number": "百万"}, "number"),
        ({"holder": "株式会社試験"}, "holder"),
        ({"holder": "カ）ベツノカイシャ", "explanation": ""}, "explanation"),
        ({"kind": "9"}, "kind"),
        ({"bank_name": " "}, "bank_name"),
        ({"bank_name": "あ" * 61}, "bank_name"),
    ],
)
def test_a_bad_account_says_which_field(stage, changes, field):
    grant = stage(make.make_grant, finalised)
    with pytest.raises(Incomplete) as refused:
        claim_begun(grant, account={**ACCOUNT, **changes})
    assert f"account.{field}" in {problem.anchor for problem in refused.value.problems}
    assert not ClaimAccount.objects.exists()


def test_the_stored_number_stays_where_none_is_typed(stage):
    grant = stage(make.make_grant, finalised)
    filing, firm = claim_begun(grant)
    with acting(firm):
        services.claim_account_save(
            actor=firm, filing_id=filing.pk, **{**ACCOUNT, "number": "", "branch_code": "456"}
        )
    account = ClaimAccount.objects.get()
    assert (account.number, account.branch_code) == ("1234567", "456")


def test_no_claim_without_an_account_and_none_before_the_final_amount(grant):
    assert "claim" not in {kind.code for kind in kinds.fileable(grant)}
    grant = finalised(grant)
    filing = begun(grant, "claim")
    firm = make.owner_of(grant)
    with acting(firm), pytest.raises(Incomplete, match="入力が終わっていない"):
        services.filing_submit(actor=firm, filing_id=filing.pk)


def test_a_submitted_account_does_not_change(stage):
    grant = stage(make.make_grant, finalised)
    filing = claimed(grant)
    firm = make.owner_of(grant)
    with acting(firm), pytest.raises(NotEditable):
        services.claim_account_save(actor=firm, filing_id=filing.pk, **ACCOUNT)


def test_each_look_at_the_account_is_noted(grant):
    filing = claimed(finalised(grant))
    official = make.official_actor(grant.ward_id)
    with acting(official):
        account = services.claim_account_show(actor=official, filing_id=filing.pk)
    assert account.number == "1234567"
    assert AuditRow.objects.get(action="grants.account_viewed").actor_id == official.user_id


def test_the_money_moves_on(stage):
    grant = stage(make.make_grant, paid)
    assert (grant.status, grant.paid_yen) == (grant_states.PAID, 499_000)
    assert columns(grant) == (499_000, 0, 0, 499_000)
    assert grant.filings.get(kind="claim").status == states.ACCEPTED
    payment = Payment.objects.get()
    assert (payment.yen, payment.kind) == (499_000, "final")


def test_nothing_is_paid_twice(stage):
    grant = stage(make.make_grant, paid)
    with pytest.raises(StaleState):
        pay(grant)
    assert columns(grant) == (499_000, 0, 0, 499_000)


@pytest.mark.parametrize("off", [-1, 1])
def test_a_payment_is_dated_between_the_claim_and_today(stage, off):
    grant = stage(make.make_grant, finalised)
    claimed(grant)
    with pytest.raises(Refused, match="支払日"):
        pay(grant, clock.today() + dt.timedelta(days=off))


def test_an_approver_does_not_pay(stage):
    grant = stage(make.make_grant, finalised)
    claimed(grant)
    with pytest.raises(RoleMissing):
        pay(grant, official=make.official_actor(grant.ward_id, Role.APPROVER))


def test_a_returned_claim_is_mended_and_comes_again(stage):
    grant = stage(make.make_grant, finalised)
    filing = claimed(grant)
    official = make.official_actor(grant.ward_id)
    with acting(official):
        services.filing_return(actor=official, filing_id=filing.pk, reason="口座番号が違う。")
    grant.refresh_from_db()
    assert grant.status == grant_states.FINALISED
    firm = make.owner_of(grant)
    with acting(firm):
        services.claim_account_save(
            actor=firm, filing_id=filing.pk, **{**ACCOUNT, "number": "7654321"}
        )
        services.filing_submit(actor=firm, filing_id=filing.pk)
    pay(grant)
    digests = {row.payload["record"]["account_digest"] for row in filing.versions.all()}
    assert len(digests) == 2


def test_many_at_once_and_one_that_is_refused_stops_nobody():
    call = make.make_call()
    good = [make.make_grant(call=call) for _number in range(2)]
    for grant in good:
        finalised(grant)
        claimed(grant)
    bad = make.make_grant(call=call)
    official = make.official_actor()
    with acting(official):
        found = services.payments_record(
            actor=official,
            grant_ids=[good[0].pk, bad.pk, good[1].pk, good[0].pk, 10**9],
            paid_on=clock.today(),
        )
    assert [bool(item.refusal) for item in found] == [False, True, False]
    assert columns(good[0]) == (3 * 499_000, 499_000, 0, 2 * 499_000)


def test_an_uninspected_report_cannot_be_claimed(stage):
    filing = stage(make.make_grant, reported)
    grant = filing.grant
    inspected(filing)
    assert "claim" not in {kind.code for kind in kinds.fileable(grant)}


def test_nobody_pays_or_receives_in_their_own_cause(stage):
    grant = stage(make.make_grant, finalised)
    claimed(grant)
    official = make.official_actor(grant.ward_id)
    MembershipFactory(firm=grant.firm, user=User.objects.get(pk=official.user_id))
    with pytest.raises(GuardFailed, match="その企業の案件を処理できません"):
        pay(grant, official=official)
    with acting(official):
        (outcome,) = services.payments_record(
            actor=official, grant_ids=[grant.pk], paid_on=clock.today()
        )
    assert "その企業の案件を処理できません" in outcome.refusal
    assert not Payment.objects.exists()
    other = make.make_grant(firm=grant.firm)
    withdrawal = filed(other, "withdrawal", why="生産終了。")
    with acting(official), pytest.raises(GuardFailed, match="その企業の案件"):
        services.filing_accept(actor=official, filing_id=withdrawal.pk)
    pay(grant)


def test_after_the_books_are_closed_a_payment_needs_the_reason_of_a_later_year(grant):
    """出納閉鎖 is 31 May after the year of the budget; later it is 過年度支出."""
    grant = finalised(grant)
    claimed(grant)
    with acting(make.SYSTEM):
        year = clock.fiscal_year(clock.today()) - 2
        Call.objects.filter(pk=grant.call_id).update(fiscal_year=year)
    with pytest.raises(Refused, match=r"5月31日に閉鎖.*過年度支出の理由"):
        pay(grant)
    assert columns(grant) == (499_000, 0, 499_000, 0)
    official = make.official_actor(grant.ward_id)
    with acting(official):
        (outcome,) = services.payments_record(
            actor=official,
            grant_ids=[grant.pk],
            paid_on=clock.today(),
            late_reason=" 口座の誤りで戻ったため。 ",
        )
    assert outcome.refusal == ""
    assert columns(grant) == (499_000, 0, 0, 499_000)
    with acting(make.SYSTEM):
        row = AuditRow.objects.filter(action__endswith=".pay").latest("pk")
        assert row.reason == "口座の誤りで戻ったため。"


def test_who_pays_only_as_a_deputy_has_the_own_cause_of_the_absent(grant):
    """As a deputy of somebody of the firm; a reviewer of their own right goes on."""
    grant = finalised(grant)
    claimed(grant)
    official = make.official_actor(grant.ward_id)
    absent = User.objects.get(pk=make.owner_of(grant).user_id)
    deputy = dataclasses.replace(official, on_behalf_of=((absent.pk, absent.name),))
    borrowed = dataclasses.replace(deputy, lent=frozenset({Role.REVIEWER}))
    with pytest.raises(GuardFailed, match="その企業の案件を処理できません"):
        pay(grant, official=borrowed)
    pay(grant, official=deputy)


def test_a_deputy_does_not_approve_what_the_absent_prepared(grant):
    filing = reported(grant)
    inspected(filing)
    ruling = proposed(filing)
    deputy = make.official_actor(grant.ward_id, Role.APPROVER)
    deputy = dataclasses.replace(deputy, on_behalf_of=((ruling.prepared_by_id, "不在"),))
    with acting(deputy), pytest.raises(GuardFailed, match="起案した人"):
        services.ruling_approve(actor=deputy, ruling_id=ruling.pk)
    approved(ruling)
