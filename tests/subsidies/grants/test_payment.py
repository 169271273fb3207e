"""請求 and 支払: the account, the money's way, never twice; 概算払 and its settlement."""

import dataclasses
import datetime as dt

import pytest
from django.db import connection

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.kernel.transitions import GuardFailed, RoleMissing, StaleState, TransitionRefused
from portal.letters.models import Letter
from portal.notices.models import Notice
from subsidies import grant_states
from subsidies.grants import kinds, reports, services, states
from subsidies.grants.models import ClaimAccount, Filing, Payment
from subsidies.models import Call, Grant
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
from tests.subsidies.grants.test_letters import deliver, text_of
from tests.subsidies.grants.test_revocation import ordered
from tests.support.people import sign_in

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


def advancing():
    """A grant of a scheme that pays half before the end."""
    rules = make.rules_json("DX1", advance_payment=True, advance_percent=50)
    return make.make_grant(call=make.make_call(rules=rules))


class TestAdvance:
    @pytest.fixture
    def grant(self, stage):
        return stage(advancing)

    def advanced(self, grant, yen="200000"):
        filing = claimed(grant, "advance", wanted_yen=yen, why="前払いのため。")
        approved(proposed(filing))
        official = make.official_actor(grant.ward_id)
        with acting(official):
            services.advance_record(actor=official, grant_id=grant.pk, paid_on=clock.today())
        return Grant.objects.get(pk=grant.pk)

    def lowered(self, grant):
        """The grant after a change of the plan that leaves 150,000 yen of the decision."""
        lines = [{"category": "software", "description": "日報", "unit_price": "200000"}]
        lower = {"why": "台数を減らすため。", "purpose": "no", "lines": lines}
        approved(proposed(filed(grant, "change", **lower)))
        grant.refresh_from_db()
        assert grant.decided_yen == 150_000
        return grant

    def test_only_where_the_scheme_allows_it(self):
        assert "advance" not in {kind.code for kind in kinds.fileable(make.make_grant())}

    def test_up_to_the_schemes_part(self, grant):
        with pytest.raises(Incomplete) as refused:
            claimed(grant, "advance", wanted_yen="249501", why="前払いのため。")
        assert "249,500円" in refused.value.problems[0].text

    def test_it_is_settled_at_the_end(self, grant):
        grant = self.advanced(grant)
        assert columns(grant) == (499_000, 299_000, 0, 200_000)
        grant = finalised(grant, net=600_000)
        assert columns(grant) == (450_000, 0, 250_000, 200_000)
        claimed(grant)
        pay(grant)
        grant.refresh_from_db()
        assert (grant.status, grant.paid_yen) == ("paid", 450_000)
        assert columns(grant) == (450_000, 0, 0, 450_000)

    def test_more_than_the_final_amount_leaves_nothing_to_claim(self, grant):
        grant = finalised(self.advanced(grant), net=200_000)
        assert (grant.status, grant.final_yen, grant.paid_yen) == ("paid", 150_000, 200_000)
        assert columns(grant) == (200_000, 0, 0, 200_000)

    def test_the_firm_has_it_in_a_numbered_letter_and_a_notice(self, grant, client):
        grant = self.advanced(grant)
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

    def test_an_approved_one_stands_in_the_payments_list(self, grant):
        filing = claimed(grant, "advance", wanted_yen="200000", why="前払いのため。")
        approved(proposed(filing))
        official = make.official_actor(grant.ward_id)
        with acting(official):
            (row,) = reports.PAYABLE.rows(official, {})
        assert (row[0], row[6], row[-1]) == (grant.receipt_no, 200_000, "概算払")

    def test_what_it_paid_too_much_is_the_next_thing_to_order_back(self, grant, client):
        grant = finalised(self.advanced(grant), net=200_000)
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

    def test_one_of_another_decided_amount_is_not_paid_and_is_claimed_anew(self, grant):
        """A change that lowers the decision after the ruling: the old advance is above its part."""
        filing = claimed(grant, "advance", wanted_yen="249500", why="前払いのため。")
        approved(proposed(filing))
        grant = self.lowered(grant)
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

    def test_a_claim_from_before_the_decision_fell_is_not_approved(self, grant, client):
        filing = claimed(grant, "advance", wanted_yen="75001", why="前払いのため。")
        self.lowered(grant)
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

    def test_it_is_not_dated_before_its_ruling(self, grant):
        filing = claimed(grant, "advance", wanted_yen="200000", why="前払いのため。")
        yesterday = clock.today() - dt.timedelta(days=1)
        with acting(make.SYSTEM):
            Filing.objects.filter(pk=filing.pk).update(
                submitted_at=clock.now() - dt.timedelta(days=2)
            )
        approved(proposed(Filing.objects.get(pk=filing.pk)))
        official = make.official_actor(grant.ward_id)
        with acting(official), pytest.raises(Refused, match="決裁した日から"):
            services.advance_record(actor=official, grant_id=grant.pk, paid_on=yesterday)

    def test_it_is_paid_once(self, grant):
        grant = self.advanced(grant)
        official = make.official_actor(grant.ward_id)
        with acting(official), pytest.raises(TransitionRefused):
            services.advance_record(actor=official, grant_id=grant.pk, paid_on=clock.today())

    def test_a_change_or_an_end_leaves_what_was_paid(self, grant):
        grant = self.advanced(grant)
        from tests.subsidies.grants.people import filed

        filing = filed(grant, "cancellation", why="やめる。", state="未発注。")
        approved(proposed(filing))
        grant.refresh_from_db()
        assert (grant.status, columns(grant)) == ("cancelled", (200_000, 0, 0, 200_000))


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
