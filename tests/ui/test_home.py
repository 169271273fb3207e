"""The public home page with real calls."""

import datetime as dt
import re

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client

from tests.factories.subsidies import make_call

pytestmark = pytest.mark.django_db
# What editors add: their words, the pages they chose (none here), the newest news.
FRONT = [
    "cms_commonhome",
    "cms_featured",
    "wagtailcore_page",
    "wagtailcore_pageviewrestriction",
    "cms_newspage",
]


def get(client: Client, language: str = "ja") -> str:
    response = client.get("/", headers={"accept-language": language})
    assert response.status_code == 200
    return response.text


def test_open_calls_are_listed_soonest_closing_first(client: Client) -> None:
    later = make_call(closes_in=dt.timedelta(days=40))
    sooner = make_call(ward=13111, closes_in=dt.timedelta(days=3))
    closed = make_call(closes_in=dt.timedelta(seconds=-1))
    html = get(client)
    places = [html.index(f"/programs/{call.pk}/") for call in (sooner, later)]
    assert places == sorted(places)
    assert f"/programs/{closed.pk}/" not in html
    assert "（あと3日）" in html
    assert "大田区" in html


def read_from(statements: list[dict[str, str]]) -> list[str]:
    """The table of each statement that reads one."""
    found = (re.search(r'FROM "?(\w+)', statement["sql"]) for statement in statements)
    return [match.group(1) for match in found if match]


def test_visitor_costs_no_session_and_one_query_for_the_calls(
    client: Client, django_assert_num_queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(self: SessionBase) -> None:
        raise AssertionError("the session was read")

    monkeypatch.setattr(SessionBase, "_get_session", opened)
    for _ in range(3):
        make_call()
    # Beside what is read: a savepoint and a role, each begun and ended.
    # What editors add is drawn once a minute, in a savepoint of its own, and remembered.
    with django_assert_num_queries(4 + 1 + 2 + len(FRONT)) as cold:
        get(client)
    with django_assert_num_queries(4 + 1) as warm:
        get(client)
    assert read_from(cold.captured_queries) == ["subsidies_call", *FRONT]
    assert read_from(warm.captured_queries) == ["subsidies_call"]
    assert "session" not in client.cookies
