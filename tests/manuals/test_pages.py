"""The manuals' pages: who reads them, and the way from a screen to its help."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.roles import Role
from portal.manuals import reading
from tests.support.people import assign, client_of, make_person

pytestmark = pytest.mark.django_db

OWN, THEIRS = (
    reverse("manuals:manual", args=["firm_owner"]),
    reverse("manuals:manual", args=["reviewer"]),
)
QUEUE = reverse("manuals:help", args=["subsidies:queue"])


@pytest.fixture
def official():
    return client_of(assign(make_person("r@example.jp"), Role.REVIEWER, ward_id=13107).pk)


def test_a_visitor_reads_the_firms_manual_and_none_of_the_staff():
    visitor = Client()
    page = visitor.get(OWN).content.decode()
    assert "補助金に申請する" in page
    assert "manuals/flow-call-1280" in page
    assert "/accounts/login/" in visitor.get(THEIRS)["Location"]
    assert "/accounts/login/" in visitor.get(QUEUE)["Location"]
    listed = visitor.get(reverse("manuals:index")).content.decode()
    assert OWN in listed
    assert THEIRS not in listed
    assert QUEUE not in listed


def test_a_firm_reads_none_of_the_staff_and_the_staff_reads_all(official):
    firm = client_of(make_person("f@example.jp").pk)
    assert firm.get(THEIRS).status_code == firm.get(QUEUE).status_code == 404
    for code in reading.manuals():
        assert official.get(reverse("manuals:manual", args=[code])).status_code == 200
    for room in reading.rooms():
        for entry in room.entries:
            page = official.get(reverse("manuals:help", args=[entry.screen])).content.decode()
            assert entry.purpose in page


def test_unknown_ones_are_no_pages():
    assert Client().get("/manuals/nobody/").status_code == 404
    assert Client().get("/help/nowhere:at_all/").status_code == 404


def test_a_screen_leads_to_its_help_and_an_error_to_none():
    visitor = Client()
    address = reverse("subsidies:call_list")
    assert (
        reverse("manuals:help", args=["subsidies:call_list"])
        in visitor.get(address).content.decode()
    )
    lost = visitor.get(reverse("subsidies:call_detail", args=[999_999]))
    assert lost.status_code == 404
    assert "/help/" not in lost.content.decode()


def test_english_says_what_it_is_and_that_the_rest_is_japanese():
    visitor = Client(headers={"accept-language": "en"})
    page = visitor.get(reverse("manuals:help", args=["subsidies:call_list"])).content.decode()
    assert "Find a grant" in page
    assert "Open calls with rate, cap, costs" in page
    assert "in Japanese" in page


def test_a_manual_asks_the_database_nothing():
    visitor = Client()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        visitor.get(OWN)
        visitor.get(reverse("manuals:help", args=["subsidies:call_list"]))
    business = [row["sql"] for row in asked if "set_config" not in row["sql"]]
    assert [sql for sql in business if sql.startswith("SELECT") and " FROM " in sql] == []
