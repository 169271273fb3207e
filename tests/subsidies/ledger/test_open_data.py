"""Open data: who is told, who is not, and calls in the shape of jGrants."""

import csv
import io
import itertools
import json

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from programs.wards import WARDS
from subsidies import grant_states
from subsidies.ledger import jgrants, services
from subsidies.ledger.models import PublishedGrant
from subsidies.ledger.recipients import LEAST, Granted, area_code, published
from subsidies.models import Call, Grant, SchemeVersion
from tests.factories import subsidies as make
from tests.factories.programs import OTA, SUMIDA
from tests.subsidies.grants.money import paid
from tests.subsidies.grants.taking_back import ordered, revoked

DAY = make.dt.date(2026, 11, 2)


_firms = itertools.count(1)


def granted(number="", *, scheme="DX1", ward=SUMIDA, year=2026, yen=100_000, firm=None, **fields):
    """Of a firm of its own, unless one is named."""
    values = {"final_yen": None, "paid_yen": 0, **fields}
    firm = firm or next(_firms)
    return Granted(firm, ward, year, scheme, f"制度{scheme}", "名前", number, DAY, yen, **values)


def lines(*grants):
    return list(published(grants))


def test_a_corporation_is_told_with_what_was_paid():
    (line,) = lines(granted("2120901007402", final_yen=90_000, paid_yen=80_000))
    assert (line.name, line.corporate_number, line.recipients) == ("名前", "2120901007402", 1)
    assert (line.amount_yen, line.basis) == (80_000, "paid")
    (line,) = lines(granted("2120901007402", final_yen=90_000))
    assert (line.amount_yen, line.basis) == (90_000, "final")


def test_three_sole_proprietors_of_a_scheme_are_a_sum_without_names():
    (line,) = lines(*[granted() for _ in range(3)])
    assert (line.name, line.decided_on, line.recipients) == ("", None, 3)
    assert (line.scheme_code, line.amount_yen, line.basis) == ("DX1", 300_000, "decided")


def test_two_are_added_to_those_of_other_schemes():
    (line,) = lines(granted(), granted(), granted(scheme="DX2", paid_yen=1, final_yen=1))
    assert (line.scheme_code, line.recipients, line.amount_yen) == ("*", 3, 200_001)
    assert line.basis == "mixed"


def test_grants_of_one_person_are_no_crowd():
    """Three grants of the year, all to the same sole proprietor, would tell what that person got."""
    told = lines(*[granted(scheme=scheme, firm=7) for scheme in ("DX1", "DX2", "DX3")])
    assert [(line.scheme_code, line.recipients, line.amount_yen) for line in told] == [
        ("*", None, None)
    ]
    two = [granted(firm=firm) for firm in (7, 7, 8)]
    (line,) = lines(*two, *[granted(scheme="DX2") for _ in range(3)])
    assert (line.scheme_code, line.recipients) == ("*", 6)


def test_where_even_that_is_too_few_the_smallest_scheme_joins_them():
    """Two of one scheme would be the rest of the ward's sum of the year."""
    told = lines(
        granted(),
        granted(),
        *[granted(scheme="DX2") for _ in range(3)],
        *[granted(scheme="DX3") for _ in range(4)],
    )
    assert [(line.scheme_code, line.recipients, line.amount_yen) for line in told] == [
        ("DX3", 4, 400_000),
        ("*", 5, 500_000),
    ]


def test_where_the_ward_has_too_few_in_all_number_and_amount_are_withheld():
    told = lines(granted(), granted(scheme="DX2"))
    assert [(line.scheme_code, line.recipients, line.amount_yen) for line in told] == [
        ("*", None, None)
    ]


@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(1, 9)), max_size=14))
def test_no_cell_and_no_rest_of_the_years_sum_is_of_one_or_two(rows):
    told = lines(*[granted(scheme=scheme, yen=yen) for scheme, yen in rows])
    assert all(line.recipients is None or line.recipients >= LEAST for line in told)
    rest = len(rows) - sum(line.recipients or 0 for line in told)
    assert rest in ({0} if len(rows) >= LEAST else {len(rows)})
    assert len({line.scheme_code for line in told}) == len(told)


