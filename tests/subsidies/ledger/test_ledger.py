"""補助金台帳: what a row says, that its columns are the budget's, and who may have it."""

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.db.models import F, Sum
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from subsidies import services, states
from subsidies.ledger import selectors
from subsidies.ledger.report import COLUMNS
from subsidies.ledger.selectors import LedgerFilters
from subsidies.models import Application, Call, Grant
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA
from tests.support.people import assign, make_person, sign_in

pytestmark = pytest.mark.usefixtures("as_built")

PAGE = "/staff/ledger/"
CSV_FILE = "/exports/subsidy-ledger.csv"


@pytest.fixture(scope="module")
def world(kept_database):
    """墨田区: a grant, an open application, a refusal and a draft; 大田区: a grant."""
    call = make.make_call(budget_yen=5_000_000)
    grant = make.make_grant(call=call, firm=make.make_firm(name="=HYPERLINK(1)精機"))
    waiting = make.make_proposed(call=call)
    refused = make.make_proposed(call=call, outcome="refuse")
    approver = make.official_actor(SUMIDA, Role.APPROVER)
    with acting(approver):
        services.decision_approve(actor=approver, application_id=refused.pk)
    make.make_draft(make.firm_actor(make.make_firm()), call)
    other = make.make_grant(call=make.make_call(ward=OTA))
    return {
        "call": call,
        "grant": grant,
        "waiting": waiting,
        "refused": refused,
        "other": other,
        "official": make.official_actor(SUMIDA),
    }


def signed_in(client, actor):
    sign_in(client, User.objects.get(pk=actor.user_id))
    return client


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_tells_the_case_from_application_to_decision(world, client):
    client = signed_in(client, world["official"])
    found = {row["受付番号"]: row for row in rows_of(client.get(CSV_FILE))}
    grant = world["grant"]
    assert len(found) == 3
    row = found[grant.receipt_no]
    assert row["申請者"] == "'=HYPERLINK(1)精機"
    assert row["法人番号"] == grant.firm.corporate_number
    assert row["交付申請額（円）"] == "499000"
    assert row["当初の交付決定額（円）"] == row["予算の決定（円）"] == "499000"
    assert row["決定日"] == grant.decided_on.isoformat()
    assert row["決定の文書番号"] == grant.application.decision.document_no
    assert row["補助事業の状態"] == "事業実施中"
    assert row["予算の申請中（円）"] == row["予算の支払（円）"] == "0"
    # What is only proposed is not decided, whatever the amount in the 起案.
    waiting = found[world["waiting"].receipt_no]
    assert (waiting["決定の区分"], waiting["当初の交付決定額（円）"]) == ("", "")
    assert waiting["予算の申請中（円）"] == "499000"
    refused = found[world["refused"].receipt_no]
    assert (refused["決定の区分"], refused["予算の申請中（円）"]) == ("不交付", "0")
    row = AuditRow.objects.get(action="export.taken")
    assert row.detail["rows"] == 3


def test_the_columns_add_up_to_the_calls(world):
    with acting(make.SYSTEM):
        entries = list(selectors.ledger_entries(make.SYSTEM, LedgerFilters()))
        for call in Call.objects.annotate(held=F("decided_yen") + F("final_yen") + F("paid_yen")):
            numbers = set(
                Application.objects.filter(call=call).values_list("receipt_no", flat=True)
            )
            own = [entry for entry in entries if entry["receipt_no"] in numbers]
            for column in ("decided", "final", "paid"):
                total = sum(entry[f"{column}_column"] for entry in own)
                assert total == getattr(call, f"{column}_yen")
            assert call.held == call.committed_yen
        totals = selectors.totals(make.SYSTEM, LedgerFilters())
    assert totals.count == len(entries) == 4
    assert totals.decided_yen == sum(entry["decided_column"] for entry in entries) == 998_000
    assert totals.open_yen == sum(entry["open_column"] for entry in entries) == 499_000


def test_the_screen_and_the_workbook_say_the_same(world, client):
    client = signed_in(client, world["official"])
    page = client.get(PAGE, {"state": "granted"}).content.decode()
    assert "1件の合計" in page
    assert world["grant"].receipt_no in page
    assert world["waiting"].receipt_no not in page
    assert "/exports/subsidy-ledger.xlsx?state=granted" in page
    answer = client.get("/exports/subsidy-ledger.xlsx?state=granted")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    head, row = sheet.iter_rows(values_only=True)
    assert list(head) == [str(column.label) for column, _value in COLUMNS]
    found = dict(zip(head, row, strict=True))
    assert found["当初の交付決定額（円）"] == 499_000
    assert found["申請者"] == "'=HYPERLINK(1)精機"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"state": "open"}, 1),
        ({"state": "granted"}, 1),
        ({"state": "refused"}, 1),
        ({"state": "in_progress"}, 1),
        ({"state": "paid"}, 0),
        ({"state": "withdrawn"}, 0),
        ({"year": "2019"}, 0),
        ({"year": "twenty"}, 3),
        ({"state": "nonsense"}, 3),
        ({"q": "HYPERLINK"}, 1),
        ({"q": "\x00"}, 3),
        ({"ward": str(OTA)}, 0),
        ({"scheme": "none"}, 0),
    ],
)
def test_the_address_filters(world, query, count):
    official = world["official"]
    with acting(official):
        rows = selectors.ledger(official, LedgerFilters.read(query))
        assert rows.count() == count


def test_each_sees_their_own_wards(world, client):
    signed_in(client, world["official"])
    assert world["other"].receipt_no not in client.get(PAGE).content.decode()
    client.logout()
    sign_in(client, assign(make_person("a@example.jp"), Role.AUDITOR))
    page = client.get(PAGE).content.decode()
    assert world["other"].receipt_no in page
    assert world["grant"].receipt_no in page
    only = client.get(PAGE, {"ward": OTA}).content.decode()
    assert world["grant"].receipt_no not in only


def test_the_net_alone_hides_other_wards(world, monkeypatch):
    official = world["official"]
    monkeypatch.setattr(
        selectors.policies, "visible_applications", lambda _actor: Application.objects.all()
    )
    with acting(official):
        entries = list(selectors.ledger_entries(official, LedgerFilters()))
    assert {entry["ward_id"] for entry in entries} == {SUMIDA}


def test_more_rows_ask_no_more_questions(world):
    official = world["official"]

    def asked():
        with (
            acting(official),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            count = len(list(selectors.ledger_entries(official, LedgerFilters())))
        return count, len(queries)

    before = asked()
    for _number in range(3):
        make.make_row(
            call=world["call"],
            firm=make.make_firm(),
            creator_id=official.user_id,
            status=states.SUBMITTED,
            requested_yen=1,
        )
    after = asked()
    assert (after[0], after[1]) == (before[0] + 3, before[1])


def test_a_settled_and_paid_grant_stands_in_its_column(world):
    grant = world["grant"]
    from subsidies.models import BudgetEntry
    from subsidies.services import budget

    column = BudgetEntry.Column
    with acting(make.SYSTEM):
        for source, target, kind in (
            (column.DECIDED, column.FINAL, "final"),
            (column.FINAL, column.PAID, "pay"),
        ):
            budget.move(grant.application, 499_000, source=source, target=target, kind=kind)
        totals = selectors.totals(make.SYSTEM, LedgerFilters(ward_id=SUMIDA))
        assert (totals.decided_yen, totals.final_yen, totals.paid_yen) == (0, 0, 499_000)
        held = Grant.objects.filter(ward_id=SUMIDA).aggregate(Sum("call__paid_yen"))
        assert held["call__paid_yen__sum"] == 499_000
