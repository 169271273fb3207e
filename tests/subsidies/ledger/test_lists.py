"""Lists that have a file of their own: budgets, the order of arrival, payments, the ranking."""

import csv
import io

import pytest

from portal.accounts.models import User
from portal.kernel import clock
from subsidies.models import Call
from tests.factories import selection as build
from tests.factories import subsidies as make
from tests.factories.programs import OTA
from tests.subsidies.grants.money import paid
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


def rows_of(client, path, **query):
    answer = client.get(f"/exports/{path}.csv", query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def official(client):
    actor = make.official_actor()
    sign_in(client, User.objects.get(pk=actor.user_id))
    return actor


def test_the_budgets_of_a_year_and_the_order_of_arrival(client, official):
    call = make.make_call(budget_yen=900_000)
    make.make_grant(call=call)
    first, second = (make.make_submitted(call=call) for _ in range(2))
    make.make_call(ward=OTA)
    (row,) = rows_of(client, "budgets", year=call.fiscal_year)
    assert row["制度"] == call.version.scheme.name
    found = [row[name] for name in ("予算額（円）", "申請中（円）", "決定（円）")]
    assert found == ["900000", "998000", "499000"]
    assert rows_of(client, "budgets", year=2019) == []
    arrivals = rows_of(client, "arrivals", call=call.pk)
    assert [row["受付番号"] for row in arrivals] == [first.receipt_no, second.receipt_no]
    assert {row["予算"] for row in arrivals} == {"予算待ち"}
    assert rows_of(client, "arrivals") == []
    for page in (f"/staff/budgets/?year={call.fiscal_year}", f"/staff/calls/{call.pk}/"):
        shown = client.get(page).content.decode()
        assert "/exports/commitments.csv" in shown
    assert f"/exports/arrivals.csv?call={call.pk}" in shown


def test_what_was_paid(client, official):
    grant = paid(make.make_grant())
    (row,) = rows_of(client, "payments")
    assert row["受付番号"] == grant.receipt_no
    assert (row["支払額（円）"], row["支払日"]) == ("499000", clock.today().isoformat())
    assert "/exports/payments.csv" in client.get("/staff/payments/?tab=done").content.decode()


def test_the_ranking_before_anything_is_proposed(client, official):
    call = build.make_scored().call
    found = rows_of(client, "ranking", call=call.pk)
    assert [row["順位"] for row in found] == ["1", "2", "3", ""]
    assert [row["結果"] for row in found] == ["採択", "採択", "採択", "不採択"]
    assert rows_of(client, "ranking", call="x") == []
    other = make.official_actor(OTA)
    sign_in(client, User.objects.get(pk=other.user_id))
    assert rows_of(client, "ranking", call=call.pk) == []
    assert Call.objects.filter(pk=call.pk).exists()