def test_wards_and_years_are_never_added_together():
    told = lines(granted(), granted(ward=OTA), granted(year=2025))
    assert [(line.ward_id, line.fiscal_year, line.amount_yen) for line in told] == [
        (SUMIDA, 2025, None),
        (SUMIDA, 2026, None),
        (OTA, 2026, None),
    ]


def test_area_codes_have_their_check_digit():
    assert area_code(13101) == "131016"
    assert area_code(13123) == "131237"
    assert len({area_code(ward.code) for ward in WARDS}) == 23


@pytest.fixture
def world(db):
    """墨田区: a corporation, two sole proprietors, a revoked one; published."""
    call = make.make_call(budget_yen=10_000_000)
    firm = make.make_firm(name="=公表精機")
    make.make_grant(call=call, firm=firm)
    for _number in range(2):
        person = make.make_firm(name="山田太郎製作所", kind="sole", corporate_number="")
        make.make_grant(call=call, firm=person)
    revoked = make.make_grant(call=call, firm=make.make_firm(name="取消精機"))
    with acting(make.SYSTEM):
        Grant.objects.filter(pk=revoked.pk).update(status=grant_states.REVOKED)
        assert services.publish(actor=make.SYSTEM) == 2
    return {"call": call, "firm": firm}


def read(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_visitor_reads_the_file_and_no_persons_name(world, client):
    answer = client.get(
        "/open-data/grants.csv", {"ward": SUMIDA, "year": world["call"].fiscal_year}
    )
    corporation, sole = read(answer)
    assert corporation["全国地方公共団体コード"] == "131075"
    assert corporation["市区町村名"] == "墨田区"
    assert corporation["交付先"] == "'=公表精機"
    assert corporation["法人番号"] == world["firm"].corporate_number
    assert corporation["金額（円）"] == "499000"
    assert (sole["交付先"], sole["件数"], sole["金額（円）"]) == ("", "", "")
    assert sole["備考"] == "3人に満たないため秘匿"
    whole = client.get("/open-data/grants.csv")
    assert "山田太郎" not in str(read(whole))
    again = client.get("/open-data/grants.csv", headers={"If-None-Match": whole["ETag"]})
    assert again.status_code == 304
    page = client.get("/open-data/").content.decode()
    assert f"ward={SUMIDA}" in page
    assert "山田太郎" not in page


def test_publishing_again_replaces_everything(world):
    with acting(make.SYSTEM):
        services.publish(actor=make.SYSTEM)
        assert PublishedGrant.objects.count() == 2
        assert AuditRow.objects.filter(action="ledger.published").count() == 2


def test_the_public_reads_this_table_and_writes_nothing(world):
    with transaction.atomic(), acting(Actor.public()):
        assert PublishedGrant.objects.count() == 2
    with pytest.raises(DatabaseError), transaction.atomic(), acting(Actor.public()):
        PublishedGrant.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic(), acting(Actor.public()):
        Grant.objects.count()


def test_the_database_refuses_a_persons_name(world):
    with pytest.raises(DatabaseError), transaction.atomic():
        PublishedGrant.objects.create(
            ward_id=SUMIDA,
            fiscal_year=2026,
            scheme_code="DX1",
            scheme_name="x",
            kind="sole",
            name="山田太郎製作所",
            basis="paid",
        )
    assert connection.in_atomic_block


@pytest.fixture
def call(db):
    return make.make_call()


def answered(client, **query):
    response = client.get("/open-data/calls.json", query)
    assert response["Content-Type"] == "application/json"
    return response, json.loads(response.content)


def test_an_open_call_is_listed_in_the_shape_of_jgrants(client, call):
    response, content = answered(client)
    assert content["metadata"]["resultset"] == {"count": 1}
    assert "jGrants" in content["metadata"]["credit"]
    (entry,) = content["result"]
    assert entry["id"] == jgrants.call_id(call)
    assert len(entry["id"]) <= 18
    assert entry["target_area_search"] == "東京都"
    assert entry["target_area_detail"] == "墨田区"
    assert entry["subsidy_max_limit"] == 500_000
    assert entry["target_number_of_employees"] == "300名以下"
    assert entry["acceptance_end_datetime"].endswith("Z")
    assert (
        client.get("/open-data/calls.json", headers={"If-None-Match": response["ETag"]}).status_code
        == 304
    )


def test_the_times_are_utc(client, call):
    Call.objects.filter(pk=call.pk).update(
        closes_at=make.dt.datetime(2099, 1, 29, 17, 0, tzinfo=make.clock.TOKYO)
    )
    _response, content = answered(client)
    assert content["result"][0]["acceptance_end_datetime"] == "2099-01-29T08:00:00.000Z"


def test_the_detail_escapes_what_officials_wrote(client, call):
    call.version.scheme.summary = "<script>alert(1)</script>"
    call.version.scheme.save()
    content = client.get(f"/open-data/calls/{jgrants.call_id(call)}.json").json()
    (entry,) = content["result"]
    assert "<script>" not in entry["detail"]
    assert "&lt;script&gt;" in entry["detail"]
    assert entry["subsidy_rate"] == "4分の3"
    assert entry["source"] == "試験"
    assert entry["application_guidelines"] == []
    assert entry["front_subsidy_detail_page_url"].endswith(f"/programs/{call.pk}/")


def test_the_parameters_of_jgrants_filter_and_sort(client, call):
    later = make.make_call(ward=OTA, closes_in=make.dt.timedelta(days=60))
    over = make.make_call(closes_in=make.dt.timedelta(days=-1))
    draft = make.make_call()
    unpublished = SchemeVersion.objects.create(
        scheme=draft.version.scheme, number=2, rules=draft.version.rules
    )
    Call.objects.filter(pk=draft.pk).update(version=unpublished)

    def found(**query):
        return [jgrants.pk_of(entry["id"]) for entry in answered(client, **query)[1]["result"]]

    assert found() == [call.pk, later.pk]
    assert found(order="DESC") == [later.pk, call.pk]
    assert found(acceptance="0", sort="acceptance_end_datetime") == [over.pk, call.pk, later.pk]
    assert found(ward=OTA) == [later.pk]
    assert found(keyword="大田") == [later.pk]
    assert found(keyword="どこにもない") == []


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"keyword": "あ"}, "2文字以上255文字以内"),
        ({"keyword": "あ" * 256}, "2文字以上255文字以内"),
        ({"sort": "id;--"}, "sortはcreated_date、"),
        ({"order": "asc"}, "orderはASC、DESC"),
        ({"acceptance": "2"}, "acceptanceは0、1"),
    ],
)
def test_a_wrong_parameter_is_named(client, db, query, says):
    response, content = answered(client, **query)
    assert response.status_code == 400
    assert says in content["error"]


