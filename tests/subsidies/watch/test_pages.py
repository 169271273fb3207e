"""The officials' and auditors' pages, and the form that asks a firm about a figure."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kernel.models import AuditRow
from subsidies.models import FigureConfirmation
from subsidies.watch.models import Finding
from tests.factories import subsidies as make
from tests.factories import watch
from tests.support.people import assign, client_of, make_person, sign_in

pytestmark = pytest.mark.django_db
OTA = 13111


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def url(name, *args):
    return reverse(f"watch:{name}", args=args)


@pytest.fixture
def official():
    return make.official_actor()


@pytest.fixture
def client(official):
    return client_of(official)


@pytest.fixture
def elsewhere():
    """The own side of a file that a firm of 大田区 has handed in as well."""
    one = watch.case(1, ward=OTA)
    own = watch.case(2, file_of=one)
    return next(row for row in watch.compare(one, own) if row.application_id == own.pk), one


def test_the_list_counts_by_kind_and_leads_to_the_finding(client, elsewhere):
    row, _other = elsewhere
    page = client.get(url("list"))
    assert row.application.firm_name in text_of(page)
    assert "ほかの区の申請との一致" in text_of(page)
    assert "大田区" not in text_of(page)
    assert url("finding", row.pk) in page.content.decode()
    assert "この条件に合う気になる点はありません" in text_of(
        client.get(url("list"), {"kind": "text"})
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=file", True),
        ("kind=price", False),
        ("status=open", True),
        ("status=noted", False),
        ("status=any", True),
        ("where=elsewhere", True),
        ("q=存在しない", False),
        ("kind=？&status=x&page=zz&q=%00", True),
    ],
)
def test_conditions_are_in_the_address(client, elsewhere, query, found):
    page = client.get(f"{url('list')}?{query}")
    assert bool(page.context["rows"]) is found


def test_another_wards_case_is_told_by_ward_and_date_and_the_look_is_recorded(client, elsewhere):
    row, other = elsewhere
    shown = text_of(client.get(url("finding", row.pk)))
    assert "相手の区に照会してください" in shown
    assert "大田区" in shown
    assert other.scheme_name in shown
    for secret in (other.firm_name, other.receipt_no, f"{other.requested_yen:,}"):
        assert secret not in shown
    assert (
        AuditRow.objects.filter(
            action="watch.cross_ward_viewed", chain=make.SUMIDA, object_id=str(row.pk)
        ).count()
        == 1
    )


def test_the_other_side_is_not_there_for_this_ward(client, elsewhere):
    row, _other = elsewhere
    assert client.get(url("finding", row.twin_id)).status_code == 404
    assert client.post(url("settle", row.twin_id, "note"), {"reason": "x"}).status_code == 404


def test_an_auditor_goes_from_one_side_to_the_other_and_settles_nothing(elsewhere):
    row, other = elsewhere
    person = assign(make_person("auditor@example.jp"), Role.AUDITOR)
    auditor = Client()
    sign_in(auditor, person)
    assert url("finding", row.twin_id) in auditor.get(url("finding", row.pk)).content.decode()
    assert other.firm_name in text_of(auditor.get(url("finding", row.twin_id)))
    assert auditor.post(url("settle", row.pk, "note"), {"reason": "x"}).status_code == 404


def test_settling_asks_for_a_reason_and_keeps_what_was_typed(client, elsewhere):
    row, _other = elsewhere
    answer = client.post(url("settle", row.pk, "explain"), {"reason": " "})
    assert answer.status_code == 422
    assert client.post(url("settle", row.pk, "reopen"), {"reason": "x"}).status_code == 302
    row.refresh_from_db()
    assert row.status == "open"
    client.post(url("settle", row.pk, "explain"), {"reason": "同じ代理店が作った見積書だった。"})
    row.refresh_from_db()
    assert row.status == "explained"
    assert "同じ代理店が作った見積書だった。" in text_of(client.get(url("finding", row.pk)))


def test_the_panel_stands_on_the_case_and_costs_one_query(client, elsewhere):
    row, _other = elsewhere
    page = client.get(reverse("subsidies:application", args=[row.application.receipt_no]))
    assert "気になる点" in text_of(page)
    assert url("finding", row.pk) in page.content.decode()
    assert "大田区" not in text_of(page)


def test_a_list_costs_the_same_however_long_it_is(
    client, official, elsewhere, django_assert_max_num_queries
):
    row, _other = elsewhere
    case = reverse("subsidies:application", args=[row.application.receipt_no])
    with django_assert_max_num_queries(16) as few:
        client.get(url("list"))
    with django_assert_max_num_queries(40) as few_on_case:
        client.get(case)
    Finding.objects.bulk_create(
        Finding(
            application=row.application,
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            kind="file",
            subject=str(number),
            evidence=row.evidence,
            other_ward_id=OTA,
        )
        for number in range(30)
    )
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(url("list")).context["rows"]) == 25
    with django_assert_max_num_queries(len(few_on_case)):
        client.get(case)


def test_the_csv_tells_no_more_than_the_list(client, elsewhere):
    row, other = elsewhere
    answer = client.get(reverse("exports:file", args=["findings", "csv"]))
    shown = b"".join(answer).decode("utf-8-sig")
    assert row.application.receipt_no in shown
    for secret in (other.firm_name, other.receipt_no, "大田区"):
        assert secret not in shown


def test_vendors_and_one_vendors_cases(client, django_assert_max_num_queries):
    call = make.make_call()
    for number in range(6):
        lines = [
            watch.line(vendor="㈱どこでもIT", description=f"品{chr(0x5000 + number)}"),
            watch.line(vendor="有限会社そえもの", description=f"具{chr(0x5000 + number)}"),
        ]
        last = watch.case(number, call=call, lines=lines)
        watch.compare(last)
    page = client.get(url("vendors"))
    assert [line.firms for line, _percent in page.context["lines"]] == [6, 6]
    assert "集中" in text_of(page)
    key = Finding.objects.filter(kind="vendor").earliest("id").evidence["key"]
    with django_assert_max_num_queries(20):
        page = client.get(url("vendor", key))
    assert page.context["cluster"].firms == 6
    assert page.context["picture"].lines
    shown = text_of(page)
    assert last.firm_name in shown
    assert "地域で選ばれている事業者であるだけのこともあります" in shown
    assert client.get(url("vendor", "0" * 32)).status_code == 404
    finding = Finding.objects.filter(kind="vendor").latest("id")
    assert "6社のうち6社" in text_of(client.get(url("finding", finding.pk)))


def test_a_price_among_its_peers_is_drawn(client):
    application = watch.case(1)
    row = Finding.objects.create(
        application=application,
        ward_id=application.ward_id,
        firm_id=application.firm_id,
        kind="price",
        subject="x",
        evidence={
            "item": "現場端末",
            "price_yen": 620_000,
            "n": 9,
            "median_yen": 203_500,
            "mad_yen": 2_000,
            "bound_yen": 305_250,
            "percent": 304,
            "own_ward_yen": [200_000, 202_000],
        },
    )
    page = client.get(url("finding", row.pk))
    assert page.content.decode().count("ui-dots__peer") == 2
    assert "ほかの9社の中央値" in text_of(page)
    assert "620,000円" in text_of(page)


class TestTheForm:
    @pytest.fixture
    def firm(self):
        actor = make.firm_actor(make.make_firm())
        draft = make.make_draft(actor, make.make_call(), lines=[watch.line(unit_price=6_660)])
        return client_of(actor), draft

    def test_the_budget_asks_keeps_and_goes_on(self, firm):
        client, draft = firm
        address = reverse("subsidies:budget", args=[draft.public_id])
        lines = {
            "lines": "1",
            "revision": str(draft.revision),
            **{f"0-{name}": str(value) for name, value in watch.line(unit_price=6_660).items()},
        }
        answer = client.post(address, lines)
        assert answer.status_code == 302
        assert "problems=1" in answer.url
        shown = client.get(answer.url)
        assert "千円単位で入力していないか確かめてください" in text_of(shown)
        assert 'name="sure" value="expenses=6660"' in shown.content.decode()
        assert "6,660円 で正しい" in text_of(shown)
        overview = client.get(reverse("subsidies:check_answers", args=[draft.public_id]))
        assert "数字の確認" in text_of(overview)
        revision = shown.context["application"].revision
        answer = client.post(address, {**lines, "revision": str(revision), "sure": "expenses=6660"})
        assert "problems=1" not in answer.url
        assert FigureConfirmation.objects.get().value == 6_660
        assert 'name="sure"' not in client.get(address).content.decode()

    def test_a_tick_for_nothing_is_no_confirmation(self, firm):
        client, draft = firm
        client.post(
            reverse("subsidies:task", args=[draft.public_id, "plan"]),
            {**make.ANSWERS, "revision": str(draft.revision), "sure": "answers.title=1"},
        )
        assert not FigureConfirmation.objects.exists()
