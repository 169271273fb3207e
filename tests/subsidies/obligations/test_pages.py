"""The pages: the ward's list and months, one obligation, the hand-over, the calendar feed, the firm's."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from subsidies.models import Application
from subsidies.obligations import services, states
from subsidies.obligations.models import Feed, Obligation
from tests.factories import subsidies as make
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
TODAY = clock.today()


@pytest.fixture
def grant():
    return owed(make.make_grant())


def owed(grant):
    with acting(make.SYSTEM):
        services.obligations_sync(actor=make.SYSTEM, grant_id=grant.pk, on=TODAY)
    return grant


@pytest.fixture
def row(grant):
    return Obligation.objects.get(grant=grant)


@pytest.fixture
def reviewer(grant):
    return make.official_actor()


def text(response):
    return response.content.decode()


def test_the_list_shows_the_day_and_that_nobody_is_in_charge(reviewer, row):
    page = client_of(reviewer).get(reverse("obligations:calendar"))
    assert row.firm_name in text(page)
    assert "担当者なし（区の管理者が対応）" in text(page)
    assert "?owner=" not in text(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=completion_report", True),
        ("kind=effect_report", False),
        ("owner=none", True),
        ("owner=me", False),
        ("due=overdue", False),
        ("status=done", False),
        ("status=any", True),
        ("q=存在しない会社", False),
        (f"month={make.YEAR_END:%Y-%m}", True),
        (f"month={make.YEAR_END.year}-04", False),
        ("month=いつか&kind=？&owner=9999999999999999999999&due=x", True),
        ("q=%00", True),
    ],
)
def test_conditions_are_in_the_address(reviewer, row, query, found):
    Obligation.objects.update(due_on=make.YEAR_END)
    page = client_of(reviewer).get(reverse("obligations:calendar") + f"?{query}")
    assert page.status_code == 200
    assert (f"/staff/obligations/{row.pk}/" in text(page)) is found


def test_a_page_costs_the_same_however_many_rows(reviewer, row, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(reviewer)
    address = reverse("obligations:calendar")
    client.get(address)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        counts.append(len(queries))
        copies = [
            Obligation(
                grant_id=row.grant_id,
                ward_id=row.ward_id,
                firm_id=row.firm_id,
                kind="effect_report",
                number=number,
                due_on=row.due_on,
                firm_name=row.firm_name,
                receipt_no=row.receipt_no,
            )
            for number in range(1, 30)
        ]
        Obligation.objects.bulk_create(copies, ignore_conflicts=True)
    assert counts[0] == counts[1]


def test_a_record_needs_its_reason_and_keeps_what_was_typed(reviewer, row):
    client = client_of(reviewer)
    address = reverse("obligations:settle", args=[row.pk, "record"])
    page = client.post(address, {"reason": ""})
    assert page.status_code == 422
    assert "「理由」" in text(page)
    long = client.post(address, {"reason": "あ" * 401})
    assert "あ" * 401 in text(long)
    assert client.post(address, {"reason": "窓口で紙の報告書を受領した。"}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.settled_by_id) == (states.DONE, reviewer.user_id)
    assert "窓口で紙の報告書" in text(client.get(reverse("obligations:item", args=[row.pk])))
    assert AuditRow.objects.filter(action="obligations.viewed", object_id=str(row.pk)).exists()


def test_a_stale_tab_is_told_so(reviewer, row):
    client = client_of(reviewer)
    address = reverse("obligations:settle", args=[row.pk, "record"])
    client.post(address, {"reason": "受領"})
    page = client.post(address, {"reason": "受領"}, follow=True)
    assert "開き直して" in text(page)
    assert AuditRow.objects.filter(action="obligations.obligation.record").count() == 1


def test_one_is_handed_over_with_its_reason(reviewer, row):
    other = make.official_actor()
    client = client_of(reviewer)
    address = reverse("obligations:settle", args=[row.pk, "hand"])
    assert client.post(address, {"to": "999", "reason": "異動"}).status_code == 422
    assert client.post(address, {"to": other.user_id, "reason": "異動"}).status_code == 302
    row.refresh_from_db()
    assert row.owner_id == other.user_id


def test_the_hand_over_page_takes_everything_of_who_left(reviewer, grant, row):
    gone = make.official_actor()
    Obligation.objects.update(owner_id=gone.user_id)
    waiting = make.make_submitted(call=grant.call)
    Application.objects.filter(pk=waiting.pk).update(assignee_id=gone.user_id)
    Assignment.objects.filter(user_id=gone.user_id).update(valid_to=TODAY - dt.timedelta(days=1))
    client = client_of(reviewer)
    address = reverse("obligations:handover") + f"?person={gone.user_id}"
    page = text(client.get(address))
    assert "（いまは役割なし）" in page
    assert row.receipt_no in page
    assert waiting.receipt_no in page
    done = client.post(address, {"to": reviewer.user_id, "reason": "4月の異動"}, follow=True)
    assert "義務1件を引き継ぎました。" in text(done)
    assert "申請1件を引き継ぎました。" in text(done)
    assert "未了の義務はありません。" in text(done)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("code", "query"), [("obligations", "kind=completion_report"), ("handover", "person=")]
)
def test_lists_are_taken_away(reviewer, row, code, query, file_format):
    address = reverse("exports:file", args=[code, file_format]) + f"?{query}"
    answer = client_of(reviewer).get(address)
    body = b"".join(answer.streaming_content)
    if file_format == "csv":
        assert row.receipt_no in body.decode("utf-8-sig")
    else:
        import io

        import openpyxl

        sheet = openpyxl.load_workbook(io.BytesIO(body)).active
        cells = [cell for line in sheet.iter_rows(values_only=True) for cell in line]
        assert row.receipt_no in cells


def secret_of(client):
    page = text(client.post(reverse("obligations:feed")))
    return page.split("/calendar/")[1].split(".ics")[0]


def test_the_feed_tells_days_and_no_names(reviewer, row):
    secret = secret_of(client_of(reviewer))
    answer = Client().get(reverse("obligations:ics", args=[secret]))
    body = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert f"DTSTART;VALUE=DATE:{row.due_on:%Y%m%d}" in body
    assert row.firm_name not in body
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    assert secret not in Feed.objects.get().digest
    assert Feed.objects.get().read_on == TODAY


def test_the_feed_ends_with_a_new_address_and_with_the_role(reviewer, row):
    client = client_of(reviewer)
    first, second = secret_of(client), secret_of(client)
    read = lambda secret: Client().get(reverse("obligations:ics", args=[secret])).status_code  # noqa: E731
    assert (read(first), read(second), read("x" * 43)) == (404, 200, 404)
    Assignment.objects.filter(user_id=reviewer.user_id).update(
        valid_to=TODAY - dt.timedelta(days=1)
    )
    assert read(second) == 404


def test_an_official_ends_the_feed(reviewer, row):
    client = client_of(reviewer)
    secret = secret_of(client)
    client.post(reverse("obligations:feed"), {"end": "1"})
    assert Client().get(reverse("obligations:ics", args=[secret])).status_code == 404
    assert AuditRow.objects.filter(action="obligations.feed_ended").count() == 1


def test_the_firm_reads_what_it_has_to_hand_in(grant, row):
    other = owed(make.make_grant())
    page = text(client_of(make.owner_of(grant)).get(reverse("obligations:mine")))
    assert row.receipt_no in page
    assert other.receipt_no not in page
    assert "実績報告" in page


def test_an_approver_sees_waiving_a_reviewer_does_not(reviewer, row):
    approver = make.official_actor(row.ward_id, Role.APPROVER)
    address = reverse("obligations:item", args=[row.pk])
    assert "免除する" in text(client_of(approver).get(address))
    assert "免除する" not in text(client_of(reviewer).get(address))


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "1999-12"])
def test_a_month_that_nobody_means_shows_the_list(month):
    client = client_of(make.official_actor())
    assert client.get("/staff/obligations/", {"month": month}).status_code == 200
