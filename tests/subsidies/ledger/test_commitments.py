"""支出負担行為: one line for each act that binds money or sets it free; together what is committed."""

import csv
import io

import pytest

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.database import acting
from subsidies.ledger import commitments, selectors
from subsidies.ledger.commitments import CommitmentFilters
from subsidies.ledger.selectors import LedgerFilters
from subsidies.models import Call, Grant
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.subsidies.grants.money import finalised, paid
from tests.subsidies.grants.people import approved, filed, proposed
from tests.subsidies.grants.taking_back import ordered, revoked
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db

FILE = "/exports/commitments.csv"
LINE = "一般会計 産業経済費 商工費 18節"
SMALLER = {
    "why": "価格の変更。",
    "purpose": "no",
    "lines": [{"category": "software", "description": "日報システム", "unit_price": "400000"}],
}


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def grant_of(call):
    return make.make_grant(call=call)


@pytest.fixture
def call():
    call = make.make_call()
    Call.objects.filter(pk=call.pk).update(budget_line=LINE)
    return call


def test_decision_change_and_revocation_are_lines_with_their_letters(call, client):
    grant = grant_of(call)
    change = approved(proposed(filed(grant, "change", **SMALLER)))
    grant.refresh_from_db()
    revocation, _grant = revoked(grant)
    official = make.official_actor()
    sign_in(client, User.objects.get(pk=official.user_id))
    found = rows_of(client.get(FILE, {"call": call.pk}))
    assert [(row["区分"], row["金額（円）"]) for row in found] == [
        ("交付決定", "499000"),
        ("変更（減額）", "-199000"),
        ("取消", "-300000"),
    ]
    assert [row["文書番号"] for row in found] == [
        grant.application.decision.document_no,
        change.document_no,
        revocation.document_no,
    ]
    first = found[0]
    assert first["予算科目"] == LINE
    assert first["債権者"] == grant.firm_name
    assert first["法人番号"] == grant.firm.corporate_number
    assert first["決定日"] == grant.decided_on.isoformat()
    assert rows_of(client.get(FILE, {"year": "2019"})) == []
    day = clock.today().isoformat()
    assert len(rows_of(client.get(FILE, {"since": day, "until": day}))) == 3
    assert rows_of(client.get(FILE, {"until": "2020-01-01"})) == []


def test_the_lines_of_a_call_add_up_to_what_it_has_committed(call):
    finalised(grant_of(call), net=500_000)
    paid(grant_of(call))
    revoked(grant_of(call))
    with acting(make.SYSTEM):
        found = list(commitments.lines(make.SYSTEM, CommitmentFilters(call_id=call.pk)))
        call.refresh_from_db()
        assert sum(row["yen"] for row in found) == call.committed_yen > 0


def test_another_ward_has_no_line_of_it(call):
    grant_of(call)
    other = make.official_actor(OTA)
    with acting(other):
        assert not commitments.lines(other, CommitmentFilters()).exists()


def test_the_ledger_lets_an_auditor_work_out_the_amounts(call):
    grant = paid(grant_of(call))
    revocation, _grant = revoked(grant, kept_yen=100_000)
    ordered(Grant.objects.get(pk=grant.pk), yen=399_000)
    with acting(make.SYSTEM):
        (row,) = selectors.ledger_entries(make.SYSTEM, LedgerFilters())
    decision = grant.application.decision
    assert row["eligible_yen"] == decision.calculation["eligible_yen"]
    assert (row["rate"], row["cap_yen"]) == (
        decision.conditions["rate"],
        decision.conditions["cap_yen"],
    )
    assert row["final_eligible_yen"] == 665_999
    assert (row["revoked_no"], row["revoked_yen"]) == (revocation.document_no, 399_000)
    assert (row["ordered_yen"], row["returned_yen"]) == (399_000, 0)