def test_an_id_that_is_none_is_not_found(client, call):
    wrong_ward = jgrants.call_id(call).replace("13107", "13111")
    for wrong in ("MK", "x" * 17, "MK13107" + "9" * 10, wrong_ward):
        assert client.get(f"/open-data/calls/{wrong}.json").status_code == 404


@pytest.mark.django_db
def test_public_pages_lead_to_the_data_and_a_call_to_its_own(client):
    call = make.make_call()
    for address in ("/", "/programs/", "/accessibility/"):
        assert client.get(address).content.count(b'href="/open-data/"') >= 1, address
    page = client.get(f"/programs/{call.pk}/").content.decode()
    address = f"/open-data/calls/{jgrants.call_id(call)}.json"
    assert f'href="{address}"' in page
    (found,) = json.loads(client.get(address).content)["result"]
    assert found["front_subsidy_detail_page_url"].endswith(f"/programs/{call.pk}/")


def test_what_was_ordered_back_is_not_told_as_paid(world):
    (line,) = lines(granted("2120901007402", final_yen=90_000, paid_yen=90_000, ordered_yen=30_000))
    assert (line.amount_yen, line.basis) == (60_000, "paid")
    grant = paid(make.make_grant(firm=make.make_firm(name="一部取消精機")))
    revoked(grant, kept_yen=400_000)
    ordered(grant, 99_000)
    with acting(make.SYSTEM):
        services.publish(actor=make.SYSTEM)
    told = PublishedGrant.objects.get(name="一部取消精機")
    assert told.amount_yen == 400_000
